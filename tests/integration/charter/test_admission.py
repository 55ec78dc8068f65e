"""Who signs for the first time waits: what that gives, who ends the waiting, what the database holds to."""

import uuid
from typing import Any

import pytest
from sqlalchemy import CursorResult, text
from sqlalchemy.exc import DBAPIError

from registry.charter import service as charter
from registry.charter.errors import AdhesionPending
from registry.listings.service.place import place_requested
from registry.platform.database import Database, Role
from tests.conftest import Register
from tests.support.charters import Charters
from tests.support.database import Server
from tests.support.market import Market
from tests.support.members import Member
from tests.support.stock import home, publish, residence
from tests.support.territory import Territory


async def standing(charters: Charters, member: Member) -> tuple[str, int]:
    adhesion = await charters.adhesion(member)
    assert adhesion
    return adhesion["status"], adhesion["charter_version"]


async def territories_of(database: Database, member: Member) -> list[int]:
    async with database.transaction(Role.LANDLORD, organisation=member.id, actor="tests") as session:
        found: list[int] = (await session.execute(text("SELECT current_territories()"))).scalar_one()
        return found


async def attempted(database: Database, role: Role, who: uuid.UUID, statement: str, **values: Any) -> str | int:
    """Return how many rows a statement touched, or the SQLSTATE of its refusal."""
    try:
        async with database.transaction(role, organisation=who, actor="tests") as session:
            done = await session.execute(text(statement), values)
            assert isinstance(done, CursorResult)
            return done.rowcount
    except DBAPIError as error:
        return str(getattr(error.orig, "sqlstate", "?"))


def listed(server: Server, name: str, member: Member) -> int:
    with server.connect(name) as admin:
        row = admin.execute(
            "SELECT count(*) FROM registry.listings WHERE organisation_id = %s", (member.id,)
        ).fetchone()
    assert row
    return int(row[0])


async def zoning(here: Market) -> Any:
    async with here.jobs.transaction(Role.JOB, actor="tests") as session:
        return await charter.zoning_terms(session=session, territory_id=here.territory.id)


async def test_landlord_that_waits_shares_nothing_finds_nothing_and_binds_nobody(
    here: Market, charters: Charters, register: Register, server: Server, database_name: str
) -> None:
    newcomer = await register()
    await charters.proposed(terms={"k": 40})
    assert (await charters.sign(newcomer, 2)).status_code == 200
    assert (await zoning(here)).k == 11, "its signature widens no zone of the members"
    assert (await charters.sign(newcomer, 1)).status_code == 200

    place = here.territory
    await publish(
        here.client, newcomer, {"R": residence(place.communes[0], place.point())}, [{"ref": "H", **home("R")}]
    )
    await place_requested(here.jobs)

    assert await territories_of(here.database, newcomer) == []
    assert listed(server, database_name, newcomer) == 0
    for path in ("/v1/listings", f"/v1/territories/{place.slug}/changes", "/v1/tiles/8/127/90.mvt"):
        assert (await here.client.get(path, headers=newcomer.headers)).status_code in {403, 404}, path
    async with here.jobs.transaction(Role.JOB, actor="tests") as session:
        await charter.suspend_unsigned(session=session)
    assert await standing(charters, newcomer) == ("pending", 1)

    await charters.decide(newcomer, "admit")
    await place_requested(here.jobs)
    assert await territories_of(here.database, newcomer) == [place.id]
    assert listed(server, database_name, newcomer) == 1


async def test_landlord_that_signed_the_version_before_is_admitted_to_it(
    here: Market, charters: Charters, register: Register
) -> None:
    newcomer = await register()
    await charters.sign(newcomer, 1)
    await charters.proposed(terms={"k": 12})
    await charters.sign(newcomer, 2)
    assert await standing(charters, newcomer) == ("pending", 2)

    assert (await charters.decide(newcomer, "admit"))["charter_version"] == 1, "the proposal does not bind yet"

    await charters.enact(2)
    assert await standing(charters, newcomer) == ("in_force", 2)


