"""Adapted homes that fall vacant: what became of each is asked, and on record."""

from typing import Any

import httpx
import pytest

from registry.platform.crypto import keyring
from registry.platform.database import Database
from registry.platform.settings import Settings
from registry.transfers.service import vacated
from tests.conftest import Register
from tests.support.market import Market, market
from tests.support.members import Member
from tests.support.proposals import Affairs, follow
from tests.support.stock import fact, home

SHOWER = {"zero_step_shower": fact()}


@pytest.fixture
async def place(database: Database, job_database: Database, client: httpx.AsyncClient, register: Register) -> Market:
    return await market(database, job_database, client, register)


def line(ref: str, status: str = "vacant", **changes: Any) -> dict[str, Any]:
    return {"ref": ref, **home("R1", status=status, **changes)}


async def adapt(place: Market, ref: str) -> None:
    given = [{"work": "zero_step_shower", "delivered_on": "2025-03-01", "removable": False}]
    answer = await place.client.put(
        f"/v1/homes/{ref}/adaptations", json={"adaptations": given}, headers=place.owner.headers
    )
    assert answer.status_code == 200, answer.text


async def asked(place: Market, member: Member | None = None, **query: str) -> dict[str, dict[str, Any]]:
    headers = (member or place.owner).headers
    answer = await place.client.get("/v1/vacated-homes", params=query, headers=headers)
    assert answer.status_code == 200, answer.text
    return {item["home_ref"]: item for item in answer.json()["items"]}


async def says(place: Market, id_: str, member: Member | None = None, **given: Any) -> httpx.Response:
    headers = (member or place.owner).headers
    return await place.client.put(f"/v1/vacated-homes/{id_}/outcome", json={"examined": True, **given}, headers=headers)


async def test_adapted_home_is_opened_once_for_a_vacancy_and_asked_for_when_it_is_let(place: Market) -> None:
    await place.publish([line("H1", "occupied"), line("H2", "occupied")])
    await adapt(place, "H1")
    assert await asked(place) == {}
    await place.publish([line("H1", "notice", available_on="2026-12-15"), line("H2", "notice")])
    found = await asked(place)
    assert set(found) == {"H1"}  # H2 is not adapted
    assert (found["H1"]["month"], found["H1"]["works"], found["H1"]["state"]) == (
        "2026-12", ["zero_step_shower"], "vacant",
    )  # fmt: skip
    await place.publish([line("H1", "vacant"), line("H2", "vacant")])
    assert (await asked(place))["H1"]["id"] == found["H1"]["id"]
    await place.publish([line("H1", "occupied")])
    again = await asked(place, state="asked")
    assert again["H1"]["id"] == found["H1"]["id"]
    assert again["H1"]["relet_on"] is not None
    await place.publish([line("H1", "vacant")])
    assert len((await place.client.get("/v1/vacated-homes", headers=place.owner.headers)).json()["items"]) == 2


@pytest.mark.parametrize("how", ["withdrawn", "deleted"])
async def test_home_that_leaves_the_stock_is_asked_for_and_is_not_let_again(place: Market, how: str) -> None:
    await place.publish([line("H1"), line("H2")])
    for ref in ("H1", "H2"):
        await adapt(place, ref)
    await vacated.keep(place.jobs)
    await place.publish([line("H1", "occupied")])
    if how == "withdrawn":
        await place.publish([line("H2", "withdrawn")])
    else:
        answer = await place.client.delete("/v1/homes/H2", headers=place.owner.headers)
        assert answer.status_code == 204, answer.text
    found = await asked(place, state="asked")
    assert {ref: item["gone"] for ref, item in found.items()} == {"H1": False, "H2": True}
    sold = await says(place, found["H2"]["id"], outcome="lost", loss="no_longer_let", examined=False)
    assert (sold.status_code, sold.json()["gone"], sold.json()["state"]) == (200, True, "stated")


@pytest.mark.parametrize(("status", "state"), [("vacant", "vacant"), ("works", "vacant"), ("occupied", "asked")])
async def test_home_that_comes_back_goes_on_with_its_vacancy_until_it_is_stated(
    place: Market, status: str, state: str
) -> None:
    await place.publish([line("H1")])
    await adapt(place, "H1")
    await vacated.keep(place.jobs)
    begun = (await asked(place))["H1"]["id"]
    await place.publish([line("H1", "withdrawn")])
    await place.publish([line("H1", status)])
    await vacated.keep(place.jobs)
    answer = await place.client.get("/v1/vacated-homes", headers=place.owner.headers)
    (found,) = answer.json()["items"]
    assert (found["id"], found["state"], found["gone"], found["relet_on"] is None) == (
        begun, state, False, state == "vacant",
    )  # fmt: skip


