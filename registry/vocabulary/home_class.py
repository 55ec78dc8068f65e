"""The class of a home, 0 to 6, and its tags: rules over facts, each with the words by which people know it.

A proposal of the registry (2026-11), to be read beside a charter: no text defines such classes. The thresholds are
those of the arrêté du 24 décembre 2015; the order follows AHR (London), BAT and VERA (Netherlands).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from registry.kernel.text import Text
from registry.vocabulary.conditions import (
    Agreed,
    All,
    Condition,
    Either,
    GroundFloor,
    Measure,
    OneOf,
    Yes,
)
from registry.vocabulary.fact import Scheme

SOURCE: Final = Text("Proposition du registre, à lire avec la charte", "The registry's proposal, beside the charter")
PROPOSED: Final = date(2026, 11, 1)
"""Of the bounds that no text gives: see above."""
NOT_ASSESSED: Final = 0
ORDINARY: Final = 1
FEW_STEPS_CLASS: Final = 2
STEP_FREE_CLASS: Final = 3
HIGHEST: Final = 6
FEW_STEPS: Final = 6
"""Steps with a handrail that a person who still climbs some is taken to manage."""

_REACHED: Final = Either((GroundFloor(), Yes("lift")))
STEP_FREE: Final = Agreed((Measure("steps_to_door", "<=", 0), All((Yes("step_free_entrance"), _REACHED))))
"""No step from the street to the home's door. A home above the ground without a lift is not, whatever else is said."""
_HANDRAIL: Final = OneOf("stair_handrails", ("one_side", "both_sides"))
_FEW_STEPS: Final = Either((STEP_FREE, All((Measure("steps_to_door", "<=", FEW_STEPS), _HANDRAIL))))
_ONE_LEVEL: Final = Yes("bedroom_on_entrance_level")
_SHOWER: Final = Either((Yes("zero_step_shower"), Yes("shower_tray_height")))


@dataclass(frozen=True, slots=True)
class HomeClass:
    """One class: it holds where ``requires`` does, and that of every class in ``includes``."""

    number: int
    label: Text
    help: Text
    requires: Condition
    includes: tuple[int, ...] = ()
    crosswalks: Mapping[Scheme, str] = field(default_factory=dict)


CLASSES: Final[tuple[HomeClass, ...]] = (
    HomeClass(
        2, Text("Peu de marches", "Few steps"),
        Text(
            "Au plus six marches avec main courante, pièces essentielles sur un niveau.",
            "Six steps at most, with a handrail; the essential rooms on one level.",
        ),
        All((_FEW_STEPS, _ONE_LEVEL)), crosswalks={"ahr": "E+", "vera": "GNV"},
    ),
    HomeClass(
        3, Text("Plain-pied", "Step-free"),
        Text(
            "Sans marche de la rue à la porte, pièces essentielles sur un niveau.",
            "No step from the street to the door; the essential rooms on one level.",
        ),
        All((STEP_FREE, _ONE_LEVEL)), crosswalks={"ahr": "E", "vera": "NUL", "bat": "BAT1"},
    ),
    HomeClass(
        4, Text("Marche aidée", "Walking with an aid"),
        Text(
            "Canne ou déambulateur : seuils de 2 cm, portes de 0,80 m (passage 0,77 m), douche sans ressaut ou à "
            "receveur bas, barres d'appui.",
            "Stick or walker: thresholds of 2 cm, doors of 0.80 m (0.77 m clear), a shower without a lip or with a low "
            "tray, grab bars.",
        ),
        All((
            Yes("low_thresholds"), Measure("entrance_door_width", ">=", 77), Yes("interior_door_width"), _SHOWER,
            Yes("grab_bars"),
        )),
        includes=(3,), crosswalks={"ahr": "D/C", "vera": "ROA", "bat": "BAT2"},
    ),
    HomeClass(
        5, Text("Fauteuil, pièces essentielles", "Wheelchair, essential rooms"),
        Text(
            "Portes de 0,83 et 0,77 m de passage, rotation de Ø 1,50 m, espace d'usage de 0,80 × 1,30 m aux toilettes, "
            "douche sans ressaut.",
            "Doors 0.83 and 0.77 m clear, turning space of Ø 1.50 m, 0.80 × 1.30 m beside the toilet, a shower without "
            "a lip.",
        ),
        All((Yes("entrance_door_width"), Yes("turning_space"), Yes("wc_transfer_space"), Yes("zero_step_shower"))),
        includes=(3, 4), crosswalks={"ahr": "B", "vera": "ROL", "bat": "BAT3"},
    ),
    HomeClass(
        6, Text("Fauteuil, partout", "Wheelchair throughout"),
        Text(
            "Toutes les pièces, la cuisine et le balcon ; ascenseur NF EN 81-70 hors rez-de-chaussée.",
            "All rooms, kitchen and balcony; a lift to EN 81-70 unless on the ground floor.",
        ),
        All((
            Yes("all_rooms_wheelchair"), Yes("kitchen_clearance"), Yes("balcony_access"),
            Either((GroundFloor(), All((Yes("lift"), Yes("lift_standard"))))),  # of a lift that there is
        )),
        includes=(3, 4, 5), crosswalks={"ahr": "A", "vera": "RUI", "bat": "BAT4/5"},
    ),
)  # fmt: skip
"""From 2 on. A home with stairs to reach it or inside is ordinary (1); where nobody knows it is not assessed (0)."""
BY_NUMBER: Final[dict[int, HomeClass]] = {each.number: each for each in CLASSES}

