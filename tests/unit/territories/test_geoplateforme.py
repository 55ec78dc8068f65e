"""The national geocoder's client, against a server that answers well, badly, late and not at all."""

import contextlib
import itertools
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.territories.errors import GeocoderUnavailable
from registry.territories.geocoding import NOWHERE, Address, Method, Verdict
from registry.territories.service import geoplateforme
from registry.territories.service.geoplateforme import (
    LONGEST_WAIT_S,
    PER_SECOND,
    TRIES,
    Geoplateforme,
    Pace,
    read_batch,
    read_single,
)
from tests.support.geocoder import FakeGeocoder, fake_geocoder, found, garbage

ASKED = Address("33063", "rue des Acacias", "12", "33000")
MANY = [Address("33063", f"rue des Acacias {n}", str(n)) for n in range(1, 21)]


@dataclass
class Sleeper:
    """Waits no time, and remembers how long it should have."""

    waited: list[float] = field(default_factory=list)

    async def __call__(self, seconds: float) -> None:
        self.waited.append(seconds)


@pytest.fixture
async def server() -> AsyncIterator[FakeGeocoder]:
    async with fake_geocoder() as made:
        yield made


@pytest.fixture
def sleeper() -> Sleeper:
    return Sleeper()


@pytest.fixture
def client(server: FakeGeocoder, sleeper: Sleeper) -> Geoplateforme:
    return Geoplateforme(server.url, sleep=sleeper)


async def test_few_addresses_are_asked_one_by_one(server: FakeGeocoder, client: Geoplateforme) -> None:
    located = await client.locate([ASKED, ASKED])
    assert [one.verdict for one in located] == [Verdict.EXACT] * 2
    assert (located[0].method, located[0].point, located[0].score) == (Method.GEOPLATEFORME, (-0.5792, 44.8378), 0.97)
    assert located[0].ban_id == "33063_0010_00012"
    assert [line.split()[0] for line, _ in server.asked] == ["GET", "GET"]
    assert "citycode=33063" in server.asked[0][0]
    assert "q=12+rue+des+Acacias+33000" in server.asked[0][0]


async def test_many_addresses_are_one_file(server: FakeGeocoder, client: Geoplateforme) -> None:
    located = await client.locate(MANY)
    assert [one.verdict for one in located] == [Verdict.EXACT] * len(MANY)
    assert [one.label for one in located][:2] == ["1 rue des Acacias 1", "2 rue des Acacias 2"]
    ((line, body),) = server.asked
    assert line.startswith("POST /geocodage/search/csv")
    assert b'name="citycode"' in body


async def test_file_holds_as_many_rows_as_a_call_may(
    server: FakeGeocoder, client: Geoplateforme, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(geoplateforme, "BATCH", 8)
    assert len(await client.locate(MANY)) == len(MANY)
    assert len(server.asked) == 3


async def test_ok_on_garbage_places_nothing(server: FakeGeocoder, client: Geoplateforme) -> None:
    server.finds = garbage
    assert await client.locate(MANY) == [NOWHERE] * len(MANY)
    assert await client.locate([ASKED]) == [NOWHERE]


async def test_small_gap_in_a_file_makes_doubtful(server: FakeGeocoder, client: Geoplateforme) -> None:
    server.finds = lambda address, commune: found(address, commune, result_score_next=0.96)
    assert {one.verdict for one in await client.locate(MANY)} == {Verdict.DOUBTFUL}


async def test_row_without_a_score_is_nowhere(server: FakeGeocoder, client: Geoplateforme) -> None:
    server.finds = lambda address, commune: dict.fromkeys(found(address, commune), "") | {"result_status": "not-found"}
    assert await client.locate(MANY) == [NOWHERE] * len(MANY)


async def test_busy_server_is_asked_again_after_what_it_says(
    server: FakeGeocoder, client: Geoplateforme, sleeper: Sleeper
) -> None:
    server.troubles = [(429, {"Retry-After": "3"}), (429, {}), (503, {"Retry-After": "9999"})]
    assert (await client.locate([ASKED]))[0].verdict is Verdict.EXACT
    assert sleeper.waited == [3.0, 5.0, LONGEST_WAIT_S]


async def test_retry_after_may_be_a_date_or_nonsense(
    server: FakeGeocoder, client: Geoplateforme, sleeper: Sleeper
) -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=12), usegmt=True)
    server.troubles = [(429, {"Retry-After": later}), (429, {"Retry-After": "soon"})]
    await client.locate([ASKED])
    assert 8 < sleeper.waited[0] <= 12
    assert sleeper.waited[1] == 5.0


async def test_asking_again_ends(server: FakeGeocoder, client: Geoplateforme) -> None:
    server.troubles = [(429, {})] * 20
    with pytest.raises(GeocoderUnavailable, match="429"):
        await client.locate(MANY)
    assert len(server.asked) == TRIES


