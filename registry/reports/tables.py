"""What the yearly report of accessible housing counts: its tables, their columns, and what each figure means.

CGCT art. L.2143-3 (text as read in 2020): the commission for accessibility of a commune or of an EPCI "organise
également un système de recensement de l'offre de logements accessibles aux personnes handicapées", and reports every
year. The article defines neither "accessible" nor the tables: these are the registry's, by the classes of
:mod:`registry.vocabulary.home_class`.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from registry.kernel.protection import Rule
from registry.kernel.text import Text
from registry.vocabulary.grid import GRADES
from registry.vocabulary.home_class import HELPS, LABELS, PROPOSED, SOURCE

LAW: Final = Text("Code général des collectivités territoriales, art. L.2143-3", "CGCT (French code), art. L.2143-3")
LAW_READ: Final = date(2020, 1, 1)
"""Of the text that was read; it has to be read again before a report is sent to the prefect."""
Kind = Literal["accessible-housing", "transfers"]
"""Of a report: this register, or what became of transfers (:mod:`registry.reports.transfer_tables`)."""
KINDS: Final[tuple[Kind, ...]] = ("accessible-housing", "transfers")
HOMES: Final = Rule(least=11, step=5)
"""Of homes: who lives in the only wheelchair home of a commune is known to all, so they count as persons (§7)."""
RESIDENCES: Final = Rule(least=3, step=1)
"""Of residences, which say nothing of a person: fewer than three would point at one of them."""
REGISTER: Final = Text("Définition du registre", "The registry's definition")
_INDEX: Final = Text("Grille de la charte en vigueur", "Grid of the charter in force")


@dataclass(frozen=True, slots=True)
class Column:
    """One figure; ``dated``: of the text that ``source`` names, or of the registry's definition."""

    code: str
    label: Text
    definition: Text
    source: Text = REGISTER
    dated: date = PROPOSED


@dataclass(frozen=True, slots=True)
class Table:
    """One table, by commune or of the territory as a whole.

    Attributes:
        sums: Columns that are sums of others, with these.
        hidden: Columns that are counted, complete a sum and are never shown; a small one is no secret.
        complements: Such columns of which a small one is: protected as if they were shown.
        known: Columns that a coordinator knows exactly, from lists of its own.
    """

    code: str
    title: Text
    rule: Rule
    columns: tuple[Column, ...]
    sums: tuple[tuple[str, tuple[str, ...]], ...] = ()
    hidden: tuple[str, ...] = ()
    complements: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    by_commune: bool = True


def _of_class(number: int) -> Column:
    label = Text(f"Classe {number} : {LABELS[number].fr}", f"Class {number}: {LABELS[number].en}")
    return Column(f"class_{number}", label, HELPS[number], SOURCE)


def _of_grade(grade: str) -> Column:
    return Column(
        f"grade_{grade.lower()}",
        Text(f"Note {grade}", f"Grade {grade}"),
        Text(
            f"Résidences dont la note d'adaptation établie est {grade} : ce qui reste inconnu ne peut que l'améliorer.",
            f"Residences whose proven grade of adaptation is {grade}: what is still unknown can only improve it.",
        ),
        _INDEX,
    )


