"""The authorization server: tokens for machines and people, the keys that verify them, the description of itself."""

import time
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from authlib.oauth2 import OAuth2Error
from prometheus_client import Counter
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.scopes import LABELS, Scope
from registry.identity.service import dpop, keys
from registry.identity.service.clients import AUTH_METHODS
from registry.identity.service.oauth.client import ASSERTION_ALGORITHMS
from registry.identity.service.oauth.errors import InvalidProof, InvalidRequestError
from registry.identity.service.oauth.grants import new_acting
from registry.identity.service.oauth.requests import (
    FORM,
    MAX_QUERY_BYTES,
    Request,
    only_authorization,
    parameters,
    read_form,
)
from registry.identity.service.oauth.server import Answer, Issuer, Server
from registry.identity.service.token_counts import ISSUED, TokenCounts
from registry.platform.crypto import keyring
from registry.platform.database import Database, Role
from registry.platform.settings import Settings

__all__ = ["FORM", "AuthorizationRefused", "AuthorizationRequest", "AuthorizationServer", "Posted"]

_PATHS: Final = {"token-endpoint": "token", "revocation": "revoke", "introspection": "introspect"}
KEY_KEPT_S: Final = 60  # a rotated key is used at the latest after this

TOKEN_REQUESTS = Counter("registry_token_requests_total", "Answers of the token endpoint", ["outcome"])


def issuer_url(settings: Settings) -> str:
    return settings.base_url.rstrip("/")


def audience_url(settings: Settings) -> str:
    """Return the ``aud`` of our access tokens: the API, all of it."""
    return f"{issuer_url(settings)}/v1"


@dataclass(frozen=True, slots=True)
class Posted:
    """What a client posted.

    Attributes:
        authorization: The values of all ``Authorization`` headers.
        content_type: The ``Content-Type`` header, or nothing.
        body: The raw form.
        proofs: The values of all ``DPoP`` headers.
        network: Where it came from, as a ``cidr``.
    """

    authorization: Sequence[str]
    content_type: str
    body: bytes
    proofs: Sequence[str] = ()
    network: str = "127.0.0.0/24"


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """A valid request that a person let a client act: what the consent page shows, and what the answer needs.

    Attributes:
        parameters: As they were sent, for the page to carry them on.
        organisation: Name of the organisation whose client it is.
        organisation_id: For which alone it may act; ``None``: for any that the person works for.
        scopes: Asked for, or all that the client has.
    """

    parameters: dict[str, str]
    client_name: str
    organisation: str
    organisation_id: uuid.UUID | None
    scopes: tuple[str, ...]


class AuthorizationRefused(Exception):  # it is an answer of the protocol
    """The request is refused. ``location``: where to send the browser, or ``None``: show the error, go nowhere."""

    def __init__(self, error: str, description: str, location: str | None) -> None:
        super().__init__(f"{error}: {description}")
        self.error = error
        self.description = description
        self.location = location


