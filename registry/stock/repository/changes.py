"""The SQL of what changed in the stock: rows by the transaction that last changed them, and tombstones (ADR 0013)."""

import uuid
from datetime import datetime
from typing import Final, LiteralString

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access import feeds
from registry.access.feeds import Position
from registry.access.principal import OwnOrganisation, Principal
from registry.platform.database import Database
from registry.stock.repository import homes, residences

RESIDENCE, HOME = 1, 2
"""Ranks: a home of a new residence comes after it, where one transaction made both."""
_OWN: Final[LiteralString] = "organisation_id = %(organisation)s"


def _part(
    columns: LiteralString, table: LiteralString, name: LiteralString, further: LiteralString = ""
) -> LiteralString:
    return (
        f"(SELECT changed_in, {columns} FROM {table} WHERE {_OWN}"
        f" AND (changed_in, id) > (%({name}_in)s::xid8, %({name}_id)s::uuid) AND {feeds.PAST}{further}"
        f" ORDER BY changed_in, id LIMIT %(limit)s)"
    )


# Who makes a home anew may have begun before its deleter, waited for it, and have the lower number: what stands is not
# deleted, whatever a tombstone says. Looked up one by one: as a join, all homes would be read for a page.
_NOTHING_STANDS: Final[LiteralString] = f"""
    AND CASE kind WHEN 'home' THEN (SELECT id FROM homes h WHERE h.{_OWN} AND h.ref = stock_tombstones.ref)
        ELSE (SELECT id FROM residences r WHERE r.{_OWN} AND r.ref = stock_tombstones.ref) END IS NULL
"""
PAGE: Final[LiteralString] = f"""
    WITH page AS MATERIALIZED (
        SELECT *, row_number() OVER (ORDER BY changed_in, rank, id) AS n FROM (
            {_part("0 AS rank, id, kind, ref", "stock_tombstones", "deleted", _NOTHING_STANDS)} UNION ALL
            {_part("1, id, 'residence', ref", "residences", "residence")} UNION ALL
            {_part("2, id, 'home', ref", "homes", "home")}) changes
        ORDER BY changed_in, rank, id LIMIT %(limit)s),
    items AS (
        SELECT n, p.kind, CASE rank WHEN 0 THEN 'deleted' ELSE 'upserted' END AS change, p.ref,
            CASE WHEN rank = 2 THEN (SELECT row_to_json(home)
                FROM ({homes.SHOWN} WHERE h.{_OWN} AND h.ref = p.ref) home) END AS home,
            CASE WHEN rank = 1 THEN (SELECT row_to_json(residence)
                FROM ({residences.SHOWN} WHERE r.{_OWN} AND r.ref = p.ref) residence) END AS residence
        FROM page p)
    SELECT given FROM (
        SELECT 0 AS n, CAST(json_build_object({feeds.STATE}) AS text) AS given UNION ALL
        SELECT n, CAST(json_build_object('kind', kind, 'change', change, 'ref', ref, 'home', home,
            'residence', residence) AS text) FROM items) answer
    ORDER BY n
"""
_LAST: Final = text(
    " UNION ALL ".join(
        f"(SELECT changed_in, CAST(changed_in AS text) AS number FROM {table} WHERE organisation_id = :organisation"
        f" AND {feeds.PAST} ORDER BY changed_in DESC LIMIT 1)"
        for table in ("stock_tombstones", "residences", "homes")
    )
)
_EXPIRE: Final = text(
    "WITH gone AS (DELETE FROM stock_tombstones WHERE deleted_at < :before RETURNING changed_in)"
    " SELECT CAST(changed_in AS text) FROM gone ORDER BY gone.changed_in DESC LIMIT 1"
)
_RENUMBER: Final = (
    text("DELETE FROM stock_tombstones"),
    text("UPDATE residences SET changed_in = pg_current_xact_id() WHERE changed_in >= pg_current_xact_id()"),
    text("UPDATE homes SET changed_in = pg_current_xact_id() WHERE changed_in >= pg_current_xact_id()"),
)


async def page(
    database: Database, organisation: OwnOrganisation, *, bound: Principal, after: Position | None, limit: int
) -> list[bytes]:
    """Return the state of the feed, then up to ``limit`` changes after a position, each as JSON text in UTF-8."""
    answer = await database.alone(
        PAGE, values_of(organisation, after, limit), role=bound.role, organisation=bound.organisation_id,
        actor=bound.actor,
    )  # fmt: skip
    return answer.texts()


def values_of(organisation: OwnOrganisation, after: Position | None, limit: int) -> dict[str, object]:
    """Return the values of :data:`PAGE`."""
    values: dict[str, object] = {"organisation": organisation, "limit": limit}
    for name, rank in (("deleted", feeds.DELETED), ("residence", RESIDENCE), ("home", HOME)):
        begin = feeds.bound(after, rank)
        values |= {f"{name}_in": begin.transaction, f"{name}_id": begin.id}
    return values


async def latest(session: AsyncSession, organisation: uuid.UUID) -> int:
    """Return the last past transaction that changed an organisation's stock, 0: none. As the job."""
    rows = await session.execute(_LAST, {"organisation": organisation})
    return max((int(number) for _, number in rows), default=0)


async def expire(session: AsyncSession, *, before: datetime) -> int:
    """Delete older tombstones, everybody's; return the last transaction of which one is gone, 0: none."""
    last = (await session.execute(_EXPIRE, {"before": before})).scalar_one_or_none()
    return int(last or 0)


async def renumber(session: AsyncSession) -> None:
    """Begin anew on another line of history: what has numbers that are still to come here gets this transaction's."""
    for statement in _RENUMBER:
        await session.execute(statement)
