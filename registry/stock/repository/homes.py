"""The SQL of the homes: one statement writes any number of them, one or fifty thousand."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, LiteralString, NamedTuple

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import OwnOrganisation, Principal
from registry.platform.database import Database
from registry.stock.repository import ordering
from registry.vocabulary.stock import SOURCE_RANKING

RANKING: Final = [source.value for source in SOURCE_RANKING]
"""The sources of facts from the weakest, as ``merged_facts`` takes them."""
COLUMNS: Final = (
    ("typology", "text"), ("rooms", "smallint"), ("area_m2", "numeric"), ("floor", "smallint"),
    ("rent_cents", "integer"), ("charges_cents", "integer"), ("financing", "text"), ("quota_holder", "text"),
    ("energy_label", "text"), ("rpls_id", "text"), ("status", "text"), ("available_on", "date"),
    ("housing_form", "text"),
)  # fmt: skip
NAMES: Final = [name for name, _ in COLUMNS]
COMPARED: Final = ["residence_id", "building_id", *NAMES, "facts"]


def _shown(
    home: LiteralString, residence: LiteralString, building: LiteralString, confirmed_at: LiteralString
) -> LiteralString:
    """Return the columns that a landlord is shown of a home, given where they and both references come from."""
    return f"""
        {home}.ref, {residence} AS residence_ref, {building} AS building_ref, {home}.typology, {home}.rooms,
        {home}.area_m2, {home}.floor, {home}.rent_cents, {home}.charges_cents, {home}.financing, {home}.quota_holder,
        {home}.energy_label, {home}.rpls_id, {home}.status, {home}.available_on, {home}.housing_form, {home}.facts,
        {home}.listing_id, {confirmed_at} AS confirmed_at, {home}.updated_at, {home}.version
    """


# A full file confirms every home of its source, without a write to any of them.
_OF_HOME: Final = _shown("h", "r.ref", "b.ref", "greatest(h.confirmed_at, source.confirmed_at)")
_OF_WRITTEN: Final = _shown("w", "g.residence_ref", "g.building_ref", "w.confirmed_at")
# Present rows are locked in order of ref before they are merged, so that two writers of one home neither lose a
# fact nor wait for each other crosswise. A row that nothing changes is written at most once a day, to confirm it.
# Lateral with a limit: each given home is looked up in the indexes. As joins, a generic plan that thinks of an
# average landlord reads the whole stock of a large one, for a single home too.
_WRITE: Final = text(
    f"""
    WITH given AS MATERIALIZED (
        SELECT * FROM jsonb_to_recordset(CAST(:homes AS jsonb)) AS g (n integer, id uuid, ref text, residence_ref text,
            building_ref text, {", ".join(f"{name} {kind}" for name, kind in COLUMNS)}, facts jsonb)),
    present AS MATERIALIZED (
        SELECT g.n, h.* FROM (SELECT n, ref FROM given ORDER BY ref COLLATE "C") g
        CROSS JOIN LATERAL (SELECT * FROM homes
            WHERE organisation_id = :organisation AND ref = g.ref LIMIT 1 FOR UPDATE) h),
    resolved AS MATERIALIZED (
        SELECT g.n, g.ref, coalesce(p.id, g.id) AS id, p.id IS NOT NULL AS known, r.id AS residence_id,
            b.id AS building_id, r.id IS NULL AS residence_missing,
            g.building_ref IS NOT NULL AND b.id IS NULL AS building_missing,
            {", ".join(f"g.{name}" for name in NAMES)}, merged.facts, p.confirmed_at,
            p.id IS NOT NULL AND ROW(r.id, b.id, {", ".join(f"g.{name}" for name in NAMES)}, merged.facts)
                IS NOT DISTINCT FROM ROW({", ".join(f"p.{name}" for name in COMPARED)}) AS same
        FROM given g
        LEFT JOIN present p ON p.n = g.n
        LEFT JOIN LATERAL (SELECT id FROM residences
            WHERE organisation_id = :organisation AND ref = g.residence_ref LIMIT 1) r ON true
        LEFT JOIN LATERAL (SELECT id FROM buildings
            WHERE organisation_id = :organisation AND residence_id = r.id AND ref = g.building_ref LIMIT 1) b ON true
        CROSS JOIN LATERAL (SELECT CASE WHEN p.id IS NULL OR p.facts = '{{}}'
            THEN jsonb_strip_nulls(coalesce(g.facts, '{{}}'))
            ELSE merged_facts(p.facts, g.facts, CAST(:ranking AS text[])) END AS facts) merged),
    written AS (
        INSERT INTO homes AS h (id, organisation_id, ref, residence_id, building_id, {", ".join(NAMES)}, facts)
        SELECT id, :organisation, ref, residence_id, building_id, {", ".join(NAMES)}, facts FROM resolved
        WHERE NOT residence_missing AND NOT building_missing
            AND (NOT same OR confirmed_at < now() - interval '1 day')
        ON CONFLICT (organisation_id, ref) DO UPDATE SET
            {", ".join(f"{name} = excluded.{name}" for name in COMPARED)}, confirmed_at = now(),
            version = h.version + CASE WHEN ROW({", ".join(f"h.{name}" for name in COMPARED)})
                IS NOT DISTINCT FROM ROW({", ".join(f"excluded.{name}" for name in COMPARED)}) THEN 0 ELSE 1 END,
            updated_at = CASE WHEN ROW({", ".join(f"h.{name}" for name in COMPARED)})
                IS NOT DISTINCT FROM ROW({", ".join(f"excluded.{name}" for name in COMPARED)})
                THEN h.updated_at ELSE now() END,
            line_hash = CASE WHEN ROW({", ".join(f"h.{name}" for name in COMPARED)})
                IS NOT DISTINCT FROM ROW({", ".join(f"excluded.{name}" for name in COMPARED)}) THEN h.line_hash END,
            changed_in = CASE WHEN ROW({", ".join(f"h.{name}" for name in COMPARED)})
                IS NOT DISTINCT FROM ROW({", ".join(f"excluded.{name}" for name in COMPARED)})
                THEN h.changed_in ELSE pg_current_xact_id() END
        RETURNING h.*)
    SELECT r.n, r.ref, w.id, r.residence_missing, r.building_missing,
        CASE WHEN NOT r.known THEN 'created' WHEN r.same THEN 'unchanged' ELSE 'updated' END,
        CASE WHEN :documents AND w.id IS NOT NULL THEN
            (SELECT CAST(row_to_json(home) AS text) FROM (SELECT {_OF_WRITTEN}) home) END,
        w.version
    FROM resolved r JOIN given g ON g.n = r.n LEFT JOIN written w ON w.ref = r.ref
    ORDER BY r.n
    """
)
_WITH: Final = """
    JOIN residences r ON r.organisation_id = h.organisation_id AND r.id = h.residence_id
    LEFT JOIN buildings b ON b.organisation_id = h.organisation_id AND b.residence_id = h.residence_id
        AND b.id = h.building_id
    LEFT JOIN stock_sources source ON source.organisation_id = h.organisation_id AND source.id = h.source_id
