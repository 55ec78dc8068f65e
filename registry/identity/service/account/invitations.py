"""Who works for an organisation, with which roles: invitations by mail, members, their roles."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.roles import LABELS, UserRole, roles_of_kind
from registry.audit import service as audit
from registry.identity.errors import (
    InvitationUnknown,
    MemberUnknown,
    OrganisationUnknown,
    RoleNotAllowed,
    UserNameInvalid,
)
from registry.identity.models import User
from registry.identity.repository import organisations, people
from registry.identity.repository.people import MemberRow
from registry.identity.service import mail
from registry.identity.service.account import links
from registry.identity.service.account.addresses import canonical
from registry.identity.service.account.records import record
from registry.identity.service.passwords import check_strength, hashed
from registry.kernel.clock import now
from registry.kernel.ids import new_id, new_public_id
from registry.kernel.text import Language, Text
from registry.platform.crypto import Keyring

MAX_NAME = 200


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation that is open. ``known``: the person has an account, which gets the role."""

    email: str
    organisation_id: uuid.UUID
    organisation: str
    role: str
    expires_at: datetime
    known: bool


async def invite(
    *,
    session: AsyncSession,
    keys: Keyring,
    base_url: str,
    organisation: uuid.UUID,
    email: str,
    role: str,
    language: Language = "fr",
    invitation_id: uuid.UUID | None = None,
) -> str:
    """Invite a person to an organisation, by mail; return the address of the mail's link. Needs ``Role.AUTH``.

    ``invitation_id`` names the invitation to the organisation that may cancel it; a random one where it is not given.

    Raises:
        OrganisationUnknown, EmailInvalid: As they say.
        RoleNotAllowed: Not one that an organisation of this kind can give.
    """
    owner = await organisations.organisation(session, organisation)
    if owner is None:
        raise OrganisationUnknown(field="organisation", value=str(organisation))
    address = canonical(email)
    given = _allowed(role, owner.kind)
    token = links.new_token()
    await people.insert_link(
        session,
        {
            "digest": links.digest(token), "id": invitation_id or new_public_id(), "purpose": "invitation",
            "email": address, "organisation_id": organisation, "role": given.value,
            "expires_at": now() + links.INVITATION_LIFETIME,
        },
    )  # fmt: skip
    link = f"{base_url.rstrip('/')}/account/invitation/{token}"
    await mail.queue(
        session=session, keys=keys, kind=mail.Kind.INVITATION, recipient=address, language=language,
        organisation=organisation, link=link, role=LABELS[given].in_language(language), organisation_name=owner.name,
    )  # fmt: skip
    await audit.record(session, organisation=organisation, action="identity:member:invited", subject=given.value)
    return link


def _allowed(role: str, kind: str) -> UserRole:
    allowed = roles_of_kind(kind)
    if role not in set(allowed):
        named = ", ".join(sorted(allowed))
        raise RoleNotAllowed(
            field="role", value=role, remedy=Text(f"Rôles possibles : {named}.", f"Possible roles: {named}.")
        )
    return UserRole(role)


async def open_invitation(*, session: AsyncSession, token: str) -> Invitation:
    """Return what an invitation's link is for. Needs ``Role.AUTH``, unbound.

    Raises:
        InvitationUnknown: None such, used, or too old: the same answer.
    """
    row = await people.link(session, links.digest(token), "invitation")
    owner = await organisations.organisation(session, row.organisation_id) if row and row.organisation_id else None
    if row is None or owner is None or row.role is None or owner.status != "active":
        raise InvitationUnknown
    known = await people.user_by_email(session, row.email) is not None
    return Invitation(row.email, owner.id, owner.name, row.role, row.expires_at, known)


async def accept_invitation(
    *, session: AsyncSession, token: str, name: str, password: str, language: Language = "fr"
) -> uuid.UUID:
    """Use an invitation: make the person's account, or give the one they have the role; return the person.

    A person with an account keeps name and password: what is given here is not looked at.

    Raises:
        InvitationUnknown: As :func:`open_invitation`.
        UserNameInvalid, PasswordTooWeak: For a new account.
    """
    held = await people.link(session, links.digest(token), "invitation", lock=True)
    if held is None:
        raise InvitationUnknown
    invitation = await open_invitation(session=session, token=token)
    joined = await join(
        session=session, organisation=invitation.organisation_id, email=invitation.email, role=invitation.role,
        name=name, password=password, language=language,
    )  # fmt: skip
    await people.use_link(session, held.digest)
    return joined


