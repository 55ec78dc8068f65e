"""The keys that sign access tokens: sealed at rest, published as a JWKS (RFC 7517), changed without a failed request.

One key signs (``active``). The one that will follow it (``next``) is published long before it does, so that whoever
keeps our JWKS for a while knows it by then. Those that signed (``retired``) stay published until nothing they signed
can still be valid. Any process that finds the active key too old changes over; none needs to be told.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final, TypedDict

import orjson
import structlog
from joserfc.jwk import ECKey
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from registry.audit import service as audit
from registry.identity.errors import NextKeyTooYoung
from registry.identity.models import SigningKey
from registry.identity.repository import keys as repository
from registry.identity.service.jose import is_thumbprint
from registry.kernel.clock import now
from registry.platform.crypto import Keyring

ALGORITHM: Final = "ES256"
TOKEN_TYPE: Final = "at+jwt"  # noqa: S105  # RFC 9068 §2.1
PUBLISHED_BEFORE: Final = timedelta(minutes=10)
"""How long a key is published before it signs: twice what our JWKS may be cached."""
RETIRED_FOR: Final = timedelta(days=1)
"""How long a key that signed stays published and verifies; no token lives longer than an hour."""
log = structlog.get_logger()


class KeySetDocument(TypedDict):
    keys: list[dict[str, Any]]


async def signing_key(*, session: AsyncSession, keys: Keyring, rotate_after_days: int) -> ECKey:
    """Return the key that signs now; make it if there is none, change over if it is old. Needs ``Role.AUTH``.

    Safe in any number of processes at once. Keys retired for so long that nothing needs them are forgotten.

    Raises:
        SealBroken: The key was sealed under another master key.
    """
    active, following = await _present(session)
    if active is None or following is None or active.activated_at is None:
        await repository.lock(session)
        active, following = await _present(session)
        for status, row in (("active", active), ("next", following)):
            if row is None:
                await _make(session, keys, status)
        active, following = await _present(session)
    assert active is not None
    assert following is not None
    assert active.activated_at is not None
    await repository.forget_retired(session, before=_retired_after())
    if now() - active.activated_at > timedelta(days=rotate_after_days) and _old_enough(following):
        active = await _change_over(session, keys, active.kid)
    return _opened(keys, active)


async def rotate(*, session: AsyncSession, keys: Keyring) -> str:
    """Change over to the next key now; return its id.

    Raises:
        NextKeyTooYoung: It was not published for long enough; it is made if there was none.
    """
    await signing_key(session=session, keys=keys, rotate_after_days=100_000)
    active, following = await _present(session)
    assert active is not None
    assert following is not None
    if not _old_enough(following):
        raise NextKeyTooYoung(field="next", value=following.kid)
    return (await _change_over(session, keys, active.kid)).kid


async def _present(session: AsyncSession) -> tuple[SigningKey | None, SigningKey | None]:
    found = {row.status: row for row in await repository.keys_in_use(session)}
    return found.get("active"), found.get("next")


def _old_enough(following: SigningKey) -> bool:
    return now() - following.created_at >= PUBLISHED_BEFORE


async def _change_over(session: AsyncSession, keys: Keyring, outgoing: str) -> SigningKey:
    """Retire ``outgoing`` unless another process just did, and make a new next key."""
    await repository.lock(session)
    promoted = await repository.promote(session, outgoing)
    active, _ = await _present(session)
    assert active is not None
    if promoted:
        await _make(session, keys, "next")
        log.info("signing_key_rotated", retired=outgoing)
        await audit.record(
            session, organisation=audit.SERVICE, action="identity:signing_key:rotated", subject=active.kid,
            detail={"retired": outgoing},
        )  # fmt: skip
    return active


async def _make(session: AsyncSession, keys: Keyring, status: str) -> None:
    made = ECKey.generate_key("P-256", {"use": "sig", "alg": ALGORITHM}, private=True)
    kid = made.thumbprint()
    await repository.insert_signing_key(
        session,
        kid,
        {**made.as_dict(private=False), "kid": kid},
        keys.encrypt(orjson.dumps({**made.as_dict(private=True), "kid": kid}), place=place_of(kid)),
        status,
    )


def _opened(keys: Keyring, row: SigningKey) -> ECKey:
    return ECKey.import_key(orjson.loads(keys.decrypt(row.private_key, place=place_of(row.kid))))


def place_of(kid: str) -> str:
    """Return where the seal of a signing key belongs."""
    return f"signing_keys:{kid}"


def _retired_after() -> datetime:
    return now() - RETIRED_FOR


def verification_key(session: Session, kid: str) -> ECKey | None:
    """Return the key of this id that verifies what our signing key signed, if there is one."""
    public = repository.public_key(session, kid, retired_after=_retired_after()) if is_thumbprint(kid) else None
    return None if public is None else ECKey.import_key(public)


async def public_keys(*, session: AsyncSession) -> Sequence[dict[str, Any]]:
    """Return the public JWKs: of those that sign, will sign, or signed what may still be in use."""
    return await repository.public_keys(session, retired_after=_retired_after())


async def key_set(*, session: AsyncSession) -> KeySetDocument:
    """Return what we publish."""
    return {"keys": list(await public_keys(session=session))}


async def list_signing_keys(*, session: AsyncSession) -> Sequence[SigningKey]:
    """Return every key: the active one, the next one, then the retired ones."""
    return await repository.all_keys(session)