async def test_home_that_comes_back_after_its_end_was_stated_has_another_vacancy(place: Market) -> None:
    await place.publish([line("H1")])
    await adapt(place, "H1")
    await vacated.keep(place.jobs)
    await place.publish([line("H1", "withdrawn")])
    begun = (await asked(place))["H1"]["id"]
    assert (await says(place, begun, outcome="lost", loss="no_longer_let", examined=False)).status_code == 200
    await place.publish([line("H1")])
    assert [item["id"] for item in (await asked(place, state="stated")).values()] == [begun]
    assert set(await asked(place, state="vacant")) == {"H1"}


@pytest.mark.parametrize("status", ["works", "reserved"])
async def test_home_that_works_or_a_reservation_empty_is_opened_and_one_that_was_never_let_is_not(
    place: Market, status: str
) -> None:
    await place.publish([line("H1", "occupied"), line("H2", status)])
    for ref in ("H1", "H2"):
        await adapt(place, ref)
    await place.publish([line("H1", status)])
    found = await asked(place)
    assert set(found) == {"H1"}
    other = {"works": "reserved", "reserved": "works"}[status]
    await place.publish([line("H1", other), line("H2", other)])
    await vacated.keep(place.jobs)
    assert {ref: item["id"] for ref, item in (await asked(place)).items()} == {"H1": found["H1"]["id"]}
    await place.publish([line("H1", "occupied"), line("H2", "occupied")])
    assert set(await asked(place, state="asked")) == {"H1"}


async def test_home_that_is_adapted_while_works_empty_it_is_opened_by_the_night(place: Market) -> None:
    await place.publish([line("H1", "occupied", facts={}), line("H2", "works", facts={})])
    await place.publish([line("H1", "works", facts={})])
    for ref in ("H1", "H2"):
        await adapt(place, ref)
    await vacated.keep(place.jobs)
    assert set(await asked(place)) == {"H1"}


async def test_loss_needs_a_reason_and_a_small_home_to_a_family_is_a_loss(place: Market) -> None:
    await place.publish([line("H1")])
    await adapt(place, "H1")
    await vacated.keep(place.jobs)  # it was vacant before it was adapted
    id_ = (await asked(place))["H1"]["id"]
    refused = await says(place, id_, outcome="lost")
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "loss")
    assert (await says(place, id_, outcome="allotted_to_need", loss="urgency")).status_code == 422
    small = await says(place, id_, outcome="large_home_to_family")
    assert (small.status_code, small.json()["type"].rsplit("/", 1)[1]) == (422, "large-home-expected")
    assert (await says(place, id_, outcome="tenant_stayed")).status_code == 422
    assert (await says(place, id_, outcome="large_home_to_family", under_occupied=True)).status_code == 200
    stated = await says(place, id_, outcome="lost", loss="no_candidate", examined=False)
    body = stated.json()
    assert (body["outcome"], body["loss"], body["examined"], body["version"]) == ("lost", "no_candidate", False, 3)
    assert body["priority"]["article"] == "CCH art. R.441-4"
    assert (await says(place, id_, outcome="lost", loss="no_candidate", examined=False)).json()["version"] == 3
    assert set(await asked(place, state="stated")) == {"H1"}


async def test_large_home_to_a_family_is_a_loss_where_it_was_not_under_occupied(place: Market) -> None:
    await place.publish([line("H1", typology="T4", rooms=4)])
    await adapt(place, "H1")
    await vacated.keep(place.jobs)
    id_ = (await asked(place))["H1"]["id"]
    refused = await says(place, id_, outcome="large_home_to_family", under_occupied=False)
    (problem,) = refused.json()["errors"]
    assert (refused.status_code, problem["field"]) == (422, "under_occupied")
    assert "lost" in problem["remedy"]
    assert (await says(place, id_, outcome="lost", loss="urgency", under_occupied=False)).status_code == 200
    assert (await says(place, id_, outcome="large_home_to_family")).status_code == 200  # not known


async def test_another_landlord_sees_and_states_nothing(place: Market) -> None:
    await place.publish([line("H1")])
    await adapt(place, "H1")
    await vacated.keep(place.jobs)
    id_ = (await asked(place))["H1"]["id"]
    assert await asked(place, place.searcher) == {}
    assert (await says(place, id_, place.searcher, outcome="allotted_to_need")).status_code == 404
    answer = await place.client.get(f"/v1/vacated-homes/{id_}", headers=place.searcher.headers)
    assert answer.status_code == 404


async def test_members_are_told_once_of_a_home_of_others_with_its_month_alone(place: Market) -> None:
    for member in (place.owner, place.searcher):
        given = {"url": "https://hooks.example/registry", "events": ["home.vacated"]}
        answer = await place.client.put("/v1/organisation/webhooks/ours", json=given, headers=member.headers)
        assert answer.status_code in {200, 201}, answer.text
    await place.publish([line("H1", "occupied")])
    await adapt(place, "H1")
    await place.publish([line("H1", "notice", available_on="2026-12-15")])
    await vacated.announce(place.jobs)
    await vacated.announce(place.jobs)
    told = {}
    for member in (place.owner, place.searcher):
        answer = await place.client.get("/v1/organisation/webhooks/ours/deliveries", headers=member.headers)
        told[member.id] = [item["type"] for item in answer.json()["items"]]
    assert told == {place.owner.id: [], place.searcher.id: ["home.vacated"]}


