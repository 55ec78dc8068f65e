"""Browsers: their cookies, the forms that they send back, and who is signed in."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from urllib.parse import quote, urlencode, urlsplit

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException

from registry.console.upstream import Upstream
from registry.identity.service import account
from registry.identity.service.account import Sessions, SignedIn
from registry.kernel.errors import Forbidden
from registry.kernel.network import is_loopback
from registry.kernel.text import Text
from registry.platform.database import Database, Role
from registry.platform.settings import Settings

MAX_FIELD: Final = 5_000
MAX_FIELDS: Final = 30


class FormNotOurs(Forbidden):
    title = Text("Ce formulaire n'est plus valable", "This form is no longer good")
    remedy = Text("Revenez à la page et recommencez.", "Go back to the page and start again.")


class GoTo(Exception):  # it is an answer, not an error
    """Answer with a redirect."""

    def __init__(self, location: str) -> None:
        super().__init__(location)
        self.location = location


@dataclass(frozen=True, slots=True)
class Cookies:
    """Names and attributes of our cookies.

    Over https they are bound to this very host (``__Host-``) and never sent in clear. Over plain http they exist on
    loopback only, where no network is.
    """

    secure: bool

    @property
    def session(self) -> str:
        return "__Host-session" if self.secure else "session"

    @property
    def form(self) -> str:
        return "__Host-form" if self.secure else "form"


class CookiesNotSafe(RuntimeError):
    """The service would send cookies over a network in clear."""


def cookies_for(settings: Settings) -> Cookies:
    """Return the cookies of this service.

    Raises:
        CookiesNotSafe: Its address is plain http on something else than loopback.
    """
    parts = urlsplit(settings.base_url)
    if parts.scheme == "https":
        return Cookies(secure=True)
    if not is_loopback(parts.hostname or ""):
        raise CookiesNotSafe(f"REGISTRY_BASE_URL is {settings.base_url}: plain http is for loopback only")
    return Cookies(secure=False)


def sessions_of(request: Request) -> Sessions:
    sessions: Sessions = request.app.state.sessions
    return sessions


def upstream_of(request: Request) -> Upstream | None:
    """Return the provider at which people may sign in instead, if there is one."""
    upstream: Upstream | None = request.app.state.upstream
    return upstream


def cookies_of(request: Request) -> Cookies:
    cookies: Cookies = request.app.state.cookies
    return cookies


@asynccontextmanager
async def account_transaction(request: Request) -> AsyncIterator[AsyncSession]:
    """One transaction of the account pages: across organisations, as people are."""
    database: Database = request.app.state.database
    async with database.transaction(Role.AUTH, actor="account") as session:
        yield session


def path_of(request: Request) -> str:
    """Return the path of the page, percent-encoded: a reference in it may hold "?", "#" or "%"."""
    return quote(request.scope["path"])


async def signed_in(request: Request, session: AsyncSession) -> SignedIn | None:
    """Return who is signed in with this browser, if anybody is."""
    token = request.cookies.get(cookies_of(request).session)
    return await sessions_of(request).find(session=session, token=token) if token else None


async def required(request: Request, session: AsyncSession, *, complete: bool = True) -> SignedIn:
    """Return who is signed in.

    Raises:
        GoTo: Nobody is, or the second factor is missing: the page where that is done, and back here after.
    """
    found = await signed_in(request, session)
    here = path_of(request) + (f"?{request.url.query}" if request.url.query else "")
    if found is None:
        raise GoTo(f"/account/sign-in?{urlencode({'next': here})}")
    if complete and not found.complete:
        step = "second-factor" if found.row.second_factor_set_up else "enrolment"
        raise GoTo(f"/account/{step}?{urlencode({'next': here})}")
    return found


async def proven_recently(
    request: Request, session: AsyncSession, *, within: timedelta = account.REAUTHENTICATION, after: str | None = None
) -> SignedIn:
    """Return who is signed in, if they proved who they are within ``within``: before what cannot be undone.

    For changing credentials, rotating keys, changing sharing terms, reading an address.

    Args:
        request: The request; its form is lost where the proof is missing.
        session: An account transaction.
        within: How old the proof may be.
        after: The page to go back to with the proof, this address by default: where the form is shown.

    Raises:
        GoTo: Nobody is signed in completely, or the proof is too old: the page where it is given.
    """
    found = await required(request, session)
    if not found.proven_within(within):
        raise GoTo(f"/account/confirm?{urlencode({'next': after or path_of(request)})}")
    return found


def local(path: str | None) -> str:
    """Return ``path`` if it is an address of this service, the start page otherwise: no open redirect."""
    if path and path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable():
        return path
    return "/console"


def set_session(request: Request, response: Response, token: str) -> None:
    cookies = cookies_of(request)
    response.set_cookie(cookies.session, token, path="/", httponly=True, samesite="lax", secure=cookies.secure)


def forget_session(request: Request, response: Response) -> None:
    cookies = cookies_of(request)
    response.delete_cookie(cookies.session, path="/", httponly=True, samesite="lax", secure=cookies.secure)


def redirect(location: str) -> RedirectResponse:
    return RedirectResponse(location, status_code=303, headers={"Cache-Control": "no-store"})


class Forms:
    """The token that ties a form to the browser it was given to: the session's, or that of a cookie before one."""

    def __init__(self, request: Request) -> None:
        self._request = request
        cookies = cookies_of(request)
        self._fresh = False
        self._secret = request.cookies.get(cookies.session) or request.cookies.get(cookies.form) or ""
        if not self._secret:
            self._secret, self._fresh = secrets.token_urlsafe(32), True

    @property
    def secret(self) -> str:
        """What only this browser has."""
        return self._secret

    @property
    def token(self) -> str:
        return sessions_of(self._request).form_token(self._secret)

    def keep(self, response: Response) -> Response:
        """Give the browser its cookie if it has none yet."""
        if self._fresh:
            cookies = cookies_of(self._request)
            response.set_cookie(
                cookies.form, self._secret, path="/", httponly=True, samesite="lax", secure=cookies.secure
            )
        return response


