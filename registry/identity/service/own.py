"""What an organisation does for itself: its clients, their secrets and keys, its people, all of its tokens.

Every use case works in a transaction as ``Role.AUTH`` that is bound to the caller's organisation, and looks up what it
is asked for through that organisation. Nobody gives more than they have: scopes of a client, the scopes that a role
carries, and a credential of a client are given only by a token that carries all of those scopes itself. Taking away
asks for nothing but ``organisation:manage``.
"""

import hashlib
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.preconditions import Precondition
from registry.access.principal import Principal, own_organisation
from registry.access.roles import scopes_of
from registry.access.scopes import Scope, allowed_for
from registry.audit import service as audit
from registry.identity.errors import (
    ClientUnknown,
    InvitationUnknown,
    LastAdministrator,
    MemberUnknown,
    OrganisationMismatch,
    ScopeBeyondOwn,
)
from registry.identity.models import ClientSecret, OAuthClient, SingleUseLink
from registry.identity.repository import clients as client_rows
from registry.identity.repository import own as repository
from registry.identity.repository import people
from registry.identity.repository.own import Names, Revoked
from registry.identity.repository.people import MemberRow
from registry.identity.schemas import ClientChangeIn, ClientIn, InvitationIn
from registry.identity.service import clients, organisations
from registry.identity.service.account import give_role, invite, remove_member
from registry.identity.service.client_changes import active_client, add_key, change_client, check_jwks_uri, retire_key
from registry.identity.service.clients import NewClient, NewSecret, Registration
from registry.kernel.ids import new_public_id
from registry.platform.crypto import Keyring
from registry.platform.outbound import Outbound

__all__ = [
    "ClientView", "MemberRow", "Names", "Revoked", "SingleUseLink", "add_client_key", "add_secret", "cancel_invitation",
    "change_own_client", "change_roles", "change_scopes", "create_client", "disable_client", "dismiss", "invite_member",
    "list_clients", "list_invitations", "list_members", "names", "read_client", "read_member", "retire_client_key",
    "retire_secret", "revoke_all", "version_of",
]  # fmt: skip


