"""Somebody at a browser: what they do on the pages, and what every page must be for them."""

import secrets
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import orjson
import pyotp
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, ViewportSize, expect
from sqlalchemy import text

from registry.identity.service import account, create_organisation
from registry.platform.crypto import keyring
from registry.platform.database import Database, Role
from registry.platform.settings import Settings
from tests.support.upstream import Upstream

PASSWORD: Final = "un cheval vert mange"
NARROW: Final[ViewportSize] = {"width": 320, "height": 640}
"""What WCAG 1.4.10 asks pages to fit into without scrolling sideways."""


@dataclass
class Desk:
    """A browser at the service."""

    page: Page
    settings: Settings
    database: Database
    provider: Upstream
    javascript: bool
    shots: Path
    totp: pyotp.TOTP | None = None
    codes: list[str] = field(default_factory=list)
    _steps: int = 0

    # The scene

    async def organisation(
        self, name: str = "Office", siren: str | None = None, *, kind: str = "landlord"
    ) -> uuid.UUID:
        async with self.database.transaction(Role.AUTH, actor="tests") as session:
            made = await create_organisation(
                session=session, name=f"{name} {secrets.token_hex(3)}", kind=kind, siren=siren
            )
        return made.id

    async def invitation(
        self, organisation: uuid.UUID, *, email: str | None = None, role: str = "landlord_admin"
    ) -> str:
        """Invite somebody; return the link of their mail."""
        async with self.database.transaction(Role.AUTH, actor="tests") as session:
            return await account.invite(
                session=session, keys=keyring(self.settings), base_url=self.settings.base_url,
                organisation=organisation, email=email or new_address(), role=role,
            )  # fmt: skip

    async def last_mail(self, recipient: str) -> str:
        """Return the text of the last mail to somebody, which no worker has sent yet."""
        async with self.database.transaction(Role.AUTH, actor="tests") as session:
            row = (
                await session.execute(
                    text("SELECT id, sealed FROM mails WHERE recipient = :to ORDER BY created_at DESC LIMIT 1"),
                    {"to": recipient},
                )
            ).one()
        written: dict[str, str] = orjson.loads(keyring(self.settings).decrypt(row.sealed, place=f"mails:{row.id}"))
        return written["text"]

    # What somebody does

    async def open(self, address: str) -> None:
        await self.page.goto(address)

    async def fill(self, **fields: str) -> None:
        for label, value in fields.items():
            await self.page.get_by_label(label.replace("_", " "), exact=True).fill(value)

    async def press(self, name: str) -> None:
        await self.page.get_by_role("button", name=name, exact=True).click()

    async def follow(self, name: str) -> None:
        await self.page.get_by_role("link", name=name, exact=True).click()

    async def at(self, title: str) -> None:
        """Be at the page with this heading, and look at it."""
        await expect(self.page.get_by_role("heading", level=1)).to_have_text(title)
        await self.look(title)

    async def accept(self, organisation: uuid.UUID, email: str | None = None, *, role: str = "landlord_admin") -> str:
        """Accept an invitation as somebody new; return their address."""
        address = email or new_address()
        await self.open(await self.invitation(organisation, email=address, role=role))
        await self.fill(**{"Nom et prénom": "Jeanne Essai", "Choisissez un mot de passe": PASSWORD})
        await self.press("Accepter l'invitation")
        return address

    async def give_password(self, address: str, password: str = PASSWORD) -> None:
        await self.fill(**{"Adresse électronique": address, "Mot de passe": password})
        await self.press("Se connecter")

    async def enrol(self) -> None:
        """Set up the second factor with the key that the page shows."""
        key = await self.page.locator("code").inner_text()
        self.totp = pyotp.TOTP(key.replace(" ", ""))
        await self.fill(**{"Code à six chiffres": self.totp.now()})
        await self.press("Confirmer")
        await self.at("Vos codes de secours")  # or the texts of the page before are read
        self.codes = await self.page.locator("ol.codes code").all_inner_texts()

    @property
    def next_code(self) -> str:
        """A code that is good now and was not used for enrolling."""
        assert self.totp is not None
        return self.totp.at(int(time.time()) + 30)

    # What every page must be

    async def look(self, title: str) -> None:
        """Check what can be checked of a page for everybody who reads it, and keep a picture of it."""
        self._steps += 1
        self.shots.mkdir(parents=True, exist_ok=True)
        await self.page.screenshot(path=self.shots / f"{self._steps:02}.png", full_page=True)
        assert title in await self.page.title()
        assert await self.page.locator("html").get_attribute("lang") in {"fr", "en"}
        if self.javascript:
            found: Any = await Axe().run(self.page)
            assert found.violations_count == 0, found.generate_report()
        before = self.page.viewport_size
        await self.page.set_viewport_size(NARROW)
        width = await self.page.evaluate("document.documentElement.scrollWidth")
        assert width <= NARROW["width"], f"{title}: {width} px wide"
        assert before is not None
        await self.page.set_viewport_size(before)


def new_address() -> str:
    return f"{secrets.token_hex(4)}@bailleur.example"
