"""The SQL that finds the open cases for homes that come free. As the job, which reads no need and no reference.

A home is *possible* for a case as :mod:`registry.transfers.matching.requirements` says, in the terms that are kept of
the case: unknown is never read as no.
"""

import datetime as dt
import uuid
from typing import Final, NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import OwnOrganisation
from registry.listings.service import tags
from registry.transfers.repository.places import QUARTERS

NO_RENT: Final = 2_147_483_647
"""``listings.rent_order`` where the rent is unknown."""
_LIFT: Final = tags.feature("lift", possible=True)

_FREE: Final = """
    SELECT l.id, l.organisation_id, l.tags, l.rent_order, l.commune_code, l.quarter_codes, l.floor_top,
        l.available_month,
        (CAST(l.document AS json)->>'rooms')::integer AS rooms
    FROM listings l WHERE l.territory_id = :territory AND l.bookable
"""
# Whose landlord may search there now: the same as where its people look (``territories_searched``).
_SEARCHING: Final = """
    SELECT a.organisation_id FROM adhesions a
    JOIN charters ch ON ch.territory_id = a.territory_id AND ch.status = 'in_force'
    JOIN organisations o ON o.id = a.organisation_id AND o.status = 'active'
    LEFT JOIN standings s ON s.territory_id = a.territory_id AND s.organisation_id = a.organisation_id
    WHERE a.territory_id = :territory AND a.status = 'in_force' AND s.state IS DISTINCT FROM 'barred'
"""
# Of homes that are free now: one that was free from a month on, and still is, is the same fact. Once for all of them,
# hashed: of a table that grows by thousands in one statement no plan by row knows how large it is.
_HELD: Final = """
    SELECT a.case_id, a.listing_id FROM case_alerts a JOIN free ON free.id = a.listing_id
    WHERE a.ended_at IS NULL AND free.available_month IS NULL
"""
_PLACED: Final = f"""
    coalesce((SELECT {QUARTERS} FROM homes h
        JOIN residences r ON r.organisation_id = h.organisation_id AND r.id = h.residence_id
        LEFT JOIN buildings b ON b.organisation_id = h.organisation_id AND b.id = h.building_id
        WHERE h.organisation_id = c.organisation_id AND %s), '{{}}')
"""
# What is known to be outside the quarters that are wanted is in no list of matches, unless it is asked for; of another
# landlord's home that is what its listing says.
_QUARTERS: Final = f"""
    SELECT c.quarters || {_PLACED % "h.ref = c.home_ref"} AS wanted,
        CASE WHEN l.organisation_id = c.organisation_id THEN {_PLACED % "h.listing_id = l.id"}
            ELSE l.quarter_codes END AS known
"""
_SUITS: Final = f"""
    c.wanted <@ l.tags
    AND (c.rent_limit_cents IS NULL OR l.rent_order <= c.rent_limit_cents OR l.rent_order = {NO_RENT})
    AND (l.rooms IS NULL OR l.rooms BETWEEN c.rooms_least AND c.rooms_most)
    AND (c.communes = '{{}}' OR l.commune_code = ANY (c.communes))
    AND (NOT c.needs_lift OR l.floor_top IS NULL OR l.floor_top <= 0 OR {_LIFT} = ANY (l.tags))
    AND NOT (l.organisation_id = c.organisation_id AND EXISTS (SELECT FROM homes h
        WHERE h.organisation_id = c.organisation_id AND h.ref = c.home_ref AND h.listing_id = l.id))
    AND NOT EXISTS (SELECT FROM held WHERE held.case_id = c.id AND held.listing_id = l.id)
    AND ((c.quarters = '{{}}' AND c.home_ref IS NULL) OR EXISTS (SELECT FROM ({_QUARTERS}) AS q
        WHERE q.wanted = '{{}}' OR q.known = '{{}}' OR q.wanted && q.known))
"""
_COLUMNS: Final = "organisation_id, case_id, territory_id, listing_id, month, known"
# Of a home that is free for the same month again it is the same fact, and no longer ended: told once, however often it
# goes. What nobody was told of is as new as a row of its own would be. A home that is free now meets no row: see _HELD.
_AGAIN: Final = """
    ON CONFLICT (case_id, listing_id, month) WHERE month IS NOT NULL DO UPDATE SET ended_at = NULL,
        known = CASE WHEN case_alerts.told_at IS NULL THEN excluded.known ELSE case_alerts.known END,
        created_at = CASE WHEN case_alerts.told_at IS NULL THEN now() ELSE case_alerts.created_at END
    WHERE case_alerts.ended_at IS NOT NULL
"""
_MATCH: Final = text(
    f"""
    WITH free AS MATERIALIZED ({_FREE} AND l.changed_in >= CAST(CAST(:horizon AS text) AS xid8)),
    held AS MATERIALIZED ({_HELD}),
    searching AS MATERIALIZED ({_SEARCHING})
    INSERT INTO case_alerts ({_COLUMNS})
    SELECT c.organisation_id, c.id, c.territory_id, l.id, l.available_month, false
    FROM free l
    JOIN transfer_cases c ON c.territory_id = :territory AND c.closed_at IS NULL AND {_SUITS}
    JOIN searching s ON s.organisation_id = c.organisation_id
    {_AGAIN}
    """
)
_MEET: Final = text(
    f"""
    WITH fresh AS (
        UPDATE transfer_cases SET matched = true WHERE id IN (
            SELECT id FROM transfer_cases WHERE territory_id = :territory AND closed_at IS NULL AND NOT matched
            ORDER BY id LIMIT :limit FOR UPDATE SKIP LOCKED)
        RETURNING id, organisation_id, territory_id, home_ref, wanted, rent_limit_cents, rooms_least, rooms_most,
            communes, quarters, needs_lift),
    free AS MATERIALIZED ({_FREE} AND EXISTS (SELECT FROM fresh)),
    held AS MATERIALIZED ({_HELD}),
    met AS (
        INSERT INTO case_alerts ({_COLUMNS})
        SELECT c.organisation_id, c.id, c.territory_id, l.id, l.available_month, true
        FROM fresh c JOIN free l ON {_SUITS}
        {_AGAIN})
    SELECT count(*) FROM fresh
    """
)
_END: Final = text(
    "UPDATE case_alerts a SET ended_at = now() WHERE a.territory_id = :territory AND a.ended_at IS NULL"
    " AND NOT EXISTS (SELECT FROM listings l WHERE l.id = a.listing_id AND l.bookable)"
)
_TELL: Final = text(
    """
    UPDATE case_alerts SET told_at = now() WHERE id IN (
        SELECT a.id FROM case_alerts a JOIN transfer_cases c ON c.id = a.case_id AND c.closed_at IS NULL
        WHERE a.told_at IS NULL AND NOT a.known AND a.ended_at IS NULL
        ORDER BY a.organisation_id, a.case_id LIMIT :limit FOR UPDATE OF a SKIP LOCKED)
    RETURNING organisation_id, case_id, listing_id, month
    """
)
_TERRITORIES: Final = text(
    "SELECT DISTINCT territory_id FROM transfer_cases WHERE closed_at IS NULL ORDER BY territory_id"
)
_TAKE: Final = text("SELECT pg_try_advisory_xact_lock(hashtextextended('transfers.match', :territory))")
_HORIZON: Final = text(
    "SELECT pg_snapshot_xmin(pg_current_snapshot())::text,"
    " (SELECT horizon::text FROM case_alert_horizons WHERE territory_id = :territory)"
)
_MOVE_ON: Final = text(
    "INSERT INTO case_alert_horizons (territory_id, horizon) VALUES (:territory, CAST(CAST(:horizon AS text) AS xid8))"
    " ON CONFLICT (territory_id) DO UPDATE SET horizon = excluded.horizon"
)
_PAGE: Final = text(
    """
    SELECT a.id, a.case_id, c.ref AS case_ref, a.listing_id, a.month, a.created_at, a.ended_at
    FROM case_alerts a JOIN transfer_cases c ON c.organisation_id = a.organisation_id AND c.id = a.case_id
    WHERE a.organisation_id = :organisation AND NOT a.known
        AND (a.created_at, a.id) < (CAST(:before AS timestamptz), CAST(:before_id AS uuid))
        AND (CAST(:case_id AS uuid) IS NULL OR a.case_id = CAST(:case_id AS uuid))
    ORDER BY a.created_at DESC, a.id DESC LIMIT :limit
    """
)
_WAITING: Final = text(
    """
    SELECT count(DISTINCT a.case_id) FROM case_alerts a
    JOIN transfer_cases c ON c.organisation_id = a.organisation_id AND c.id = a.case_id AND c.closed_at IS NULL
    WHERE a.organisation_id = :organisation AND NOT a.known AND a.ended_at IS NULL
        AND a.created_at > now() - make_interval(days => :days)
    """
)


