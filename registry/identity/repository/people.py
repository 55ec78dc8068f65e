"""The SQL of people: users, memberships, invitations, second factors."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import delete, func, select, text, true, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from registry.identity.models import Membership, Organisation, RecoveryCode, SingleUseLink, User


class MemberRow(NamedTuple):
    user_id: uuid.UUID
    email: str
    name: str
    status: str
    roles: list[str]
    last_login_at: datetime | None


class MembershipRow(NamedTuple):
    """An organisation that a person may act for."""

    organisation_id: uuid.UUID
    organisation: str
    kind: str
    roles: list[str]


async def user_by_email(session: AsyncSession, email: str, *, lock: bool = False) -> User | None:
    statement = select(User).where(User.email == email)
    return (await session.scalars(statement.with_for_update() if lock else statement)).one_or_none()


async def user_by_subject(session: AsyncSession, issuer: str, subject: str) -> User | None:
    statement = select(User).where(User.upstream_issuer == issuer, User.upstream_subject == subject)
    return (await session.scalars(statement)).one_or_none()


async def user(session: AsyncSession, user_id: uuid.UUID, *, lock: bool = False) -> User | None:
    statement = select(User).where(User.id == user_id).execution_options(populate_existing=True)
    return (await session.scalars(statement.with_for_update() if lock else statement)).one_or_none()


async def link_subject(session: AsyncSession, user_id: uuid.UUID, issuer: str, subject: str) -> bool:
    """Let what a provider says of ``subject`` stand for a person; ``False`` when it stands for another."""
    holder = await user_by_subject(session, issuer, subject)
    if holder is None:
        await update_user(session, user_id, upstream_issuer=issuer, upstream_subject=subject)
    return holder is None or holder.id == user_id


async def insert_user(session: AsyncSession, values: dict[str, Any]) -> User | None:
    """Insert, or return ``None`` where the e-mail is taken."""
    statement = insert(User).values(values).on_conflict_do_nothing().returning(User)
    return (await session.scalars(statement)).one_or_none()


async def update_user(session: AsyncSession, user_id: uuid.UUID, **values: Any) -> None:
    await session.execute(
        update(User).where(User.id == user_id).values(**values).execution_options(synchronize_session=False)
    )


async def use_totp_step(session: AsyncSession, user_id: uuid.UUID, step: int) -> bool:
    """Note a time step as used; ``False`` when it, or a later one, was before: two parallel uses are one."""
    changed = await session.execute(
        update(User)
        .where(User.id == user_id, func.coalesce(User.totp_last_step, -1) < step)
        .values(totp_last_step=step)
        .returning(User.id)
        .execution_options(synchronize_session=False)
    )
    return changed.first() is not None


# Memberships


async def add_membership(session: AsyncSession, organisation: uuid.UUID, user_id: uuid.UUID, role: str) -> bool:
    added = await session.execute(
        insert(Membership)
        .values(organisation_id=organisation, user_id=user_id, role=role)
        .on_conflict_do_nothing()
        .returning(Membership.role)
    )
    return added.first() is not None


async def remove_membership(
    session: AsyncSession, organisation: uuid.UUID, user_id: uuid.UUID, role: str | None
) -> list[str]:
    """Remove one role of a person, or all; return those removed."""
    statement = delete(Membership).where(Membership.organisation_id == organisation, Membership.user_id == user_id)
    if role is not None:
        statement = statement.where(Membership.role == role)
    return list((await session.scalars(statement.returning(Membership.role))).all())


async def members(session: AsyncSession, organisation: uuid.UUID) -> list[MemberRow]:
    roles = func.array_agg(Membership.role)
    rows = await session.execute(
        select(User.id, User.email, User.name, User.status, roles, User.last_login_at)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.organisation_id == organisation)
        .group_by(User.id)
        .order_by(User.name, User.id)
    )
    return [MemberRow(*row[:4], list(row[4]), row[5]) for row in rows]


async def memberships(session: AsyncSession, user_id: uuid.UUID, siren: str | None = None) -> list[MembershipRow]:
    """Return the active organisations that a person may act for, by name; with ``siren=`` of that enterprise only."""
    of_enterprise = Organisation.siren == siren if siren is not None else true()
    rows = await session.execute(
        select(Organisation.id, Organisation.name, Organisation.kind, func.array_agg(Membership.role))
        .join(Membership, Membership.organisation_id == Organisation.id)
        .where(Membership.user_id == user_id, Organisation.status == "active", of_enterprise)
        .group_by(Organisation.id)
        .order_by(Organisation.name, Organisation.id)
    )
    return [MembershipRow(*row[:3], list(row[3])) for row in rows]


# Single-use links


async def insert_link(session: AsyncSession, values: dict[str, Any]) -> None:
    await session.execute(insert(SingleUseLink).values(values))


async def link(session: AsyncSession, digest: bytes, purpose: str, *, lock: bool = False) -> SingleUseLink | None:
    """Return a link that is good now."""
    statement = select(SingleUseLink).where(
        SingleUseLink.digest == digest,
        SingleUseLink.purpose == purpose,
        SingleUseLink.used_at.is_(None),
        SingleUseLink.expires_at > func.now(),
    )
    return (await session.scalars(statement.with_for_update() if lock else statement)).one_or_none()


async def use_link(session: AsyncSession, digest: bytes) -> None:
    await session.execute(
        update(SingleUseLink)
        .where(SingleUseLink.digest == digest)
        .values(used_at=func.now())
        .execution_options(synchronize_session=False)
    )


async def use_resets(session: AsyncSession, user_id: uuid.UUID) -> None:
    """Use up every link by which the person's password could be set."""
    await session.execute(
        update(SingleUseLink)
        .where(
            SingleUseLink.user_id == user_id,
            SingleUseLink.purpose == "password_reset",
            SingleUseLink.used_at.is_(None),
        )
        .values(used_at=func.now())
        .execution_options(synchronize_session=False)
    )


