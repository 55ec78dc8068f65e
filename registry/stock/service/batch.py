"""Write many homes at once: each line is read on its own, the good ones are saved together."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, Final, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import OwnOrganisation, Principal, own_organisation
from registry.audit import service as audit
from registry.kernel import strict_json
from registry.kernel.errors import Fault
from registry.kernel.text import Text
from registry.kernel.validation import Wrong, fault_of
from registry.platform import events
from registry.stock.errors import BatchEmpty, BuildingUnknown, RefTwice, ResidenceUnknown
from registry.stock.events import HomesChanged
from registry.stock.repository import homes
from registry.stock.schemas import HomeLine
from registry.stock.service.homes import as_row

CHUNK: Final = 1_000  # lines a statement: far below the time limit of one, on a busy machine too
_LINE: Final = TypeAdapter(HomeLine)
Given = TypeVar("Given", bound=BaseModel)


@dataclass(slots=True)
class Line:
    """What became of one line: ``created``, ``updated``, ``unchanged`` or ``rejected`` with its faults."""

    number: int
    ref: str | None
    status: str
    faults: list[Fault] = field(default_factory=list)


def read_lines(body: bytes) -> tuple[list[Line], list[dict[str, Any]]]:
    """Read NDJSON.

    Returns:
        One entry for every line that is not blank, and the rows of the good ones; ``n`` is the line's number.
    """
    lines: list[Line] = []
    rows: list[dict[str, Any]] = []
    for line, given in good_lines(body, _LINE, lines, lambda given: ("ref", given.ref), _names):
        line.status = "created"
        rows.append(as_row(given, line.number, given.ref))
    return lines, rows


def good_lines(
    body: bytes,
    adapter: TypeAdapter[Given],
    lines: list[Line],
    key: Callable[[Given], tuple[str, str]],
    names: Callable[[Given], int] = lambda _: -1,
) -> Iterator[tuple[Line, Given]]:
    """Yield what the good lines of NDJSON say, those that name what no line before them did.

    Args:
        body: The lines; blank ones are passed over.
        adapter: Of the model of a line.
        lines: Gets an entry for every line that is not blank, "rejected" until somebody says otherwise.
        key: What a line is about: the name of the field, and the reference in it.
        names: As :func:`_read_line`.
    """
    seen: dict[tuple[str, str], int] = {}
    for number, raw in enumerate(body.split(b"\n"), start=1):
        if not raw.strip():
            continue
        given, faults = _read_line(raw, adapter, names)
        lines.append(line := Line(number, None, "rejected", faults))
        if given is None:
            continue
        name, line.ref = key(given)
        if (first := seen.setdefault((name, line.ref), number)) != number:
            said = Text(f"Référence déjà donnée à la ligne {first}", f"Reference given already on line {first}")
            line.faults.append(Fault(name, line.ref, said, RefTwice.remedy))
            continue
        yield line, given


def _read_line(
    raw: bytes, adapter: TypeAdapter[Given], names: Callable[[Given], int]
) -> tuple[Given | None, list[Fault]]:
    """Return what a line says, or what is wrong with it.

    Args:
        raw: The line.
        adapter: Of the model of a line.
        names: Counts the names that a line has, where reading it twice would cost too much.
    """
    try:
        given = adapter.validate_json(raw)
        # Every name has its colon: with no more colons than names none is given twice, and most lines have no others.
        if raw.count(b":") != names(given):
            strict_json.read(raw)
    except ValidationError as error:
        found = error.errors()
        if found[0]["type"] == "json_invalid":
            return None, [_unreadable(raw, found[0])]
        return None, [fault_of({**each, "loc": each["loc"] or ("line",)}) for each in found]
    except Wrong as wrong:
        return None, [Fault(wrong.field or "line", wrong.field, wrong.text)]
    return given, []


def _names(given: HomeLine) -> int:
    stated = [fact for fact in given.facts.values() if fact is not None]
    return len(given.model_fields_set) + len(given.facts) + sum(len(fact.model_fields_set) for fact in stated)


def _unreadable(raw: bytes, found: Mapping[str, Any]) -> Fault:
    text = raw.decode(errors="backslashreplace")
    try:
        strict_json.read(raw)
    except Wrong as wrong:
        return Fault("line", text, wrong.text)
    return Fault("line", text, Text("JSON illisible.", f"Unreadable JSON: {found['ctx']['error']}."))


async def write_batch(*, session: AsyncSession, principal: Principal, body: bytes) -> list[Line]:
    """Write the homes of an NDJSON body in the caller's transaction; return what became of each line.

    Raises:
        BatchEmpty: There is no line.
    """
    organisation = own_organisation(principal)
    lines, rows = read_lines(body)
    if not lines:
        raise BatchEmpty
    outcomes = {line.number: line for line in lines}
    rows.sort(key=itemgetter("ref"))  # each chunk locks in this order: so do all together, and no two batches cross
    for start in range(0, len(rows), CHUNK):
        await write_rows(session, organisation, rows[start : start + CHUNK], outcomes)
    counts = Counter(line.status for line in lines)
    await audit.record(
        session, organisation=organisation, action="stock:batch:written", subject="homes", detail=dict(counts)
    )
    return lines


async def write_rows(
    session: AsyncSession, organisation: OwnOrganisation, rows: list[dict[str, Any]], outcomes: dict[int, Line]
) -> None:
    """Write valid rows, with distinct references; note in ``outcomes``, by their ``n``, what became of each."""
    given = {row["n"]: row for row in rows}
    changed = []
    for outcome in await homes.write(session, organisation, rows):
        line, row = outcomes[outcome.n], given[outcome.n]
        line.status = outcome.status
        if outcome.residence_missing:
            line.status = "rejected"
            line.faults.append(
                Fault("residence_ref", row["residence_ref"], ResidenceUnknown.title, ResidenceUnknown.remedy)
            )
        elif outcome.building_missing:
            line.status = "rejected"
            line.faults.append(
                Fault("building_ref", row["building_ref"], BuildingUnknown.title, BuildingUnknown.remedy)
            )
        elif outcome.id is not None:
            changed.append(outcome.id)
    if changed:
        await events.publish(session, HomesChanged(organisation, changed))
