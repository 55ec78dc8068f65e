"""The SQL of the door: which cases have it, what is compared, and what is answered. As the job (ADR 0029)."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.transfers.repository.places import QUARTERS

SQUARE_M: Final = 250
"""Side of the square that stands for whatever is in it: half of the least square of the zones (500 m), on the same grid
(the territory's legal projection, origin 0,0). So no zone cuts a square, and zone and square together are never less
than the square."""
MOST_WAITING: Final = 1_000
"""Cases of a landlord that one run looks at: as many as a charter may allow a day."""

_PLACED: Final = f"""
    CROSS JOIN LATERAL (SELECT coalesce(b.position, r.position, r.found_position) AS position,
        {QUARTERS} AS quarters) place
"""
_JOINED: Final = f"""
    JOIN residences r ON r.organisation_id = h.organisation_id AND r.id = h.residence_id
    LEFT JOIN buildings b ON b.organisation_id = h.organisation_id AND b.id = h.building_id
    {_PLACED}
"""
_WAITING: Final = text(
    f"""
    SELECT organisation_id, id, territory_id, home_ref, later, lon, lat, quarters
    FROM (
        SELECT c.organisation_id, c.id, c.territory_id, c.home_ref, c.created_at, h.created_at > c.created_at AS later,
            ST_X(place.position) AS lon, ST_Y(place.position) AS lat, place.quarters,
            row_number() OVER (PARTITION BY c.organisation_id, c.territory_id ORDER BY c.created_at, c.id) AS n
        FROM transfer_cases c
        JOIN homes h ON h.organisation_id = c.organisation_id AND h.ref = c.home_ref
        {_JOINED}
        JOIN adhesions a ON a.organisation_id = c.organisation_id AND a.territory_id = c.territory_id
            AND a.status = 'in_force'
        LEFT JOIN case_doors d ON d.organisation_id = c.organisation_id AND d.case_id = c.id
        WHERE c.closed_at IS NULL AND (d.case_id IS NULL OR d.home_ref <> c.home_ref
            OR d.territory_id <> c.territory_id OR (d.state = 'no_place' AND place.position IS NOT NULL))) waiting
    WHERE n <= {MOST_WAITING} ORDER BY created_at, id
    """
)
_TODAY: Final = text("SELECT organisation_id, territory_id, cases FROM case_door_days WHERE day = :day")
_COUNT: Final = text(
    "INSERT INTO case_door_days (organisation_id, territory_id, day, cases)"
    " VALUES (:organisation, :territory, :day, 1)"
    " ON CONFLICT (organisation_id, territory_id, day) DO UPDATE SET cases = case_door_days.cases + 1"
)
_FORGET_ANSWERS: Final = text("DELETE FROM case_nearness WHERE organisation_id = :organisation AND case_id = :case")
_OPEN: Final = text(
    """
    INSERT INTO case_doors (organisation_id, case_id, territory_id, home_ref, state, place, quarter_codes,
        quarters_known)
    SELECT c.organisation_id, c.id, :territory, :home_ref, :state,
        ST_SetSRID(ST_Point(CAST(:lon AS float8), CAST(:lat AS float8)), 4326), CAST(:quarters AS text[]),
        cardinality(CAST(:quarters AS text[])) > 0
    FROM transfer_cases c WHERE c.organisation_id = :organisation AND c.id = :case
    ON CONFLICT (organisation_id, case_id) DO UPDATE SET territory_id = excluded.territory_id,
        home_ref = excluded.home_ref, state = excluded.state, place = excluded.place,
        quarter_codes = excluded.quarter_codes, quarters_known = excluded.quarters_known, network = false,
        compared_in = NULL, opened_at = now()
    """
)
_DOORS: Final = text(
    """
    SELECT d.organisation_id, d.case_id, d.territory_id, ST_X(d.place), ST_Y(d.place), d.quarter_codes,
        CAST(CAST(d.compared_in AS text) AS bigint)
    FROM case_doors d JOIN transfer_cases c ON c.organisation_id = d.organisation_id AND c.id = d.case_id
    WHERE d.state = 'open' AND c.closed_at IS NULL
    ORDER BY d.territory_id, d.organisation_id, d.case_id
    """
)
_HORIZON: Final = text("SELECT CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS text) AS bigint)")
# Where each home truly is, for this comparison alone: of another landlord's only its square goes further.
_LISTED: Final = text(
    f"""
    SELECT l.id, l.organisation_id, CAST(CAST(l.changed_in AS text) AS bigint), ST_X(place.position),
        ST_Y(place.position), ST_X(square.middle), ST_Y(square.middle), place.quarters
    FROM listings l
    JOIN territories t ON t.id = l.territory_id
    JOIN homes h ON h.listing_id = l.id
    {_JOINED}
    CROSS JOIN LATERAL (SELECT ST_Transform(place.position, t.srid) AS legal OFFSET 0) there
    CROSS JOIN LATERAL (SELECT ST_Transform(ST_SetSRID(ST_Point(
        (floor(ST_X(there.legal) / {SQUARE_M}) + 0.5) * {SQUARE_M},
        (floor(ST_Y(there.legal) / {SQUARE_M}) + 0.5) * {SQUARE_M}), t.srid), 4326) AS middle) square
    WHERE l.territory_id = :territory AND l.bookable AND l.changed_in >= CAST(CAST(:since AS text) AS xid8)
    """
)
_HOLD: Final = text("SELECT FROM case_doors WHERE organisation_id = :organisation AND case_id = :case FOR UPDATE")
_FORGET_OF: Final = text(
    "DELETE FROM case_nearness WHERE organisation_id = :organisation AND case_id = :case"
    " AND listing_id = ANY(CAST(:listings AS uuid[]))"
)
_ANSWER: Final = text(
    """
    INSERT INTO case_nearness (organisation_id, case_id, listing_id, same_quarter, quarter_known, walking, senior,
        wheelchair)
    SELECT :organisation, :case, * FROM unnest(CAST(:listings AS uuid[]), CAST(:same_quarter AS boolean[]),
        CAST(:quarter_known AS boolean[]), CAST(:walking AS smallint[]), CAST(:senior AS smallint[]),
        CAST(:wheelchair AS smallint[]))
    """
)
_COMPARED: Final = text(
    "UPDATE case_doors SET compared_in = CAST(CAST(:horizon AS text) AS xid8), network = :network"
    " WHERE organisation_id = :organisation AND case_id = :case"
)
_NOTHING_NEW: Final = text(
    "UPDATE case_doors SET compared_in = CAST(CAST(:horizon AS text) AS xid8)"
    " WHERE territory_id = :territory AND state = 'open' AND compared_in < CAST(CAST(:horizon AS text) AS xid8)"
)
_FORGET_CLOSED: Final = text(
    "DELETE FROM case_doors d USING transfer_cases c"
    " WHERE c.organisation_id = d.organisation_id AND c.id = d.case_id AND c.closed_at IS NOT NULL"
)
_FORGET_GONE: Final = text(
    "DELETE FROM case_nearness n WHERE NOT EXISTS (SELECT FROM listings l WHERE l.id = n.listing_id AND l.bookable)"
)
_FORGET_DAYS: Final = text("DELETE FROM case_door_days WHERE day < CAST(:day AS date) - 1")


class Waiting(NamedTuple):
    """A case whose present home is not compared yet; ``later``: that home was registered after the case."""

    organisation_id: uuid.UUID
    case_id: uuid.UUID
    territory_id: int
    home_ref: str
    later: bool
    lon: float | None
    lat: float | None
    quarters: list[str]

    @property
    def state(self) -> str:
        if self.later:
            return "later_home"
        return "no_place" if self.lon is None else "open"


class Door(NamedTuple):
    """An open door: the present home as it was when it was opened. ``compared_in``: ``None``, not compared yet."""

    organisation_id: uuid.UUID
    case_id: uuid.UUID
    territory_id: int
    lon: float
    lat: float
    quarters: list[str]
    compared_in: int | None


class Listed(NamedTuple):
    """A listed home: where it is, and the middle of its square; WGS84 degrees, ``None`` where nobody knows."""

    id: uuid.UUID
    organisation_id: uuid.UUID
    changed_in: int
    lon: float | None
    lat: float | None
    square_lon: float | None
    square_lat: float | None
    quarters: list[str]


async def waiting(session: AsyncSession) -> list[Waiting]:
    return [Waiting(*row) for row in await session.execute(_WAITING)]


async def opened_on(session: AsyncSession, day: date) -> dict[tuple[uuid.UUID, int], int]:
    """Return for how many cases each landlord was given the door on a day, by territory."""
    return {(row[0], row[1]): row[2] for row in await session.execute(_TODAY, {"day": day})}


async def open_door(session: AsyncSession, case: Waiting, day: date) -> None:
    """Give a case the door, or note why it has none; one that opens counts for the day."""
    values = {
        "organisation": case.organisation_id, "case": case.case_id, "territory": case.territory_id,
        "home_ref": case.home_ref, "state": case.state, "lon": case.lon, "lat": case.lat, "quarters": case.quarters,
        "day": day,
    }  # fmt: skip
    await session.execute(_FORGET_ANSWERS, values)
    await session.execute(_OPEN, values)
    if case.state == "open":
        await session.execute(_COUNT, values)


async def doors(session: AsyncSession) -> list[Door]:
    return [Door(*row) for row in await session.execute(_DOORS)]


async def horizon(session: AsyncSession) -> int:
    """Return the number before which every transaction has ended: what they wrote is seen from now on."""
    number: int = (await session.execute(_HORIZON)).scalar_one()
    return number


async def listed(session: AsyncSession, territory: int, since: int) -> list[Listed]:
    """Return the homes of a territory that are free or soon are, whose listing changed in ``since`` or later."""
    return [Listed(*row) for row in await session.execute(_LISTED, {"territory": territory, "since": since})]


async def answer(
    session: AsyncSession, door: Door, compared: Collection[uuid.UUID], answers: Sequence[Mapping[str, Any]], *,
    network: bool, horizon: int,
) -> None:  # fmt: skip
    """Keep what is answered of the listings that were compared, in place of what was before."""
    of = {"organisation": door.organisation_id, "case": door.case_id}
    if (await session.execute(_HOLD, of)).one_or_none() is None:
        return  # the case was erased meanwhile
    await session.execute(_FORGET_OF, {**of, "listings": list(compared)})
    columns = ("listings", "same_quarter", "quarter_known", "walking", "senior", "wheelchair")
    if answers:
        await session.execute(_ANSWER, {**of, **{name: [each[name] for each in answers] for name in columns}})
    await session.execute(_COMPARED, {**of, "network": network, "horizon": horizon})


async def nothing_new(session: AsyncSession, territory: int, horizon: int) -> None:
    """Note that the doors of a territory are up to date."""
    await session.execute(_NOTHING_NEW, {"territory": territory, "horizon": horizon})


async def forget(session: AsyncSession, day: date) -> None:
    """Delete the doors of closed cases, the answers of what is listed no more, and the counts of past days."""
    await session.execute(_FORGET_CLOSED)
    await session.execute(_FORGET_GONE)
    await session.execute(_FORGET_DAYS, {"day": day})
