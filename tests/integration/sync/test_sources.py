"""A landlord declares its sources and mappings: what is kept, shown, refused, and never shown again."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from registry.charter.schemas import Terms
from registry.identity.repository import sealed as rewrapped
from registry.identity.service import rewrap
from registry.kernel.clock import now
from registry.platform.crypto import Keyring, keyring
from registry.platform.database import Database, Role
from registry.platform.settings import Settings
from registry.sync.service.sources import place
from tests.conftest import Register
from tests.support import territory as territories
from tests.support.database import Server
from tests.support.members import Member
from tests.support.sources import CSV, PUSH, Desk

SECRET = "a-token-of-the-landlord"
URL = "https://exports.example/homes.csv"
BEARER = {"type": "bearer", "secret": SECRET}


def pull(auth: dict[str, Any] | None = None, url: str = URL, **more: Any) -> dict[str, Any]:
    return {"kind": "pull", "format": CSV, "pull": {"url": url, "auth": auth or {"type": "none"}}, **more}


def mapping(theirs: str) -> dict[str, Any]:
    return {"columns": [{"from": theirs, "to": "ref"}]}


@pytest.fixture
def desk(client: httpx.AsyncClient, landlord: Member) -> Desk:
    return Desk(client, landlord)


async def sealed(database: Database, source: str) -> bytes | None:
    async with database.transaction(Role.AUTH) as session:
        row = await session.execute(text("SELECT secret FROM sync_sources WHERE id = :id"), {"id": source})
        value = row.scalar_one()
        return bytes(value) if value is not None else None


async def test_source_is_declared_with_its_defaults_then_changed_under_the_same_id(desk: Desk) -> None:
    made = await desk.put("erp", PUSH, 201)
    assert made | {"id": 0, "created_at": 0, "stale_after": 0} == {
        "id": 0, "name": "erp", "kind": "push", "mapping": None, "mode": "full", "accept_partially": False,
        "format": {"kind": "csv", "content": "homes", "delimiter": None, "encoding": None, "sheet": None,
                   "decimal": "auto", "vintage": None},
        "default_status": "occupied", "keep_runs": 10, "pull": None, "schedule": None, "paused": False,
        "created_at": 0, "state": "ready", "applied_run_id": None, "applied_at": None, "applied_as_of": None,
        "confirmed_at": None, "stale": False, "stale_after": 0, "next_run_at": None, "failures": 0,
        "last_failure": None,
    }  # fmt: skip
    changed = await desk.put("erp", {**PUSH, "mode": "delta", "keep_runs": 2, "paused": True})
    assert (changed["id"], changed["mode"], changed["keep_runs"]) == (made["id"], "delta", 2)
    assert changed["state"] == "paused"
    assert await desk.get("sources/erp") == changed


async def test_sources_are_listed_by_name_page_after_page(desk: Desk) -> None:
    for name in ("b", "c-2", "a"):
        await desk.put(name, PUSH, 201)
    first = await desk.get("sources?limit=2")
    assert [source["name"] for source in first["items"]] == ["a", "b"]
    second = await desk.get(first["next"].removeprefix("/v1/"))
    assert ([source["name"] for source in second["items"]], second["next"]) == (["c-2"], None)


async def test_secret_is_sealed_for_its_source_and_never_shown(
    desk: Desk, database: Database, settings: Settings
) -> None:
    made = await desk.put("erp", pull(BEARER), 201)
    kept = await sealed(database, made["id"])
    assert kept is not None
    assert SECRET.encode() not in kept
    assert keyring(settings).decrypt(kept, place=f"sync_sources.secret:{made['id']}") == f'"{SECRET}"'.encode()
    assert made["pull"] == {"url": URL, "auth": {"type": "bearer"}}
    for path in ("sources", "sources/erp"):
        assert SECRET not in str(await desk.get(path))


async def test_secret_that_is_left_out_stays_for_the_same_address_and_login_only(
    desk: Desk, database: Database
) -> None:
    made = await desk.put("erp", pull(BEARER), 201)
    kept = await sealed(database, made["id"])
    await desk.put("erp", pull({"type": "bearer"}, url="https://exports.example/others.csv"))
    assert await sealed(database, made["id"]) == kept
    for elsewhere in (
        pull({"type": "bearer"}, url="https://login.example/homes.csv"),
        pull({"type": "bearer"}, url="https://exports.example:8443/homes.csv"),
        pull({"type": "api_key", "header": "X-Key"}),
        pull({"type": "client_credentials", "client_id": "us", "token_url": "https://login.example/token"}),
    ):
        refused = await desk.put("erp", elsewhere, 422)
        assert refused["code"] == "source-secret-missing"
        assert refused["errors"][0]["field"] == "pull.auth.secret"
    assert (await desk.put("new", pull({"type": "bearer"}), 422))["code"] == "source-secret-missing"
    await desk.put("erp", pull())
    assert await sealed(database, made["id"]) is None, "nobody has to be told it"


async def test_token_server_that_is_another_is_not_given_the_secret_of_the_one_before(desk: Desk) -> None:
    auth = {"type": "client_credentials", "client_id": "us", "token_url": "https://login.example/token"}
    await desk.put("erp", pull({**auth, "secret": "s3cret"}), 201)
    await desk.put("erp", pull(auth))
    refused = await desk.put("erp", pull({**auth, "token_url": "https://exports.example/token"}), 422)
    assert refused["code"] == "source-secret-missing"


async def test_secret_is_sealed_anew_with_another_master_key(
    desk: Desk, database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = [column for column in rewrapped.COLUMNS if column.name == "secrets of sources"]
    assert own, "they are among all that is sealed"
    monkeypatch.setattr(rewrapped, "COLUMNS", own)  # other tests leave values that nobody can open
    made = await desk.put("erp", pull(BEARER), 201)
    old = keyring(settings)
    assert isinstance(old, Keyring)
    before = await sealed(database, made["id"])
    async with database.transaction(Role.AUTH, actor="tests") as session:
        counts = await rewrap(session=session, keys=old)
    after = await sealed(database, made["id"])
    assert counts["secrets of sources"] >= 1
    assert after is not None
    assert after != before
    assert old.decrypt(after, place=place(uuid.UUID(made["id"]))) == f'"{SECRET}"'.encode()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"pull": {"url": "http://exports.example/homes.csv"}}, "pull.url"),
        ({"pull": {"url": "https://elsewhere.example/homes.csv"}}, "pull.url"),
        ({"pull": {"url": "https://u:p@exports.example/homes.csv"}}, "pull.url"),
        ({"pull": {"url": "https://exports.example/é.csv"}}, "pull.url"),
        ({"pull": None}, "pull"),
        ({"kind": "drop"}, "pull"),
        ({"kind": "push", "pull": None, "schedule": {"weekday": 1, "hour": 3}}, "schedule"),
        ({"schedule": {"weekday": 0, "hour": 3}}, "schedule.weekday"),
        ({"schedule": {"weekday": 1, "hour": 24}}, "schedule.hour"),
        ({"keep_runs": 1}, "keep_runs"),
        ({"default_status": "sold"}, "default_status"),
        ({"mode": "partial"}, "mode"),
        ({"format": {"kind": "pdf"}}, "format.kind"),
        ({"mapping": {"name": "erp", "version": 1}}, "mapping"),
        ({"pull": {"url": URL, "auth": {"type": "api_key", "header": "Host", "secret": "x"}}},
         "pull.auth.api_key.header"),
        ({"pull": {"url": URL, "auth": {"type": "api_key", "header": "X:Y", "secret": "x"}}},
         "pull.auth.api_key.header"),
        ({"pull": {"url": URL, "auth": {"type": "bearer", "secret": "a\r\nHost: b"}}}, "pull.auth.bearer.secret"),
        ({"pull": {"url": URL, "auth": {"type": "basic", "username": "a:b", "secret": "x"}}},
         "pull.auth.basic.username"),
        ({"pull": {"url": URL, "auth": {"type": "client_credentials", "client_id": "us", "secret": "x",
                                        "token_url": "https://elsewhere.example/token"}}}, "pull.auth.token_url"),
    ],
)  # fmt: skip
async def test_declaration_that_cannot_be_followed_names_its_field(
    desk: Desk, changes: dict[str, Any], field: str
) -> None:
    refused = await desk.put("erp", {**pull(), **changes}, 422)
    assert refused["errors"][0]["field"] == field
    await desk.get("sources/erp", 404)


@pytest.mark.parametrize("name", ["Erp", "-erp", "erp-", "a" * 61, "a_b", "é", "a%2Fb", ".."])
async def test_name_that_is_no_name_of_a_directory_is_refused(desk: Desk, name: str) -> None:
    answer = await desk.client.put(f"/v1/sources/{name}", json=PUSH, headers=desk.member.headers)
    assert answer.status_code in {400, 404, 405, 422}


async def test_sources_and_mappings_of_another_landlord_are_not_there(
    client: httpx.AsyncClient, desk: Desk, other_landlord: Member
) -> None:
    other = Desk(client, other_landlord)
    await desk.put("erp", mapping("NUM"), 201, kind="mappings")
    made = await desk.put("erp", {**PUSH, "mapping": {"name": "erp", "version": 1}}, 201)
    assert (await other.get("sources"))["items"] == (await other.get("mappings"))["items"] == []
    await other.get("sources/erp", 404)
    await other.get("mappings/erp", 404)
    assert await other.delete("erp") == 404
    assert (await other.put("x", {**PUSH, "mapping": {"name": "erp", "version": 1}}, 422))["code"] == "mapping-unknown"
    theirs = await other.put("erp", PUSH, 201)
    assert theirs["id"] != made["id"]
    assert (await desk.get("sources/erp"))["mapping"] == {"name": "erp", "version": 1}


async def test_reader_of_the_stock_declares_nothing(client: httpx.AsyncClient, register: Register) -> None:
    reader = Desk(client, await register(scopes=("stock:read",)))
    assert (await reader.put("erp", PUSH, 403))["code"] == "scope-missing"
    assert (await reader.put("erp", mapping("NUM"), 403, kind="mappings"))["code"] == "scope-missing"
    assert await reader.delete("erp") == 403
    assert (await reader.get("sources"))["items"] == []


async def test_source_that_is_removed_is_gone_and_its_name_is_free(desk: Desk, job_database: Database) -> None:
    made = await desk.put("erp", PUSH, 201)
    assert await desk.delete("erp") == 204
    assert await desk.delete("erp") == 404
    async with job_database.transaction(Role.JOB) as session:
        left = await session.execute(text("SELECT count(*) FROM stock_sources WHERE id = :id"), {"id": made["id"]})
        assert left.scalar_one() == 0
    assert (await desk.put("erp", PUSH, 201))["id"] != made["id"]


async def test_source_with_a_run_under_way_stays(desk: Desk, server: Server, database_name: str) -> None:
    made = await desk.put("erp", PUSH, 201)
    run(server, database_name, desk.member, made["id"], "running")
    assert await desk.delete("erp") == 409
    with server.connect(database_name) as admin:
        admin.execute("UPDATE registry.sync_runs SET status = 'applied' WHERE source_id = %s", (made["id"],))
    assert await desk.delete("erp") == 204


def run(server: Server, database_name: str, member: Member, source: str, status: str) -> None:
    with server.connect(database_name) as admin:
        admin.execute(
            "INSERT INTO registry.sync_runs (id, organisation_id, source_id, file_sha256, format, mode, dry_run,"
            " accept_partially, as_of, cause, status, created_by) VALUES (gen_random_uuid(), %s, %s, sha256('x'), '{}',"
            " 'full', false, false, now(), 'push', %s, 'tests')",
            (member.id, source, status),
        )


async def test_scheduled_source_says_when_it_comes_and_keeps_its_time_when_something_else_changes(desk: Desk) -> None:
    slot = {"weekday": 7, "hour": 3}
    made = await desk.put("erp", pull(schedule=slot), 201)
    at = datetime.fromisoformat(made["next_run_at"])
    assert now() < at <= now() + timedelta(days=7, hours=1)
    assert (await desk.put("erp", pull(schedule=slot, keep_runs=3)))["next_run_at"] == made["next_run_at"]
    assert (await desk.put("erp", pull(schedule=slot, paused=True)))["next_run_at"] is None
    assert (await desk.put("erp", pull(schedule=slot)))["next_run_at"] == made["next_run_at"]
    assert (await desk.put("erp", pull(schedule={"weekday": 1, "hour": 3})))["next_run_at"] != made["next_run_at"]
    assert (await desk.put("erp", pull()))["next_run_at"] is None


async def test_change_of_how_a_file_is_read_has_it_fetched_anew(desk: Desk, server: Server, database_name: str) -> None:
    made = await desk.put("erp", pull(BEARER), 201)

    async def known_after(given: dict[str, Any]) -> bool:
        with server.connect(database_name) as admin:
            admin.execute("UPDATE registry.sync_sources SET etag = '\"1\"' WHERE id = %s", (made["id"],))
            await desk.put("erp", given)
            row = admin.execute("SELECT etag FROM registry.sync_sources WHERE id = %s", (made["id"],)).fetchone()
        assert row is not None
        return row[0] is not None

    assert await known_after(pull(BEARER, keep_runs=3, schedule={"weekday": 1, "hour": 1}))
    assert not await known_after(pull(BEARER, mode="delta"))
    assert not await known_after(pull(BEARER, mode="delta", format={**CSV, "delimiter": ";"}))
    assert not await known_after(pull(BEARER, url="https://exports.example/other.csv"))


async def test_source_is_stale_by_the_strictest_charter_that_its_landlord_signed(
    desk: Desk, database: Database, job_database: Database, client: httpx.AsyncClient, server: Server,
    database_name: str,
) -> None:  # fmt: skip
    made = await desk.put("erp", PUSH, 201)
    born = datetime.fromisoformat(made["created_at"])
    assert datetime.fromisoformat(made["stale_after"]) == born + timedelta(days=35)
    for days in (60, 10):
        there = await territories.create(database, job_database, client, terms=Terms(freshness_days=days))
        await territories.sign(database, there, [desk.member])
    found = await desk.get("sources/erp")
    assert datetime.fromisoformat(found["stale_after"]) == born + timedelta(days=10)
    confirmed = datetime(2026, 1, 5, 8, tzinfo=UTC)
    with server.connect(database_name) as admin:
        admin.execute("UPDATE registry.stock_sources SET confirmed_at = %s WHERE id = %s", (confirmed, made["id"]))
    found = await desk.get("sources/erp")
    assert found["stale"] is True
    assert datetime.fromisoformat(found["confirmed_at"]) == confirmed
    assert datetime.fromisoformat(found["stale_after"]) == confirmed + timedelta(days=10)


async def test_failure_is_told_in_the_language_of_who_asks(desk: Desk, server: Server, database_name: str) -> None:
    made = await desk.put("erp", PUSH, 201)
    failure = '{"at": "2026-01-05T08:00:00Z", "code": "pull-refused", "fr": "Non.", "en": "No.", "told": true}'
    with server.connect(database_name) as admin:
        admin.execute(
            "UPDATE registry.sync_sources SET failures = 6, last_failure = %s WHERE id = %s", (failure, made["id"])
        )
    for language, message in (("fr", "Non."), ("en", "No.")):
        answer = await desk.client.get("/v1/sources/erp", headers={**desk.member.headers, "Accept-Language": language})
        found = answer.json()
        assert found["last_failure"] == {"at": "2026-01-05T08:00:00Z", "code": "pull-refused", "message": message}
        assert (found["state"], found["failures"]) == ("stopped", 6)


async def test_mapping_gets_a_version_with_each_change_and_none_without(desk: Desk) -> None:
    assert (await desk.put("erp", mapping("NUM"), 201, kind="mappings"))["version"] == 1
    assert (await desk.put("erp", mapping("NUM"), 200, kind="mappings"))["version"] == 1
    assert (await desk.put("erp", mapping("NO"), 201, kind="mappings"))["version"] == 2
    assert (await desk.get("mappings/erp"))["document"] == mapping("NO"), "as it was sent"
    assert (await desk.get("mappings/erp?version=1"))["document"] == mapping("NUM")
    await desk.get("mappings/erp?version=3", 404)
    await desk.put("other", {**mapping("X"), "empty_values": ["NC"], "version": 1}, 201, kind="mappings")
    listed = await desk.get("mappings?limit=1")
    assert [(item["name"], item["version"]) for item in listed["items"]] == [("erp", 2)]
    listed = await desk.get(listed["next"].removeprefix("/v1/"))
    assert [(item["name"], item["version"]) for item in listed["items"]] == [("other", 1)]


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ({}, "columns"),
        ({"columns": [{"from": "NUM", "to": "reff"}]}, "columns.0.to"),
        ({"columns": [{"from": "x\x00", "to": "ref"}]}, "columns.0.from"),
        ({**mapping("NUM"), "unknown": 1}, "unknown"),
    ],
)
async def test_mapping_that_says_nothing_names_the_field(desk: Desk, document: dict[str, Any], field: str) -> None:
    refused = await desk.put("erp", document, 422, kind="mappings")
    assert refused["errors"][0]["field"] == field
    await desk.get("mappings/erp", 404)