TO_LEASE = ("study", "hold", "disclose", "visit", "agree", "file", "grant", "lease")


async def leased(place: Market, ref: str) -> tuple[str, dict[str, Any]]:
    """Let an adapted home that fell vacant by a proposal; return the proposal and the vacancy."""
    affairs = Affairs(place)
    await place.publish([line(ref, "vacant", facts=SHOWER)])
    await adapt(place, ref)
    await vacated.keep(place.jobs)
    listing = {own: id_ for id_, own in (await place.refs()).items()}[ref]
    id_ = await affairs.proposed(await affairs.case(), listing)
    await affairs.through(id_, *TO_LEASE)
    return id_, (await asked(place))[ref]


async def test_lease_states_the_outcome_and_its_landlord_may_correct_it(place: Market) -> None:
    id_, found = await leased(place, "H1")
    assert {name: found[name] for name in ("state", "outcome", "examined", "source", "proposal_id")} == {
        "state": "stated", "outcome": "allotted_to_need", "examined": True, "source": "proposal", "proposal_id": id_,
    }  # fmt: skip
    events = await place.client.get(
        "/v1/audit/events", params={"action": "transfers:vacated:stated"}, headers=place.owner.headers
    )
    assert [event["subject"] for event in events.json()["items"]] == [found["id"]]
    corrected = (await says(place, found["id"], outcome="allotted_to_elderly")).json()
    assert (corrected["outcome"], corrected["source"], corrected["proposal_id"]) == (
        "allotted_to_elderly", "landlord", None,
    )  # fmt: skip


async def test_lease_for_a_need_that_asks_for_no_adaptation_leaves_the_outcome_to_be_asked(place: Market) -> None:
    affairs = Affairs(place)
    await place.publish([line("H1", "vacant", facts=SHOWER)])
    await adapt(place, "H1")
    await vacated.keep(place.jobs)
    ref = await affairs.case(need={"parking": True, "ground_floor_or_lift": True})
    made = await affairs.proposed(ref, next(iter(await place.refs())))
    await affairs.through(made, *TO_LEASE)
    found = (await asked(place))["H1"]
    assert (found["outcome"], found["examined"], found["state"]) == (None, None, "vacant")


async def test_lease_leaves_what_its_landlord_stated(place: Market) -> None:
    affairs = Affairs(place)
    await place.publish([line("H1", "vacant", facts=SHOWER)])
    await adapt(place, "H1")
    await vacated.keep(place.jobs)
    id_ = (await asked(place))["H1"]["id"]
    await says(place, id_, outcome="allotted_to_elderly")
    made = await affairs.proposed(await affairs.case(), next(iter(await place.refs())))
    await affairs.through(made, *TO_LEASE)
    assert (await asked(place))["H1"]["outcome"] == "allotted_to_elderly"


async def test_lease_that_is_withdrawn_has_the_outcome_asked_anew_unless_its_landlord_stated_it(
    place: Market, settings: Settings
) -> None:
    id_, found = await leased(place, "H1")
    other, confirmed = await leased(place, "H2")
    assert (await says(place, confirmed["id"], outcome="allotted_to_need")).json()["source"] == "landlord"
    for each in (id_, other):
        assert (await Affairs(place).step(each, place.searcher, "withdraw")).status_code == 200
    await follow(place.jobs, keyring(settings))
    now = await asked(place)
    assert (now["H1"]["state"], now["H1"]["outcome"], now["H1"]["source"]) == ("vacant", None, None)
    assert now["H1"]["id"] == found["id"]
    assert now["H2"]["outcome"] == "allotted_to_need"


@pytest.mark.parametrize("reason", ["wishes_to_stay", "moved_elsewhere", None])
async def test_lease_whose_case_is_closed_or_erased_has_the_outcome_asked_anew_and_a_move_does_not(
    place: Market, settings: Settings, reason: str | None
) -> None:
    id_, _ = await leased(place, "H1")
    moved, _ = await leased(place, "H2")
    affairs = Affairs(place)
    await affairs.through(moved, "move")
    for each in (id_, moved):
        path = f"/v1/transfer-cases/{(await affairs.read(each, place.searcher))['case_ref']}"
        if reason is None:
            ended = await place.client.delete(path, headers=place.searcher.headers)
        else:
            ended = await place.client.post(f"{path}/close", json={"reason": reason}, headers=place.searcher.headers)
        assert ended.status_code in ({200, 204} if each == id_ or reason is None else {409}), ended.text
    await follow(place.jobs, keyring(settings))
    now = await asked(place)
    assert (now["H1"]["state"], now["H1"]["outcome"], now["H1"]["source"]) == ("vacant", None, None)
    assert now["H2"]["outcome"] == "allotted_to_need"
