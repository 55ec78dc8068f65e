"""Errors of the transfers."""

from registry.kernel.errors import Invalid, NotVisible
from registry.kernel.text import Text


class VacatedHomeNotFound(NotVisible):
    title = Text("Logement libéré introuvable", "Vacated home not found")
    remedy = Text("GET /v1/vacated-homes liste les vôtres.", "GET /v1/vacated-homes lists yours.")


class LargeHomeExpected(Invalid):
    title = Text(
        "Ce logement n'est ni grand ni sous-occupé avant : cette issue ne s'y applique pas",
        "This home is neither large nor was it under-occupied: this outcome does not apply",
    )
    remedy = Text(
        "Donnez « lost » avec sa raison, ou dites qu'il était sous-occupé (under_occupied).",
        "State 'lost' with its reason, or that it was under-occupied (under_occupied).",
    )


class VacancyOngoing(Invalid):
    title = Text("Ce logement est encore annoncé libre", "This home is still said to fall vacant")
    remedy = Text(
        "Un congé n'est retiré que si le même locataire reste : remettez d'abord le statut du logement à « occupied ».",
        "A notice is withdrawn only where the same tenant stays: first set the home's status back to 'occupied'.",
    )
