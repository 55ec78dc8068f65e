"""The keys that sign access tokens: made once, sealed at rest, published as a JWKS (RFC 7517)."""

from typing import Any, Final, TypedDict

import orjson
from joserfc.jwk import ECKey
from sqlalchemy.ext.asyncio import AsyncSession

from registry.identity.repository import keys as repository
from registry.platform.crypto import Keyring

ALGORITHM: Final = "ES256"
TOKEN_TYPE: Final = "at+jwt"  # noqa: S105  # RFC 9068 §2.1


class KeySetDocument(TypedDict):
    keys: list[dict[str, Any]]


async def ensure_signing_key(*, session: AsyncSession, keys: Keyring) -> ECKey:
    """Return the active signing key, made now if there is none yet; safe in any number of processes at once.

    Needs a transaction as ``Role.AUTH``.

    Raises:
        SealBroken: The key was sealed under another master key.
    """
    row = await repository.active_signing_key(session)
    if row is None:
        made = ECKey.generate_key("P-256", {"use": "sig", "alg": ALGORITHM}, private=True)
        kid = made.thumbprint()
        await repository.insert_signing_key(
            session,
            kid,
            {**made.as_dict(private=False), "kid": kid},
            keys.encrypt(orjson.dumps({**made.as_dict(private=True), "kid": kid}), place=_place(kid)),
        )
        row = await repository.active_signing_key(session)
        assert row is not None, "inserted, or found inserted by another process"
    return ECKey.import_key(orjson.loads(keys.decrypt(row.private_key, place=_place(row.kid))))


def verification_key(public_jwk: dict[str, Any]) -> ECKey:
    """Return the key that verifies what the signing key of this public JWK signed."""
    return ECKey.import_key(public_jwk)


def _place(kid: str) -> str:
    return f"signing_keys:{kid}"


async def key_set(*, session: AsyncSession) -> KeySetDocument:
    """Return the public keys: those that sign, will sign, or signed what may still be in use."""
    return {"keys": list(await repository.public_keys(session))}
