"""The national geocoder: IGN's Géoplateforme (geoservices.ign.fr, "Géocodage"; the API of addok).

What leaves the service are addresses of residences, a thousand together and without a word of whose they are; they are
no personal data. It takes 50 requests a second from one address and answers 429 beyond (IGN, 2024).
"""

import asyncio
import csv
import io
import json
import math
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

import httpx
import structlog

from registry.kernel.network import is_confidential
from registry.kernel.text import Text
from registry.territories.errors import GeocoderUnavailable
from registry.territories.geocoding import NOWHERE, Address, Candidate, Kind, Located, Method, decide
from registry.territories.spelling import house_number

BATCH: Final = 10_000
"""Rows of one call. More have been taken (200,000), with answers that took minutes."""
SINGLES: Final = 5
"""Up to so many addresses are asked one by one: they are answered at once."""
PER_SECOND: Final = 50
TRIES: Final = 4
LONGEST_WAIT_S: Final = 30.0
RETRY_AFTER_S: Final = 5.0
"""What 429 means where it does not say how long."""
ANSWER_S: Final = 120.0
MAX_BYTES: Final = 32_000_000
log = structlog.get_logger()

Sleep = Callable[[float], Awaitable[None]]


@dataclass
class Pace:
    """Lets one pass each ``1 / per_second`` seconds, in the order in which they come."""

    per_second: float
    sleep: Sleep = asyncio.sleep
    clock: Callable[[], float] = time.monotonic
    _next: float = 0.0

    async def turn(self) -> None:
        """Return when it is the caller's turn."""
        now = self.clock()
        mine = max(self._next, now)
        self._next = mine + 1 / self.per_second
        if mine > now:
            await self.sleep(mine - now)


@dataclass
class Geoplateforme:
    """A :class:`~registry.territories.geocoding.Geocoder` that asks ``base_url`` ("https://data.geopf.fr/geocodage").

    Redirects are not followed and proxies of the environment are not used: the address is the operator's setting, and
    what answers from elsewhere is not asked. Waiting is bounded: an answer in :data:`ANSWER_S`, :data:`TRIES` of them.
    """

    base_url: str
    pace: Pace = field(default_factory=lambda: Pace(PER_SECOND))
    sleep: Sleep = asyncio.sleep
    timeout_s: float = ANSWER_S

    def __post_init__(self) -> None:
        if not is_confidential(self.base_url):
            raise ValueError("the geocoder is asked over https, or on this very machine")

    async def locate(self, addresses: Sequence[Address]) -> list[Located]:
        """Return the best find for each address.

        Raises:
            GeocoderUnavailable: It does not answer, or not as it must; the log says what.
        """
        async with httpx.AsyncClient(trust_env=False, timeout=self.timeout_s, follow_redirects=False) as client:
            if len(addresses) <= SINGLES:
                return [await self._single(client, address) for address in addresses]
            found: list[Located] = []
            for start in range(0, len(addresses), BATCH):
                found += await self._batch(client, addresses[start : start + BATCH])
            return found

    async def _single(self, client: httpx.AsyncClient, address: Address) -> Located:
        parameters = {"q": _written(address), "citycode": address.commune_code, "limit": "3", "autocomplete": "0"}
        return read_single(address, await self._answer(client, "GET", "/search", params=parameters))

    async def _batch(self, client: httpx.AsyncClient, addresses: Sequence[Address]) -> list[Located]:
        sent = io.StringIO()
        writer = csv.writer(sent, lineterminator="\n")
        writer.writerow(("n", "address", "commune"))
        writer.writerows((n, _written(address), address.commune_code) for n, address in enumerate(addresses))
        body = await self._answer(
            client, "POST", "/search/csv",
            files={"data": ("addresses.csv", sent.getvalue().encode(), "text/csv")},
            data={"columns": "address", "citycode": "commune", "encoding": "utf-8"},
        )  # fmt: skip
        return read_batch(addresses, body)

    async def _answer(self, client: httpx.AsyncClient, method: str, path: str, **request: Any) -> bytes:
        """Return the body of a 200 answer; ask again, after what it says, where it is busy or the line broke."""
        reason = ""
        for attempt in range(TRIES):
            await self.pace.turn()
            wait = min(2.0**attempt, LONGEST_WAIT_S)
            try:
                async with asyncio.timeout(self.timeout_s):
                    status, headers, body = await _asked(client, method, f"{self.base_url.rstrip('/')}{path}", request)
            except (httpx.HTTPError, OSError, TimeoutError) as error:
                reason = type(error).__name__
            else:
                if status == 200:
                    return body
                reason = f"it answers {status}"
                if status not in {429, 502, 503, 504}:
                    break
                wait = _retry_after(headers.get("retry-after"), default=RETRY_AFTER_S if status == 429 else wait)
            if attempt < TRIES - 1:
                log.info("geocoder_waits", reason=reason, seconds=wait)
                await self.sleep(wait)
        raise _not_as_expected(reason)


