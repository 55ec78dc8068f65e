"""What an OpenID provider says of itself: its metadata, its keys, and what it signs for us."""

import json
import time
from typing import Any, Final
from urllib.parse import urlsplit

import httpx2
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError
from joserfc.jwk import KeySet

from registry.identity.service.jose import checked_header
from registry.kernel.network import is_confidential

TIMEOUT_S: Final = 5.0
KEPT_S: Final = 3600.0
REFRESHED_S: Final = 10.0
"""How long a key set is kept at least: what comes in with unknown keys does not make us ask again and again."""
MAX_BYTES: Final = 262_144
MAX_SIGNED_BYTES: Final = 16_384
MAX_TEXT: Final = 255
"""Characters of a text that is kept: so long may a subject be (OpenID Connect Core §2)."""
LEEWAY_S: Final = 60
_ENDPOINTS: Final = (
    "authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint", "end_session_endpoint",
)  # fmt: skip


class Provider:
    """One provider.

    Args:
        issuer: As its metadata must name it.
        client_id: Our name there: what it signs must be for us.
        algorithm: The one in which it signs.
    """

    def __init__(self, *, issuer: str, client_id: str, algorithm: str) -> None:
        self.issuer, self.client_id, self.algorithm = issuer, client_id, algorithm
        self._metadata: dict[str, Any] = {}
        self._metadata_at = self._key_set_at = float("-inf")
        self._key_set: dict[str, Any] = {}

    async def metadata(self) -> dict[str, Any]:
        """Return what the provider says of itself (OpenID Connect Discovery §4), as far as we know it; kept an hour."""
        if time.monotonic() - self._metadata_at > KEPT_S:
            given = await self._get(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
            if given.get("issuer") != self.issuer:
                raise ValueError("the metadata is of another issuer")
            found = {name: given[name] for name in _ENDPOINTS if given.get(name) is not None}
            if not all(isinstance(address, str) and self._may_be_asked(address) for address in found.values()):
                raise ValueError("an endpoint is no https address")
            if not found.keys() >= set(_ENDPOINTS[:3]):
                raise ValueError("an endpoint is missing")
            iss = given.get("authorization_response_iss_parameter_supported") is True
            self._metadata = {
                **found, "issuer": self.issuer, "authorization_response_iss_parameter_supported": iss,
                "id_token_signing_alg_values_supported": [self.algorithm],
            }  # fmt: skip
            self._metadata_at = time.monotonic()
        return dict(self._metadata)

    async def key_set(self, *, force: bool = False) -> dict[str, Any]:
        """Return the provider's keys; kept an hour, or ten seconds where one of them is not known."""
        if time.monotonic() - self._key_set_at > (REFRESHED_S if force else KEPT_S):
            self._key_set = await self._get((await self.metadata())["jwks_uri"])
            self._key_set_at = time.monotonic()
        return self._key_set

    def _may_be_asked(self, address: str) -> bool:
        return is_confidential(address) and (
            urlsplit(address).scheme == "https" or urlsplit(self.issuer).scheme == "http"
        )

    async def _get(self, address: str) -> dict[str, Any]:
        async with httpx2.AsyncClient(timeout=TIMEOUT_S, trust_env=False) as client:
            asked = client.build_request("GET", address, headers={"Accept": "application/json"})
            answer = await client.send(asked, stream=True)
            answer.raise_for_status()
            if answer.status_code != 200:
                raise ValueError(f"it answers {answer.status_code}")
            body = b""
            async for chunk in answer.aiter_bytes():
                body += chunk
                if len(body) > MAX_BYTES:
                    raise ValueError("its answer is too large")
        return as_object(body)

    async def verified(self, signed: str) -> dict[str, Any]:
        checked_header(signed, max_bytes=MAX_SIGNED_BYTES)
        try:
            decoded = jwt.decode(signed, await self._keys(), algorithms=[self.algorithm])
        except InvalidKeyIdError:
            decoded = jwt.decode(signed, await self._keys(force=True), algorithms=[self.algorithm])
        # Core §5.3.2: signed, it should say iss and aud. A token of the same keys for somebody else is no userinfo.
        checks = jwt.JWTClaimsRegistry(
            leeway=LEEWAY_S, iss={"value": self.issuer}, aud={"value": self.client_id}, sub={"essential": True}
        )
        checks.validate(decoded.claims)
        return dict(decoded.claims)

    async def _keys(self, *, force: bool = False) -> KeySet:
        return KeySet.import_key_set(await self.key_set(force=force))  # type: ignore[arg-type]  # checked by it


def as_object(body: bytes) -> dict[str, Any]:
    found = json.loads(body)
    if not isinstance(found, dict):
        raise TypeError("not an object")
    return found


def as_text(value: Any) -> str | None:
    """Return a text that a database can keep and a page can show, or nothing."""
    found = value.strip() if isinstance(value, str) else ""
    return found if found and found.isprintable() and len(found) <= MAX_TEXT else None
