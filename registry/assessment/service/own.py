"""What a landlord finds among its own residences."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import Principal, own_organisation
from registry.assessment.repository import own as repository


async def find_own_residences(
    *, session: AsyncSession, principal: Principal, after: str, limit: int, q: str | None = None,
    commune: str | None = None, favourable: str | None = None,
) -> list[dict[str, Any]]:  # fmt: skip
    """Return own residences by reference (byte order) after ``after``, with their indexes as they were computed last.

    Args:
        q: A part of the reference, the name or the address, in any case.
        favourable: "yes", "no" or "unknown": whether it is worth adapting; ``None``: all of them.
    """
    given = {"q": q, "commune": commune, "favourable": favourable}
    return await repository.find(
        session, own_organisation(principal), after=after, limit=limit,
        filters={name: value for name, value in given.items() if value is not None},
    )  # fmt: skip


async def list_own_communes(*, session: AsyncSession, principal: Principal) -> list[tuple[str, str]]:
    """Return code and name of the communes in which the landlord has residences, by name."""
    return await repository.communes(session, own_organisation(principal))
