"""Records of acceslibre: its CSV export and the JSON of its API (schema 0.0.20, Licence Ouverte 2.0).

Empty is unknown. A field that depends on another counts as the schema has it: the steps of an entrance where it is not
level, those of the way to it where there is one.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import orjson

from registry.kernel.text import Text
from registry.surroundings.entrances import EntranceFacts, Ramp
from registry.surroundings.errors import ServiceColumnMissing, ServiceFileUnreadable
from registry.surroundings.readers.records import (
    DOOR_CM,
    FaultCode,
    Notes,
    Record,
    as_count,
    as_day,
    as_text,
    placed,
)
from registry.surroundings.readers.rows import contents, header_of, rows_of
from registry.vocabulary.services import ACCESLIBRE, Family, plain

Given = Mapping[str, Any]
_NEEDED: Final = ("id", "activite", "longitude", "latitude")
_TRUE: Final = frozenset({"true", "1", "vrai", "oui"})
_FALSE: Final = frozenset({"false", "0", "faux", "non"})
_RAMP: Final = {"aucune": Ramp.NONE, "fixe": Ramp.FIXED, "amovible": Ramp.REMOVABLE}


def read(path: Path, notes: Notes, family: Family | None = None) -> Iterator[Record]:
    """Yield the services of a file; records that are closed, unpublished or of no family of ours are passed over.

    Args:
        family: Of the records that state no activity; without it they are passed over.

    Raises:
        ServiceFileUnreadable, ServiceColumnMissing: It is no such file.
    """
    json = contents(path).lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"{", b"["}
    for where, given in _objects(path, notes) if json else _rows(path, notes):
        record = _record(where, given, notes, family)
        if record is not None and notes.is_new(record.ref, where):
            yield record


def _rows(path: Path, notes: Notes) -> Iterator[tuple[str, Given]]:
    names, _, _ = header_of(path)
    if missing := [name for name in _NEEDED if name not in names]:
        raise ServiceColumnMissing(field="path", value=f"{path.name}: {', '.join(missing)}")
    yield from rows_of(path, notes)


def _objects(path: Path, notes: Notes) -> Iterator[tuple[str, Given]]:
    """Yield the API's objects with their parts flattened: a page of results, a list, or GeoJSON."""
    try:
        document = orjson.loads(contents(path).removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        raise ServiceFileUnreadable(
            Text("JSON illisible.", f"Unreadable JSON: {error}."), field="path", value=path.name
        ) from None
    found = document if isinstance(document, list) else document.get("results", document.get("features"))
    if not isinstance(found, list):
        raise ServiceFileUnreadable(field="path", value=f"{path.name}: neither results nor features")
    for number, each in enumerate(found, start=1):
        where = f"object {number}"
        if isinstance(each, dict):
            yield where, _flat(each)
        else:
            notes.fault(FaultCode.ROW_UNREADABLE, where, "object", each)


def _flat(each: Given) -> dict[str, Any]:
    given = {**each, **each["properties"]} if isinstance(each.get("properties"), dict) else dict(each)
    detail = given.get("accessibilite")
    for part in detail.values() if isinstance(detail, dict) else ():
        if isinstance(part, dict):
            given.update(part)
    activity, place = given.get("activite"), given.get("geom") or given.get("geometry")
    given["activite"] = activity.get("nom") if isinstance(activity, dict) else activity
    given["id"] = given.get("uuid") or given.get("id")
    given["name"] = given.get("nom") or given.get("name")
    coordinates = place.get("coordinates") if isinstance(place, dict) else None
    if isinstance(coordinates, list) and len(coordinates) >= 2:
        given["longitude"], given["latitude"] = coordinates[:2]
    return given


def _record(where: str, given: Given, notes: Notes, otherwise: Family | None) -> Record | None:
    if _is_gone(where, given, notes):
        return None
    family = _family(where, given, notes) if given.get("activite") else otherwise
    if family is None:
        if not given.get("activite"):
            notes.passed_over["no_activity"] += 1
        return None
    ref = as_text(given.get("id"), where, "id", notes)
    if ref is None:
        notes.fault(FaultCode.ROW_UNREADABLE, where, "id", given.get("id"))
        return None
    position = placed(given.get("longitude"), given.get("latitude"), where, notes)
    if position is None:
        return None
    name, day = as_text(given.get("name"), where, "name", notes), given.get("updated_at") or given.get("created_at")
    checked = as_day(day, where, "updated_at", notes)
    return Record(ref, family, name, *position, facts_of(given, where, notes), checked, acceslibre_id=ref)


def _is_gone(where: str, given: Given, notes: Notes) -> bool:
    for name, gone in (("permanently_closed", True), ("published", False)):
        if _yes_no(given, name, where, notes) is gone:
            notes.passed_over["closed" if gone else "unpublished"] += 1
            return True
    return False


def _family(where: str, given: Given, notes: Notes) -> Family | None:
    activity = plain(str(given["activite"]))
    if activity not in ACCESLIBRE:
        notes.fault(FaultCode.FAMILY_UNKNOWN, where, "activite", given["activite"])
        return None
    if ACCESLIBRE[activity] is None:
        notes.passed_over["no_family"] += 1
    return ACCESLIBRE[activity]


def facts_of(given: Given, where: str, notes: Notes) -> EntranceFacts:
    """Read what a record says of the way in, by the columns of the schema."""
    level = _yes_no(given, "entree_plain_pied", where, notes)
    steps = as_count(given.get("entree_marches"), where, "entree_marches", notes)
    if level and steps:
        notes.fault(FaultCode.FACTS_CONTRADICT, where, "entree_plain_pied,entree_marches", f"true,{steps}")
        level = False
    width = DOOR_CM.read(given.get("entree_largeur_mini"), where, "entree_largeur_mini", notes)
    # The way to the door: what it has of steps counts if there is a way, or if nobody says.
    outside = _yes_no(given, "cheminement_ext_presence", where, notes)
    approach = as_count(given.get("cheminement_ext_nombre_marches"), where, "cheminement_ext_nombre_marches", notes)
    if outside is False and approach:
        notes.fault(FaultCode.FACTS_CONTRADICT, where, "cheminement_ext_presence", f"false,{approach}")
    lift = _yes_no(given, "entree_ascenseur", where, notes) or _yes_no(given, "entree_ascenseur_pmr", where, notes)
    outside_lift = _yes_no(given, "cheminement_ext_ascenseur", where, notes)
    opening = given.get("entree_porte_type")
    return EntranceFacts(
        level=level,
        steps=steps,
        ramp=_ramp(given, "entree_marches_rampe", where, notes),
        lift=lift,
        door_width_cm=round(width) if width is not None else None,
        bell=_yes_no(given, "entree_dispositif_appel", where, notes),
        help=_yes_no(given, "entree_aide_humaine", where, notes),
        dedicated=_yes_no(given, "entree_pmr", where, notes),
        automatic_door={"automatique": True, "manuelle": False}.get(str(opening or "")),
        approach_steps=0 if outside_lift else approach,
        approach_ramp=_ramp(given, "cheminement_ext_rampe", where, notes),
        approach_narrow=_yes_no(given, "cheminement_ext_retrecissement", where, notes),
    )


def _yes_no(given: Given, name: str, where: str, notes: Notes) -> bool | None:
    value = given.get(name)
    text = str(value).strip().lower() if value is not None else ""
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    if text:
        notes.fault(FaultCode.CODE_UNKNOWN, where, name, value)
    return None


def _ramp(given: Given, name: str, where: str, notes: Notes) -> Ramp | None:
    value = str(given.get(name) or "").strip().lower()
    if value and value not in _RAMP:
        notes.fault(FaultCode.CODE_UNKNOWN, where, name, value)
    return _RAMP.get(value)
