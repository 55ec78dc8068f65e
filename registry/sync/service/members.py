"""What a coordinator sees of its members' files: when they came, how many records, how they ended; none of the rows.

Names of files and sources, columns, texts of rules and values are the landlord's own and are not read here; the
database does not let a coordinator read them either. Of rules that a file broke it is told the codes.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.errors import ScopeMissing
from registry.access.principal import Principal
from registry.kernel.clock import now
from registry.kernel.text import Text
from registry.sync import schedules
from registry.sync.repository import members as repository
from registry.sync.rules import LABELS, RuleCode


class BrokenRule(NamedTuple):
    """A rule that records of a file broke, so often."""

    code: RuleCode
    label: Text
    times: int


@dataclass(frozen=True, slots=True)
class MemberRun:
    """One file of a member.

    Attributes:
        kind: Of its source: push, pull or drop.
        summary: Counts of records by what became of them, ``rules``: how many rules spoke, ``error``: the code of the
            problem; ``None`` where there is none.
        rules: Those that the file broke, the most frequent first; none of runs of before codes were kept.
        took: From its begin to its end; ``None`` while it is not over.
    """

    id: uuid.UUID
    landlord: str
    kind: str
    mode: str
    dry_run: bool
    as_of: datetime
    cause: str
    status: str
    attempts: int
    created_at: datetime
    summary: dict[str, Any]
    rules: Sequence[BrokenRule]
    took: timedelta | None


@dataclass(frozen=True, slots=True)
class MemberSource:
    """A source of a member.

    Attributes:
        state: See :func:`registry.sync.schedules.state_of`.
        stale_after: Until when its last applied file is fresh, by the charter; ``None``: none is in force.
    """

    landlord: str
    kind: str
    mode: str
    state: schedules.State
    failures: int
    failure_code: str | None
    applied_as_of: datetime | None
    next_run_at: datetime | None
    stale_after: datetime | None

    @property
    def stale(self) -> bool:
        return self.stale_after is not None and self.stale_after < now()


@dataclass(frozen=True, slots=True)
class MemberLandlord:
    id: uuid.UUID
    name: str


async def list_runs(
    *,
    session: AsyncSession,
    principal: Principal,
    landlord: uuid.UUID | None = None,
    status: str | None = None,
    before: uuid.UUID | None = None,
    limit: int,
) -> list[MemberRun]:
    """Return the runs of the members of the territories that the caller coordinates, the newest first.

    Raises:
        ScopeMissing: The caller coordinates none: landlords have lists of their own.
    """
    rows = await repository.runs(
        session, _coordinated(principal), landlord=landlord, status=status, before=before, limit=limit
    )
    return [
        MemberRun(
            row["id"], row["landlord"], row["kind"], row["mode"], row["dry_run"], row["as_of"], row["cause"],
            row["status"], row["attempts"], row["created_at"], row["summary"],
            _broken(row["rule_codes"] or {}),
            row["finished_at"] - row["started_at"] if row["finished_at"] and row["started_at"] else None,
        )
        for row in rows
    ]  # fmt: skip


async def needing(*, session: AsyncSession, principal: Principal) -> dict[str, int]:
    """Return how many of these runs wait for a person of their landlord, by status.

    Raises:
        ScopeMissing: As above.
    """
    return await repository.needing(session, _coordinated(principal))


async def list_sources(*, session: AsyncSession, principal: Principal) -> list[MemberSource]:
    """Return the sources of these members, by landlord.

    Raises:
        ScopeMissing: As above.
    """
    return [
        MemberSource(
            row["landlord"], row["kind"], row["mode"],
            schedules.state_of(paused=row["paused"], failures=row["failures"]), row["failures"], row["failure_code"],
            row["applied_as_of"], row["next_run_at"], row["stale_after"],
        )
        for row in await repository.sources(session, _coordinated(principal))
    ]  # fmt: skip


async def list_landlords(*, session: AsyncSession, principal: Principal) -> list[MemberLandlord]:
    """Return these members by name.

    Raises:
        ScopeMissing: As above.
    """
    return [MemberLandlord(**row) for row in await repository.landlords(session, _coordinated(principal))]


def _broken(codes: Mapping[str, int]) -> list[BrokenRule]:
    found = [BrokenRule(RuleCode(code), LABELS[RuleCode(code)], count) for code, count in codes.items()]
    return sorted(found, key=lambda rule: (-rule.times, rule.code))


def _coordinated(principal: Principal) -> list[int]:
    if principal.kind != "coordinator":
        raise ScopeMissing
    return list(principal.territories.values())