class ClientView(NamedTuple):
    """A client with its usable secrets, the oldest first."""

    client: OAuthClient
    secrets: Sequence[ClientSecret]

    @property
    def version(self) -> str:
        """What changes whenever the client or its credentials do; uses of them do not count."""
        row = self.client
        stated = [
            row.name, row.scopes, row.status, row.grant_types, row.redirect_uris, row.jwks, row.jwks_uri,
            row.dpop_bound, row.token_endpoint_audience, [str(secret.id) for secret in self.secrets],
        ]  # fmt: skip
        return hashlib.sha256(orjson.dumps(stated, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]


def version_of(member: MemberRow) -> str:
    """Return what changes with a member's roles."""
    return hashlib.sha256(" ".join(sorted(member.roles)).encode()).hexdigest()[:16]


def check_reach(principal: Principal, scopes: Iterable[str], *, field: str) -> None:
    """Refuse to give what the caller does not have.

    Raises:
        ScopeBeyondOwn: It names what is too much.
    """
    beyond = sorted(set(scopes) - principal.scopes)
    if beyond:
        raise ScopeBeyondOwn(field=field, value=" ".join(beyond))


async def names(*, session: AsyncSession, principal: Principal) -> Names:
    """Return what the caller's organisation and client are called. In any transaction of the caller's."""
    return await repository.names(session, own_organisation(principal), principal.client_id)


# Clients


async def list_clients(*, session: AsyncSession, principal: Principal, after: str, limit: int) -> list[ClientView]:
    found = await repository.clients(session, own_organisation(principal), after=after, limit=limit)
    held: defaultdict[str, list[ClientSecret]] = defaultdict(list)
    for secret in await repository.secrets_of(session, [row.client_id for row in found]):
        held[secret.client_id].append(secret)
    return [ClientView(row, held[row.client_id]) for row in found]


async def read_client(*, session: AsyncSession, principal: Principal, client_id: str) -> ClientView:
    """Return one of the organisation's clients.

    Raises:
        ClientUnknown: There is none of this id, or it is another organisation's.
    """
    client = await client_rows.client(session, client_id, organisation=own_organisation(principal))
    if client is None:
        raise ClientUnknown(field="client_id", value=client_id)
    return ClientView(client, await repository.secrets_of(session, [client_id]))


async def create_client(
    *, session: AsyncSession, principal: Principal, given: ClientIn, outbound: Outbound
) -> tuple[NewClient, ClientView]:
    """Register a client; its secret, if it has one, is in the first of the two and nowhere else.

    Raises:
        ScopeBeyondOwn: A scope is more than the caller's own.
        JwksUriInvalid: Its address could never be asked.
        Others: As :func:`registry.identity.service.clients.register_client`.
    """
    check_reach(principal, given.scopes, field="scopes")
    check_jwks_uri(given.jwks_uri, outbound)
    registration = Registration(
        name=given.name,
        scopes=[scope.value for scope in given.scopes],
        auth_method=given.auth_method,
        jwks={"keys": [key.as_jwk() for key in given.keys]} if given.keys is not None else None,
        jwks_uri=given.jwks_uri,
        machine=given.machine,
        redirect_uris=given.redirect_uris,
        dpop_bound=given.dpop_bound,
        token_endpoint_audience=given.token_endpoint_audience,
        secret_expires_at=given.secret_expires_at,
    )
    made = await clients.register_client(
        session=session, organisation=own_organisation(principal), registration=registration
    )
    return made, await read_client(session=session, principal=principal, client_id=made.client_id)


async def change_own_client(
    *,
    session: AsyncSession,
    principal: Principal,
    client_id: str,
    given: ClientChangeIn,
    precondition: Precondition,
    outbound: Outbound,
) -> ClientView:
    """Replace what may change of a client.

    Raises:
        VersionChanged: The precondition does not hold, or there is no such client and one was given.
        ClientUnknown, ClientRevoked, ScopeBeyondOwn: As they say.
        Others: As :func:`registry.identity.service.client_changes.change_client`.
    """
    client = await _held(session, principal, client_id, precondition)
    check_reach(principal, {*client.scopes, *given.scopes}, field="scopes")
    changes: dict[str, Any] = given.model_dump()
    changes["scopes"] = [scope.value for scope in given.scopes]
    await change_client(session=session, client=client, changes=changes, outbound=outbound)
    return await read_client(session=session, principal=principal, client_id=client_id)


async def change_scopes(
    *, session: AsyncSession, principal: Principal, client_id: str, scopes: Sequence[str], precondition: Precondition
) -> None:
    """Replace the scopes of a client alone; what it loses is gone from its tokens within ``token_cache_s``.

    Raises:
        As :func:`change_own_client`.
    """
    client = await _held(session, principal, client_id, precondition)
    check_reach(principal, {*client.scopes, *scopes}, field="scopes")
    await change_client(session=session, client=client, changes={"scopes": scopes})


async def disable_client(
    *, session: AsyncSession, principal: Principal, client_id: str, precondition: Precondition
) -> None:
    """Stop a client for good, its tokens within ``token_cache_s``.

    Raises:
        VersionChanged, ClientUnknown, ClientRevoked: As they say.
    """
    client = await _held(session, principal, client_id, precondition)
    await clients.revoke_client(session=session, client_id=client.client_id)


async def _held(
    session: AsyncSession, principal: Principal, client_id: str, precondition: Precondition | None = None
) -> OAuthClient:
    own = own_organisation(principal)
    if precondition is not None and precondition.given:
        present = await client_rows.client(session, client_id, organisation=own, lock=True)
        secrets = await repository.secrets_of(session, [client_id]) if present else []
        precondition.check(ClientView(present, secrets).version if present else None)
    return await active_client(session, client_id, organisation=own)


async def add_secret(
    *, session: AsyncSession, principal: Principal, client_id: str, expires_at: datetime | None
) -> NewSecret:
    """Give a client its second secret.

    Raises:
        ScopeBeyondOwn: The client may do more than the caller: its secret would be a way to that.
        Others: As :func:`registry.identity.service.clients.add_secret`.
    """
    client = await _held(session, principal, client_id)
    check_reach(principal, client.scopes, field="client_id")
    return await clients.add_secret(session=session, client_id=client_id, expires_at=expires_at)


async def retire_secret(*, session: AsyncSession, principal: Principal, client_id: str, secret_id: uuid.UUID) -> None:
    """Stop a secret at once.

    Raises:
        ClientUnknown, ClientRevoked, SecretUnknown: As they say.
    """
    client = await _held(session, principal, client_id)
    await clients.revoke_secret(session=session, client_id=client.client_id, secret_id=secret_id)


async def add_client_key(
    *, session: AsyncSession, principal: Principal, client_id: str, key: dict[str, Any]
) -> ClientView:
    """Give a client one more public key.

    Raises:
        ScopeBeyondOwn: As :func:`add_secret`.
        Others: As :func:`registry.identity.service.client_changes.add_key`.
    """
    client = await _held(session, principal, client_id)
    check_reach(principal, client.scopes, field="client_id")
    await add_key(session=session, client=client, key=key)
    return await read_client(session=session, principal=principal, client_id=client_id)


async def retire_client_key(*, session: AsyncSession, principal: Principal, client_id: str, kid: str) -> None:
    """Take a public key from a client.

    Raises:
        ClientUnknown, ClientRevoked: As they say.
        Others: As :func:`registry.identity.service.client_changes.retire_key`.
    """
    await retire_key(session=session, client=await _held(session, principal, client_id), kid=kid)


# People


async def list_members(*, session: AsyncSession, principal: Principal, after: uuid.UUID, limit: int) -> list[MemberRow]:
    return await repository.members(session, own_organisation(principal), after=after, limit=limit)


async def read_member(*, session: AsyncSession, principal: Principal, user: uuid.UUID) -> MemberRow:
    """Return one of the organisation's people.

    Raises:
        MemberUnknown: They have no role in it.
    """
    return await _member(session, principal, user, Precondition())


async def change_roles(
    *, session: AsyncSession, principal: Principal, user: uuid.UUID, roles: Iterable[str], precondition: Precondition
) -> MemberRow:
    """Replace a member's roles; what they lose is gone from their tokens and sessions within seconds.

    Raises:
        VersionChanged, MemberUnknown: As they say.
        RoleNotAllowed: One is not a role of this kind of organisation.
        ScopeBeyondOwn: A new role lets a person do more than the caller may.
        LastAdministrator: Nobody else would manage the organisation.
    """
    own, wanted = own_organisation(principal), set(roles)
    member = await _member(session, principal, user, precondition)
    await _keep_an_administrator(session, principal, member, wanted)
    for role in sorted(wanted - set(member.roles)):
        check_reach(principal, scopes_of([role]) & allowed_for(principal.kind), field="roles")
        await give_role(session=session, organisation=own, user=user, role=role)
    for role in sorted(set(member.roles) - wanted):
        await remove_member(session=session, organisation=own, user=user, role=role)
    return member._replace(roles=sorted(wanted))


async def dismiss(*, session: AsyncSession, principal: Principal, user: uuid.UUID, precondition: Precondition) -> None:
    """Take all roles from a member: tokens and sessions follow within seconds.

    Raises:
        VersionChanged, MemberUnknown: As they say.
        LastAdministrator: Nobody else would manage the organisation.
    """
    member = await _member(session, principal, user, precondition)
    await _keep_an_administrator(session, principal, member, set())
    await remove_member(session=session, organisation=own_organisation(principal), user=user)


async def _keep_an_administrator(
    session: AsyncSession, principal: Principal, member: MemberRow, wanted: set[str]
) -> None:  # fmt: skip
    """Refuse to leave an organisation without somebody who manages it, where somebody does."""

    def manages(roles: Iterable[str]) -> bool:
        return Scope.ORGANISATION_MANAGE in scopes_of(roles) & allowed_for(principal.kind)

    if not manages(member.roles) or manages(wanted):
        return
    own = own_organisation(principal)
    await repository.lock_members(session, own)
    others = [other for other in await people.members(session, own) if other.user_id != member.user_id]
    if not any(other.status == "active" and manages(other.roles) for other in others):
        raise LastAdministrator(field="user_id", value=str(member.user_id))


async def _member(
    session: AsyncSession, principal: Principal, user: uuid.UUID, precondition: Precondition
) -> MemberRow:
    found = await repository.member(session, own_organisation(principal), user)
    precondition.check(version_of(found) if found else None)
    if found is None:
        raise MemberUnknown(field="user_id", value=str(user))
    return found


async def list_invitations(
    *, session: AsyncSession, principal: Principal, after: uuid.UUID, limit: int
) -> Sequence[SingleUseLink]:
    return await repository.invitations(session, own_organisation(principal), after=after, limit=limit)


async def invite_member(
    *, session: AsyncSession, principal: Principal, keys: Keyring, base_url: str, given: InvitationIn
) -> SingleUseLink:
    """Send an invitation by mail: its link is in the mail alone.

    Raises:
        EmailInvalid, RoleNotAllowed, ScopeBeyondOwn: As they say.
    """
    own, id_ = own_organisation(principal), new_public_id()
    check_reach(principal, scopes_of([given.role]) & allowed_for(principal.kind), field="role")
    await invite(
        session=session, keys=keys, base_url=base_url, organisation=own, email=given.email, role=given.role,
        language=given.language, invitation_id=id_,
    )  # fmt: skip
    made = await repository.invitation(session, own, id_)
    assert made is not None, "it was written in this transaction"
    return made


async def cancel_invitation(*, session: AsyncSession, principal: Principal, invitation: uuid.UUID) -> None:
    """Make the link of an open invitation worthless.

    Raises:
        InvitationUnknown: None such, used, cancelled or too old.
    """
    own = own_organisation(principal)
    found = await repository.invitation(session, own, invitation)
    if found is None:
        raise InvitationUnknown(field="invitation_id", value=str(invitation))
    await people.use_link(session, found.digest)
    await audit.record(
        session, organisation=own, action="identity:invitation:cancelled", subject=str(invitation),
        detail={"role": found.role},
    )  # fmt: skip


# Tokens


async def revoke_all(*, session: AsyncSession, principal: Principal, named: uuid.UUID) -> Revoked:
    """Stop every token and consent of the caller's organisation, the caller's own among them.

    Args:
        session: As everywhere here.
        principal: The caller.
        named: The organisation as the caller names it, so that nobody stops everything by accident.

    Raises:
        OrganisationMismatch: It is not the caller's.
    """
    own = own_organisation(principal)
    if named != own:
        raise OrganisationMismatch(field="organisation_id", value=str(named))
    return await organisations.revoke_all(session=session, organisation=own)
