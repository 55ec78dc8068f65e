"""What the transfers report of a year says: of proposals, moves and adapted homes for the whole territory alone.

By commune most of it would be too small to be shown, and what is shown would tell of the rest. Unmet demand stands
beside it, by commune, as it was kept of the last month of the year.
"""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Final

from registry.kernel.text import Text
from registry.reports.tables import HOMES, REGISTER, Column, Table
from registry.vocabulary.demand import CLASSES, DEFINED
from registry.vocabulary.transfers import LABELS, LOST_TO, Loss, Outcome, Refusal

_PRIORITY: Final = Text("CCH art. R.441-4", "CCH art. R.441-4")
_PRIORITY_READ: Final = date(2020, 1, 1)
COUNTED_OUTCOMES: Final = (Outcome.NEEDED, Outcome.ELDERLY, Outcome.LARGE_TO_FAMILY)


def _by_reason(prefix: str, codes: Iterable[StrEnum], of: Text) -> tuple[Column, ...]:
    def said(code: StrEnum) -> Text:
        return Text(f"{of.fr} : {LABELS[code].fr}", f"{of.en}: {LABELS[code].en}")

    return tuple(Column(f"{prefix}_{code.value}", said(code), LABELS[code]) for code in codes)


_REFUSED: Final = Text("Refusées par la personne", "Refused by the tenant")
_LOST: Final = Text("Perdus", "Lost")

_PROPOSALS: Final = Table(
    "transfers",
    Text("Propositions de mutation de l'année", "Transfer proposals of the year"),
    HOMES,
    (
        Column(
            "proposals", Text("Propositions", "Proposals"),
            Text("Propositions faites pendant l'année civile.", "Proposals made during the calendar year."),
        ),
        Column(
            "ongoing", Text("En cours", "Ongoing"),
            Text("Ni closes ni suivies d'un bail.", "Neither ended nor followed by a lease."),
        ),
        Column(
            "housed", Text("Suivies d'un bail", "Followed by a lease"),
            Text("Le bail est signé, ou la personne a emménagé.", "The lease is signed, or the tenant has moved."),
        ),
        Column(
            "declined", Text("Déclinées par le bailleur", "Declined by the landlord"),
            Text("Le bailleur du logement n'y a pas donné suite.", "The home's landlord did not take them on."),
        ),
        Column(
            "refused", _REFUSED,
            Text("Un refus est une issue normale.", "A refusal is a normal outcome."),
        ),
        *_by_reason("refused", Refusal, _REFUSED),
        Column(
            "rejected", Text("Non attribuées par la commission", "Not allotted by the committee"),
            Text("La commission (CALEOL) a attribué à un autre.", "The committee (CALEOL) allotted to somebody else."),
        ),
        Column(
            "withdrawn", Text("Retirées", "Withdrawn"),
            Text("Retirées par le bailleur du dossier.", "Withdrawn by the landlord of the case."),
        ),
        Column(
            "answered", Text("Réponses du bailleur", "Answers of the landlord"),
            Text("Propositions prises à l'étude ou déclinées.", "Proposals taken on or declined."),
        ),
        Column(
            "in_time", Text("Réponses dans le délai de la charte", "Answers within the charter's time"),
            Text(
                "Répondues dans le délai que la charte fixe (answer_days).",
                "Answered within the time that the charter sets (answer_days).",
            ),
        ),
    ),
    sums=(
        ("proposals", ("ongoing", "housed", "declined", "refused", "rejected", "withdrawn")),
        ("refused", tuple(f"refused_{code.value}" for code in Refusal)),
        ("answered", ("in_time", "late")),
    ),
    hidden=("late",),
    by_commune=False,
)  # fmt: skip

_MOVES: Final = Table(
    "moves",
    Text("Emménagements de l'année", "Moves of the year"),
    HOMES,
    (
        Column(
            "moves", Text("Emménagements", "Moves"),
            Text("Emménagements par mutation pendant l'année civile.", "Moves by transfer during the calendar year."),
        ),
        Column(
            "larger_freed", Text("Ont libéré un logement plus grand", "Set a larger home free"),
            Text("Le logement quitté a plus de pièces que le nouveau.", "The former home has more rooms."),
        ),
        Column(
            "large_freed", Text("Dont un T4 ou plus", "Of these, a T4 or larger"),
            Text("Le logement quitté a quatre pièces ou plus.", "The former home has four rooms or more."),
        ),
    ),
    sums=(("moves", ("larger_freed", "none_freed")), ("larger_freed", ("large_freed", "small_freed"))),
    complements=("none_freed", "small_freed"),
    known=("moves",),  # as the monthly counts have it: two protections of one figure would tell of each other
    by_commune=False,
)  # fmt: skip

_VACATED: Final = Table(
    "vacated",
    Text(
        "Logements adaptés libérés, reloués ou sortis de la location dans l'année",
        "Adapted homes vacated, let again or let no more in the year",
    ),
    HOMES,
    (
        Column(
            "relet", Text("Logements adaptés reloués", "Adapted homes let again"),
            Text(
                "Logements adaptés (classe 4 ou plus, ou travaux) reloués dans l'année civile, congés retirés exclus.",
                "Adapted homes (class 4 or more, or works) let again in the calendar year, withdrawn notices left out.",
            ),
        ),
        *(Column(code.value, LABELS[code], LABELS[code], _PRIORITY, _PRIORITY_READ) for code in COUNTED_OUTCOMES),
        Column(
            "lost", LABELS[Outcome.LOST],
            Text("Attribués à qui n'en a pas besoin.", "Allotted to somebody who does not need them."),
            _PRIORITY, _PRIORITY_READ,
        ),
        *_by_reason("lost", LOST_TO, _LOST),
        Column(
            "unstated", Text("Sans issue déclarée", "Without a stated outcome"),
            Text("Leur bailleur n'a pas dit ce qu'ils sont devenus.", "What became of them was not said."),
        ),
        Column(
            "examined", Text("Adaptation examinée", "Adaptation examined"),
            Text("L'adaptation a été examinée à l'attribution.", "The adaptation was examined at the allotment."),
        ),
        Column(
            Loss.NOT_LET.value, Text("Sortis de la location", "Let no more"),
            Text(
                "Logements adaptés vendus, démolis, en travaux lourds ou retirés du parc sans attribution ; ils ne"
                " comptent pas parmi les logements reloués.",
                "Adapted homes sold, demolished, under heavy works or withdrawn from the stock without an allotment;"
                " they do not count among the homes let again.",
            ),
        ),
    ),
    sums=(
        ("relet", (*(code.value for code in COUNTED_OUTCOMES), "lost", "unstated")),
        ("lost", tuple(f"lost_{code.value}" for code in LOST_TO)),
        ("relet", ("examined", "not_examined")),
    ),
    hidden=("not_examined",),
    by_commune=False,
)  # fmt: skip

TRANSFER_TABLES: Final = (_PROPOSALS, _MOVES, _VACATED)

DEMAND: Final = Table(
    "demand",
    Text("Besoins sans réponse, {month}", "Unmet demand, {month}"),
    HOMES,
    tuple(Column(each.code, each.label, each.definition, REGISTER, DEFINED) for each in CLASSES),
)
"""As it was kept of a month: the title names it. Cases that want several communes are in the territory's row alone."""
