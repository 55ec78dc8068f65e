"""A client as Authlib sees it, and the two ways in which it proves who it is."""

import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import unquote_plus
from uuid import UUID

from authlib.oauth2.rfc6749 import ClientMixin
from authlib.oauth2.rfc7523 import JWTBearerClientAssertion
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, KeySet, RSAKey
from joserfc.util import urlsafe_b64encode
from sqlalchemy.orm import Session

from registry.access.scopes import allowed_for
from registry.identity.repository import clients as repository
from registry.identity.repository.clients import NOBODY, ClientRow, SecretRow
from registry.identity.service.clients import MAX_SECRETS, PRIVATE_KEY_JWT, secret_digest
from registry.identity.service.jose import TokenMalformed, checked_claims, checked_header, is_time
from registry.identity.service.oauth.errors import AssertionRefused, ClientRefused, InvalidClientError
from registry.identity.service.oauth.requests import Request

ASSERTION_ALGORITHMS: Final = {"ES256": "EC", "RS256": "RSA", "PS256": "RSA"}  # each with the type of its key
ASSERTION_LIFETIME_S: Final = 3600  # common client libraries sign for an hour …
ASSERTION_USE_S: Final = 300  # … but what was signed is used at once
CLOCK_SKEW_S: Final = 60
MAX_JTI: Final = 256
TRIED_WITHOUT_KID: Final = 10
"""Keys of its type that an assertion without ``kid`` is tried against; a client of more names its key."""

_DECOY_DIGEST: Final = secrets.token_bytes(32)
# Keys that nobody holds: an assertion of an unknown client is verified too, and fails after as long. (A
# random odd number does for a modulus: verifying asks nothing more of it.)
_DECOY_KEYS: Final[dict[str, Key]] = {
    "EC": ECKey.generate_key("P-256", private=False),
    "RSA": RSAKey.import_key(
        {
            "kty": "RSA",
            "e": "AQAB",
            "n": urlsafe_b64encode(b"\xc1" + secrets.token_bytes(254) + b"\x01").decode(),
        }
    ),
}


class Client(ClientMixin):  # type: ignore[misc]
    """A client as Authlib sees it; one that does not exist has keys and secrets that nobody holds.

    Attributes:
        for_itself: It asks as a machine, so for the organisation whose it is, also where it is shared.
    """

    def __init__(self, row: ClientRow | None) -> None:
        self.row = row or NOBODY
        self.used_secret: UUID | None = None
        self.used_key: str | None = None
        self.for_itself = False

    @property
    def credential(self) -> str:
        """What the client proved itself with: the id of a secret, or the ``kid`` of a key."""
        return str(self.used_secret or self.used_key)

    @property
    def client_id(self) -> str:
        return self.row.client_id

    def get_client_id(self) -> str:
        return self.row.client_id

    def get_default_redirect_uri(self) -> None:
        """Return none: the redirect URI is always stated, and compared."""

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri in self.row.redirect_uris

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code" and self.check_grant_type("authorization_code")

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type in self.row.grant_types

    def get_allowed_scope(self, scope: str | None) -> str | None:
        """Return the scopes asked for, or all there are; ``None`` when one of them is not allowed.

        What a shared client is let do for a person, the organisation chosen decides: see the grants.
        """
        allowed = set(self.row.scopes)
        if self.for_itself or not self.row.shared:
            allowed &= allowed_for(self.row.kind)
        asked = set((scope or "").split()) or allowed
        return " ".join(sorted(asked)) if asked and asked <= allowed else None

    def check_client_secret(self, secret: str) -> bool:
        """Compare with every secret, and always with as many, so that the time taken says nothing."""
        given = secret_digest(secret)
        stored = [*self.row.secrets, *[SecretRow(UUID(int=0), _DECOY_DIGEST)] * MAX_SECRETS][:MAX_SECRETS]
        for candidate in stored:
            if hmac.compare_digest(candidate.digest, given):
                self.used_secret = candidate.id
        return self.used_secret is not None

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        del endpoint  # the same at each
        return method == self.row.auth_method

    def public_keys(self) -> list[Key]:
        # Stored as public_key_set() returned them.
        return KeySet.import_key_set(self.row.jwks).keys if self.row.jwks else []  # type: ignore[arg-type]


