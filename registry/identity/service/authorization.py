"""The authorization server: tokens for machines, the keys that verify them, and the description of itself."""

import time
from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import parse_qsl

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749.errors import InvalidRequestError
from joserfc.jwk import ECKey
from prometheus_client import Counter
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.scopes import Scope
from registry.identity.service import keys
from registry.identity.service.clients import AUTH_METHODS
from registry.identity.service.oauth import (
    ASSERTION_ALGORITHMS,
    Answer,
    ClientCredentials,
    Issuer,
    Server,
    TokenRequest,
)
from registry.platform.crypto import keyring
from registry.platform.database import Database, Role
from registry.platform.settings import Settings

FORM: Final = "application/x-www-form-urlencoded"
MAX_FORM_BYTES: Final = 16_384
MAX_FIELDS: Final = 20
KEY_KEPT_S: Final = 60  # a rotated key is used at the latest after this

TOKEN_REQUESTS = Counter("registry_token_requests_total", "Answers of the token endpoint", ["outcome"])


def issuer_url(settings: Settings) -> str:
    return settings.base_url.rstrip("/")


def audience_url(settings: Settings) -> str:
    """Return the ``aud`` of our access tokens: the API, all of it."""
    return f"{issuer_url(settings)}/v1"


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

    async def start(self) -> None:
        """Make the first signing key, or prove that the present one can be opened.

        Raises:
            SealBroken: It was sealed under another master key.
        """
        async with self._database.transaction(Role.AUTH, actor="authorization-server") as session:
            await self._current_issuer(session)

    async def token(self, *, authorization: Sequence[str], content_type: str, body: bytes) -> Answer:
        """Answer a request to the token endpoint; errors are RFC 6749 §5.2's, never an exception.

        Args:
            authorization: The values of all ``Authorization`` headers.
            content_type: The ``Content-Type`` header, or nothing.
            body: The raw form.
        """
        try:
            request = read_token_request(authorization, content_type, body)
        except OAuth2Error as error:
            answer = Answer(*error())
        else:
            async with self._database.transaction(Role.AUTH, actor="token-endpoint") as session:
                issuer = await self._current_issuer(session)
                answer = await session.run_sync(lambda sync: Server(sync, issuer).create_token_response(request))
        TOKEN_REQUESTS.labels(answer.body.get("error", "issued")).inc()
        return answer

    async def _current_issuer(self, session: AsyncSession) -> Issuer:
        if self._issuer is None or time.monotonic() > self._issuer_until:
            key: ECKey = await keys.ensure_signing_key(session=session, keys=self._keyring)
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
        return {
            "issuer": url,
            "token_endpoint": f"{url}/oauth/token",
            "jwks_uri": f"{url}/oauth/jwks",
            "scopes_supported": [scope.value for scope in Scope],
            "response_types_supported": [],
            "grant_types_supported": [ClientCredentials.GRANT_TYPE],
            "token_endpoint_auth_methods_supported": list(AUTH_METHODS),
            "token_endpoint_auth_signing_alg_values_supported": list(ASSERTION_ALGORITHMS),
            "ui_locales_supported": ["fr", "en"],
        }


def read_token_request(authorization: Sequence[str], content_type: str, body: bytes) -> TokenRequest:
    """Return the request, read strictly.

    Raises:
        OAuth2Error: ``invalid_request``: not a form in UTF-8, too large, a parameter twice or missing, two
            credentials.
    """
    if content_type.partition(";")[0].strip().lower() != FORM:
        raise InvalidRequestError(f"The body must be {FORM}.")
    if len(body) > MAX_FORM_BYTES:
        raise InvalidRequestError(f"The body must have at most {MAX_FORM_BYTES} bytes.")
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS)
    except ValueError:
        raise InvalidRequestError(f"The body must be a form in UTF-8 of at most {MAX_FIELDS} fields.") from None
    form = {name: value for name, value in pairs if value}  # RFC 6749 §3.2: without a value = not sent
    if len({name for name, _ in pairs}) != len(pairs):
        raise InvalidRequestError("A parameter may be sent only once.")
    if "grant_type" not in form:
        raise InvalidRequestError("Parameter 'grant_type' is missing.")
    if len(authorization) > 1 or (authorization and "client_assertion" in form):
        raise InvalidRequestError("Authenticate in one way only.")
    return TokenRequest(authorization[0] if authorization else None, form)
