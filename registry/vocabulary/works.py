"""The works that adapt a home or the way to it: what each is called, whom it serves, and which facts it makes true.

The list is that of the texts on works of accessibility (projet de loi Sénat n° 210, 2003-2004, art. 23; CGI annexe IV,
art. 18 ter; BOI-IF-TFB-50-20-20-10 of 23 June 2022), of the referential Habitat Senior Services, and of what ageing
tenants ask for most. The texts name kinds of works and decide nothing for a given one: eligibility, life span and
what works deliver are *assumptions* that a territory's charter sets, and named as such in :attr:`Work.assumed`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from registry.kernel.text import Text
from registry.kernel.validation import Wrong
from registry.vocabulary.fact import Part, Place


class Need(StrEnum):
    """A family of needs, never a diagnosis."""

    MOTOR = "motor"
    VISUAL = "visual"
    HEARING = "hearing"
    COGNITIVE = "cognitive"


class Eligibility(StrEnum):
    """Whether works are taken by a scheme, before anybody has looked at the file."""

    YES = "yes"
    TO_JUSTIFY = "to_justify"
    NO = "no"


class Funder(StrEnum):
    """Who bore most of the cost of works."""

    LANDLORD = "landlord"
    CARSAT = "carsat"
    ANAH = "anah"
    DEPARTMENT = "department"
    METROPOLE = "metropole"
    TENANT = "tenant"
    OTHER = "other"


class OutageSource(StrEnum):
    """From whom it is known that a lift stands."""

    DECLARED = "declared"
    MAINTENANCE_FIRM = "maintenance_firm"
    TENANT_REPORT = "tenant_report"


ASSUMED: Final = ("tfpb", "carsat", "reversible", "life_span_years", "delivers")
"""What is an assumption unless a text confirms it."""
_MOTOR: Final = (Need.MOTOR,)
_YES, _TO_JUSTIFY, _NO = Eligibility.YES, Eligibility.TO_JUSTIFY, Eligibility.NO


@dataclass(frozen=True, slots=True)
class Work:
    """One kind of works.

    Attributes:
        part: Where they are done.
        needs: The families of needs that they serve.
        tfpb: Whether they give relief of the land tax (CGI art. 1391 C).
        carsat: Whether a pension fund's convention takes them.
        reversible: Whether the home can be put back as it was without structural works.
        life_span_years: How long they serve; ``None``: as long as the building.
        delivers: The facts that they make true, with the value stated where they are done as the threshold asks:
            "yes", a measure in the fact's unit, or a code. Empty: no fact tells of them.
        assumed: Which of these values no text confirms; the charter sets them.
        source: The text that confirms the others.
    """

    code: str
    part: Part
    label: Text
    needs: tuple[Need, ...] = _MOTOR
    tfpb: Eligibility = _TO_JUSTIFY
    carsat: Eligibility = _NO
    reversible: bool = False
    life_span_years: int | None = None
    delivers: Mapping[str, str | int] = field(default_factory=dict)
    assumed: tuple[str, ...] = ASSUMED
    source: str | None = None


def _outside(code: str, fr: str, en: str, years: int | None = 20, **more: str | int) -> Work:
    return Work(code, "surroundings", Text(fr, en), tfpb=_YES, life_span_years=years, delivers=more)


def _common(
    code: str, fr: str, en: str, years: int | None = 20, needs: tuple[Need, ...] = _MOTOR, **more: str | int
) -> Work:
    return Work(code, "common_parts", Text(fr, en), needs, tfpb=_YES, life_span_years=years, delivers=more)


def _fixed(code: str, fr: str, en: str, years: int | None = 20, **more: str | int) -> Work:
    """Return works in the home that change what is built."""
    return Work(code, "home", Text(fr, en), carsat=_TO_JUSTIFY, life_span_years=years, delivers=more)


def _fitted(code: str, fr: str, en: str, years: int = 15, needs: tuple[Need, ...] = _MOTOR, **more: str | int) -> Work:
    """Return equipment of the home that can be taken away again."""
    return Work(
        code, "home", Text(fr, en), needs, carsat=_YES, reversible=True, life_span_years=years, delivers=more
    )  # fmt: skip


_SIGHT: Final = (Need.VISUAL,)
_SIGHT_AND_MIND: Final = (Need.VISUAL, Need.COGNITIVE)

WORKS: Final[tuple[Work, ...]] = (
    _outside("widen_path", "Élargissement du cheminement", "Widening of the path", None, path_width=120),
    _outside("widen_gate", "Élargissement du portail", "Widening of the gate", 30),
    _outside("outdoor_ramp", "Rampe extérieure", "Outdoor ramp", 30, path_steps=0),
    _outside("dropped_kerb", "Abaissement de trottoir", "Dropped kerb", None, dropped_kerbs="yes", path_kerb=2),
    _outside(
        "remove_outdoor_steps", "Suppression de murets, marches, seuils ou ressauts",
        "Removal of low walls, steps, thresholds or lips", None, path_steps=0, path_kerb=2,
    ),
    _outside("firm_ground", "Sol ferme et non glissant", "Firm non-slip ground", 20, path_surface="smooth"),
    _outside("outdoor_handrail", "Main courante extérieure", "Outdoor handrail", 25, path_handrail="yes"),
    _outside("outdoor_lighting", "Éclairage du cheminement", "Lighting of the path", 15, path_lighting=20),
    _outside("tactile_paving", "Bande d'éveil de vigilance", "Tactile warning strip", 10, tactile_warning="yes"),
    _outside("adapted_parking", "Place de stationnement adaptée", "Adapted parking space", 20, adapted_parking="yes"),
    _outside("rest_bench", "Banc de repos", "Rest bench", 15, rest_bench="yes"),
    _common(
        "widen_common_door", "Élargissement de la porte d'entrée de l'immeuble", "Widening of the building's entrance",
        30, entrance_door_width_common=83,
    ),
    _common("widen_common_corridor", "Élargissement des couloirs", "Widening of corridors", None,
            corridor_width_common=120),
    _common("entrance_ramp", "Rampe d'accès à l'immeuble", "Ramp to the building", 30,
            access_ramp="yes", step_free_entrance="yes"),
    _common("remove_entrance_steps", "Suppression de marches à l'entrée", "Removal of steps at the entrance", None,
            step_free_entrance="yes"),
    _common("remove_common_partitions", "Suppression de cloisons", "Removal of partitions", None),
    _common("stair_handrails", "Mains courantes des deux côtés de l'escalier", "Handrails on both sides of the stairs",
            25, stair_handrails="both_sides"),
    _common("lift_installation", "Installation d'un ascenseur", "Installation of a lift", 30,
            lift="yes", lift_standard="yes"),
    _common("lift_extension", "Desserte de tous les niveaux par l'ascenseur", "Extension of the lift to all levels", 30,
            lift_serves_all="yes"),
    Work(
        "lift_automatic_doors", "common_parts",
        Text("Portes palières automatiques d'ascenseur", "Automatic landing doors of a lift"),
        tfpb=_YES, life_span_years=20, assumed=("carsat", "reversible", "life_span_years"),
        source="Conseil d'État, 21 octobre 2015 (CGI, art. 1391 C)",
    ),
    _common("letterboxes", "Boîtes aux lettres à hauteur accessible", "Letterboxes within reach", 25,
            reachable_letterboxes="yes"),
    _common("automatic_entrance_door", "Porte d'entrée automatique", "Automatic entrance door", 15,
            automatic_entrance_door="yes"),
    _common("common_lighting", "Éclairage des circulations", "Lighting of corridors and stairs", 15, _SIGHT,
            lighting_corridor=100, lighting_stairs=150),
    _common("video_intercom", "Visiophone à l'entrée", "Video intercom at the entrance", 15,
            (Need.MOTOR, Need.VISUAL, Need.HEARING), video_intercom="yes", reachable_intercom="yes"),
    _common("signage", "Signalétique contrastée", "Contrasted signage", 10, _SIGHT_AND_MIND, signage_contrast="yes"),
    _common("stair_nosing", "Nez de marche contrastés", "Contrasted stair nosing", 10, _SIGHT, stair_contrast="yes"),
    _common("indoor_seat", "Siège de repos dans les parties communes", "Seat to rest on indoors", 15,
            indoor_seat="yes"),
    _fixed("widen_front_door", "Élargissement de la porte du logement", "Widening of the home's front door", 30,
           entrance_door_width=83),
    _fixed("widen_interior_doors", "Élargissement des portes intérieures", "Widening of the inner doors", 30,
           interior_door_width=77),
    _fixed("sliding_doors", "Portes coulissantes", "Sliding doors", 20, interior_door_width=77),
    _fixed("move_partitions", "Suppression ou déplacement de cloisons", "Removal or move of partitions", None,
           turning_space="yes"),
    _fixed("interior_ramp", "Rampe intérieure", "Interior ramp", 20, low_thresholds="yes"),
    _fixed("zero_step_shower", "Douche de plain-pied", "Zero-step shower", 20, zero_step_shower="yes"),
    _fixed("flat_shower_tray", "Receveur extra-plat et siège de douche", "Extra-flat shower tray and seat", 20,
           shower_tray_height=4, shower_seat="yes"),
    _fixed("walk_in_bath", "Baignoire à porte", "Walk-in bath", 15),
    _fixed("adjustable_washbasin", "Lavabo ou évier réglable à siphon déporté",
           "Adjustable washbasin or sink with offset trap", 20, washbasin_knee_space="yes"),
    _fixed("raised_wc", "WC surélevé", "Raised toilet", 20, raised_wc="yes"),
    _fixed("wall_hung_wc", "WC suspendu à hauteur adaptée", "Wall-hung toilet at an adapted height", 20,
           raised_wc="yes"),
    _fixed("non_slip_floor", "Sol antidérapant", "Non-slip floor", 15, non_slip_floor="yes"),
    _fixed("controls_height", "Interrupteurs et prises à hauteur accessible", "Switches and sockets within reach", 30,
           reachable_controls="yes"),
    _fitted("grab_bars", "Barres d'appui", "Grab bars", 20, grab_bars="yes"),
    _fitted("perching_support", "Appui ischiatique", "Perching support", 15),
    _fitted("lever_taps", "Robinetterie à levier", "Lever taps", 15, lever_taps="yes"),
    _fitted("thermostatic_mixer", "Mitigeur thermostatique", "Thermostatic mixer", 15),
    _fitted("motorised_shutters", "Volets motorisés", "Motorised shutters", 15, motorised_shutters="yes"),
    _fitted("remote_control", "Télécommande des équipements", "Remote control of equipment", 10,
            (Need.MOTOR, Need.COGNITIVE), remote_control="yes"),
    _fitted("telecare", "Téléassistance", "Telecare", 8, (Need.MOTOR, Need.COGNITIVE), telecare="yes"),
    _fitted("stairlift", "Monte-escalier", "Stairlift", 15, stairlift="yes"),
    _fitted("hoist", "Lève-personne ou potence", "Hoist or lifting pole", 10),
    _fitted("signals", "Signaux sonores et lumineux", "Sound and light signals", 10, (Need.HEARING, Need.VISUAL),
            visual_signals="yes"),
    _fitted("hearing_loop", "Boucle magnétique", "Hearing loop", 15, (Need.HEARING,), hearing_loop="yes"),
    _fitted("lighting_path", "Chemin lumineux", "Lighting path", 10, _SIGHT_AND_MIND, lighting_path="yes"),
    _fitted("adjustable_furniture", "Mobilier réglable en hauteur", "Adjustable-height furniture", 15,
            adjustable_furniture="yes", adjustable_worktop="yes"),
    _fitted("home_video_intercom", "Visiophone dans le logement", "Video intercom in the home", 15,
            (Need.MOTOR, Need.VISUAL, Need.HEARING), video_intercom="yes"),
)  # fmt: skip
"""The catalogue, from the street inwards; a code is permanent."""
WORKS_BY_CODE: Final[dict[str, Work]] = {work.code: work for work in WORKS}
_PARTS: Final[dict[Place, tuple[Part, ...]]] = {"home": ("home",), "residence": ("common_parts", "surroundings")}
WORKS_OF: Final[dict[Place, tuple[str, ...]]] = {
    place: tuple(sorted(work.code for work in WORKS if work.part in parts)) for place, parts in _PARTS.items()
}
"""Codes of the works that are done in a home, and of those done in a residence's common parts or around it."""
_LISTED: Final = Text("GET /v1/vocabulary les liste, sous « works ».", "GET /v1/vocabulary lists them, in 'works'.")
_NOT_OF: Final[dict[Place, Text]] = {
    "home": Text("ces travaux ne sont pas d'un logement", "these are no works of a home"),
    "residence": Text(
        "ces travaux ne sont pas des parties communes ni des abords",
        "these are no works of common parts or surroundings",
    ),
}


