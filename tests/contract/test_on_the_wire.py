"""What only a real connection shows: malformed HTTP, bodies that do not end, clients that go away."""

import asyncio
import json
import re
import socket
import time
from collections.abc import Callable
from typing import Any

import httpx
import psycopg
import pytest
import pytest_asyncio

from tests.contract.conftest import SMALL_BATCH
from tests.contract.problem import assert_oauth_error, assert_problem
from tests.contract.requests import HOME, Good, Place
from tests.support.database import Server
from tests.support.served import Served, received


def answer_of(raw: bytes) -> httpx.Response:
    """Read an answer with a Content-Length."""
    head, _, body = raw.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = [tuple(line.split(": ", 1)) for line in lines]
    return httpx.Response(int(first.split()[1]), headers=headers, content=body)  # type: ignore[arg-type]


def request(method: str, target: str, *headers: str) -> bytes:
    return "\r\n".join([f"{method} {target} HTTP/1.1", "Host: registry.test", *headers, "", ""]).encode("latin-1")


@pytest.fixture
def authorization(fresh: Place) -> str:
    return f"Authorization: {fresh.owner.headers['Authorization']}"


@pytest.mark.parametrize(
    "raw",
    [
        b"nonsense\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET /v1/homes HTTP/9.9\r\nHost: x\r\n\r\n",
        b"GET /v1/homes HTTP/1.1\r\nHost: x\r\nBad Header\r\n\r\n",
        b"GET /v1/homes HTTP/1.1\r\nHost: x\r\nX: a\x00b\r\n\r\n",
        b"GET /v1/ho\xffmes HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /v1/homes HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n",
        b"GET /v1/homes HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"PUT /v1/homes/x HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}",
        b"PUT /v1/homes/x HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"PUT /v1/homes/x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
        b"CONNECT registry.test:443 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ],
)
def test_malformed_http_is_refused_and_the_connection_closed(served: Served, raw: bytes) -> None:
    found = served.send(raw, b"")
    assert re.match(rb"HTTP/1\.1 4\d\d ", found), found[:200]
    assert httpx.get(f"{served.url}/healthz").status_code == 200


@pytest.mark.parametrize(
    "target", ["/v1/homes/%FF", "/v1/homes/%C3%28", "/v1/homes?status=%FF", "/v1/homes?%FF=1", "/%FE"]
)
def test_address_that_is_not_utf8_is_a_problem(served: Served, authorization: str, target: str) -> None:
    answer = answer_of(served.send(request("GET", target, authorization)))
    assert_problem(answer, 400, "address-unreadable")


@pytest.mark.parametrize(
    "target",
    ["/v1/homes/.", "/v1/homes/..", "/v1/homes/a/../b", "/v1/homes/%2E%2E", "/v1/homes/a%2F.%2Fb", "/v1/homes/"],
)
def test_dot_segments_are_no_reference(served: Served, authorization: str, target: str) -> None:
    assert_problem(answer_of(served.send(request("GET", target, authorization))), 400, "ref-invalid", "ref")


@pytest.mark.parametrize(
    "target",
    [
        "/",
        "/v1",
        "/v1/",
        "/v2/homes",
        "//v1/homes",
        "/v1/homes%00",
        "/v1/listings/",
        "/problems/",
        "/v1/../metrics",
        "/V1/homes",
        "/.git/config",
    ],
)
def test_address_that_does_not_exist_is_a_problem(served: Served, authorization: str, target: str) -> None:
    assert_problem(answer_of(served.send(request("GET", target, authorization))), 404, "route-not-found", "path")


def test_header_that_is_not_ascii_is_no_failure(served: Served, authorization: str) -> None:
    names = ("Accept-Language", "X-Correlation-Id", "If-Match", "User-Agent", "Cookie")
    headers = [f"{name}: \xff\xfe" for name in names]
    answer = answer_of(served.send(request("GET", "/v1/homes?limit=1", authorization, *headers)))
    assert answer.status_code == 200
    assert re.fullmatch("[0-9a-f]{32}", answer.headers["x-correlation-id"])
    assert_problem(answer_of(served.send(request("GET", "/v1/homes", authorization, "Accept: \xff"))), 406)
    assert_problem(answer_of(served.send(request("GET", "/v1/homes", "Authorization: \xff\xfe"))), 401)
    written = answer_of(served.send(request("DELETE", "/v1/homes/x", authorization, "If-Match: \xff")))
    assert_problem(written, 400, "query-invalid", "if-match")


def send_for(seconds: float, connection: socket.socket, part: bytes) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        connection.sendall(part)


def chunked(*parts: bytes) -> bytes:
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


