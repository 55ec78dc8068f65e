"""What happens to proposals by themselves, and who is told and reminded."""

import datetime as dt
import uuid
from typing import Any

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import text

from registry.access.roles import UserRole
from registry.platform.crypto import Keyring, keyring
from registry.platform.database import Database, Role
from registry.platform.settings import Settings
from registry.transfers.service import deadlines
from tests.conftest import Register
from tests.support.market import market
from tests.support.members import Member
from tests.support.people import join
from tests.support.proposals import Affairs, follow
from tests.support.stock import home
from tests.support.transfers import mails_of

BASE = "https://registry.example"


@pytest_asyncio.fixture
async def affairs(database: Database, job_database: Database, client: httpx.AsyncClient, register: Register) -> Affairs:
    return Affairs(await market(database, job_database, client, register))


@pytest.fixture
def keys(settings: Settings) -> Keyring:
    return keyring(settings)


async def test_a_hold_lapses_by_itself_and_the_proposal_falls_back(affairs: Affairs, keys: Keyring) -> None:
    id_ = await affairs.made()
    await affairs.through(id_, "study", "hold", "disclose")
    await affairs.back(id_, held_until="31 days")
    await follow(affairs.market.jobs, keys)
    found = await affairs.read(id_, affairs.market.searcher)
    assert (found["state"], found["held_until"]) == ("studied", None)
    assert "hold" in [step["action"] for step in found["possible"]]
    audit = await affairs.client.get("/v1/audit/events", params={"subject": id_}, headers=affairs.market.owner.headers)
    assert audit.json()["items"][0]["detail"]["action"] == "lapse", "what the service did is in both chains"


@pytest.mark.parametrize(
    ("change", "reason"), [({"status": "occupied"}, "home_allotted"), ({"status": "withdrawn"}, "home_gone"),
                           ({"status": "reserved"}, None)],
)  # fmt: skip
async def test_a_home_that_goes_ends_its_proposals_and_one_that_is_kept_back_does_not(
    affairs: Affairs, keys: Keyring, change: dict[str, Any], reason: str | None
) -> None:
    ref, listing = await affairs.home()
    early = await affairs.proposed(await affairs.case(), listing)
    filed = await affairs.proposed(await affairs.case(), listing)
    await affairs.through(early, "study")
    await affairs.through(filed, "study", "hold", "disclose", "agree", "file")
    await affairs.market.publish([{"ref": ref, **home(**change)}])
    await follow(affairs.market.jobs, keys)
    found = await affairs.read(early, affairs.market.searcher)
    assert (found["state"], found["reason"]) == (("withdrawn", reason) if reason else ("studied", None))
    assert (await affairs.read(filed, affairs.market.searcher))["state"] == "filed", "its owner knows to whom it goes"


async def test_a_lease_ends_the_other_proposals_of_the_case_and_of_the_home(affairs: Affairs, keys: Keyring) -> None:
    case = await affairs.case()
    _, listing = await affairs.home()
    _, other_listing = await affairs.home()
    chosen = await affairs.proposed(case, listing)
    other = await affairs.proposed(case, other_listing)
    rival = await affairs.proposed(await affairs.case(), listing)
    await affairs.through(rival, "study")
    await affairs.through(other, "study", "hold", "disclose", "agree", "file", "grant")
    await affairs.through(chosen, "study", "hold", "disclose", "agree", "file", "grant", "lease")
    late = await affairs.step(other, affairs.market.owner, "lease")
    assert late.json()["type"].endswith("housed-elsewhere"), "nobody lives in two homes"
    held = await affairs.step(rival, affairs.market.searcher, "hold")
    assert held.status_code == 409, "a home that is let is kept without end"
    await follow(affairs.market.jobs, keys)
    reasons = {
        id_: (await affairs.read(id_, affairs.market.searcher))["reason"] for id_ in (chosen, other, rival)
    }  # fmt: skip
    assert reasons == {chosen: None, other: "housed_elsewhere", rival: "home_allotted"}


async def test_what_a_case_shared_ends_with_it(affairs: Affairs) -> None:
    case = await affairs.case(days=30)
    _, listing = await affairs.home()
    id_ = await affairs.proposed(case, listing)
    owner, origin = affairs.market.owner, affairs.market.searcher
    await affairs.through(id_, "study", "hold")
    assert (await affairs.read(id_, owner))["demands"]
    await affairs.as_job(
        "UPDATE transfer_cases SET consent_until = current_date - 1 WHERE organisation_id = :origin", origin=origin.id
    )
    assert (await affairs.read(id_, owner))["demands"] == [], "the consent is over: not left to the next night"
    erased = await affairs.client.delete(f"/v1/transfer-cases/{case}", headers=origin.headers)
    assert erased.status_code == 204, erased.text
    found = await affairs.read(id_, origin)
    assert (found["state"], found["reason"], found["case_ref"], found["demands"]) == (
        "withdrawn", "case_erased", None, [],
    )  # fmt: skip
    again = await affairs.proposed(await affairs.case(), listing)
    assert (await affairs.through(again, "study", "hold"))["state"] == "held", "the home is free again"


