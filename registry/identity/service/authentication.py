"""Turn an access token into its principal: the signature, then what client and organisation may do now."""

import asyncio
import hashlib
import time
import uuid
from typing import Final, NamedTuple

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey
from joserfc.jwt import JWTClaimsRegistry

from registry.access.errors import TokenInvalid
from registry.access.principal import Principal
from registry.access.scopes import allowed_for
from registry.identity.repository import keys as key_rows
from registry.identity.repository import tokens
from registry.identity.service.authorization import audience_url, issuer_url
from registry.identity.service.jose import TokenMalformed, checked_header
from registry.identity.service.keys import ALGORITHM, TOKEN_TYPE
from registry.kernel.text import Text
from registry.platform.database import Database, Role
from registry.platform.settings import Settings

CACHE_ENTRIES: Final = 10_000
KEYS_KEPT_S: Final = 60.0
KEYS_ASKED_EVERY_S: Final = 1.0  # at most: a flood of invented key ids costs one query a second
CLOCK_SKEW_S: Final = 5  # between our own machines; an expired token is expired at once all the same

_NOT_OURS: Final = Text(
    "Le jeton n'est pas un jeton valide de ce service.", "The token is not a valid token of this service."
)
_EXPIRED: Final = Text("Le jeton a expiré.", "The token has expired.")
_STOPPED: Final = Text(
    "Le client ou son organisation n'est plus actif.", "The client or its organisation is no longer active."
)


class Trusted(NamedTuple):
    """A principal and until when (monotonic clock) it may be believed without asking again."""

    principal: Principal
    until: float


class Claims(NamedTuple):
    """What the signature vouches for."""

    client_id: str
    organisation_id: uuid.UUID
    scopes: frozenset[str]
    expires_at: float


def token_invalid(detail: Text) -> TokenInvalid:
    """Return the error with the header of RFC 6750 §3, which says nothing about the reason."""
    return TokenInvalid(detail, headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})


class Authenticator:
    """One per process. What it verified it believes for ``token_cache_s``: a suspension takes that long."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._kept_s = settings.token_cache_s
        self._claims = JWTClaimsRegistry(
            leeway=CLOCK_SKEW_S,
            iss={"essential": True, "value": issuer_url(settings)},
            aud={"essential": True, "value": audience_url(settings)},
            exp={"essential": True},
            iat={"essential": True},
            client_id={"essential": True},
            org={"essential": True},
            scope={"essential": True, "allow_blank": True},
        )
        self._trusted: dict[bytes, Trusted] = {}
        self._pending: dict[bytes, asyncio.Task[Trusted]] = {}
        self._keys: dict[str, ECKey] = {}
        self._keys_read_at = float("-inf")
        self._keys_lock = asyncio.Lock()

    async def authenticate(self, token: str) -> Principal:
        """Return who calls. Requests that come with one token at once share one look at the database.

        Raises:
            TokenInvalid: Malformed, not ours, expired, or its client or organisation may do nothing any more.
        """
        digest = hashlib.sha256(token.encode(errors="surrogatepass")).digest()
        trusted = self._trusted.get(digest)
        if trusted is not None and time.monotonic() < trusted.until:
            return trusted.principal
        task = self._pending.get(digest)
        if task is None:
            task = asyncio.create_task(self._verify(token, digest))
            self._pending[digest] = task
            task.add_done_callback(lambda done: self._settled(digest, done))
        return (await asyncio.shield(task)).principal  # a caller that goes away does not take the others with it

    def _settled(self, digest: bytes, task: asyncio.Task[Trusted]) -> None:
        del self._pending[digest]
        if not task.cancelled():
            task.exception()  # read here too: there may be no caller left to read it

    async def _verify(self, token: str, digest: bytes) -> Trusted:
        claims = await self._verified_claims(token)
        async with self._database.transaction(Role.AUTH, actor="authenticator") as session:
            asked_at = time.monotonic()
            standing = await tokens.standing(session, claims.client_id, claims.organisation_id)
        if standing is None:
            raise token_invalid(_STOPPED)
        principal = Principal(
            organisation_id=claims.organisation_id,
            kind=standing.kind,
            client_id=claims.client_id,
            scopes=claims.scopes & frozenset(standing.scopes) & allowed_for(standing.kind),
            territories=standing.territories,
        )
        trusted = Trusted(principal, asked_at + min(self._kept_s, claims.expires_at - time.time()))
        self._keep(digest, trusted)
        return trusted

    def _keep(self, digest: bytes, trusted: Trusted) -> None:
        self._trusted.pop(digest, None)  # so that it goes to the end: the dict is ordered by age
        self._trusted[digest] = trusted
        if len(self._trusted) > CACHE_ENTRIES:
            del self._trusted[next(iter(self._trusted))]

    async def _verified_claims(self, token: str) -> Claims:
        try:
            header = checked_header(token)
            key = await self._key(header.get("kid"))
            given = jwt.decode(token, key, algorithms=[ALGORITHM]).claims
            self._claims.validate(given)
            claims = Claims(
                str(given["client_id"]),
                uuid.UUID(str(given["org"])),
                frozenset(str(given["scope"]).split()),
                given["exp"],
            )
        except (JoseError, ValueError):  # TokenMalformed is a ValueError
            raise token_invalid(_NOT_OURS) from None
        if header.get("typ") != TOKEN_TYPE:  # a key of ours may sign other things as well
            raise token_invalid(_NOT_OURS)
        if claims.expires_at <= time.time():  # joserfc allows the skew here too
            raise token_invalid(_EXPIRED)
        return claims

    async def _key(self, kid: str | None) -> ECKey:
        """Return the public key, reading the keys again when it is not known, or when they are old."""
        if kid not in self._keys or time.monotonic() - self._keys_read_at > KEYS_KEPT_S:
            async with self._keys_lock:
                age = time.monotonic() - self._keys_read_at
                if age > KEYS_KEPT_S or (kid not in self._keys and age > KEYS_ASKED_EVERY_S):
                    await self._read_keys()
        key = self._keys.get(kid or "")
        if key is None:
            raise TokenMalformed("kid")
        return key

    async def _read_keys(self) -> None:
        async with self._database.transaction(Role.AUTH, actor="authenticator") as session:
            found = await key_rows.public_keys(session)
        self._keys = {jwk["kid"]: ECKey.import_key(jwk) for jwk in found}
        self._keys_read_at = time.monotonic()
