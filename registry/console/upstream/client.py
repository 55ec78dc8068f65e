"""The OpenID provider at which people may sign in instead of here: Authlib's Starlette client, held to what we asked.

What Authlib 1.9 leaves open is closed here: its metadata must name the issuer that was set; of what it names only the
known fields count (the client would take ``verify`` or ``proxy`` from it); one algorithm is accepted, not those that
the provider lists; ``aud`` is ours, whatever ``azp`` says; an answer without ID token is refused; what belongs to a
``state`` is kept in the database, for one browser, once; userinfo is verified where it must be signed, and about the
same person as the ID token in any case.
"""

import asyncio
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final

import httpx2
import structlog
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.starlette_client import OAuth, StarletteIntegration, StarletteOAuth2App
from fastapi import Request
from joserfc.errors import JoseError

from registry.console.upstream.profiles import PROFILES
from registry.console.upstream.provider import (
    LEEWAY_S,
    MAX_BYTES,
    MAX_SIGNED_BYTES,
    TIMEOUT_S,
    Provider,
    as_object,
    as_text,
)
from registry.identity.errors import UpstreamAnswerRefused, UpstreamNotCompleted, UpstreamUnavailable
from registry.identity.service import account
from registry.identity.service.account import Errand, Vouched
from registry.identity.service.jose import TokenMalformed, checked_header
from registry.platform.crypto import Keyring
from registry.platform.database import Database, Role
from registry.platform.settings import Settings

ALL_S: Final = 15.0
"""For everything that is asked of the provider for one page."""
_NOT_AN_ANSWER: Final = (
    AuthlibBaseError, JoseError, TokenMalformed, ValueError, KeyError, TypeError, RuntimeError, OverflowError,
)  # fmt: skip
log: Final = structlog.get_logger()


@contextmanager
def _answering() -> Iterator[None]:
    """Say in our words what goes wrong with the provider; the log says why."""
    try:
        yield
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError, TimeoutError) as error:
        log.warning("upstream_not_reached", error=type(error).__name__)
        raise UpstreamUnavailable from None
    except _NOT_AN_ANSWER as error:
        log.warning("upstream_answer_refused", error=type(error).__name__, reason=_reason(error))
        raise UpstreamAnswerRefused from None


def _reason(error: Exception) -> str:
    """Return what went wrong, without anything of the answer: an error of Authlib's may quote it."""
    return str(getattr(error, "error", "")) if isinstance(error, AuthlibBaseError | JoseError) else str(error)[:100]


class _Client(StarletteOAuth2App):  # type: ignore[misc]  # Authlib has no types
    """Authlib's client, with metadata and keys from :class:`Provider`."""

    provider: Provider

    async def load_server_metadata(self) -> dict[str, Any]:
        return await self.provider.metadata()

    async def fetch_jwk_set(self, force: bool = False) -> dict[str, Any]:  # noqa: FBT001, FBT002  # Authlib's signature
        return await self.provider.key_set(force=force)


class _Errands(StarletteIntegration):  # type: ignore[misc]  # Authlib has no types
    """Where Authlib keeps what belongs to a ``state``: ``session`` is not a session, but has the two ways to do it."""

    async def set_state_data(self, session: dict[str, Any] | None, state: str, data: Any) -> None:
        assert session is not None
        await session["keep"](state, data)

    async def get_state_data(self, session: dict[str, Any] | None, state: str | None) -> dict[str, Any] | None:
        assert session is not None
        found: dict[str, Any] | None = await session["take"](state) if state else None
        return found

    async def clear_state_data(self, session: dict[str, Any] | None, state: str) -> None:
        """Do nothing: what was read once is gone."""


class _Registry(OAuth):  # type: ignore[misc]  # Authlib has no types
    framework_integration_cls = _Errands