"""
ATTRIBUTES, JOINED = _OF_HOME, _WITH
"""What a landlord is shown of a home ``h``, and the joins that it needs: residence ``r``, building ``b``."""
SHOWN: Final[LiteralString] = f"SELECT {_OF_HOME} FROM homes h {_WITH}"
"""What a landlord is shown of its homes; the query goes on with whose."""
# row_to_json: json_build_object with as many keys looks up the types of its arguments for every row (2.4 times slower).
_READ: Final = text(
    f"SELECT CAST(row_to_json(home) AS text), version"
    f" FROM (SELECT {_OF_HOME} FROM homes h {_WITH} WHERE h.organisation_id = :organisation AND h.ref = :ref) home"
)
_LOCK: Final = text("SELECT version FROM homes WHERE organisation_id = :organisation AND ref = :ref FOR UPDATE")
_DELETE: Final = text("DELETE FROM homes WHERE organisation_id = :organisation AND ref = :ref RETURNING listing_id")
# Locked, in the order in which homes are written, by whoever goes on to change their listings: so a listing that comes
# or goes meanwhile is of a home that somebody else holds, and two writers wait for each other at the homes, one way.
_OF_RESIDENCES: Final = text(
    "SELECT h.id FROM unnest(CAST(:residences AS uuid[])) AS g (id)"
    " JOIN homes h ON h.organisation_id = :organisation AND h.residence_id = g.id"
    ' ORDER BY h.ref COLLATE "C" FOR NO KEY UPDATE OF h'
)


class Outcome(NamedTuple):
    """What became of one given home; ``id`` and ``version`` where a row was written, ``document`` where asked for."""

    n: int
    ref: str
    id: uuid.UUID | None
    residence_missing: bool
    building_missing: bool
    status: str
    document: str | None
    version: int | None


async def write(
    session: AsyncSession,
    organisation: OwnOrganisation,
    homes: Sequence[Mapping[str, Any]],
    *,
    documents: bool = False,
) -> list[Outcome]:
    """Create or change homes, each with a distinct ``ref``; ``n`` numbers them, ``id`` is used for a new one.

    Args:
        documents: Return each written home as JSON text, as :func:`read` does, which saves reading it.
    """
    values = {
        "organisation": organisation, "homes": orjson.dumps(homes, default=str).decode(), "documents": documents,
        "ranking": RANKING,
    }  # fmt: skip
    return [Outcome(*row) for row in await session.execute(_WRITE, values)]


async def read(session: AsyncSession, organisation: OwnOrganisation, ref: str) -> tuple[str, int] | None:
    """Return a home as JSON text, and its version."""
    row = (await session.execute(_READ, {"organisation": organisation, "ref": ref})).one_or_none()
    return (row[0], row[1]) if row else None


async def lock(session: AsyncSession, organisation: OwnOrganisation, ref: str) -> int | None:
    """Return a home's version and hold it until the commit."""
    version: int | None = (
        await session.execute(_LOCK, {"organisation": organisation, "ref": ref})
    ).scalar_one_or_none()
    return version