async def join(
    *,
    session: AsyncSession,
    organisation: uuid.UUID,
    email: str,
    role: str,
    name: str,
    password: str,
    language: Language = "fr",
) -> uuid.UUID:
    """Give a role to whoever reads the mail of an address; make their account if they have none. Return the person.

    Args:
        session: As ``Role.AUTH``; it holds what proves that the person reads that mail.
        organisation: Where they work from now on.
        email: The address, as it is kept.
        role: One that the organisation can give.
        name: Of the person; not looked at where they have an account.
        password: As ``name``.
        language: Theirs.

    Raises:
        UserNameInvalid, PasswordTooWeak: For a new account.
    """
    found = await people.user_by_email(session, email)
    if found is None:
        name = " ".join(name.split())
        if not 1 <= len(name) <= MAX_NAME:
            raise UserNameInvalid(field="name", value=name)
        check_strength(password, about=(email, name))
        values = {
            "id": new_id(), "email": email, "name": name, "language": language, "password_hash": await hashed(password),
        }  # fmt: skip
        found = await people.insert_user(session, values)
        if found is None:  # somebody was quicker with the same address
            raise InvitationUnknown
    await people.add_membership(session, organisation, found.id, role)
    await _record(session, organisation, "joined", found.id, role)
    return found.id


async def has_account(*, session: AsyncSession, email: str) -> bool:
    """Tell whether somebody signs in with an address. As ``Role.AUTH``."""
    return await people.user_by_email(session, email) is not None


async def join_by_address(
    *, session: AsyncSession, address: str, name: str, issuer: str, subject: str, language: Language
) -> User | None:
    """Make the account of a person whose address a provider verified, with every role they were invited to there.

    Returns:
        The account, linked to the provider's ``subject``, without a password; ``None`` where no invitation is open.
    """
    held = await people.invitations_of(session, address)
    if not held:
        return None
    shown = " ".join(name.split())[:MAX_NAME] or address.partition("@")[0]
    values = {
        "id": new_id(), "email": address, "name": shown, "language": language, "upstream_issuer": issuer,
        "upstream_subject": subject,
    }  # fmt: skip
    made = await people.insert_user(session, values)
    if made is None:
        return None  # somebody was quicker with the same address
    for invitation in held:
        assert invitation.organisation_id is not None
        assert invitation.role is not None
        await people.use_link(session, invitation.digest)
        await people.add_membership(session, invitation.organisation_id, made.id, invitation.role)
        await _record(session, invitation.organisation_id, "joined", made.id, invitation.role)
    await record(session, made.id, "identity:member:linked")
    return made


async def list_members(*, session: AsyncSession, organisation: uuid.UUID) -> list[MemberRow]:
    return await people.members(session, organisation)


async def list_invitations(*, session: AsyncSession, organisation: uuid.UUID) -> Sequence[tuple[str, str, datetime]]:
    """Return address, role and end of each open invitation."""
    rows = await people.open_invitations(session, organisation)
    return [(row.email, row.role or "", row.expires_at) for row in rows]


async def give_role(*, session: AsyncSession, organisation: uuid.UUID, user: uuid.UUID, role: str) -> None:
    """Give a member another role.

    Raises:
        MemberUnknown: The person has no role in the organisation yet: invite them.
        RoleNotAllowed: As :func:`invite`.
    """
    owner = await organisations.organisation(session, organisation)
    if owner is None or user not in {member.user_id for member in await people.members(session, organisation)}:
        raise MemberUnknown
    given = _allowed(role, owner.kind)
    if await people.add_membership(session, organisation, user, given.value):
        await _record(session, organisation, "role_given", user, given.value)


async def remove_member(
    *, session: AsyncSession, organisation: uuid.UUID, user: uuid.UUID, role: str | None = None
) -> None:
    """Take one role from a member, or all: tokens and sessions follow within seconds.

    Raises:
        MemberUnknown: They have none such.
    """
    removed = await people.remove_membership(session, organisation, user, role)
    if not removed:
        raise MemberUnknown
    for taken in removed:
        await _record(session, organisation, "role_taken", user, taken)


async def _record(session: AsyncSession, organisation: uuid.UUID, verb: str, user: uuid.UUID, role: str) -> None:
    await audit.record(
        session, organisation=organisation, action=f"identity:member:{verb}", subject=str(user), detail={"role": role}
    )