def basic_credentials(authorization: str | None) -> tuple[str, str] | None:
    """Return client id and secret of an HTTP Basic header, percent-decoded (RFC 6749 §2.3.1), or ``None``."""
    scheme, _, encoded = (authorization or "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        client_id, colon, secret = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
        decoded = unquote_plus(client_id, errors="strict"), unquote_plus(secret, errors="strict")
    except ValueError:
        return None
    return decoded if colon else None


def authenticate_basic(query_client: Callable[[str], Client], request: Request) -> Client | None:
    credentials = basic_credentials(request.headers["Authorization"])
    if credentials is None:
        return None
    client = query_client(credentials[0])
    return client if client.check_client_secret(credentials[1]) else None


class ClientAssertion(JWTBearerClientAssertion):  # type: ignore[misc]
    """RFC 7523 §3: a JWT signed by the client, for us, short-lived and used once."""

    CLIENT_AUTH_METHOD = PRIVATE_KEY_JWT

    def __init__(self, session: Session, *, issuer: str, token_endpoint: str) -> None:
        super().__init__(leeway=CLOCK_SKEW_S)
        self.session = session
        self.issuer = issuer
        self.token_endpoint = token_endpoint
        self.client: Client | None = None

    def get_audiences(self) -> list[str]:
        """Return what the assertion may name: the issuer, and the token endpoint unless the client rules it out."""
        both = self.client is None or self.client.row.token_endpoint_audience
        return [self.issuer, self.token_endpoint] if both else [self.issuer]

    def resolve_client_public_key(self, client: Client) -> list[Key]:
        self.client = client
        return client.public_keys()

    def extract_assertion(self, assertion: str) -> Any:
        try:
            checked_header(assertion)
        except TokenMalformed:
            raise ClientRefused from None
        return super().extract_assertion(assertion)

    def process_assertion_claims(self, assertion: str, keys: list[Key]) -> dict[str, Any]:
        header = checked_header(assertion)
        key_type = ASSERTION_ALGORITHMS.get(header.get("alg", ""))
        if key_type is None:
            raise ClientRefused
        kid = header.get("kid")
        fitting = [key for key in keys if kid in {None, key.kid} and key.key_type == key_type]
        # One key has the id; without one any of the first might be meant, and as many are tried whoever asks.
        tried = TRIED_WITHOUT_KID if kid is None else 1
        for key in [*fitting, *[_DECOY_KEYS[key_type]] * tried][:tried]:
            try:
                token = jwt.decode(assertion, key, algorithms=list(ASSERTION_ALGORITHMS))
            except JoseError:
                continue
            self.verify_claims(token.claims)
            if self.client is not None:
                self.client.used_key = key.kid
            return token.claims
        raise ClientRefused

    def verify_claims(self, claims: dict[str, Any]) -> None:
        if not isinstance(claims.get("aud"), str):
            raise AssertionRefused(description="Claim 'aud' must be one string: the issuer or the token endpoint.")
        issued, expires = claims.get("iat"), claims.get("exp")
        if not is_time(issued) or not is_time(expires):
            raise AssertionRefused(description="Claims 'iat' and 'exp' are required, in seconds.")
        if expires > issued + ASSERTION_LIFETIME_S:
            raise AssertionRefused(description="Claim 'exp' may be at most one hour after 'iat'.")
        if time.time() > issued + ASSERTION_USE_S + CLOCK_SKEW_S:
            raise AssertionRefused(description="The assertion must be used within five minutes of 'iat'.")
        try:
            super().verify_claims(claims)
        except InvalidClientError as refused:
            raise AssertionRefused(description=refused.description) from None

    def validate_jti(self, claims: dict[str, Any], jti: Any) -> bool:
        if not isinstance(jti, str) or not 0 < len(jti) <= MAX_JTI:
            raise AssertionRefused(description="Claim 'jti' must be a text of 1 to 256 characters.")
        # Kept for longer than the assertion could pass the checks above.
        until = datetime.fromtimestamp(claims["iat"] + ASSERTION_USE_S + 2 * CLOCK_SKEW_S, UTC)
        digest = hashlib.sha256(jti.encode(errors="surrogatepass")).digest()
        return repository.use_assertion(self.session, claims["sub"], digest, until)


def named_client(request: Request) -> str:
    """Return the client id that a request claims, proven or not: what its failures are counted under."""
    credentials = basic_credentials(request.headers["Authorization"])
    if credentials is not None:
        return credentials[0]
    assertion = request.form.get("client_assertion")
    if assertion is not None:
        try:
            return str(checked_claims(assertion).get("sub", ""))
        except TokenMalformed:
            return ""
    return str(request.payload.client_id or "")