LABELS: Final[dict[int, Text]] = {
    NOT_ASSESSED: Text("Non évalué", "Not assessed"),
    ORDINARY: Text("Ordinaire", "Ordinary"),
    **{each.number: each.label for each in CLASSES},
}
HELPS: Final[dict[int, Text]] = {
    NOT_ASSESSED: Text(
        "Trop peu est connu pour dire si des marches mènent au logement ; ce n'est pas une moins bonne classe.",
        "Too little is known to say whether there are steps to the home; it is no worse a class.",
    ),
    ORDINARY: Text(
        "Des marches mènent au logement, ou séparent ses pièces essentielles.",
        "There are steps to the home, or between its essential rooms.",
    ),
    **{each.number: each.help for each in CLASSES},
}


@dataclass(frozen=True, slots=True)
class Tag:
    """What a home is fitted for beside its class."""

    code: str
    label: Text
    requires: Condition


TAGS: Final[tuple[Tag, ...]] = (
    Tag("adaptable", Text("Adaptable", "Adaptable"), Yes("adaptable")),
    Tag("evolutive", Text("Évolutif (ELAN)", "Evolutive (ELAN)"), Yes("evolutive")),
    Tag(
        "senior", Text("Équipé pour un locataire âgé", "Fitted for an older tenant"),
        All((_SHOWER, Yes("grab_bars"), Yes("raised_wc"), Yes("non_slip_floor"))),
    ),
    Tag(
        "visual", Text("Équipé pour la malvoyance", "Fitted for low vision"),
        All((Yes("contrast_markings"), Yes("lighting_path"))),
    ),
    Tag(
        "hearing", Text("Équipé pour la surdité", "Fitted for hearing loss"),
        All((Yes("visual_signals"), Either((Yes("video_intercom"), Yes("hearing_loop"))))),
    ),
    Tag(
        "cognitive", Text("Repérage simplifié", "Easy to find one's way in"),
        All((Yes("contrast_markings"), Yes("signage_contrast"))),
    ),
)  # fmt: skip


def condition_of(number: int) -> Condition:
    """Return all that a class asks for, those it includes first."""
    own = BY_NUMBER[number]
    return All((*(BY_NUMBER[each].requires for each in own.includes), own.requires))
