"""The processes of production: what they log, whom they believe, how they start and stop."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from deploy.local.cluster import free_port
from registry import worker
from registry.platform.operator import GRACE_S
from registry.platform.settings import Settings
from tests.support.commands import environment, invoke
from tests.support.database import PASSWORD, Server
from tests.support.tree import ROOT

JOB, TABLE = "access.expire_keys", "registry.idempotency_keys"
SLOW_S = 10.0  # for a machine on which everything else runs too; a process that waits for ever is caught all the same
ELSEWHERE = "203.0.113.7"


class Door:
    """A process of the service, with its log."""

    def __init__(self, settings: Settings, directory: Path, *arguments: str, **variables: str) -> None:
        stated = {name: value for name, value in environment(settings).items() if value is not None}
        self.log = directory / f"{arguments[0]}.log"
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "registry.cli", *arguments], cwd=directory, stdout=output, stderr=output,
                env={**_foreign(), **stated, **variables, "PYTHONPATH": str(ROOT)},
            )  # fmt: skip

    def lines(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.log.read_text().splitlines()]

    def until(self, event: str, seconds: float = 60) -> None:
        until = time.monotonic() + seconds
        while not any(str(line["event"]).startswith(event) for line in self.lines()):
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < until, self.log.read_text()
            time.sleep(0.05)

    def ends_of(self, job: str) -> list[str]:
        ends = [str(line["event"]) for line in self.lines() if "ended with status" in str(line["event"])]
        return [line for line in ends if job in line]

    def refusal(self) -> str:
        """Return the reason of a process that does not start."""
        assert self.ended_within(60) == 1
        (line,) = self.lines()
        assert line["event"] == "start_refused"
        assert "registry doctor" in str(line["remedy"])
        assert PASSWORD not in self.log.read_text()
        return str(line["reason"])

    def ended_within(self, seconds: float) -> int:
        return self.process.wait(seconds)


async def defer(settings: Settings, job: str) -> None:
    app, database = worker.create_worker(settings)
    async with app.open_async():
        await app.tasks[job].defer_async(timestamp=0)
    await database.dispose()


@contextmanager
def locked(server: Server, settings: Settings, table: str) -> Iterator[Callable[[], None]]:
    """Keep a table to ourselves until the block ends, or what is given is called."""
    with server.connect(database_of(settings)) as connection:
        connection.autocommit = False
        connection.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE".encode())
        yield connection.rollback


def database_of(settings: Settings) -> str:
    assert settings.web_database_url
    return settings.web_database_url.get_secret_value().rpartition("/")[2]


def until_somebody_waits(server: Server, settings: Settings, table: str) -> None:
    with server.connect(database_of(settings)) as admin:
        for _ in range(1000):
            row = admin.execute(
                "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = %s::regclass", [table]
            ).fetchone()
            if row and row[0]:
                return
            time.sleep(0.05)
    raise AssertionError("nobody waits for the lock")


def end_politely(door: Door) -> None:
    door.process.send_signal(signal.SIGTERM)
    time.sleep(0.5)  # it has heard: what is released now is finished after that


def _foreign() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("REGISTRY_")}


@contextmanager
def opened(settings: Settings, directory: Path, *arguments: str, **variables: str) -> Iterator[Door]:
    door = Door(settings, directory, *arguments, **variables)
    try:
        yield door
    finally:
        door.process.kill()
        door.process.wait()


@contextmanager
def web(settings: Settings, directory: Path, **variables: str) -> Iterator[tuple[Door, str]]:
    port = free_port()
    with opened(settings, directory, "web", "--port", str(port), **variables) as door:
        door.until("Uvicorn running")
        yield door, f"http://127.0.0.1:{port}"


def may_read_metrics(url: str, forwarded_for: str) -> bool:
    """Only this machine may: so the answer tells what address the service takes for its caller's."""
    status = httpx.get(f"{url}/metrics", headers={"X-Forwarded-For": forwarded_for}, trust_env=False).status_code
    assert status in {200, 404}
    return status == 200


def test_forwarded_address_counts_only_from_a_trusted_proxy(settings: Settings, tmp_path: Path) -> None:
    with web(settings, tmp_path) as (_, url):
        assert not may_read_metrics(url, "127.0.0.1"), "nobody is named: whoever passes it on is not who asks"
    with web(settings, tmp_path, REGISTRY_TRUSTED_PROXIES="192.0.2.1") as (_, url):
        assert may_read_metrics(url, ELSEWHERE), "another one is trusted: the header is any caller's claim"
    with web(settings, tmp_path, REGISTRY_TRUSTED_PROXIES="192.0.2.1, 127.0.0.0/8") as (_, url):
        assert not may_read_metrics(url, ELSEWHERE)
        assert not may_read_metrics(url, f"127.0.0.1, {ELSEWHERE}"), (
            "what the caller itself put first is no proxy's word"
        )


def test_web_logs_json_lines_and_stops_when_it_is_asked_to(settings: Settings, tmp_path: Path) -> None:
    with web(settings, tmp_path) as (door, url):
        assert httpx.get(f"{url}/healthz", trust_env=False).status_code == 200
        door.process.send_signal(signal.SIGTERM)

        assert door.ended_within(GRACE_S + SLOW_S) in {0, -signal.SIGTERM}

        assert {"event", "level", "timestamp"} <= set.intersection(*(set(line) for line in door.lines()))
        answered = [line for line in door.lines() if line["event"] == "request_answered"]
        assert [(line["route"], line["status"]) for line in answered] == [("/healthz", 200)]
        assert not [line for line in door.lines() if line["level"] in {"error", "critical"}]


