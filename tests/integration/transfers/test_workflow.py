"""Proposals between two landlords: who may take which step, what each side reads, and that a home is kept for one."""

import asyncio
import uuid

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from registry.platform.database import Database, Role
from tests.conftest import Register
from tests.support import members
from tests.support import territory as territories
from tests.support.market import Market, market
from tests.support.members import Member
from tests.support.proposals import Affairs

WHOLE_LIFE = ("study", "hold", "disclose", "visit", "agree", "file", "grant", "lease", "move")


@pytest_asyncio.fixture
async def affairs(database: Database, job_database: Database, client: httpx.AsyncClient, register: Register) -> Affairs:
    return Affairs(await market(database, job_database, client, register))


async def test_a_proposal_goes_from_need_to_move_and_each_side_reads_its_own_part(affairs: Affairs) -> None:
    origin, owner = affairs.market.searcher, affairs.market.owner
    home_ref, listing = await affairs.home()
    case_ref = await affairs.case()
    answer = await affairs.propose(case_ref, listing)
    assert answer.status_code == 201, answer.text
    id_ = answer.json()["id"]
    assert answer.headers["location"] == f"/v1/proposals/{id_}"

    theirs = await affairs.read(id_, owner)
    assert (theirs["sides"], theirs["home_ref"], theirs["case_ref"]) == (["owner"], home_ref, None)
    assert {"code": "zero_step_shower", "fit": "proven"} in theirs["demands"]
    assert not {"need", "case_id", "aid_indoors", "52000"} & set(str(theirs).replace("'", " ").split())
    ours = await affairs.read(id_, origin)
    assert (ours["sides"], ours["home_ref"], ours["case_ref"]) == (["origin"], None, case_ref)
    assert [step["action"] for step in ours["possible"]] == ["refuse", "withdraw"]

    for action in WHOLE_LIFE:
        if action == "disclose":
            told = await affairs.client.get(f"/v1/proposals/{id_}/address", headers=origin.headers)
            assert told.status_code == 409
        await affairs.through(id_, action)
    told = await affairs.client.get(f"/v1/proposals/{id_}/address", headers=origin.headers)
    assert told.json()["street"] == "rue des Acacias"
    for member in (origin, owner):
        found = await affairs.client.get(
            "/v1/audit/events", params={"action": "transfers:address:told", "subject": id_}, headers=member.headers
        )
        assert len(found.json()["items"]) == 1, "each chain says that the address was read"
    assert (await affairs.read(id_, owner))["demands"] == [], "the need is the owner's business no more"
    for member in (origin, owner):
        listed = await affairs.client.get("/v1/proposals", headers=member.headers)
        assert [line["id"] for line in listed.json()["items"] if "demands" not in line] == [id_], "lists carry none"
        read = await affairs.client.get(
            "/v1/audit/events", params={"action": "transfers:demands:read", "subject": id_}, headers=member.headers
        )
        assert len(read.json()["items"]) == 1, "each side read them once; the owner's last reading told it nothing"
    steps = await affairs.client.get(f"/v1/proposals/{id_}/steps", headers=owner.headers)
    assert [step["action"] for step in steps.json()["items"]] == ["propose", *WHOLE_LIFE]
    move = await affairs.client.get(f"/v1/proposals/{id_}/move", headers=origin.headers)
    assert (move.json()["rent_before_cents"], move.json()["rent_after_cents"]) == (52_000, 41_250)
    assert move.json()["rooms_released"] == 2
    again = await affairs.propose(case_ref, listing)
    assert again.json()["type"].endswith("case-closed"), "whoever has moved looks no more"


