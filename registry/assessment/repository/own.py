"""The SQL by which a landlord finds its own residences, with their indexes as they were computed last."""

from collections.abc import Iterable, Mapping
from typing import Any, Final, LiteralString

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import OwnOrganisation

_FILTERS: Final[Mapping[str, LiteralString]] = {
    "q": " AND position(lower(CAST(:q AS text)) IN"
    " lower(concat_ws(' ', r.ref, r.name, r.number, r.street, r.postcode))) > 0",
    "commune": " AND r.commune_code = :commune",
    "favourable": " AND i.favourable = :favourable",
}
_COMMUNES: Final = text(
    """
    SELECT own.code, coalesce(c.name, own.code) AS name
    FROM (SELECT DISTINCT commune_code AS code FROM residences WHERE organisation_id = :organisation) own
    LEFT JOIN communes c ON c.code = own.code ORDER BY 2, 1
    """
)


def _find(filters: Iterable[str]) -> LiteralString:
    where: LiteralString = "".join([_FILTERS[name] for name in filters])
    return f"""
        SELECT f.*, c.name AS commune,
            (SELECT count(*) FROM homes h WHERE h.organisation_id = :organisation AND h.residence_id = f.id) AS homes
        FROM (
            SELECT r.id, r.ref, r.name, r.number, r.street, r.postcode, r.commune_code, i.grade_low, i.grade_high,
                i.low, i.high, i.favourable, i.adapted, i.possibly_adapted
            FROM residences r
            LEFT JOIN residence_indexes i ON i.organisation_id = r.organisation_id AND i.residence_id = r.id
            WHERE r.organisation_id = :organisation AND r.ref > :after{where}
            ORDER BY r.ref LIMIT :limit) f
        LEFT JOIN communes c ON c.code = f.commune_code ORDER BY f.ref
    """


async def find(
    session: AsyncSession, organisation: OwnOrganisation, *, after: str, limit: int, filters: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Return up to ``limit`` residences after the reference ``after`` (byte order).

    Args:
        filters: Values of ``q`` (a part of reference, name or address, in any case), ``commune``, ``favourable``.
    """
    values = {"organisation": organisation, "after": after, "limit": limit, **filters}
    return [dict(row) for row in (await session.execute(text(_find(filters)), values)).mappings()]


async def communes(session: AsyncSession, organisation: OwnOrganisation) -> list[tuple[str, str]]:
    """Return code and name of the communes in which the landlord has residences, by name."""
    return [(code, name) for code, name in await session.execute(_COMMUNES, {"organisation": organisation})]