async def test_landlord_that_waits_is_refused_and_may_sign_again(
    here: Market, charters: Charters, register: Register
) -> None:
    newcomer = await register()
    await charters.sign(newcomer, 1)

    refused = await charters.decide(newcomer, "refuse")

    assert refused["status"] == "withdrawn"
    assert await charters.decide(newcomer, "refuse") == refused
    page = await charters.ok(newcomer, "GET", "/signatures")
    assert [bool(item["withdrawn_at"]) for item in page["items"]] == [True]
    assert (await charters.decide(newcomer, "admit", 404))["code"] == "adhesion-not-found"
    assert (await charters.sign(newcomer, 1)).status_code == 200
    assert await standing(charters, newcomer) == ("pending", 1)
    await charters.decide(newcomer, "admit")
    assert (await charters.decide(newcomer, "refuse", 409))["code"] == "adhesion-admitted"
    assert await standing(charters, newcomer) == ("in_force", 1)


async def test_landlord_that_waits_may_end_that_and_is_not_suspended(
    here: Market, charters: Charters, register: Register
) -> None:
    newcomer = await register()
    await charters.sign(newcomer, 1)
    own = here.territory.coordinator.id
    with pytest.raises(AdhesionPending):
        async with here.database.transaction(Role.COORDINATOR, organisation=own, actor="tests") as session:
            await charter.suspend(session=session, organisation=newcomer.id, territory_id=here.territory.id)

    await charters.ok(newcomer, "DELETE", "/adhesion", 204)

    assert await standing(charters, newcomer) == ("withdrawn", 1)
    page = await charters.ok(newcomer, "GET", "/signatures")
    assert all(item["withdrawn_at"] for item in page["items"])


async def test_suspended_landlord_is_not_admitted_again(here: Market, charters: Charters) -> None:
    own = here.territory.coordinator.id
    async with here.database.transaction(Role.COORDINATOR, organisation=own, actor="tests") as session:
        await charter.suspend(session=session, organisation=here.owner.id, territory_id=here.territory.id)
    assert (await charters.decide(here.owner, "admit", 409))["code"] == "adhesion-suspended"
    assert (await charters.decide(here.owner, "refuse", 409))["code"] == "adhesion-admitted"


async def test_coordinator_lists_who_waits_among_its_members(
    here: Market, charters: Charters, register: Register
) -> None:
    newcomer = await register()
    await charters.sign(newcomer, 1)
    coordinator = here.territory.coordinator

    everybody = await charters.ok(coordinator, "GET", "/adhesions")

    states = {item["organisation"]["id"]: item["status"] for item in everybody["items"]}
    assert states == {
        str(here.owner.id): "in_force", str(here.searcher.id): "in_force", str(newcomer.id): "pending",
    }  # fmt: skip
    first = await charters.ok(coordinator, "GET", "/adhesions", params={"limit": 2})
    rest = (await here.client.get(first["next"], headers=coordinator.headers)).json()
    assert [*first["items"], *rest["items"]] == everybody["items"]


def _values(territory: Territory, member: Member) -> dict[str, Any]:
    return {"place": territory.id, "landlord": member.id}


async def test_database_has_the_coordinator_alone_admit_and_refuse_who_waits(
    here: Market, charters: Charters, register: Register
) -> None:
    newcomer = await register()
    await charters.sign(newcomer, 1)
    database, own = here.database, here.territory.coordinator.id
    of = " WHERE territory_id = :place AND organisation_id = :landlord"
    enter, leave = (f"UPDATE adhesions SET status = '{status}'{of}" for status in ("in_force", "withdrawn"))
    void = f"UPDATE signatures SET withdrawn_at = now(){of}"
    waiting, member = _values(here.territory, newcomer), _values(here.territory, here.owner)

    assert await attempted(database, Role.LANDLORD, newcomer.id, enter, **waiting) == "42501"
    assert await attempted(database, Role.LANDLORD, here.owner.id, enter, **waiting) == 0, "another landlord's"
    async with here.jobs.transaction(Role.JOB, actor="tests") as session:
        done = await session.execute(text(enter), waiting)
        assert isinstance(done, CursorResult)
        assert done.rowcount == 0, "no job admits anybody"
    assert await attempted(database, Role.COORDINATOR, own, leave, **member) == "42501", "it ends no adhesion"
    assert await attempted(database, Role.COORDINATOR, own, void, **member) == 0, "nor a member's signature"
    assert await standing(charters, newcomer) == ("pending", 1)
    assert await attempted(database, Role.COORDINATOR, own, void, **waiting) == 1
    assert await attempted(database, Role.COORDINATOR, own, enter, **waiting) == "42501", "no signature stands"
    assert await attempted(database, Role.COORDINATOR, own, leave, **waiting) == 1
    assert await attempted(database, Role.LANDLORD, newcomer.id, enter, **waiting) == "42501", "refused, it is out"
