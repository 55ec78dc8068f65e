"""What a file says, laid over what is held: a file's silence never erases knowledge."""

from collections.abc import Mapping
from typing import Any, Final

FINER: Final[dict[str, frozenset[str]]] = {
    "occupied": frozenset({"notice"}),
    "vacant": frozenset({"reserved"}),
}
"""Statuses that RPLS cannot tell from the one it states: where one of them is held, it stays."""

MAX_BUILDINGS: Final = 500
"""Of one residence, as its model allows; a home of a further one is refused as its own row."""


def home(held: Mapping[str, Any] | None, stated: Mapping[str, Any], *, status: str) -> dict[str, Any]:
    """Return a home as it will be.

    Args:
        held: The home as it is, ``None`` for a new one.
        stated: What the file says of it; with ``ref``, ``residence_ref``, ``rooms`` and ``typology``.
        status: Of a new home whose occupation the file does not state.
    """
    if held is None:
        return {"status": status, **stated}
    merged = {**held, **stated}
    if held["status"] in FINER.get(merged["status"], ()):
        merged["status"] = held["status"]
    if held["rooms"] == stated["rooms"]:  # one room: T1 or T1bis, which RPLS does not distinguish
        merged["typology"] = held["typology"]
    if "building_ref" not in stated and held["residence_ref"] != stated["residence_ref"]:
        merged["building_ref"] = None
    return merged


def residence(
    held: Mapping[str, Any] | None, stated: Mapping[str, Any], ref: str, buildings: list[str]
) -> dict[str, Any]:
    """Return a residence as it will be, with the held buildings and those of the file.

    A name that is held stays: the file's is the programme's, often a number.
    """
    known = list(held["buildings"]) if held else []
    refs = {building["ref"] for building in known}
    merged = {**(held or {}), **stated, "ref": ref}
    if held and held["name"]:
        merged["name"] = held["name"]
    new = [{"ref": building} for building in buildings if building not in refs]
    merged["buildings"] = known + new[: max(0, MAX_BUILDINGS - len(known))]
    return merged
