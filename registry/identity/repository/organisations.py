"""The SQL of organisations."""

import uuid
from collections.abc import Collection, Sequence
from typing import Any, Final

from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from registry.identity.models import Organisation

_DEPART: Final = text("SELECT depart(:organisation)")


async def insert_organisation(session: AsyncSession, values: dict[str, Any]) -> Organisation | None:
    """Insert, or return ``None`` when the SIREN is registered for this kind already."""
    statement = insert(Organisation).values(values).on_conflict_do_nothing(constraint="uq_organisations_siren_kind")
    return (await session.execute(statement.returning(Organisation))).scalar_one_or_none()


async def organisation(session: AsyncSession, organisation_id: uuid.UUID) -> Organisation | None:
    return await session.get(Organisation, organisation_id)


async def organisations_of_enterprise(session: AsyncSession, siren: str) -> Sequence[Organisation]:
    """Return the active organisations of an enterprise (SIREN): one for each kind at most."""
    statement = select(Organisation).where(Organisation.siren == siren, Organisation.status == "active")
    return (await session.scalars(statement.order_by(Organisation.name))).all()


async def organisations(session: AsyncSession) -> Sequence[Organisation]:
    return (await session.scalars(select(Organisation).order_by(Organisation.name, Organisation.id))).all()


async def set_siren(session: AsyncSession, organisation_id: uuid.UUID, siren: str) -> Organisation | None:
    """Change the SIREN; ``None`` where there is no such organisation, or another of its kind has this one."""
    own, other = Organisation, aliased(Organisation)
    taken = select(other.id).where(other.siren == siren, other.kind == own.kind, other.id != own.id)
    changed = await session.execute(
        update(own).where(own.id == organisation_id, ~taken.exists()).values(siren=siren).returning(own)
    )
    return changed.scalar_one_or_none()


async def set_organisation_status(
    session: AsyncSession, organisation_id: uuid.UUID, status: str, *, before: Collection[str]
) -> bool:
    """Change the status where it is one of ``before``; return whether it was."""
    changed = await session.execute(
        update(Organisation)
        .where(Organisation.id == organisation_id, Organisation.status.in_(before))
        .values(status=status)
        .returning(Organisation.id)
    )
    return changed.first() is not None


async def end_participation(session: AsyncSession, organisation_id: uuid.UUID) -> dict[str, int]:
    """End all credentials, signatures and adhesions of who is no member any more; return how many of each."""
    ended: dict[str, int] = (await session.execute(_DEPART, {"organisation": organisation_id})).scalar_one()
    return ended
