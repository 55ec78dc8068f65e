"""The SQL of what changed among a territory's listings (ADR 0013), and of how much of it was read."""

import uuid
from datetime import date, datetime
from typing import Final, LiteralString

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access import feeds
from registry.access.feeds import Position
from registry.access.principal import Principal
from registry.platform.database import Database

LISTING: Final = 1


def _part(
    columns: LiteralString, table: LiteralString, name: LiteralString, further: LiteralString = ""
) -> LiteralString:
    return (
        f"(SELECT changed_in, {columns} FROM {table} WHERE territory_id = %(territory)s"
        f" AND (changed_in, id) > (%({name}_in)s::xid8, %({name}_id)s::uuid) AND {feeds.PAST}{further}"
        f" ORDER BY changed_in, id LIMIT %(limit)s)"
    )


# Whoever lists a home anew may have begun before it was withdrawn, waited, and have the lower number: what is listed
# here is not withdrawn, whatever a tombstone says. Looked up one by one: a join would read the territory for a page.
_IS_NOT_LISTED: Final[LiteralString] = """
    AND (SELECT l.id FROM listings l WHERE l.id = listing_tombstones.id AND l.territory_id = %(territory)s) IS NULL
"""
_GONE: Final[LiteralString] = "0 AS rank, id, NULL::uuid AS organisation_id, NULL AS document"
# The document is JSON as it was made: it is put into the item as text.
PAGE: Final[LiteralString] = f"""
    WITH page AS MATERIALIZED (
        SELECT *, row_number() OVER (ORDER BY changed_in, rank, id) AS n FROM (
            {_part(_GONE, "listing_tombstones", "deleted", _IS_NOT_LISTED)} UNION ALL
            {_part("1, id, organisation_id, document", "listings", "listing")}) changes
        ORDER BY changed_in, rank, id LIMIT %(limit)s)
    SELECT given FROM (
        SELECT 0 AS n, CAST(json_build_object({feeds.STATE}, 'foreign',
            (SELECT count(*) FROM page WHERE organisation_id <> %(own)s)) AS text) AS given UNION ALL
        SELECT n, CASE rank WHEN 0 THEN '{{"change":"deleted","id":"' || id || '","listing":null}}'
            ELSE '{{"change":"upserted","id":"' || id || '","listing":' || document || '}}' END FROM page) answer
    ORDER BY n
"""
# Where an organisation may read now: as territories_searched() says, which the job may not ask.
_LAST: Final = text(
    f"""
    SELECT t.slug, CAST(last.changed_in AS text) FROM territories t
    JOIN charters c ON c.territory_id = t.id AND c.status = 'in_force'
    CROSS JOIN LATERAL (
        SELECT changed_in FROM (
            (SELECT changed_in FROM listing_tombstones WHERE territory_id = t.id AND {feeds.PAST}
             ORDER BY changed_in DESC LIMIT 1) UNION ALL
            (SELECT changed_in FROM listings WHERE territory_id = t.id AND {feeds.PAST}
             ORDER BY changed_in DESC LIMIT 1)) each_last
        ORDER BY changed_in DESC LIMIT 1) last
    WHERE last.changed_in > CAST(CAST(:after AS text) AS xid8) AND (t.coordinator_id = :organisation
        OR EXISTS (SELECT FROM adhesions a WHERE a.territory_id = t.id AND a.organisation_id = :organisation
            AND a.status = 'in_force')
        AND NOT EXISTS (SELECT FROM standings s WHERE s.territory_id = t.id AND s.organisation_id = :organisation
            AND s.state = 'barred'))
    """
)
_COUNT: Final = text(
    "INSERT INTO listing_feed_usage AS u (organisation_id, day, items) VALUES (:organisation, :day, :items)"
    " ON CONFLICT (organisation_id, day) DO UPDATE SET items = u.items + excluded.items"
    " WHERE u.items + excluded.items <= :most RETURNING items"
)
_EXPIRE: Final = text(
    "WITH gone AS (DELETE FROM listing_tombstones WHERE deleted_at < :before RETURNING changed_in)"
    " SELECT CAST(changed_in AS text) FROM gone ORDER BY gone.changed_in DESC LIMIT 1"
)
_EXPIRE_USAGE: Final = text("DELETE FROM listing_feed_usage WHERE day < :before")
_RENUMBER: Final = (
    text("DELETE FROM listing_tombstones"),
    text("UPDATE listings SET changed_in = pg_current_xact_id() WHERE changed_in >= pg_current_xact_id()"),
)


async def page(
    database: Database, territory: int, *, bound: Principal, after: Position | None, limit: int
) -> list[bytes]:
    """Return the state of the feed, then up to ``limit`` changes after a position, each as JSON text in UTF-8."""
    answer = await database.alone(
        PAGE, values_of(territory, bound.organisation_id, after, limit), role=bound.role,
        organisation=bound.organisation_id, actor=bound.actor,
    )  # fmt: skip
    return answer.texts()


def values_of(territory: int, own: uuid.UUID, after: Position | None, limit: int) -> dict[str, object]:
    """Return the values of :data:`PAGE`."""
    values: dict[str, object] = {"territory": territory, "own": own, "limit": limit}
    for name, rank in (("deleted", feeds.DELETED), ("listing", LISTING)):
        begin = feeds.bound(after, rank)
        values |= {f"{name}_in": begin.transaction, f"{name}_id": begin.id}
    return values


async def count(session: AsyncSession, organisation: uuid.UUID, *, day: date, items: int, most: int) -> bool:
    """Count items of others as read; ``False``, and nothing counted, where they would be more than ``most`` a day."""
    given = {"organisation": organisation, "day": day, "items": items, "most": most}
    return items <= most and (await session.execute(_COUNT, given)).one_or_none() is not None


async def latest(session: AsyncSession, organisation: uuid.UUID, *, after: int) -> dict[str, int]:
    """Return the territories of an organisation with changes after a transaction, and the last of these. As the job."""
    rows = await session.execute(_LAST, {"organisation": organisation, "after": str(after)})
    return {slug: int(number) for slug, number in rows}


async def expire(session: AsyncSession, *, before: datetime, usage_before: date) -> int:
    """Delete older tombstones; return the last transaction of which one is gone, 0: none. Delete what is counted."""
    await session.execute(_EXPIRE_USAGE, {"before": usage_before})
    last = (await session.execute(_EXPIRE, {"before": before})).scalar_one_or_none()
    return int(last or 0)


async def renumber(session: AsyncSession) -> None:
    """Begin anew on another line of history: what has numbers that are still to come here gets this transaction's."""
    for statement in _RENUMBER:
        await session.execute(statement)