@pytest.mark.parametrize("trouble", ["cut", "slow"])
async def test_line_that_breaks_or_answers_late_is_tried_again(
    server: FakeGeocoder, sleeper: Sleeper, trouble: str
) -> None:
    server.troubles = [trouble, trouble]
    client = Geoplateforme(server.url, sleep=sleeper, timeout_s=0.3)
    assert (await client.locate([ASKED]))[0].verdict is Verdict.EXACT
    server.troubles = [trouble] * TRIES
    with pytest.raises(GeocoderUnavailable):
        await client.locate(MANY)


async def test_refusal_is_not_asked_again(server: FakeGeocoder, client: Geoplateforme) -> None:
    server.troubles = [(400, {})]
    with pytest.raises(GeocoderUnavailable, match="400"):
        await client.locate(MANY)
    assert len(server.asked) == 1


async def test_redirect_is_not_followed(server: FakeGeocoder, client: Geoplateforme) -> None:
    server.troubles = [(302, {"Location": "http://169.254.169.254/"})]
    with pytest.raises(GeocoderUnavailable, match="302"):
        await client.locate([ASKED])
    assert len(server.asked) == 1


async def test_compressed_answer_is_refused(server: FakeGeocoder, client: Geoplateforme) -> None:
    server.troubles = [(200, {"Content-Encoding": "gzip"})]
    with pytest.raises(GeocoderUnavailable, match="compressed"):
        await client.locate([ASKED])


async def test_answer_without_end_is_refused(
    server: FakeGeocoder, client: Geoplateforme, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(geoplateforme, "MAX_BYTES", 1_000)
    server.body = b"x" * 10_000
    with pytest.raises(GeocoderUnavailable, match="too large"):
        await client.locate([ASKED])


HEAD = ",".join(["n", *found("1 rue A", "33063")])


@pytest.mark.parametrize(
    "body",
    [
        b"", b"\xff\xfe", b"<html>", b"n\n0\n", HEAD.encode(), f"{HEAD}\n0,nan,0,0.9,,,housenumber".encode(),
        f"{HEAD}\n7,1,2,0.9".encode(), f'{HEAD}\n0,"'.encode(), f"{HEAD}\n{'x' * 200_000}".encode(),
        f"{HEAD}\n0,1,2,x,,,housenumber,,,,,,,,33063,ok".encode(),
        f"{HEAD}\n0,181,2,0.9,,l,housenumber,,12,,,,,,33063,ok".encode(),
    ],
)  # fmt: skip
def test_file_that_is_none_is_refused_whole(body: bytes) -> None:
    with pytest.raises(GeocoderUnavailable):
        read_batch([ASKED], body)


def test_row_answered_twice_or_missing_makes_the_file_unbelievable() -> None:
    row = ",".join(["0", *(f'"{value}"' for value in found("12 rue A", "33063").values())])
    assert read_batch([ASKED], f"{HEAD}\n{row}".encode())[0].verdict is Verdict.EXACT
    for rows in ([row, row], [row, row.replace("0,", "1,", 1), row.replace("0,", "2,", 1)]):
        with pytest.raises(GeocoderUnavailable):
            read_batch([ASKED, ASKED], "\n".join([HEAD, *rows]).encode())


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda rest: f"{HEAD}\n0,{rest}".encode(errors="ignore")))
def test_any_bytes_are_finds_or_the_named_error(body: bytes) -> None:
    with contextlib.suppress(GeocoderUnavailable):
        assert read_batch([ASKED], body)[0].verdict in set(Verdict)
    with contextlib.suppress(GeocoderUnavailable):
        assert read_single(ASKED, body).verdict in set(Verdict)


def test_address_must_be_confidential() -> None:
    for url in ("http://data.geopf.fr/geocodage", "https://user:secret@data.geopf.fr", "ftp://127.0.0.1"):
        with pytest.raises(ValueError, match="https"):
            Geoplateforme(url)


async def test_no_more_than_so_many_requests_begin_in_a_second() -> None:
    now, begun = 100.0, []

    async def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds

    pace = Pace(PER_SECOND, sleep=sleep, clock=lambda: now)
    for _ in range(3 * PER_SECOND):
        await pace.turn()
        begun.append(now)
    gaps = [after - before for before, after in itertools.pairwise(begun)]
    assert min(gaps) >= 1 / PER_SECOND - 1e-9
    assert begun[-1] - begun[0] == pytest.approx(3 - 1 / PER_SECOND)


async def test_every_request_waits_for_its_turn(server: FakeGeocoder, sleeper: Sleeper) -> None:
    paced = Sleeper()
    client = Geoplateforme(server.url, sleep=sleeper, pace=Pace(PER_SECOND, sleep=paced, clock=lambda: 0.0))
    server.troubles = [(429, {})]
    await client.locate([ASKED, ASKED])
    assert paced.waited == pytest.approx([1 / PER_SECOND, 2 / PER_SECOND]), "the repetition counts too"
