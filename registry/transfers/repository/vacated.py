"""The SQL of adapted homes that fall vacant: opened set-wise as homes change, stated, announced, deleted in time."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import OwnOrganisation
from registry.listings.service.told import SAID
from registry.stock.service import WHAT_COUNTS_WITH_LIFTS
from registry.vocabulary.transfers import ADAPTED_CLASS, Loss, Outcome


class VacatedRow(NamedTuple):
    id: uuid.UUID
    territory: str
    home_ref: str
    listing_id: uuid.UUID
    rooms: int
    home_class: int
    works: list[str]
    month: dt.date | None
    opened_on: dt.date
    relet_on: dt.date | None
    gone: bool
    examined: bool | None
    under_occupied: bool | None
    outcome: str | None
    loss: str | None
    stated_at: dt.datetime | None
    proposal_id: uuid.UUID | None
    version: int


class ToAnnounce(NamedTuple):
    """A vacancy of a home that is shared, of which members were not told yet."""

    id: uuid.UUID
    organisation_id: uuid.UUID
    listing_id: uuid.UUID
    month: dt.date | None


OVER_ON: Final = "coalesce(v.relet_on, (v.stated_at AT TIME ZONE 'Europe/Paris')::date)"
"""SQL of the day in France on which a vacancy ended or, before that, on which it was stated what became of the home."""
LET: Final = f"""(CASE WHEN v.outcome IS NULL THEN NOT v.gone
    ELSE v.outcome <> '{Outcome.STAYED}' AND v.loss IS DISTINCT FROM '{Loss.NOT_LET}' END)"""
"""SQL of a vacancy that is over because the home was let: by what its landlord stated of it, else by its status."""

# What becomes of a home is asked from the end of its vacancy on. One that was taken out and comes back is vacant as it
# was before, or was let meanwhile.
_ENDED: Final = """
    ended AS (
        UPDATE vacated_homes v SET gone = h.status = 'withdrawn',
            relet_on = CASE WHEN h.status IN ('occupied', 'withdrawn') THEN CAST(:today AS date) END
        FROM asked JOIN homes h ON h.id = asked.id
        WHERE v.listing_id = h.listing_id AND v.organisation_id = h.organisation_id
            AND CASE WHEN v.relet_on IS NULL THEN h.status IN ('occupied', 'withdrawn')
                ELSE v.gone AND v.outcome IS NULL AND h.status <> 'withdrawn' END)
"""
# Works or a reservation empty a home that was lived in or let until then; one that was never let yet has no vacancy.
_FALLS_VACANT: Final = """
    (h.status IN ('notice', 'vacant') OR h.status IN ('works', 'reserved') AND (
        SELECT s.status FROM home_status_history s
        WHERE s.organisation_id = h.organisation_id AND s.home_id = h.id AND s.status NOT IN ('works', 'reserved')
        ORDER BY s.superseded_at DESC LIMIT 1) IN ('occupied', 'notice', 'vacant'))
"""
# Where a home could belong to several territories it belongs to none until its landlord says where, as a listing.
_OPENED: Final = f"""
    freed AS MATERIALIZED (
        SELECT h.* FROM asked
        CROSS JOIN LATERAL (SELECT * FROM homes WHERE id = asked.id LIMIT 1) h
        WHERE {_FALLS_VACANT} AND NOT EXISTS (SELECT FROM vacated_homes v
            WHERE v.organisation_id = h.organisation_id AND v.home_ref = h.ref AND v.relet_on IS NULL)
            AND NOT EXISTS (SELECT FROM vacated_homes v WHERE v.organisation_id = h.organisation_id
                AND v.listing_id = h.listing_id AND v.gone AND v.outcome IS NULL)),
    judged AS (
        SELECT h.id, h.organisation_id, h.ref, h.listing_id, h.rooms, h.available_on, r.commune_code,
            r.territory_slug, told.class_proven,
            ARRAY(SELECT DISTINCT work FROM adaptations a
                WHERE a.organisation_id = h.organisation_id AND a.home_ref = h.ref ORDER BY work) AS works
        FROM freed h
        JOIN residences r ON r.organisation_id = h.organisation_id AND r.id = h.residence_id
        {WHAT_COUNTS_WITH_LIFTS}
        CROSS JOIN LATERAL (SELECT c.class_proven
            FROM (SELECT counting.facts, sign(h.floor)::smallint AS floor) p {SAID} OFFSET 0) told),
    placed AS (
        SELECT j.*, t.id AS territory_id, count(*) OVER (PARTITION BY j.id) AS choices
        FROM judged j
        JOIN adhesions a ON a.organisation_id = j.organisation_id AND a.status = 'in_force'
        JOIN charters c ON c.territory_id = a.territory_id AND c.status = 'in_force'
        JOIN territories t ON t.id = a.territory_id AND (j.territory_slug IS NULL OR j.territory_slug = t.slug)
        JOIN territory_communes tc ON tc.territory_id = t.id AND tc.commune_code = j.commune_code
        WHERE (j.class_proven >= {ADAPTED_CLASS} OR j.works <> '{{}}')
            AND (a.territory_id = ANY ((SELECT current_territories())::integer[])
                OR (SELECT current_organisation()) IS NULL))
    INSERT INTO vacated_homes (organisation_id, territory_id, home_ref, listing_id, rooms, home_class, works, month,
        opened_on)
    SELECT organisation_id, territory_id, ref, listing_id, rooms, class_proven, works,
        date_trunc('month', available_on)::date, :today
    FROM placed WHERE choices = 1
    ON CONFLICT (organisation_id, home_ref) WHERE relet_on IS NULL DO NOTHING