async def page(
    database: Database,
    organisation: OwnOrganisation,
    *,
    bound: Principal,
    sort: str,
    after: tuple[Any, str] | None,
    limit: int,
    filters: Mapping[str, Any],
) -> list[bytes]:
    """Return up to ``limit`` homes in an order of :mod:`ordering`, each as JSON text in UTF-8.

    ``after``: the value by which the order goes, and the ref, of the home after which the page begins.

    The transaction is bound to the principal, not to ``organisation``: one wall does not follow the other.
    PostgreSQL writes the JSON: for a thousand homes that is faster than rows and models. It writes one text a home:
    one for all is memory that the server asks the system for and gives back, at every page.
    """
    values = {"organisation": organisation, "limit": limit, **filters}
    if after is not None:
        values |= {"after_value": after[0], "after": after[1]}
    query = page_query(filters, sort=sort, continued=after is not None)
    answer = await database.alone(query, values, role=bound.role, organisation=bound.organisation_id, actor=bound.actor)
    return answer.texts()


def page_query(filters: Iterable[str], *, sort: str = "ref", continued: bool = False) -> LiteralString:
    """Return the query of a page for the names of its filters, ``continued`` where it begins after a home."""
    return (
        "SELECT CAST(row_to_json(home) AS text) FROM"
        f" ({page_rows(filters, sort=sort, continued=continued)}) home"
    )  # fmt: skip


def page_rows(filters: Iterable[str], *, sort: str = "ref", continued: bool = False) -> LiteralString:
    """Return the SQL of the same page as plain rows, which the benchmark compares with.

    It is cut before anything is joined: from the index by reference, from all of one's own homes in another order.
    """
    where: LiteralString = "".join([f" AND {_FILTERS[name]}" for name in filters])
    if continued:
        where += f" AND {ordering.beyond(sort, value='%(after_value)s', ref='%(after)s')}"
    inner, outer = ordering.order_by(sort), ordering.order_by(sort, "h.")
    return (
        f"SELECT {_OF_HOME} FROM (SELECT * FROM homes WHERE organisation_id = %(organisation)s"
        f"{where} ORDER BY {inner} LIMIT %(limit)s) h {_WITH} ORDER BY {outer}"
    )


_FILTERS: Final[Mapping[str, LiteralString]] = {
    "residence_ref": "residence_id = (SELECT id FROM residences"
    " WHERE organisation_id = %(organisation)s AND ref = %(residence_ref)s)",
    "status": "status = %(status)s",
    "updated_after": "updated_at > %(updated_after)s",
}


async def delete(session: AsyncSession, organisation: OwnOrganisation, ref: str) -> uuid.UUID | None:
    """Delete a home; return what it was listed as, or ``None`` where there is none."""
    listing: uuid.UUID | None = (
        await session.execute(_DELETE, {"organisation": organisation, "ref": ref})
    ).scalar_one_or_none()
    return listing


async def of_residences(
    session: AsyncSession, organisation: OwnOrganisation, residences: Sequence[uuid.UUID]
) -> list[uuid.UUID]:
    """Return the homes of residences and hold them until the commit."""
    rows = await session.execute(_OF_RESIDENCES, {"organisation": organisation, "residences": list(residences)})
    return list(rows.scalars().all())
