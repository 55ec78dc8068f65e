"""The temporary tables in which a whole file is staged, and how it gets there.

``comparison`` compares them with what is held, ``reconcile`` writes what differs: one statement a kind. The plans are
made for the tables as they are: a file holds fifty homes or half a million.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, LiteralString

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import OwnOrganisation
from registry.platform.database import raw_driver_connection
from registry.stock.repository.homes import COLUMNS, NAMES

_ATTRIBUTES: Final[tuple[tuple[LiteralString, LiteralString], ...]] = (
    ("name", "text"), ("number", "text"), ("street", "text"), ("postcode", "text"), ("commune_code", "text"),
    ("territory_slug", "text"), ("housing_form", "text"), ("equipment", "text[]"), ("construction_year", "smallint"),
    ("declared_homes", "integer"), ("in_priority_quarter", "boolean"), ("rnb_id", "text"), ("ban_id", "text"),
    ("owner_siren", "text"), ("manager_siren", "text"),
)  # fmt: skip
_BUILDING_ATTRIBUTES: Final[tuple[tuple[LiteralString, LiteralString], ...]] = (
    ("name", "text"), ("levels", "smallint"), ("rnb_id", "text"), ("ban_id", "text"),
)  # fmt: skip
OF_BUILDING: Final = [name for name, _ in _BUILDING_ATTRIBUTES]
BUILDING_COLUMNS: Final = ("n", "residence_ref", "ref", *OF_BUILDING)
OF_RESIDENCE: Final = [name for name, _ in _ATTRIBUTES]
HOME_COLUMNS: Final = ("n", "id", "ref", "residence_ref", "building_ref", *NAMES, "facts", "cleared", "line_hash")
RESIDENCE_COLUMNS: Final = ("n", "id", "alone", "ref", "lon", "lat", *OF_RESIDENCE)

_STAGING: Final = (
    f"""
    CREATE TEMPORARY TABLE staged_homes (
        n integer NOT NULL, id uuid NOT NULL, ref text COLLATE "C" NOT NULL, residence_ref text COLLATE "C",
        building_ref text COLLATE "C", {", ".join(f"{name} {kind}" for name, kind in COLUMNS)}, facts jsonb,
        cleared text[], line_hash bigint) ON COMMIT DROP
    """,
    f"""
    CREATE TEMPORARY TABLE staged_residences (
        n integer NOT NULL, id uuid NOT NULL, alone boolean NOT NULL, ref text COLLATE "C" NOT NULL,
        lon float8, lat float8,
        {", ".join(f"{name} {kind}" for name, kind in _ATTRIBUTES)}) ON COMMIT DROP
    """,
    f"""
    CREATE TEMPORARY TABLE staged_buildings (
        n integer NOT NULL, residence_ref text COLLATE "C" NOT NULL, ref text COLLATE "C" NOT NULL,
        {", ".join(f"{name} {kind}" for name, kind in _BUILDING_ATTRIBUTES)}) ON COMMIT DROP
    """,
    """
    CREATE TEMPORARY TABLE staged_facts (
        n integer NOT NULL, ref text COLLATE "C" NOT NULL, facts jsonb NOT NULL) ON COMMIT DROP
    """,
    "CREATE TEMPORARY TABLE unseen_lines (line_hash bigint NOT NULL) ON COMMIT DROP",
    'CREATE TEMPORARY TABLE unread_refs (ref text COLLATE "C" NOT NULL) ON COMMIT DROP',
    'CREATE TEMPORARY TABLE refs_outside (ref text COLLATE "C" NOT NULL) ON COMMIT DROP',
)
_COPY: Final[Mapping[str, LiteralString]] = {
    "homes": f"COPY pg_temp.staged_homes ({', '.join(HOME_COLUMNS)}) FROM STDIN",
    "residences": f"COPY pg_temp.staged_residences ({', '.join(RESIDENCE_COLUMNS)}) FROM STDIN",
    "buildings": f"COPY pg_temp.staged_buildings ({', '.join(BUILDING_COLUMNS)}) FROM STDIN",
    "facts": "COPY pg_temp.staged_facts FROM STDIN",
    "unseen": "COPY pg_temp.unseen_lines FROM STDIN",
    "unread": "COPY pg_temp.unread_refs FROM STDIN",
    "outside": "COPY pg_temp.refs_outside FROM STDIN",
}
_HELD_LINES: Final = """
    SELECT string_agg(int8send(line_hash), '' ORDER BY line_hash) FROM homes
    WHERE organisation_id = %(organisation)s AND source_id = %(source)s AND line_hash <> 0
