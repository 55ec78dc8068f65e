"""Errors of leaving."""

from registry.kernel.errors import Conflict, NotVisible
from registry.kernel.text import Text


class OffboardingNotAsked(NotVisible):
    title = Text("Aucun départ n'est demandé", "No offboarding was asked for")
    remedy = Text("POST /v1/organisation/offboarding en demande un.", "POST /v1/organisation/offboarding asks for one.")


class TerritoriesCoordinated(Conflict):
    title = Text("Cette organisation coordonne un territoire", "This organisation coordinates a territory")
    remedy = Text(
        "Un coordinateur ne part pas tant qu'un territoire dépend de lui.",
        "A coordinator does not leave as long as a territory depends on it.",
    )


class PurgeBegun(Conflict):
    title = Text("L'effacement a commencé", "The purge has begun")
    remedy = Text(
        "Un départ s'annule avant la date d'effacement ; ensuite l'organisation s'inscrit de nouveau.",
        "A departure is cancelled before the date of the purge; after that the organisation registers anew.",
    )