def checked_work(code: str, place: Place, elsewhere: Text) -> str:
    """Return a code of works that are done in a home, or else in a residence's common parts and around it.

    Args:
        code: As it is given.
        place: Of what the works are stated.
        elsewhere: What to do with works of another part.

    Raises:
        Wrong: The vocabulary has no such works, or they are of another part.
    """
    possible = WORKS_OF[place]
    if code in possible:
        return code
    codes = ", ".join(possible)
    if code not in WORKS_BY_CODE:
        raise Wrong(
            f"travaux inconnus du vocabulaire ; possibles : {codes}",
            f"works that the vocabulary does not have; possible: {codes}",
            remedy=_LISTED,
        )
    not_here = _NOT_OF[place]
    raise Wrong(f"{not_here.fr} ; possibles : {codes}", f"{not_here.en}; possible: {codes}", remedy=elsewhere)


LABELS: Final[dict[type[StrEnum], dict[StrEnum, Text]]] = {
    Need: {
        Need.MOTOR: Text("Moteur", "Motor"),
        Need.VISUAL: Text("Visuel", "Visual"),
        Need.HEARING: Text("Auditif", "Hearing"),
        Need.COGNITIVE: Text("Cognitif", "Cognitive"),
    },
    Eligibility: {
        Eligibility.YES: Text("Oui", "Yes"),
        Eligibility.TO_JUSTIFY: Text("À justifier", "To be justified"),
        Eligibility.NO: Text("Non", "No"),
    },
    Funder: {
        Funder.LANDLORD: Text("Bailleur", "Landlord"),
        Funder.CARSAT: Text("Carsat", "Carsat (pension fund)"),
        Funder.ANAH: Text("Anah", "Anah (national housing agency)"),
        Funder.DEPARTMENT: Text("Département", "Department"),
        Funder.METROPOLE: Text("Métropole ou EPCI", "Metropole or EPCI"),
        Funder.TENANT: Text("Locataire", "Tenant"),
        Funder.OTHER: Text("Autre", "Other"),
    },
    OutageSource: {
        OutageSource.DECLARED: Text("Déclarée par le bailleur", "Declared by the landlord"),
        OutageSource.MAINTENANCE_FIRM: Text("Entreprise de maintenance", "Maintenance firm"),
        OutageSource.TENANT_REPORT: Text("Signalement de locataire", "Report of a tenant"),
    },
}
NAMES: Final[dict[type[StrEnum], str]] = {
    Need: "needs",
    Eligibility: "eligibilities",
    Funder: "funders",
    OutageSource: "lift_outage_sources",
}
