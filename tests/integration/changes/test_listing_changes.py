"""Who follows the listings of a territory has what a search shows there, and no more."""

import uuid
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from registry.charter import service as charter
from registry.identity import service as identity
from registry.listings.service.place import place_requested
from registry.platform.database import Database, Role
from tests.conftest import Register
from tests.support import members, territory
from tests.support.following import Follower, past
from tests.support.market import Market, market
from tests.support.stock import home

LINES = [{"ref": f"H{n}", **home("R1")} for n in range(4)]


@pytest.fixture
async def place(database: Database, job_database: Database, client: httpx.AsyncClient, register: Register) -> Market:
    made = await market(database, job_database, client, register)
    await made.publish(LINES)
    await place_requested(job_database)
    await past()
    return made


def following(place: Market, query: str = "") -> Follower:
    return Follower(place.client, place.searcher, f"/v1/territories/{place.territory.slug}/changes{query}")


async def by_search(place: Market) -> dict[tuple[str, str], dict[str, Any]]:
    return {("listing", item["id"]): item for item in await place.listings(availability="any")}


async def test_follower_holds_what_a_search_shows_word_for_word(place: Market) -> None:
    follower = following(place, "?limit=2")
    await follower.catch_up()
    assert len(follower.held) == 4
    assert follower.held == await by_search(place)


async def test_listing_that_changes_or_is_withdrawn_comes_once(place: Market) -> None:
    follower = following(place)
    await follower.catch_up()
    refs = {ref: listing for listing, ref in (await place.refs()).items()}
    headers = place.owner.headers
    await place.client.put("/v1/homes/H0", json=home("R1", rent_cents=39_000), headers=headers)
    await place.client.put("/v1/homes/H1", json=home("R1", status="withdrawn"), headers=headers)
    await place.client.delete("/v1/homes/H2", headers=headers)
    told = await follower.catch_up()
    assert [(item["change"], item["id"]) for item in told] == [
        ("upserted", refs["H0"]), ("deleted", refs["H1"]), ("deleted", refs["H2"]),
    ]  # fmt: skip
    assert {name for item in told for name in item} == {"change", "id", "listing"}
    await place.client.put("/v1/homes/H1", json=home("R1"), headers=headers)
    await follower.catch_up()
    assert follower.held == await by_search(place)


async def test_change_that_no_listing_shows_is_none(place: Market) -> None:
    follower = following(place)
    await follower.catch_up()
    await place.client.put("/v1/homes/H0", json=home("R1", quota_holder="20"), headers=place.owner.headers)
    assert await follower.catch_up() == []


async def test_suspension_withdraws_and_reinstatement_brings_back(place: Market, job_database: Database) -> None:
    follower = following(place)
    await follower.catch_up()
    async with place.database.transaction(Role.COORDINATOR, organisation=place.territory.coordinator.id) as session:
        await charter.suspend(session=session, organisation=place.owner.id, territory_id=place.territory.id)
    await follower.catch_up()
    assert follower.held == {}
    async with place.database.transaction(Role.COORDINATOR, organisation=place.territory.coordinator.id) as session:
        await charter.reinstate(session=session, organisation=place.owner.id, territory_id=place.territory.id)
    await place_requested(job_database)
    await follower.catch_up()
    assert len(follower.held) == 4


async def test_listing_that_moves_to_another_territory_is_deleted_in_the_first(
    place: Market, job_database: Database
) -> None:
    elsewhere = await territory.create(place.database, job_database, place.client)
    follower = following(place)
    await follower.catch_up()
    (listing, *_) = [key[1] for key in follower.held]
    async with job_database.transaction(Role.JOB, actor="tests") as session:
        await session.execute(  # no route moves one: two charters for one commune do
            text("UPDATE listings SET territory_id = :elsewhere WHERE id = :id"),
            {"id": uuid.UUID(listing), "elsewhere": elsewhere.id},
        )
    assert [(item["change"], item["id"]) for item in await follower.catch_up()] == [("deleted", listing)]


async def test_territory_where_nothing_was_signed_is_as_one_that_does_not_exist(
    place: Market, register: Register
) -> None:
    stranger = await register()
    for slug in (place.territory.slug, "nowhere"):
        answer = await place.client.get(f"/v1/territories/{slug}/changes", headers=stranger.headers)
        assert (answer.status_code, answer.json()["code"]) == (404, "territory-not-visible")


async def test_coordinator_follows_its_territory(place: Market) -> None:
    follower = Follower(place.client, place.territory.coordinator, f"/v1/territories/{place.territory.slug}/changes")
    await follower.catch_up()
    assert follower.held == await by_search(place)


async def test_landlord_that_was_suspended_as_an_organisation_leaves_the_feed(
    place: Market, job_database: Database
) -> None:
    follower = following(place)
    await follower.catch_up()
    async with job_database.transaction(Role.JOB, actor="tests") as session:
        await identity.suspend_organisation(session=session, organisation=place.owner.id)
    await follower.catch_up()
    assert follower.held == {}


@pytest.fixture
def small_quota(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.state.settings, "feed_daily_items", 6)


@pytest.mark.usefixtures("small_quota")
async def test_day_has_a_limit_of_what_is_read_of_others(place: Market) -> None:
    """Four listings are read twice: the second time is too much. One's own and deletions do not count."""
    await following(place).catch_up()
    own = Follower(place.client, place.owner, f"/v1/territories/{place.territory.slug}/changes")
    for _ in range(3):
        assert await Follower(own.client, own.member, own.address).page() == 4
    answer = await place.client.get(following(place).address, headers=place.searcher.headers)
    assert (answer.status_code, answer.json()["code"]) == (429, "daily-changes-used-up")
    assert 0 < int(answer.headers["Retry-After"]) <= 86_401
    smaller = following(place, "?limit=2")
    assert await smaller.page() == 2, "what is left of the day can still be read"


@pytest.mark.usefixtures("small_quota")
async def test_limit_is_the_organisations_whichever_client_reads(place: Market) -> None:
    await following(place).catch_up()
    async with place.database.transaction(Role.AUTH, actor="tests") as session:
        made = await identity.create_client(
            session=session, organisation=place.searcher.id, name="second", scopes=("listings:read",)
        )
    assert made.secret
    second = members.Member(place.searcher.id, "second", "landlord", made.client_id, made.secret)
    await members.renew(second, place.client)
    answer = await place.client.get(following(place).address, headers=second.headers)
    assert answer.status_code == 429
