"""An organisation leaves: at once for everybody else, with its stock in a folder, in the end without a trace of it."""

import asyncio
import csv
import hashlib
import json
import stat
import uuid
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from typer.testing import Result

from registry.identity import service as identity
from registry.identity.errors import OrganisationDepartedAlready
from registry.offboarding import service
from registry.offboarding.errors import OffboardingNotAsked, PurgeBegun
from registry.offboarding.repository import purge
from registry.platform.database import Database, Role
from registry.platform.settings import Settings
from registry.stock.schemas.conventions import EXAMPLE as CONVENTIONS
from tests.conftest import Register
from tests.support import members
from tests.support.commands import invoke
from tests.support.market import Market, market
from tests.support.members import Member
from tests.support.people import join
from tests.support.sources import PUSH, Desk
from tests.support.stock import fact, home, publish, residence

Run = Callable[..., Awaitable[Result]]
PATH = "/v1/organisation/offboarding"
KEPT = {
    "audit_events": "the chain is never changed", "signatures": "who signed what", "adhesions": "ended, and on record",
    "oauth_clients": "revoked; the audit names them", "offboardings": "when it left, and how much there was",
    "access_tokens": "deleted when over", "sessions": "goes with the person", "single_use_links": "deleted when over",
    "mails": "deleted in time", "listing_feed_usage": "counts", "listing_reads": "deleted in time",
    "listing_searches": "deleted in time", "listings_seen": "deleted in time", "token_counts": "counts",
    "listing_tombstones": "deleted in time", "listings": "left when it did", "assessment_requests": "taken by the job",
    "obligation_scores": "what its members were told, for three years",
    "landlord_invitations": "a coordinator's; forgotten half a year after their end",
    "transfer_proposals": "what became of a home, which two landlords read; deleted in time",
    "transfer_steps": "so", "home_holds": "so", "moving_help": "so", "transfer_moves": "so",
}  # fmt: skip


@pytest.fixture
def run(settings: Settings) -> Run:
    async def typed(*arguments: object) -> Result:
        return await asyncio.to_thread(invoke, settings, "organisation", "offboard", *map(str, arguments))

    return typed


@pytest.fixture
async def place(database: Database, job_database: Database, client: httpx.AsyncClient, register: Register) -> Market:
    made = await market(database, job_database, client, register)
    given = residence(made.territory.communes[0], made.territory.point(), buildings=[{"ref": "A"}])
    await publish(client, made.owner, {"R1": given}, [{"ref": f"H{n}", **home()} for n in range(3)])
    changed = home(facts={"zero_step_shower": fact("no", date="2026-04-01")})
    await publish(client, made.owner, {}, [{"ref": "H0", **changed}, {"ref": "H1", **home(status="notice")}])
    await Desk(client, made.owner).put("erp", PUSH, 201)
    answer = await client.put("/v1/reservation-conventions", json=CONVENTIONS, headers=made.owner.headers)
    assert answer.status_code == 200, answer.text
    return made


async def rows(jobs: Database, query: str, **values: Any) -> list[Any]:
    async with jobs.transaction(Role.JOB, actor="tests") as session:
        return [tuple(row) for row in await session.execute(text(query), values)]


async def state(jobs: Database, who: Member) -> str:
    ((found,),) = await rows(jobs, "SELECT status FROM organisations WHERE id = :id", id=who.id)
    return str(found)


async def leave(jobs: Database, who: Member) -> None:
    async with jobs.transaction(Role.JOB, actor="tests") as session:
        await service.leave(session=session, organisation=who.id, retention_days=90)


async def let_time_pass(jobs: Database, who: Member) -> None:
    async with jobs.transaction(Role.JOB, actor="tests") as session:
        await session.execute(
            text("UPDATE offboardings SET purge_at = now() - interval '1 second' WHERE organisation_id = :id"),
            {"id": who.id},
        )


