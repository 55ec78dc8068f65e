"""Invite landlords to a territory: the coordinator asks, a job writes, who reads the mail registers the landlord.

The coordinator is told the same whether the landlord is registered or not: an invitation is sent, accepted, expired or
revoked. A landlord that is registered is never handed to whoever the coordinator names: its own administrators are
written to.
"""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.roles import UserRole
from registry.audit import service as audit
from registry.charter.errors import (
    LandlordInvitationEnded,
    LandlordInvitationNotFound,
    LandlordLinkUnknown,
    TooManyLandlordInvitations,
)
from registry.charter.repository import invitations as repository
from registry.charter.repository.invitations import InvitationRow, LinkRow
from registry.charter.schemas.invitations import LandlordInvitationIn
from registry.identity.errors import OrganisationAlreadyRegistered
from registry.identity.service import account, administrators, mail, organisations
from registry.kernel.clock import date_in_france, now
from registry.kernel.text import Language, day_said
from registry.platform.crypto import Keyring

LIFETIME: Final = timedelta(days=30)
KEPT: Final = timedelta(days=180)
"""How long an invitation is kept after it ended, with the name and address in it."""
MOST_A_DAY: Final = 50
MOST_A_DAY_EACH: Final = 3
AT_ONCE: Final = 100
KIND: Final = "landlord"
PAGE: Final = "/account/landlord"


@dataclass(frozen=True, slots=True)
class LandlordLink:
    """What somebody is asked who came with the link of an invitation's mail.

    Attributes:
        name: The landlord's, as the coordinator gave it.
        registered: The service knows the landlord: nothing is asked, the charter is next.
        known: The person has an account, which will administer the landlord.
    """

    siren: str
    name: str
    email: str
    territory: str
    slug: str
    coordinator: str
    expires_at: datetime
    registered: bool
    known: bool


async def invite_landlord(
    *, session: AsyncSession, organisation: uuid.UUID, territory_id: int, siren: str, given: LandlordInvitationIn
) -> tuple[bool, InvitationRow]:
    """Invite a landlord to a territory, or correct an invitation, which is then sent anew. As its coordinator.

    The mail leaves within a minute. The same invitation given again while it is open changes nothing.

    Returns:
        Whether there was none that is open before, and the invitation.

    Raises:
        SirenInvalid, EmailInvalid: As they say.
        TooManyLandlordInvitations: Fifty mails a day for a coordinator, three for one landlord.
    """
    number, email = organisations.checked_siren(siren), account.canonical(given.email)
    await repository.lock(session, organisation)
    present = await repository.one(session, organisation, territory_id, number)
    open_ = present is not None and present.status == "sent"
    if present and open_ and (present.name, present.email) == (given.name, email):
        return False, present
    made = await _send(session, organisation, territory_id, number, given.name, email)
    await _note(session, organisation, territory_id, number, "corrected" if open_ else "sent")
    return not open_, made


async def send_again(
    *, session: AsyncSession, organisation: uuid.UUID, territory_id: int, siren: str
) -> InvitationRow:  # fmt: skip
    """Have the mail of an invitation sent again, with a new link and a new end; the link before is worth nothing.

    Raises:
        LandlordInvitationNotFound, TooManyLandlordInvitations: As they say.
        LandlordInvitationEnded: It was accepted or revoked; one that expired is sent again.
    """
    await repository.lock(session, organisation)
    present = await _own(session, organisation, territory_id, siren)
    if present.status in {"accepted", "revoked"}:
        raise LandlordInvitationEnded(field="siren", value=siren)
    made = await _send(session, organisation, territory_id, siren, present.name, present.email)
    await _note(session, organisation, territory_id, siren, "sent-again")
    return made


async def _send(
    session: AsyncSession, organisation: uuid.UUID, territory_id: int, siren: str, name: str, email: str
) -> InvitationRow:  # fmt: skip
    everywhere, of_one = await repository.asked(session, organisation, territory_id, siren)
    if everywhere >= MOST_A_DAY or of_one >= MOST_A_DAY_EACH:
        raise TooManyLandlordInvitations(headers={"Retry-After": str(int(timedelta(hours=1).total_seconds()))})
    await repository.invite(
        session, organisation, territory_id, siren, name=name, email=email, expires_at=now() + LIFETIME
    )
    return await _own(session, organisation, territory_id, siren)


async def revoke_invitation(*, session: AsyncSession, organisation: uuid.UUID, territory_id: int, siren: str) -> None:
    """End an invitation: its link is worth nothing any more. One that ended without being accepted stays as it is.

    Raises:
        LandlordInvitationNotFound: As it says.
        LandlordInvitationEnded: It was accepted.
    """
    await repository.lock(session, organisation)
    present = await _own(session, organisation, territory_id, siren)
    if present.status == "accepted":
        raise LandlordInvitationEnded(field="siren", value=siren)
    if present.status == "sent":
        await repository.revoke(session, organisation, territory_id, siren)
        await _note(session, organisation, territory_id, siren, "revoked")