async def test_the_other_side_is_written_to_once_of_each_step(
    affairs: Affairs, keys: Keyring, database: Database, settings: Settings
) -> None:
    owner, origin = affairs.market.owner, affairs.market.searcher
    await join(database, settings, owner.id, UserRole.LANDLORD_PUBLISHER)
    await join(database, settings, origin.id, UserRole.LANDLORD_SEARCHER)

    async def subjects(member: Member, kind: str) -> list[str]:
        """Return what is new."""
        mails = await mails_of(database, affairs.market.jobs, keys, member, kind)
        return [mail.subject for mail in mails]

    id_ = await affairs.made()
    await affairs.through(id_, "study", "hold", "disclose", "visit")
    for _ in range(2):
        await follow(affairs.market.jobs, keys)
    assert sorted(await subjects(owner, "proposal_changed")) == [
        "Mutation : Adresse communiquée", "Mutation : Logement réservé", "Mutation : Proposée",
    ]  # fmt: skip
    assert await subjects(origin, "proposal_changed") == ["Mutation : Acceptée pour étude"]

    unanswered = await affairs.made()
    await affairs.back(unanswered, answer_by="9 days")
    for _ in range(2):
        await deadlines.remind(affairs.market.jobs, keys, BASE)
    assert len(await subjects(owner, "proposal_due")) == 1, "before it is due"
    await affairs.back(unanswered, answer_by="3 days")
    for _ in range(2):
        await deadlines.remind(affairs.market.jobs, keys, BASE)
    assert len(await subjects(owner, "proposal_due")) == 1, "and after"
    await affairs.back(id_, held_until="28 days")
    await deadlines.remind(affairs.market.jobs, keys, BASE)
    assert len(await subjects(origin, "proposal_due")) == 1, "before a hold ends"


@pytest.mark.parametrize(
    ("last", "side"),
    [("hold", "origin"), ("disclose", "origin"), ("visit", "origin"), ("agree", "owner"), ("file", "owner"),
     ("grant", "owner")],
)  # fmt: skip
async def test_who_can_go_on_is_reminded_that_a_hold_ends(
    affairs: Affairs, keys: Keyring, database: Database, settings: Settings, last: str, side: str
) -> None:
    owner, origin = affairs.market.owner, affairs.market.searcher
    await join(database, settings, owner.id, UserRole.LANDLORD_PUBLISHER)
    await join(database, settings, origin.id, UserRole.LANDLORD_SEARCHER)
    id_, life = await affairs.made(), ("study", "hold", "disclose", "visit", "agree", "file", "grant")
    await affairs.through(id_, *life[: life.index(last) + 1])
    await affairs.back(id_, held_until="28 days")
    for _ in range(2):
        await deadlines.remind(affairs.market.jobs, keys, BASE)
    written = {
        name: len(await mails_of(database, affairs.market.jobs, keys, member, "proposal_due"))
        for name, member in (("origin", origin), ("owner", owner))
    }
    assert written == {"origin": 0, "owner": 0, side: 1}


async def test_who_works_for_both_sides_gets_one_mail_of_what_the_service_did(
    affairs: Affairs, keys: Keyring, database: Database, settings: Settings
) -> None:
    owner = affairs.market.owner
    for role in (UserRole.LANDLORD_ADMIN, UserRole.LANDLORD_PUBLISHER, UserRole.LANDLORD_SEARCHER):
        await join(database, settings, owner.id, role)
    id_ = await affairs.made(owner)
    await affairs.through(id_, "study", "hold", origin=owner)
    await follow(affairs.market.jobs, keys)
    await mails_of(database, affairs.market.jobs, keys, owner, "proposal_changed")
    await affairs.back(id_, held_until="31 days")
    await follow(affairs.market.jobs, keys)
    written = await mails_of(database, affairs.market.jobs, keys, owner, "proposal_changed")
    assert len(written) == len({mail.recipient for mail in written}) == 3


async def test_lease_without_a_case_is_forgotten_after_24_months_and_no_other(affairs: Affairs) -> None:
    kept, gone = [await affairs.made() for _ in range(2)]
    for id_ in (kept, gone):
        await affairs.through(id_, "study", "hold", "disclose", "agree", "file", "grant", "lease")
        await affairs.back(id_, updated_at="25 months")
    await affairs.as_job("UPDATE transfer_proposals SET case_id = NULL WHERE id = :id", id=uuid.UUID(gone))
    await deadlines.forget(affairs.market.jobs)
    origin = affairs.market.searcher
    found = [await affairs.client.get(f"/v1/proposals/{id_}", headers=origin.headers) for id_ in (kept, gone)]
    assert [answer.status_code for answer in found] == [200, 404]


async def test_a_move_is_followed_up_at_3_and_at_12_months(affairs: Affairs, keys: Keyring, database: Database) -> None:
    id_ = await affairs.made()
    await affairs.through(id_, "study", "hold", "disclose", "agree", "file", "grant", "lease", "move")
    reminded = []
    for months in (2, 3, 11, 12):
        day = dt.date.today() - dt.timedelta(days=31 * months)  # noqa: DTZ011  # the database's day
        async with database.transaction(
            Role.LANDLORD, organisation=affairs.market.searcher.id, actor="tests"
        ) as session:
            await session.execute(
                text("UPDATE transfer_moves SET moved_on = :day WHERE proposal_id = :id"), {"day": day, "id": id_}
            )
        await deadlines.remind(affairs.market.jobs, keys, BASE)
        count = await affairs.as_job(
            "SELECT count(DISTINCT kind) FROM transfer_reminders WHERE proposal_id = :id", id=uuid.UUID(id_)
        )
        reminded.append(count)
    assert reminded == [0, 1, 1, 2]
    assert (await affairs.through(id_, "follow_3_months"))["state"] == "followed_3_months"
    assert (await affairs.through(id_, "follow_12_months"))["possible"] == []
