"""The SQL of a month's counts: exact ones for the job, which protects them before they are kept; kept ones for all.

The job reads no need: what is asked for is what is compiled of it to find homes (``wanted`` and its neighbours).
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import OwnOrganisation
from registry.listings.service import tags
from registry.transfers.workflow import HOUSED
from registry.vocabulary.demand import RENT_HIGH_CENTS, RENT_LOW_CENTS
from registry.vocabulary.transfers import LARGE_ROOMS, Closing

UNANSWERED: Final = "unanswered"
FREED: Final = "freed"
TERRITORY: Final = "territory"
SEVERAL: Final = "several"
MONTHS_KEPT: Final = 120
"""For how many months the counts are kept: they are of nobody, and a programme of works takes years."""

_HOME: Final = {code: tags.at_least(number, possible=True) for code, number in
                (("wheelchair", 5), ("walking_aid", 4), ("step_free", 3))}  # fmt: skip
_SHOWER: Final = tags.feature("zero_step_shower", possible=True)
_DUE: Final = text(
    """
    SELECT t.id FROM territories t
    WHERE EXISTS (SELECT FROM charters c WHERE c.territory_id = t.id AND c.in_force_from < :end)
        AND NOT EXISTS (SELECT FROM transfer_counts k WHERE k.territory_id = t.id AND k.month = :month)
    ORDER BY t.id
    """
)
_CASES: Final = text(
    f"""
    SELECT organisation_id, zone, count(*) AS cases,
        {", ".join(f"count(*) FILTER (WHERE home = '{code}') AS {code}" for code in (*_HOME, "other_home"))},
        count(*) FILTER (WHERE shower) AS zero_step_shower, count(*) FILTER (WHERE NOT shower) AS any_shower,
        count(*) FILTER (WHERE needs_lift) AS ground_floor_or_lift,
        count(*) FILTER (WHERE NOT needs_lift) AS any_floor,
        count(*) FILTER (WHERE rooms_least <= 2) AS rooms_1_2, count(*) FILTER (WHERE rooms_least = 3) AS rooms_3,
        count(*) FILTER (WHERE rooms_least >= 4) AS rooms_4_more,
        count(*) FILTER (WHERE rent_limit_cents <= {RENT_LOW_CENTS}) AS rent_to_350,
        count(*) FILTER (WHERE rent_limit_cents > {RENT_LOW_CENTS} AND rent_limit_cents <= {RENT_HIGH_CENTS})
            AS rent_to_500,
        count(*) FILTER (WHERE rent_limit_cents > {RENT_HIGH_CENTS}) AS rent_above_500,
        count(*) FILTER (WHERE rent_limit_cents IS NULL) AS rent_open
    FROM (
        SELECT c.organisation_id, coalesce(tc.commune_code, '{SEVERAL}') AS zone, c.needs_lift, c.rooms_least,
            c.rent_limit_cents, {_SHOWER} = ANY(c.wanted) AS shower,
            CASE {" ".join(f"WHEN {tag} = ANY(c.wanted) THEN '{code}'" for code, tag in _HOME.items())}
                ELSE 'other_home' END AS home
        FROM transfer_cases c
        JOIN adhesions a ON a.territory_id = c.territory_id AND a.organisation_id = c.organisation_id
            AND a.status = 'in_force'
        LEFT JOIN territory_communes tc ON tc.territory_id = c.territory_id AND cardinality(c.communes) = 1
            AND tc.commune_code = c.communes[1]
        WHERE c.territory_id = :territory AND c.created_at < :end
            AND (c.closed_at IS NULL OR c.closed_at >= :end
                OR (c.closed_at >= :begin AND c.closing <> ALL(:answered)))
            AND NOT EXISTS (SELECT FROM transfer_proposals p WHERE p.case_id = c.id AND p.state = ANY(:housed))
        ) asked
    GROUP BY organisation_id, zone
    """
)
_FREED_COLUMNS: Final = f"""
    count(*) AS moves, count(*) FILTER (WHERE freed) AS larger_freed, count(*) FILTER (WHERE NOT freed) AS none_freed,
    count(*) FILTER (WHERE freed AND rooms_before >= {LARGE_ROOMS}) AS large_freed,
    count(*) FILTER (WHERE freed AND rooms_before < {LARGE_ROOMS}) AS small_freed,
    coalesce(sum(rooms_before - rooms_after) FILTER (WHERE freed), 0) AS rooms_freed
"""
_MOVED: Final = """
    (SELECT organisation_id, moved_on, rooms_before, rooms_after, coalesce(rooms_before > rooms_after, false) AS freed
    FROM transfer_moves WHERE moved_on BETWEEN :first AND :last AND {whose}) moved
