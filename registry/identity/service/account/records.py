"""What happens to a person's account stands in the chain of each organisation that they work for."""

import uuid

from sqlalchemy.ext.asyncio import AsyncSession

from registry.audit import service as audit
from registry.identity.repository import people


async def record(session: AsyncSession, user: uuid.UUID, action: str) -> None:
    """Record an event of a person; of one who works for no organisation there is no chain to tell it."""
    for membership in await people.memberships(session, user):
        await audit.record(session, organisation=membership.organisation_id, action=action, subject=str(user))


async def link(session: AsyncSession, user: uuid.UUID, issuer: str, subject: str) -> bool:
    """Let what a provider says of ``subject`` stand for a person; ``False`` when it stands for another."""
    new = await people.user_by_subject(session, issuer, subject) is None
    stands = await people.link_subject(session, user, issuer, subject)
    if new:
        await record(session, user, "identity:member:linked")
    return stands
