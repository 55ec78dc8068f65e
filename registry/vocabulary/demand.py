"""The fixed table of unmet demand: by what kind of home is asked for, and no finer.

The classes are those by which homes are built, adapted and let, so that a landlord can act on them: whether one gets
in and about (the class of the home), the bathroom, the floor, the size, the rent. What would single somebody out and
changes no programme of works (reach, senses, parking, a carer) is left out. The bands of rooms and rents are the
registry's own: T1 and T2 are let to people alone and couples; 350 and 500 euros part the principal rents of social
homes into three.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from registry.kernel.text import Text

DEFINED: Final = date(2026, 11, 27)
RENT_LOW_CENTS: Final = 35_000
RENT_HIGH_CENTS: Final = 50_000
"""Principal rents in euro cents a month; each band holds its upper end."""
CASES: Final = "cases"


@dataclass(frozen=True, slots=True)
class DemandClass:
    """One column of the table: cases that ask for this."""

    code: str
    label: Text
    definition: Text


def _of_rooms(code: str, fr: str, en: str) -> DemandClass:
    return DemandClass(code, Text(fr, en), Text(
        "D'après le moins de pièces principales demandé, ou qu'il faut pour la personne, son aidant et les enfants"
        " reçus.",
        "By the fewest main rooms that are asked for, or that the person, a carer and visiting children need.",
    ))  # fmt: skip


def _of_rent(code: str, fr: str, en: str) -> DemandClass:
    return DemandClass(code, Text(fr, en), Text(
        "Loyer le plus haut possible : celui qui est demandé, sinon celui d'aujourd'hui, en euros par mois.",
        "The highest rent that is possible: as stated, or else today's, in euros a month.",
    ))  # fmt: skip


CLASSES: Final = (
    DemandClass(
        CASES, Text("Dossiers sans réponse", "Unanswered cases"),
        Text(
            "Dossiers ouverts à la fin du mois, ou clos pendant le mois sans logement trouvé ni adapté ; ceux pour"
            " lesquels un bail est signé n'en sont pas.",
            "Cases that are open at the month's end, or ended during it without a home found or adapted; those for"
            " which a lease is signed are none.",
        ),
    ),
    DemandClass(
        "wheelchair", Text("Fauteuil roulant", "Wheelchair"),
        Text("Un logement de classe 5 au moins est nécessaire.", "A home of class 5 or higher is needed."),
    ),
    DemandClass(
        "walking_aid", Text("Aide à la marche", "Walking aid"),
        Text("Un logement de classe 4 est nécessaire.", "A home of class 4 is needed."),
    ),
    DemandClass(
        "step_free", Text("Sans marche", "Step-free"),
        Text("Un logement de classe 3 est nécessaire.", "A home of class 3 is needed."),
    ),
    DemandClass(
        "other_home", Text("Autre logement", "Other home"),
        Text("Quelques marches restent possibles, ou rien n'est demandé.", "Some steps are possible, or any number."),
    ),
    DemandClass(
        "zero_step_shower", Text("Douche de plain-pied", "Zero-step shower"),
        Text("Une douche de plain-pied est nécessaire.", "A zero-step shower is needed."),
    ),
    DemandClass(
        "ground_floor_or_lift", Text("Rez-de-chaussée ou ascenseur", "Ground floor or lift"),
        Text("Le rez-de-chaussée ou un ascenseur est demandé.", "The ground floor or a lift is asked for."),
    ),
    _of_rooms("rooms_1_2", "T1 ou T2", "1 or 2 rooms"),
    _of_rooms("rooms_3", "T3", "3 rooms"),
    _of_rooms("rooms_4_more", "T4 ou plus", "4 rooms or more"),
    _of_rent("rent_to_350", "Jusqu'à 350 €", "Up to €350"),
    _of_rent("rent_to_500", "De 350 à 500 €", "€350 to €500"),
    _of_rent("rent_above_500", "Plus de 500 €", "Above €500"),
    DemandClass(
        "rent_open", Text("Loyer non précisé", "Rent not stated"),
        Text("Ni loyer maximal ni loyer actuel n'est connu.", "Neither a highest nor a present rent is known."),
    ),
)  # fmt: skip
COMPLETED: Final = {"zero_step_shower": "any_shower", "ground_floor_or_lift": "any_floor"}
"""What completes a column to all cases; counted and protected with it, and not shown."""
PARTS: Final[tuple[tuple[str, ...], ...]] = (
    ("wheelchair", "walking_aid", "step_free", "other_home"),
    *COMPLETED.items(),
    ("rooms_1_2", "rooms_3", "rooms_4_more"),
    ("rent_to_350", "rent_to_500", "rent_above_500", "rent_open"),
)
"""Columns that make up all cases together."""

FREED: Final = (
    DemandClass(
        "moves", Text("Emménagements", "Moves"),
        Text("Emménagements par mutation pendant les douze mois.", "Moves by transfer during the twelve months."),
    ),
    DemandClass(
        "larger_freed", Text("Ont libéré un logement plus grand", "Set a larger home free"),
        Text("Le logement quitté a plus de pièces que le nouveau.", "The former home has more rooms than the new one."),
    ),
    DemandClass(
        "large_freed", Text("Dont un T4 ou plus", "Of these, a T4 or larger"),
        Text("Le logement quitté a quatre pièces ou plus.", "The former home has four rooms or more."),
    ),
    DemandClass(
        "rooms_freed", Text("Pièces libérées", "Rooms released"),
        Text(
            "Pièces que ces logements plus grands ont de plus que les nouveaux.",
            "Rooms that those larger homes have more than the new ones.",
        ),
    ),
)  # fmt: skip
"""What transfers set free, of a territory's twelve months."""