"""
_PLACES: Final = (
    "SELECT DISTINCT ref, commune_code, lon, lat FROM pg_temp.staged_residences"
    " WHERE lon IS NOT NULL AND commune_code IS NOT NULL"
)
# What a source stated before a merger it goes on stating: where the successor had such a reference, it means another.
_FORMER: Final = (
    "SELECT former_organisation_id FROM stock_sources WHERE organisation_id = %(organisation)s AND id = %(source)s"
)
_RENAMED: Final = [
    f"UPDATE pg_temp.{table} s SET {column} = f.ref FROM former_references f"
    f" WHERE f.organisation_id = %(organisation)s AND f.kind = '{kind}' AND f.former_organisation_id = %(former)s"
    f" AND f.former_ref = s.{column}"
    for table, column, kind in (
        ("staged_homes", "ref", "home"), ("staged_homes", "residence_ref", "residence"),
        ("staged_residences", "ref", "residence"), ("staged_buildings", "residence_ref", "residence"),
        ("staged_facts", "ref", "residence"), ("unread_refs", "ref", "home"),
    )
]  # fmt: skip
_SLUGS: Final = "SELECT DISTINCT territory_slug FROM pg_temp.staged_residences WHERE territory_slug IS NOT NULL"


async def _connection(session: AsyncSession) -> Any:
    connection = await session.connection()
    return raw_driver_connection(await connection.get_raw_connection())


async def begin(session: AsyncSession) -> None:
    """Make the transaction's staging tables."""
    await session.execute(text("SET LOCAL work_mem = '64MB'"))
    await session.execute(text("SET LOCAL default_statistics_target = 10"))  # it is the sizes that matter
    for statement in _STAGING:
        await run(session, statement, {})


async def held_lines(session: AsyncSession, organisation: OwnOrganisation, source: uuid.UUID) -> bytes:
    """Return the digests of the records by which the source's homes were last written.

    Ascending, of eight bytes each, most significant first.
    """
    ((held,),) = await rows(session, _HELD_LINES, {"organisation": organisation, "source": source})
    return bytes(held or b"")


async def stage(session: AsyncSession, table: str, rows: Iterable[Sequence[Any]]) -> None:
    """Add rows to ``residences``, ``buildings``, ``facts`` (of residences), ``unseen``, ``unread`` or ``outside``."""
    connection = await _connection(session)
    async with connection.cursor() as cursor, cursor.copy(_COPY[table]) as copy:
        for row in rows:
            await copy.write_row(row)


async def stage_homes(session: AsyncSession, homes: bytes) -> None:
    """Add homes, as COPY's text format has them, to the staging table."""
    connection = await _connection(session)
    async with connection.cursor() as cursor, cursor.copy(_COPY["homes"]) as copy:
        await copy.write(homes)


async def rename_former(session: AsyncSession, organisation: OwnOrganisation, source: uuid.UUID) -> None:
    """Put in the place of references of a landlord before a merger, as its files state them, what they are now."""
    values = {"organisation": organisation, "source": source}
    found = await rows(session, _FORMER, values)
    if not found or found[0][0] is None:
        return
    for statement in _RENAMED:
        await run(session, statement, {"organisation": organisation, "former": found[0][0]})


async def run(session: AsyncSession, statement: str, values: Mapping[str, Any]) -> int:
    """Run a statement with ``%(name)s`` for its values; return how many rows it wrote."""
    return (await (await session.connection()).exec_driver_sql(statement, dict(values))).rowcount


async def rows(session: AsyncSession, statement: str, values: Mapping[str, Any]) -> Sequence[Any]:
    """Return the rows of a statement with ``%(name)s`` for its values."""
    return (await (await session.connection()).exec_driver_sql(statement, dict(values))).all()


async def places(session: AsyncSession) -> list[tuple[str, str, float, float]]:
    """Return every position that is stated with its commune: the residence's reference, the code, lon, lat (WGS84)."""
    return [tuple(row) for row in await rows(session, _PLACES, {})]


async def slugs(session: AsyncSession) -> list[str]:
    """Return the territories that the staged residences name."""
    return [slug for (slug,) in await rows(session, _SLUGS, {})]
