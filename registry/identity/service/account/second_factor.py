"""The second factor: one-time passwords by time (RFC 6238), and recovery codes for when the telephone is lost."""

import base64
import hashlib
import secrets
import time
import uuid
from dataclasses import dataclass
from typing import Final

import pyotp
from sqlalchemy.ext.asyncio import AsyncSession

from registry.identity.errors import CodeWrong, SecondFactorPresent
from registry.identity.repository import people
from registry.identity.service.account.addresses import canonical
from registry.identity.service.account.records import record
from registry.identity.service.account.throttle import check_not_throttled, count_failure
from registry.kernel.clock import now
from registry.platform.crypto import Keyring

STEP_S: Final = 30
RECOVERY_CODES: Final = 10
ISSUER: Final = "Registre accessibilité"
_KIND: Final = "second_factor"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What the person puts into their authenticator: the secret in base 32, and the same as a URI."""

    secret: str
    uri: str


def _place(user: uuid.UUID) -> str:
    return f"users.totp_seed:{user}"


async def begin_enrolment(*, session: AsyncSession, keys: Keyring, user: uuid.UUID) -> Enrolment:
    """Return the secret of a second factor that is not confirmed yet; the same until it is.

    Raises:
        SecondFactorPresent: The person has one.
    """
    found = await people.user(session, user, lock=True)
    assert found is not None
    if found.totp_confirmed_at is not None:
        raise SecondFactorPresent
    if found.totp_seed is None:
        secret = new_secret()
        await people.update_user(session, user, totp_seed=keys.encrypt(secret.encode(), place=_place(user)))
    else:
        secret = keys.decrypt(found.totp_seed, place=_place(user)).decode()
    return enrolment(secret, found.email)


def new_secret() -> str:
    """Return 160 random bits in base 32."""
    return pyotp.random_base32()


def enrolment(secret: str, email: str) -> Enrolment:
    return Enrolment(secret, pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER))


async def confirm_enrolment(
    *, session: AsyncSession, keys: Keyring, user: uuid.UUID, code: str, network: str
) -> list[str]:
    """Confirm the second factor by its first code; return the recovery codes, which are shown once, now.

    Raises:
        CodeWrong, TooManyFailures: As they say.
    """
    await _prove(session, keys, user, code, network)
    await people.update_user(session, user, totp_confirmed_at=now())
    codes = await new_recovery_codes(session, user)
    await record(session, user, "identity:second_factor:set_up")
    return codes


async def new_recovery_codes(session: AsyncSession, user: uuid.UUID) -> list[str]:
    """Replace the person's recovery codes; return the new ones, whose digests alone are kept."""
    codes = ["-".join(_recovery_code()) for _ in range(RECOVERY_CODES)]
    await people.replace_recovery_codes(session, user, [_digest(code) for code in codes])
    return codes


async def prove_second_factor(
    *, session: AsyncSession, keys: Keyring, user: uuid.UUID, code: str, network: str
) -> None:
    """Accept a one-time password once.

    Raises:
        CodeWrong: Not the present one (± 30 s), or used before.
        TooManyFailures: Too many wrong ones lately.
    """
    await _prove(session, keys, user, code, network)


async def prove_recovery_code(*, session: AsyncSession, user: uuid.UUID, code: str, network: str) -> int:
    """Accept a recovery code once; return how many are left.

    Raises:
        CodeWrong, TooManyFailures: As they say.
    """
    await check_not_throttled(session, _KIND, str(user), network)
    if not await people.use_recovery_code(session, user, _digest(code)):
        await count_failure(session, _KIND, str(user), network)
        raise CodeWrong(field="code")
    return await people.unused_recovery_codes(session, user)


async def forget_second_factor(*, session: AsyncSession, email: str) -> bool:
    """Take away the second factor of a person who lost telephone and codes, and end their sessions and consents.

    For the operator only, who has made sure who asks: the password alone opens the account until another is set up.
    Returns ``False`` where there is none.
    """
    found = await people.user_by_email(session, canonical(email))
    if found is None or found.totp_confirmed_at is None:
        return False
    await people.update_user(session, found.id, totp_seed=None, totp_confirmed_at=None, totp_last_step=None)
    await people.delete_recovery_codes(session, found.id)
    await people.end_everything(session, found.id)
    await record(session, found.id, "identity:member:second_factor_forgotten")
    return True


async def _prove(session: AsyncSession, keys: Keyring, user: uuid.UUID, code: str, network: str) -> None:
    await check_not_throttled(session, _KIND, str(user), network)
    found = await people.user(session, user)
    assert found is not None
    if found.totp_seed is not None:
        for near in _steps_of(keys.decrypt(found.totp_seed, place=_place(user)).decode(), code):
            if await people.use_totp_step(session, user, near):
                return
    await count_failure(session, _KIND, str(user), network)
    raise CodeWrong(field="code")


def _steps_of(secret: str, code: str) -> list[int]:
    """Return the time steps, of the present one and its neighbours, whose one-time password ``code`` is."""
    given, step = code.replace(" ", ""), int(time.time()) // STEP_S
    if not (given.isascii() and given.isdigit()):
        return []
    totp = pyotp.TOTP(secret)
    return [near for near in (step, step - 1, step + 1) if secrets.compare_digest(totp.generate_otp(near), given)]


async def put_seed(session: AsyncSession, keys: Keyring, user: uuid.UUID, secret: str, code: str, network: str) -> None:
    """Put another secret in the place of the present one, once a code of it shows that the person has it.

    Raises:
        CodeWrong, TooManyFailures: As they say.
    """
    await check_not_throttled(session, _KIND, str(user), network)
    steps = _steps_of(secret, code)
    if not steps:
        await count_failure(session, _KIND, str(user), network)
        raise CodeWrong(field="code")
    await people.update_user(
        session, user, totp_seed=keys.encrypt(secret.encode(), place=_place(user)), totp_confirmed_at=now(),
        totp_last_step=steps[0],
    )  # fmt: skip


def _recovery_code() -> list[str]:
    """Return 80 random bits in groups of four letters and digits."""
    text = base64.b32encode(secrets.token_bytes(10)).decode().lower()
    return [text[i : i + 4] for i in range(0, len(text), 4)]


def _digest(code: str) -> bytes:
    plain = "".join(character for character in code.lower() if character.isalnum())
    return hashlib.sha256(plain.encode()).digest()
