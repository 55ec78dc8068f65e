"""What the tags of OpenStreetMap say of walking along a way, and of passing a point of it.

Source: the wiki of OpenStreetMap (Key:highway, Key:foot, Key:access, Key:kerb, Key:incline, Key:smoothness, Key:width,
Key:barrier, OSM tags for routing/Access restrictions: France), as generally applied. Whatever is not in these tables is
unknown.
"""

import math
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from registry.surroundings.graph import NO, UNKNOWN, YES, Kind, Surface

NAN: Final = math.nan
WIDEST_M: Final = 50.0
"""A useful width above this is a mistake of unit (cm for m), not a width: left unknown and reported."""
HIGHEST_KERB_M: Final = 0.5
STEEPEST_PCT: Final = 100.0

KINDS: Final = {
    "footway": Kind.PATH, "path": Kind.PATH, "track": Kind.PATH, "bridleway": Kind.PATH, "cycleway": Kind.PATH,
    "pedestrian": Kind.PEDESTRIAN_AREA, "steps": Kind.STEPS, "corridor": Kind.CORRIDOR, "elevator": Kind.LIFT,
    "platform": Kind.PLATFORM, "living_street": Kind.STREET, "residential": Kind.STREET, "service": Kind.STREET,
    "unclassified": Kind.STREET, "road": Kind.STREET, "primary": Kind.STREET, "primary_link": Kind.STREET,
    "secondary": Kind.STREET, "secondary_link": Kind.STREET, "tertiary": Kind.STREET, "tertiary_link": Kind.STREET,
    "crossing": Kind.CROSSING,
}  # fmt: skip
FOOTWAYS: Final = {
    "sidewalk": Kind.PAVEMENT, "crossing": Kind.CROSSING, "traffic_island": Kind.CROSSING, "corridor": Kind.CORRIDOR,
}  # fmt: skip
ONLY_WHERE_ALLOWED: Final = {"trunk": Kind.STREET, "trunk_link": Kind.STREET, "busway": Kind.STREET}
"""Not walked along unless ``foot`` allows it."""
ALLOWED: Final = frozenset({"yes", "designated", "permissive", "official", "customers", "destination"})
FORBIDDEN: Final = frozenset({"no", "private", "use_sidepath", "military", "delivery", "agricultural", "forestry"})

SURFACES: Final = {
    **dict.fromkeys((
        "asphalt", "concrete", "concrete:lanes", "concrete:plates", "paved", "paving_stones", "chipseal", "metal",
        "wood", "tiles", "rubber", "tartan", "acrylic", "carpet", "brick", "bricks",
    ), Surface.SMOOTH),
    **dict.fromkeys((
        "cobblestone", "sett", "unhewn_cobblestone", "compacted", "fine_gravel", "paving_stones:lanes", "metal_grid",
        "grass_paver", "stepping_stones", "stone", "rock",
    ), Surface.UNEVEN),
    **dict.fromkeys((
        "unpaved", "gravel", "pebblestone", "dirt", "earth", "ground", "mud", "sand", "grass", "woodchips", "clay",
        "snow",
    ), Surface.LOOSE),
}  # fmt: skip
SMOOTHNESS: Final = {
    "excellent": Surface.SMOOTH, "good": Surface.SMOOTH, "intermediate": Surface.UNEVEN, "bad": Surface.UNEVEN,
    "very_bad": Surface.LOOSE, "horrible": Surface.LOOSE, "very_horrible": Surface.LOOSE, "impassable": Surface.LOOSE,
}  # fmt: skip
KERBS_M: Final = {"flush": 0.0, "no": 0.0, "lowered": 0.03, "rolled": 0.05, "raised": 0.14, "regular": 0.14}
"""Height in metres where no ``kerb:height`` is given. Key:kerb: flush about 0, lowered up to 3 cm; rolled and raised
are above 3 cm, 14 cm being the usual kerb of a French pavement (assumption; only "more than 4 cm" is used of it)."""
NO_WHEELCHAIR: Final = frozenset(
    {"stile", "horse_stile", "turnstile", "full-height_turnstile", "kissing_gate", "motorcycle_barrier"}
)
STEP_AT: Final = frozenset({"log", "step"})
GAPS: Final = frozenset({"cycle_barrier", "chicane", "block", "chain", "gate", "wicket_gate", "swing_gate"})
"""One passes a gap that is narrower than the way: as long as nobody measured it, the way's own width says nothing of
it. Key:cycle_barrier: ``maxwidth:physical``, or ``opening`` and ``spacing`` of a chicane, tell whether it is passed."""
STATED: Final = {"yes": YES, "designated": YES, "no": NO, "bad": UNKNOWN, "limited": UNKNOWN}
YES_NO: Final = {"yes": YES, "no": NO, "both": YES, "left": YES, "right": YES, "center": YES}

_NUMBER: Final = re.compile(r"\s*(-?\d+(?:[.,]\d+)?)\s*(m|cm|mm|ft|'|%|°|)\s*")
_RATIO: Final = re.compile(r"\s*(-?)1\s*:\s*(\d+(?:\.\d+)?)\s*")
_METRES: Final = {"": 1.0, "m": 1.0, "cm": 0.01, "mm": 0.001, "ft": 0.3048, "'": 0.3048}


