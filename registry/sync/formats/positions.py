"""A file of positions beside a file of dwellings: ``ligne,lon,lat``, by the dwelling's rank."""

import re
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from registry.kernel.text import Text
from registry.kernel.validation import fault_of
from registry.stock import schemas
from registry.sync.errors import PositionsInvalid
from registry.sync.formats.rpls.survey import Position
from registry.sync.formats.source import Source

_COLUMNS: Final = ("ligne", "lon", "lat")
_RANK: Final = re.compile(r"[1-9][0-9]{0,8}")
_DEGREES: Final = re.compile(r"-?[0-9]{1,3}(\.[0-9]{1,17})?")


def read_positions(path: Path) -> dict[int, Position]:
    """Return lon, lat (WGS84) by rank; ranks without a position are left out.

    Raises:
        PositionsInvalid: The header, a rank or a point is wrong, or a rank is given twice. The whole file is refused:
            beside a wrong line the others may be shifted.
        FileUnreadable, LineTooLong, FileTooLarge: As they say.
    """
    lines = Source.inspect(path).lines()
    header = [cell.strip().lower() for cell in next(lines, (0, ""))[1].split(",")]
    if sorted(header) != sorted(_COLUMNS):
        raise PositionsInvalid(field="line 1", value=",".join(header)[:80])
    order = [header.index(name) for name in _COLUMNS]
    found: dict[int, Position] = {}
    seen: set[int] = set()
    for number, line in lines:
        cells = [cell.strip() for cell in line.split(",")]
        if len(cells) != len(_COLUMNS):
            raise PositionsInvalid(field=f"line {number}", value=line[:80])
        rank, lon, lat = (cells[place] for place in order)
        if not _RANK.fullmatch(rank) or int(rank) in seen:
            raise PositionsInvalid(
                Text("Rang absent, invalide ou en double.", "Rank missing, invalid or given twice."),
                field=f"line {number}", value=rank[:80],
            )  # fmt: skip
        seen.add(int(rank))
        if lon or lat:
            found[int(rank)] = _position(number, lon, lat)
    return found


def _position(number: int, lon: str, lat: str) -> Position:
    if not (_DEGREES.fullmatch(lon) and _DEGREES.fullmatch(lat)):
        raise PositionsInvalid(field=f"line {number}", value=f"{lon},{lat}"[:80])
    try:
        schemas.Position(lon=float(lon), lat=float(lat))
    except ValidationError as error:
        rule = fault_of(error.errors()[0]).message
        raise PositionsInvalid(rule, field=f"line {number}", value=f"{lon},{lat}"[:80]) from None
    return float(lon), float(lat)