async def test_a_step_that_is_not_possible_says_which_are(affairs: Affairs) -> None:
    id_ = await affairs.made()
    origin, owner = affairs.market.searcher, affairs.market.owner
    answer = await affairs.step(id_, origin, "hold")
    assert answer.status_code == 409
    assert "refuse, withdraw" in answer.text
    assert (await affairs.step(id_, origin, "study")).status_code == 409, "the owner's step"
    assert (await affairs.step(id_, owner, "decline")).status_code == 422, "without a reason"
    assert (await affairs.step(id_, owner, "decline", "cost")).status_code == 422, "a tenant's reason"
    assert (await affairs.step(id_, owner, "study", "works")).status_code == 422, "a reason for nothing"
    stale = await affairs.step(id_, owner, "study", **{"If-Match": '"7"'})
    assert stale.status_code == 412
    declined = await affairs.step(id_, owner, "decline", "works")
    assert (declined.json()["state"], declined.json()["possible"]) == ("declined", [])
    assert (await affairs.step(id_, origin, "withdraw")).status_code == 409, "it is over"


async def test_fifty_parallel_requests_of_several_landlords_give_one_hold(
    affairs: Affairs, register: Register, database: Database
) -> None:
    rivals = [affairs.market.searcher, *[await register() for _ in range(4)]]
    await territories.sign(database, affairs.market.territory, rivals[1:])
    for rival in rivals[1:]:
        await members.renew(rival, affairs.client)
    _, listing = await affairs.home()
    asked = []
    for rival in rivals:
        for _ in range(10):
            id_ = await affairs.proposed(await affairs.case(rival), listing, rival)
            await affairs.through(id_, "study")
            asked.append((id_, rival))
    answers = await asyncio.gather(*(affairs.step(id_, rival, "hold") for id_, rival in asked))
    assert sorted(answer.status_code for answer in answers) == [200, *[409] * 49]
    until = next(answer.json()["held_until"] for answer in answers if answer.status_code == 200)
    winner = next(rival for (_, rival), answer in zip(asked, answers, strict=True) if answer.status_code == 200)
    for answer in answers:
        if answer.status_code == 409:
            (fault,) = answer.json()["errors"]
            assert (fault["field"], fault["value"][:19]) == ("held_until", until[:19])
            assert winner.name not in answer.text


async def test_a_hold_that_has_ended_excludes_nobody_and_is_renewed_by_nobody(affairs: Affairs) -> None:
    _, listing = await affairs.home()
    first = await affairs.proposed(await affairs.case(), listing)
    second = await affairs.proposed(await affairs.case(), listing)
    await affairs.through(first, "study", "hold", "disclose")
    await affairs.through(second, "study")
    assert (await affairs.step(second, affairs.market.searcher, "hold")).status_code == 409
    await affairs.back(first, held_until="40 days")
    read = await affairs.read(first, affairs.market.searcher)
    assert (read["state"], read["held_until"]) == ("studied", None), "by the clock, before any job has run"
    listed = await affairs.client.get(
        "/v1/proposals", params={"state": "disclosed"}, headers=affairs.market.searcher.headers
    )
    assert listed.json()["items"] == []
    place = affairs.market.territory
    followed = await affairs.client.get(f"/v1/territories/{place.slug}/proposals", headers=place.coordinator.headers)
    stated = {each["id"]: (each["state"], each["held_until"]) for each in followed.json()["items"]}
    assert stated[first] == ("studied", None)
    address = await affairs.client.get(f"/v1/proposals/{first}/address", headers=affairs.market.searcher.headers)
    assert address.status_code == 409, "told only while the home is kept"
    assert (await affairs.step(first, affairs.market.searcher, "agree")).status_code == 409
    await affairs.through(second, "hold")
    assert (await affairs.step(first, affairs.market.searcher, "hold")).status_code == 409
    await affairs.step(second, affairs.market.searcher, "refuse", "attachment")
    assert (await affairs.through(first, "hold"))["state"] == "held"
    steps = await affairs.client.get(f"/v1/proposals/{first}/steps", headers=affairs.market.owner.headers)
    assert [step["action"] for step in steps.json()["items"]][-2:] == ["lapse", "hold"]


