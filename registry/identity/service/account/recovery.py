"""A forgotten password: a single-use link to the address of the account."""

from contextlib import suppress
from typing import Final

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

MAX_RESETS: Final = 3
"""Links an hour to one address: a mailbox cannot be filled by whoever knows it."""
_RESET: Final = "password_reset"


class _Undone(Exception):
    """What was written to take as long as if it were sent, is not."""


def _language(user: User) -> Language:
    return "en" if user.language == "en" else "fr"


async def request_reset(*, session: AsyncSession, keys: Keyring, base_url: str, email: str) -> None:
    """Send a link if the address has an account, three an hour at most. Needs ``Role.AUTH``, unbound.

    The caller learns nothing of it: where nothing is sent, the same is written and undone.
    """
    try:
        address = canonical(email)
    except EmailInvalid:
        return
    found = await people.user_by_email(session, address, lock=True)
    sent = await people.recent_links(session, address, _RESET, since=now() - links.RESET_LIFETIME)
    token = links.new_token()
    with suppress(_Undone):
        async with session.begin_nested():
            await people.insert_link(
                session,
                {
                    "digest": links.digest(token), "purpose": _RESET, "email": address,
                    "user_id": found.id if found else None, "expires_at": now() + links.RESET_LIFETIME,
                },
            )  # fmt: skip
            await mail.queue(
                session=session, keys=keys, kind=mail.Kind.PASSWORD_RESET, recipient=address,
                language=_language(found) if found else "fr", link=f"{base_url.rstrip('/')}/account/reset/{token}",
            )  # fmt: skip
            resettable = found is not None and found.status == "active" and found.password_hash is not None
            if not resettable or sent >= MAX_RESETS:
                raise _Undone


async def reset_subject(*, session: AsyncSession, token: str) -> str:
    """Return the address of the account that a reset link is for.

    Raises:
        ResetUnknown: None such, used, or too old: the same answer.
    """
    row = await people.link(session, links.digest(token), _RESET)
    if row is None:
        raise ResetUnknown
    return row.email


async def reset_password(*, session: AsyncSession, keys: Keyring, token: str, password: str) -> None:
    """Set a new password, end every session, consent and other link of the person, and tell them.

    The second factor stays: whoever has the mailbox alone does not get in.

    Raises:
        ResetUnknown: As :func:`reset_subject`.
        PasswordTooWeak: The link stays good.
    """
    row = await people.link(session, links.digest(token), _RESET, lock=True)
    found = await people.user(session, row.user_id, lock=True) if row and row.user_id else None
    if row is None or found is None or found.status != "active":
        raise ResetUnknown
    check_strength(password, about=(found.email, found.name))
    await people.use_resets(session, found.id)
    await people.update_user(session, found.id, password_hash=await hashed(password))
    await people.end_everything(session, found.id)
    await mail.queue(
        session=session, keys=keys, kind=mail.Kind.PASSWORD_CHANGED, recipient=found.email, language=_language(found)
    )
    await record(session, found.id, "identity:password:reset")
