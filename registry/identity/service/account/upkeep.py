"""What people change about their own account while signed in: password, other sessions, codes, consents, mails.

The pages demand a fresh proof of identity first (:meth:`~registry.identity.service.account.SignedIn.proven_within`),
except before a consent is withdrawn or a mail is chosen.
"""

import uuid

from sqlalchemy.ext.asyncio import AsyncSession

from registry.audit import service as audit
from registry.identity.repository import consents, people
from registry.identity.repository import sessions as session_rows
from registry.identity.repository.consents import ConsentRow
from registry.identity.service import mail
from registry.identity.service.account.records import record
from registry.identity.service.account.second_factor import new_recovery_codes
from registry.identity.service.account.sessions import SignedIn
from registry.identity.service.passwords import check_strength, hashed
from registry.platform.crypto import Keyring


async def change_password(*, session: AsyncSession, keys: Keyring, user: uuid.UUID, password: str) -> None:
    """Set a new password, end every session and consent of the person, this one too, and tell them by mail.

    Links to set a password that were asked for before, by whomever, are worth nothing from now on.

    Raises:
        PasswordTooWeak: Nothing is changed.
    """
    found = await people.user(session, user, lock=True)
    assert found is not None
    check_strength(password, about=(found.email, found.name))
    await people.use_resets(session, user)
    await people.update_user(session, user, password_hash=await hashed(password))
    await people.end_everything(session, user)
    await mail.queue(
        session=session, keys=keys, kind=mail.Kind.PASSWORD_CHANGED, recipient=found.email,
        language="en" if found.language == "en" else "fr",
    )  # fmt: skip
    await record(session, user, "identity:password:changed")


async def end_other_sessions(*, session: AsyncSession, signed_in: SignedIn) -> int:
    """End every session of the person but this one; return how many."""
    ended = await session_rows.end_others(session, signed_in.row.user_id, signed_in.row.digest)
    await record(session, signed_in.row.user_id, "identity:sessions:ended")
    return ended


async def renew_recovery_codes(*, session: AsyncSession, user: uuid.UUID) -> list[str]:
    """Replace the recovery codes; return the new ones, which are shown once, now."""
    codes = await new_recovery_codes(session, user)
    await record(session, user, "identity:recovery_codes:renewed")
    return codes


async def wants_digest(*, session: AsyncSession, user: uuid.UUID) -> bool:
    """Tell whether the person wants the daily mail of adapted homes that fell vacant."""
    found = await people.user(session, user)
    return found is not None and found.vacated_digest


async def choose_digest(*, session: AsyncSession, user: uuid.UUID, wanted: bool) -> None:
    """Have the daily mail of adapted homes that fell vacant come, or come no more."""
    await people.update_user(session, user, vacated_digest=wanted)
    await record(session, user, "identity:digest:chosen")


async def list_consents(*, session: AsyncSession, user: uuid.UUID) -> list[ConsentRow]:
    """Return what the person lets clients do now, the newest first."""
    return await consents.in_force(session, user)


async def withdraw_consent(*, session: AsyncSession, user: uuid.UUID, consent: uuid.UUID) -> bool:
    """End a consent: its refresh tokens at once, its access tokens within ``token_cache_s``.

    Returns:
        Whether there was one: another person's is as if there were none.
    """
    ended = await consents.withdraw(session, user, consent)
    if ended:
        organisation, client_id = ended
        await audit.record(
            session, organisation=organisation, action="identity:consent:withdrawn", subject=client_id,
            detail={"user": str(user)},
        )  # fmt: skip
    return ended is not None
