"""The homes for a case: proven, possible, nearly; ranked, explained, and counted as seen."""

from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import text

from registry.charter.schemas import Terms
from registry.listings.service.place import place_requested
from registry.platform.database import Database, Role
from tests.conftest import Register
from tests.support.market import Market, market
from tests.support.proposals import Affairs
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


async def test_needs_of_the_senses_and_of_reach_are_said_and_exclude_no_home(desk: Desk) -> None:
    await desk.offer([
        {"ref": "signals", **home(facts={"visual_signals": fact(), "grab_bars": fact()})},
        {"ref": "none", **home(facts={"visual_signals": fact("no"), "grab_bars": fact()})},
    ])  # fmt: skip
    found = await desk.matches(await desk.open(hearing=True))
    assert await desk.refs(found["items"]) == ["*signals", "*none"]
    assert [each["fit"] for each in found["items"]] == ["proven", "possible"]
    assert found["items"][1]["missing"]["code"] == "visual_signals"
    found = await desk.matches(await desk.open(hearing=True, reach_low_cm=50))
    assert [each["fit"] for each in found["items"]] == ["possible", "possible"]
    assert [each["code"] for each in found["items"][0]["demands"]] == ["visual_signals", "reachable_controls"]


ONE_LEVEL = {"bedroom_on_entrance_level": fact(), "grab_bars": fact()}
STEPS: dict[str, dict[str, Any]] = {
    "level": {**ONE_LEVEL, "steps_to_door": fact(0), "step_free_entrance": fact()},
    "few": {
        **ONE_LEVEL,
        "steps_to_door": fact(6),
        "stair_handrails": fact("one_side"),
        "step_free_entrance": fact("no"),
    },
    "stairs": {**ONE_LEVEL, "steps_to_door": fact(12), "step_free_entrance": fact("no"), "lift": fact("no")},
    "open": ONE_LEVEL,
}
SPACE: dict[str, dict[str, Any]] = {
    "space": {"wc_transfer_space": fact()}, "none": {"wc_transfer_space": fact("no"), "raised_wc": fact()},
    "open": {"raised_wc": fact()},
}  # fmt: skip


@pytest.mark.parametrize(
    ("offered", "need", "fits"),
    [
        (STEPS, {"steps_passable": 1}, {"*level": "proven", "*few": "possible", "*open": "possible"}),
        (STEPS, {"steps_passable": 6}, {"*level": "proven", "*few": "proven", "*open": "possible"}),
        (STEPS, {"steps_passable": 12},
         {"*level": "proven", "*few": "proven", "*open": "possible", "*stairs": "possible"}),
        (SPACE, {"transfer_side": "left"}, {"*space": "possible", "*open": "possible"}),
        (SPACE, {"transfer_side": "either"}, {"*space": "proven", "*open": "possible"}),
    ],
)  # fmt: skip
async def test_what_no_listing_says_is_to_be_checked_alike_in_the_list_and_by_the_owner(
    desk: Desk, offered: dict[str, dict[str, Any]], need: dict[str, Any], fits: dict[str, str]
) -> None:
    await desk.offer([{"ref": ref, **home(facts=facts, floor=2)} for ref, facts in offered.items()])
    ref, affairs = await desk.open(**need), Affairs(desk.market)
    found = (await desk.matches(ref))["items"]
    refs = await desk.refs(found)
    assert {name: item["fit"] for name, item in zip(refs, found, strict=True)} == fits
    for item in found:
        proposal = await affairs.read(await affairs.proposed(ref, item["listing"]["id"]), desk.market.owner)
        assert proposal["demands"] == [{"code": each["code"], "fit": each["fit"]} for each in item["demands"]]


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
    assert near["works"][0]["before_entry"] is False


async def state(desk: Desk, of: str, *works: tuple[str, int, int, bool], own: bool = False) -> None:
    """State works as feasible: code, cost from and up to in cents, agreed to before entry."""
    owner = desk.market.searcher if own else desk.market.owner
    given = [
        {"work": code, "cost_from_cents": low, "cost_to_cents": high, "before_entry": agreed,
         "stated_on": "2026-02-10"}
        for code, low, high, agreed in works
    ]  # fmt: skip
    answer = await desk.market.client.put(
        f"/v1/{of}/feasible-works", json={"feasible_works": given}, headers=owner.headers
    )
    assert answer.status_code == 200, answer.text


