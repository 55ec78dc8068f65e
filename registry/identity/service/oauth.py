"""The protocol side of the authorization server, on Authlib's classes; synchronous, for ``session.run_sync``.

Defaults of the library that are overruled here (all seen in Authlib 1.9.9): machine tokens of ten days, the
client as audience, a signing key picked at random, scopes narrowed silently, answers that tell an unknown
client from a wrong secret, failure on Basic credentials that are not UTF-8. To add a grant or a client
authentication method, register it in :class:`Server`.
"""

import base64
import hashlib
import hmac
import re
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple, TypeGuard
from urllib.parse import unquote_plus
from uuid import UUID

from authlib.oauth2.rfc6749 import AuthorizationServer, ClientMixin, OAuth2Payload, OAuth2Request
from authlib.oauth2.rfc6749.errors import InvalidClientError, UnsupportedGrantTypeError
from authlib.oauth2.rfc6749.grants import ClientCredentialsGrant
from authlib.oauth2.rfc6750 import BearerTokenGenerator
from authlib.oauth2.rfc7523 import JWTBearerClientAssertion
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, KeySet, RSAKey
from joserfc.util import urlsafe_b64encode
from sqlalchemy.orm import Session

from registry.access.scopes import allowed_for
from registry.identity.repository import clients as repository
from registry.identity.repository.clients import ClientRow, SecretRow
from registry.identity.service.clients import CLIENT_SECRET_BASIC, MAX_SECRETS, PRIVATE_KEY_JWT, secret_digest
from registry.identity.service.jose import TokenMalformed, checked_header
from registry.identity.service.keys import ALGORITHM, TOKEN_TYPE

ASSERTION_ALGORITHMS: Final = {"ES256": "EC", "RS256": "RSA", "PS256": "RSA"}  # each with the type of its key
ASSERTION_LIFETIME_S: Final = 3600  # common client libraries sign for an hour …
ASSERTION_USE_S: Final = 300  # … but what was signed is used at once
CLOCK_SKEW_S: Final = 60
MAX_JTI: Final = 256

_CLIENT_ID: Final = re.compile(r"[\x21-\x7e]{1,100}")
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