async def _asked(
    client: httpx.AsyncClient, method: str, url: str, request: Mapping[str, Any]
) -> tuple[int, httpx.Headers, bytes]:
    asked = client.build_request(method, url, headers={"Accept-Encoding": "identity"}, **request)
    answer = await client.send(asked, stream=True)
    try:
        if answer.headers.get("content-encoding", "identity") != "identity":
            raise _not_as_expected("its answer is compressed: it could unfold to any size")
        body = bytearray()
        if answer.status_code == 200:
            async for chunk in answer.aiter_bytes():
                body += chunk
                if len(body) > MAX_BYTES:
                    raise _not_as_expected("its answer is too large")
        return answer.status_code, answer.headers, bytes(body)
    finally:
        await answer.aclose()


def read_single(address: Address, body: bytes) -> Located:
    """Return the find of an answer to ``/search``.

    Raises:
        GeocoderUnavailable: It is no GeoJSON of addresses.
    """
    try:
        candidates = [candidate for each in json.loads(body)["features"] if (candidate := _of_feature(each))]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise _not_as_expected(type(error).__name__) from None
    return decide(address, candidates, Method.GEOPLATEFORME)


def read_batch(addresses: Sequence[Address], body: bytes) -> list[Located]:
    """Return the finds of an answer to ``/search/csv``: one row for each address, in any order.

    Raises:
        GeocoderUnavailable: Rows are missing or twice, or are no such rows: then none of them is believed.
    """
    try:
        rows = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig")), strict=True))
        by_rank = {int(row["n"]): row for row in rows}
        if len(rows) != len(addresses) or by_rank.keys() != set(range(len(addresses))):
            raise _not_as_expected("its rows are not those that were asked")
        return [_of_row(address, by_rank[n]) for n, address in enumerate(addresses)]
    except (ValueError, KeyError, TypeError, AttributeError, csv.Error) as error:
        raise _not_as_expected(type(error).__name__) from None


def _retry_after(value: str | None, *, default: float) -> float:
    """Return the seconds of a ``Retry-After`` (RFC 9110 §10.2.3: seconds or a date), within bounds."""
    seconds = default
    if value and value.strip().isdecimal():
        seconds = float(value[:9])
    elif value:
        try:
            until = parsedate_to_datetime(value)
        except ValueError:
            return default
        seconds = (until.replace(tzinfo=until.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
    return min(max(seconds, 0.0), LONGEST_WAIT_S)


def _not_as_expected(reason: str) -> GeocoderUnavailable:
    log.warning("geocoder_unavailable", reason=reason)
    return GeocoderUnavailable(
        Text(f"Le géocodage n'a pas abouti ({reason}).", f"Geocoding did not succeed ({reason}).")
    )


def _written(address: Address) -> str:
    separated = address.separated
    return " ".join(part for part in (separated.number, separated.street, separated.postcode) if part)[:200]


def _of_feature(feature: Mapping[str, Any]) -> Candidate | None:
    given = feature["properties"]
    lon, lat = feature["geometry"]["coordinates"][:2]
    return _candidate(
        given["citycode"], lon, lat, given["score"], given["type"], given.get("label"), given.get("housenumber"),
        given.get("banId") or given.get("id"),
    )  # fmt: skip


def _of_row(address: Address, row: Mapping[str, str]) -> Located:
    """Read a row by what it found: ``result_status`` is "ok" for anything that has a score."""
    if not row["result_score"]:
        return NOWHERE
    candidate = _candidate(
        row["result_citycode"], row["longitude"], row["latitude"], row["result_score"], row["result_type"],
        row.get("result_label"), row.get("result_housenumber"), row.get("result_banId") or row.get("result_id"),
    )  # fmt: skip
    following = row.get("result_score_next")
    found = [] if candidate is None else [candidate]
    return decide(address, found, Method.GEOPLATEFORME, next_score=_finite(following) if following else None)


def _candidate(
    commune: str, lon: Any, lat: Any, score: Any, kind: str, label: str | None, number: str | None, ban_id: str | None
) -> Candidate | None:
    """Return one find; ``None`` where it is of a kind that we do not know."""
    if kind not in set(Kind):
        return None
    place = _finite(lon), _finite(lat)
    if abs(place[0]) > 180 or abs(place[1]) > 90:
        raise ValueError("no longitude and latitude")
    return Candidate(
        str(commune), *place, min(max(_finite(score), 0.0), 1.0), Kind(kind), str(label or "")[:200],
        house_number(number), str(ban_id)[:60] if ban_id else None,
    )  # fmt: skip


def _finite(value: Any) -> float:
    number = float(value)
    if not math.isfinite(number):
        raise ValueError("not a number")
    return number