async def test_owner_that_agreed_to_adapt_before_entry_is_said_to_with_the_cost_in_bands(desk: Desk) -> None:
    missed = {"zero_step_shower": fact("no"), "grab_bars": fact()}
    await desk.offer([{"ref": ref, **home(facts=missed)} for ref in ("agreed", "silent", "dear")])
    await state(desk, "homes/agreed", ("zero_step_shower", 410_000, 530_000, True))
    await state(desk, "homes/silent", ("zero_step_shower", 410_000, 530_000, False))
    await state(desk, "homes/dear", ("zero_step_shower", 4_000_000, 6_000_000, True))
    await desk.stock([{"ref": "own", **home(facts=missed)}])
    await state(desk, "homes/own", ("zero_step_shower", 410_000, 530_000, False), own=True)
    ref = await desk.open(shower="zero_step", grab_bars=True)
    near = (await desk.matches(ref))["near_misses"]
    said = {
        name: (each["owner"], *(each["works"][0][key] for key in ("cost_from_cents", "cost_to_cents", "before_entry")))
        for name, each in zip(await desk.refs(near), near, strict=True)
    }
    assert said == {
        "*agreed": ("agreed", 200_000, 1_000_000, True),
        "*silent": ("to_ask", None, None, False),
        "*dear": ("agreed", 2_000_000, None, True),
        "own": ("yours", 410_000, 530_000, False),
    }


async def test_works_that_somebody_agreed_to_are_told_of_free_homes_of_ones_own_territories_alone(
    desk: Desk, database: Database, register: Register
) -> None:
    await desk.offer([{"ref": ref, **home(facts=BATHROOM)} for ref in ("free", "let")])
    for ref in ("free", "let"):
        await state(desk, f"homes/{ref}", ("widen_interior_doors", 90_000, 160_000, True))
    listed = {ref: listing for listing, ref in (await desk.market.refs()).items()}
    answer = await desk.market.client.put(
        "/v1/homes/let", json=home(facts=BATHROOM, status="occupied"), headers=desk.market.owner.headers
    )
    assert answer.is_success, answer.text
    asked = text("SELECT listing_id::text FROM agreed_works(CAST(:ids AS uuid[]))")
    told = {}
    for name, asking in (("member", desk.market.searcher), ("stranger", await register())):
        async with database.transaction(Role.LANDLORD, organisation=asking.id, actor="tests") as session:
            told[name] = set((await session.execute(asked, {"ids": [*listed.values()]})).scalars())
            hidden = await session.execute(text("SELECT count(*) FROM feasible_works WHERE before_entry"))
            assert hidden.scalar_one() == 0, "another's rows stay its own"
    assert told == {"member": {listed["free"]}, "stranger": set()}


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


async def test_home_that_is_too_small_for_the_household_is_not_among_those_that_fit(desk: Desk) -> None:
    await desk.offer([{"ref": f"T{n}", **home(typology=f"T{n}", rooms=n, facts=BATHROOM)} for n in range(1, 8)])
    family = await desk.open(residents=5)
    assert sorted(await desk.refs((await desk.matches(family))["items"])) == ["*T4", "*T5", "*T6"]
    couple = await desk.open(residents=2, rooms_min=1)
    assert sorted(await desk.refs((await desk.matches(couple))["items"])) == ["*T1", "*T2", "*T3"]


async def test_rents_say_what_is_paid_today_and_what_they_are_tested_against(desk: Desk) -> None:
    await desk.offer([{"ref": "H1", **home(rent_cents=40_000, charges_cents=6_000, facts=BATHROOM)}])

    async def rents(**need: Any) -> list[Any]:
        (item,) = (await desk.matches(await desk.open(**need)))["items"]
        names = ("present_rent", "rent_bound", "present_total", "total_bound")
        return [*(item["rents"][f"{name}_cents"] for name in names), item["rents"]["total_met"]]

    assert await rents(rent_max_cents=45_000) == [None, 45_000, None, None, None]
    assert await rents(current_rent_cents=50_000) == [50_000, 50_000, None, None, None]
    paid = {"current_rent_cents": 50_000, "current_charges_cents": 5_000}
    assert await rents(**paid) == [50_000, 50_000, 55_000, 55_000, True]
    assert await rents(**paid, total_max_cents=45_000) == [50_000, 50_000, 55_000, 45_000, False]


async def test_homes_that_are_soon_free_are_found_with_their_month(desk: Desk) -> None:
    soon: dict[str, Any] = {"available_on": "2027-02-15", "facts": BATHROOM}
    await desk.offer(
        [
            {"ref": status.upper(), **home(status=status, **soon)}
            for status in ("notice", "works", "reserved", "occupied")
        ]
    )
    found = (await desk.matches(await desk.open()))["items"]
    assert sorted(await desk.refs(found)) == ["*NOTICE", "*WORKS"]
    assert {each["listing"]["available_month"] for each in found} == {"2027-02"}