class Upstream:
    """The one provider of this service. Nothing is asked of it before a person wants to sign in there."""

    def __init__(self, settings: Settings, database: Database, keys: Keyring) -> None:
        assert settings.upstream_issuer is not None
        assert settings.upstream_client_id is not None
        assert settings.upstream_client_secret is not None, "the settings see to it"
        self.issuer = settings.upstream_issuer
        self.kind = settings.upstream_profile
        self.profile = PROFILES[settings.upstream_profile]
        self.name = "ProConnect" if self.kind == "proconnect" else settings.upstream_name
        self._provider = Provider(
            issuer=self.issuer, client_id=settings.upstream_client_id, algorithm=settings.upstream_algorithm
        )
        self._base = settings.base_url.rstrip("/")
        self._database, self._keys = database, keys
        # An access token counts until it ends: with Authlib's minute of caution ProConnect's, of a minute, never would.
        client_kwargs: dict[str, Any] = {
            "scope": self.profile.scope, "token_endpoint_auth_method": self.profile.auth_method, "timeout": TIMEOUT_S,
            "trust_env": False, "follow_redirects": False, "leeway": 0,
        }  # fmt: skip
        if self.profile.pkce:
            client_kwargs["code_challenge_method"] = "S256"
        self._client: _Client = _Registry().register(
            "upstream", client_cls=_Client, client_id=settings.upstream_client_id,
            client_secret=settings.upstream_client_secret.get_secret_value(), client_kwargs=client_kwargs,
        )  # fmt: skip
        self._client.provider = self._provider

    @property
    def callback(self) -> str:
        return f"{self._base}/account/upstream/callback"

    @property
    def signed_out(self) -> str:
        return f"{self._base}/account/signed-out"

    async def departure(self, request: Request, *, browser: str, purpose: str, following: str, user: str | None) -> str:
        """Return the provider's address to which a browser is sent, on an errand that is kept until it is back.

        Args:
            request: The request of the page.
            browser: Secret of the browser's cookie.
            purpose: ``sign-in``, ``confirm`` or ``link``.
            following: Where it goes on after.
            user: Who is signed in, where somebody must be.

        Raises:
            UpstreamUnavailable, UpstreamAnswerRefused: As they say.
        """

        async def keep(state: str, data: dict[str, Any]) -> None:
            errand = Errand(
                purpose=purpose, next=following, nonce=data["nonce"], code_verifier=data.get("code_verifier"),
                redirect_uri=data["redirect_uri"], begun_at=time.time(), user=user,
            )  # fmt: skip
            async with self._database.transaction(Role.AUTH, actor="account") as session:
                await account.set_out(session=session, keys=self._keys, state=state, browser=browser, errand=errand)

        asked = {**self.profile.parameters, **(self.profile.fresh if purpose == "confirm" else {})}
        request.scope["session"] = {"keep": keep}
        with _answering():
            async with asyncio.timeout(ALL_S):
                # Authlib would make state and nonce of 30 and 20 characters; ProConnect wants at least 32.
                answer = await self._client.authorize_redirect(
                    request, self.callback, state=secrets.token_urlsafe(32), nonce=secrets.token_urlsafe(32), **asked
                )
        return str(answer.headers["location"])

    async def arrival(self, request: Request, *, browser: str) -> tuple[Errand, Vouched]:
        """Return what a browser that is back was sent for, and whom the provider vouches for.

        Raises:
            UpstreamAnswerRefused: It is not an answer to this browser's request, or anything about it is not as asked.
            UpstreamNotCompleted, UpstreamUnavailable: As they say.
        """
        held: list[Errand] = []

        async def take(state: str) -> dict[str, Any] | None:
            async with self._database.transaction(Role.AUTH, actor="account") as session:
                errand = await account.come_back(session=session, keys=self._keys, state=state, browser=browser)
            if errand is None:
                return None
            held.append(errand)
            return {
                "nonce": errand.nonce, "code_verifier": errand.code_verifier, "redirect_uri": errand.redirect_uri,
            }  # fmt: skip

        request.scope["session"] = {"take": take}
        with _answering():
            async with asyncio.timeout(ALL_S):
                await self._check_response(request)
                if "error" in request.query_params:
                    if await take(request.query_params.get("state", "")) is None:
                        raise ValueError("an error that answers no request")
                    log.info("upstream_not_completed", error=request.query_params["error"][:50])
                    raise UpstreamNotCompleted
                token = await self._client.authorize_access_token(
                    request, leeway=LEEWAY_S,
                    claims_options={
                        "iss": {"essential": True, "value": self.issuer},
                        "aud": {"essential": True, "value": self._provider.client_id},
                    },
                )  # fmt: skip
                vouched = await self._vouched(token)
        return held[0], vouched

    async def _check_response(self, request: Request) -> None:
        """Refuse an answer with a parameter twice, and one of another provider (RFC 9207)."""
        names = [name for name, _ in request.query_params.multi_items()]
        if len(names) != len(set(names)):
            raise ValueError("a parameter comes twice")
        issuer = request.query_params.get("iss")
        required = (await self._provider.metadata()).get("authorization_response_iss_parameter_supported") is True
        if issuer != self.issuer and (required or issuer is not None):
            raise ValueError("the answer is of another issuer, or names none")

    async def _vouched(self, token: dict[str, Any]) -> Vouched:
        claims = token.get("userinfo")
        if not claims or not isinstance(token.get("id_token"), str):
            raise ValueError("no ID token")
        checked_header(token["id_token"], max_bytes=MAX_SIGNED_BYTES)
        if as_text(claims["sub"]) != claims["sub"]:
            raise ValueError("no subject")
        said = await self._userinfo(token)
        if said.get("sub") != claims["sub"]:
            raise ValueError("userinfo is of another subject")
        methods = claims.get("amr")
        names = ("given_name", "usual_name") if self.profile.says_siret else ("name",)
        return Vouched(
            issuer=self.issuer,
            subject=claims["sub"],
            id_token=token["id_token"],
            email=as_text(said.get("email")),
            email_verified=self.profile.answers_for_email or said.get("email_verified") is True,
            answers_for_email=self.profile.answers_for_email,
            name=" ".join(filter(None, (as_text(said.get(name)) for name in names))),
            siret=(as_text(said.get("siret")) or "") if self.profile.says_siret else None,
            second_factor=isinstance(methods, list) and "mfa" in methods,
            authenticated_at=_moment(claims.get("auth_time")),
        )

    async def _userinfo(self, token: dict[str, Any]) -> dict[str, Any]:
        """Return the claims of the userinfo endpoint (OpenID Connect Core §5.3), verified where they are signed."""
        endpoint = (await self._provider.metadata()).get("userinfo_endpoint")
        if endpoint is None:
            if self.profile.signed_userinfo:
                raise ValueError("no userinfo endpoint")
            return dict(token["userinfo"])
        answer = await self._client.get(endpoint, token=token)
        if answer.status_code >= 500:
            answer.raise_for_status()
        if answer.status_code != 200 or len(answer.content) > MAX_BYTES:
            raise ValueError(f"userinfo answers {answer.status_code}")
        kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind == "application/jwt":
            return await self._provider.verified(answer.text.strip())
        if self.profile.signed_userinfo:
            raise ValueError("userinfo is not signed")
        return as_object(answer.content)

    async def leave(self, id_token: str) -> str | None:
        """Return where a browser signs out at the provider too (RP-Initiated Logout), if it has such a place."""
        try:
            with _answering():
                async with asyncio.timeout(ALL_S):
                    if "end_session_endpoint" not in await self._provider.metadata():
                        return None
                    made = await self._client.create_logout_url(
                        post_logout_redirect_uri=self.signed_out,
                        id_token_hint=id_token,
                        state=secrets.token_urlsafe(32),
                    )
        except (UpstreamUnavailable, UpstreamAnswerRefused):
            return None
        return str(made["url"])


def _moment(seconds: Any) -> datetime | None:
    plausible = isinstance(seconds, int | float) and 0 < seconds < 2**32
    return datetime.fromtimestamp(seconds, UTC) if plausible else None


def upstream_for(settings: Settings, database: Database, keys: Keyring) -> Upstream | None:
    """Return the provider of the settings, if they name one."""
    return Upstream(settings, database, keys) if settings.upstream_issuer is not None else None
