"""What is asked: searches as callers send them, and as the product turns them into SQL. One seed, every size."""

import random
import uuid
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

import psycopg

from registry.access.principal import Principal
from registry.listings.filters import ListingQuery
from registry.listings.repository.search import Conditions, statement
from registry.listings.service.search import Search
from tests.perf.data import TOWNS

SEED: Final = 20261123
COMMON: Final = ("step_free_entrance", "zero_step_shower", "grab_bars", "lift", "raised_wc")
RARE: Final = ("adapted_parking", "video_intercom", "motorised_shutters")
"""Proven in 5, 3 and 2 of a hundred listed homes; the common ones in 30 to 70."""


@dataclass(frozen=True)
class Asked:
    """One search: its query string, and the SQL and values that the product makes of it."""

    query: str
    sql: str
    values: dict[str, Any]


class Questions:
    """The searches of one country.

    Places lie in communes around the towns; large towns are asked for as often as homes stand in them.
    """

    def __init__(self, admin: psycopg.Connection, organisation: uuid.UUID) -> None:
        self._principal = Principal(organisation, "landlord", "bench", frozenset(), {"pays": 1})
        self._by_town: dict[int, list[tuple[float, float]]] = {}
        rows = admin.execute("SELECT code::integer, ST_X(centre), ST_Y(centre) FROM registry.communes ORDER BY code")
        for code, lon, lat in rows:
            self._by_town.setdefault(1 + code % TOWNS, []).append((lon, lat))

    def common(self, count: int) -> list[Asked]:
        """Within 2 to 20 km: rooms, up to three common features, some by availability, some by rent."""
        draw = random.Random(SEED)
        return [self._asked(self._common(draw)) for _ in range(count)]

    def rare(self, count: int) -> list[Asked]:
        """Two or three rare features within 20 km."""
        draw = random.Random(SEED)
        return [self._asked(self._rare(draw)) for _ in range(count)]

    def _near(self, draw: random.Random, within_m: int) -> list[tuple[str, str]]:
        town = 1 + int(TOWNS * draw.random() ** 3)
        lon, lat = draw.choice(self._by_town[town])
        return [("near", f"{lon:.5f},{lat:.5f}"), ("within_m", str(within_m))]

    def _rare(self, draw: random.Random) -> list[tuple[str, str]]:
        features = draw.sample(RARE, draw.choice((2, 3)))
        return [*self._near(draw, 20_000), *(("feature", code) for code in features)]

    def _common(self, draw: random.Random) -> list[tuple[str, str]]:
        given = self._near(draw, draw.randint(2_000, 20_000))
        if draw.random() < 0.5:
            least = draw.randint(1, 4)
            given += [("rooms_min", str(least)), ("rooms_max", str(least + draw.randint(0, 1)))]
        given += [("feature", code) for code in draw.sample(COMMON, draw.randint(0, 3))]
        if draw.random() < 0.5:
            given.append(("availability", draw.choice(("now", "soon"))))
        if draw.random() < 0.3:
            given.append(("rent_max", str(draw.randrange(40_000, 70_000, 5_000))))
        return given

    def _asked(self, given: list[tuple[str, str]]) -> Asked:
        lists = [value for name, value in given if name == "feature"]
        parsed = ListingQuery.model_validate({**dict(given), "feature": lists})
        sql, values = statement(self.conditions(parsed))
        return Asked(urlencode(given), sql, values)

    def conditions(self, parsed: ListingQuery) -> Conditions:
        """Return what the product makes of a query."""
        search = Search.__new__(Search)  # without a database: only the translation is wanted
        return search._conditions(self._principal, parsed, after=None, context=b"", geojson=False)


def request(path: str, token: str, port: int, *, method: str = "GET", body: bytes = b"", kind: str = "") -> bytes:
    """Return an HTTP request as bytes."""
    head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\n"
    if body:
        head += f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
    return head.encode() + b"\r\n" + body