_HOMES: Final = Table(
    "homes",
    Text("Logements recensés, accessibles et adaptés", "Homes registered, accessible and adapted"),
    HOMES,
    (
        Column(
            "homes", Text("Logements recensés", "Homes registered"),
            Text(
                "Logements, non retirés, des bailleurs dont l'adhésion à la charte est en vigueur, à la date du"
                " comptage.",
                "Homes, not withdrawn, of the landlords whose adhesion to the charter is in force when they are"
                " counted.",
            ),
            LAW, LAW_READ,
        ),
        Column(
            "accessible", Text("Accessibles (classes 3 à 6)", "Accessible (classes 3 to 6)"),
            Text(
                "Logements que l'on atteint sans marche depuis la rue et dont les pièces essentielles sont de"
                " plain-pied, d'après des caractéristiques établies. La loi ne définit pas « accessible ».",
                "Homes reached from the street without a step, with the essential rooms on one level, by facts that are"
                " proven. The law does not define 'accessible'.",
            ),
            SOURCE,
        ),
        Column(
            "adapted", Text("Adaptés (classes 4 à 6)", "Adapted (classes 4 to 6)"),
            Text(
                "Logements accessibles qui conviennent en outre à une personne marchant avec une aide ou se déplaçant"
                " en fauteuil.",
                "Accessible homes that also suit somebody who walks with an aid or uses a wheelchair.",
            ),
            SOURCE,
        ),
        *(_of_class(number) for number in range(6, -1, -1)),
        Column(
            "available", Text("Accessibles et disponibles", "Accessible and available"),
            Text(
                "Logements accessibles vacants ou dont le congé est donné, à la date du comptage.",
                "Accessible homes that are vacant or under notice when they are counted.",
            ),
        ),
    ),
    sums=(
        ("homes", ("class_0", "class_1", "class_2", "accessible")),
        ("accessible", ("class_3", "adapted")),
        ("adapted", ("class_4", "class_5", "class_6")),
        ("accessible", ("available", "not_available")),
    ),
    hidden=("not_available",),
)  # fmt: skip

_WORKS: Final = Table(
    "works",
    Text("Logements dont une partie a été adaptée", "Homes of which a part was adapted"),
    HOMES,
    tuple(
        Column(
            f"adapted_{code}", label,
            Text(
                f"Logements pour lesquels au moins une adaptation livrée est déclarée : {where.fr}. Un logement peut"
                " compter dans plusieurs colonnes.",
                f"Homes for which at least one delivered adaptation is declared: {where.en}. A home may count in"
                " several columns.",
            ),
        )
        for code, label, where in (
            ("home", Text("Le logement", "The home"), Text("dans le logement", "in the home")),
            (
                "common_parts", Text("Les parties communes", "The common parts"),
                Text("dans les parties communes", "in the common parts"),
            ),
            ("surroundings", Text("Les abords", "The surroundings"), Text("aux abords", "in the surroundings")),
        )
    ),
)  # fmt: skip

_CHANGES: Final = Table(
    "changes",
    Text("Évolutions de l'année", "Changes of the year"),
    HOMES,
    (
        Column(
            "registered", Text("Logements inscrits dans l'année", "Homes registered in the year"),
            Text(
                "Logements recensés que leur bailleur a inscrits au registre pendant l'année civile.",
                "Homes registered that their landlord entered into the registry during the calendar year.",
            ),
        ),
        Column(
            "adapted_in_year", Text("Logements adaptés dans l'année", "Homes adapted in the year"),
            Text(
                "Logements recensés dont au moins une adaptation a été livrée pendant l'année civile.",
                "Homes registered of which at least one adaptation was delivered during the calendar year.",
            ),
        ),
    ),
)  # fmt: skip

_RESIDENCES: Final = Table(
    "residences",
    Text("Résidences par note d'adaptation", "Residences by grade of adaptation"),
    RESIDENCES,
    (
        Column(
            "residences", Text("Résidences", "Residences"),
            Text(
                "Résidences qui ont au moins un logement recensé.", "Residences with at least one home registered."
            ),
        ),
        *(_of_grade(grade) for grade in GRADES),
        Column(
            "ungraded", Text("Sans note", "Without a grade"),
            Text(
                "Résidences dont trop peu est connu pour une note établie, ou que la grille de ce territoire ne note"
                " pas : leur commune est aussi d'un autre territoire, et leur bailleur n'a pas nommé celui-ci.",
                "Residences of which too little is known for a proven grade, or which this territory's grid does not"
                " grade: their commune is another territory's too, and their landlord did not name this one.",
            ),
            _INDEX,
        ),
    ),
    sums=(("residences", (*(f"grade_{grade.lower()}" for grade in GRADES), "ungraded")),),
)  # fmt: skip

TABLES: Final[tuple[Table, ...]] = (_HOMES, _WORKS, _CHANGES, _RESIDENCES)