PUT = ("PUT", "/v1/homes/H-big", "Content-Type: application/json")
BATCH = ("POST", "/v1/homes:batch", "Content-Type: application/x-ndjson")


@pytest.mark.parametrize(("asked", "limit"), [(PUT, 1_000_000), (BATCH, SMALL_BATCH)])
class TestBodyAboveTheLimit:
    """The refusal arrives whatever the client does, and the connection ends cleanly."""

    def refusal(self, connection: socket.socket) -> None:
        found = received(connection)
        answer = answer_of(found)
        assert_problem(answer, 413, "body-over-limit")
        assert answer.headers["connection"] == "close"
        connection.settimeout(10)
        assert connection.recv(1) == b"", "closed, not reset"

    def test_client_that_sends_all_before_it_reads_gets_it(
        self, served: Served, authorization: str, asked: tuple[str, str, str], limit: int
    ) -> None:
        size = limit + 3_000_000
        with served.connect() as connection:
            connection.sendall(request(*asked, authorization, f"Content-Length: {size}") + b" " * size)
            self.refusal(connection)

    def test_client_that_waits_for_an_answer_before_it_sends_gets_it_at_once(
        self, served: Served, authorization: str, asked: tuple[str, str, str], limit: int
    ) -> None:
        with served.connect() as connection:
            connection.sendall(request(*asked, authorization, f"Content-Length: {limit + 1}", "Expect: 100-continue"))
            started = time.monotonic()
            found = received(connection)
            assert time.monotonic() - started < 1.5
            assert not found.startswith(b"HTTP/1.1 100")
            assert_problem(answer_of(found), 413, "body-over-limit")

    def test_client_that_does_not_say_how_much_comes_gets_it(
        self, served: Served, authorization: str, asked: tuple[str, str, str], limit: int
    ) -> None:
        parts = [b" " * 65_536] * (limit // 65_536 + 10)
        with served.connect() as connection:
            connection.sendall(request(*asked, authorization, "Transfer-Encoding: chunked") + chunked(*parts))
            self.refusal(connection)

    def test_client_that_never_ends_gets_it_and_is_cut_off(
        self, served: Served, authorization: str, asked: tuple[str, str, str], limit: int
    ) -> None:
        part = b"%x\r\n%s\r\n" % (65_536, b" " * 65_536)
        with served.connect() as connection:
            connection.sendall(request(*asked, authorization, "Transfer-Encoding: chunked"))
            for _ in range(limit // 65_536 + 2):
                connection.sendall(part)
            assert_problem(answer_of(received(connection)), 413, "body-over-limit")
            with pytest.raises((BrokenPipeError, ConnectionResetError)):
                send_for(10, connection, part)

    def test_stranger_is_not_listened_to(
        self, served: Served, authorization: str, asked: tuple[str, str, str], limit: int
    ) -> None:
        del limit
        with served.connect() as connection:
            connection.sendall(request(*asked, "Content-Length: 900000"))
            assert_problem(answer_of(received(connection)), 401, "token-missing")


def test_connection_goes_on_after_a_refusal_that_left_nothing_unread(served: Served, authorization: str) -> None:
    bad = request("PUT", "/v1/homes/x", authorization, "Content-Type: application/json", "Content-Length: 1") + b"{"
    with served.connect() as connection:
        for _ in range(3):
            connection.sendall(bad)
            assert_problem(answer_of(received(connection)), 400, "body-unreadable")
        connection.sendall(request("GET", "/v1/homes?limit=1", authorization))
        assert answer_of(received(connection)).status_code == 200


def test_head_is_get_without_the_body(served: Served, authorization: str) -> None:
    for target in (
        "/v1/homes?limit=1",
        f"/v1/homes/{HOME}",
        "/v1/homes/nobody's",
        "/healthz",
        "/nowhere",
        "/v1/homes/%FF",
    ):
        with served.connect() as connection:
            connection.sendall(request("HEAD", target, authorization, "Connection: close"))
            head = b""
            while chunk := connection.recv(65_536):
                head += chunk
        whole = answer_of(served.send(request("GET", target, authorization)))
        answer = answer_of(head)
        assert answer.content == b""
        assert answer.status_code == whole.status_code
        assert answer.headers["content-type"] == whole.headers["content-type"]
        assert answer.headers.get("etag") == whole.headers.get("etag")


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/v1/homes", {"GET", "HEAD"}),
        (f"/v1/homes/{HOME}", {"GET", "HEAD", "PUT", "DELETE"}),
        ("/v1/homes:batch", {"POST"}),
        ("/v1/listings", {"GET", "HEAD"}),
        ("/v1/listings/search", {"POST"}),
        ("/oauth/token", {"POST"}),
        ("/healthz", {"GET", "HEAD"}),
    ],
)
def test_options_lists_the_methods_and_others_are_refused_with_them(
    served: Served, path: str, allowed: set[str]
) -> None:
    answer = httpx.options(f"{served.url}{path}")
    assert answer.status_code == 204
    assert answer.content == b""
    assert set(answer.headers["allow"].split(", ")) == {*allowed, "OPTIONS"}
    for method in {"GET", "PUT", "POST", "PATCH", "DELETE", "TRACE"} - allowed:
        refused = httpx.request(method, f"{served.url}{path}")
        if path.startswith("/oauth/"):
            assert_oauth_error(refused, 405, "invalid_request")
        else:
            assert_problem(refused, 405, "method-not-allowed", "method")
        assert refused.headers["allow"] == answer.headers["allow"]
    assert_problem(httpx.options(f"{served.url}/nowhere"), 404, "route-not-found")