"""
_FOLLOW: Final = text(f"WITH asked AS (SELECT DISTINCT unnest(CAST(:homes AS uuid[])) AS id), {_ENDED}, {_OPENED}")
_REMOVED: Final = text(
    "UPDATE vacated_homes SET relet_on = :today, gone = true"
    " WHERE relet_on IS NULL AND listing_id = ANY (CAST(:listings AS uuid[]))"
)
# A home becomes adapted while it stands empty, or a landlord is admitted while one is.
_SWEEP: Final = text(
    f"WITH asked AS (SELECT id FROM homes WHERE status IN ('notice', 'vacant', 'works', 'reserved')), {_OPENED}"
)
_COLUMNS: Final = """v.id, t.slug, v.home_ref, v.listing_id, v.rooms, v.home_class, v.works, v.month, v.opened_on,
    v.relet_on, v.gone, v.examined, v.under_occupied, v.outcome, v.loss, v.stated_at, v.proposal_id, v.version"""
_FROM: Final = (
    "FROM vacated_homes v JOIN territories t ON t.id = v.territory_id WHERE v.organisation_id = :organisation"
)
_LIST: Final = text(
    f"""
    SELECT {_COLUMNS} {_FROM} AND v.id > :after
        AND (CAST(:state AS text) IS NULL OR :state = CASE WHEN v.outcome IS NOT NULL THEN 'stated'
            WHEN v.relet_on IS NOT NULL THEN 'asked' ELSE 'vacant' END)
    ORDER BY v.id LIMIT :limit
    """
)
_READ: Final = text(f"SELECT {_COLUMNS} {_FROM} AND v.id = :id")
_LOCK: Final = text(
    "SELECT version FROM vacated_homes WHERE organisation_id = :organisation AND id = :id FOR NO KEY UPDATE"
)
_STATE: Final = text(
    "UPDATE vacated_homes SET examined = :examined, under_occupied = :under_occupied, outcome = :outcome, loss = :loss,"
    " stated_at = now(), proposal_id = NULL, version = version + 1 WHERE organisation_id = :organisation AND id = :id"
)
# Of a home that its own system said to be occupied already, it is the vacancy that ended since it was proposed.
_ALLOT: Final = text(
    """
    UPDATE vacated_homes SET examined = true, outcome = :outcome, stated_at = now(), proposal_id = :proposal,
        version = version + 1
    WHERE outcome IS NULL AND id = (SELECT id FROM vacated_homes
        WHERE organisation_id = :organisation AND listing_id = :listing AND outcome IS NULL
            AND (relet_on IS NULL OR relet_on >= :proposed_on)
        ORDER BY opened_on DESC, id LIMIT 1 FOR NO KEY UPDATE)
    RETURNING id
    """
)
_REOPEN: Final = text(
    "UPDATE vacated_homes SET examined = NULL, outcome = NULL, stated_at = NULL, proposal_id = NULL,"
    " version = version + 1 WHERE proposal_id = :proposal"
    " AND listing_id = (SELECT listing_id FROM transfer_proposals WHERE id = :proposal) RETURNING organisation_id, id"
)
_UNANNOUNCED: Final = text(
    """
    SELECT v.territory_id, t.slug FROM vacated_homes v JOIN territories t ON t.id = v.territory_id
    WHERE v.announced_at IS NULL AND v.relet_on IS NULL AND v.outcome IS NULL
    GROUP BY v.territory_id, t.slug ORDER BY v.territory_id
    """
)
_ANNOUNCE: Final = text(
    """
    UPDATE vacated_homes SET announced_at = now() WHERE id IN (
        SELECT v.id FROM vacated_homes v JOIN listings l ON l.id = v.listing_id AND l.territory_id = v.territory_id
        WHERE v.territory_id = :territory AND v.announced_at IS NULL AND v.relet_on IS NULL AND v.outcome IS NULL
        ORDER BY v.id LIMIT :limit FOR UPDATE OF v SKIP LOCKED)
    RETURNING id, organisation_id, listing_id, month
    """
)
_SEARCHING: Final = text(
    """
    SELECT a.organisation_id FROM adhesions a
    JOIN organisations o ON o.id = a.organisation_id AND o.status = 'active'
    WHERE a.territory_id = :territory AND a.status = 'in_force' AND NOT EXISTS (SELECT FROM standings s
        WHERE s.territory_id = a.territory_id AND s.organisation_id = a.organisation_id AND s.state = 'barred')
    ORDER BY a.organisation_id
    """
)
_FORGET: Final = text("DELETE FROM vacated_homes WHERE relet_on < :before")


async def follow(session: AsyncSession, homes: Sequence[uuid.UUID], today: dt.date) -> None:
    """Open and end vacancies as the present state of ``homes`` demands. As their owner."""
    await session.execute(_FOLLOW, {"homes": [str(home) for home in homes], "today": today})


async def removed(session: AsyncSession, listings: Sequence[uuid.UUID], today: dt.date) -> None:
    """End the vacancies of homes that are no more. As their owner."""
    await session.execute(_REMOVED, {"listings": [str(listing) for listing in listings], "today": today})


async def sweep(session: AsyncSession, today: dt.date) -> None:
    """Open what no change of a home has opened. As the job."""
    await session.execute(_SWEEP, {"today": today})


async def page(
    session: AsyncSession, organisation: OwnOrganisation, *, state: str | None, after: uuid.UUID, limit: int
) -> list[VacatedRow]:
    """Return a landlord's own vacancies by id; ``state``: ``vacant``, ``asked`` or ``stated``."""
    values = {"organisation": organisation, "state": state, "after": after, "limit": limit}
    return [VacatedRow(*row) for row in await session.execute(_LIST, values)]