async def test_who_leaves_is_gone_for_everybody_and_has_its_stock_in_a_folder(
    place: Market, run: Run, tmp_path: Path
) -> None:
    assert len(await place.listings()) == 2
    folder = tmp_path / "out"

    told = await run(place.owner.id, "--to", folder, "--yes")

    assert told.exit_code == 0, told.output
    assert await place.listings() == []
    assert await state(place.jobs, place.owner) == "leaving"
    with pytest.raises(httpx.HTTPStatusError):
        await members.renew(place.owner, place.client)
    ended = await rows(
        place.jobs,
        "SELECT (SELECT string_agg(status, ' ') FROM adhesions WHERE organisation_id = :id),"
        " (SELECT string_agg(status, ' ') FROM oauth_clients WHERE organisation_id = :id),"
        " (SELECT bool_and(paused) FROM sync_sources WHERE organisation_id = :id),"
        " (SELECT count(*) FROM access_tokens t JOIN oauth_clients c USING (client_id)"
        "  WHERE c.organisation_id = :id AND revoked_at IS NULL)",
        id=place.owner.id,
    )
    assert ended == [("withdrawn", "revoked", True, 0)]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    manifest = json.loads((folder / "manifest.json").read_text())
    assert {file["name"] for file in manifest["files"]} == {path.name for path in folder.iterdir()} - {"manifest.json"}
    for file in manifest["files"]:
        assert hashlib.sha256((folder / file["name"]).read_bytes()).hexdigest() == file["sha256"]
    with (folder / "homes.csv").open(newline="") as table:
        assert [row["ref"] for row in csv.DictReader(table)] == ["H0", "H1", "H2"]
    history = [json.loads(line) for line in (folder / "home-history.ndjson").read_text().splitlines()]
    assert [(row["ref"], len(row["superseded"])) for row in history] == [("H0", 1), ("H1", 0), ("H2", 0)]
    assert history[0]["superseded"][0]["fact"]["value"] == "yes"
    statuses = [(row["ref"], [each["status"] for each in row["superseded_statuses"]]) for row in history]
    assert statuses == [("H0", []), ("H1", ["vacant"]), ("H2", [])]
    conventions = (folder / "reservation-conventions.ndjson").read_text().splitlines()
    assert {"conventions": [json.loads(line) for line in conventions]} == CONVENTIONS