class AuthorizationServer:
    """One per process.

    Raises:
        MasterKeyMissing: Nothing could be signed without it.
    """

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._settings = settings
        self._keyring = keyring(settings)
        self._issuer: Issuer | None = None
        self._issuer_until = 0.0
        self.counts = TokenCounts(database)

    async def start(self) -> None:
        """Make the first signing keys, or prove that the present one can be opened.

        Raises:
            SealBroken: It was sealed under another master key.
        """
        async with self._database.transaction(Role.AUTH, actor="authorization-server") as session:
            await self._current_issuer(session)

    async def token(self, posted: Posted) -> Answer:
        """Answer a request to the token endpoint; errors are RFC 6749 §5.2's, never an exception."""
        named: list[tuple[uuid.UUID, str]] = []

        def respond(server: Server, request: Request) -> Answer:
            answer: Answer = server.create_token_response(request)
            named.extend([server.counted_for] if server.counted_for else [])
            return answer

        answer = await self._answer(posted, "token-endpoint", respond)
        outcome = answer.body.get("error", ISSUED)
        TOKEN_REQUESTS.labels(outcome).inc()
        for organisation, client_id in named:  # now that it is committed
            self.counts.count(organisation, client_id, "too_many_attempts" if answer.status == 429 else outcome)
        return answer

    async def revoke(self, posted: Posted) -> Answer:
        """Revoke a token (RFC 7009); what is none gets the same answer."""
        return await self._answer(
            posted, "revocation", lambda server, request: server.create_endpoint_response("revocation", request)
        )

    async def introspect(self, posted: Posted) -> Answer:
        """Say what a token of the asking client is worth now (RFC 7662)."""
        return await self._answer(
            posted, "introspection", lambda server, request: server.create_endpoint_response("introspection", request)
        )

    async def _answer(self, posted: Posted, actor: str, respond: Callable[[Server, Request], Answer]) -> Answer:
        try:
            form = read_form(posted.content_type, posted.body)
            if actor == "token-endpoint" and "grant_type" not in form:
                raise InvalidRequestError("Parameter 'grant_type' is missing.")
            authorization = only_authorization(posted.authorization, form)
            proof = self._proof(posted.proofs, _PATHS[actor])
        except OAuth2Error as error:
            return Answer(*error())
        async with self._database.transaction(Role.AUTH, actor=actor) as session:
            if proof is not None and not await session.run_sync(lambda sync: dpop.use(sync, proof)):
                return Answer(*InvalidProof(description="The DPoP proof was used before.")())
            issuer = await self._current_issuer(session)
            request = Request(
                "POST", form, authorization=authorization, network=posted.network,
                thumbprint=proof.thumbprint if proof else None,
            )  # fmt: skip
            return await session.run_sync(lambda sync: respond(Server(sync, issuer), request))

    def _proof(self, proofs: Sequence[str], path: str) -> dpop.Proof | None:
        if not proofs:
            return None
        try:
            (only,) = proofs
            return dpop.verified(only, method="POST", url=f"{issuer_url(self._settings)}/oauth/{path}")
        except ValueError as error:
            raise InvalidProof(description=f"The DPoP proof is not accepted: {error}.") from None

    async def authorization_request(self, pairs: Iterable[tuple[str, str]]) -> AuthorizationRequest:
        """Check a request to the authorization endpoint (RFC 6749 §4.1.1, RFC 7636, RFC 8707).

        Args:
            pairs: Name and value of each query parameter.

        Raises:
            AuthorizationRefused: With a location only where client and redirect URI are proven to belong together.
        """
        listed = list(pairs)
        try:
            if sum(len(name) + len(value) for name, value in listed) > MAX_QUERY_BYTES:
                raise InvalidRequestError(f"The parameters must have at most {MAX_QUERY_BYTES} bytes.")
            given = parameters(listed)
        except OAuth2Error as error:
            raise AuthorizationRefused(error.error, error.description, None) from None
        async with self._database.transaction(Role.AUTH, actor="authorization-endpoint") as session:
            issuer = await self._current_issuer(session)
            return await session.run_sync(lambda sync: self._checked(Server(sync, issuer), given))

    def _checked(self, server: Server, given: dict[str, str]) -> AuthorizationRequest:
        request = Request("GET", given)
        try:
            server.get_consent_grant(request)
        except OAuth2Error as error:
            raise self._refused(error, given) from None
        row = request.client.row
        return AuthorizationRequest(
            parameters=given,
            client_name=row.name,
            organisation=row.organisation,
            organisation_id=None if row.shared else row.organisation_id,
            scopes=tuple(request.scope.split()),
        )

    async def approve(
        self, request: AuthorizationRequest, *, user: uuid.UUID, organisation: uuid.UUID, authenticated_at: datetime
    ) -> str:
        """Let the client act for the organisation; return where to send the browser, with the code.

        Args:
            request: As :meth:`authorization_request` returned it.
            user: Who consents.
            organisation: For which the client is to act.
            authenticated_at: When the person last proved who they are.

        Raises:
            AuthorizationRefused: The request no longer holds, or the person may not grant it there.
        """
        if request.organisation_id not in {None, organisation}:
            raise self._refused_with("access_denied", "The client acts for another organisation.", request.parameters)
        acting = new_acting(user, organisation, authenticated_at)
        async with self._database.transaction(Role.AUTH, actor=f"user:{user}") as session:
            issuer = await self._current_issuer(session)

            def respond(sync: Any) -> Answer:
                server = Server(sync, issuer)
                asked = Request("GET", request.parameters)
                grant = server.get_authorization_grant(asked)
                answer: Answer = server.create_authorization_response(asked, acting, grant)
                return answer

            answer = await session.run_sync(respond)
        location = dict(answer.headers).get("Location")
        if location is None:  # the request itself was good: client and redirect URI belong together
            raise self._refused_with(
                answer.body.get("error", "server_error"), answer.body.get("error_description", ""), request.parameters
            )
        return self._with_issuer(location)

    def deny(self, request: AuthorizationRequest) -> str:
        """Return where to send the browser of a person who does not want it."""
        refused = self._refused_with("access_denied", "The person did not consent.", request.parameters)
        assert refused.location is not None
        return refused.location

    def _refused(self, error: OAuth2Error, given: dict[str, str]) -> AuthorizationRefused:
        if getattr(error, "redirect_uri", None) is None:
            return AuthorizationRefused(error.error, error.description or "", None)
        return self._refused_with(error.error, error.description or "", given)

    def _refused_with(self, error: str, description: str, given: dict[str, str]) -> AuthorizationRefused:
        answer = {"error": error, "error_description": description}
        if "state" in given:
            answer["state"] = given["state"]
        redirect = given["redirect_uri"]
        location = f"{redirect}{'&' if '?' in redirect else '?'}{urlencode(answer)}"
        return AuthorizationRefused(error, description, self._with_issuer(location))

    def _with_issuer(self, location: str) -> str:
        """Name ourselves in the answer (RFC 9207)."""
        return f"{location}{'&' if '?' in location else '?'}{urlencode({'iss': issuer_url(self._settings)})}"

    async def _current_issuer(self, session: AsyncSession) -> Issuer:
        if self._issuer is None or time.monotonic() > self._issuer_until:
            key = await keys.signing_key(
                session=session, keys=self._keyring, rotate_after_days=self._settings.signing_key_days
            )
            url = issuer_url(self._settings)
            self._issuer = Issuer(
                url=url,
                token_endpoint=f"{url}/oauth/token",
                audience=audience_url(self._settings),
                lifetime_s=self._settings.token_lifetime_s,
                key=key,
            )
            self._issuer_until = time.monotonic() + KEY_KEPT_S
        return self._issuer

    async def key_set(self) -> keys.KeySetDocument:
        """Return the JWKS with which anybody verifies our tokens."""
        async with self._database.transaction(Role.AUTH, actor="jwks") as session:
            return await keys.key_set(session=session)

    def metadata(self) -> dict[str, Any]:
        """Return the description of this server (RFC 8414 §2)."""
        url = issuer_url(self._settings)
        algorithms, methods = list(ASSERTION_ALGORITHMS), list(AUTH_METHODS)
        return {
            "issuer": url,
            "authorization_endpoint": f"{url}/oauth/authorize",
            "token_endpoint": f"{url}/oauth/token",
            "revocation_endpoint": f"{url}/oauth/revoke",
            "introspection_endpoint": f"{url}/oauth/introspect",
            "jwks_uri": f"{url}/oauth/jwks",
            "scopes_supported": [scope.value for scope in Scope],
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["client_credentials", "authorization_code", "refresh_token"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
            "token_endpoint_auth_methods_supported": methods,
            "token_endpoint_auth_signing_alg_values_supported": algorithms,
            "revocation_endpoint_auth_methods_supported": methods,
            "revocation_endpoint_auth_signing_alg_values_supported": algorithms,
            "introspection_endpoint_auth_methods_supported": methods,
            "introspection_endpoint_auth_signing_alg_values_supported": algorithms,
            "dpop_signing_alg_values_supported": list(dpop.ALGORITHMS),
            "protected_resources": [audience_url(self._settings)],
            "ui_locales_supported": ["fr", "en"],
        }

    def resource_metadata(self) -> dict[str, Any]:
        """Return the description of the API as a protected resource (RFC 9728 §2)."""
        return {
            "resource": audience_url(self._settings),
            "authorization_servers": [issuer_url(self._settings)],
            "jwks_uri": f"{issuer_url(self._settings)}/oauth/jwks",
            "scopes_supported": [scope.value for scope in Scope],
            "bearer_methods_supported": ["header"],
            "dpop_signing_alg_values_supported": list(dpop.ALGORITHMS),
            "dpop_bound_access_tokens_required": False,
            "resource_name": "Accessibility registry",
            "resource_name#fr": "Registre de l'accessibilité",
            "scopes": {scope.value: label._asdict() for scope, label in LABELS.items()},
        }
