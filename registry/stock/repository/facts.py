"""The SQL of the facts of residences, and of what was known before, of homes too."""

import uuid
from collections.abc import Sequence
from typing import Any, Final, Literal, LiteralString, NamedTuple

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import OwnOrganisation
from registry.stock.repository.homes import RANKING
from registry.stock.repository.outages import OUT_OF_SERVICE

Subject = Literal["homes", "residences"]


def lasting(facts: LiteralString) -> LiteralString:
    """Return the SQL of those facts of a JSON object that have not ended: what has ended is unknown again."""
    return f"""CASE WHEN {facts} @? '$.*.until' THEN coalesce((
        SELECT jsonb_object_agg(each.key, each.value) FROM jsonb_each({facts}) each
        WHERE coalesce((each.value->>'until')::date >= CURRENT_DATE, true)), '{{}}') ELSE {facts} END"""


def _what_counts(lift_stands: LiteralString) -> LiteralString:
    # Without what has ended, before they are put together: a home's fact that has ended hides none of its residence.
    # And each once, before the function has them, or it is called as such instead of being a part of the statement.
    return f"""
    CROSS JOIN LATERAL (SELECT {lift_stands} AS lift_stands, {lasting("h.facts")} AS own, {lasting("r.facts")} AS shared
        OFFSET 0) lasting
    CROSS JOIN LATERAL (SELECT effective_facts(lasting.own, lasting.shared, h.floor, lasting.lift_stands) AS facts
        OFFSET 0) counting
    """


WHAT_COUNTS: Final[LiteralString] = _what_counts(OUT_OF_SERVICE)
"""The facts of a home ``h`` of residence ``r`` that count now, as ``counting.facts``. As the landlord or the job."""
WHAT_COUNTS_WITH_LIFTS: Final[LiteralString] = _what_counts("false")
"""The same as if every lift ran."""

# Held in the order in which everybody holds them.
_STATE: Final = text(
    """
    WITH given AS MATERIALIZED (
        SELECT * FROM jsonb_to_recordset(CAST(:given AS jsonb)) AS g (n integer, ref text, facts jsonb)),
    present AS MATERIALIZED (
        SELECT r.id, r.ref, r.facts FROM residences r
        WHERE r.organisation_id = :organisation AND r.ref IN (SELECT ref FROM given)
        ORDER BY r.ref FOR NO KEY UPDATE),
    merged AS MATERIALIZED (
        SELECT p.id, p.ref, p.facts AS held, merged_facts(p.facts, g.facts, CAST(:ranking AS text[])) AS facts
        FROM present p JOIN given g ON g.ref = p.ref),
    written AS (
        UPDATE residences r SET facts = m.facts, version = r.version + 1, updated_at = now(),
            changed_in = pg_current_xact_id()
        FROM merged m WHERE r.organisation_id = :organisation AND r.id = m.id AND m.facts <> m.held)
    SELECT g.n, m.id, coalesce(m.facts <> m.held, false) FROM given g LEFT JOIN merged m ON m.ref = g.ref ORDER BY g.n
    """
)
_READ: Final = text("SELECT facts, version FROM residences WHERE organisation_id = :organisation AND ref = :ref")
_HISTORY: Final = {
    subject: text(
        f"""
        SELECT s.id, coalesce(jsonb_agg(jsonb_build_object('code', f.code, 'superseded_at', f.superseded_at) || f.fact
            ORDER BY f.superseded_at DESC, f.code) FILTER (WHERE f.code IS NOT NULL), '[]')
        FROM {subject} s
        LEFT JOIN LATERAL (
            SELECT * FROM fact_history h WHERE h.organisation_id = s.organisation_id AND h.subject_id = s.id
                AND (CAST(:code AS text) IS NULL OR h.code = :code)
            ORDER BY h.superseded_at DESC, h.code LIMIT :limit) f ON true
        WHERE s.organisation_id = :organisation AND s.ref = :ref GROUP BY s.id
        """
    )
    for subject in ("homes", "residences")
}


class Stated(NamedTuple):
    """What became of the facts given for a residence; ``id``: ``None`` where there is none of that reference."""

    n: int
    id: uuid.UUID | None
    changed: bool


async def state(session: AsyncSession, organisation: OwnOrganisation, given: Sequence[dict[str, Any]]) -> list[Stated]:
    """Merge facts into residences: rows of ``n``, ``ref`` (each once) and ``facts``, one that is withdrawn ``None``."""
    values = {"organisation": organisation, "given": orjson.dumps(given).decode(), "ranking": RANKING}
    return [Stated(*row) for row in await session.execute(_STATE, values)]


async def read(session: AsyncSession, organisation: OwnOrganisation, ref: str) -> tuple[dict[str, Any], int] | None:
    """Return the facts of a residence, and its version."""
    row = (await session.execute(_READ, {"organisation": organisation, "ref": ref})).one_or_none()
    return (row[0], row[1]) if row else None


async def history(
    session: AsyncSession, organisation: OwnOrganisation, subject: Subject, ref: str, *, code: str | None, limit: int
) -> list[dict[str, Any]] | None:
    """Return what was known before of a home or a residence, the last first; ``None`` where there is none."""
    values = {"organisation": organisation, "ref": ref, "code": code, "limit": limit}
    row = (await session.execute(_HISTORY[subject], values)).one_or_none()
    return row[1] if row else None