class Walked(NamedTuple):
    """What is walked along; the fields are those of :class:`~registry.surroundings.graph.Graph`.

    Attributes:
        doubts: Keys whose value cannot be meant: left unknown.
    """

    kind: int
    steps: int = 0
    slope_pct: float = NAN
    width_m: float = NAN
    kerb_m: float = NAN
    surface: int = Surface.UNKNOWN
    ramp: int = UNKNOWN
    handrail: int = UNKNOWN
    wheelchair: int = UNKNOWN
    doubts: tuple[str, ...] = ()


class Passed(NamedTuple):
    """What is passed at a point of a way.

    Attributes:
        closed: Nobody passes.
        gap: It is narrower than the way, and nobody said how narrow, or that a wheelchair passes.
        lift: A lift, in which ``closed`` means that nobody rides.
        across: It is met by who crosses the street there, not by who follows it.
    """

    width_m: float = NAN
    kerb_m: float = NAN
    wheelchair: int = UNKNOWN
    closed: bool = False
    across: bool = False
    gap: bool = False
    lift: bool = False
    doubts: tuple[str, ...] = ()


WAY_KEYS: Final = (
    "highway", "footway", "foot", "access", "area", "indoor", "railway", "public_transport", "conveying", "step_count",
    "incline", "width", "kerb", "kerb:height", "surface", "smoothness", "ramp", "ramp:wheelchair", "handrail",
    "handrail:left", "handrail:right", "handrail:center", "wheelchair", "motorroad", "maxwidth:physical", "est_width",
)  # fmt: skip
NODE_KEYS: Final = (
    "barrier", "kerb", "kerb:height", "height", "foot", "access", "locked", "width", "maxwidth:physical", "wheelchair",
    "highway", "opening", "spacing",
)  # fmt: skip


@lru_cache(maxsize=4096)
def walked(values: tuple[str | None, ...]) -> Walked | None:
    """Return what the tags of a way say, or ``None`` where nobody may or can walk.

    Args:
        values: The values of :data:`WAY_KEYS`, in that order.
    """
    tags = _present(WAY_KEYS, values)
    kind = _kind(tags)
    if kind is None:
        return None
    doubts: list[str] = []
    return Walked(
        kind=kind,
        steps=_steps(tags, kind, doubts),
        slope_pct=_slope(tags, kind, doubts),
        width_m=_narrowest(tags, ("width", "maxwidth:physical", "est_width"), doubts) if kind != Kind.STREET else NAN,
        kerb_m=_kerb(tags, doubts),
        surface=_surface(tags),
        ramp=_ramp(tags),
        handrail=max(YES_NO.get(tags.get(key, ""), UNKNOWN) for key in WAY_KEYS if key.startswith("handrail")),
        wheelchair=STATED.get(tags.get("wheelchair", ""), UNKNOWN),
        doubts=tuple(doubts),
    )


@lru_cache(maxsize=1024)
def passed(values: tuple[str | None, ...]) -> Passed | None:
    """Return what the tags of a node say, or ``None`` where they say nothing of passing it.

    Args:
        values: The values of :data:`NODE_KEYS`, in that order.
    """
    tags = _present(NODE_KEYS, values)
    barrier = tags.get("barrier", "")
    lift = tags.get("highway") == "elevator"
    doubts: list[str] = []
    kerb = _kerb(tags, doubts)
    if barrier in STEP_AT or (barrier == "kerb" and "height" in tags and math.isnan(kerb)):
        kerb = _bounded(_metres(tags.get("height", "")), HIGHEST_KERB_M, "height", tags, doubts)
    wheelchair = STATED.get(tags.get("wheelchair", ""), _implied(barrier, kerb))
    measures = ("maxwidth:physical", "width", "opening", "spacing") if barrier != "kerb" else ()
    width = _narrowest(tags, measures, doubts)
    found = Passed(
        width_m=width,
        kerb_m=kerb,
        wheelchair=wheelchair,
        closed=(lift or (bool(barrier) and barrier != "kerb")) and _closed(tags),
        across=tags.get("highway") in {"crossing", "traffic_signals"},
        gap=barrier in GAPS and math.isnan(width) and wheelchair == UNKNOWN,
        lift=lift,
        doubts=tuple(doubts),
    )
    measured = not (math.isnan(found.width_m) and math.isnan(found.kerb_m))
    says = lift or found.gap or found.closed or found.wheelchair != UNKNOWN or measured
    return found if says or found.doubts else None


def _implied(barrier: str, kerb_m: float) -> int:
    """Return what a barrier means to a wheelchair where nothing else is said; the height of a step tells by itself."""
    return NO if barrier in NO_WHEELCHAIR or (barrier == "step" and math.isnan(kerb_m)) else UNKNOWN


def _present(keys: tuple[str, ...], values: tuple[str | None, ...]) -> dict[str, str]:
    return {key: value for key, value in zip(keys, values, strict=True) if value is not None}


