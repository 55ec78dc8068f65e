"""Services in any CSV table: which column holds which of our fields is told, or read off the usual names."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from pyproj import Transformer

from registry.surroundings.entrances import EntranceFacts, Ramp, Wheelchair
from registry.surroundings.errors import ServiceColumnMissing
from registry.surroundings.readers.records import (
    DOOR_CM,
    STEP_CM,
    FaultCode,
    Notes,
    Record,
    as_count,
    as_day,
    as_number,
    as_text,
    placed,
)
from registry.surroundings.readers.rows import Row, header_of, rows_of
from registry.vocabulary.services import ACCESLIBRE, BY_CODE, FINESS, Family, plain

USUAL: Final[Mapping[str, tuple[str, ...]]] = {
    "id": ("id", "identifiant", "finess_et", "siret", "osm"),
    "name": ("name", "nom", "raison_sociale", "libelle"),
    "family": ("family", "famille"),
    "activity": ("activity", "activite"),
    "finess": ("finess", "categorie_finess"),
    "lon": ("lon", "longitude"),
    "lat": ("lat", "latitude"),
    "x": ("x", "coordx", "x_l93"),
    "y": ("y", "coordy", "y_l93"),
    "wheelchair": ("wheelchair", "accessibilite"),
    "level": ("level", "entree_plain_pied"),
    "steps": ("steps", "entree_marches"),
    "step_height_cm": ("step_height_cm",),
    "ramp": ("ramp", "entree_marches_rampe"),
    "door_width_cm": ("door_width_cm", "entree_largeur_mini"),
    "bell": ("bell", "entree_dispositif_appel"),
    "help": ("help", "entree_aide_humaine"),
    "dedicated": ("dedicated", "entree_pmr"),
    "automatic_door": ("automatic_door",),
    "checked": ("checked", "date_maj"),
}
"""Our fields, and the columns that are taken for them where nobody says otherwise."""
_UNKNOWN: Final = frozenset({"", "nac", "nc", "unknown", "inconnu", "non communiquée", "non renseigné", "?"})
"""``NAC``: non communiquée, in the directory of service-public.fr. Unknown, never "not accessible"."""
_WHEELCHAIR: Final = {
    **dict.fromkeys(("yes", "oui", "true", "1", "vrai", "acc", "accessible"), Wheelchair.YES),
    **dict.fromkeys(("limited", "partiel", "partielle", "limité", "dem"), Wheelchair.LIMITED),
    **dict.fromkeys(("no", "non", "false", "0", "faux", "non accessible"), Wheelchair.NO),
}
_YES_NO: Final = {
    **dict.fromkeys(("yes", "oui", "true", "1", "vrai"), True), **dict.fromkeys(("no", "non", "false", "0", "faux"), False),
}  # fmt: skip
_RAMP: Final = {
    **dict.fromkeys(("none", "aucune", "no", "non"), Ramp.NONE), **dict.fromkeys(("fixed", "fixe"), Ramp.FIXED),
    **dict.fromkeys(("removable", "amovible"), Ramp.REMOVABLE),
}  # fmt: skip


@dataclass(frozen=True)
class Table:
    """How a table is read.

    Attributes:
        columns: Column of a field of :data:`USUAL`; constants: the value of a field in all rows.
        family: Of all rows, for a table of one kind.
        srid: EPSG code of ``x`` and ``y``.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    family: Family | None = None
    srid: int = 2154


def read(path: Path, notes: Notes, table: Table) -> Iterator[Record]:
    """Yield the services of a CSV file.

    A table without ids gets them from name and position: a service that moves is another one then.

    Raises:
        ServiceFileUnreadable: It is no such file.
        ServiceColumnMissing: A column that was named, or one for the position or the family, is not there.
    """
    names, _, _ = header_of(path)
    columns = _columns(path, names, table)
    for where, row in rows_of(path, notes):
        given = {**{name: row[column] for name, column in columns.items()}, **table.constants}
        record = _record(where, given, table, notes)
        if record is not None and notes.is_new(record.ref, where):
            yield record


def _columns(path: Path, names: list[str], table: Table) -> dict[str, str]:
    plain_names = {name.lower(): name for name in reversed(names)}
    found = {
        each: plain_names[column] for each, usual in USUAL.items() for column in usual[::-1] if column in plain_names
    }
    columns = {**found, **table.columns}
    missing = [column for column in table.columns.values() if column not in names]
    there = {*columns, *table.constants}
    if not ({"lon", "lat"} <= there or {"x", "y"} <= there):
        missing.append("lon,lat / x,y")
    if table.family is None and not there & {"family", "activity", "finess"}:
        missing.append("family / activity / finess")
    if missing:
        raise ServiceColumnMissing(field="path", value=f"{path.name}: {', '.join(missing)}")
    return columns


def _record(where: str, given: Row, table: Table, notes: Notes) -> Record | None:
    family = table.family or _family(where, given, notes)
    if family is None:
        return None
    position = _position(where, given, table.srid, notes)
    if position is None:
        return None
    name = as_text(given.get("name"), where, "name", notes)
    made = hashlib.blake2b(f"{name}|{position[0]:.5f}|{position[1]:.5f}".encode(), digest_size=8).hexdigest()
    ref = as_text(given.get("id"), where, "id", notes) or made
    checked = as_day(given.get("checked"), where, "checked", notes)
    return Record(ref, family, name, *position, _facts(where, given, notes), checked)


def _family(where: str, given: Row, notes: Notes) -> Family | None:
    for name, codes in (("family", BY_CODE), ("activity", ACCESLIBRE), ("finess", FINESS)):
        value = given.get(name, "")
        if not value:
            continue
        key = plain(value)
        if key not in codes:
            notes.fault(FaultCode.FAMILY_UNKNOWN, where, name, value)
            return None
        family: Family | None = codes[key]
        if family is None:
            notes.passed_over["no_family"] += 1
        return family
    notes.passed_over["no_activity"] += 1
    return None


def _position(where: str, given: Row, srid: int, notes: Notes) -> tuple[float, float] | None:
    if given.get("lon") or given.get("lat"):
        return placed(given.get("lon"), given.get("lat"), where, notes)
    x, y = as_number(given.get("x")), as_number(given.get("y"))
    if x is None or y is None:
        notes.fault(FaultCode.POSITION_MISSING, where, "lon,lat", None)
        return None
    lon, lat = _to_degrees(srid).transform(x, y)
    return placed(lon, lat, where, notes)


@lru_cache
def _to_degrees(srid: int) -> Transformer:
    return Transformer.from_crs(srid, 4326, always_xy=True)


def _facts(where: str, given: Row, notes: Notes) -> EntranceFacts:
    width = DOOR_CM.read(given.get("door_width_cm"), where, "door_width_cm", notes)
    return EntranceFacts(
        stated=_code(_WHEELCHAIR, given, "wheelchair", where, notes),
        steps=as_count(given.get("steps"), where, "steps", notes),
        step_height_cm=STEP_CM.read(given.get("step_height_cm"), where, "step_height_cm", notes),
        ramp=_code(_RAMP, given, "ramp", where, notes),
        door_width_cm=round(width) if width is not None else None,
        **{
            name: _code(_YES_NO, given, name, where, notes)
            for name in ("level", "bell", "help", "dedicated", "automatic_door")
        },
    )


def _code(codes: Mapping[str, Any], given: Row, name: str, where: str, notes: Notes) -> Any:
    value = given.get(name, "").strip().lower()
    if value in _UNKNOWN:
        return None
    if value not in codes:
        notes.fault(FaultCode.CODE_UNKNOWN, where, name, value)
    return codes.get(value)
