"""A file is fetched whole, or it is said why not: from servers that cut, wait, lie, lead elsewhere and never end."""

import base64
import gzip
import hashlib
import ssl
import uuid
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from registry.kernel.clock import now
from registry.platform.outbound import Outbound
from registry.sync import source_errors as errors
from registry.sync.service.pulls_fetch import Fetch, Fetched, Known
from registry.sync.service.pulls_login import Logins
from registry.sync.service.pulls_page import Download, Limits
from tests.support.certificates import for_localhost
from tests.support.exports import Answer, Asked, Exports, export_server, ranged

BODY = b"ref;rooms\n" + b"".join(b"H%d;2\n" % n for n in range(20_000))
SOURCE = uuid.UUID(int=1)
NONE = {"type": "none"}
LAST_MODIFIED = "Last-Modified: Sun, 01 Mar 2026 08:00:00 GMT"
MODIFIED = datetime(2026, 3, 1, 8, tzinfo=UTC)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ssl.SSLContext]:
    return for_localhost(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
async def exports(certificate: tuple[Path, ssl.SSLContext]) -> AsyncIterator[Exports]:
    async with export_server(certificate[1]) as running:
        yield running


class Client:
    """Fetches from one server, and remembers how long it was told to wait."""

    def __init__(self, exports: Exports, certificate: Path, directory: Path) -> None:
        self.exports, self.target = exports, directory / "fetched"
        trust = ssl.create_default_context(cafile=certificate)
        self.outbound = Outbound(frozenset({"localhost"}), private=True, verify=trust, timeout_s=5)
        self.logins = Logins(self.outbound)
        self.limits = Limits(max_s=60)
        self.waited: list[float] = []

    async def fetch(
        self, *, path: str = "/homes.csv", kind: str = "csv", known: Known | None = None,
        auth: dict[str, Any] | None = None, secret: str | None = None,
    ) -> Fetched:  # fmt: skip
        async def wait(seconds: float) -> None:
            self.waited.append(seconds)

        login = self.logins.of(SOURCE, auth or NONE, secret)
        download = Download(self.outbound, login, self.limits, wait)
        return await Fetch(download).fetch(self.exports.url(path), self.target, kind=kind, known=known or Known())

    @property
    def got(self) -> bytes:
        return self.target.read_bytes()


@pytest.fixture
def client(exports: Exports, certificate: tuple[Path, ssl.SSLContext], tmp_path: Path) -> Client:
    return Client(exports, certificate[0], tmp_path)


async def test_file_is_fetched_with_its_digest_its_date_and_what_to_ask_with_next(
    client: Client, exports: Exports
) -> None:
    exports.answers = [Answer(headers=('ETag: "1"', LAST_MODIFIED), body=BODY)]
    found = await client.fetch()
    assert client.got == BODY
    assert found.sha256 == hashlib.sha256(BODY).digest()
    assert found.as_of == MODIFIED
    assert found.known == Known('"1"', "Sun, 01 Mar 2026 08:00:00 GMT")
    (asked,) = exports.asked
    assert "if-none-match" not in asked.headers
    assert "authorization" not in asked.headers


async def test_file_without_a_date_is_of_when_the_server_gave_it_and_never_of_the_future(
    client: Client, exports: Exports
) -> None:
    exports.answers = [Answer(headers=("Date: Mon, 02 Mar 2026 08:00:00 GMT",), body=BODY)]
    assert (await client.fetch()).as_of == MODIFIED + timedelta(days=1)
    for header in ("Date: Mon, 02 Mar 2126 08:00:00 GMT", "Last-Modified: Mon, 02 Mar 2126 08:00:00 GMT", "Date: x"):
        exports.answers = [Answer(headers=(header,), body=BODY)]
        assert abs((await client.fetch()).as_of - now()) < timedelta(minutes=1)


async def test_file_that_did_not_change_is_not_fetched_again(client: Client, exports: Exports) -> None:
    exports.answers = [Answer("304 Not Modified", headers=('ETag: "1"',), length=-1)]
    known = Known('"1"', "Sun, 01 Mar 2026 08:00:00 GMT")
    found = await client.fetch(known=known)
    assert found == Fetched(None, MODIFIED, known)
    (asked,) = exports.asked
    assert asked.headers["if-none-match"] == '"1"'
    assert asked.headers["if-modified-since"] == "Sun, 01 Mar 2026 08:00:00 GMT"


async def test_server_that_says_unchanged_without_being_asked_is_not_believed(client: Client, exports: Exports) -> None:
    exports.answers = [Answer("304 Not Modified", length=-1)]
    with pytest.raises(errors.SourceRefuses):
        await client.fetch()


@pytest.mark.parametrize("cut_at", [1, 4_096, len(BODY) - 1])
async def test_download_that_is_cut_goes_on_where_it_was_cut(client: Client, exports: Exports, cut_at: int) -> None:
    exports.answers = [ranged(BODY, '"1"', cut_at=cut_at), ranged(BODY, '"1"')]
    found = await client.fetch()
    assert client.got == BODY
    assert found.sha256 == hashlib.sha256(BODY).digest()
    first, second = exports.asked
    assert "range" not in first.headers
    assert second.headers["range"].startswith("bytes=")
    assert second.headers["if-range"] == '"1"'
    assert int(second.headers["range"][6:-1]) <= cut_at


async def test_download_that_is_cut_again_and_again_ends_whole(client: Client, exports: Exports) -> None:
    exports.answers = [*(ranged(BODY, '"1"', cut_at=30_000) for _ in range(4)), ranged(BODY, '"1"')]
    await client.fetch()
    assert client.got == BODY
    assert client.waited == [1, 2, 4, 8]


async def test_file_that_changed_between_the_cut_and_the_rest_is_fetched_anew(client: Client, exports: Exports) -> None:
    other = BODY.replace(b";2", b";3")
    exports.answers = [ranged(BODY, '"1"', cut_at=9_000), ranged(other, '"2"', cut_at=20_000), ranged(other, '"2"')]
    found = await client.fetch()
    assert client.got == other
    assert found.known.etag == '"2"'


@pytest.mark.parametrize("header", [(), ('ETag: W/"1"',)])
async def test_rest_is_not_asked_for_where_the_server_could_not_tell_it_is_of_the_same_file(
    client: Client, exports: Exports, header: tuple[str, ...]
) -> None:
    exports.answers = [Answer(headers=header, body=BODY, cut_at=9_000), Answer(headers=header, body=BODY)]
    await client.fetch()
    assert client.got == BODY
    assert ["range" in asked.headers for asked in exports.asked] == [False, False]


@pytest.mark.parametrize(
    "part",
    [
        "bytes 0-{last}/{total}",  # what is there already, twice
        "bytes 100-{last}/{total}",
        "bytes 9000-{last}/99999999",
        "bytes 9000-{total}/{total}",
        "bytes x-y/z",
        "",
    ],
)
async def test_part_that_does_not_fit_what_is_there_is_not_joined_to_it(
    client: Client, exports: Exports, part: str
) -> None:
    stated = part.format(last=len(BODY) - 1, total=len(BODY))

    def misfit(asked: Asked) -> Answer:
        start = int(asked.headers["range"].removeprefix("bytes=").rstrip("-"))
        return Answer("206 Partial Content", ('ETag: "1"', f"Content-Range: {stated}"), BODY[start:])

    exports.answers = [ranged(BODY, '"1"', cut_at=9_000), misfit, ranged(BODY, '"1"')]
    await client.fetch()
    assert client.got == BODY
    assert "range" not in exports.asked[2].headers


async def test_server_that_has_nothing_left_to_give_is_asked_for_all_of_it(client: Client, exports: Exports) -> None:
    exports.answers = [ranged(BODY, '"1"', cut_at=9_000), Answer("416 Range Not Satisfiable"), Answer(body=BODY)]
    await client.fetch()
    assert client.got == BODY


async def test_length_that_is_never_reached_is_a_failure_and_not_a_short_file(client: Client, exports: Exports) -> None:
    exports.answers = [Answer(body=BODY, length=len(BODY) + 7)]
    with pytest.raises(errors.SourceUnreachable):
        await client.fetch()
    assert len(exports.asked) == client.limits.max_tries


@pytest.mark.parametrize("answer", [Answer(body=BODY, cut_at=5_000, chunked=True), Answer(body=BODY, cut_at=0)])
async def test_answer_that_breaks_off_every_time_is_a_failure(client: Client, exports: Exports, answer: Answer) -> None:
    exports.answers = [answer]
    with pytest.raises(errors.SourceUnreachable):
        await client.fetch()


async def test_file_in_chunks_is_whole_without_a_length(client: Client, exports: Exports) -> None:
    exports.answers = [Answer(body=BODY, chunked=True)]
    await client.fetch()
    assert client.got == BODY


async def test_file_of_which_nobody_could_tell_that_it_is_whole_is_refused(client: Client, exports: Exports) -> None:
    exports.answers = [Answer(body=BODY, length=-1)]
    with pytest.raises(errors.SourceFileInconsistent):
        await client.fetch()
    packed = gzip.compress(BODY)
    exports.answers = [Answer(headers=("Content-Encoding: gzip",), body=packed, length=-1)]
    await client.fetch()
    assert client.got == BODY
    exports.answers = [Answer(headers=("Content-Encoding: gzip",), body=packed[:-9], length=-1)]
    with pytest.raises(errors.SourceFileInconsistent):
        await client.fetch()


async def test_server_that_falls_silent_is_given_up_in_time(client: Client, exports: Exports) -> None:
    client.outbound = replace(client.outbound, timeout_s=0.2)
    exports.answers = [Answer(body=BODY, cut_at=3_000, silent=True)]
    with pytest.raises(errors.SourceUnreachable):
        await client.fetch()
    client.limits = Limits(max_s=0.3)
    client.outbound = replace(client.outbound, timeout_s=30)
    with pytest.raises(errors.SourceUnreachable):
        await client.fetch()


async def test_packed_file_is_unpacked_and_its_rest_is_asked_for_as_it_travels(
    client: Client, exports: Exports
) -> None:
    packed = gzip.compress(BODY)
    header = "Content-Encoding: gzip"
    exports.answers = [ranged(packed, '"z"', header, cut_at=1_000), ranged(packed, '"z"', header)]
    found = await client.fetch()
    assert client.got == BODY
    assert found.sha256 == hashlib.sha256(BODY).digest()
    assert "gzip" in exports.asked[0].headers["accept-encoding"]


@pytest.mark.parametrize("encoding", ["br", "deflate", "gzip, gzip"])
async def test_packing_that_was_not_asked_for_is_refused(client: Client, exports: Exports, encoding: str) -> None:
    exports.answers = [Answer(headers=(f"Content-Encoding: {encoding}",), body=BODY)]
    with pytest.raises(errors.SourceFileInconsistent):
        await client.fetch()


@pytest.mark.parametrize(
    "answer",
    [
        Answer(body=BODY),
        Answer(body=BODY, chunked=True),
        Answer(headers=("Content-Encoding: gzip",), body=gzip.compress(b"\n" * 10_000_000, mtime=0)),
    ],
)
async def test_file_beyond_its_bound_is_refused(client: Client, exports: Exports, answer: Answer) -> None:
    client.limits = Limits(max_bytes=50_000)
    exports.answers = [answer]
    with pytest.raises(errors.SourceFileTooLarge):
        await client.fetch()


async def test_pages_are_followed_and_joined_and_nothing_is_kept_to_compare_with(
    client: Client, exports: Exports
) -> None:
    def page(asked: Asked) -> Answer:
        number = int(asked.path.partition("page=")[2] or 1)
        link = f'Link: </homes.csv>; rel="first", </homes.csv?page={number + 1}>; title="a, b"; rel="last next"'
        return Answer(headers=('ETag: "1"', LAST_MODIFIED, *([link] if number < 4 else [])), body=b"a;b\n%d;0" % number)

    exports.answers = [page]
    found = await client.fetch(known=Known('"0"'))
    assert client.got == b"a;b\n1;0\n2;0\n3;0\n4;0"
    assert exports.paths == ["/homes.csv", "/homes.csv?page=2", "/homes.csv?page=3", "/homes.csv?page=4"]
    assert ["if-none-match" in asked.headers for asked in exports.asked] == [True, False, False, False]
    assert found.known == Known()
    assert found.as_of > MODIFIED, "the first page alone was not changed since"


@pytest.mark.parametrize(
    "link",
    [
        "<https://other.example/homes.csv?page=2>; rel=next",
        "<http://localhost/homes.csv>; rel=next",
        "<//other.example/x>; rel=next",
        "<https://localhost:1/homes.csv>; rel=next",
    ],
)
async def test_page_of_another_host_is_not_followed(client: Client, exports: Exports, link: str) -> None:
    exports.answers = [Answer(headers=(f"Link: {link}",), body=b"a\n1\n")]
    with pytest.raises(errors.SourceLeadsElsewhere):
        await client.fetch()
    assert len(exports.asked) == 1


async def test_pages_that_lead_back_or_never_end_are_a_failure(client: Client, exports: Exports) -> None:
    exports.answers = [Answer(headers=("Link: <?page=2>; rel=next",), body=b"a\n1\n")]
    with pytest.raises(errors.SourceEndless):
        await client.fetch()
    assert exports.paths == ["/homes.csv", "/homes.csv?page=2"]
    client.limits = Limits(max_pages=5)
    exports.answers = [lambda asked: Answer(headers=(f"Link: <{asked.path}0>; rel=next",), body=b"a\n1\n")]
    with pytest.raises(errors.SourceEndless):
        await client.fetch()


async def test_redirect_within_the_host_is_followed_and_elsewhere_it_is_not(client: Client, exports: Exports) -> None:
    auth = {"type": "bearer"}
    exports.answers = [Answer("302 Found", ("Location: /v2/homes.csv",)), Answer(body=BODY)]
    await client.fetch(auth=auth, secret="t0ken")
    assert client.got == BODY
    assert exports.paths == ["/homes.csv", "/v2/homes.csv"]
    for target in ("https://other.example/homes.csv", "http://localhost/homes.csv", "//127.0.0.1/", ""):
        exports.answers, exports.asked = [Answer("307 Temporary Redirect", (f"Location: {target}",))], []
        with pytest.raises(errors.SourceLeadsElsewhere):
            await client.fetch(auth=auth, secret="t0ken")
        assert len(exports.asked) == 1
    exports.answers = [Answer("302 Found", ("Location: /homes.csv",))]
    with pytest.raises(errors.SourceEndless):
        await client.fetch()


@pytest.mark.parametrize("status", ["429 Too Many Requests", "503 Service Unavailable"])
async def test_server_that_asks_to_wait_is_waited_for_or_tried_another_time(
    client: Client, exports: Exports, status: str
) -> None:
    exports.answers = [Answer(status, ("Retry-After: 7",)), Answer(status, ("Retry-After: 2",)), Answer(body=BODY)]
    await client.fetch()
    assert client.got == BODY
    assert client.waited == [7, 2]
    exports.answers = [Answer(status, ("Retry-After: 3600",))]
    with pytest.raises(errors.SourceOverloaded) as caught:
        await client.fetch()
    assert caught.value.retry_after == timedelta(hours=1)
    at = now() + timedelta(hours=2)
    exports.answers = [Answer(status, (f"Retry-After: {at:%a, %d %b %Y %H:%M:%S} GMT",))]
    with pytest.raises(errors.SourceOverloaded) as caught:
        await client.fetch()
    assert caught.value.retry_after is not None
    assert abs(caught.value.retry_after - timedelta(hours=2)) < timedelta(minutes=1)


async def test_server_that_asks_to_wait_for_ever_is_given_up(client: Client, exports: Exports) -> None:
    exports.answers = [Answer("429 Too Many Requests", ("Retry-After: 1",))]
    with pytest.raises(errors.SourceOverloaded):
        await client.fetch()
    assert len(exports.asked) == client.limits.max_tries


@pytest.mark.parametrize(
    ("status", "error", "asked"),
    [("500 Internal Server Error", errors.SourceUnreachable, 6), ("404 Not Found", errors.SourceRefuses, 1),
     ("403 Forbidden", errors.SourceRefuses, 1), ("401 Unauthorized", errors.SourceLoginRefused, 1),
     ("204 No Content", errors.SourceRefuses, 1), ("206 Partial Content", errors.SourceRefuses, 1)],
)  # fmt: skip
async def test_refusal_is_named(
    client: Client, exports: Exports, status: str, error: type[errors.PullFailed], asked: int
) -> None:
    exports.answers = [Answer(status)]
    with pytest.raises(error):
        await client.fetch()
    assert len(exports.asked) == asked


async def test_address_that_is_not_public_is_not_asked(client: Client, exports: Exports) -> None:
    client.outbound = replace(client.outbound, private=False)
    with pytest.raises(errors.SourceRefuses):
        await client.fetch()
    assert exports.asked == []


@pytest.mark.parametrize(
    ("auth", "header", "value"),
    [
        ({"type": "bearer"}, "authorization", "Bearer s3cret"),
        (
            {"type": "basic", "username": "é"},
            "authorization",
            f"Basic {base64.b64encode('é:s3cret'.encode()).decode()}",
        ),
        ({"type": "api_key", "header": "X-Api-Key"}, "x-api-key", "s3cret"),
    ],
)
async def test_login_goes_with_every_page(
    client: Client, exports: Exports, auth: dict[str, Any], header: str, value: str
) -> None:
    exports.answers = [Answer(headers=("Link: <?page=2>; rel=next",), body=b"a\n1\n"), Answer(body=b"a\n2\n")]
    await client.fetch(auth=auth, secret="s3cret")
    assert [asked.headers[header] for asked in exports.asked] == [value, value]


def oauth(exports: Exports, **more: Any) -> dict[str, Any]:
    return {"type": "client_credentials", "token_url": exports.url("/token"), "client_id": "u:s", **more}


class TokenServer:
    """Gives tokens t1, t2, …; the file only to the holder of a good one."""

    def __init__(self, exports: Exports, life: int | None = 600) -> None:
        self.given, self.good, self.life = 0, {"t1", "t2", "t3"}, life
        exports.answers = [self]
        self.asked: list[Asked] = []

    def __call__(self, asked: Asked) -> Answer:
        if asked.path == "/token":
            self.asked.append(asked)
            self.given += 1
            life = f', "expires_in": {self.life}' if self.life else ""
            return Answer(body=f'{{"access_token": "t{self.given}", "token_type": "bearer"{life}}}'.encode())
        token = asked.headers["authorization"].removeprefix("Bearer ")
        return Answer(body=BODY) if token in self.good else Answer("401 Unauthorized")


async def test_access_token_is_asked_for_once_until_it_ends(client: Client, exports: Exports) -> None:
    server = TokenServer(exports)
    moment = [0.0]
    client.logins = Logins(client.outbound, clock=lambda: moment[0])
    for moment[0] in (0, 569, 571):
        await client.fetch(auth=oauth(exports, scope="homes read"), secret="s/&")
    assert server.given == 2
    first = server.asked[0]
    assert first.body == b"grant_type=client_credentials&scope=homes+read"
    assert first.headers["authorization"] == f"Basic {base64.b64encode(b'u%3As:s%2F%26').decode()}"


async def test_token_that_was_revoked_is_renewed_once_and_the_file_comes(client: Client, exports: Exports) -> None:
    server = TokenServer(exports)
    await client.fetch(auth=oauth(exports), secret="x")
    server.good = {"t2"}
    await client.fetch(auth=oauth(exports), secret="x")
    assert client.got == BODY
    assert server.given == 2
    server.good = set()
    with pytest.raises(errors.SourceLoginRefused):
        await client.fetch(auth=oauth(exports), secret="x")
    assert server.given == 3, "it is not asked for tokens without end"


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Answer("401 Unauthorized"), errors.SourceLoginRefused),
        (Answer("400 Bad Request"), errors.SourceLoginRefused),
        (Answer(body=b"<html>"), errors.SourceLoginRefused),
        (Answer(body=b"[]"), errors.SourceLoginRefused),
        (Answer(body=b'{"access_token": "a\\r\\nX: y"}'), errors.SourceLoginRefused),
        (Answer(body=b'{"access_token": "a", "token_type": "mac"}'), errors.SourceLoginRefused),
        (Answer(body=b'{"access_token": "a", "expires_in": "x"}'), errors.SourceLoginRefused),
        (Answer("503 Service Unavailable"), errors.SourceUnreachable),
        (Answer(body=b"x" * 70_000), errors.SourceUnreachable),
    ],
)
async def test_token_server_that_gives_no_token_is_named(
    client: Client, exports: Exports, answer: Answer, error: type[errors.PullFailed]
) -> None:
    exports.answers = [answer]
    with pytest.raises(error):
        await client.fetch(auth=oauth(exports), secret="x")
    assert set(exports.paths) == {"/token"}, "nothing is asked for without a token"
