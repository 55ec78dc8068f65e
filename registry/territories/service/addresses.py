"""Load streets and houses from the Base Adresse Nationale, or from any CSV that has the like."""

import csv
import gzip
import math
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TextIO, cast

from sqlalchemy.ext.asyncio import AsyncSession

from registry.kernel.text import Text
from registry.platform import events
from registry.territories.errors import AddressColumnMissing, FileNotRecognised, FileRowInvalid
from registry.territories.events import AddressesLoaded
from registry.territories.repository import addresses
from registry.territories.repository.addresses import HouseRow
from registry.territories.spelling import house_number, plain_street

BAN: Final[Mapping[str, str]] = {
    "id": "id", "number": "numero", "repetition": "rep", "street": "nom_voie", "postcode": "code_postal",
    "commune": "code_insee", "lon": "lon", "lat": "lat",
}  # fmt: skip
"""Our fields and the columns of ``adresses-XX.csv`` (adresse.data.gouv.fr, "Format BAN", 2024)."""
_NEEDED: Final = ("number", "street", "lon", "lat")
_NOT_A_NUMBER: Final = frozenset({"", "0", "9999", "99999"})
"""How sources number what has no number: left out, since nobody lives there under it."""
_CODE: Final = re.compile(r"[0-9][0-9AB][0-9]{3}")


@dataclass(frozen=True)
class AddressFile:
    """How a file is read: which column holds which of the fields of :data:`BAN`, where they are others.

    Attributes:
        commune: INSEE code of all its addresses, for a file that does not name it.
    """

    path: Path
    columns: Mapping[str, str] = field(default_factory=dict)
    commune: str | None = None


@dataclass
class Loaded:
    """What a file held: houses, rows that were left out for want of a number or a position, communes."""

    houses: int = 0
    left_out: int = 0
    communes: list[str] = field(default_factory=list)


async def load_addresses(*, session: AsyncSession, file: AddressFile) -> Loaded:
    """Make a file's houses those of the communes that it names. Needs ``Role.JOB``.

    Residences there that were not found before are looked up again.

    Args:
        session: The transaction; a wrong row undoes the file.
        file: CSV in UTF-8 with a header, plain or gzipped; the separator is the header's.

    Raises:
        FileNotRecognised, AddressColumnMissing: It is no such file.
        FileRowInvalid: A row is wrong; it says which.
    """
    done = Loaded()
    try:
        with _opened(file.path) as lines:
            done.communes = await addresses.replace(session, _houses(file, lines, done))
    except (EOFError, gzip.BadGzipFile, zlib.error, UnicodeDecodeError, csv.Error) as error:
        raise FileNotRecognised(
            Text("Le fichier est illisible.", f"The file cannot be read: {type(error).__name__}."),
            field="path", value=file.path.name,
        ) from None  # fmt: skip
    await events.publish(session, AddressesLoaded(done.communes))
    return done


def _opened(path: Path) -> TextIO:
    with path.open("rb") as start:
        zipped = start.read(2) == b"\x1f\x8b"
    if zipped:
        return cast("TextIO", gzip.open(path, "rt", encoding="utf-8-sig", newline=""))
    return path.open("rt", encoding="utf-8-sig", newline="")


def _houses(file: AddressFile, lines: TextIO, done: Loaded) -> Iterator[HouseRow]:
    head = lines.readline(10_000)
    separator = max(";,\t|", key=head.count)
    names = next(csv.reader([head], delimiter=separator), [])
    columns = {**BAN, **file.columns}
    needed = [*_NEEDED, *(() if file.commune else ("commune",))]
    if missing := [columns[each] for each in needed if columns[each] not in names]:
        raise AddressColumnMissing(field="path", value=f"{file.path.name}: {', '.join(missing)}")
    reader = csv.DictReader(lines, names, delimiter=separator)
    for number, row in enumerate(reader, start=2):
        given = {each: (row.get(column) or "").strip() for each, column in columns.items()}
        try:
            house = _house(given, file.commune)
        except ValueError as error:
            raise FileRowInvalid(
                Text(f"{file.path.name}, ligne {number} : {error}.", f"{file.path.name}, line {number}: {error}."),
                field=f"{file.path.name}:{number}", value=str(given)[:200],
            ) from None  # fmt: skip
        if house is None:
            done.left_out += 1
        else:
            done.houses += 1
            yield house


def _house(given: Mapping[str, str], commune: str | None) -> HouseRow | None:
    number = house_number(f"{given['number']} {given['repetition']}")
    plain = plain_street(given["street"])
    if given["number"] in _NOT_A_NUMBER or number is None or not plain or not (given["lon"] and given["lat"]):
        return None
    code = commune or given["commune"].rjust(5, "0")
    if not _CODE.fullmatch(code):
        raise ValueError(f"{code!r} is not an INSEE commune code")
    lon, lat = float(given["lon"].replace(",", ".")), float(given["lat"].replace(",", "."))
    if not (math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90):
        raise ValueError(f"{lon}, {lat} is not a longitude and a latitude")
    name = " ".join(given["street"].split())
    # PostgreSQL keeps no NUL; csv lets it through.
    if "\0" in "".join(given.values()):
        raise ValueError("it holds a NUL character")
    return HouseRow(
        code, given["postcode"] or None, name, plain, number.number, number.repetition, lon, lat, given["id"] or None
    )
