"""Fetch a landlord's file over https: page after page, and only if it changed."""

import asyncio
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple

import httpx

from registry.kernel.clock import now
from registry.kernel.text import Text
from registry.sync.service.pulls_join import Joined
from registry.sync.service.pulls_page import Download, moment, of_same_host
from registry.sync.source_errors import SourceEndless, SourceUnreachable

_LINK: Final = re.compile(r'<([^>]*)>([^,"]*(?:"[^"]*"[^,"]*)*)')
_NEXT: Final = re.compile(r';\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,"]+))', re.IGNORECASE)


class Known(NamedTuple):
    """By what a server recognises the file that was fetched last."""

    etag: str | None = None
    last_modified: str | None = None


class Fetched(NamedTuple):
    """What a server gave.

    Attributes:
        sha256: Of the file, unpacked; ``None``: the server says that nothing changed.
        as_of: Of which moment it is, as far as the server says.
        known: What to ask it with the next time.
    """

    sha256: bytes | None
    as_of: datetime
    known: Known


@dataclass(frozen=True, slots=True)
class Fetch:
    """Fetches one file with one login."""

    download: Download

    async def fetch(self, url: str, target: Path, *, kind: str, known: Known) -> Fetched:
        """Fetch the file into ``target``, unpacked, its pages joined.

        Args:
            kind: Of the declared format.
            known: What the server is asked to compare with.

        Raises:
            PullFailed: One of its kinds says why not.
        """
        most = self.download.limits.max_s
        try:
            async with asyncio.timeout(most):
                return await self._all(url, target, kind, known)
        except TimeoutError:
            raise SourceUnreachable(
                Text(f"Rien d'entier en {most:.0f} s.", f"Nothing whole in {most:.0f} s.")
            ) from None

    async def _all(self, url: str, target: Path, kind: str, known: Known) -> Fetched:
        raw = target.with_name(f"{target.name}.page")
        joined = await asyncio.to_thread(Joined, target, kind=kind, max_bytes=self.download.limits.max_bytes)
        page = await self.download.page(url, raw, _conditions(known))
        if page.unchanged:
            modified = page.headers.get("last-modified") or known.last_modified
            return Fetched(None, _as_of(page.headers, modified), known)
        first, seen = page.headers, {url, page.url}
        while True:
            await asyncio.to_thread(joined.add, raw)
            following = next_page(page.url, page.headers)
            if following is None:
                break
            if following in seen or joined.pages >= self.download.limits.max_pages:
                raise SourceEndless(
                    Text(f"Après {joined.pages} pages, encore une.", f"After {joined.pages} pages, another one.")
                )
            seen.add(following)
            page = await self.download.page(following, raw, {})
        if joined.pages > 1:  # what the server says of the first page says nothing of the others
            return Fetched(joined.sha256, _as_of(first, None), Known())
        known = Known(first.get("etag"), first.get("last-modified"))
        return Fetched(joined.sha256, _as_of(first, known.last_modified), known)


def _conditions(known: Known) -> dict[str, str]:
    """Return the headers by which a server tells whether its file changed (RFC 9110 §13.1)."""
    given = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: value for name, value in given.items() if value is not None}


def _as_of(headers: httpx.Headers, last_modified: str | None) -> datetime:
    """Return of which moment a file is: when it was changed last, else when it was given; never later than now."""
    found = moment(last_modified) or moment(headers.get("date")) or now()
    return min(found, now())


def next_page(url: str, headers: httpx.Headers) -> str | None:
    """Return the address of the next page (RFC 8288), where a server names one of its own.

    Raises:
        SourceLeadsElsewhere: It names another host's.
    """
    for target, parameters in _LINK.findall(headers.get("link", "")):
        relations = _NEXT.search(parameters)
        if relations and "next" in (relations[1] or relations[2]).lower().split():
            return of_same_host(url, target)
    return None
