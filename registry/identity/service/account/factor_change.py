"""Another second factor in place of the present one: offered, confirmed by a code, and only then kept."""

import base64
import binascii
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from registry.identity.repository import sessions as session_rows
from registry.identity.service import mail
from registry.identity.service.account.records import record
from registry.identity.service.account.second_factor import (
    Enrolment,
    enrolment,
    new_recovery_codes,
    new_secret,
    put_seed,
)
from registry.identity.service.account.sessions import SignedIn
from registry.kernel.clock import now
from registry.platform.crypto import Keyring, SealBroken

OFFER_LIFETIME: Final = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Offer:
    """A second factor that may take the place of the present one. ``sealed``: it, as the form carries it back."""

    enrolment: Enrolment
    sealed: str


def _place(signed_in: SignedIn) -> str:
    """Bind an offer to the person and the session that it was made in."""
    return f"second_factor_offer:{signed_in.row.user_id}:{signed_in.row.digest.hex()}"


def offer_second_factor(*, keys: Keyring, signed_in: SignedIn) -> Offer:
    """Return another second factor; nothing is kept of it before it is confirmed."""
    secret = new_secret()
    written = orjson.dumps([secret, now().timestamp()])
    sealed = base64.urlsafe_b64encode(keys.encrypt(written, place=_place(signed_in))).decode()
    return Offer(enrolment(secret, signed_in.row.email), sealed)


def opened_offer(*, keys: Keyring, signed_in: SignedIn, sealed: str) -> Offer | None:
    """Return what was offered in this very session within a quarter of an hour; nothing else."""
    try:
        opened = keys.decrypt(base64.urlsafe_b64decode(sealed.encode()), place=_place(signed_in))
    except (SealBroken, binascii.Error, ValueError):
        return None
    secret, made = orjson.loads(opened)
    if now().timestamp() - made > OFFER_LIFETIME.total_seconds():
        return None
    return Offer(enrolment(secret, signed_in.row.email), sealed)


async def replace_second_factor(
    *, session: AsyncSession, keys: Keyring, signed_in: SignedIn, offer: Offer, code: str, network: str
) -> list[str]:
    """Keep the offered second factor instead of the present one; return new recovery codes, shown once, now.

    The person's other sessions end, and a mail tells them. The page demands a fresh proof of identity first.

    Raises:
        CodeWrong, TooManyFailures: As they say; the present one stays.
    """
    user: uuid.UUID = signed_in.row.user_id
    await put_seed(session, keys, user, offer.enrolment.secret, code, network)
    codes = await new_recovery_codes(session, user)
    await session_rows.end_others(session, user, signed_in.row.digest)
    await mail.queue(
        session=session, keys=keys, kind=mail.Kind.SECOND_FACTOR_CHANGED, recipient=signed_in.row.email,
        language="en" if signed_in.row.language == "en" else "fr",
    )  # fmt: skip
    await record(session, user, "identity:second_factor:replaced")
    return codes
