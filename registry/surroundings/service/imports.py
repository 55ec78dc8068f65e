"""Import the services of a source: read, judge, swap, mark what another source has too."""

import asyncio
import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from pathlib import Path
from typing import Any, Final

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from registry.kernel.geo import Box
from registry.kernel.text import Text
from registry.surroundings.entrances import EntranceFacts, Wheelchair, judge
from registry.surroundings.errors import ServicesMostlyFaulty, ServiceSourceOfAnotherKind
from registry.surroundings.readers import acceslibre, osm_geojson, osm_places, places_table
from registry.surroundings.readers.places_table import Table
from registry.surroundings.readers.records import Fault, Notes, Record
from registry.surroundings.repository import services
from registry.surroundings.repository.services import StagedService
from registry.surroundings.service.duplicates import same_places
from registry.vocabulary.services import Family

FAULTY_PER_CENT: Final = 20
"""Of the services of a file, how many may be left out for a fault: more, and the file itself is likely wrong."""
_FEW: Final = 20
"""Below so many services a share says little: one fault never refuses a small file."""
_LICENCES: Final = {
    "osm": ("ODbL-1.0", "© les contributeurs d'OpenStreetMap"),
    "acceslibre": ("etalab-2.0", "acceslibre"),
    "table": ("", ""),
}
KINDS: Final = tuple(_LICENCES)
_FACTS: Final = tuple(each.name for each in fields(EntranceFacts))


@dataclass(frozen=True)
class ServiceFile:
    """A file of services and how it is read.

    Attributes:
        kind: One of :data:`KINDS`.
        columns: For a table: the column of a field; ``constants``: the value of a field in all rows.
        family: Of all rows of a table; of the records of acceslibre that state no activity.
        srid: EPSG code of a table's ``x`` and ``y``.
        licence: Where it is not the kind's own; so ``attribution``.
        data_date: For a file that does not say of when it is.
        faulty_per_cent: How many services may be left out for a fault.
    """

    path: Path
    kind: str
    columns: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    family: Family | None = None
    srid: int = 2154
    licence: str | None = None
    attribution: str | None = None
    data_date: date | None = None
    faulty_per_cent: float = FAULTY_PER_CENT


@dataclass
class Imported:
    """What an import did.

    Attributes:
        by_family: Records by family and by what is known of a wheelchair at the entrance.
        passed_over: What is no service of ours, by reason.
        box: WGS84 degrees, around all that was added, changed, removed or is now another's double: where distances
            are no longer what they were. ``None``: nothing changed.
    """

    records: int = 0
    by_family: dict[str, Counter[str]] = field(default_factory=dict)
    passed_over: Counter[str] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)
    added: int = 0
    changed: int = 0
    removed: int = 0
    doubles_changed: int = 0
    box: Box | None = None

    @property
    def faults_by_code(self) -> dict[str, int]:
        return dict(sorted(Counter(fault.code.value for fault in self.faults).items()))

    def as_counts(self) -> dict[str, Any]:
        return {
            "records": self.records,
            "families": {code: dict(counts) for code, counts in sorted(self.by_family.items())},
            "passed_over": dict(self.passed_over),
            "faults": self.faults_by_code,
        }


def read_services(file: ServiceFile) -> tuple[list[Record], Imported]:
    """Read a file and judge every entrance; nothing is written.

    Raises:
        ServiceFileUnreadable, ServiceColumnMissing: It is no such file.
        ServicesMostlyFaulty: More than ``faulty_per_cent`` of its services are left out for a fault.
    """
    notes, done = Notes(), Imported()
    records = list(_READERS[file.kind](file, notes))
    done.records, done.faults, done.passed_over = len(records), notes.faults, notes.passed_over
    for record in records:
        counts = done.by_family.setdefault(record.family.code, Counter())
        counts[judge(record.facts).wheelchair.code] += 1
    left_out, whole = notes.dropped, notes.dropped + len(records)
    if left_out * 100 > file.faulty_per_cent * whole and (whole >= _FEW or not records):
        counted = ", ".join(f"{code}: {count}" for code, count in done.faults_by_code.items())
        raise ServicesMostlyFaulty(
            Text(f"{left_out} services sur {whole} sont fautifs.", f"{left_out} of {whole} services are faulty."),
            field="path", value=f"{file.path.name}: {counted}; {', '.join(each.where for each in notes.faults[:5])}",
        )  # fmt: skip
    return records, done