async def test_interrupted_departure_goes_on_and_done_twice_changes_nothing(
    place: Market, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "out"

    async def full(*_: Any, **__: Any) -> Any:
        raise OSError("no space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("registry.offboarding.service.export", full)
        assert (await run(place.owner.id, "--to", folder, "--yes")).exit_code == 1
    assert await state(place.jobs, place.owner) == "leaving"
    before = await rows(place.jobs, "SELECT * FROM offboardings WHERE organisation_id = :id", id=place.owner.id)

    assert (await run(place.owner.id, "--to", folder, "--yes")).exit_code == 0

    written = (folder / "manifest.json").read_bytes()
    assert (await run(place.owner.id, "--to", folder, "--yes")).exit_code == 0
    assert (folder / "manifest.json").read_bytes() == written
    after = await rows(place.jobs, "SELECT * FROM offboardings WHERE organisation_id = :id", id=place.owner.id)
    assert after == before


async def test_folder_with_something_else_in_it_is_refused_before_anything_happens(
    place: Market, run: Run, tmp_path: Path
) -> None:
    (tmp_path / "letters.txt").write_text("x")
    refused = await run(place.owner.id, "--to", tmp_path, "--yes")
    assert (refused.exit_code, "letters.txt" in refused.stderr) == (1, True)
    assert (await run(place.owner.id)).exit_code == 1
    assert await state(place.jobs, place.owner) == "active"


async def test_departure_is_cancelled_before_the_purge(place: Market, run: Run, settings: Settings) -> None:
    await leave(place.jobs, place.owner)
    assert (await run(place.owner.id, "--cancel")).exit_code == 0
    assert await state(place.jobs, place.owner) == "active"
    assert await rows(place.jobs, "SELECT 1 FROM offboardings WHERE organisation_id = :id", id=place.owner.id) == []
    (standing,) = await rows(place.jobs, "SELECT status FROM adhesions WHERE organisation_id = :id", id=place.owner.id)
    assert standing == ("withdrawn",), "what was ended stays ended"
    async with place.jobs.transaction(Role.JOB, actor="tests") as session:
        with pytest.raises(OffboardingNotAsked):
            await service.cancel(session=session, organisation=place.owner.id)


async def test_purge_leaves_the_chain_the_signatures_and_the_counts(
    place: Market, settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    only_here = await join(database, settings, place.owner.id, "landlord_admin")
    elsewhere = await join(database, settings, place.owner.id, "landlord_admin")
    async with database.transaction(Role.AUTH, actor="tests") as session:
        await session.execute(
            text("INSERT INTO memberships (organisation_id, user_id, role) VALUES (:id, :user, 'landlord_admin')"),
            {"id": place.searcher.id, "user": elsewhere.id},
        )
    await leave(place.jobs, place.owner)
    assert await service.purge_due(place.jobs) == 0, "its time is not over"
    await let_time_pass(place.jobs, place.owner)
    # One row a night: interrupted again and again, it comes to its end.
    monkeypatch.setattr(purge, "OWN", [(table, 1) for table, _ in purge.OWN])
    nights = 0
    while await service.purge_due(place.jobs, at_most=1) == 0:
        nights += 1
        assert nights < 50
    assert nights > 3
    assert await state(place.jobs, place.owner) == "left"
    async with place.jobs.transaction(Role.LANDLORD, organisation=place.owner.id, actor="tests") as session:
        for table in (
            "homes",
            "residences",
            "buildings",
            "fact_history",
            "sync_sources",
            "sync_files",
            "stock_sources",
            "reservation_conventions",
        ):
            found = await session.execute(text(f"SELECT count(*) FROM {table}"))
            assert found.scalar_one() == 0, table
    people = await rows(place.jobs, "SELECT id FROM users WHERE id = ANY(:ids)", ids=[only_here.id, elsewhere.id])
    assert people == [(elsewhere.id,)], "who belongs elsewhere stays"
    signed = await rows(
        place.jobs, "SELECT charter_version, withdrawn_at IS NOT NULL FROM signatures WHERE organisation_id = :id",
        id=place.owner.id,
    )  # fmt: skip
    assert signed == [(1, True)]
    ((counts,),) = await rows(
        place.jobs, "SELECT counts FROM offboardings WHERE organisation_id = :id", id=place.owner.id
    )
    assert counts | {"imports": 0} == {"residences": 1, "buildings": 1, "homes": 3, "sources": 1, "imports": 0}
    verified = await asyncio.to_thread(invoke, settings, "audit", "verify", str(place.owner.id))
    assert verified.exit_code == 0, verified.output
    async with place.jobs.transaction(Role.JOB, actor="tests") as session:
        with pytest.raises((PurgeBegun, OrganisationDepartedAlready)):
            await service.cancel(session=session, organisation=place.owner.id)


async def test_purge_touches_nobody_else(place: Market) -> None:
    given = residence(place.territory.communes[0], place.territory.point())
    await publish(place.client, place.searcher, {"R1": given}, [{"ref": "H0", **home()}])
    await leave(place.jobs, place.owner)
    await let_time_pass(place.jobs, place.owner)
    while not await service.purge_due(place.jobs):
        pass
    answer = await place.client.get("/v1/homes", headers=place.searcher.headers)
    assert [row["ref"] for row in answer.json()["items"]] == ["H0"]


@pytest.mark.parametrize("table", ["memberships", "webhook_endpoints", "users"])
async def test_job_deletes_nothing_of_who_is_not_to_be_purged(
    place: Market, settings: Settings, database: Database, table: str
) -> None:
    person = await join(database, settings, place.owner.id, "landlord_admin")
    await leave(place.jobs, place.owner)
    column = "id = :user" if table == "users" else "organisation_id = :id"
    async with place.jobs.transaction(Role.JOB, actor="tests") as session:
        gone = await session.execute(
            text(f"DELETE FROM {table} WHERE {column}"), {"id": place.owner.id, "user": person.id}
        )
        assert gone.rowcount == 0  # type: ignore[attr-defined]  # of a statement without rows


async def test_organisation_that_leaves_is_neither_suspended_nor_reinstated(place: Market) -> None:
    await leave(place.jobs, place.owner)
    async with place.jobs.transaction(Role.JOB, actor="tests") as session:
        for change in (identity.suspend_organisation, identity.reinstate_organisation):
            with pytest.raises(OrganisationDepartedAlready):
                await change(session=session, organisation=place.owner.id)


async def test_landlord_asks_itself_exports_and_leaves_when_its_notice_is_over(
    place: Market, settings: Settings
) -> None:
    given = {"organisation_id": str(place.owner.id)}
    other = {"organisation_id": str(uuid.uuid4())}
    ask, own = place.client.post, place.owner.headers
    assert (await place.client.get(PATH, headers=own)).status_code == 404
    assert (await ask(PATH, json=other, headers=own)).status_code == 422

    asked = await ask(PATH, json=given, headers=own)

    assert asked.status_code == 202, asked.text
    assert (await ask(PATH, json=given, headers=own)).json() == asked.json()
    assert (await place.client.get(PATH, headers=own)).json() == asked.json()
    assert (await place.client.get(PATH, headers=place.searcher.headers)).status_code == 404
    assert len(await place.listings()) == 2, "until then all goes on"
    for address in asked.json()["exports"]:
        assert (await place.client.get(address, headers=own)).status_code == 200
    assert await service.leave_due(place.jobs, retention_days=90) == 0
    async with place.jobs.transaction(Role.JOB, actor="tests") as session:
        await session.execute(
            text("UPDATE offboardings SET due_at = now() - interval '1 second' WHERE organisation_id = :id"),
            {"id": place.owner.id},
        )
    assert await service.leave_due(place.jobs, retention_days=90) >= 1
    assert await place.listings() == []
    assert await state(place.jobs, place.owner) == "leaving"
    kept = await rows(
        place.jobs, "SELECT purge_at - left_at FROM offboardings WHERE organisation_id = :id", id=place.owner.id
    )
    assert kept == [(timedelta(days=90),)]


async def test_landlord_thinks_again(place: Market) -> None:
    own, given = place.owner.headers, {"organisation_id": str(place.owner.id)}
    assert (await place.client.delete(PATH, headers=own)).status_code == 404
    await place.client.post(PATH, json=given, headers=own)
    assert (await place.client.delete(PATH, headers=own)).status_code == 204
    assert (await place.client.get(PATH, headers=own)).status_code == 404


async def test_coordinator_of_a_territory_does_not_leave(place: Market, run: Run, tmp_path: Path) -> None:
    coordinator = place.territory.coordinator
    given = {"organisation_id": str(coordinator.id)}
    answer = await place.client.post(PATH, json=given, headers=coordinator.headers)
    assert (answer.status_code, answer.json()["code"]) == (409, "territories-coordinated")
    refused = await run(coordinator.id, "--to", tmp_path / "out", "--yes")
    assert (refused.exit_code, await state(place.jobs, coordinator)) == (1, "active")


async def test_landlord_cannot_say_that_it_has_left_or_leaves_another(place: Market, database: Database) -> None:
    statement = "INSERT INTO offboardings (organisation_id, due_at, left_at) VALUES (:id, now() + interval '1 day', {})"
    for whose, left in ((place.owner, "now()"), (place.searcher, "NULL")):
        with pytest.raises(DBAPIError, match="row-level security"):
            async with database.transaction(Role.AUTH, organisation=place.owner.id, actor="tests") as session:
                await session.execute(text(statement.format(left)), {"id": whose.id})


async def test_every_table_of_an_organisation_is_purged_or_stays_for_a_reason(place: Market) -> None:
    found = await rows(
        place.jobs,
        "SELECT relname FROM pg_attribute JOIN pg_class c ON c.oid = attrelid AND relkind IN ('r', 'p')"
        " WHERE attname = 'organisation_id' AND relnamespace = 'registry'::regnamespace",
    )
    purged = {table for table, _ in purge.OWN} | set(purge.BY_JOB) | {purge.PEOPLE} | purge.CASCADED
    assert {name for (name,) in found} == purged | KEPT.keys()
    assert not purged & KEPT.keys()