class Told(NamedTuple):
    """A home for a case, of which its landlord is told now."""

    organisation_id: uuid.UUID
    case_id: uuid.UUID
    listing_id: uuid.UUID
    month: dt.date | None


class Alert(NamedTuple):
    """A home that came free for a case, as the case's landlord is shown it."""

    id: uuid.UUID
    case_id: uuid.UUID
    case_ref: str
    listing_id: uuid.UUID
    month: dt.date | None
    created_at: dt.datetime
    ended_at: dt.datetime | None


async def territories(session: AsyncSession) -> list[int]:
    """Return where cases are open."""
    return list((await session.execute(_TERRITORIES)).scalars())


async def take(session: AsyncSession, territory: int) -> bool:
    """Take a territory for this transaction; ``False`` where another one has it."""
    return bool((await session.execute(_TAKE, {"territory": territory})).scalar_one())


async def match_changed(session: AsyncSession, territory: int) -> None:
    """Write an alert for each open case that a listing changed since the last time may suit, and end those of others.

    A territory that was never looked at begins now: what is free there already is no news.
    """
    now, horizon = (await session.execute(_HORIZON, {"territory": territory})).one()
    await session.execute(_END, {"territory": territory})
    if horizon is not None:
        await session.execute(_MATCH, {"territory": territory, "horizon": horizon})
    await session.execute(_MOVE_ON, {"territory": territory, "horizon": now})


