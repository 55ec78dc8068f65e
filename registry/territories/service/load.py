"""Load reference data from the files in which it is published; what a file is, its content says."""

import asyncio
import csv
import gzip
import io
import re
import unicodedata
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from registry.kernel.text import Text
from registry.platform import events
from registry.territories.errors import FileNotNeeded, FileNotRecognised, FileRowInvalid
from registry.territories.events import CommunesLoaded, QuartersLoaded
from registry.territories.repository import reference

Row = tuple[Any, ...]
_LINE: Final = Text("ligne", "line")
_FEATURE: Final = Text("objet", "feature")
_COMMUNE: Final = re.compile(r"[0-9AB]{5}")
_LARGER: Final = re.compile(r"[0-9][0-9AB][0-9]?")
"""The code of a département or of a région."""


@dataclass(frozen=True)
class Layer:
    """How a GeoJSON file of quarters is read: the layer's name, and which properties hold what."""

    name: str
    vintage: int
    code_field: str | None
    name_field: str
    commune_field: str | None


async def load_file(*, session: AsyncSession, path: Path, vintage: int, layer: Layer | None = None) -> tuple[str, int]:
    """Bring a file's rows into their table, replacing rows of the same code. Needs ``Role.JOB``.

    Homes that are there already follow: quarters find their residences, and the worker computes the zones anew.

    Args:
        session: The transaction; a wrong row undoes the file.
        path: CSV, JSON or GeoJSON in UTF-8, plain or gzipped.
        vintage: The year for which the data hold.
        layer: Given for a polygon layer; otherwise the file describes communes or EPCI.

    Returns:
        The table's name and the number of rows.

    Raises:
        FileNotRecognised: The content is none of the known ones.
        FileNotNeeded: It describes départements or régions, of which the registry keeps the codes alone.
        FileRowInvalid: A line or feature is wrong; it says which.
    """
    raw = await asyncio.to_thread(path.read_bytes)
    try:
        content = (gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw).decode("utf-8-sig")
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise FileNotRecognised(
            Text("Le fichier gzip est incomplet ou abîmé.", f"The gzip file is cut off or damaged: {error}."),
            field="path", value=path.name,
        ) from None  # fmt: skip
    except UnicodeDecodeError as error:
        raise FileNotRecognised(
            Text("Le fichier n'est pas en UTF-8.", f"The file is not UTF-8: {error}."), field="path", value=path.name
        ) from None
    table, rows = (
        _json(content, path, vintage, layer) if content.lstrip()[:1] in {"{", "["} else _csv(content, path, vintage)
    )
    count = await reference.load(session, table, rows)
    if table == "communes":
        await events.publish(session, CommunesLoaded())
    if layer is not None:
        await events.publish(session, QuartersLoaded(layer.name))
    return table, count


def _csv(content: str, path: Path, vintage: int) -> tuple[str, Iterator[Row]]:
    reader = csv.DictReader(io.StringIO(content))
    header = set(reader.fieldnames or ())
    if {"code", "nom", "chef_lieu"} <= header:
        raise _not_needed(path, "départements" if "region" in header else "régions")
    for table, (needed, convert) in _CSV.items():
        if needed <= header:
            return table, _converted(path, _whole(reader), convert, vintage, kind=_LINE)
    raise FileNotRecognised(field="path", value=f"{path.name}: {','.join(sorted(header))[:80]}")


