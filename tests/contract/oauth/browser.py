"""A person at a browser of their own, on the wire: from an application's link to its redirect, by the real pages."""

import time
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import httpx
import pyotp

from tests.support.people import Browser, Person

MOST_PAGES = 12


class Visitor(Browser):
    """A browser that talks HTTP to a running service; it does what each page asks until it is sent away."""

    def __init__(self, url: str, person: Person) -> None:
        self.client = httpx.AsyncClient(base_url=url, headers={"Accept-Language": "en"})
        self.page = httpx.Response(200)
        self.person = person
        self.seen: list[str] = []
        self._here = urlsplit(url).netloc

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.client.aclose()

    async def browse(self, address: str) -> str:
        """Open a link of an application and say yes; return the address that the browser is sent to at the end."""
        await self.open(address)
        for _ in range(MOST_PAGES):
            if self.page.is_redirect:
                if urlsplit(self.location).netloc not in {"", self._here}:
                    return self.location
                await self.open(self.location)
            else:
                await self._answer()
        raise AssertionError(f"still not done: {self.seen}")

    async def _answer(self) -> None:
        """Fill in the page's form."""
        assert self.page.status_code == 200, self.page.text
        page = self.page.url.path
        self.seen.append(page)
        match page:
            case "/account/sign-in":
                await self._fill(email=self.person.email, password=self.person.password)
            case "/account/enrolment":
                await self._enrol()
            case "/account/second-factor":
                assert self.person.secret
                # The present code may be used up by the enrolment; the next one is accepted half a minute early.
                await self._fill(code=pyotp.TOTP(self.person.secret).at(time.time() + 30))
            case "/oauth/authorize":
                await self._fill(
                    query=self.hidden("query"), organisation=self.hidden("organisation"), answer="allow", next_=None
                )
            case _:
                raise AssertionError(self.page.text)

    async def _enrol(self) -> None:
        key = self.between("<code>", "</code>").replace(" ", "")
        self.person.secret = key
        following = self.hidden("next")
        await self.send("/account/enrolment", next=following, code=self.person.code)
        assert self.page.status_code == 200, self.page.text
        await self.open("/account/organisation", once="1", next=following)

    async def _fill(self, *, next_: str | None = "", **fields: str) -> None:
        page = self.page.url.path
        following = {} if next_ is None else {"next": self.hidden("next")}
        await self.send(page, **following, **fields)

    def between(self, before: str, after: str) -> str:
        return self.page.text.partition(before)[2].partition(after)[0]
