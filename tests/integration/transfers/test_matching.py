"""The homes for a case: proven, possible, nearly; ranked, explained, and counted as seen."""

from dataclasses import dataclass
from typing import Any

import httpx
import pytest_asyncio

from registry.charter.schemas import Terms
from registry.listings.service.place import place_requested
from registry.platform.database import Database
from tests.conftest import Register
from tests.support.market import Market, market
from tests.support.stock import fact, home, publish, residence
from tests.support.transfers import case, open_case

BATHROOM = {"zero_step_shower": fact(), "grab_bars": fact()}


@dataclass
class Desk:
    """The searcher's desk: its own stock and cases, in the market of another landlord."""

    market: Market

    async def stock(self, lines: list[dict[str, Any]], **residences: dict[str, Any]) -> None:
        """Publish own homes, in residence R1 at the market's centre unless others are given."""
        given = residences or {"R1": residence(self.market.territory.communes[0], self.market.territory.point())}
        answer = await publish(self.market.client, self.market.searcher, given, lines)
        assert answer["rejected"] == 0, answer
        await place_requested(self.market.jobs)

    async def offer(self, lines: list[dict[str, Any]], **residences: dict[str, Any]) -> None:
        """Publish the other landlord's homes."""
        given = residences or {"R1": residence(self.market.territory.communes[0], self.market.territory.point())}
        answer = await publish(self.market.client, self.market.owner, given, lines)
        assert answer["rejected"] == 0, answer
        await place_requested(self.market.jobs)

    async def open(self, home_ref: str | None = None, ground: str | None = None, **need: Any) -> str:
        """Open a case of the searcher's, in the market's first commune unless it has a home; return its reference."""
        area = {} if home_ref else {"communes": self.market.territory.communes[:1]}
        given = case({**area, **need}, home_ref=home_ref, ground=ground)
        made = await open_case(self.market.client, self.market.searcher, given)
        return str(made["ref"])

    async def ask(self, ref: str, **asked: Any) -> httpx.Response:
        return await self.market.client.get(
            f"/v1/transfer-cases/{ref}/matches", params=asked, headers=self.market.searcher.headers
        )

    async def matches(self, ref: str, **asked: Any) -> dict[str, Any]:
        answer = await self.ask(ref, **asked)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def refs(self, found: list[dict[str, Any]]) -> list[str]:
        """Return the references of homes: own ones as they are, others' after a star."""
        others = await self.market.refs()
        return [each["home_ref"] or f"*{others[each['listing']['id']]}" for each in found]


@pytest_asyncio.fixture
async def desk(database: Database, job_database: Database, client: httpx.AsyncClient, register: Register) -> Desk:
    return Desk(await market(database, job_database, client, register))


async def test_homes_for_a_need_proven_before_possible_and_what_is_missing_named(desk: Desk) -> None:
    await desk.offer([
        {"ref": "proven", **home(facts=BATHROOM, rent_cents=40_000)},
        {"ref": "unknown", **home(facts={"zero_step_shower": fact()}, rent_cents=40_000)},
        {"ref": "none", **home(facts={"zero_step_shower": fact("no"), "grab_bars": fact("no"), "raised_wc": fact()})},
    ])  # fmt: skip
    ref = await desk.open(shower="zero_step", grab_bars=True)
    found = await desk.matches(ref)
    assert await desk.refs(found["items"]) == ["*proven", "*unknown"]
    proven, possible = found["items"]
    assert (proven["fit"], proven["missing"]) == ("proven", None)
    assert (possible["fit"], possible["missing"]["code"], possible["missing"]["fit"]) == (
        "possible", "grab_bars", "possible",
    )  # fmt: skip
    for each in found["items"]:
        assert abs(sum(line["points"] for line in each["lines"]) - each["score"]) < 0.1
        assert all(line["source"]["fr"] and line["source_date"] for line in each["lines"])


async def test_one_work_short_says_which_work_and_one_class_lower_is_to_be_checked(desk: Desk) -> None:
    step_free = {"step_free_entrance": fact(), "bedroom_on_entrance_level": fact()}
    await desk.offer([
        {"ref": "bath", **home(facts={**step_free, "zero_step_shower": fact("no"), "grab_bars": fact()}, floor=0)},
        {"ref": "nothing", **home(facts={**step_free, "zero_step_shower": fact("no"), "grab_bars": fact("no"),
                                         "raised_wc": fact()}, floor=0)},
    ])  # fmt: skip
    ref = await desk.open(aid_indoors="walker", shower="zero_step", grab_bars=True)
    found = await desk.matches(ref)
    assert found["items"] == []
    (near,) = found["near_misses"]
    assert (await desk.refs([near]), near["reason"], near["owner"]) == (["*bath"], "one_work_short", "to_ask")
    assert [work["code"] for work in near["works"]] == ["zero_step_shower"]
    assert near["works"][0]["cost_from_cents"] is None, "another landlord's costs are its own"


async def test_others_homes_count_as_seen_and_own_ones_do_not(
    database: Database, job_database: Database, client: httpx.AsyncClient, register: Register
) -> None:
    desk = Desk(await market(database, job_database, client, register, Terms(listing_daily_homes=1)))
    await desk.stock([{"ref": f"own{n}", **home(facts=BATHROOM)} for n in range(3)])
    ref = await desk.open(shower="zero_step")
    assert len((await desk.matches(ref))["items"]) == 3
    await desk.offer([{"ref": f"other{n}", **home(facts=BATHROOM)} for n in range(2)])
    refused = await desk.ask(ref)
    assert (refused.status_code, refused.json()["code"]) == (429, "daily-homes-used-up")


async def test_rent_is_tested_strictly_for_under_occupation_and_twice(desk: Desk) -> None:
    await desk.offer([
        {"ref": "same", **home(facts=BATHROOM, rent_cents=50_000, charges_cents=9_000)},
        {"ref": "lower", **home(facts=BATHROOM, rent_cents=49_900, charges_cents=9_900)},
    ])  # fmt: skip
    need: dict[str, Any] = {
        "shower": "zero_step",
        "current_rent_cents": 50_000,
        "current_charges_cents": 9_000,
        "current_rooms": 4,
    }
    found = await desk.matches(await desk.open(ground="under_occupation", **need))
    tests = {
        ref: (each["rents"]["rent_test"], each["rents"]["rent_met"], each["rents"]["total_met"])
        for ref, each in zip(await desk.refs(found["items"]), found["items"], strict=True)
    }
    assert tests == {"*lower": ("lower", True, False), "*same": ("lower", False, True)}
