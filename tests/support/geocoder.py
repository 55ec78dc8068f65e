"""Geocoders for tests: one that answers what it is told, and a national one on this machine, "ok" to garbage."""

import asyncio
import csv
import io
import json
import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from registry.territories.geocoding import Address, Kind, Located, Method, Verdict


@dataclass
class Scripted:
    """A geocoder that answers what it is told, and remembers what it was asked."""

    answer: Located
    asked: list[Address] = field(default_factory=list)

    async def locate(self, addresses: Sequence[Address]) -> list[Located]:
        self.asked += addresses
        return [self.answer] * len(addresses)


def doubtful(lon: float, lat: float) -> Located:
    """Return a find that a person is to look at."""
    return Located(
        Verdict.DOUBTFUL, Method.BAN, lon, lat, score=0.8, gap=0.05, kind=Kind.STREET, label="Rue des Acacias, 33000"
    )


Row = dict[str, str]
Finds = Callable[[str, str], Row]
"""From the address and the commune's code as they were asked to the columns of the answer."""


def found(address: str, commune: str, **changes: Any) -> Row:
    """Return a good find: the house that was asked, in its commune."""
    number, _, street = address.partition(" ")
    return {
        "longitude": "-0.5792", "latitude": "44.8378", "result_score": "0.97", "result_score_next": "0.52",
        "result_label": f"{number} {street}", "result_type": "housenumber", "result_id": "33063_0010_00012",
        "result_housenumber": number, "result_name": street, "result_street": street, "result_postcode": "33000",
        "result_city": "Bordeaux", "result_context": "33, Gironde", "result_citycode": commune,
        "result_status": "ok", **{name: str(value) for name, value in changes.items()},
    }  # fmt: skip


def garbage(address: str, commune: str) -> Row:
    """Return what is answered to any text: a town of a name that resembles it, elsewhere, and "ok"."""
    return found(
        address, "64102", result_score=0.21, result_score_next=0.20, result_type="municipality", result_housenumber=""
    )


@dataclass
class FakeGeocoder:
    """Answers ``/search`` and ``/search/csv``.

    Attributes:
        finds: What it finds.
        troubles: What becomes of the next requests instead of an answer: a status with headers, "cut", "slow".
        body: What it answers in place of its finds, if anything.
        asked: Request lines and bodies.
    """

    port: int = 0
    finds: Finds = found
    troubles: list[tuple[int, dict[str, str]] | str] = field(default_factory=list)
    body: bytes | None = None
    asked: list[tuple[str, bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/geocodage"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = re.search(rb"(?im)^content-length: (\d+)", head)
                body = await reader.readexactly(int(length[1])) if length else b""
                line = head.decode().splitlines()[0]
                self.asked.append((line, body))
                trouble = self.troubles.pop(0) if self.troubles else None
                if trouble == "slow":
                    await reader.read()  # until the other side has waited long enough
                    return
                if trouble == "cut":
                    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nlongitude,")
                    return
                status, headers = trouble if isinstance(trouble, tuple) else (200, {})
                answer = b"" if status != 200 else self._answered(line, body)
                lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(answer)}"]
                lines += [f"{name}: {value}" for name, value in headers.items()]
                writer.write("\r\n".join([*lines, "", ""]).encode() + answer)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    def _answered(self, line: str, body: bytes) -> bytes:
        if self.body is not None:
            return self.body
        if line.startswith("GET"):
            asked = parse_qs(urlsplit(line.split()[1]).query)
            return json.dumps({"features": [_feature(self.finds(asked["q"][0], asked["citycode"][0]))]}).encode()
        sent = re.search(rb"filename=[^\r]*\r\n[^\r]*\r\n\r\n(.*?)\r\n--", body, re.DOTALL)
        assert sent, body
        rows = [
            {**row, **self.finds(row["address"], row["commune"])}
            for row in csv.DictReader(io.StringIO(sent[1].decode()))
        ]
        answer = io.StringIO()
        writer = csv.DictWriter(answer, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
        return answer.getvalue().encode()


def _feature(row: Row) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [float(row["longitude"]), float(row["latitude"])]},
        "properties": {
            "label": row["result_label"], "score": float(row["result_score"]), "type": row["result_type"],
            "housenumber": row["result_housenumber"], "citycode": row["result_citycode"], "id": row["result_id"],
        },
    }  # fmt: skip


@asynccontextmanager
async def fake_geocoder() -> AsyncIterator[FakeGeocoder]:
    """Run one until the block ends."""
    made = FakeGeocoder()
    running = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.port = running.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        running.close()
        await running.wait_closed()