async def read(session: AsyncSession, organisation: OwnOrganisation, id_: uuid.UUID) -> VacatedRow | None:
    row = (await session.execute(_READ, {"organisation": organisation, "id": id_})).one_or_none()
    return VacatedRow(*row) if row else None


async def lock(session: AsyncSession, organisation: OwnOrganisation, id_: uuid.UUID) -> int | None:
    """Hold a vacancy until the transaction ends; return its version."""
    found: int | None = (await session.execute(_LOCK, {"organisation": organisation, "id": id_})).scalar_one_or_none()
    return found


async def state(session: AsyncSession, organisation: OwnOrganisation, id_: uuid.UUID, said: dict[str, Any]) -> None:
    """Write what became of a home."""
    await session.execute(_STATE, {"organisation": organisation, "id": id_, **said})


async def allot(
    session: AsyncSession, organisation: OwnOrganisation, *, listing: uuid.UUID, proposal: uuid.UUID,
    proposed_on: dt.date, outcome: str,
) -> uuid.UUID | None:  # fmt: skip
    """Write what became of a home that a proposal let, unless that was stated; return the vacancy. As its owner."""
    values = {
        "organisation": organisation, "listing": listing, "proposal": proposal, "proposed_on": proposed_on,
        "outcome": outcome,
    }  # fmt: skip
    found: uuid.UUID | None = (await session.execute(_ALLOT, values)).scalar_one_or_none()
    return found


async def reopen(session: AsyncSession, proposal: uuid.UUID) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """Take back what a lease said of a home; return its landlord and the vacancy. As the job."""
    return [(row[0], row[1]) for row in await session.execute(_REOPEN, {"proposal": proposal})]


async def unannounced(session: AsyncSession) -> list[tuple[int, str]]:
    """Return the territories where members may have to be told of something. As the job."""
    return [(territory, slug) for territory, slug in await session.execute(_UNANNOUNCED)]


async def announce(session: AsyncSession, territory: int, limit: int) -> list[ToAnnounce]:
    """Note that members are told of vacancies of homes that are shared, and return these. As the job."""
    rows = await session.execute(_ANNOUNCE, {"territory": territory, "limit": limit})
    return [ToAnnounce(*row) for row in rows]


async def searching(session: AsyncSession, territory: int) -> list[uuid.UUID]:
    """Return the members that may search the territory. As the job."""
    return list((await session.execute(_SEARCHING, {"territory": territory})).scalars())


async def forget(session: AsyncSession, before: dt.date) -> None:
    """Delete the vacancies that ended before. As the job."""
    await session.execute(_FORGET, {"before": before})
