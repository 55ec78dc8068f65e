"""The SQL of the audit."""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any, Final, LiteralString, NamedTuple

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import OwnOrganisation, Principal
from registry.platform.database import Database

_APPEND = text(
    "INSERT INTO audit_events (organisation_id, action, subject, detail)"
    " VALUES (:organisation, :action, :subject, CAST(:detail AS jsonb))"
)

# The hash before a part is the one that is kept: parts that fit end to end are the whole chain.
_VERIFY = text(
    """
    WITH start AS (
        SELECT CASE WHEN :after = 0 THEN '\\x'::bytea ELSE (
            SELECT hash FROM audit_events WHERE organisation_id = :organisation AND sequence = :after) END AS hash),
    part AS MATERIALIZED (
        SELECT * FROM audit_events WHERE organisation_id = :organisation AND sequence > :after
        ORDER BY sequence LIMIT :most),
    chain AS (
        SELECT p.sequence, p.previous_hash, p.hash, audit_hash(p.previous_hash, p.organisation_id, p.sequence,
                p.happened_at, p.actor, p.action, p.subject, p.detail) AS own,
            lag(p.hash, 1, start.hash) OVER w AS before,
            lag(p.sequence, 1, CAST(:after AS bigint)) OVER w AS number_before
        FROM part p CROSS JOIN start WINDOW w AS (ORDER BY p.sequence))
    SELECT count(*), min(sequence), max(sequence), min(sequence) FILTER (
        WHERE hash <> own OR previous_hash IS DISTINCT FROM before OR sequence <> number_before + 1)
    FROM chain
    """
)
_HEAD = text(
    "SELECT sequence, encode(hash, 'hex') AS hash, happened_at FROM audit_events"
    " WHERE organisation_id = :organisation ORDER BY sequence DESC LIMIT 1"
)
_SHOWN: Final[LiteralString] = """
    SELECT sequence, happened_at, actor, CAST(substring(actor FROM ' user:([0-9a-f-]{36})$') AS uuid) AS user_id,
        action, subject, detail, encode(previous_hash, 'hex') AS previous_hash, encode(hash, 'hex') AS hash
    FROM audit_events WHERE organisation_id = %(organisation)s
"""
# Of an actor "client user:id" each part is asked for by itself.
_FILTERS: Final[Mapping[str, LiteralString]] = {
    "action": " AND starts_with(action, %(action)s)",
    "actor": " AND (actor = %(actor)s OR %(actor)s = ANY(string_to_array(replace(actor, ' user:', ' '), ' ')))",
    "subject": " AND subject = %(subject)s",
    "since": " AND happened_at >= %(since)s",
    "until": " AND happened_at < %(until)s",
}
_LATEST_FIRST: Final[LiteralString] = " AND sequence < %(after)s ORDER BY sequence DESC LIMIT %(limit)s"
_FIRST_FIRST: Final[LiteralString] = " AND sequence > %(after)s ORDER BY sequence LIMIT %(limit)s"


class Part(NamedTuple):
    """What recomputing a part of a chain found: how many events, from which to which, the first that does not fit."""

    looked_at: int
    first: int | None
    last: int | None
    broken_at: int | None


async def append(
    session: AsyncSession, organisation: uuid.UUID, action: str, subject: str, detail: dict[str, Any]
) -> None:
    await session.execute(
        _APPEND,
        {
            "organisation": organisation,
            "action": action,
            "subject": subject,
            "detail": orjson.dumps(detail).decode(),
        },
    )


async def verify(session: AsyncSession, organisation: uuid.UUID, *, after: int, most: int) -> Part:
    """Recompute up to ``most`` events of a chain after the one numbered ``after``; 0: from its first."""
    values = {"organisation": organisation, "after": after, "most": most}
    return Part(*(await session.execute(_VERIFY, values)).one())


async def head(session: AsyncSession, organisation: uuid.UUID) -> dict[str, Any] | None:
    """Return the number, hash and moment of a chain's last event, ``None`` where it has none."""
    row = (await session.execute(_HEAD, {"organisation": organisation})).mappings().one_or_none()
    return dict(row) if row else None


async def page(
    database: Database, organisation: OwnOrganisation, *, bound: Principal, after: int, limit: int, latest_first: bool,
    filters: Mapping[str, Any],
) -> list[bytes]:  # fmt: skip
    """Return up to ``limit`` events beyond the one numbered ``after``, each as JSON text in UTF-8.

    Args:
        latest_first: Go back in time from ``after``; otherwise forward.
    """
    values = {"organisation": organisation, "after": after, "limit": limit, **filters}
    answer = await database.alone(
        _page_query(filters, latest_first=latest_first), values, role=bound.role, organisation=bound.organisation_id,
        actor=bound.actor,
    )  # fmt: skip
    return answer.texts()


def _page_query(filters: Iterable[str], *, latest_first: bool) -> LiteralString:
    where: LiteralString = "".join([_FILTERS[name] for name in filters])
    order = _LATEST_FIRST if latest_first else _FIRST_FIRST
    return f"SELECT CAST(row_to_json(event) AS text) FROM ({_SHOWN}{where}{order}) event"
