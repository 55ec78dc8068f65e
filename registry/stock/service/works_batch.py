"""Replace the adaptations, or the feasible works, of many homes at once: line by line, as homes are written."""

from collections import Counter
from typing import Any, Final, NamedTuple

from pydantic import TypeAdapter
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import OwnOrganisation, Principal, own_organisation
from registry.audit import service as audit
from registry.kernel.errors import Fault
from registry.stock.errors import BatchEmpty, HomeUnknown, ResidenceUnknown
from registry.stock.schemas.works import AdaptationsLine, FeasibleWorksLine
from registry.stock.service.batch import Line, good_lines
from registry.stock.service.inventories import Inventory, write_inventories

CHUNK: Final = 200
"""Lines a statement: of a hundred works each at most."""
_UNKNOWN: Final = {"home_ref": HomeUnknown, "residence_ref": ResidenceUnknown}


class _Row(NamedTuple):
    """The list of one good line, and in which line it stands."""

    line: Line
    kind: Inventory
    field: str
    ref: str
    items: list[dict[str, Any]]


def _named(given: AdaptationsLine | FeasibleWorksLine) -> tuple[str, str]:
    """Return what a line is about: a home, or else a residence."""
    if given.home_ref is not None:
        return "home_ref", given.home_ref
    assert isinstance(given, FeasibleWorksLine)
    assert given.residence_ref is not None
    return "residence_ref", given.residence_ref


def _row(given: AdaptationsLine | FeasibleWorksLine, line: Line) -> _Row:
    field, ref = _named(given)
    (items,) = given.model_dump(mode="json", exclude={"home_ref", "residence_ref"}).values()
    if isinstance(given, AdaptationsLine):
        return _Row(line, Inventory.ADAPTATIONS, field, ref, items)
    kind = Inventory.FEASIBLE_OF_HOME if field == "home_ref" else Inventory.FEASIBLE_OF_RESIDENCE
    return _Row(line, kind, field, ref, items)


_ADAPTATIONS: Final = TypeAdapter(AdaptationsLine)
_FEASIBLE_WORKS: Final = TypeAdapter(FeasibleWorksLine)


async def write_adaptations(*, session: AsyncSession, principal: Principal, body: bytes) -> list[Line]:
    """Replace the adaptations of the homes of an NDJSON body; return what became of each line.

    Raises:
        BatchEmpty: There is no line.
    """
    lines, rows = _read(body, _ADAPTATIONS)
    return await _write(session, own_organisation(principal), "adaptations", lines, rows)


async def write_feasible_works(*, session: AsyncSession, principal: Principal, body: bytes) -> list[Line]:
    """Replace the feasible works of the homes and residences of an NDJSON body; return what became of each line.

    Raises:
        BatchEmpty: There is no line.
    """
    lines, rows = _read(body, _FEASIBLE_WORKS)
    return await _write(session, own_organisation(principal), "feasible_works", lines, rows)


def _read(body: bytes, adapter: TypeAdapter[Any]) -> tuple[list[Line], list[_Row]]:
    """Return one entry for every line that is not blank, and the rows of the good ones."""
    lines: list[Line] = []
    rows = [_row(given, line) for line, given in good_lines(body, adapter, lines, _named)]
    if not lines:
        raise BatchEmpty
    return lines, rows


async def _write(
    session: AsyncSession, organisation: OwnOrganisation, what: str, lines: list[Line], rows: list[_Row]
) -> list[Line]:
    for kind in Inventory:  # homes before residences, each by reference: no two batches wait crosswise
        of_kind = sorted((row for row in rows if row.kind is kind), key=lambda row: row.ref)
        for start in range(0, len(of_kind), CHUNK):
            await _write_chunk(session, organisation, kind, of_kind[start : start + CHUNK])
    counts = Counter(line.status for line in lines)
    await audit.record(
        session, organisation=organisation, action=f"stock:{what}:replaced", subject="batch", detail=dict(counts)
    )
    return lines


async def _write_chunk(session: AsyncSession, organisation: OwnOrganisation, kind: Inventory, rows: list[_Row]) -> None:
    outcomes = await write_inventories(session, organisation, kind, {row.ref: row.items for row in rows})
    for row in rows:
        status = outcomes[row.ref]
        if status is None:
            unknown = _UNKNOWN[row.field]
            row.line.faults.append(Fault(row.field, row.ref, unknown.title, unknown.remedy))
        else:
            row.line.status = status
