"""The facts that can be stated of a home: what each means, how it is measured, and when it counts as a feature.

A *fact* is what somebody declared or measured. A *feature* is a fact that holds: ``yes``, or a measure that meets
its threshold. ``number`` is permanent: searches and indexes are built on it.

Sources: arrêté du 24 décembre 2015 (accessibilité des bâtiments d'habitation neufs), arrêté du 1er août 2006 that it
replaced on 1 April 2016 with mostly the same dimensions, arrêté du 11 septembre 2020 (douche de plain-pied). The
dimensions were read in the texts of 2006 and 2020; later amendments of the 2015 text are to be checked by a lawyer.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from registry.kernel.text import Text

VERSION: Final = "2026.1"

_HABITATION: Final = "Arrêté du 24 décembre 2015 (bâtiments d'habitation)"
_IN_FORCE: Final = date(2016, 4, 1)


@dataclass(frozen=True, slots=True)
class Threshold:
    """When a measure counts as a feature, and which text says so."""

    comparison: Literal[">=", "<="]
    value: int
    source: str
    date: date


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that can be known about a home or the way to it.

    Attributes:
        kind: ``yes_no`` takes "yes" or "no"; ``measure`` a whole number in ``unit``.
        part: Whether it belongs to the home or to the building's common parts.
        minimum: Least plausible measure; below it the unit is probably wrong.
        maximum: Greatest plausible measure.
        source: The text that defines it, where one does.
    """

    code: str
    number: int
    kind: Literal["yes_no", "measure"]
    part: Literal["home", "common_parts"]
    label: Text
    help: Text
    source: str | None = None
    unit: str | None = None
    minimum: int | None = None
    maximum: int | None = None
    threshold: Threshold | None = None


