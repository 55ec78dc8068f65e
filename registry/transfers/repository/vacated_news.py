"""The SQL of the vacated homes of others, as members are told of them: what their listings say, and no more."""

import datetime as dt
import uuid
from typing import Final, NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import OwnOrganisation

_SAID: Final = """
    CAST(l.document AS json)->'commune'->>'name' AS commune, CAST(l.document AS json)->>'typology' AS typology,
    CAST(CAST(l.document AS json)->'home_class'->>'proven' AS integer) AS home_class, l.available_month
"""
_LATELY: Final = text(
    f"""
    SELECT l.id, t.slug, t.name AS territory, o.id AS landlord_id, o.name AS landlord, told.announced_on,
        CAST(l.document AS json)->'commune'->>'code' AS commune_code, {_SAID}
    FROM vacated_lately(:since) told
    JOIN listings l ON l.id = told.listing_id AND l.territory_id = told.territory_id AND l.bookable
    JOIN territories t ON t.id = l.territory_id
    JOIN organisations o ON o.id = l.organisation_id
    WHERE l.organisation_id <> :organisation AND l.territory_id = ANY (CAST(:territories AS integer[]))
        AND (CAST(:day AS date) IS NULL OR told.announced_on < :day OR (told.announced_on = :day AND l.id > :id))
    ORDER BY told.announced_on DESC, l.id LIMIT :limit
    """
)
_COUNT: Final = text(
    """
    SELECT count(*) FROM vacated_lately(:since) told
    JOIN listings l ON l.id = told.listing_id AND l.territory_id = told.territory_id AND l.bookable
    WHERE l.organisation_id <> :organisation AND l.territory_id = ANY (CAST(:territories AS integer[]))
    """
)
_DIGEST: Final = text(
    f"""
    WITH due AS (
        SELECT v.id FROM vacated_homes v
        WHERE v.announced_at IS NOT NULL AND v.digested_at IS NULL AND NOT EXISTS (
            SELECT FROM vacated_homes told
            WHERE told.territory_id = v.territory_id AND told.digested_at > now() - make_interval(hours => :hours))
        ORDER BY v.id FOR UPDATE OF v SKIP LOCKED),
    taken AS (
        UPDATE vacated_homes v SET digested_at = now() FROM due WHERE v.id = due.id
        RETURNING v.organisation_id, v.territory_id, v.listing_id, v.relet_on, v.outcome)
    SELECT taken.organisation_id, taken.territory_id, t.name AS territory, {_SAID}
    FROM taken
    JOIN listings l ON l.id = taken.listing_id AND l.territory_id = taken.territory_id AND l.bookable
    JOIN territories t ON t.id = taken.territory_id
    WHERE taken.relet_on IS NULL AND taken.outcome IS NULL
    ORDER BY t.name, commune, l.id
    """
)


class News(NamedTuple):
    """A home of another landlord that fell vacant.

    Attributes:
        slug: Of the territory.
        announced_on: The day in France on which members were told.
        home_class: What is proven.
        month: From which it is free; ``None``: now.
    """

    listing_id: uuid.UUID
    slug: str
    territory: str
    landlord_id: uuid.UUID
    landlord: str
    announced_on: dt.date
    commune_code: str
    commune: str
    typology: str
    home_class: int
    month: dt.date | None


class Digested(NamedTuple):
    """A home that members are written of. ``home_class``: what is proven; ``month``: from which it is free."""

    organisation_id: uuid.UUID
    territory_id: int
    territory: str
    commune: str
    typology: str
    home_class: int
    month: dt.date | None


async def lately(
    session: AsyncSession, organisation: OwnOrganisation, *, territories: list[int], since: dt.datetime,
    after: tuple[dt.date, uuid.UUID] | None, limit: int,
) -> list[News]:  # fmt: skip
    """Return homes of others that fell vacant since a moment and still are, the latest first.

    Args:
        after: Those that come after the one announced on this day, of this listing.
    """
    day, id_ = after or (None, None)
    values = {
        "organisation": organisation, "territories": territories, "since": since, "day": day, "id": id_, "limit": limit,
    }  # fmt: skip
    return [News(*row) for row in await session.execute(_LATELY, values)]


async def count(
    session: AsyncSession, organisation: OwnOrganisation, *, territories: list[int], since: dt.datetime
) -> int:
    """Return how many there are of them."""
    values = {"organisation": organisation, "territories": territories, "since": since}
    return int((await session.execute(_COUNT, values)).scalar_one())


async def digest(session: AsyncSession, hours: int) -> list[Digested]:
    """Return the announced homes that nobody was written of and that are still vacant, and note that it is done now.

    Nothing of a territory of which something was written within the last ``hours``. As the job.
    """
    return [Digested(*row) for row in await session.execute(_DIGEST, {"hours": hours})]
