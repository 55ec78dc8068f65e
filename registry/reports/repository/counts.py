"""What a report counts, as the job does: the exact figures exist here, and in what protects them, alone."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.stock.service import WHAT_COUNTS_WITH_LIFTS
from registry.vocabulary.conditions import sql
from registry.vocabulary.grid import GRADES
from registry.vocabulary.home_class import CLASSES, NOT_ASSESSED, ORDINARY, STEP_FREE_CLASS, condition_of
from registry.vocabulary.works import WORKS


def _value(code: str) -> str:
    """Return the SQL of a fact's value: what is unknown is absent, never kept as "unknown"."""
    return f"(counting.facts->'{code}'->>'value')"


def _holds(number: int) -> str:
    return sql(condition_of(number), _value, "h.floor")


_CLASS: Final = " ".join([
    "CASE",
    *(f"WHEN {_holds(each.number)} THEN {each.number}" for each in sorted(CLASSES, key=lambda one: -one.number)),
    f"WHEN NOT {_holds(STEP_FREE_CLASS)} THEN {ORDINARY} ELSE {NOT_ASSESSED} END",
])  # fmt: skip
_PART_OF_WORK: Final = ", ".join(f"('{work.code}', '{work.part}')" for work in WORKS)
_MEMBERS: Final = """
    members AS (
        SELECT a.organisation_id FROM adhesions a
        JOIN charters c ON c.territory_id = a.territory_id AND c.status = 'in_force'
        WHERE a.territory_id = :territory AND a.status = 'in_force')
"""
# A lift that stands for a while counts as running: the report is about homes, not about the day of the count.
_HOMES: Final = text(
    f"""
    WITH {_MEMBERS},
    work_parts (work, part) AS (VALUES {_PART_OF_WORK}),
    counted AS MATERIALIZED (
        SELECT r.commune_code, h.status IN ('vacant', 'notice') AS free, {_CLASS} AS class,
            h.created_at >= :begin AND h.created_at < :end AS registered, adapted.*
        FROM members m
        JOIN residences r ON r.organisation_id = m.organisation_id
        JOIN territory_communes tc ON tc.territory_id = :territory AND tc.commune_code = r.commune_code
        JOIN homes h ON h.organisation_id = r.organisation_id AND h.residence_id = r.id AND h.status <> 'withdrawn'
        {WHAT_COUNTS_WITH_LIFTS}
        CROSS JOIN LATERAL (
            SELECT coalesce(bool_or(p.part = 'home'), false) AS home,
                coalesce(bool_or(p.part = 'common_parts'), false) AS common_parts,
                coalesce(bool_or(p.part = 'surroundings'), false) AS surroundings,
                coalesce(bool_or(done.delivered_on BETWEEN :first AND :last), false) AS in_year
            FROM adaptations done LEFT JOIN work_parts p ON p.work = done.work
            WHERE done.organisation_id = h.organisation_id AND done.home_ref = h.ref) adapted)
    SELECT commune_code, count(*) AS homes, {
        ", ".join(f"count(*) FILTER (WHERE class = {number}) AS class_{number}" for number in range(7))
    }, count(*) FILTER (WHERE class >= {STEP_FREE_CLASS}) AS accessible,
        count(*) FILTER (WHERE class > {STEP_FREE_CLASS}) AS adapted,
        count(*) FILTER (WHERE class >= {STEP_FREE_CLASS} AND free) AS available,
        count(*) FILTER (WHERE class >= {STEP_FREE_CLASS} AND NOT free) AS not_available,
        count(*) FILTER (WHERE home) AS adapted_home, count(*) FILTER (WHERE common_parts) AS adapted_common_parts,
        count(*) FILTER (WHERE surroundings) AS adapted_surroundings, count(*) FILTER (WHERE registered) AS registered,
        count(*) FILTER (WHERE in_year) AS adapted_in_year
    FROM counted GROUP BY commune_code
    """
)
_RESIDENCES: Final = text(
    f"""
    WITH {_MEMBERS}
    SELECT r.commune_code, count(*) AS residences, {
        ", ".join(f"count(*) FILTER (WHERE i.grade_low = '{grade}') AS grade_{grade.lower()}" for grade in GRADES)
    }, count(*) FILTER (WHERE i.grade_low IS NULL) AS ungraded
    FROM members m
    JOIN residences r ON r.organisation_id = m.organisation_id
    JOIN territory_communes tc ON tc.territory_id = :territory AND tc.commune_code = r.commune_code
    LEFT JOIN residence_indexes i ON i.organisation_id = r.organisation_id AND i.residence_id = r.id
        AND i.territory_id = :territory
    WHERE EXISTS (SELECT FROM homes h WHERE h.organisation_id = r.organisation_id AND h.residence_id = r.id
        AND h.status <> 'withdrawn')
    GROUP BY r.commune_code
    """
)
_LANDLORDS: Final = text(
    f"""
    WITH {_MEMBERS}
    SELECT count(*) AS signatories, count(*) FILTER (WHERE EXISTS (
        SELECT FROM residences r
        JOIN territory_communes tc ON tc.territory_id = :territory AND tc.commune_code = r.commune_code
        JOIN homes h ON h.organisation_id = r.organisation_id AND h.residence_id = r.id AND h.status <> 'withdrawn'
        WHERE r.organisation_id = m.organisation_id)) AS declaring
    FROM members m
    """
)
_TERRITORY: Final = text(
    """
    SELECT t.slug, t.name, c.version AS charter_version FROM territories t
    LEFT JOIN charters c ON c.territory_id = t.id AND c.status = 'in_force' WHERE t.id = :territory
    """
)
_COMMUNES: Final = text(
    """
    SELECT c.code, c.name FROM territory_communes tc JOIN communes c ON c.code = tc.commune_code
    WHERE tc.territory_id = :territory ORDER BY c.name, c.code
    """
)


async def homes(session: AsyncSession, territory: int, year: int) -> Sequence[RowMapping]:
    """Count the homes of a territory by commune; years are those of Paris. As the job."""
    values = {
        "territory": territory, "first": date(year, 1, 1), "last": date(year, 12, 31),
        "begin": _midnight(year), "end": _midnight(year + 1),
    }  # fmt: skip
    return (await session.execute(_HOMES, values)).mappings().all()


def _midnight(year: int) -> datetime:
    return datetime(year, 1, 1, tzinfo=ZoneInfo("Europe/Paris"))


async def residences(session: AsyncSession, territory: int) -> Sequence[RowMapping]:
    """Count the residences of a territory by commune and grade, by its own grid. As the job."""
    return (await session.execute(_RESIDENCES, {"territory": territory})).mappings().all()


async def landlords(session: AsyncSession, territory: int) -> dict[str, int]:
    """Count the landlords whose adhesion is in force, and those of them that have registered a home. As the job."""
    return dict((await session.execute(_LANDLORDS, {"territory": territory})).mappings().one())


async def territory_of(session: AsyncSession, territory: int) -> dict[str, Any]:
    return dict((await session.execute(_TERRITORY, {"territory": territory})).mappings().one())


async def communes(session: AsyncSession, territory: int) -> list[tuple[str, str]]:
    """Return the code and the name of each commune of a territory, by name."""
    return [(code, name) for code, name in await session.execute(_COMMUNES, {"territory": territory})]