async def eventually(true: Callable[[], bool], within_s: float = 5.0) -> bool:
    until = time.monotonic() + within_s
    while not true():
        if time.monotonic() > until:
            return False
        await asyncio.sleep(0.05)
    return True


@pytest_asyncio.fixture
async def spy(server: Server, database_name: str) -> Any:
    with server.connect(database_name) as connection:
        yield connection


def waiting(spy: psycopg.Connection, table: str) -> int:
    """Return how many statements of the web process wait for a lock on the table."""
    row = spy.execute(
        "SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE NOT l.granted"
        " AND l.relation = %s::regclass AND a.usename = 'registry_web' AND a.state = 'active'",
        (f"registry.{table}",),
    ).fetchone()
    assert row
    return int(row[0])


@pytest.mark.parametrize(
    ("operation", "table"),
    [
        ("search_listings", "listings"), ("search_listings_in_area", "listings"), ("read_listing", "listings"),
        ("list_homes", "homes"), ("put_home", "homes"), ("write_batch", "homes"), ("list_communes", "communes"),
    ],
)  # fmt: skip
async def test_statement_of_a_client_that_went_away_is_cancelled(
    fresh: Place, good: dict[str, Good], served: Served, server: Server, database_name: str, spy: psycopg.Connection,
    operation: str, table: str, authorization: str,
) -> None:  # fmt: skip
    asked = good[operation]
    content, media_type = asked.content
    target = str(httpx.URL(asked.path, params=asked.query)) if asked.query else asked.path
    headers = [
        authorization,
        f"Content-Length: {len(content or b'')}",
        *([f"Content-Type: {media_type}"] if media_type else []),
    ]
    with server.connect(database_name) as holder:
        holder.autocommit = False
        holder.execute(f"LOCK TABLE registry.{table} IN ACCESS EXCLUSIVE MODE")
        gone = served.connect()
        stays = served.connect()
        for connection in (gone, stays):
            connection.sendall(request(asked.method, target, *headers) + (content or b""))
        assert await eventually(lambda: waiting(spy, table) == 2)
        gone.close()
        assert await eventually(lambda: waiting(spy, table) == 1, 2.0), "the other one still waits"
        await asyncio.sleep(0.5)
        assert waiting(spy, table) == 1
        holder.rollback()
    with stays:
        answered = received(stays)
    assert re.match(rb"HTTP/1\.1 20[01] ", answered), answered
    # As many at once as the pool keeps: the cancelled connection went back usable, or not at all.
    typed = {"Content-Type": media_type} if media_type else {}
    async with httpx.AsyncClient(base_url=served.url, headers={**fresh.owner.headers, **typed}) as client:
        answers = await asyncio.gather(*(client.request(asked.method, target, content=content) for _ in range(10)))
    assert {answer.status_code for answer in answers} <= {200, 201}


async def test_client_that_goes_away_while_it_sends_leaves_nothing_behind(
    served: Served, spy: psycopg.Connection, authorization: str
) -> None:
    line = json.dumps({"ref": "never", "residence_ref": "R-12"}).encode()
    for headers, part in (
        ("Content-Length: 500000", line),
        ("Transfer-Encoding: chunked", b"%x\r\n%s\r\n" % (len(line), line)),
    ):
        connection = served.connect()
        connection.sendall(request(*BATCH, authorization, headers) + part)
        await asyncio.sleep(0.5)
        waiting = spy.execute(  # one that is only between two statements waits for nothing
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = 'registry_web'"
            " AND state LIKE 'idle in transaction%' AND state_change < clock_timestamp() - interval '0.2 seconds'"
        ).fetchone()
        connection.close()
        assert waiting == (0,), "no transaction waits for a body"
    assert (await asyncio.to_thread(httpx.get, f"{served.url}/readyz")).status_code == 200