class Answer(NamedTuple):
    """An HTTP response of the token endpoint."""

    status: int
    body: dict[str, Any]
    headers: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who issues tokens, for what, and with which key.

    Attributes:
        url: The ``iss`` of every token.
        token_endpoint: With ``url`` the audiences that a client assertion may name.
        audience: The ``aud`` of every token: the API.
    """

    url: str
    token_endpoint: str
    audience: str
    lifetime_s: int
    key: ECKey


class ClientRefused(InvalidClientError):  # type: ignore[misc]  # Authlib has no types
    """Authentication failed: one answer, whatever failed, so that it does not tell which clients exist."""

    status_code = 401
    description = (
        "Client authentication failed. Send HTTP Basic credentials (client_secret_basic)"
        " or a signed assertion (private_key_jwt) of an active client."
    )

    def get_headers(self) -> list[tuple[str, str]]:
        headers: list[tuple[str, str]] = super(InvalidClientError, self).get_headers()
        return [*headers, ("WWW-Authenticate", 'Basic realm="registry", charset="UTF-8"')]


class AssertionRefused(ClientRefused):
    """The assertion's signature is the client's own, so its claims may be discussed with it."""


class GrantTypeUnsupported(UnsupportedGrantTypeError):  # type: ignore[misc]
    """The same, saying what is supported."""

    description = "Supported: client_credentials."


class Form(OAuth2Payload):  # type: ignore[misc]
    """The parameters of a request, none of them twice."""

    def __init__(self, data: dict[str, str]) -> None:
        self._data = data

    @property
    def data(self) -> dict[str, str]:
        return self._data

    @property
    def datalist(self) -> dict[str, list[str]]:
        return {name: [value] for name, value in self._data.items()}


class TokenRequest(OAuth2Request):  # type: ignore[misc]
    """A request to the token endpoint, already read from HTTP."""

    def __init__(self, authorization: str | None, form: dict[str, str]) -> None:
        # Authlib looks at the scheme only; whether the way to us is TLS is for the proxy to see to.
        super().__init__("POST", "https://localhost/oauth/token", headers={"Authorization": authorization})
        self.payload = Form(form)

    @property
    def form(self) -> dict[str, str]:
        data: dict[str, str] = self.payload.data
        return data


class Client(ClientMixin):  # type: ignore[misc]
    """A client as Authlib sees it; one that does not exist has keys and secrets that nobody holds."""

    def __init__(self, row: ClientRow | None) -> None:
        self.row = row or ClientRow("", UUID(int=0), "", False, [], "", None, [])  # noqa: FBT003  # a row, by position
        self.used_secret: UUID | None = None

    @property
    def client_id(self) -> str:
        return self.row.client_id

    def get_client_id(self) -> str:
        return self.row.client_id

    def get_allowed_scope(self, scope: str | None) -> str | None:
        """Return the scopes asked for, or all there are; ``None`` when one of them is not allowed."""
        allowed = set(self.row.scopes) & allowed_for(self.row.kind)
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

    def check_grant_type(self, grant_type: str) -> bool:
        return bool(grant_type == ClientCredentials.GRANT_TYPE)

    def public_keys(self) -> list[Key]:
        # Stored as public_key_set() returned them.
        return KeySet.import_key_set(self.row.jwks).keys if self.row.jwks else []  # type: ignore[arg-type]


class ClientCredentials(ClientCredentialsGrant):  # type: ignore[misc]
    TOKEN_ENDPOINT_AUTH_METHODS = (CLIENT_SECRET_BASIC, PRIVATE_KEY_JWT)


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


def authenticate_basic(query_client: Callable[[str], Client], request: TokenRequest) -> Client | None:
    credentials = basic_credentials(request.headers["Authorization"])
    if credentials is None:
        return None
    client = query_client(credentials[0])
    return client if client.check_client_secret(credentials[1]) else None


class ClientAssertion(JWTBearerClientAssertion):  # type: ignore[misc]
    """RFC 7523 §3: a JWT signed by the client, for us, short-lived and used once."""

    CLIENT_AUTH_METHOD = PRIVATE_KEY_JWT

    def __init__(self, session: Session, audiences: Sequence[str]) -> None:
        super().__init__(leeway=CLOCK_SKEW_S)
        self.session = session
        self.audiences = audiences

    def get_audiences(self) -> list[str]:
        return list(self.audiences)

    def resolve_client_public_key(self, client: Client) -> list[Key]:
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
        for key in fitting or [_DECOY_KEYS[key_type]]:
            try:
                token = jwt.decode(assertion, key, algorithms=list(ASSERTION_ALGORITHMS))
            except JoseError:
                continue
            self.verify_claims(token.claims)
            return token.claims
        raise ClientRefused

    def verify_claims(self, claims: dict[str, Any]) -> None:
        if not isinstance(claims.get("aud"), str):
            raise AssertionRefused(description="Claim 'aud' must be one string: the issuer or the token endpoint.")
        issued, expires = claims.get("iat"), claims.get("exp")
        if not _is_time(issued) or not _is_time(expires):
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


def _is_time(value: Any) -> TypeGuard[float]:
    # The bound keeps out infinities, NaN and what datetime cannot hold.
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 2**40


class Server(AuthorizationServer):  # type: ignore[misc]
    """One request's authorization server, on one transaction as ``Role.AUTH``."""

    def __init__(self, session: Session, issuer: Issuer) -> None:
        super().__init__()
        self.session = session
        self.issuer = issuer
        self.register_client_auth_method(CLIENT_SECRET_BASIC, authenticate_basic)
        self.register_client_auth_method(PRIVATE_KEY_JWT, ClientAssertion(session, (issuer.url, issuer.token_endpoint)))
        self.register_grant(ClientCredentials)
        self.register_token_generator(
            "default", BearerTokenGenerator(self.access_token, expires_generator=issuer.lifetime_s)
        )

    def query_client(self, client_id: str) -> Client:
        known = _CLIENT_ID.fullmatch(client_id) is not None
        return Client(repository.client_for_token(self.session, client_id) if known else None)

    def authenticate_client(self, request: TokenRequest, methods: Sequence[str], endpoint: str = "token") -> Client:
        """Authenticate, with one error for every reason that a stranger could use.

        Raises:
            ClientRefused: Unknown, wrong, unsigned, revoked, suspended.
        """
        try:
            client: Client = super().authenticate_client(request, methods, endpoint)
        except AssertionRefused:
            raise
        except InvalidClientError:
            raise ClientRefused from None
        if not client.row.active or request.payload.client_id not in {None, client.client_id}:
            raise ClientRefused
        if client.used_secret is not None:
            repository.touch_secret(self.session, client.used_secret)
        return client

    def get_token_grant(self, request: TokenRequest) -> Any:
        try:
            return super().get_token_grant(request)
        except UnsupportedGrantTypeError:
            raise GrantTypeUnsupported(request.payload.grant_type) from None

    def access_token(self, client: Client, grant_type: str, user: None, scope: str) -> str:
        """Return an access token (RFC 9068): a signed JWT for the API, of one client of one organisation."""
        del grant_type, user  # Authlib passes them by name
        now = int(time.time())
        return jwt.encode(
            {"alg": ALGORITHM, "typ": TOKEN_TYPE, "kid": self.issuer.key.kid},
            {
                "iss": self.issuer.url,
                "aud": self.issuer.audience,
                "sub": client.client_id,
                "client_id": client.client_id,
                "org": str(client.row.organisation_id),
                "scope": scope,
                "iat": now,
                "exp": now + self.issuer.lifetime_s,
                "jti": secrets.token_urlsafe(16),
            },
            self.issuer.key,
            algorithms=[ALGORITHM],
        )

    def save_token(self, token: dict[str, Any], request: TokenRequest) -> None:
        """Keep nothing: an access token proves itself."""

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Tell nobody."""

    def create_oauth2_request(self, request: TokenRequest) -> TokenRequest:
        return request

    def handle_response(self, status: int, body: dict[str, Any], headers: list[tuple[str, str]]) -> Answer:
        return Answer(status, body, list(headers))
