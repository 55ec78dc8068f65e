"""The field's own cases: what somebody in a social home asks for, is offered, may refuse, and what becomes of homes."""

from dataclasses import dataclass
from typing import Any

import httpx
import pytest_asyncio

from registry.listings.service.place import place_requested
from registry.platform.database import Database
from tests.conftest import Register
from tests.integration.transfers.street import Street
from tests.support.market import Market, market
from tests.support.members import Member
from tests.support.proposals import Affairs
from tests.support.stock import fact, home, publish, residence
from tests.support.transfers import case, need, open_case, reference

SHOWER = {"zero_step_shower": fact(), "lift": fact(), "step_free_entrance": fact()}
WORKS = [{"work": "zero_step_shower", "delivered_on": "2025-03-01", "removable": False}]


@dataclass
class Town:
    """Two landlords across the street from each other: hers has hardly any adapted home, the other one has."""

    affairs: Affairs
    here: dict[str, float] | None = None
    """Where residence R1 of each of them is; else in the middle of the market."""

    @property
    def market(self) -> Market:
        return self.affairs.market

    @property
    def hers(self) -> Member:
        return self.market.searcher

    @property
    def other(self) -> Member:
        return self.market.owner

    async def publish(self, who: Member, *lines: dict[str, Any], **places: dict[str, float]) -> None:
        """Publish homes in residence R1, and in those that are given by their places."""
        territory = self.market.territory
        where = {"R1": self.here or territory.point(), **places}
        given = {ref: residence(territory.communes[0], at) for ref, at in where.items()}
        result = await publish(self.market.client, who, given, lines)
        assert result["rejected"] == 0, result
        await place_requested(self.market.jobs)

    async def open(self, **changes: Any) -> str:
        """Open her case: a T4 on the second floor without a lift, alone, with a stick, for a level shower."""
        flat = home("R1", typology="T4", rooms=4, floor=2, status="occupied", rent_cents=62_000, charges_cents=9_000,
                    facts={"zero_step_shower": fact("no"), "lift": fact("no")})  # fmt: skip
        await self.publish(self.hers, {"ref": "HERS", **flat})
        ref = reference()
        given = case(
            need(aid_indoors="none", ground_floor_or_lift=True), home_ref="HERS", ground="under_occupation", **changes
        )
        await open_case(self.market.client, self.hers, given, ref)
        return ref

    async def state_feasible(self, where: str, **cents: int) -> None:
        """State works as feasible in a home or residence of hers, with what they cost at the most."""
        works = [
            {"work": work, "cost_from_cents": most // 2, "cost_to_cents": most, "stated_on": "2026-03-01"}
            for work, most in cents.items()
        ]
        answer = await self.market.client.put(
            f"/v1/{where}/feasible-works", json={"feasible_works": works}, headers=self.hers.headers
        )
        assert answer.status_code == 200, answer.text

    async def get(self, path: str, who: Member | None = None) -> Any:
        answer = await self.market.client.get(f"/v1/{path}", headers=(who or self.hers).headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def protections(self, ref: str, **facts: str) -> dict[str, str]:
        answer = await self.market.client.post(
            f"/v1/transfer-cases/{ref}/protections", json=facts, headers=self.hers.headers
        )
        assert answer.status_code == 200, answer.text
        return {item["rule"]["code"]: item["applies"] for item in answer.json()["items"]}


@pytest_asyncio.fixture
async def town(database: Database, job_database: Database, client: httpx.AsyncClient, register: Register) -> Town:
    return Town(Affairs(await market(database, job_database, client, register)))


async def test_woman_in_a_t4_on_the_second_floor_is_offered_two_ways_to_adapt_or_to_move_near_by_at_a_lower_rent(
    street: Street,
) -> None:
    town = Town(Affairs(street.desk.market), street.at(100))
    small = home("R2", typology="T2", rooms=2, floor=3, status="vacant", rent_cents=41_000, facts=SHOWER)
    dear = home("R2", typology="T2", rooms=2, floor=3, status="vacant", rent_cents=70_000, facts=SHOWER)
    stairs = home("R2", typology="T2", rooms=2, floor=2, rent_cents=41_000, facts={**SHOWER, "lift": fact("no")})
    ref = await town.open()
    lines = ({"ref": "SMALL", **small}, {"ref": "DEAR", **dear}, {"ref": "STAIRS", **stairs})
    await town.publish(town.hers, *lines, R2=street.at(250))
    await street.compare()
    found = await town.get(f"transfer-cases/{ref}/matches")
    (best,) = found["items"]
    assert (best["home_ref"], best["fit"]) == ("SMALL", "proven"), "not up the stairs, and not at a higher rent"
    assert (best["place"], best["distance_band_m"], best["beyond"]) == ("same_quarter", [0, 300], False)
    assert (best["rents"]["rent_test"], best["rents"]["rent_met"]) == ("lower", True)
    assert "DEAR" not in [item["home_ref"] for item in found["near_misses"]], "no work makes a rent lower"
    assert (await town.protections(ref))["under_occupation"] == "yes"
    present = found["present_home"]
    assert (present["home_ref"], present["fit"], present["outlook"]) == ("HERS", "no", "works")
    works = {each["code"]: [work["code"] for work in each["works"]] for each in present["demands"]}
    assert works == {"zero_step_shower": ["zero_step_shower"], "ground_floor_or_lift": ["lift_installation"]}

    await town.state_feasible("homes/HERS", zero_step_shower=650_000)
    await town.state_feasible("residences/R1", lift_installation=9_000_000)
    present = (await town.get(f"transfer-cases/{ref}/matches"))["present_home"]
    assert present["outlook"] == "feasible_works"
    shower = next(each for each in present["demands"] if each["code"] == "zero_step_shower")["works"]
    assert [(work["feasible"], work["cost_to_cents"]) for work in shower] == [(True, 650_000)]


async def test_refusal_for_attachment_ends_the_proposal_and_leaves_every_right(town: Town) -> None:
    ref = await town.open()
    _, listing = await town.affairs.home(facts=SHOWER)
    for _ in range(3):
        id_ = await town.affairs.proposed(ref, listing)
        refused = await town.affairs.step(id_, town.hers, "refuse", "attachment")
        assert (refused.status_code, refused.json()["state"]) == (200, "refused")
    told = await town.get(f"transfer-cases/{ref}/protections")
    assert told["refusals"] == 3
    assert "every right" in told["right"]["en"]
    assert (await town.get(f"transfer-cases/{ref}"))["closing"] is None
    assert await town.affairs.proposed(ref, listing), "she may be proposed a home again"


async def test_over_65_is_exempt_from_what_the_texts_attach_to_refusals(town: Town) -> None:
    ref = await town.open()
    known = {"disability": "no", "dependant": "no", "loss_of_autonomy": "no", "qpv": "no", "tense_area": "yes"}
    assert (await town.protections(ref, over_65="no", **known))["three_refusals"] == "yes"
    assert (await town.protections(ref, over_65="yes", **known))["three_refusals"] == "no"
    assert (await town.protections(ref, **known))["three_refusals"] == "unknown"
    assert (await town.protections(ref, over_65="no", **{**known, "tense_area": "no"}))["three_refusals"] == "no"


async def test_adapted_flat_let_again_to_a_family_leaves_a_trace_and_the_reason_is_asked(town: Town) -> None:
    flat = home("R1", typology="T3", rooms=3, facts={"zero_step_shower": fact()})
    await town.publish(town.other, {"ref": "FLAT", **flat, "status": "occupied"})
    answer = await town.market.client.put(
        "/v1/homes/FLAT/adaptations", json={"adaptations": WORKS}, headers=town.other.headers
    )
    assert answer.status_code == 200, answer.text
    await town.publish(town.other, {"ref": "FLAT", **flat, "status": "vacant"})
    await town.publish(town.other, {"ref": "FLAT", **flat, "status": "occupied"})
    (trace,) = (await town.get("vacated-homes?state=asked", town.other))["items"]
    path = f"/v1/vacated-homes/{trace['id']}/outcome"
    for said, status in (
        ({"outcome": "large_home_to_family"}, 422), ({"outcome": "lost"}, 422),
        ({"outcome": "lost", "loss": "quota_holder"}, 200),
    ):  # fmt: skip
        given = {"examined": True, **said}
        stated = await town.market.client.put(path, json=given, headers=town.other.headers)
        assert stated.status_code == status, stated.text
    assert stated.json()["priority"]["article"] == "CCH art. R.441-4"


async def test_landlord_without_one_finds_the_home_of_another_across_the_street_and_moves_her_there(
    street: Street,
) -> None:
    town = Town(Affairs(street.desk.market), street.at(100))
    ref = await town.open()
    across = home("R2", typology="T2", rooms=2, floor=1, status="vacant", rent_cents=43_000, facts=SHOWER)
    await town.publish(town.other, {"ref": "ACROSS", **across}, R2=street.at(100, 20))
    await street.compare()
    (found,) = (await town.get(f"transfer-cases/{ref}/matches"))["items"]
    assert (found["own"], found["home_ref"], found["fit"]) == (False, None, "proven")
    assert (found["place"], found["distance_band_m"], found["beyond"]) == ("same_quarter", [0, 300], False)
    id_ = await town.affairs.proposed(ref, found["listing"]["id"])
    moved = await town.affairs.through(
        id_, "study", "hold", "disclose", "visit", "agree", "file", "grant", "lease", "move"
    )
    assert moved["state"] == "moved"
    move = await town.get(f"proposals/{id_}/move")
    assert (move["rent_before_cents"], move["rent_after_cents"], move["rooms_released"]) == (62_000, 43_000, 2)


async def test_applicant_who_asks_for_nothing_yet_is_offered_a_favourable_home_at_entry(town: Town) -> None:
    """Before any need is there, so that no later transfer is: stairs come last, and what is not known between."""
    without_steps = {"steps_to_door": fact(0), "step_free_entrance": fact(), "bedroom_on_entrance_level": fact()}
    stairs = {"steps_to_door": fact(12), "step_free_entrance": fact("no"), "lift": fact("no"), "grab_bars": fact()}
    shower = {"zero_step_shower": fact()}
    offered = {"STAIRS": stairs, "LEVEL": {**without_steps, **shower}, "OPEN": shower}
    await town.publish(
        town.other,
        *({"ref": ref, **home("R1", floor=2, status="vacant", facts=facts)} for ref, facts in offered.items()),
    )
    made = await open_case(
        town.market.client, town.hers, case({"communes": town.market.territory.communes[:1]}, kind="first_entry")
    )
    found = (await town.get(f"transfer-cases/{made['ref']}/matches"))["items"]
    refs = await town.market.refs()
    assert [refs[item["listing"]["id"]] for item in found] == ["LEVEL", "OPEN", "STAIRS"]
    lines = [next(line for line in item["lines"] if line["criterion"] == "fit") for item in found]
    assert [line["value"]["en"] for line in lines] == ["class 3: Step-free", "Unknown", "class 1: Ordinary"]
    assert lines[0]["label"]["en"] == "A home that will do later"
    assert (lines[0]["points"], lines[2]["points"]) > (0, 0)
    id_ = await town.affairs.proposed(made["ref"], found[0]["listing"]["id"])
    moved = await town.affairs.through(
        id_, "study", "hold", "disclose", "visit", "agree", "file", "grant", "lease", "move"
    )
    assert moved["state"] == "moved"
