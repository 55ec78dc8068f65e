"""A forgotten password: a single-use link to the address of the account."""

from sqlalchemy.ext.asyncio import AsyncSession

from registry.identity.errors import EmailInvalid, ResetUnknown
from registry.identity.models import User
from registry.identity.repository import people
from registry.identity.service import mail
from registry.identity.service.account import links
from registry.identity.service.account.addresses import canonical
from registry.identity.service.account.records import record
from registry.identity.service.passwords import check_strength, hashed
from registry.kernel.clock import now
from registry.kernel.text import Language
from registry.platform.crypto import Keyring


def _language(user: User) -> Language:
    return "en" if user.language == "en" else "fr"


async def request_reset(*, session: AsyncSession, keys: Keyring, base_url: str, email: str) -> None:
    """Send a link if the address has an account; the caller learns nothing of it. Needs ``Role.AUTH``, unbound."""
    try:
        found = await people.user_by_email(session, canonical(email))
    except EmailInvalid:
        return
    if found is None or found.status != "active" or found.password_hash is None:
        return
    token = links.new_token()
    await people.insert_link(
        session,
        {
            "digest": links.digest(token), "purpose": "password_reset", "email": found.email, "user_id": found.id,
            "expires_at": now() + links.RESET_LIFETIME,
        },
    )  # fmt: skip
    await mail.queue(
        session=session, keys=keys, kind=mail.Kind.PASSWORD_RESET, recipient=found.email, language=_language(found),
        link=f"{base_url.rstrip('/')}/account/reset/{token}",
    )  # fmt: skip


async def reset_subject(*, session: AsyncSession, token: str) -> str:
    """Return the address of the account that a reset link is for.

    Raises:
        ResetUnknown: None such, used, or too old: the same answer.
    """
    row = await people.link(session, links.digest(token), "password_reset")
    if row is None:
        raise ResetUnknown
    return row.email


async def reset_password(*, session: AsyncSession, keys: Keyring, token: str, password: str) -> None:
    """Set a new password, end every session and consent of the person, and tell them.

    The second factor stays: whoever has the mailbox alone does not get in.

    Raises:
        ResetUnknown: As :func:`reset_subject`.
        PasswordTooWeak: The link stays good.
    """
    row = await people.link(session, links.digest(token), "password_reset", lock=True)
    found = await people.user(session, row.user_id, lock=True) if row and row.user_id else None
    if row is None or found is None or found.status != "active":
        raise ResetUnknown
    check_strength(password, about=(found.email, found.name))
    await people.use_link(session, row.digest)
    await people.update_user(session, found.id, password_hash=await hashed(password))
    await people.end_everything(session, found.id)
    await mail.queue(
        session=session, keys=keys, kind=mail.Kind.PASSWORD_CHANGED, recipient=found.email, language=_language(found)
    )
    await record(session, found.id, "identity:password:reset")