def _whole(rows: Iterator[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Leave out of each line the columns that it is too short for: what needs them misses them by name."""
    return ({name: value for name, value in row.items() if value is not None} for row in rows)


def _converted(
    path: Path,
    rows: Iterator[Mapping[str, Any]],
    convert: Callable[[Mapping[str, Any], int], Row],
    vintage: int,
    *,
    kind: Text = _FEATURE,
) -> Iterator[Row]:
    for number, row in enumerate(rows, start=2 if kind is _LINE else 1):
        try:
            yield convert(row, vintage)
        except (KeyError, TypeError, ValueError) as error:
            missing = isinstance(error, KeyError)
            raise FileRowInvalid(
                Text(
                    f"{path.name}, {kind.fr} {number} : {f'il manque {error}' if missing else error}.",
                    f"{path.name}, {kind.en} {number}: {f'{error} is missing' if missing else error}.",
                ),
                field=f"{path.name}:{number}",
                value=str(dict(row))[:200],
            ) from None


def _not_needed(path: Path, what: str) -> FileNotNeeded:
    return FileNotNeeded(
        Text(
            f"{path.name} décrit des {what}, dont le registre ne garde que les codes.",
            f"{path.name} describes {what}, of which the registry keeps the codes alone.",
        ),
        field="path",
        value=path.name,
    )


def _code(value: str) -> str:
    if not _COMMUNE.fullmatch(value):
        raise ValueError(f"{value!r} is not an INSEE commune code")
    return value


def _number(value: Any, kind: type[int] | type[float] = float) -> Any:
    return kind(value) if value not in {None, ""} else None


def departement_of(code: str) -> str:
    """Return the département of an INSEE commune code: three characters overseas."""
    return code[:3] if code.startswith(("97", "98")) else code[:2]


def _commune_line(row: Mapping[str, Any], vintage: int) -> Row:
    return (
        _code(row["code_insee"]), row["nom"], row["epci_siren"] or None, row["departement"], row["region"] or None,
        _number(row["population"], int), _number(row["lon"]), _number(row["lat"]), None, vintage,
    )  # fmt: skip


_CSV: Final[dict[str, tuple[set[str], Callable[[Mapping[str, Any], int], Row]]]] = {
    "former_communes": (
        {"code_ancien", "nom", "type", "code_actuel"},
        lambda row, _: (_code(row["code_ancien"]), row["nom"], row["type"], _code(row["code_actuel"])),
    ),
    "communes": (
        {"code_insee", "nom", "departement", "region", "epci_siren", "population", "lon", "lat"},
        _commune_line,
    ),
    "epcis": (
        {"siren", "nom", "type"},
        lambda row, _: (row["siren"], row["nom"], row["type"] or None),
    ),
}


def _json(content: str, path: Path, vintage: int, layer: Layer | None) -> tuple[str, Iterator[Row]]:
    try:
        document = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise FileNotRecognised(
            Text("JSON illisible.", f"Unreadable JSON: {error}."), field="path", value=path.name
        ) from None
    features = document.get("features") if isinstance(document, dict) else document
    if not isinstance(features, list) or not all(isinstance(feature, dict) for feature in features):
        raise FileNotRecognised(field="path", value=path.name)
    if layer is not None:
        return "quarters", _converted(path, iter(features), lambda row, _: _quarter(row, layer), vintage)
    if features and all(_LARGER.fullmatch(_stated_code(feature)) for feature in features):
        raise _not_needed(path, "départements ou régions")
    return "communes", _converted(path, iter(features), _commune_feature, vintage)


def _stated_code(feature: Mapping[str, Any]) -> str:
    given = feature.get("properties", feature)
    return str(given.get("code")) if isinstance(given, dict) else ""


def _object(given: Any, name: str) -> Mapping[str, Any]:
    if not isinstance(given, dict):
        raise TypeError(f"'{name}' is {'null' if given is None else 'not an object'}")
    return given


def _code_in(given: Mapping[str, Any], *names: str) -> str | None:
    """Return the first code that is given: as such, or as API Géo's object of code and name."""
    for name in names:
        value = given.get(name)
        code = value["code"] if isinstance(value, dict) else value
        if code is not None and not isinstance(code, str):
            raise ValueError(f"'{name}' is {code!r}, not a code")
        if code:
            return code
    return None


def _commune_feature(feature: Mapping[str, Any], vintage: int) -> Row:
    """Read a commune from GeoJSON, ours or API Géo's, or from API Géo's plain JSON."""
    given = _object(feature.get("properties", feature), "properties")
    code = _code(str(given.get("code_insee") or given["code"]))
    shape = feature.get("geometry") or feature.get("contour")
    if shape and shape["type"] not in {"Polygon", "MultiPolygon", "Point"}:
        raise ValueError(f"a commune is a polygon or a point, not a {shape['type']}")
    centre = given.get("centre") or (shape if shape and shape["type"] == "Point" else None)
    lon, lat = centre["coordinates"] if centre else (None, None)
    contour = orjson.dumps(shape).decode() if shape and shape["type"] != "Point" else None
    return (
        code, given["nom"], _code_in(given, "epci_siren", "codeEpci", "epci"),
        _code_in(given, "departement", "codeDepartement") or departement_of(code),
        _code_in(given, "codeRegion", "region"),
        _number(given.get("population"), int), lon, lat, contour, vintage,
    )  # fmt: skip


def _quarter(feature: Mapping[str, Any], layer: Layer) -> Row:
    given, shape = _object(feature["properties"], "properties"), _object(feature["geometry"], "geometry")
    if shape["type"] not in {"Polygon", "MultiPolygon"}:
        raise ValueError(f"a quarter is a polygon, not a {shape['type']}")
    name = str(given[layer.name_field])
    commune = str(given[layer.commune_field]) if layer.commune_field else None
    code = str(given[layer.code_field]) if layer.code_field else _slug(f"{commune or ''} {name}")
    return layer.name, code, name, commune, layer.vintage, orjson.dumps(shape).decode()


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
