"""A service beside an OpenID provider, and who signs in there."""

import secrets
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from sqlalchemy import text

from registry.asgi import create_application
from registry.identity.service import account, create_organisation
from registry.platform.crypto import keyring
from registry.platform.database import Database, Role, create_engine
from registry.platform.settings import Settings
from tests.support.database import BASE_URL, Server
from tests.support.people import Browser
from tests.support.upstream import Upstream, Visitor, new_siren, siret_of

REFUSED = "cannot be accepted"


@dataclass
class Service:
    """A service that knows a provider, on the database of the run."""

    app: FastAPI
    settings: Settings
    provider: Upstream
    database: Database

    def browser(self) -> Browser:
        return Browser(self.app, self.settings)

    async def organisation(self, siren: str | None = None) -> uuid.UUID:
        async with self.database.transaction(Role.AUTH, actor="tests") as session:
            made = await create_organisation(
                session=session, name=f"Bailleur {secrets.token_hex(4)}", kind="landlord", siren=siren
            )
        return made.id

    async def invite(self, organisation: uuid.UUID, email: str, role: str = "landlord_reader") -> None:
        async with self.database.transaction(Role.AUTH, actor="tests") as session:
            await account.invite(
                session=session, keys=keyring(self.settings), base_url=BASE_URL, organisation=organisation,
                email=email, role=role,
            )  # fmt: skip

    async def value(self, statement: str, **values: Any) -> Any:
        async with self.database.transaction(Role.AUTH, actor="tests") as session:
            return await session.scalar(text(statement), values)

    def somebody(self, **claims: Any) -> "Somebody":
        """Let the provider know a person."""
        name = secrets.token_hex(4)
        email = f"{name}@bailleur.example"
        given = {
            "sub": f"sub-{name}", "email": email, "email_verified": True, "given_name": "Jeanne", "usual_name": "Essai",
            "name": "Jeanne Essai", **claims,
        }  # fmt: skip
        self.provider.told(**{name: given})
        return Somebody(name, str(given["email"]), str(given["sub"]))

    async def signs_in(
        self, somebody: "Somebody", *faults: str, browser: Browser | None = None, visitor: Visitor | None = None
    ) -> Browser:
        """Have a person press the button and prove who they are; the browser is at what the service answers."""
        browser = browser or self.browser()
        await browser.open("/account/upstream", next="/console")
        assert browser.page.status_code == 303, browser.page.text
        self.provider.told(*faults)
        try:
            back = await (visitor or Visitor()).go(browser.location, somebody.name)
            await browser.open(back)
        finally:
            self.provider.told()
        return browser


@dataclass(frozen=True)
class Somebody:
    """A person at the provider."""

    name: str
    email: str
    sub: str


@asynccontextmanager
async def service(server: Server, name: str, provider: Upstream) -> AsyncIterator[Service]:
    settings = server.settings(name, **provider.settings())
    assert settings.web_database_url
    database = Database(create_engine(settings.web_database_url.get_secret_value()))
    app = create_application(settings, database)
    async with app.router.lifespan_context(app):
        yield Service(app, settings, provider, database)


@dataclass
class Employee:
    """A person with an account, whose employer and the provider are known; ``password``: the account as it is here."""

    at_provider: Somebody
    organisation: uuid.UUID
    siren: str


async def employ(service: Service) -> Employee:
    """Invite somebody whom ProConnect knows as working for that very organisation, and asked for two factors."""
    siren = new_siren()
    organisation = await service.organisation(siren)
    somebody = service.somebody(siret=siret_of(siren), amr=["pwd", "mfa"])
    await service.invite(organisation, somebody.email)
    return Employee(somebody, organisation, siren)


def next_step() -> int:
    """Return a moment whose code was not used by the sign-in just before, and is accepted now."""
    return int(time.time()) + 30
