"""The SQL of an organisation that manages itself: its clients, its members, its invitations, all of its tokens."""

import uuid
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import Select, func, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import OwnOrganisation
from registry.identity.models import ClientSecret, Membership, OAuthClient, Organisation, SingleUseLink, User
from registry.identity.repository.people import MemberRow


class Names(NamedTuple):
    """What a token's organisation and client are called; ``client`` is ``None`` for another organisation's."""

    organisation: str
    client: str | None


async def names(session: AsyncSession, organisation: OwnOrganisation, client_id: str) -> Names:
    row = await session.execute(
        select(Organisation.name, OAuthClient.name)
        .outerjoin(OAuthClient, (OAuthClient.organisation_id == Organisation.id) & (OAuthClient.client_id == client_id))
        .where(Organisation.id == organisation)
    )
    return Names(*row.one())


async def clients(
    session: AsyncSession, organisation: OwnOrganisation, *, after: str, limit: int
) -> Sequence[OAuthClient]:
    statement = select(OAuthClient).where(OAuthClient.organisation_id == organisation, OAuthClient.client_id > after)
    return (await session.scalars(statement.order_by(OAuthClient.client_id).limit(limit))).all()


async def secrets_of(session: AsyncSession, client_ids: Sequence[str]) -> Sequence[ClientSecret]:
    """Return the usable secrets of several clients, the oldest first."""
    statement = select(ClientSecret).where(
        ClientSecret.client_id.in_(client_ids),
        ClientSecret.revoked_at.is_(None),
        or_(ClientSecret.expires_at.is_(None), ClientSecret.expires_at > func.now()),
    )
    return (await session.scalars(statement.order_by(ClientSecret.created_at, ClientSecret.id))).all()


_LOCK: Final = text("SELECT pg_advisory_xact_lock(hashtextextended('members', hashtext(:organisation)))")


async def lock_members(session: AsyncSession, organisation: OwnOrganisation) -> None:
    """Let the roles of an organisation's people be taken away one after another."""
    await session.execute(_LOCK, {"organisation": str(organisation)})


async def members(
    session: AsyncSession, organisation: OwnOrganisation, *, after: uuid.UUID, limit: int
) -> list[MemberRow]:
    """Return the people of an organisation, ordered by id."""
    rows = await session.execute(_people(organisation).where(User.id > after).order_by(User.id).limit(limit))
    return [_member(row) for row in rows]


def _people(organisation: OwnOrganisation) -> Select[*tuple[Any, ...]]:
    return (
        select(User.id, User.email, User.name, User.status, func.array_agg(Membership.role), User.last_login_at)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.organisation_id == organisation)
        .group_by(User.id)
    )


def _member(row: Any) -> MemberRow:
    user_id, email, name, status, roles, last_login_at = row
    return MemberRow(user_id, email, name, status, sorted(roles), last_login_at)


async def member(session: AsyncSession, organisation: OwnOrganisation, user_id: uuid.UUID) -> MemberRow | None:
    """Return one of an organisation's people."""
    rows = await session.execute(_people(organisation).where(User.id == user_id))
    row = rows.one_or_none()
    return _member(row) if row else None


async def invitations(
    session: AsyncSession, organisation: OwnOrganisation, *, after: uuid.UUID, limit: int
) -> Sequence[SingleUseLink]:
    statement = select(SingleUseLink).where(_open(organisation), SingleUseLink.id > after)
    return (await session.scalars(statement.order_by(SingleUseLink.id).limit(limit))).all()


async def invitation(
    session: AsyncSession, organisation: OwnOrganisation, invitation_id: uuid.UUID
) -> SingleUseLink | None:
    """Return an open invitation of an organisation, and hold it until the commit."""
    statement = select(SingleUseLink).where(_open(organisation), SingleUseLink.id == invitation_id)
    return (await session.scalars(statement.with_for_update())).one_or_none()


def _open(organisation: OwnOrganisation) -> Any:
    return (
        (SingleUseLink.organisation_id == organisation)
        & (SingleUseLink.purpose == "invitation")
        & SingleUseLink.used_at.is_(None)
        & (SingleUseLink.expires_at > func.now())
    )


async def change_client(session: AsyncSession, client_id: str, values: dict[str, Any]) -> None:
    await session.execute(
        update(OAuthClient)
        .where(OAuthClient.client_id == client_id)
        .values(values)
        .execution_options(synchronize_session=False)
    )


class Revoked(NamedTuple):
    """How much was stopped."""

    access_tokens: int
    grants: int


_REVOKE_TOKENS: Final = text(
    "WITH stopped AS (UPDATE access_tokens SET revoked_at = now()"
    " WHERE organisation_id = :organisation AND revoked_at IS NULL AND expires_at > now() RETURNING 1)"
    " SELECT count(*) FROM stopped"
)
_REVOKE_GRANTS: Final = text(
    "WITH stopped AS (UPDATE consents SET revoked_at = now()"
    " WHERE organisation_id = :organisation AND revoked_at IS NULL RETURNING 1) SELECT count(*) FROM stopped"
)


async def revoke_everything(session: AsyncSession, organisation: uuid.UUID) -> Revoked:
    """Stop every access token for an organisation, and every consent: codes and refresh tokens end with those."""
    values = {"organisation": organisation}
    grants = (await session.execute(_REVOKE_GRANTS, values)).scalar_one()
    tokens = (await session.execute(_REVOKE_TOKENS, values)).scalar_one()
    return Revoked(tokens, grants)
