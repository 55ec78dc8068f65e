"""The SQL of the imports: what keeps two of one landlord apart."""

from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import OwnOrganisation

_CLAIM: Final = text("SELECT pg_try_advisory_xact_lock(7301952, hashtext(CAST(:organisation AS text)))")


async def claim(session: AsyncSession, organisation: OwnOrganisation) -> bool:
    """Hold the landlord's imports until the commit; return whether nobody else does."""
    held: bool = (await session.execute(_CLAIM, {"organisation": str(organisation)})).scalar_one()
    return held
