"""Somebody at a browser: what they do on the pages, and what every page must be for them."""

import re
import secrets
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import orjson
import pyotp
from playwright.async_api import FilePayload, Locator, Page, ViewportSize, expect
from sqlalchemy import text

from registry.identity.service import account, create_organisation
from registry.platform.crypto import keyring
from registry.platform.database import Database, Role
from registry.platform.settings import Settings
from tests.console.looked import Looked, violations
from tests.support.upstream import Upstream

PASSWORD: Final = "un cheval vert mange"
NARROW: Final[ViewportSize] = {"width": 320, "height": 640}
"""What WCAG 1.4.10 asks pages to fit into without scrolling sideways."""
_STOPS: Final = 250
"""More stops than any page has for the tabulator."""
_WAY: Final = """target => {
    const active = document.activeElement;
    if (target === active) return {outline: getComputedStyle(active).outlineStyle};
    const stops = [...document.querySelectorAll(
        'a[href], button, input, select, textarea, summary, [tabindex], [contenteditable]')].filter(e =>
            e === target || e.tabIndex >= 0 && !e.disabled && e.type !== 'hidden' && e.checkVisibility()
            && !(e.type === 'radio' && !e.checked));
    const from = stops.indexOf(active), to = stops.indexOf(target);
    return {steps: from < 0 ? (active === document.body ? to + 1 : 0) : to - from};
}"""
"""Whether a control has the focus, and what shows it; or how many stops it is away, as far as one can tell."""
_STATE: Final = """() => [document.documentElement.lang, location.pathname.split('/').length,
    ...[...document.querySelectorAll('body *')].map(e => e.tagName + '.' + e.className + '[' + e.getAttributeNames()
        .map(n => /^(aria-|role|type|tabindex|lang|autocomplete|disabled|open|hidden)/.test(n)
            ? n + '=' + e.getAttribute(n) : n)
        + ']' + (e.childElementCount ? '' : e.textContent.trim() ? '+' : '-'))].join(' ')"""
"""What there is to judge and to see of a page but its words: elements, classes, attributes, which of them say any."""


