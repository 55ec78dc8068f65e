"""What tags of OpenStreetMap say of a service and of its entrance (wiki, read 2026-11).

``width`` and ``door:width`` are metres, ``wheelchair:entrance_width`` and ``wheelchair:step_height`` centimetres where no
unit is written.
"""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import Any, Final

from registry.surroundings.entrances import EntranceFacts, Ramp, Wheelchair
from registry.surroundings.readers.records import (
    DOOR_CM,
    DOOR_M,
    STEP_CM,
    STEP_M,
    FaultCode,
    Measure,
    Notes,
    as_count,
    as_day,
)

Tags = Mapping[str, str]
WHEELCHAIR: Final = {
    "yes": Wheelchair.YES, "designated": Wheelchair.YES, "limited": Wheelchair.LIMITED, "no": Wheelchair.NO,
    "unknown": Wheelchair.UNKNOWN,
}  # fmt: skip
_YES_NO: Final = {"yes": True, "no": False}
_WIDTHS: Final[dict[str, Measure]] = {
    "wheelchair:entrance_width": DOOR_CM, "entrance:width": DOOR_M, "door:width": DOOR_M, "entrance_width": DOOR_M,
}  # fmt: skip
_HEIGHTS: Final[dict[str, Measure]] = {
    "wheelchair:step_height": STEP_CM, "entrance:step_height": STEP_M, "step_height": STEP_M, "kerb:height": STEP_M,
}  # fmt: skip
_KERB_CM: Final = {
    "flush": 0.0,
    "no": 0.0,
    "lowered": 3.0,
    "rolled": None,
    "raised": None,
    "regular": None,
    "yes": None,
}
"""Height of the doorstep: ``lowered`` is about 3 cm; of the higher ones the height is not known."""
_RAMPS: Final = ("ramp:wheelchair", "wheelchair:ramp", "ramp")
_RAMP: Final = {
    "yes": Ramp.FIXED, "separate": Ramp.FIXED, "no": Ramp.NONE, "removable": Ramp.REMOVABLE, "portable": Ramp.REMOVABLE,
}  # fmt: skip
_CHECKED: Final = ("check_date:wheelchair", "check_date", "survey:date")
_CLOSED: Final = ("disused", "abandoned", "demolished", "closed")
ACCESLIBRE: Final = ("ref:FR:acceslibre", "acceslibre:id", "ref:acceslibre")


def is_closed(tags: Tags) -> bool:
    """Return whether the object is tagged as a place that is no more."""
    return any(tags.get(key) == "yes" for key in _CLOSED) or tags.get("opening_hours") == "closed"


def entrance_facts(tags: Tags, where: str, notes: Notes, *, at_door: bool = False) -> EntranceFacts:
    """Read what tags say of the entrance.

    Args:
        tags: Of the service, or of the node of its door.
        where: The object, for faults.
        at_door: The tags are a door's: its ``width``, ``step_count`` and ``kerb`` are the entrance's own.
    """
    widths = {**_WIDTHS, "width": DOOR_M} if at_door else _WIDTHS
    heights = _HEIGHTS if at_door else {key: each for key, each in _HEIGHTS.items() if key != "kerb:height"}
    width = _first(widths, tags, where, notes)
    height = _first(heights, tags, where, notes)
    count = "step_count" if at_door and "step_count" in tags else "entrance:step_count"
    steps = as_count(tags.get(count), where, count, notes)
    level = None
    if at_door and height is None and (kerb := tags.get("kerb")):
        height, level = _doorstep(kerb, where, notes)
    return EntranceFacts(
        stated=_code(WHEELCHAIR, tags, "wheelchair", where, notes),
        level=level,
        steps=steps,
        step_height_cm=height,
        ramp=next((_RAMP[tags[key]] for key in _RAMPS if tags.get(key) in _RAMP), None),
        door_width_cm=round(width) if width is not None else None,
        bell=_YES_NO.get(tags.get("doorbell", tags.get("entrance:bell", ""))),
        automatic_door=_automatic(tags),
    )


def checked_on(tags: Tags, where: str, notes: Notes) -> date | None:
    key = next((key for key in _CHECKED if key in tags), None)
    return as_day(tags[key], where, key, notes) if key else None


def completed(own: EntranceFacts, door: EntranceFacts) -> EntranceFacts:
    """Return the facts of a service, with its door's where it says nothing itself."""
    merged: dict[str, Any] = {}
    for each in fields(EntranceFacts):
        stated = getattr(own, each.name)
        silent = stated is None or stated is Wheelchair.UNKNOWN
        merged[each.name] = getattr(door, each.name) if silent else stated
    return EntranceFacts(**merged)


def _doorstep(kerb: str, where: str, notes: Notes) -> tuple[float | None, bool | None]:
    if kerb not in _KERB_CM:
        notes.fault(FaultCode.CODE_UNKNOWN, where, "kerb", kerb)
        return None, None
    height = _KERB_CM[kerb]
    return height, None if height is not None else False


def _first(measures: Mapping[str, Measure], tags: Tags, where: str, notes: Notes) -> float | None:
    found = (measure.read(tags[key], where, key, notes) for key, measure in measures.items() if key in tags)
    return next((value for value in found if value is not None), None)


def _code(codes: Mapping[str, Any], tags: Tags, key: str, where: str, notes: Notes) -> Any:
    value = tags.get(key)
    if value is None:
        return None
    if value not in codes:
        notes.fault(FaultCode.CODE_UNKNOWN, where, key, value)
    return codes.get(value)


def _automatic(tags: Tags) -> bool | None:
    value = tags.get("automatic_door")
    return None if value is None else value != "no"
