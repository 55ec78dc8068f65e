"""Time passes over the cases: a reminder, the end of a consent, the charter's months, the end of the tombstones."""

import datetime as dt
from dataclasses import dataclass

import httpx
import pytest_asyncio
from sqlalchemy import text

from registry.charter.schemas import Terms
from registry.kernel.clock import now, today
from registry.platform.crypto import Keyring, keyring
from registry.platform.database import Database, Role
from registry.platform.mail import Message
from registry.platform.settings import Settings
from registry.transfers.service.retention import keep_time
from tests.conftest import Register
from tests.support.database import Server
from tests.support.market import Market, market
from tests.support.people import join
from tests.support.proposals import Affairs
from tests.support.stock import home
from tests.support.transfers import case, mails_of, open_case


@dataclass
class Time:
    market: Market
    keys: Keyring
    settings: Settings

    async def night(self, days: int) -> None:
        """Do what the worker does in a night so many days from now."""
        await keep_time(self.market.jobs, self.keys, "https://registry.example/", at=now() + dt.timedelta(days=days))

    async def closing(self, id_: str) -> list[str | None]:
        async with self.market.jobs.transaction(Role.JOB, actor="tests") as session:
            found = await session.execute(text("SELECT closing FROM transfer_cases WHERE id = :id"), {"id": id_})
            return list(found.scalars())

    async def mails(self) -> list[Message]:
        """Return what is written to the owner's people of consents."""
        place = self.market
        return await mails_of(place.database, place.jobs, self.keys, place.owner, "consents_end")


@pytest_asyncio.fixture
async def time(
    database: Database, job_database: Database, client: httpx.AsyncClient, register: Register, settings: Settings
) -> Time:
    place = await market(database, job_database, client, register, Terms(case_retention_months=2))
    await place.publish([{"ref": "H1", **home()}])
    return Time(place, keyring(settings), settings)


def until(days: int) -> dict[str, str]:
    return {
        "basis": "explicit_consent", "version": "2026-1", "until": (today() + dt.timedelta(days=days)).isoformat(),
    }  # fmt: skip


async def test_consent_that_ends_is_reminded_of_once_and_then_closes_the_case(time: Time, database: Database) -> None:
    owner = time.market.owner
    await join(database, time.settings, owner.id, "landlord_searcher")
    made = await open_case(time.market.client, owner, case(home_ref="H1", consent=until(60)))
    await time.night(25)
    assert await time.mails() == []
    await time.night(35)
    (mail,) = await time.mails()
    assert "https://registry.example/console/cases" in mail.text
    assert made["ref"] not in mail.text
    await time.night(36)
    assert await time.mails() == []
    assert await time.closing(made["id"]) == [None]
    await time.night(62)
    assert await time.closing(made["id"]) == ["consent_ended"]
    events = await time.market.client.get(
        "/v1/audit/events", params={"action": "transfers:case:closed"}, headers=owner.headers
    )
    assert [event["subject"] for event in events.json()["items"]] == [made["id"]]


async def test_consent_that_ends_leaves_a_lease_that_was_signed_and_takes_the_need_away(time: Time) -> None:
    affairs = Affairs(time.market)
    _, listing = await affairs.home()
    ref = await affairs.case(days=3)
    let = await affairs.proposed(ref, listing)
    await affairs.through(let, "study", "hold", "disclose", "agree", "file", "grant", "lease")
    _, another = await affairs.home()
    asked = await affairs.proposed(ref, another)
    await time.night(5)
    origin, owner = time.market.searcher, time.market.owner
    found = await affairs.read(asked, origin)
    assert (found["state"], found["reason"]) == ("withdrawn", "consent_ended")
    found = await affairs.read(let, origin)
    assert (found["state"], found["demands"]) == ("leased", [])
    assert (await affairs.read(let, owner))["demands"] == []
    assert "withdraw" in [step["action"] for step in found["possible"]]
    case_ = await affairs.client.get(f"/v1/transfer-cases/{ref}", headers=origin.headers)
    assert case_.json()["closing"] == "consent_ended"
    await affairs.through(let, "move")
    case_ = await affairs.client.get(f"/v1/transfer-cases/{ref}", headers=origin.headers)
    assert case_.json()["closing"] == "moved"
    move = await affairs.client.get(f"/v1/proposals/{let}/move", headers=origin.headers)
    assert move.json()["rent_after_cents"] == 41_250


async def test_lease_outlives_its_case_and_the_move_is_still_noted(time: Time) -> None:
    affairs = Affairs(time.market)
    _, listing = await affairs.home()
    let = await affairs.proposed(await affairs.case(days=3), listing)
    await affairs.through(let, "study", "hold", "disclose", "agree", "file", "grant", "lease")
    await time.night(5)
    await time.night(75)
    origin = time.market.searcher
    found = await affairs.read(let, origin)
    assert (found["state"], found["case_ref"], found["demands"]) == ("leased", None, [])
    rival = await affairs.proposed(await affairs.case(), listing)
    await affairs.through(rival, "study")
    assert (await affairs.step(rival, origin, "hold")).status_code == 409, "the home is let"
    assert (await affairs.through(let, "move"))["state"] == "moved"


async def test_closed_case_is_deleted_after_the_months_of_the_charter(time: Time) -> None:
    owner = time.market.owner
    made = await open_case(time.market.client, owner, case(home_ref="H1", consent=until(700)))
    path = f"/v1/transfer-cases/{made['ref']}"
    await time.market.client.post(f"{path}/close", json={"reason": "moved"}, headers=owner.headers)
    await time.night(50)
    assert await time.closing(made["id"]) == ["moved"]
    await time.night(65)
    assert await time.closing(made["id"]) == []


async def test_tombstone_lasts_for_24_months(time: Time, server: Server, database_name: str) -> None:
    """The tombstone is made old instead of the night late: cases of everybody else stay as they are."""
    owner, given = time.market.owner, case(home_ref="H1", consent=until(700))
    made = await open_case(time.market.client, owner, given)
    path = f"/v1/transfer-cases/{made['ref']}"
    await time.market.client.delete(path, headers=owner.headers)

    async def aged(days: int) -> None:
        with server.connect(database_name) as admin:
            admin.execute(
                "UPDATE registry.transfer_tombstones SET erased_at = erased_at - make_interval(days => %s)"
                " WHERE organisation_id = %s", (days, owner.id),
            )  # fmt: skip
        await time.night(0)

    await aged(700)
    assert (await time.market.client.put(path, json=given, headers=owner.headers)).status_code == 410
    await aged(40)
    assert (await time.market.client.put(path, json=given, headers=owner.headers)).status_code == 201
