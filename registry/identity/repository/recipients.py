"""The SQL of who is written to."""

import uuid
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from registry.identity.models import Membership, Organisation, User


class Recipient(NamedTuple):
    """Somebody who is written to. ``language``: ``fr`` or ``en``."""

    email: str
    language: str


async def recipients(
    session: AsyncSession, organisation: uuid.UUID, roles: Sequence[str], *, digest: bool = False
) -> list[Recipient]:
    """Return the active people of an organisation who have one of ``roles``, each once.

    ``digest``: only those who want the daily mail of vacated homes.
    """
    statement = (
        select(User.email, User.language)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.organisation_id == organisation, Membership.role.in_(roles), User.status == "active")
        .distinct()
        .order_by(User.email)
    )
    if digest:
        statement = statement.where(User.vacated_digest)
    return [Recipient(row.email, row.language) for row in await session.execute(statement)]


async def name_of(session: AsyncSession, organisation: uuid.UUID) -> str:
    return (await session.execute(select(Organisation.name).where(Organisation.id == organisation))).scalar_one()
