"""A source that is due is fetched once, compared with what came before, handed over or confirmed, and noted."""

import asyncio
import json
import ssl
import uuid
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from structlog.testing import capture_logs

from registry.audit import service as audit
from registry.kernel.clock import now
from registry.kernel.text import Text
from registry.platform.crypto import keyring
from registry.platform.database import Database, Role
from registry.platform.outbound import Outbound
from registry.platform.settings import Settings
from registry.sync.errors import FileTooLarge
from registry.sync.repository.schedule import claimed
from registry.sync.schedules import MAX_TRIES
from registry.sync.service.imports import receive
from registry.sync.service.notices import Notices
from registry.sync.service.pulls import Pulls
from registry.sync.service.pulls_login import Logins
from registry.sync.service.run import Runner
from registry.sync.tasks.schedule import fetch_due
from tests.conftest import Register
from tests.support import territory as territories
from tests.support.certificates import for_localhost
from tests.support.database import BASE_URL, Server
from tests.support.exports import Answer, Asked, Exports, export_server
from tests.support.members import Member
from tests.support.sources import CSV, Desk, Imports
from tests.support.stock import home, publish, residence

BODY = b"ref;rooms\nH1;2\n"
LAST_MODIFIED = "Last-Modified: Sun, 01 Mar 2026 08:00:00 GMT"
MODIFIED = datetime(2026, 3, 1, 8, tzinfo=UTC)
SLOT = {"weekday": 7, "hour": 3}


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ssl.SSLContext]:
    return for_localhost(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
async def exports(certificate: tuple[Path, ssl.SSLContext]) -> AsyncIterator[Exports]:
    async with export_server(certificate[1]) as running:
        yield running


@pytest.fixture
def outbound(certificate: tuple[Path, ssl.SSLContext]) -> Outbound:
    trust = ssl.create_default_context(cafile=certificate[0])
    return Outbound(frozenset({"localhost"}), private=True, verify=trust)


@pytest.fixture(autouse=True)
def _hosts(app: FastAPI, outbound: Outbound) -> Iterator[None]:
    before = app.state.pulls
    app.state.pulls = outbound
    yield
    app.state.pulls = before


class Place:
    """A landlord whose server is fetched from, and the worker that does it."""

    def __init__(self, desk: Desk, exports: Exports, pulls: Pulls, imports: Imports, server: Server, name: str) -> None:
        self.desk, self.exports, self.pulls, self.imports = desk, exports, pulls, imports
        self._server, self._name = server, name

    async def declare(self, name: str = "erp", **more: Any) -> uuid.UUID:
        given = {
            "kind": "pull",
            "format": CSV,
            "pull": {"url": self.exports.url("/a%20b.csv")},
            "schedule": SLOT,
            **more,
        }
        answer = await self.desk.client.put(f"/v1/sources/{name}", json=given, headers=self.desk.member.headers)
        assert answer.is_success, answer.text
        return uuid.UUID(answer.json()["id"])

    async def state(self, name: str = "erp") -> dict[str, Any]:
        return await self.desk.get(f"sources/{name}")

    def set(self, source: uuid.UUID, values: str) -> None:
        with self._server.connect(self._name) as admin:
            admin.execute(f"UPDATE registry.sync_sources SET {values} WHERE id = %s".encode(), (source,))

    async def pull(self, source: uuid.UUID) -> str:
        """Have its time come, and fetch it."""
        self.set(source, "next_run_at = now() - interval '3 days'")
        return await self.pulls.pull(source)


@pytest.fixture
def place(
    client: httpx.AsyncClient, landlord: Member, job_database: Database, settings: Settings, exports: Exports,
    outbound: Outbound, server: Server, database_name: str,
) -> Place:  # fmt: skip
    imports, keys = Imports(), keyring(settings)

    async def wait(seconds: float) -> None:
        del seconds

    pulls = Pulls(job_database, keys, outbound, Logins(outbound), Notices(keys, BASE_URL), imports, wait=wait)
    exports.answers = [Answer(headers=('ETag: "1"', LAST_MODIFIED), body=BODY)]
    return Place(Desk(client, landlord), exports, pulls, imports, server, database_name)


async def test_file_is_handed_over_with_its_name_and_its_moment_and_the_next_slot_is_set(place: Place) -> None:
    source = await place.declare(
        pull={"url": place.exports.url("/a%20b.csv"), "auth": {"type": "bearer", "secret": "x"}}
    )
    assert await place.pull(source) == "received"
    (received,) = place.imports.received
    assert (received.source, received.body, received.name) == (source, BODY, "a b.csv")
    assert (received.as_of, received.cause) == (MODIFIED, "schedule")
    assert place.exports.asked[0].headers["authorization"] == "Bearer x"
    found = await place.state()
    assert now() < datetime.fromisoformat(found["next_run_at"]) < now() + timedelta(days=7, hours=1)
    assert (found["failures"], found["last_failure"], found["state"]) == (0, None, "ready")


async def test_source_that_says_unchanged_is_confirmed_and_nothing_is_handed_over(
    place: Place, database: Database
) -> None:
    source = await place.declare()
    await place.pull(source)
    assert (await place.state())["confirmed_at"] is None, "the run of the file confirms, once it is applied"
    place.exports.answers = [Answer("304 Not Modified", ('ETag: "1"',), length=-1)]
    before = now()
    assert await place.pull(source) == "unchanged"
    assert place.exports.asked[1].headers["if-none-match"] == '"1"'
    assert len(place.imports.received) == 1
    found = await place.state()
    assert datetime.fromisoformat(found["confirmed_at"]) >= before, "until now it is so"
    assert datetime.fromisoformat(found["applied_as_of"]) == MODIFIED, "the file itself is of then"
    async with database.transaction(Role.AUTH) as session:
        events, fault = await audit.verify(session, organisation=place.desk.member.id)
    assert (events > 1, fault) == (True, None)


async def test_file_of_the_same_content_is_confirmed_where_the_server_compares_nothing(place: Place) -> None:
    source = await place.declare()
    await place.pull(source)
    later = "Last-Modified: Sun, 08 Mar 2026 08:00:00 GMT"
    place.exports.answers = [Answer(headers=('ETag: "2"', later), body=BODY)]
    assert await place.pull(source) == "unchanged"
    found = await place.state()
    assert datetime.fromisoformat(found["applied_as_of"]) == MODIFIED + timedelta(days=7)
    await place.pull(source)
    assert place.exports.asked[-1].headers["if-none-match"] == '"2"'


async def test_changes_that_bring_nothing_confirm_no_home(place: Place) -> None:
    source = await place.declare(mode="delta")
    await place.pull(source)
    assert await place.pull(source) == "unchanged"
    found = await place.state()
    assert found["confirmed_at"] is None
    assert datetime.fromisoformat(found["applied_at"]) > now() - timedelta(minutes=5)


@pytest.mark.parametrize("status", ["received", "running", "waiting", "confirmed"])
async def test_file_whose_run_is_under_way_or_waits_for_a_person_is_not_handed_over_again(
    place: Place, status: str
) -> None:
    source = await place.declare()
    place.imports.status = status
    await place.pull(source)
    assert await place.pull(source) == "waiting"
    assert len(place.imports.received) == 1
    assert "if-none-match" not in place.exports.asked[1].headers, "what is not applied yet cannot be confirmed"
    assert (await place.state())["confirmed_at"] is None


@pytest.mark.parametrize("status", ["refused", "failed", "superseded"])
async def test_file_that_was_refused_is_judged_anew_each_time(place: Place, status: str) -> None:
    source = await place.declare()
    place.imports.status = status
    await place.pull(source)
    assert await place.pull(source) == "received"
    assert len(place.imports.received) == 2


async def test_file_is_read_anew_once_its_source_is_declared_otherwise(place: Place) -> None:
    source = await place.declare()
    await place.pull(source)
    await place.declare(format={**CSV, "delimiter": ";"})
    assert await place.pull(source) == "received"
    assert "if-none-match" not in place.exports.asked[1].headers


async def test_source_that_is_not_due_is_left_alone(place: Place, register: Register) -> None:
    source = await place.declare()
    assert await place.pulls.pull(source) == "not due"
    assert await place.pulls.pull(uuid.uuid4()) == "not due"
    place.set(source, "next_run_at = now(), paused = true")
    assert await place.pulls.pull(source) == "not due"
    place.set(source, "next_run_at = NULL, paused = false")
    assert await place.pulls.pull(source) == "not due"
    assert place.exports.asked == []


async def test_two_pulls_of_one_landlord_never_overlap(place: Place, job_database: Database) -> None:
    source = await place.declare()
    async with claimed(job_database, place.desk.member.id) as alone:
        assert alone
        assert await place.pull(source) == "busy"
    place.set(source, "next_run_at = now()")
    assert set(await asyncio.gather(*(place.pulls.pull(source) for _ in range(3)))) <= {"received", "busy", "not due"}
    assert len(place.imports.received) == 1


async def test_failures_are_tried_again_and_told_once_when_the_tries_are_used_up(
    place: Place, job_database: Database
) -> None:
    source = await place.declare()
    place.exports.answers = [Answer("500 Internal Server Error")]
    distances = []
    with capture_logs() as logs:
        for tried in range(1, MAX_TRIES + 2):
            before = now()
            assert await place.pull(source) == "failed"
            found = await place.state()
            assert found["failures"] == tried
            distances.append(round((datetime.fromisoformat(found["next_run_at"]) - before).total_seconds() / 60))
    assert distances[:5] == [1, 5, 15, 60, 240]
    assert [log["failures"] for log in logs if log["event"] == "source_failed"] == [6], "once, and not at the first"
    assert found["state"] == "stopped"
    assert found["last_failure"]["code"] == "source-unreachable"
    place.exports.answers = [Answer(body=BODY)]
    assert await place.pull(source) == "received"
    found = await place.state()
    assert (found["state"], found["failures"], found["last_failure"]) == ("ready", 0, None)


async def test_failure_that_time_does_not_mend_is_told_at_once_and_once(place: Place) -> None:
    source = await place.declare()
    place.exports.answers = [Answer("404 Not Found")]
    with capture_logs() as logs:
        for _ in range(7):
            await place.pull(source)
    assert [log["failures"] for log in logs if log["event"] == "source_failed"] == [1]
    assert (await place.state())["last_failure"]["code"] == "source-refuses"


async def test_server_that_asks_for_an_hour_is_tried_in_an_hour(place: Place) -> None:
    source = await place.declare()
    place.exports.answers = [Answer("503 Service Unavailable", ("Retry-After: 3600",))]
    await place.pull(source)
    at = datetime.fromisoformat((await place.state())["next_run_at"])
    assert timedelta(minutes=59) < at - now() <= timedelta(hours=1)


@pytest.mark.parametrize(
    ("refusal", "code"),
    [
        (FileTooLarge(Text("Trop.", "Too much."), field="path", value="x"), "file-too-large"),
        (ZeroDivisionError("a defect"), "source-fault"),
    ],
)
async def test_file_that_the_imports_refuse_is_noted_and_not_fetched_without_end(
    place: Place, refusal: Exception, code: str
) -> None:
    source = await place.declare()
    place.imports.refusal = refusal
    assert await place.pull(source) == "failed"
    found = await place.state()
    assert found["last_failure"]["code"] == code
    assert datetime.fromisoformat(found["next_run_at"]) > now()


@pytest.mark.parametrize("held", ["'\\x0102'", "NULL"])
async def test_secret_that_is_lost_is_a_failure_that_says_what_to_do(place: Place, held: str) -> None:
    source = await place.declare(pull={"url": place.exports.url(), "auth": {"type": "bearer", "secret": "x"}})
    place.set(source, f"secret = {held}")
    assert await place.pull(source) == "failed"
    found = await place.state()
    assert "give it again" in found["last_failure"]["message"]
    assert place.exports.asked == []
    place.set(source, "secret = NULL")  # what nobody can open is in the way of who seals everything anew


async def open_jobs(job_database: Database, source: uuid.UUID) -> list[tuple[str, str, str]]:
    async with job_database.transaction(Role.JOB) as session:
        rows = await session.execute(
            text("SELECT lock, queueing_lock, args->>'source' FROM procrastinate_jobs WHERE task_name = 'sync.pull'"
                 " AND status = 'todo' AND args->>'source' = :source"), {"source": str(source)},
        )  # fmt: skip
        return [tuple(row) for row in rows]


@pytest.fixture
async def _alone(job_database: Database, server: Server, database_name: str) -> None:
    """Leave nothing of other tests that is due or waits."""
    with server.connect(database_name) as admin:
        admin.execute("SET search_path = registry")
        admin.execute("UPDATE sync_sources SET next_run_at = NULL")
        admin.execute("DELETE FROM procrastinate_jobs WHERE task_name = 'sync.pull'")


@pytest.mark.usefixtures("_alone")
async def test_slot_that_was_missed_is_made_up_for_once_however_late(place: Place, job_database: Database) -> None:
    source = await place.declare()
    assert await fetch_due(job_database) == 0
    place.set(source, "next_run_at = now() - interval '40 days'")
    assert await fetch_due(job_database) == 1
    assert await fetch_due(job_database) == 0, "it waits already"
    assert await open_jobs(job_database, source) == [
        (f"sync:{place.desk.member.id}", f"sync.pull:{source}", str(source))
    ]
    assert await place.pulls.pull(source) == "received"
    found = await place.state()
    assert datetime.fromisoformat(found["next_run_at"]) > now(), "five slots were missed, one is made up for"


@pytest.mark.usefixtures("_alone")
async def test_worker_that_died_before_it_noted_the_outcome_leaves_the_source_due(
    place: Place, job_database: Database, server: Server, database_name: str
) -> None:
    source = await place.declare()
    place.set(source, "next_run_at = now()")
    assert await fetch_due(job_database) == 1
    with server.connect(database_name) as admin:
        admin.execute("SET search_path = registry")
        admin.execute("DELETE FROM procrastinate_jobs WHERE task_name = 'sync.pull'")
    assert await fetch_due(job_database) == 1


@pytest.mark.usefixtures("_alone")
async def test_sources_of_one_landlord_come_one_after_another_and_of_many_a_few_at_a_time(
    place: Place, job_database: Database, client: httpx.AsyncClient, register: Register
) -> None:
    first, second = await place.declare("a"), await place.declare("b")
    place.set(first, "next_run_at = now() - interval '1 hour'")
    place.set(second, "next_run_at = now() - interval '2 hours'")
    assert await fetch_due(job_database) == 1
    assert len(await open_jobs(job_database, second)) == 1, "the longest due first"
    for _ in range(3):
        place.desk = Desk(client, await register())
        place.set(await place.declare(), "next_run_at = now()")
    assert await fetch_due(job_database) == 1, "two at a time for one worker"


@pytest.mark.usefixtures("_alone")
async def test_sources_of_a_suspended_organisation_are_not_fetched(
    place: Place, job_database: Database, server: Server, database_name: str
) -> None:
    source = await place.declare()
    place.set(source, "next_run_at = now()")
    with server.connect(database_name) as admin:
        admin.execute("UPDATE registry.organisations SET status = 'suspended' WHERE id = %s", (place.desk.member.id,))
    assert await fetch_due(job_database) == 0
    assert await place.pulls.pull(source) == "not due"
    assert place.exports.asked == []


async def test_oauth_source_is_fetched_with_its_token(place: Place) -> None:
    def answer(asked: Asked) -> Answer:
        if asked.path == "/token":
            return Answer(body=b'{"access_token": "t", "token_type": "Bearer", "expires_in": 60}')
        return Answer(body=BODY) if asked.headers.get("authorization") == "Bearer t" else Answer("401 Unauthorized")

    place.exports.answers = [answer]
    auth = {"type": "client_credentials", "token_url": place.exports.url("/token"), "client_id": "us", "secret": "x"}
    source = await place.declare(pull={"url": place.exports.url(), "auth": auth})
    assert await place.pull(source) == "received"


async def test_homes_of_a_landlord_s_server_come_in_and_are_confirmed_by_its_silence(
    place: Place, client: httpx.AsyncClient, database: Database, job_database: Database
) -> None:
    owner = place.desk.member
    there = await territories.create(database, job_database, client)
    await publish(client, owner, {"R1": residence(there.communes[0])}, [{"ref": "H0", **home()}])
    lines = [{"ref": f"H{n}", **home()} for n in (1, 2)]
    body = b"\n".join(json.dumps(line).encode() for line in lines)
    place.exports.answers = [Answer(headers=('ETag: "1"', LAST_MODIFIED), body=body)]
    place.pulls = replace(place.pulls, receive=receive)
    source = await place.declare(format={"kind": "ndjson"}, mode="delta")

    assert await place.pull(source) == "received"
    assert await place.pull(source) == "waiting", "its run is to come"
    assert await Runner(job_database).run_waiting(owner.id) == 1

    assert {item["ref"] for item in (await place.desk.get("homes"))["items"]} == {"H0", "H1", "H2"}
    found = await place.state()
    assert datetime.fromisoformat(found["applied_as_of"]) == MODIFIED
    (run,) = (await place.desk.get("imports"))["items"]
    assert (run["status"], run["cause"], run["file_name"]) == ("applied", "schedule", "a b.csv")
    place.exports.answers = [Answer("304 Not Modified", ('ETag: "1"',), length=-1)]
    assert await place.pull(source) == "unchanged"
    assert len((await place.desk.get("imports"))["items"]) == 1