async def test_address_is_told_on_the_owner_s_word_whatever_the_origin_may_write(
    affairs: Affairs, database: Database
) -> None:
    id_, origin, owner = uuid.UUID(await affairs.made()), affairs.market.searcher.id, affairs.market.owner.id
    pretended = text("UPDATE transfer_proposals SET state = 'disclosed', disclosed_at = now() WHERE id = :id")
    said = text(
        "INSERT INTO transfer_steps (proposal_id, organisation_id, owner_id, territory_id, party, action, state)"
        " SELECT id, organisation_id, :owner, territory_id, 'owner', 'study', 'studied'"
        " FROM transfer_proposals WHERE id = :id"
    )
    ask = text("SELECT tell_address(:id)")
    async with database.transaction(Role.LANDLORD, organisation=origin, actor="tests") as session:
        await session.execute(pretended, {"id": id_})
        assert (await session.execute(ask, {"id": id_})).scalar_one() is None
    with pytest.raises(ProgrammingError, match="row-level security"):
        async with database.transaction(Role.LANDLORD, organisation=origin, actor="tests") as session:
            await session.execute(said, {"id": id_, "owner": owner})
    async with database.transaction(Role.LANDLORD, organisation=owner, actor="tests") as session:
        await session.execute(said, {"id": id_, "owner": owner})
    async with database.transaction(Role.LANDLORD, organisation=origin, actor="tests") as session:
        told = (await session.execute(ask, {"id": id_})).scalar_one()
    assert told["street"] == "rue des Acacias"


async def test_needs_are_read_with_a_scope_of_their_own(affairs: Affairs) -> None:
    """Whoever answers proposals reads those of its organisation's homes, and of its cases neither need nor proposal."""
    market = affairs.market
    answering = ("stock:read", "listings:read", "transfers:read", "transfers:answer")
    _, listing = await affairs.home()
    case_ref = await affairs.case()
    made = await affairs.proposed(case_ref, listing)
    own_case = await affairs.case(market.owner)
    own = await affairs.proposed(own_case, listing, market.owner)
    origin, owner = [await narrowed(market, member, answering) for member in (market.searcher, market.owner)]

    for path in (f"/v1/transfer-cases/{case_ref}", "/v1/transfer-cases", "/v1/transfer-alerts",
                 f"/v1/transfer-cases/{case_ref}/matches", f"/v1/proposals/{made}/move"):  # fmt: skip
        assert (await market.client.get(path, headers=origin)).status_code == 403, path
    assert (await market.client.get(f"/v1/proposals/{made}", headers=origin)).status_code == 404
    assert (await market.client.get(f"/v1/proposals/{made}/help", headers=origin)).status_code == 404
    assert (await market.client.get("/v1/proposals", headers=origin)).json()["items"] == []
    found = (await market.client.get("/v1/proposals", headers=owner)).json()["items"]
    assert {(item["id"], item["case_ref"]) for item in found} == {(made, None), (own, None)}
    asked = {"action": "study"}
    answer = await market.client.post(f"/v1/proposals/{made}/steps", json=asked, headers=owner)
    assert (answer.status_code, answer.json()["state"]) == (200, "studied")


async def narrowed(market: Market, member: Member, scopes: tuple[str, ...]) -> dict[str, str]:
    """Return the headers of a member whose token is for some scopes only."""
    answer = await market.client.post(
        "/oauth/token", data={"grant_type": "client_credentials", "scope": " ".join(scopes)},
        auth=(member.client_id, member.client_secret),
    )  # fmt: skip
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


async def test_hold_and_erasure_at_once_leave_no_home_kept_for_nobody(affairs: Affairs) -> None:
    origin = affairs.market.searcher
    for _ in range(5):
        _, listing = await affairs.home()
        case = await affairs.case()
        id_ = await affairs.proposed(case, listing)
        await affairs.through(id_, "study")
        await asyncio.gather(
            affairs.step(id_, origin, "hold"),
            affairs.client.delete(f"/v1/transfer-cases/{case}", headers=origin.headers),
        )
        again = await affairs.proposed(await affairs.case(), listing)
        assert (await affairs.through(again, "study", "hold"))["state"] == "held"
