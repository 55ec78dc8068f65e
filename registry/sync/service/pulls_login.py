"""How the worker proves to a landlord's server who it is."""

import base64
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote_plus, urlencode

import orjson

from registry.kernel.text import Text
from registry.platform.outbound import Outbound, TargetRefused
from registry.sync.source_errors import SourceLoginRefused, SourceUnreachable

EXPIRES_EARLY_S: Final = 30
"""A token is not used in the last seconds of its life: it might end on its way."""
DEFAULT_LIFE_S: Final = 300
"""Of a token whose server does not say how long it lives (RFC 6749 §5.1 only recommends it)."""


@dataclass(frozen=True, slots=True)
class Login:
    """A source's login.

    Attributes:
        headers: Gives the headers of a request.
        renew: Gives up what was used, where there is something to get anew; ``False``: there is not.
    """

    headers: Callable[[], Awaitable[dict[str, str]]]
    renew: Callable[[], bool] = lambda: False


@dataclass(slots=True)
class Logins:
    """The logins of all sources that a process fetches; it keeps access tokens until they end."""

    outbound: Outbound
    clock: Callable[[], float] = time.monotonic
    _tokens: dict[tuple[Any, ...], tuple[str, float]] = field(default_factory=dict, repr=False)

    def of(self, source: uuid.UUID, auth: dict[str, Any], secret: str | None) -> Login:
        """Return the login that a source declares."""
        match auth["type"]:
            case "bearer":
                return _fixed({"Authorization": f"Bearer {secret}"})
            case "basic":
                pair = f"{auth['username']}:{secret}".encode()
                return _fixed({"Authorization": f"Basic {base64.b64encode(pair).decode()}"})
            case "api_key":
                return _fixed({auth["header"]: secret or ""})
            case "client_credentials":
                return self._client_credentials(source, auth, secret or "")
            case _:
                return _fixed({})

    def _client_credentials(self, source: uuid.UUID, auth: dict[str, Any], secret: str) -> Login:
        key = (source, auth["token_url"], auth["client_id"], auth.get("scope"), secret)

        async def headers() -> dict[str, str]:
            token, ends = self._tokens.get(key, ("", 0.0))
            if self.clock() >= ends:
                token, life = await self._ask(auth, secret)
                self._tokens[key] = token, self.clock() + max(life - EXPIRES_EARLY_S, 1)
            return {"Authorization": f"Bearer {token}"}

        return Login(headers, lambda: self._tokens.pop(key, None) is not None)

    async def _ask(self, auth: dict[str, Any], secret: str) -> tuple[str, float]:
        """Return a new token and its life in seconds (RFC 6749 §4.4, the client authenticated by §2.3.1).

        Raises:
            SourceLoginRefused: The server gives none.
            SourceUnreachable: It does not answer, or not now.
        """
        asked = {"grant_type": "client_credentials"} | ({"scope": auth["scope"]} if auth.get("scope") else {})
        pair = f"{quote_plus(auth['client_id'])}:{quote_plus(secret)}".encode()
        headers = {
            "Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded",
            "Authorization": f"Basic {base64.b64encode(pair).decode()}",
        }  # fmt: skip
        try:
            status, body = await self.outbound.exchange(auth["token_url"], urlencode(asked).encode(), headers)
        except TargetRefused as refused:
            said = f"{refused}."
            raise SourceUnreachable(Text(f"Le serveur de jetons : {said}", f"The token server: {said}")) from None
        if status == 429 or status >= 500:
            raise SourceUnreachable(
                Text(f"Le serveur de jetons répond {status}.", f"The token server answers {status}.")
            )
        token, life = _read(body) if 200 <= status < 300 else (None, 0.0)
        if token is None:
            raise SourceLoginRefused(
                Text(f"Le serveur de jetons ne donne pas de jeton ({status}).",
                     f"The token server gives no token ({status}).")
            )  # fmt: skip
        return token, life


def _fixed(headers: dict[str, str]) -> Login:
    async def given() -> dict[str, str]:
        return headers

    return Login(given)


def _read(body: bytes) -> tuple[str | None, float]:
    """Return the token of an answer, if it is a bearer token that fits into a header, and its life."""
    try:
        answer = orjson.loads(body)
        token, kind, life = answer["access_token"], answer.get("token_type", "Bearer"), answer.get("expires_in")
        usable = isinstance(token, str) and 0 < len(token) <= 16_384 and all("!" <= sign <= "~" for sign in token)
        if not usable or str(kind).lower() != "bearer":
            return None, 0.0
        return token, float(life) if life is not None else DEFAULT_LIFE_S
    except (ValueError, TypeError, KeyError, AttributeError):
        return None, 0.0