async def meet_fresh(session: AsyncSession, territory: int, limit: int) -> int:
    """Note for up to ``limit`` cases that are new or changed what is free already; return for how many."""
    return int((await session.execute(_MEET, {"territory": territory, "limit": limit})).scalar_one())


async def tell(session: AsyncSession, limit: int) -> list[Told]:
    """Return up to ``limit`` alerts, by landlord and case, that are told now."""
    found = [Told(*row) for row in await session.execute(_TELL, {"limit": limit})]
    return sorted(found, key=lambda told: (told.organisation_id, told.case_id, told.month or dt.date.min))


async def page(
    session: AsyncSession, organisation: OwnOrganisation, *, before: tuple[dt.datetime, uuid.UUID], limit: int,
    case: uuid.UUID | None,
) -> list[Alert]:  # fmt: skip
    """Return alerts, the latest first; of one case or of all."""
    values = {
        "organisation": organisation, "before": before[0], "before_id": before[1], "limit": limit, "case_id": case,
    }  # fmt: skip
    return [Alert(*row) for row in await session.execute(_PAGE, values)]


async def waiting(session: AsyncSession, organisation: OwnOrganisation, days: int) -> int:
    """Return for how many open cases a home came free within days, and still is."""
    values = {"organisation": organisation, "days": days}
    return int((await session.execute(_WAITING, values)).scalar_one())
