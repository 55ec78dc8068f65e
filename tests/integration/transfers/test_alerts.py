"""A home that comes free finds the open cases that it may suit, and each fact is told once."""

from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import pytest_asyncio

from registry.platform.crypto import Keyring, keyring
from registry.platform.database import Database
from registry.platform.mail import Message
from registry.platform.settings import Settings
from registry.transfers.service.alerts import match
from tests.conftest import Register
from tests.support.following import past
from tests.support.market import Market, market
from tests.support.people import join
from tests.support.stock import fact, home
from tests.support.transfers import case, mails_of, need, open_case

SHOWER: dict[str, Any] = {"zero_step_shower": fact(), "grab_bars": fact()}


@dataclass
class Watch:
    """Where one landlord shares homes, and another has cases."""

    market: Market
    keys: Keyring

    async def minute(self) -> None:
        """Do what the worker does each minute, once nothing that began before can hold it back."""
        await past()
        await match(self.market.jobs, self.keys, "https://registry.example")

    async def shares(self, ref: str, **changes: Any) -> None:
        """Have the owner state a home: vacant, with a level shower, as far as nothing else is said."""
        await self.market.publish([{"ref": ref, **home(facts=SHOWER, **changes)}])

    async def looks(self, given: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
        """Open a case of the other landlord."""
        area = {"communes": self.market.territory.communes[:1], **(given or {})}
        return await open_case(self.market.client, self.market.searcher, case(need(**area), **changes))

    async def alerts(self) -> list[tuple[str, str | None]]:
        """Return the owner's reference and the month of each alert, the first told first."""
        answer = await self.market.client.get("/v1/transfer-alerts", headers=self.market.searcher.headers)
        assert answer.status_code == 200, answer.text
        refs = await self.market.refs()
        return [(refs[item["listing_id"]], item["available_month"]) for item in answer.json()["items"]][::-1]

    async def mails(self) -> list[Message]:
        """Return what is written of alerts to the people of whose cases they are."""
        place = self.market
        return await mails_of(place.database, place.jobs, self.keys, place.searcher, "cases_matched")


@pytest_asyncio.fixture
async def watch(
    database: Database, job_database: Database, client: httpx.AsyncClient, register: Register, settings: Settings
) -> Watch:
    found = Watch(await market(database, job_database, client, register, communes=2), keyring(settings))
    await join(database, settings, found.market.searcher.id, "landlord_searcher")
    await found.looks({"communes": [found.market.territory.communes[1]]})  # where nothing is shared
    await found.minute()
    return found


async def test_home_that_comes_free_is_told_once_by_mail_and_webhook_naming_the_month(watch: Watch) -> None:
    place = watch.market
    hook = {"url": "https://hooks.example/x", "events": ["transfer.match"]}
    set_up = await place.client.put("/v1/organisation/webhooks/erp", json=hook, headers=place.searcher.headers)
    assert set_up.status_code == 200, set_up.text
    made = await watch.looks()
    await watch.shares("H1", status="occupied")
    await watch.minute()
    assert await watch.alerts() == []
    await watch.shares("H1", status="notice", available_on="2027-02-15")
    for _ in range(2):
        await watch.minute()
    assert await watch.alerts() == [("H1", "2027-02")]
    (mail,) = await watch.mails()
    assert "02/2027" in mail.text
    assert "15" not in mail.text.replace("https://registry.example", "")
    assert made["ref"] not in mail.text
    posted = await place.client.get("/v1/organisation/webhooks/erp/deliveries", headers=place.searcher.headers)
    (delivery,) = posted.json()["items"]
    assert delivery["type"] == "transfer.match"
    await watch.shares("H1", status="vacant")  # the same vacancy, without a date
    await watch.minute()
    assert await watch.alerts() == [("H1", "2027-02")]
    await watch.shares("H1", status="occupied")
    await watch.minute()
    await watch.shares("H1", status="vacant")  # another one
    await watch.minute()
    assert await watch.alerts() == [("H1", "2027-02"), ("H1", None)]


@pytest.mark.parametrize(
    ("asked", "offered", "suits"),
    [
        ({}, {}, True),
        ({"rent_max_cents": 41_249}, {}, False),
        ({"rent_max_cents": 41_250}, {}, True),
        ({"rent_max_cents": 30_000}, {"rent_cents": None}, True),  # not known is not no
        ({"rooms_min": 3}, {}, False),
        ({"residents": 3}, {}, False),
        ({"residents": 3}, {"rooms": 3, "typology": "T3"}, True),
        ({"rooms_max": 1, "rooms_min": 1}, {}, False),
        ({"aid_indoors": "manual_wheelchair"}, {}, True),  # its class is not known: possible
        ({"ground_floor_or_lift": True}, {"facts": {**SHOWER, "lift": fact("no")}, "floor": 3}, False),
        ({"ground_floor_or_lift": True}, {"facts": {**SHOWER, "lift": fact("no")}, "floor": 0}, True),
        ({}, {"facts": {"grab_bars": fact(), "zero_step_shower": fact("no")}}, False),
    ],
)
async def test_home_is_told_where_it_may_suit(
    watch: Watch,
    asked: dict[str, Any],
    offered: dict[str, Any],
    suits: bool,  # a parameter
) -> None:
    await watch.looks(asked)
    await watch.market.publish([{"ref": "H1", **home(**{"facts": SHOWER, **offered})}])
    await watch.minute()
    assert (await watch.alerts() == [("H1", None)]) is suits


async def test_what_was_free_before_the_case_is_no_news(watch: Watch) -> None:
    await watch.shares("H1")
    await watch.minute()
    await watch.looks()
    await watch.minute()
    await watch.shares("H1", rent_cents=41_000)
    await watch.minute()
    assert await watch.alerts() == []
    await watch.shares("H2", rent_cents=41_000)
    await watch.minute()
    assert await watch.alerts() == [("H2", None)]


def gone(item: dict[str, Any]) -> bool:
    return item["ended_at"] is not None


async def test_home_that_is_free_for_the_same_month_again_is_open_again_and_written_of_once(watch: Watch) -> None:
    async def items() -> list[dict[str, Any]]:
        answer = await watch.market.client.get("/v1/transfer-alerts", headers=watch.market.searcher.headers)
        found: list[dict[str, Any]] = answer.json()["items"]
        return found

    await watch.looks()
    february = {"status": "notice", "available_on": "2027-02-15"}
    for round_ in range(2):
        await watch.shares("H1", **february)
        await watch.minute()
        assert [gone(item) for item in await items()] == [False], round_
        await watch.shares("H1", status="occupied")
        await watch.minute()
        assert [gone(item) for item in await items()] == [True]
    assert len(await watch.mails()) == 1


async def test_home_that_comes_back_after_the_case_was_opened_is_told_though_it_was_known(watch: Watch) -> None:
    february = {"status": "notice", "available_on": "2027-02-15"}
    await watch.shares("H1", **february)
    await watch.minute()
    await watch.looks()
    await watch.minute()
    assert await watch.alerts() == []
    await watch.shares("H1", status="occupied")
    await watch.minute()
    await watch.shares("H1", **february)
    for _ in range(2):
        await watch.minute()
    assert await watch.alerts() == [("H1", "2027-02")]
    assert len(await watch.mails()) == 1


async def test_home_that_came_back_while_a_case_asked_otherwise_is_open_again_without_being_told(watch: Watch) -> None:
    place, february = watch.market, {"status": "notice", "available_on": "2027-02-15"}
    made = await watch.looks()
    await watch.shares("H1", **february)
    await watch.minute()
    assert len(await watch.mails()) == 1
    await watch.shares("H1", status="occupied")
    await watch.minute()
    area = {"communes": place.territory.communes[:1]}
    await open_case(place.client, place.searcher, case(need(rooms_min=5, **area)), made["ref"])
    await watch.shares("H1", **february)
    await watch.minute()
    await open_case(place.client, place.searcher, case(need(**area)), made["ref"])
    await watch.minute()
    listed = await place.client.get("/v1/transfer-alerts", headers=place.searcher.headers)
    assert [gone(item) for item in listed.json()["items"]] == [False]
    assert await watch.mails() == []


async def test_closed_case_and_landlord_that_left_are_told_nothing(watch: Watch) -> None:
    place = watch.market
    made = await watch.looks()
    path = f"/v1/transfer-cases/{made['ref']}/close"
    await place.client.post(path, json={"reason": "moved"}, headers=place.searcher.headers)
    await watch.shares("H1")
    await watch.minute()
    await watch.looks()
    here = f"/v1/territories/{place.territory.slug}/adhesion"
    assert (await place.client.delete(here, headers=place.searcher.headers)).status_code < 300
    await watch.shares("H2")
    await watch.minute()
    assert await watch.alerts() == []
    assert await watch.mails() == []


async def test_present_home_is_not_proposed_to_who_lives_there(watch: Watch) -> None:
    place = watch.market
    await watch.shares("H1", status="occupied")
    await watch.shares("H2", status="occupied")
    await open_case(place.client, place.owner, case(need(rent_max_cents=50_000), home_ref="H1"))
    await watch.minute()
    for ref in ("H1", "H2"):
        await watch.shares(ref, status="notice", available_on="2027-02-15")
    await watch.minute()
    told = await place.client.get("/v1/transfer-alerts", headers=place.owner.headers)
    refs = await place.refs()
    assert [refs[item["listing_id"]] for item in told.json()["items"]] == ["H2"]
