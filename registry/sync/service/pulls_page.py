"""Download one page of a landlord's file: from where it was cut, later where the server asks for it (RFC 9110)."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import IO, Final
from urllib.parse import urljoin, urlsplit

import httpx

from registry.kernel.clock import now
from registry.kernel.text import Text
from registry.platform.outbound import Outbound, TargetRefused
from registry.sync.service.pulls_login import Login
from registry.sync.source_errors import (
    SourceEndless,
    SourceFileInconsistent,
    SourceFileTooLarge,
    SourceLeadsElsewhere,
    SourceLoginRefused,
    SourceOverloaded,
    SourceRefuses,
    SourceUnreachable,
)

_RANGE: Final = re.compile(r"bytes (\d+)-(\d+)/(\d+)")
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_PACKED: Final = frozenset({"gzip", "x-gzip"})


@dataclass(frozen=True, slots=True)
class Limits:
    """What one fetch may cost.

    Attributes:
        max_bytes: Of each page as it travels, and of the file unpacked.
        max_s: Of all of it together.
        max_tries: Of one page that is cut, or that the server fails to give.
        longest_wait_s: What a server may ask to be waited for here; longer, and it is tried another time.
    """

    max_bytes: int = 2 * 1024**3
    max_s: float = 3_600
    max_pages: int = 10_000
    max_redirects: int = 5
    max_tries: int = 6
    longest_wait_s: float = 120


@dataclass(slots=True)
class Page:
    """One page on its way into a file.

    Attributes:
        headers: Of the answer that began it.
        unchanged: The server says that it is as it was.
        done: Bytes that are there.
        total: How many there will be, where the server says so.
        validator: By what the server recognises the rest as of the same file; ``None``: it cannot.
    """

    url: str
    file: IO[bytes]
    headers: httpx.Headers = field(default_factory=httpx.Headers)
    unchanged: bool = False
    done: int = 0
    total: int | None = None
    validator: str | None = None
    tries: int = 0
    redirects: int = 0

    def begin(self, answer: httpx.Response) -> None:
        """Take the whole page from an answer; what was there before is of another file, or nobody can tell."""
        self.file.seek(0)
        self.file.truncate()
        length = answer.headers.get("content-length", "")
        self.headers, self.done, self.total = answer.headers, 0, int(length) if length.isdecimal() else None
        etag, modified = answer.headers.get("etag"), answer.headers.get("last-modified")
        self.validator = etag if etag and not etag.startswith("W/") else modified if not etag else None

    def goes_on(self, answer: httpx.Response) -> bool:
        """Tell whether a part is the one that is missing, of the same file."""
        found = _RANGE.fullmatch(answer.headers.get("content-range", ""))
        if found is None:
            return False
        start, end, total = map(int, found.groups())
        packing = [headers.get("content-encoding", "identity") for headers in (self.headers, answer.headers)]
        if start != self.done or end >= total or self.total not in {None, total} or packing[0] != packing[1]:
            return False
        self.total = total
        return True


@dataclass(frozen=True, slots=True)
class Download:
    """Downloads pages.

    Attributes:
        sleep: Waits that many seconds.
    """

    outbound: Outbound
    login: Login
    limits: Limits = field(default_factory=Limits)
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def page(self, url: str, target: Path, conditions: dict[str, str]) -> Page:
        """Download a page into ``target`` as it travels: packed, where the server packs it.

        Args:
            conditions: Headers by which the server tells whether it changed.

        Raises:
            PullFailed: One of its kinds says why not.
        """
        renewed = False
        with _opened(target) as file:
            page = Page(url, file)
            while True:
                headers = {"Accept": "*/*", "Accept-Encoding": "gzip, identity", **await self.login.headers()}
                try:
                    async with self.outbound.opened(page.url, headers | _rest(page, conditions)) as answer:
                        if answer.status_code == 401 and not renewed and self.login.renew():
                            renewed = True
                        elif await self._taken(page, answer, conditions):
                            return page
                except TargetRefused as refused:
                    raise SourceRefuses(Text(f"L'adresse : {refused}.", f"The address: {refused}.")) from None
                except (httpx.HTTPError, OSError) as error:
                    await self._try_again(page, type(error).__name__)

    async def _taken(self, page: Page, answer: httpx.Response, conditions: dict[str, str]) -> bool:
        """Take an answer; return whether the page is there."""
        status = answer.status_code
        if status == 304 and conditions and not page.done:
            page.headers, page.unchanged = answer.headers, True
            return True
        if status == 200:
            page.begin(answer)
            return await self._read(page, answer)
        if status == 206 and page.done and page.goes_on(answer):
            return await self._read(page, answer)
        if status in {206, 416} and page.done:
            page.validator = None  # a part that does not fit: all of it again
            await self._try_again(page, f"{status}")
        elif status in _REDIRECTS:
            self._lead(page, answer)
        elif status in {429, 503}:
            await self._wait(page, answer)
        elif status >= 500:
            await self._try_again(page, f"{status}")
        elif status == 401:
            raise SourceLoginRefused(Text("Le serveur répond 401.", "The server answers 401."))
        else:
            raise SourceRefuses(Text(f"Le serveur répond {status}.", f"The server answers {status}."))
        return False

    async def _read(self, page: Page, answer: httpx.Response) -> bool:
        """Read what comes; return whether that is all of it.

        Raises:
            SourceFileInconsistent: Nobody could tell a whole file from one that was cut.
            SourceFileTooLarge: It is.
        """
        packing = answer.headers.get("content-encoding", "identity").lower()
        if packing not in _PACKED and page.total is None and "transfer-encoding" not in answer.headers:
            raise SourceFileInconsistent(
                Text("Le serveur ne dit pas où le fichier finit : ni Content-Length, ni « chunked », ni gzip.",
                     "The server does not say where the file ends: no Content-Length, chunks or gzip.")
            )  # fmt: skip
        if packing not in _PACKED | {"identity", ""}:
            raise SourceFileInconsistent(
                Text("Le fichier est compressé d'une façon qui n'a pas été demandée.",
                     "The file is compressed in a way that was not asked for.")
            )  # fmt: skip
        if page.total is not None and page.total > self.limits.max_bytes:
            raise SourceFileTooLarge(_over(self.limits.max_bytes))
        async for chunk in answer.aiter_raw():
            page.done += len(chunk)
            if page.done > self.limits.max_bytes:
                raise SourceFileTooLarge(_over(self.limits.max_bytes))
            page.file.write(chunk)
        if page.total is not None and page.done != page.total:
            page.validator = page.validator if page.done < page.total else None
            await self._try_again(page, f"{page.done} ≠ {page.total}")
            return False
        page.file.flush()
        return True

    def _lead(self, page: Page, answer: httpx.Response) -> None:
        """Follow the server to another address of its own.

        Raises:
            SourceLeadsElsewhere, SourceEndless: As they say.
        """
        page.redirects += 1
        page.url = of_same_host(page.url, answer.headers.get("location", ""))
        if page.redirects > self.limits.max_redirects:
            raise SourceEndless(Text("Trop de redirections.", "Too many redirects."))

    async def _wait(self, page: Page, answer: httpx.Response) -> None:
        """Wait as long as the server asks.

        Raises:
            SourceOverloaded: That is too long, or too often.
        """
        asked = retry_after(answer.headers.get("retry-after", ""))
        page.tries += 1
        if page.tries >= self.limits.max_tries or (asked and asked.total_seconds() > self.limits.longest_wait_s):
            said = f"{answer.status_code}" + (f", Retry-After: {asked.total_seconds():.0f} s" if asked else "")
            raise SourceOverloaded(Text(f"Le serveur répond {said}.", f"The server answers {said}."), retry_after=asked)
        await self.sleep(asked.total_seconds() if asked else 2.0**page.tries)

    async def _try_again(self, page: Page, why: str) -> None:
        """Pause before the next try.

        Raises:
            SourceUnreachable: There were enough.
        """
        page.tries += 1
        if page.tries >= self.limits.max_tries:
            raise SourceUnreachable(
                Text(f"Après {page.tries} essais et {page.done} octets : {why}.",
                     f"After {page.tries} tries and {page.done} bytes: {why}.")
            )  # fmt: skip
        await self.sleep(2.0 ** (page.tries - 1))


def _opened(target: Path) -> IO[bytes]:
    return target.open("w+b")


def _rest(page: Page, conditions: dict[str, str]) -> dict[str, str]:
    """Return the headers that ask for what is missing, or for all of it."""
    if page.done and page.validator:
        return {"Range": f"bytes={page.done}-", "If-Range": page.validator}
    return {} if page.done else conditions


def _over(bound: int) -> Text:
    return Text(f"Plus de {bound} octets.", f"More than {bound} bytes.")


def of_same_host(url: str, target: str) -> str:
    """Return the address that a server leads to, if it is one of its own.

    Raises:
        SourceLeadsElsewhere: It is another host's, or port, or not https: what proves who we are is for that one only.
    """
    try:
        led = urljoin(url, target)
        before, after = urlsplit(url), urlsplit(led)
        same = (after.scheme, after.hostname, after.port or 443) == ("https", before.hostname, before.port or 443)
    except ValueError:
        same, led = False, ""
    if not same or not target or after.username or after.password:
        host = urlsplit(led).hostname or "?"
        raise SourceLeadsElsewhere(Text(f"Il renvoie à « {host} ».", f"It leads to '{host}'."))
    return led.partition("#")[0]


def retry_after(given: str) -> timedelta | None:
    """Return how long a server asks to wait (RFC 9110 §10.2.3), seconds or a date; ``None``: it does not say."""
    if given.strip().isdecimal():
        return timedelta(seconds=min(int(given.strip()), 86_400))
    at = moment(given)
    return max(at - now(), timedelta(0)) if at else None


def moment(given: str | None) -> datetime | None:
    """Return an HTTP date; ``None``: it is none."""
    try:
        found = parsedate_to_datetime(given or "")
    except ValueError:
        return None
    return found if found.tzinfo else None
