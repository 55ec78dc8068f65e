"""Load reference data from the files in which it is published; what a file is, its content says."""

import asyncio
import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, Final, NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from registry.kernel.text import Text
from registry.platform import events
from registry.territories.errors import FileEmpty, FileNotNeeded, FileNotRecognised, FileRowInvalid
from registry.territories.events import CommunesLoaded, QuartersLoaded
from registry.territories.repository import reference
from registry.territories.service import files
from registry.territories.service.compose import follow_reference
from registry.territories.service.files import Feature, Source
from registry.territories.service.places import Layer, Row, code, number, read_place, read_quarter, table_of
from registry.territories.service.retire import retire_communes

_LINE: Final = Text("ligne", "line")
_FEATURE: Final = Text("objet", "feature")
_OF_COMMUNES: Final = frozenset({"communes", "former_communes"})


class FileLoaded(NamedTuple):
    """What a file was: the table that its rows went into, how many, and how many geometries had to be repaired."""

    table: str
    rows: int
    repaired: int


async def load_file(
    *,
    session: AsyncSession,
    path: Path,
    vintage: int,
    layer: Layer | None = None,
    source_layer: str | None = None,
    crs: str | None = None,
) -> FileLoaded:
    """Bring a file's rows into their table, replacing rows of the same code. Needs ``Role.JOB``.

    A row of an earlier vintage than the one that is there changes nothing; quarters of every vintage are kept, and the
    latest counts. Homes that are there already follow: quarters find their residences, the worker computes the zones
    anew, and territories are resolved again from what they are made of.

    Args:
        session: The transaction; a wrong row undoes the file.
        path: CSV, JSON or GeoJSON in UTF-8, plain or gzipped; Shapefile, zipped or not; GeoPackage, zipped or not.
        vintage: The year for which the data hold.
        layer: Given for a layer of quarters; otherwise the file describes communes, EPCI or départements.
        source_layer: Which layer of a GeoPackage that has several.
        crs: Coordinate reference system of a file that does not say it.

    Raises:
        FileNotRecognised: The content is none of the known ones.
        FileNotNeeded: It describes régions, of which the registry keeps the codes alone.
        FileRowInvalid: A line or feature is wrong; it says which.
        FileEmpty, FileCrsUnknown, FileLayerUnknown: As they say.
    """
    if files.is_vector(path):  # read as it goes: a file of France does not fit beside everything else
        with files.opened(path, source_layer, crs) as source:
            return await _load(session, *_features(source, vintage, layer), source=source, layer=layer)
    content = await asyncio.to_thread(files.read_text, path)
    if content.lstrip()[:1] in {"{", "["}:
        return await load_json(session=session, content=content, name=path.name, vintage=vintage, layer=layer, crs=crs)
    return await _load(session, *_csv(content, path.name, vintage))


async def load_json(
    *,
    session: AsyncSession,
    content: str,
    name: str,
    vintage: int,
    layer: Layer | None = None,
    crs: str | None = None,
) -> FileLoaded:
    """Bring GeoJSON, or a plain JSON list of API Géo, into its table; see :func:`load_file`."""
    source = files.read_json(content, name, crs)
    return await _load(session, *_features(source, vintage, layer), source=source, layer=layer)


async def _load(
    session: AsyncSession, table: str, rows: Iterable[Row], *, source: Source | None = None, layer: Layer | None = None
) -> FileLoaded:
    count = await reference.load(session, table, rows)
    if table in _OF_COMMUNES:
        await retire_communes(session)
        await follow_reference(session=session)
        await events.publish(session, CommunesLoaded())
    if layer is not None:
        await reference.place_quarters(session, layer.name)
        await events.publish(session, QuartersLoaded(layer.name))
    return FileLoaded(table, count, source.shapes.repaired if source else 0)


def _features(source: Source, vintage: int, layer: Layer | None) -> tuple[str, Iterator[Row]]:
    first = next(source.features, None)
    if first is None:
        raise FileEmpty(field="path", value=source.name)
    features = chain([first], source.features)
    if layer is not None:
        return "quarters", _converted(
            source.name, features, lambda each: read_quarter(each.properties, each.geometry, source.shapes, layer)
        )
    table = table_of(first.properties)
    if table is None:
        raise _not_needed(source.name)
    return table, _converted(
        source.name, features, lambda each: read_place(table, each.properties, each.geometry, source.shapes, vintage)
    )


def _csv(content: str, name: str, vintage: int) -> tuple[str, Iterator[Row]]:
    reader = csv.DictReader(io.StringIO(content))
    header = set(reader.fieldnames or ())
    for table, (needed, convert) in _CSV.items():
        if needed <= header:
            lines = (Feature(place, _whole(row), None) for place, row in enumerate(reader, start=2))
            return table, _converted(name, lines, partial(_line, convert, vintage), kind=_LINE)
    if {"code", "nom", "chef_lieu"} <= header:
        raise _not_needed(name)
    raise FileNotRecognised(field="path", value=f"{name}: {','.join(sorted(header))[:80]}")


def _line(convert: Callable[[Mapping[str, Any], int], Row], vintage: int, line: Feature) -> Row:
    return convert(line.properties, vintage)


def _whole(row: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out of a line the columns that it is too short for: what needs them misses them by name."""
    return {name: value for name, value in row.items() if value is not None}


def _converted(
    name: str, features: Iterable[Feature], convert: Callable[[Feature], Row], *, kind: Text = _FEATURE
) -> Iterator[Row]:
    for each in features:
        try:
            yield convert(each)
        except (KeyError, TypeError, ValueError) as error:
            missing = isinstance(error, KeyError)
            raise FileRowInvalid(
                Text(
                    f"{name}, {kind.fr} {each.number} : {f'il manque {error}' if missing else error}.",
                    f"{name}, {kind.en} {each.number}: {f'{error} is missing' if missing else error}.",
                ),
                field=f"{name}:{each.number}",
                value=str(each.properties)[:200],
            ) from None


def _not_needed(name: str) -> FileNotNeeded:
    return FileNotNeeded(
        Text(
            f"{name} décrit des régions, dont le registre ne garde que les codes.",
            f"{name} describes régions, of which the registry keeps the codes alone.",
        ),
        field="path",
        value=name,
    )


_CSV: Final[dict[str, tuple[set[str], Callable[[Mapping[str, Any], int], Row]]]] = {
    "former_communes": (
        {"code_ancien", "nom", "type", "code_actuel"},
        lambda row, _: (code(row["code_ancien"]), row["nom"], row["type"], code(row["code_actuel"])),
    ),
    "communes": (
        {"code_insee", "nom", "departement", "region", "epci_siren", "population", "lon", "lat"},
        lambda row, vintage: (
            code(row["code_insee"]), row["nom"], row["epci_siren"] or None, row["departement"], row["region"] or None,
            number(row["population"], int), number(row["lon"]), number(row["lat"]), None, vintage,
        ),
    ),
    "epcis": (
        {"siren", "nom", "type"},
        lambda row, vintage: (row["siren"], row["nom"], row["type"] or None, vintage),
    ),
    "departements": (
        {"code", "nom", "region"},
        lambda row, vintage: (row["code"], row["nom"], row["region"] or None, vintage),
    ),
}  # fmt: skip