@dataclass
class Desk:
    """A browser at the service."""

    page: Page
    settings: Settings
    database: Database
    provider: Upstream
    javascript: bool
    keyboard: bool
    shots: Path
    looked: Looked
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

    async def fill(self, within: Locator | None = None, /, **fields: str) -> None:
        for label, value in fields.items():
            field_ = (within or self.page).get_by_label(label.replace("_", " "), exact=True)
            if not self.keyboard:
                await field_.fill(value)
                continue
            await self.reach(field_)
            if await field_.get_attribute("type") == "date":
                await self._type_date(field_, value)
                continue
            await field_.press("ControlOrMeta+a")
            await self.page.keyboard.press("Delete")
            await self.page.keyboard.insert_text(value)

    async def _type_date(self, field_: Locator, value: str) -> None:
        """Type a date in the order of its parts that the browser has, which is that of its own language."""
        year, month, day = value.split("-")
        for typed in (day + month + year, month + day + year):
            for _ in range(2):
                await self.page.keyboard.press("ArrowLeft")
            await self.page.keyboard.type(typed)
            if await field_.input_value() == value:
                return
        raise AssertionError(f"{value} cannot be typed")

    async def press(self, name: str, within: Locator | None = None) -> None:
        await self.use((within or self.page).get_by_role("button", name=name, exact=True))

    async def follow(self, name: str, within: Locator | None = None) -> None:
        """Follow a link; where a section of the console has the same name, the one in the page itself."""
        await self.use((within or self.page).get_by_role("link", name=name, exact=True).last)

    async def use(self, control: Locator) -> None:
        """Press a button or follow a link, and be at the page where it leads."""
        if not self.keyboard:
            await control.click()
            return
        await self.reach(control)
        async with self.page.expect_navigation():
            await self.page.keyboard.press("Enter")

    async def download(self, name: str) -> bytes:
        """Follow a link to a file; return what is in it."""
        link = self.page.get_by_role("link", name=name, exact=True)
        await self.reach(link)
        async with self.page.expect_download() as started:
            await self.page.keyboard.press("Enter")  # no navigation: the browser stays where it is
        return (await (await started.value).path()).read_bytes()

    async def choose(self, label: str, option: str) -> None:
        """Choose an option of a list, by what it says."""
        choice = self.page.get_by_label(label, exact=True)
        if not self.keyboard:
            await choice.select_option(label=option)
            return
        await self.reach(choice)
        await self.page.keyboard.press("Home")
        for _ in range(await choice.evaluate("(list, said) => [...list].findIndex(o => o.label === said)", option)):
            await self.page.keyboard.press("ArrowDown")
        assert await choice.evaluate("list => list.selectedOptions[0].label") == option

    async def tick(self, label: str | re.Pattern[str], *, on: bool = True) -> None:
        """Tick a box, or choose one of several."""
        box = self.page.get_by_label(label, exact=isinstance(label, str))
        if not self.keyboard:
            await box.set_checked(on)
            return
        if await box.is_checked() is on:
            return
        if await box.get_attribute("type") == "radio":
            await self._choose_among(box)
        else:
            await self.reach(box)
            await self.page.keyboard.press("Space")
        await expect(box).to_be_checked(checked=on)

    async def _choose_among(self, box: Locator) -> None:
        """Go to the group of radio buttons, which is one stop, and to the one in it with the arrows."""
        of_group = self.page.locator(f"input[type=radio][name='{await box.get_attribute('name')}']")
        checked = of_group.and_(self.page.locator(":checked"))
        await self.reach(checked if await checked.count() else of_group.first)
        await self.page.keyboard.press("Space")
        for _ in range(await of_group.count()):
            if await box.is_checked():
                return
            await self.page.keyboard.press("ArrowDown")

    async def unfold(self, name: str) -> None:
        """Open what stands folded under a word."""
        word = self.page.locator("summary", has_text=name)
        if not self.keyboard:
            await word.click()
            return
        await self.reach(word)
        await self.page.keyboard.press("Enter")

    async def attach(self, label: str, file: FilePayload) -> None:
        """Choose a file: the dialogue is the system's own, not of the page, so the keyboard ends before it."""
        await self.page.get_by_label(label, exact=True).set_input_files(file)

    async def reach(self, control: Locator) -> None:
        """Go to a control as somebody does who has no mouse: with the tabulator, forwards or backwards.

        Raises:
            AssertionError: It is not reached, or nothing shows where one is.
        """
        await expect(control).to_be_visible()
        pressed, key = 0, "Tab"
        while pressed <= _STOPS:
            found = await control.evaluate(_WAY)
            if "outline" in found:
                assert found["outline"] != "none", "one does not see where one is"
                return
            steps = found["steps"]
            key = key if steps == 0 else "Tab" if steps > 0 else "Shift+Tab"
            for _ in range(abs(steps) or 1):
                await self.page.keyboard.press(key)
            pressed += abs(steps) or 1
        raise AssertionError(f"{control} is not reached with the tabulator")

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
        """Check what can be checked of a page for everybody who reads it; of a state that is new, keep a picture."""
        self._steps += 1
        await self.page.wait_for_load_state()  # a heading is there before the style is
        assert title in await self.page.title()
        assert await self.page.locator("html").get_attribute("lang") in {"fr", "en"}
        if self.looked.is_new(self.javascript, await self.page.evaluate(_STATE)):
            self.shots.mkdir(parents=True, exist_ok=True)
            await self.page.screenshot(path=self.shots / f"{self._steps:02}.png", full_page=True)
            if self.javascript:
                assert await violations(self.page) == []
        before = self.page.viewport_size
        await self.page.set_viewport_size(NARROW)
        width = await self.page.evaluate("document.documentElement.scrollWidth")
        assert width <= NARROW["width"], f"{title}: {width} px wide"
        assert before is not None
        await self.page.set_viewport_size(before)


def new_address() -> str:
    return f"{secrets.token_hex(4)}@bailleur.example"
