"""One request's authorization server: what is registered with Authlib, and what a token says."""

import re
import secrets
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from authlib.oauth2.rfc6749 import AuthorizationServer
from authlib.oauth2.rfc6749.errors import UnsupportedGrantTypeError
from authlib.oauth2.rfc6750 import BearerTokenGenerator
from joserfc import jwt
from joserfc.jwk import ECKey
from sqlalchemy.orm import Session

from registry.identity.repository import attempts, tokens
from registry.identity.repository import clients as repository
from registry.identity.repository.clients import ClientRow
from registry.identity.service.clients import CLIENT_SECRET_BASIC, PRIVATE_KEY_JWT
from registry.identity.service.keys import ALGORITHM, TOKEN_TYPE
from registry.identity.service.oauth.client import Client, ClientAssertion, authenticate_basic, named_client
from registry.identity.service.oauth.endpoints import Introspection, Revocation
from registry.identity.service.oauth.errors import (
    AssertionRefused,
    ClientRefused,
    GrantTypeUnsupported,
    InvalidClientError,
    TooManyAttempts,
)
from registry.identity.service.oauth.grants import (
    REFRESH_LIFETIME,
    S256,
    Acting,
    ClientCredentials,
    PersonCode,
    Refresh,
    digest,
)
from registry.identity.service.oauth.requests import Request
from registry.kernel.clock import now

MAX_FAILURES: Final = 10
"""Wrong credentials a minute of one client from one network, after which they are told to wait."""
_CLIENT_ID: Final = re.compile(r"[\x21-\x7e]{1,100}")
_CLIENT: Final = "client"


class Answer(NamedTuple):
    """An HTTP response of the authorization server."""

    status: int
    body: dict[str, Any]
    headers: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who issues tokens, for what, and with which key.

    Attributes:
        url: The ``iss`` of every token.
        token_endpoint: With ``url`` the audiences that a client assertion may name.
        audience: The ``aud`` of every token, and the ``resource`` (RFC 8707) that may be asked for: the API.
    """

    url: str
    token_endpoint: str
    audience: str
    lifetime_s: int
    key: ECKey


class Server(AuthorizationServer):  # type: ignore[misc]
    """One request's authorization server, on one transaction as ``Role.AUTH``.

    A failure is an answer, not an exception: the transaction commits, so that a replay ends its family even though
    the request that showed it is refused.
    """

    def __init__(self, session: Session, issuer: Issuer) -> None:
        super().__init__()
        self.session = session
        self.issuer = issuer
        self.asked: ClientRow | None = None
        self.issued_for: uuid.UUID | None = None
        self.register_client_auth_method(CLIENT_SECRET_BASIC, authenticate_basic)
        self.register_client_auth_method(
            PRIVATE_KEY_JWT,
            ClientAssertion(session, issuer=issuer.url, token_endpoint=issuer.token_endpoint),
        )
        self.register_grant(ClientCredentials)
        self.register_grant(PersonCode, [S256()])
        self.register_grant(Refresh)
        self.register_endpoint(Revocation)
        self.register_endpoint(Introspection)
        self.register_token_generator(
            "default",
            BearerTokenGenerator(lambda **_: "", lambda **_: "", expires_generator=issuer.lifetime_s),
        )

    def query_client(self, client_id: str) -> Client:
        known = _CLIENT_ID.fullmatch(client_id) is not None
        self.asked = repository.client_for_token(self.session, client_id) if known else None
        return Client(self.asked)

    @property
    def counted_for(self) -> tuple[uuid.UUID, str] | None:
        """The organisation and client in whose count the answer goes; ``None``: no client of ours was named."""
        if self.asked is None:
            return None
        return self.issued_for or self.asked.organisation_id, self.asked.client_id

    def authenticate_client(self, request: Request, methods: Sequence[str], endpoint: str = "token") -> Client:
        """Authenticate, with one error for every reason that a stranger could use.

        Credentials are looked at before failures are counted: right ones are taken however many wrong ones came.

        Raises:
            ClientRefused: Unknown, wrong, unsigned, revoked, suspended.
            TooManyAttempts: The same, and too often.
        """
        try:
            client: Client = super().authenticate_client(request, methods, endpoint)
            if not client.row.active or request.payload.client_id not in {None, client.client_id}:
                raise ClientRefused
        except AssertionRefused:
            raise
        except InvalidClientError:
            self._count_failure(request)
            raise ClientRefused from None
        if client.used_secret is not None:
            repository.touch_secret(self.session, client.used_secret)
        elif client.used_key is not None:
            repository.touch_key(self.session, client.client_id, client.used_key)
        return client

    def _count_failure(self, request: Request) -> None:
        name = named_client(request)
        if not name:  # nothing was tried; strangers do not share a count
            return
        attempts.add_failure(self.session, _CLIENT, name, request.network)
        if attempts.recent_failures(self.session, _CLIENT, name, request.network) > MAX_FAILURES:
            raise TooManyAttempts

    def get_token_grant(self, request: Request) -> Any:
        try:
            return super().get_token_grant(request)
        except UnsupportedGrantTypeError:
            raise GrantTypeUnsupported(request.payload.grant_type) from None

    def save_token(self, token: dict[str, Any], request: Request) -> None:
        """Make the tokens, now that all is known, and note their ids: the tokens themselves are not kept.

        The access token is a signed JWT (RFC 9068) for the API, of one client acting for one organisation.
        """
        client: Client = request.client
        acting: Acting | None = request.user
        organisation = self.issued_for = acting.organisation_id if acting else client.row.organisation_id
        jti, issued = uuid.uuid4(), int(time.time())
        expires = issued + self.issuer.lifetime_s
        claims: dict[str, Any] = {
            "iss": self.issuer.url,
            "aud": self.issuer.audience,
            "sub": str(acting.user_id) if acting else client.client_id,
            "client_id": client.client_id,
            "org": str(organisation),
            "scope": token["scope"],
            "iat": issued,
            "exp": expires,
            "jti": str(jti),
        }
        if acting is not None:
            claims["auth_time"] = int(acting.authenticated_at.timestamp())  # RFC 9068 §2.2.1
        if request.thumbprint is not None:
            claims["cnf"] = {"jkt": request.thumbprint}  # RFC 9449 §6.1
            token["token_type"] = "DPoP"  # noqa: S105  # the name of a type
        header = {"alg": ALGORITHM, "typ": TOKEN_TYPE, "kid": self.issuer.key.kid}
        token["access_token"] = jwt.encode(header, claims, self.issuer.key, algorithms=[ALGORITHM])
        tokens.insert_access_token(
            self.session, jti=jti, organisation=organisation, client_id=client.client_id,
            consent=acting.consent_id if acting else None, credential=client.credential,
            expires_at=datetime.fromtimestamp(expires, UTC),
        )  # fmt: skip
        if "refresh_token" in token and acting is not None:
            token["refresh_token"] = secrets.token_urlsafe(32)
            tokens.insert_refresh_token(
                self.session, digest=digest(token["refresh_token"]), organisation=organisation,
                consent=acting.consent_id, thumbprint=request.thumbprint, expires_at=now() + REFRESH_LIFETIME,
            )  # fmt: skip
        else:
            token.pop("refresh_token", None)

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Tell nobody."""

    def create_oauth2_request(self, request: Request) -> Request:
        return request

    def handle_response(self, status: int, body: Any, headers: list[tuple[str, str]]) -> Answer:
        return Answer(status, body if isinstance(body, dict) else {}, list(headers))
