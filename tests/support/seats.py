"""Somebody of an organisation at a browser without JavaScript, signed in and acting for it."""

import html
import re
import uuid
from dataclasses import dataclass
from typing import Any

import httpx
from fastapi import FastAPI

from registry.platform.database import Database
from registry.platform.settings import Settings
from tests.support.people import Browser, join


@dataclass
class Seats:
    """Signs people in; of one organisation they act for it without being asked."""

    app: FastAPI
    settings: Settings
    database: Database

    async def take(self, organisation: uuid.UUID, role: str, *, language: str | None = None) -> Browser:
        """Sign somebody new in; what they read is in the ``language`` from then on."""
        browser = Browser(self.app, self.settings)
        await browser.sign_in(await join(self.database, self.settings, organisation, role))
        await browser.open("/console")
        if browser.location.startswith("/account/organisation"):
            await browser.open("/account/organisation", next="/console")
            await browser.send("/account/organisation", organisation=str(organisation), next="/console")
        if language:
            browser.client.headers["Accept-Language"] = language
        return browser


async def upload(browser: Browser, page: str, name: str, content: bytes, /, **fields: Any) -> httpx.Response:
    """Send the form with a file of the page that is open."""
    given = {"form_token": browser.hidden("form_token"), **fields}
    browser.page = await browser.client.post(page, data=given, files={"file": (name, content)})
    return browser.page


def words(answer: httpx.Response) -> str:
    """Return what a page says, without its tags and with single spaces."""
    body = answer.text.partition("<main")[2]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())
