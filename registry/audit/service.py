"""Record what was done, in the transaction that does it; verify a chain."""

import uuid
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from registry.audit import repository

SERVICE: Final = uuid.UUID(int=0)
"""Whose chain tells what the service does for itself, for no organisation: changes of its own keys."""


async def record(
    session: AsyncSession,
    *,
    organisation: uuid.UUID,
    action: str,
    subject: str,
    detail: dict[str, Any] | None = None,
) -> None:
    """Append an event to the organisation's chain. Call it last: it holds the chain until the commit.

    Args:
        organisation: Whose chain; :data:`SERVICE` for the service's own.
        action: ``noun:object:verb`` in the past tense, ``stock:home:published`` for instance.
        subject: The object's id or the owner's own reference; never a person.
        detail: Codes, counts, digests. No personal data: the chain is never erased.
    """
    await repository.append(session, organisation, action, subject, detail or {})


async def verify(session: AsyncSession, *, organisation: uuid.UUID) -> tuple[int, int | None]:
    """Recompute the organisation's chain.

    Returns:
        The number of events, and the sequence of the first one that does not fit, or ``None`` when all do.
    """
    return await repository.verify(session, organisation)