async def _own(session: AsyncSession, organisation: uuid.UUID, territory_id: int, siren: str) -> InvitationRow:
    found = await repository.one(session, organisation, territory_id, siren)
    if found is None:
        raise LandlordInvitationNotFound(field="siren", value=siren)
    return found


async def list_invitations(
    *, session: AsyncSession, organisation: uuid.UUID, territory_id: int, after: str, limit: int
) -> list[InvitationRow]:
    """Return a coordinator's invitations to a territory by SIREN, ended ones too while they are kept."""
    return await repository.page(session, organisation, territory_id, after, limit)


async def write_invitations(*, session: AsyncSession, keys: Keyring, base_url: str) -> int:
    """End the invitations that are answered or too old, and send the mails that were asked for; return how many.

    Of a landlord that is registered the administrators are written to, each in their language; of one that is not, the
    person whom the coordinator named, in both. A landlord that is registered without people, or suspended, gets no
    mail. As the job.
    """
    for row in await repository.settle(session):
        await _note(session, row.organisation_id, row.territory_id, row.siren, row.status)
    mails = 0
    for due in await repository.due(session, AT_ONCE):
        token = account.new_token()
        values = {
            "territory": due.territory, "coordinator": due.coordinator, "landlord": due.name, "siren": due.siren,
            "until": day_said(date_in_france(due.expires_at)), "link": f"{base_url.rstrip('/')}{PAGE}/{token}",
        }  # fmt: skip
        if due.landlord is None:
            await mail.queue(
                session=session, keys=keys, kind=mail.Kind.LANDLORD_INVITED, recipient=due.email, language=None,
                organisation=due.organisation_id, **values,
            )  # fmt: skip
            mails += 1
        elif due.landlord_active:
            mails += await administrators.write(
                session=session, keys=keys, organisation=due.landlord, kind=mail.Kind.LANDLORD_INVITED, **values
            )
        await repository.sent(session, due.organisation_id, due.territory_id, due.siren, account.digest(token))
    return mails


async def forget_invitations(*, session: AsyncSession) -> None:
    """Delete the invitations that ended :data:`KEPT` ago. As the job."""
    await repository.forget(session, now().astimezone(UTC) - KEPT)


async def open_link(*, session: AsyncSession, token: str) -> LandlordLink:
    """Return what the link of an invitation's mail is for. Needs ``Role.AUTH``, unbound.

    Raises:
        LandlordLinkUnknown: None such, revoked, sent again since, or too old: the same answer.
    """
    return await _shown(session, await _linked(session, token))


async def _linked(session: AsyncSession, token: str) -> LinkRow:
    row = await repository.by_link(session, account.digest(token))
    if row is None or (row.status == "accepted" and row.landlord is None):
        raise LandlordLinkUnknown
    return row


async def _shown(session: AsyncSession, row: LinkRow) -> LandlordLink:
    return LandlordLink(
        siren=row.siren, name=row.name, email=row.email, territory=row.territory, slug=row.slug,
        coordinator=row.coordinator, expires_at=row.expires_at, registered=row.landlord is not None,
        known=await account.has_account(session=session, email=row.email),
    )  # fmt: skip


async def accept_link(
    *, session: AsyncSession, token: str, name: str, password: str, language: Language = "fr"
) -> LandlordLink:
    """Accept an invitation by its link; return what it was for. Needs ``Role.AUTH``, unbound.

    A landlord that the service does not know is registered, and the person who was invited administers it. Of one that
    it knows, somebody it wrote to has read the mail: that is all. Accepting again changes nothing. Nothing is signed.

    Args:
        session: The transaction.
        token: Of the link.
        name: Of the person, for a new account; as is ``password``.
        password: Theirs from now on.
        language: Theirs.

    Raises:
        LandlordLinkUnknown: As :func:`open_link`.
        UserNameInvalid, PasswordTooWeak: For a new account.
    """
    row = await _linked(session, token)
    shown = await _shown(session, row)
    if row.landlord is None:
        try:
            made = await organisations.create_organisation(
                session=session, name=row.name, kind=KIND, siren=row.siren
            )  # fmt: skip
        except OrganisationAlreadyRegistered:  # by another territory's invitation, a moment ago
            raise LandlordLinkUnknown from None
        await account.join(
            session=session, organisation=made.id, email=row.email, role=UserRole.LANDLORD_ADMIN.value, name=name,
            password=password, language=language,
        )  # fmt: skip
    if await repository.accept(session, row.organisation_id, row.territory_id, row.siren):
        await _note(session, row.organisation_id, row.territory_id, row.siren, "accepted")
    return shown


async def _note(session: AsyncSession, organisation: uuid.UUID, territory_id: int, siren: str, verb: str) -> None:
    await audit.record(
        session, organisation=organisation, action=f"charter:landlord-invitation:{verb}", subject=str(territory_id),
        detail={"siren": siren},
    )  # fmt: skip
