"""``registry sync …``: how sources stand, run one now, try again."""

import asyncio
import uuid

import httpx
import pytest
from typer.testing import Result

from registry.platform.settings import Settings
from tests.support.commands import invoke
from tests.support.database import Server
from tests.support.members import Member
from tests.support.sources import CSV, PUSH, Desk

PULL = {"kind": "pull", "format": CSV, "pull": {"url": "https://exports.example/homes.csv"}}


class Place:
    """A landlord's sources, and the operator."""

    def __init__(self, desk: Desk, settings: Settings, server: Server, name: str) -> None:
        self.desk, self.settings = desk, settings
        self._server, self._name = server, name

    async def declare(self, name: str = "erp") -> str:
        """Declare a source to push to, and have it be one that is fetched."""
        made = await self.desk.put(name, PUSH, 201)
        self.set(
            made["id"], """kind = 'pull', pull = '{"url": "https://exports.example/", "auth": {"type": "none"}}'"""
        )
        return str(made["id"])

    def set(self, source: str, values: str) -> None:
        with self._server.connect(self._name) as admin:
            admin.execute(f"UPDATE registry.sync_sources SET {values} WHERE id = %s".encode(), (source,))

    async def command(self, *arguments: str) -> Result:
        """Run ``registry sync ARGUMENTS``, which has a loop of its own."""
        return await asyncio.to_thread(invoke, self.settings, "sync", *arguments)

    async def status(self) -> tuple[int, list[list[str]]]:
        done = await self.command("status", "--organisation", str(self.desk.member.id))
        return done.exit_code, [line.split("\t") for line in done.stdout.splitlines()]


@pytest.fixture
def place(client: httpx.AsyncClient, landlord: Member, settings: Settings, server: Server, database_name: str) -> Place:
    return Place(Desk(client, landlord), settings, server, database_name)


FAILURE = '{"at": "2026-03-01T08:00:00Z", "code": "source-refuses", "fr": "Non.", "en": "No."}'
FAILED = f"failures = 6, last_failure = '{FAILURE}'"


async def test_status_lists_sources_and_fails_where_one_has_stopped(place: Place) -> None:
    first = await place.declare("a")
    await place.desk.put("b", PUSH, 201)
    place.set(first, "applied_at = '2026-03-01T08:00Z', applied_as_of = '2026-02-28T07:00Z'")
    own = str(place.desk.member.id)
    code, lines = await place.status()
    assert code == 0
    assert lines == [
        [own, "a", "pull", "ready", "2026-03-01T08:00Z", "2026-02-28T07:00Z", "", "0", ""],
        [own, "b", "push", "ready", "", "", "", "0", ""],
    ]
    place.set(first, FAILED)
    code, lines = await place.status()
    assert code == 1
    assert lines[0][3:] == ["stopped", "2026-03-01T08:00Z", "2026-02-28T07:00Z", "", "6", "source-refuses: No."]


async def test_run_makes_a_source_due_now_and_retry_forgets_its_failures(place: Place) -> None:
    source = await place.declare()
    place.set(source, FAILED)
    assert (await place.command("run", source)).exit_code == 0
    found = await place.desk.get("sources/erp")
    assert found["next_run_at"] is not None
    assert found["failures"] == 6
    assert (await place.command("retry", source)).exit_code == 0
    assert (await place.desk.get("sources/erp"))["failures"] == 0


async def test_source_is_found_by_its_name_where_only_one_landlord_has_it(
    place: Place, client: httpx.AsyncClient, other_landlord: Member
) -> None:
    name = f"erp-{uuid.uuid4().hex[:8]}"
    await place.declare(name)
    assert (await place.command("run", name)).exit_code == 0
    await Desk(client, other_landlord).put(name, PUSH, 201)
    refused = await place.command("run", name)
    assert refused.exit_code == 1
    assert "Source not found" in refused.stderr


async def test_source_that_nobody_fetches_is_not_run(place: Place) -> None:
    made = await place.desk.put("erp", PUSH, 201)
    refused = await place.command("run", made["id"])
    assert refused.exit_code == 1
    assert "not fetched" in refused.stderr
    source = await place.declare("other")
    place.set(source, "paused = true")
    assert (await place.command("run", source)).exit_code == 1


async def test_run_that_failed_is_begun_again_by_its_id(place: Place, server: Server, database_name: str) -> None:
    source, run = await place.declare(), uuid.uuid4()
    with server.connect(database_name) as admin:
        admin.execute(
            "INSERT INTO registry.sync_runs (id, organisation_id, source_id, file_sha256, format, mode, dry_run,"
            " accept_partially, as_of, cause, status, created_by) VALUES (%s, %s, %s, sha256('x'),"
            """ '{"kind": "csv", "content": "homes"}', 'full', false, false, now(), 'push', 'failed', 'tests')""",
            (run, place.desk.member.id, source),
        )
    assert (await place.command("retry", str(run))).exit_code == 0
    assert (await place.desk.get(f"imports/{run}"))["status"] == "received"
    refused = await place.command("retry", str(run))
    assert refused.exit_code == 1
    assert (await place.command("retry", str(uuid.uuid4()))).exit_code == 1