async def import_services(*, session: AsyncSession, name: str, file: ServiceFile) -> Imported:
    """Make a file's services those of a source. Needs ``Role.JOB``.

    A service keeps its id as long as its source has it; one that the file no longer has is gone. One transaction:
    whoever reads meanwhile sees what was there before.

    Raises:
        ServiceFileUnreadable, ServiceColumnMissing, ServicesMostlyFaulty: As :func:`read_services`.
        ServiceSourceOfAnotherKind: The name is taken by a source of another kind.
    """
    records, done = await asyncio.to_thread(read_services, file)
    licence, attribution = _LICENCES[file.kind]
    source, version, kind = await services.begin(
        session, name=name, kind=file.kind, licence=file.licence or licence,
        attribution=file.attribution or attribution or name, data_date=file.data_date or _data_date(file),
    )  # fmt: skip
    if kind != file.kind:
        raise ServiceSourceOfAnotherKind(field="kind", value=f"{name}: {kind}")
    added, changed, removed = await services.swap(session, source, version, map(_staged, records))
    done.added, done.changed, done.removed = added.rows, changed.rows, removed.rows
    done.box = _around(added.box, changed.box, removed.box)
    if done.box is not None:
        marked = await same_places(session, done.box)
        done.doubles_changed, done.box = marked.rows, _around(done.box, marked.box)
    await services.keep_counts(session, source, orjson.dumps(done.as_counts()).decode())
    return done


async def list_service_sources(*, session: AsyncSession) -> list[dict[str, Any]]:
    """Return the sources with their licence, dates, and the counts of the last import."""
    return await services.sources(session)


def _of_osm(file: ServiceFile, notes: Notes) -> Iterator[Record]:
    return osm_geojson.read(file.path, notes) if _is_geojson(file) else osm_places.read(file.path, notes)


def _is_geojson(file: ServiceFile) -> bool:
    return file.path.name.lower().removesuffix(".gz").endswith("json")


_READERS: Final[Mapping[str, Callable[[ServiceFile, Notes], Iterator[Record]]]] = {
    "osm": _of_osm,
    "acceslibre": lambda file, notes: acceslibre.read(file.path, notes, file.family),
    "table": lambda file, notes: places_table.read(
        file.path, notes, Table(file.columns, file.constants, file.family, file.srid)
    ),
}


def _data_date(file: ServiceFile) -> date | None:
    return osm_places.data_date(file.path) if file.kind == "osm" and not _is_geojson(file) else None


def _staged(record: Record) -> StagedService:
    judged = judge(record.facts)
    known = {name: value for name in _FACTS if (value := getattr(record.facts, name)) is not None}
    if record.facts.stated is not None:
        known["stated"] = Wheelchair(record.facts.stated).code
    row = StagedService(
        record.ref, record.family.value, record.name, record.lon, record.lat, judged.wheelchair.code,
        [reason.value for reason in judged.reasons], record.facts.steps_in_all, record.facts.door_width_cm,
        orjson.dumps(known, option=orjson.OPT_SORT_KEYS).decode(), record.checked, record.acceslibre_id, b"",
    )  # fmt: skip
    return row._replace(content=hashlib.blake2b(repr(row).encode(), digest_size=16).digest())


def _around(*boxes: Box | None) -> Box | None:
    found = [box for box in boxes if box is not None]
    if not found:
        return None
    wests, souths, easts, norths = zip(*found, strict=True)
    return Box(min(wests), min(souths), max(easts), max(norths))
