"""People of a test, and the browser that one sits at."""

import base64
import hashlib
import html
import re
import secrets
import uuid
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pyotp
from fastapi import FastAPI

from registry.asgi import at_the_edge
from registry.identity.service import Registration, account, register_client
from registry.kernel.text import Language
from registry.platform.crypto import keyring
from registry.platform.database import Database, Role
from registry.platform.settings import Settings
from tests.support.database import BASE_URL

PASSWORD = "un cheval vert mange"
CALLBACK = "https://app.example/callback"
_TOKEN = re.compile(r'name="form_token" value="([^"]+)"')


@dataclass
class Person:
    """Somebody with an account; ``secret`` is that of the second factor, once it is set up."""

    id: uuid.UUID
    email: str
    password: str = PASSWORD
    secret: str | None = None

    @property
    def code(self) -> str:
        """The present one-time password."""
        assert self.secret is not None
        return pyotp.TOTP(self.secret).now()


@dataclass
class App:
    """A client that people let act for them."""

    client_id: str
    secret: str
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))

    @property
    def basic(self) -> tuple[str, str]:
        return self.client_id, self.secret

    def asks(self, **changes: Any) -> dict[str, str]:
        """Return the parameters of a good authorization request, with changes; ``None`` leaves one out."""
        given = {
            "response_type": "code", "client_id": self.client_id, "redirect_uri": CALLBACK, "state": "the-state",
            "scope": "stock:read", "code_challenge": challenge(self.verifier),
            "code_challenge_method": "S256", **changes,
        }  # fmt: skip
        return {name: value for name, value in given.items() if value is not None}


def challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


async def join(
    database: Database,
    settings: Settings,
    organisation: uuid.UUID,
    role: str,
    *,
    email: str | None = None,
    language: Language = "fr",
) -> Person:
    """Invite a person by mail and have them accept, in their language."""
    address = email or f"{secrets.token_hex(6)}@bailleur.example"
    async with database.transaction(Role.AUTH, actor="tests") as session:
        link = await account.invite(
            session=session,
            keys=keyring(settings),
            base_url=BASE_URL,
            organisation=organisation,
            email=address,
            role=role,
        )
    async with database.transaction(Role.AUTH, actor="tests") as session:
        user = await account.accept_invitation(
            session=session, token=link.rpartition("/")[2], name="Jeanne Essai", password=PASSWORD, language=language
        )
    return Person(user, address)


async def register_app(database: Database, organisation: uuid.UUID, **changes: Any) -> App:
    given = {"name": "Logiciel", "scopes": ("stock:read", "listings:read"), "redirect_uris": (CALLBACK,), **changes}
    async with database.transaction(Role.AUTH, actor="tests") as session:
        made = await register_client(session=session, organisation=organisation, registration=Registration(**given))
    return App(made.client_id, made.secret or "")


class Browser:
    """A browser without JavaScript: it keeps cookies, reads forms, and follows redirects only when told."""

    def __init__(self, app: FastAPI, settings: Settings) -> None:
        transport = httpx.ASGITransport(at_the_edge(app, settings), raise_app_exceptions=False)
        self.client = httpx.AsyncClient(transport=transport, base_url=BASE_URL, headers={"Accept-Language": "en"})
        self.page = httpx.Response(200)

    async def open(self, address: str, **parameters: Any) -> httpx.Response:
        self.page = await self.client.get(address, params=parameters or None)
        return self.page

    async def send(self, address: str, **fields: Any) -> httpx.Response:
        """Send the form of the page that is open."""
        found = _TOKEN.search(self.page.text)
        assert found, self.page.text
        self.page = await self.client.post(address, data={"form_token": found[1], **fields})
        return self.page

    def hidden(self, name: str) -> str:
        found = re.search(rf'name="{name}" value="([^"]*)"', self.page.text)
        assert found, self.page.text
        return html.unescape(found[1])

    @property
    def alert(self) -> str:
        """What the page says went wrong."""
        found = re.search(r'role="alert">(.*?)</div>', self.page.text, re.DOTALL)
        return html.unescape(re.sub(r"<[^>]+>", "", found[1])).strip() if found else ""

    @property
    def location(self) -> str:
        return str(self.page.headers.get("location", ""))

    @property
    def answer(self) -> dict[str, str]:
        """The parameters of the redirect."""
        return dict(parse_qsl(urlsplit(self.location).query))

    async def sign_in(self, person: Person) -> None:
        """Sign in with password and second factor, which is set up where it is not."""
        await self.open("/account/sign-in")
        await self.send("/account/sign-in", email=person.email, password=person.password)
        assert self.page.status_code == 303, self.page.text
        if person.secret is None:
            await self.open("/account/enrolment")
            found = re.search(r"<code>([A-Z2-7 ]+)</code>", self.page.text)
            assert found, self.page.text
            person.secret = found[1].replace(" ", "")
            await self.send("/account/enrolment", code=person.code)
            assert self.page.status_code == 200, self.page.text
        else:
            await self.open("/account/second-factor")
            await self.send("/account/second-factor", code=person.code)
            assert self.page.status_code == 303, self.page.text

    async def allow(
        self, app: App, *, answer: str = "allow", organisation: uuid.UUID | None = None, **changes: Any
    ) -> str:
        """Go through consent; return where the browser was sent."""
        await self.open("/oauth/authorize", **app.asks(**changes))
        if self.page.status_code != 200:
            return self.location
        chosen = str(organisation) if organisation else self.hidden("organisation")
        await self.send("/oauth/authorize", query=self.hidden("query"), organisation=chosen, answer=answer)
        return self.location
