"""State the facts of residences, one or many at once; read what was known before."""

from collections import Counter
from typing import Any, Final

from pydantic import TypeAdapter
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.preconditions import Precondition
from registry.access.principal import OwnOrganisation, Principal, own_organisation
from registry.audit import service as audit
from registry.kernel.errors import Fault
from registry.platform import events
from registry.stock.errors import BatchEmpty, HomeNotFound, ResidenceNotFound, ResidenceUnknown
from registry.stock.events import HomesChanged, ResidenceFactsChanged
from registry.stock.repository import facts, homes, residences
from registry.stock.repository.facts import WHAT_COUNTS, WHAT_COUNTS_WITH_LIFTS, Subject, lasting
from registry.stock.schemas import ResidenceFacts, ResidenceFactsLine
from registry.stock.service.batch import Line, good_lines
from registry.stock.service.homes import as_facts

__all__ = ["WHAT_COUNTS", "WHAT_COUNTS_WITH_LIFTS", "lasting", "put_facts", "read_facts", "read_history", "write_facts"]

CHUNK: Final = 1_000
REMEMBERED: Final = 1_000
"""How many superseded facts of a subject are shown at most, the last first."""
_LINE: Final = TypeAdapter(ResidenceFactsLine)


async def put_facts(
    *, session: AsyncSession, principal: Principal, ref: str, given: ResidenceFacts, precondition: Precondition
) -> tuple[dict[str, Any], int]:
    """Merge facts into those of a residence; return all that it has now, and its version.

    A better source outranks a worse one, a newer statement of equal rank replaces; the listings of its homes follow.

    Raises:
        ResidenceNotFound, VersionChanged: As they say.
    """
    organisation = own_organisation(principal)
    if precondition.given:
        version = await residences.lock(session, organisation, ref)
        if version is None:
            raise ResidenceNotFound  # there is nothing to be another version of
        precondition.check(version)
    row = {"n": 0, "ref": ref, "facts": as_facts(given.model_dump(mode="json")["facts"])}
    (stated,) = await _state(session, organisation, [row])
    if stated.id is None:
        raise ResidenceNotFound
    if stated.changed:
        await audit.record(session, organisation=organisation, action="stock:residence:facts_stated", subject=ref)
    return await read_facts(session=session, principal=principal, ref=ref)


async def read_facts(*, session: AsyncSession, principal: Principal, ref: str) -> tuple[dict[str, Any], int]:
    """Return the facts of one of the landlord's residences, and its version.

    Raises:
        ResidenceNotFound: It has none of that reference.
    """
    found = await facts.read(session, own_organisation(principal), ref)
    if found is None:
        raise ResidenceNotFound
    return found


async def read_history(
    *, session: AsyncSession, principal: Principal, subject: Subject, ref: str, code: str | None
) -> list[dict[str, Any]]:
    """Return what was known before of a home or a residence, the last first: at most a thousand facts.

    Raises:
        HomeNotFound, ResidenceNotFound: There is none of that reference.
    """
    found = await facts.history(session, own_organisation(principal), subject, ref, code=code, limit=REMEMBERED)
    if found is None:
        raise HomeNotFound if subject == "homes" else ResidenceNotFound
    return found


async def write_facts(*, session: AsyncSession, principal: Principal, body: bytes) -> list[Line]:
    """Merge the facts of an NDJSON body into residences; return what became of each line.

    Raises:
        BatchEmpty: There is no line.
    """
    organisation = own_organisation(principal)
    lines: list[Line] = []
    rows: list[dict[str, Any]] = []
    for _, given in good_lines(body, _LINE, lines, lambda given: ("ref", given.ref)):
        stated = as_facts(given.model_dump(mode="json")["facts"])
        rows.append({"n": len(lines) - 1, "ref": given.ref, "facts": stated})
    if not lines:
        raise BatchEmpty
    await _write(session, organisation, lines, rows)
    return lines


async def _write(
    session: AsyncSession, organisation: OwnOrganisation, lines: list[Line], rows: list[dict[str, Any]]
) -> None:
    rows.sort(key=lambda row: row["ref"])  # no two batches wait for each other crosswise
    for start in range(0, len(rows), CHUNK):
        for stated in await _state(session, organisation, rows[start : start + CHUNK]):
            line = lines[stated.n]
            if stated.id is None:
                line.faults.append(Fault("ref", line.ref, ResidenceUnknown.title, ResidenceUnknown.remedy))
            else:
                line.status = "updated" if stated.changed else "unchanged"
    counts = Counter(line.status for line in lines)
    await audit.record(
        session, organisation=organisation, action="stock:residence_facts:stated", subject="batch", detail=dict(counts)
    )


async def _state(
    session: AsyncSession, organisation: OwnOrganisation, rows: list[dict[str, Any]]
) -> list[facts.Stated]:
    outcomes = await facts.state(session, organisation, rows)
    changed = [stated.id for stated in outcomes if stated.changed and stated.id is not None]
    if changed:
        of_homes = await homes.of_residences(session, organisation, changed)
        if of_homes:
            await events.publish(session, HomesChanged(organisation, of_homes))
        await events.publish(session, ResidenceFactsChanged(organisation, changed))
    return outcomes
