"""Turn an access token into its principal: the signature, then what client and organisation may do now."""

import asyncio
import hashlib
import time
import uuid
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey
from joserfc.jwt import JWTClaimsRegistry

from registry.access.errors import TokenInvalid
from registry.access.principal import Presented, Principal
from registry.identity.repository import tokens
from registry.identity.service import dpop
from registry.identity.service.authorization import audience_url, issuer_url
from registry.identity.service.jose import TokenMalformed, checked_header
from registry.identity.service.keys import ALGORITHM, TOKEN_TYPE, public_keys
from registry.identity.service.standing import allowed_now
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
    "Le jeton a été révoqué, ou le client, la personne ou l'organisation n'est plus actif.",
    "The token was revoked, or the client, the person or the organisation is no longer active.",
)
_UNPROVEN: Final = Text(
    "Le jeton est lié à une clé : chaque requête porte une preuve DPoP nouvelle (RFC 9449) ; sinon, aucune.",
    "The token is bound to a key: each request carries a fresh DPoP proof (RFC 9449), or none where it is not bound.",
)


class Trusted(NamedTuple):
    """A principal and until when (monotonic clock) it may be believed without asking again.

    ``thumbprint``: of the key that must sign a proof for each request; ``None``: a bearer token.
    """

    principal: Principal
    until: float
    thumbprint: str | None


class Claims(NamedTuple):
    """What the signature vouches for. ``proven_at``: when the person proved who they are, where one acts."""

    client_id: str
    organisation_id: uuid.UUID
    scopes: frozenset[str]
    expires_at: float
    jti: uuid.UUID
    thumbprint: str | None
    proven_at: datetime | None


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
            jti={"essential": True},
            scope={"essential": True, "allow_blank": True},
        )
        self._trusted: dict[bytes, Trusted] = {}
        self._pending: dict[bytes, asyncio.Task[Trusted]] = {}
        self._keys: dict[str, ECKey] = {}
        self._keys_read_at = float("-inf")
        self._keys_lock = asyncio.Lock()

    async def authenticate(self, presented: Presented) -> Principal:
        """Return who calls. Requests that come with one token at once share one look at the database.

        Raises:
            TokenInvalid: Malformed, not ours, expired, revoked, without the proof it is bound to, or its client,
                person or organisation may do nothing any more.
        """
        token = presented.token
        digest = hashlib.sha256(token.encode(errors="surrogatepass")).digest()
        trusted = self._trusted.get(digest)
        if trusted is None or time.monotonic() >= trusted.until:
            task = self._pending.get(digest)
            if task is None:
                task = asyncio.create_task(self._verify(token, digest))
                self._pending[digest] = task
                task.add_done_callback(lambda done: self._settled(digest, done))
            trusted = await asyncio.shield(task)  # a caller that goes away does not take the others with it
        if trusted.thumbprint is not None or presented.proofs is not None:
            await self._prove(presented, trusted.thumbprint)
        return trusted.principal

    async def _prove(self, presented: Presented, thumbprint: str | None) -> None:
        """Demand a fresh proof by the token's own key (RFC 9449 §7)."""
        if thumbprint is None or presented.proofs is None or len(presented.proofs) != 1:
            raise TokenInvalid(_UNPROVEN)
        try:
            proof = dpop.verified(
                presented.proofs[0], method=presented.method, url=presented.url, access_token=presented.token
            )
        except ValueError:
            raise TokenInvalid(_UNPROVEN) from None
        if proof.thumbprint != thumbprint:
            raise TokenInvalid(_UNPROVEN)
        async with self._database.transaction(Role.AUTH, actor="authenticator") as session:
            if not await session.run_sync(lambda sync: dpop.use(sync, proof)):
                raise TokenInvalid(_UNPROVEN)

    def _settled(self, digest: bytes, task: asyncio.Task[Trusted]) -> None:
        del self._pending[digest]
        if not task.cancelled():
            task.exception()  # read here too: there may be no caller left to read it

    async def _verify(self, token: str, digest: bytes) -> Trusted:
        claims = await self._verified_claims(token)
        async with self._database.transaction(Role.AUTH, actor="authenticator") as session:
            asked_at = time.monotonic()
            standing = await tokens.standing(session, claims.jti, claims.client_id, claims.organisation_id)
        if standing is None:
            raise TokenInvalid(_STOPPED)
        principal = Principal(
            organisation_id=claims.organisation_id,
            kind=standing.kind,
            client_id=claims.client_id,
            scopes=claims.scopes & allowed_now(standing.scopes, standing.kind, standing.roles),
            territories=standing.territories,
            barred=frozenset(standing.barred),
            user_id=standing.user_id,
            proven_at=claims.proven_at,
            expires_at=datetime.fromtimestamp(claims.expires_at, UTC),
        )
        until = asked_at + min(self._kept_s, claims.expires_at - time.time())
        trusted = Trusted(principal, until, claims.thumbprint)
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
                uuid.UUID(str(given["jti"])),
                _thumbprint(given.get("cnf")),
                datetime.fromtimestamp(given["auth_time"], UTC) if "auth_time" in given else None,
            )
        except (JoseError, ValueError):  # TokenMalformed is a ValueError
            raise TokenInvalid(_NOT_OURS) from None
        if header.get("typ") != TOKEN_TYPE:  # a key of ours may sign other things as well
            raise TokenInvalid(_NOT_OURS)
        if claims.expires_at <= time.time():  # joserfc allows the skew here too
            raise TokenInvalid(_EXPIRED)
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
            found = await public_keys(session=session)
        self._keys = {jwk["kid"]: ECKey.import_key(jwk) for jwk in found}
        self._keys_read_at = time.monotonic()


def _thumbprint(confirmation: Any) -> str | None:
    """Return the key that the token is bound to (RFC 9449 §6.1)."""
    if confirmation is None:
        return None
    return str(confirmation["jkt"])