async def form_of(request: Request, *, most: int = MAX_FIELDS, longest: int = MAX_FIELD) -> dict[str, str]:
    """Return the fields of a form that we gave to this very browser.

    Args:
        request: The request.
        most: How many fields the form has at most.
        longest: To how many characters each is cut.

    Raises:
        FormNotOurs: It came from elsewhere, or is not a form.
    """
    if _content_type(request) != "application/x-www-form-urlencoded":
        raise FormNotOurs
    return _ours(request, await request.form(max_fields=most), longest)


def must_be_upload(request: Request) -> None:
    """Refuse what is no form with a file, before anything of it is read.

    Raises:
        FormNotOurs: It is none.
    """
    if _content_type(request) != "multipart/form-data":
        raise FormNotOurs


@asynccontextmanager
async def upload_of(
    request: Request, *, longest: int = MAX_FIELD
) -> AsyncIterator[tuple[dict[str, str], UploadFile | None]]:
    """Give the fields of a form that we gave to this very browser, and the file that was chosen in it.

    The file is on the disk and gone afterwards. Whoever sends it is known before: it may be large.

    Raises:
        FormNotOurs: It came from elsewhere, or is not a form.
    """
    try:
        data = await request.form(max_files=1, max_fields=MAX_FIELDS)
    except HTTPException:  # what is no form, or has more parts than ours
        raise FormNotOurs from None
    try:
        files = [value for value in data.values() if isinstance(value, UploadFile)]
        yield _ours(request, data, longest), next(iter(files), None)
    finally:
        await data.close()


def _content_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip()


def _ours(request: Request, data: FormData, longest: int) -> dict[str, str]:
    fields = {name: value[:longest] for name, value in data.multi_items() if isinstance(value, str)}
    cookies = cookies_of(request)
    secret = request.cookies.get(cookies.session) or request.cookies.get(cookies.form) or ""
    if any("\0" in value for value in fields.values()):  # no browser sends it, and PostgreSQL keeps no such text
        raise FormNotOurs
    if not secret or not sessions_of(request).form_is_ours(secret, fields.get("form_token", "")):
        raise FormNotOurs
    return fields