FACTS: Final[tuple[Fact, ...]] = (
    Fact(
        "step_free_entrance", 0, "yes_no", "common_parts",
        Text("Entrée de plain-pied", "Step-free entrance"),
        Text(
            "Aucune marche entre la rue et l'intérieur du bâtiment ; une rampe conforme compte comme plain-pied.",
            "No step between the street and the inside of the building; a compliant ramp counts as step-free.",
        ),
        source=f"{_HABITATION}, art. 2",
    ),
    Fact(
        "lift", 1, "yes_no", "common_parts",
        Text("Ascenseur", "Lift"),
        Text("Un ascenseur dessert l'étage du logement.", "A lift serves the home's floor."),
        source=f"{_HABITATION}, art. 6 ; NF EN 81-70",
    ),
    Fact(
        "entrance_door_width", 2, "measure", "home",
        Text("Largeur de passage de la porte d'entrée", "Clear width of the front door"),
        Text("Passage libre, porte ouverte à 90°.", "Free passage with the door open at 90°."),
        unit="cm", minimum=50, maximum=200, threshold=Threshold(">=", 83, f"{_HABITATION}, art. 11", _IN_FORCE),
    ),
    Fact(
        "interior_door_width", 3, "measure", "home",
        Text("Largeur de passage des portes intérieures", "Clear width of the inner doors"),
        Text("La plus étroite des pièces essentielles.", "The narrowest among the essential rooms."),
        unit="cm", minimum=40, maximum=200, threshold=Threshold(">=", 77, f"{_HABITATION}, art. 11", _IN_FORCE),
    ),
    Fact(
        "turning_space", 4, "yes_no", "home",
        Text("Espace de rotation Ø 1,50 m", "Turning space Ø 1.50 m"),
        Text(
            "Dans la salle d'eau : un cercle libre de 1,50 m de diamètre.",
            "In the bathroom: a free circle 1.50 m across.",
        ),
        source=f"{_HABITATION}, annexe 2",
    ),
    Fact(
        "zero_step_shower", 5, "yes_no", "home",
        Text("Douche de plain-pied", "Zero-step shower"),
        Text(
            "Zone de douche d'au moins 0,90 × 1,20 m, sans ressaut.", "Shower area of at least 0.90 × 1.20 m, no lip."
        ),
        source="Arrêté du 11 septembre 2020 (NOR LOGL2021565A)",
    ),
    Fact(
        "grab_bars", 6, "yes_no", "home",
        Text("Barres d'appui", "Grab bars"),
        Text("Dans la douche ou aux toilettes, fixées.", "In the shower or at the toilet, fixed."),
    ),
    Fact(
        "raised_wc", 7, "yes_no", "home",
        Text("Cuvette de WC surélevée", "Raised toilet"),
        Text("Assise entre 45 et 50 cm.", "Seat between 45 and 50 cm high."),
    ),
    Fact(
        "wc_transfer_space", 8, "yes_no", "home",
        Text("Espace d'usage à côté de la cuvette", "Transfer space beside the toilet"),
        Text("Libre sur 0,80 × 1,30 m.", "Free over 0.80 × 1.30 m."),
        source=f"{_HABITATION}, annexe 2",
    ),
    Fact(
        "steps_to_door", 9, "measure", "common_parts",
        Text("Marches jusqu'à la porte du logement", "Steps to the home's door"),
        Text(
            "Marches sans ascenseur ni rampe entre la rue et la porte du logement.",
            "Steps without lift or ramp between the street and the home's door.",
        ),
        unit="steps", minimum=0, maximum=400, threshold=Threshold("<=", 0, f"{_HABITATION}, art. 2 et 6", _IN_FORCE),
    ),
    Fact(
        "adapted_parking", 10, "yes_no", "common_parts",
        Text("Stationnement adapté", "Adapted parking"),
        Text(
            "Une place d'au moins 3,30 m de large reliée au logement sans marche.",
            "A space at least 3.30 m wide, linked to the home without steps.",
        ),
        source=f"{_HABITATION}, art. 3",
    ),
    Fact(
        "bedroom_on_entrance_level", 11, "yes_no", "home",
        Text("Chambre au niveau d'entrée", "Bedroom on the entrance level"),
        Text(
            "Séjour, cuisine, chambre, salle d'eau et toilettes sans marche entre eux.",
            "Living room, kitchen, bedroom, bathroom and toilet without a step between them.",
        ),
        source=f"{_HABITATION}, art. 13",
    ),
    Fact(
        "low_thresholds", 12, "yes_no", "home",
        Text("Seuils d'au plus 2 cm", "Thresholds of 2 cm at most"),
        Text("À toutes les portes du logement, balcon excepté.", "At all doors of the home, the balcony's excepted."),
        source=f"{_HABITATION}, art. 11",
    ),
    Fact(
        "motorised_shutters", 13, "yes_no", "home",
        Text("Volets motorisés", "Motorised shutters"),
        Text("Dans les pièces de vie.", "In the living rooms."),
    ),
    Fact(
        "video_intercom", 14, "yes_no", "common_parts",
        Text("Visiophone", "Video intercom"),
        Text("Appel sonore et lumineux, image du visiteur.", "Sound and light signal, image of the visitor."),
        source=f"{_HABITATION}, art. 4",
    ),
    Fact(
        "declared_accessible", 15, "yes_no", "home",
        Text("Déclaré accessible au répertoire", "Declared accessible in the national register"),
        Text(
            "Déclaré pour le répertoire annuel des logements sociaux (RPLS, variable PMR : 2 et 3 oui, 1 non) ; "
            "rang faible, jamais une preuve que le logement est adapté.",
            "Declared for the yearly register of social homes (RPLS, variable PMR: 2 and 3 yes, 1 no); low rank, never "
            "proof that the home is adapted.",
        ),
        source="RPLS, variable PMR",
    ),
)  # fmt: skip

FACTS_BY_CODE: Final[dict[str, Fact]] = {fact.code: fact for fact in FACTS}