async def recent_links(session: AsyncSession, email: str, purpose: str, *, since: datetime) -> int:
    """Return how many links were sent to an address, used or not."""
    found: int = (
        await session.execute(
            select(func.count()).where(
                SingleUseLink.email == email, SingleUseLink.purpose == purpose, SingleUseLink.created_at > since
            )
        )
    ).scalar_one()
    return found


async def invitations_of(session: AsyncSession, email: str) -> Sequence[SingleUseLink]:
    """Return the open invitations to an address, held until the commit."""
    statement = select(SingleUseLink).where(
        SingleUseLink.email == email,
        SingleUseLink.purpose == "invitation",
        SingleUseLink.used_at.is_(None),
        SingleUseLink.expires_at > func.now(),
    )
    return (await session.scalars(statement.order_by(SingleUseLink.created_at).with_for_update())).all()


async def open_invitations(session: AsyncSession, organisation: uuid.UUID) -> Sequence[SingleUseLink]:
    statement = select(SingleUseLink).where(
        SingleUseLink.organisation_id == organisation,
        SingleUseLink.purpose == "invitation",
        SingleUseLink.used_at.is_(None),
        SingleUseLink.expires_at > func.now(),
    )
    return (await session.scalars(statement.order_by(SingleUseLink.created_at))).all()


# Recovery codes


async def delete_recovery_codes(session: AsyncSession, user_id: uuid.UUID) -> None:
    await session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))


async def replace_recovery_codes(session: AsyncSession, user_id: uuid.UUID, digests: Sequence[bytes]) -> None:
    await delete_recovery_codes(session, user_id)
    await session.execute(insert(RecoveryCode), [{"user_id": user_id, "digest": digest} for digest in digests])


async def use_recovery_code(session: AsyncSession, user_id: uuid.UUID, digest: bytes) -> bool:
    """Use a code once; ``False`` when there is none such, or no longer."""
    used = await session.execute(
        update(RecoveryCode)
        .where(RecoveryCode.user_id == user_id, RecoveryCode.digest == digest, RecoveryCode.used_at.is_(None))
        .values(used_at=func.now())
        .returning(RecoveryCode.digest)
        .execution_options(synchronize_session=False)
    )
    return used.first() is not None


async def unused_recovery_codes(session: AsyncSession, user_id: uuid.UUID) -> int:
    found: int = (
        await session.execute(
            select(func.count()).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
        )
    ).scalar_one()
    return found


_END_ALL = text(
    "UPDATE sessions SET ended_at = now(), upstream_id_token = NULL WHERE user_id = :user AND ended_at IS NULL"
)
_REVOKE_ALL = text("UPDATE consents SET revoked_at = now() WHERE user_id = :user AND revoked_at IS NULL")


async def end_everything(session: AsyncSession, user_id: uuid.UUID) -> None:
    """End the person's sessions and what they let clients do."""
    for statement in (_END_ALL, _REVOKE_ALL):
        await session.execute(statement, {"user": user_id})