def test_web_asked_to_stop_finishes_the_request_that_runs(settings: Settings, server: Server, tmp_path: Path) -> None:
    with (
        web(settings, tmp_path) as (door, url),
        locked(server, settings, "registry.signing_keys") as release,
        ThreadPoolExecutor(1) as pool,
    ):
        answer = pool.submit(httpx.get, f"{url}/oauth/jwks", trust_env=False, timeout=20)
        until_somebody_waits(server, settings, "registry.signing_keys")
        end_politely(door)
        release()

        assert answer.result(GRACE_S).status_code == 200
        assert door.ended_within(GRACE_S + SLOW_S) in {0, -signal.SIGTERM}


async def test_worker_asked_to_stop_finishes_the_job_that_runs(
    settings: Settings, server: Server, tmp_path: Path
) -> None:
    await defer(settings, JOB)
    with locked(server, settings, TABLE) as release, opened(settings, tmp_path, "worker") as door:
        until_somebody_waits(server, settings, TABLE)
        end_politely(door)
        release()

        assert door.ended_within(GRACE_S + SLOW_S) == 0
        assert any("Success" in line for line in door.ends_of(JOB))


async def test_worker_asked_to_stop_gives_up_a_job_that_does_not_end(
    settings: Settings, server: Server, tmp_path: Path
) -> None:
    await defer(settings, JOB)
    with locked(server, settings, TABLE), opened(settings, tmp_path, "worker") as door:
        until_somebody_waits(server, settings, TABLE)
        door.process.send_signal(signal.SIGTERM)

        assert door.ended_within(GRACE_S + SLOW_S) == 0
        assert not any("Success" in line for line in door.ends_of(JOB))


@pytest.mark.parametrize("name", ["web", "worker"])
def test_process_without_its_database_ends_with_one_line_that_says_why(
    settings: Settings, tmp_path: Path, name: str
) -> None:
    nowhere = f"postgresql://registry_{name}:{PASSWORD}@127.0.0.1:{free_port()}/registry"
    with opened(settings, tmp_path, name, **{f"REGISTRY_{name.upper()}_DATABASE_URL": nowhere}) as door:
        assert "Connection refused" in door.refusal()


def test_process_before_the_migrations_or_with_another_key_ends_with_one_line_that_says_why(
    settings: Settings, server: Server, tmp_path: Path
) -> None:
    empty = server.url("postgres", "registry_web")
    with opened(settings, tmp_path, "web", REGISTRY_WEB_DATABASE_URL=empty) as door:
        assert "run 'registry database migrate'" in door.refusal()
    with opened(settings, tmp_path, "web", REGISTRY_MASTER_KEY="c2hvcnQ=") as door:
        assert "the master key must be 32 bytes" in door.refusal()


def test_web_listens_beyond_this_machine_in_clear_only_when_told(settings: Settings, tmp_path: Path) -> None:
    beyond = ("web", "--host", "0.0.0.0", "--port", str(free_port()))  # what is refused here
    with opened(settings, tmp_path, *beyond) as door:
        assert "passwords and cookies would cross a network in clear" in door.refusal()
    with opened(settings, tmp_path, "web", REGISTRY_BASE_URL="http://registre.example") as door:
        assert "plain http is for loopback only" in door.refusal()
    with opened(settings, tmp_path, *beyond, "--plain-http") as door:
        door.until("Uvicorn running")
    with opened(settings, tmp_path, *beyond, REGISTRY_BASE_URL="https://registre.example") as door:
        door.until("Uvicorn running")


def test_worker_whose_mail_would_reach_nobody_does_not_start(settings: Settings, tmp_path: Path) -> None:
    production = {"REGISTRY_ENVIRONMENT": "production"}
    with opened(settings, tmp_path, "worker", **production) as door:
        assert "REGISTRY_SMTP_HOST is not set" in door.refusal()
    with opened(settings, tmp_path, "worker", **production, REGISTRY_MAIL_DIRECTORY=str(tmp_path)) as door:
        door.until("worker_started")


def test_malformed_setting_is_named_and_its_value_is_not_shown(settings: Settings, tmp_path: Path) -> None:
    with opened(settings, tmp_path, "worker", REGISTRY_POOL_SIZE="many-secrets") as door:
        assert door.ended_within(60) == 1
        said = door.log.read_text()
    assert said.startswith("REGISTRY_POOL_SIZE: ")
    assert "many-secrets" not in said
    assert "Traceback" not in said


def test_operator_command_without_a_database_says_what_to_look_at(settings: Settings) -> None:
    nowhere = f"postgresql://registry_web:{PASSWORD}@127.0.0.1:{free_port()}/registry"

    done = invoke(settings.model_copy(update={"web_database_url": nowhere}), "organisation", "list")

    assert done.exit_code == 1
    assert "Connection refused" in done.output
    assert "registry doctor" in done.output
    assert PASSWORD not in done.output
