"""Sign in with e-mail and password; what follows is the second factor."""

import uuid
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from registry.identity.errors import CredentialsWrong, EmailInvalid
from registry.identity.models import User
from registry.identity.repository import people
from registry.identity.service.account.addresses import canonical
from registry.identity.service.account.throttle import check_not_throttled, count_failure
from registry.identity.service.passwords import fits, hashed, outdated
from registry.kernel.clock import now

_KIND: Final = "password"


async def sign_in(*, session: AsyncSession, email: str, password: str, network: str) -> uuid.UUID:
    """Return the person whose e-mail and password these are. Needs ``Role.AUTH``, unbound.

    An unknown address costs as much as a wrong password, and gets the same answer.

    Raises:
        CredentialsWrong: Not a person's, or a disabled one's.
        TooManyFailures: Too many wrong ones lately for this address from this network.
    """
    try:
        address = canonical(email)
    except EmailInvalid:
        address = email.strip().lower()
    await check_not_throttled(session, _KIND, address, network)
    found = await people.user_by_email(session, address)
    await _check(session, found, password, address, network)
    assert found is not None
    if found.password_hash is not None and outdated(found.password_hash):
        await people.update_user(session, found.id, password_hash=await hashed(password))
    await people.update_user(session, found.id, last_login_at=now())
    return found.id


async def prove_password(*, session: AsyncSession, user: uuid.UUID, password: str, network: str) -> None:
    """Have a signed-in person prove again who they are, before what cannot be undone.

    Raises:
        CredentialsWrong, TooManyFailures: As :func:`sign_in`.
    """
    found = await people.user(session, user)
    assert found is not None
    await check_not_throttled(session, _KIND, found.email, network)
    await _check(session, found, password, found.email, network)


async def _check(session: AsyncSession, found: User | None, password: str, address: str, network: str) -> None:
    right = await fits(password, found.password_hash if found else None)
    if not right or found is None or found.status != "active":
        await count_failure(session, _KIND, address, network)
        raise CredentialsWrong