"""
_FREED: Final = text(
    f"SELECT organisation_id, {_FREED_COLUMNS} FROM {_MOVED.format(whose='territory_id = :territory')}"
    " GROUP BY organisation_id"
)
_OWN_FREED: Final = text(
    f"SELECT extract(year FROM moved_on)::integer AS year, {_FREED_COLUMNS}"
    f" FROM {_MOVED.format(whose='organisation_id = :organisation')} GROUP BY 1"
)
_KEEP: Final = text(
    """
    INSERT INTO transfer_counts (territory_id, month, topic, zone, code, count)
    SELECT :territory, :month, * FROM unnest(CAST(:topics AS text[]), CAST(:zones AS text[]), CAST(:codes AS text[]),
        CAST(:counts AS integer[]))
    ON CONFLICT DO NOTHING
    """
)
_FORGET: Final = text("DELETE FROM transfer_counts WHERE month < :before")
_READ: Final = text(
    """
    WITH months AS (
        SELECT array_agg(DISTINCT month ORDER BY month DESC) AS counted FROM transfer_counts
        WHERE territory_id = :territory)
    SELECT k.month, k.topic, k.zone, c.name, jsonb_object_agg(k.code, k.count) AS counts,
        min(k.counted_at) AS counted_at, m.counted
    FROM months m
    JOIN transfer_counts k ON k.territory_id = :territory AND k.month = coalesce(CAST(:month AS date), m.counted[1])
    LEFT JOIN communes c ON c.code = k.zone
    GROUP BY k.month, k.topic, k.zone, c.name, m.counted
    ORDER BY k.topic, k.zone = 'territory', k.zone = 'several', c.name, k.zone
    """
)
_LAST: Final = text("SELECT max(month) FROM transfer_counts WHERE territory_id = :territory AND month <= :last")


class Month(NamedTuple):
    """A calendar month in Paris: its first and its last day, and the moments at which it begins and ends."""

    first: dt.date
    last: dt.date
    begin: dt.datetime
    end: dt.datetime


class KeptZone(NamedTuple):
    """A row of a table of a month as it is kept; ``name``: of the commune."""

    month: dt.date
    topic: str
    zone: str
    name: str | None
    counts: dict[str, int | None]
    counted_at: dt.datetime
    months: list[dt.date]


async def due(session: AsyncSession, month: Month) -> list[int]:
    """Return the territories of which a month is not counted, and in which a charter was in force. As the job."""
    return list((await session.execute(_DUE, {"month": month.first, "end": month.end})).scalars())


async def cases(session: AsyncSession, territory: int, month: Month) -> Sequence[RowMapping]:
    """Count the unanswered cases of a territory exactly, by landlord and zone. As the job."""
    values = {
        "territory": territory, "begin": month.begin, "end": month.end,
        "answered": [Closing.MOVED.value, Closing.ADAPTED_IN_PLACE.value], "housed": [each.value for each in HOUSED],
    }  # fmt: skip
    return (await session.execute(_CASES, values)).mappings().all()


async def freed(session: AsyncSession, territory: int, first: dt.date, last: dt.date) -> Sequence[RowMapping]:
    """Count the moves of a territory exactly, and what they set free, by landlord of the former home. As the job."""
    values = {"territory": territory, "first": first, "last": last}
    return (await session.execute(_FREED, values)).mappings().all()


async def own_freed(
    session: AsyncSession, organisation: OwnOrganisation, first: dt.date, last: dt.date
) -> dict[int, RowMapping]:
    """Count the moves of a landlord's own cases, and what they set free, by calendar year."""
    values = {"organisation": organisation, "first": first, "last": last}
    return {row["year"]: row for row in (await session.execute(_OWN_FREED, values)).mappings()}


async def keep(
    session: AsyncSession, territory: int, month: Month, cells: Iterable[tuple[str, str, str, int | None]]
) -> None:
    """Keep what is shown of a month, by topic, zone and code; a month that is kept already stays. As the job."""
    columns = [list(column) for column in zip(*cells, strict=True)]
    values = dict(zip(("topics", "zones", "codes", "counts"), columns, strict=True))
    await session.execute(_KEEP, {"territory": territory, "month": month.first, **values})


async def forget(session: AsyncSession, before: dt.date) -> None:
    """Delete what was counted of months before one. As the job."""
    await session.execute(_FORGET, {"before": before})


async def read(session: AsyncSession, territory: int, month: dt.date | None) -> list[KeptZone]:
    """Return the tables of a month, of the last one where none is named: communes by name, then what is of several."""
    values: Mapping[str, Any] = {"territory": territory, "month": month}
    return [KeptZone(*row) for row in await session.execute(_READ, values)]


async def last_month(session: AsyncSession, territory: int, last: dt.date) -> dt.date | None:
    """Return the last month up to a day that is counted."""
    found: dt.date | None = (await session.execute(_LAST, {"territory": territory, "last": last})).scalar_one_or_none()
    return found