def _kind(tags: Mapping[str, str]) -> int | None:
    highway, foot = tags.get("highway", ""), tags.get("foot")
    kind = KINDS.get(highway)
    if kind is None and (tags.get("railway") == "platform" or tags.get("public_transport") == "platform"):
        kind = Kind.PLATFORM
    if kind is None and tags.get("indoor") == "corridor":
        kind = Kind.CORRIDOR
    if kind is None and foot in ALLOWED:
        kind = ONLY_WHERE_ALLOWED.get(highway)
    if kind is None or not _may_walk(tags, foot):
        return None
    return _finer(kind, highway, tags)


def _finer(kind: Kind, highway: str, tags: Mapping[str, str]) -> Kind:
    if kind == Kind.STEPS and tags.get("conveying", "no") != "no":
        return Kind.ESCALATOR
    if kind == Kind.PATH and "footway" in tags:
        kind = FOOTWAYS.get(tags["footway"], kind)
    if kind == Kind.PATH and tags.get("indoor", "no") != "no":
        return Kind.CORRIDOR
    if kind == Kind.PATH and highway in {"footway", "path"} and _ramp(tags) == YES:
        return Kind.RAMP
    return kind


def _may_walk(tags: Mapping[str, str], foot: str | None) -> bool:
    if foot is not None:
        return foot not in FORBIDDEN
    return tags.get("access") not in FORBIDDEN and tags.get("motorroad") != "yes"


def _closed(tags: Mapping[str, str]) -> bool:
    foot = tags.get("foot")
    if foot is not None:
        return foot in FORBIDDEN
    return tags.get("access") in FORBIDDEN or tags.get("locked") == "yes"


def _steps(tags: Mapping[str, str], kind: int, doubts: list[str]) -> int:
    if kind not in {Kind.STEPS, Kind.ESCALATOR}:
        return 0
    counts = [int(part) for part in tags.get("step_count", "").split(";") if part.strip().isdecimal()]
    if sum(counts) > 0 and max(counts) <= 1000:
        return sum(counts)
    if "step_count" in tags:
        doubts.append("step_count")
    return UNKNOWN


def _slope(tags: Mapping[str, str], kind: int, doubts: list[str]) -> float:
    text = tags.get("incline")
    if text is None or kind in {Kind.STEPS, Kind.ESCALATOR}:  # of a flight it is the stairs' own pitch
        return NAN
    if ratio := _RATIO.fullmatch(text):
        run = float(ratio[2])
        return _bounded(
            math.copysign(100 / run, -1 if ratio[1] else 1) if run else NAN, STEEPEST_PCT, "incline", tags, doubts
        )
    number = _NUMBER.fullmatch(text)
    if number is None or number[2] not in {"", "%", "°"}:
        return NAN  # up, down: the direction without the measure
    value = float(number[1].replace(",", "."))
    if number[2] == "°" and abs(value) < 45:
        value = 100 * math.tan(math.radians(value))
    return _bounded(value, STEEPEST_PCT, "incline", tags, doubts)


def _metres(text: str) -> float:
    number = _NUMBER.fullmatch(text)
    return float(number[1].replace(",", ".")) * _METRES[number[2]] if number and number[2] in _METRES else NAN


def _bounded(value: float, most: float, key: str, tags: Mapping[str, str], doubts: list[str]) -> float:
    """Return ``value``, or ``NaN`` where it cannot be meant; what is no number is not doubted, only unknown."""
    if math.isnan(value) and key not in tags:
        return NAN
    if abs(value) <= most and (key == "incline" or value >= 0):
        return value
    doubts.append(key)
    return NAN


def _narrowest(tags: Mapping[str, str], keys: tuple[str, ...], doubts: list[str]) -> float:
    found = NAN
    for key in keys:
        for part in tags[key].split(";") if key in tags else ():
            width = _bounded(_metres(part), WIDEST_M, key, tags, doubts)
            width = width if width > 0 else NAN
            found = width if math.isnan(found) else min(found, width) if not math.isnan(width) else found
    return found


def _kerb(tags: Mapping[str, str], doubts: list[str]) -> float:
    if "kerb:height" in tags:
        return _bounded(_metres(tags["kerb:height"]), HIGHEST_KERB_M, "kerb:height", tags, doubts)
    return KERBS_M.get(tags.get("kerb", ""), NAN)


def _surface(tags: Mapping[str, str]) -> int:
    """Return the worse of the material and of its state: asphalt in a bad state is uneven."""
    stated = [SURFACES.get(tags.get("surface", "")), SMOOTHNESS.get(tags.get("smoothness", ""))]
    return max((one for one in stated if one is not None), default=Surface.UNKNOWN)


def _ramp(tags: Mapping[str, str]) -> int:
    """Whether a wheelchair may use a ramp: ``ramp=yes`` alone may be for bicycles, hence unknown beside steps."""
    stated = tags.get("ramp:wheelchair")
    if stated is not None:
        return YES_NO.get(stated, UNKNOWN)
    if tags.get("ramp") == "yes" and tags.get("highway") != "steps":
        return YES
    return NO if tags.get("ramp") == "no" else UNKNOWN
