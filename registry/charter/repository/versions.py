"""The versions of charters: drafts, proposals, what is in force, what was."""

import datetime as dt
from typing import Any, Final, NamedTuple

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.kernel.ids import new_id


class VersionRow(NamedTuple):
    """A version; ``articles`` and ``terms`` are JSON values, as they were written."""

    version: int
    status: str
    articles: list[Any]
    terms: dict[str, Any]
    revision: int
    proposed_at: dt.datetime | None
    reply_by: dt.date | None
    in_force_from: dt.datetime | None
    superseded_at: dt.datetime | None


_COLUMNS: Final = ", ".join(VersionRow._fields)
# Who signs and who changes what is signed wait for each other: a signature holds to the version that it says.
_LOCK: Final = text("SELECT pg_advisory_xact_lock(hashtextextended('charter', :territory))")
_IN_FORCE: Final = text(f"SELECT {_COLUMNS} FROM charters WHERE territory_id = :territory AND status = 'in_force'")
_DRAFT: Final = text(f"SELECT {_COLUMNS} FROM charters WHERE territory_id = :territory AND status = 'draft'")
_ONE: Final = text(
    f"SELECT {_COLUMNS} FROM charters WHERE territory_id = :territory AND version = :version"
    " AND (status <> 'draft' OR :drafts)"
)
_PAGE: Final = text(
    f"SELECT {_COLUMNS} FROM charters WHERE territory_id = :territory AND version > :after"
    " AND (status <> 'draft' OR :drafts) ORDER BY version LIMIT :limit"
)
_INSERT: Final = text(
    "INSERT INTO charters (id, territory_id, version, status, articles, terms)"
    " SELECT :id, :territory, coalesce(max(version), 0) + 1, 'draft', CAST(:articles AS jsonb), CAST(:terms AS jsonb)"
    f" FROM charters WHERE territory_id = :territory RETURNING {_COLUMNS}"
)
_REPLACE: Final = text(
    "UPDATE charters SET articles = CAST(:articles AS jsonb), terms = CAST(:terms AS jsonb), revision = revision + 1"
    f" WHERE territory_id = :territory AND status = 'draft' RETURNING {_COLUMNS}"
)
_DISCARD: Final = text("DELETE FROM charters WHERE territory_id = :territory AND status = 'draft'")
_REPLACE_PROPOSAL: Final = text(
    "UPDATE charters SET status = 'superseded', superseded_at = now()"
    " WHERE territory_id = :territory AND status = 'proposed'"
)
_PROPOSE: Final = text(
    "UPDATE charters SET status = 'proposed', proposed_at = now(), reply_by = :reply_by"
    f" WHERE territory_id = :territory AND status = 'draft' RETURNING {_COLUMNS}"
)
_SUPERSEDE: Final = text(
    "UPDATE charters SET status = 'superseded', superseded_at = now()"
    " WHERE territory_id = :territory AND status = 'in_force'"
)
_ENACT: Final = text(
    "UPDATE charters SET status = 'in_force', in_force_from = now()"
    f" WHERE territory_id = :territory AND status = 'proposed' RETURNING {_COLUMNS}"
)
# Who is suspended may be back tomorrow: its homes must not find zones that it did not agree to.
_ZONING: Final = text(
    """
    SELECT c.terms->>'location_precision' = 'cell' OR coalesce(bool_or(m.terms->>'location_precision' = 'cell'), false),
        greatest((c.terms->>'k')::integer, max((m.terms->>'k')::integer)),
        greatest((c.terms->>'k_residences')::integer, max((m.terms->>'k_residences')::integer))
    FROM charters c
    LEFT JOIN LATERAL (
        SELECT binding_terms(c.terms, own.terms) AS terms
        FROM adhesions a JOIN charters own ON own.territory_id = a.territory_id AND own.version = a.charter_version
        WHERE a.territory_id = c.territory_id AND a.status IN ('in_force', 'suspended')) m ON true
    WHERE c.territory_id = :territory AND c.status = 'in_force'
    GROUP BY c.id
    """
)


async def lock(session: AsyncSession, territory_id: int) -> None:
    """Keep every other transaction off the territory's versions and signatures until this one ends."""
    await session.execute(_LOCK, {"territory": territory_id})


async def in_force(session: AsyncSession, territory_id: int) -> VersionRow | None:
    row = (await session.execute(_IN_FORCE, {"territory": territory_id})).one_or_none()
    return VersionRow(*row) if row else None


async def draft(session: AsyncSession, territory_id: int) -> VersionRow | None:
    row = (await session.execute(_DRAFT, {"territory": territory_id})).one_or_none()
    return VersionRow(*row) if row else None


async def one(session: AsyncSession, territory_id: int, version: int, *, drafts: bool) -> VersionRow | None:
    """Return a version; a draft only with ``drafts``."""
    values = {"territory": territory_id, "version": version, "drafts": drafts}
    row = (await session.execute(_ONE, values)).one_or_none()
    return VersionRow(*row) if row else None


async def page(
    session: AsyncSession, territory_id: int, after: int, limit: int, *, drafts: bool
) -> list[VersionRow]:  # fmt: skip
    """Return versions in their order, after the number ``after``; a draft only with ``drafts``."""
    values = {"territory": territory_id, "after": after, "limit": limit, "drafts": drafts}
    return [VersionRow(*row) for row in await session.execute(_PAGE, values)]


async def insert(session: AsyncSession, territory_id: int, articles: list[Any], terms: dict[str, Any]) -> VersionRow:
    """Write a draft with the next number."""
    values = {"id": new_id(), "territory": territory_id, **_json(articles, terms)}
    return VersionRow(*(await session.execute(_INSERT, values)).one())


async def replace(session: AsyncSession, territory_id: int, articles: list[Any], terms: dict[str, Any]) -> VersionRow:
    """Write the draft anew."""
    return VersionRow(*(await session.execute(_REPLACE, {"territory": territory_id, **_json(articles, terms)})).one())


def _json(articles: list[Any], terms: dict[str, Any]) -> dict[str, str]:
    return {"articles": orjson.dumps(articles).decode(), "terms": orjson.dumps(terms).decode()}


async def discard(session: AsyncSession, territory_id: int) -> None:
    """Delete the draft."""
    await session.execute(_DISCARD, {"territory": territory_id})


async def propose(session: AsyncSession, territory_id: int, reply_by: dt.date | None) -> VersionRow:
    """Propose the draft, in the place of what was proposed before."""
    await session.execute(_REPLACE_PROPOSAL, {"territory": territory_id})
    return VersionRow(*(await session.execute(_PROPOSE, {"territory": territory_id, "reply_by": reply_by})).one())


async def enact(session: AsyncSession, territory_id: int) -> VersionRow:
    """Put what is proposed in force, in the place of the version before."""
    await session.execute(_SUPERSEDE, {"territory": territory_id})
    return VersionRow(*(await session.execute(_ENACT, {"territory": territory_id})).one())


async def zoning(session: AsyncSession, territory_id: int) -> tuple[bool, int, int] | None:
    """Return whether any home is shown in a zone, and the greatest k and k_residences that bind a member."""
    row = (await session.execute(_ZONING, {"territory": territory_id})).one_or_none()
    return (row[0], row[1], row[2]) if row else None
