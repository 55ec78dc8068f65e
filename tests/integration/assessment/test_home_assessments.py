"""The class of a home, explained: equal to what its listing shows, down to each fact and where it comes from."""

import json
from collections.abc import Iterator
from random import Random
from typing import Any, Final

import httpx
import pytest

from registry.assessment.home_class import code_of
from registry.kernel.clock import now
from registry.platform.database import Database
from registry.vocabulary.conditions import GroundFloor, leaves
from registry.vocabulary.facts import FACTS_BY_CODE, HOME_FACTS, RESIDENCE_FACTS, VERSION
from registry.vocabulary.home_class import CLASSES, TAGS, condition_of
from tests.conftest import Register
from tests.contract.problem import assert_problem
from tests.support.market import Market, market
from tests.support.members import Member
from tests.support.stock import agreeing, fact, home, publish, residence

WHEELCHAIR: Final[dict[str, Any]] = {
    "bedroom_on_entrance_level": fact(), "low_thresholds": fact(), "entrance_door_width": fact(90, "measured"),
    "interior_door_width": fact(80), "zero_step_shower": fact(), "grab_bars": fact(), "turning_space": fact(),
    "wc_transfer_space": fact(),
}  # fmt: skip
REACHED: Final[dict[str, Any]] = {"step_free_entrance": fact(), "lift": fact()}
ASKED: Final = sorted(
    {
        code_of(leaf)
        for condition in (*(condition_of(each.number) for each in CLASSES), *(tag.requires for tag in TAGS))
        for leaf in leaves(condition)
        if not isinstance(leaf, GroundFloor)
    }
)
"""Codes that classes and tags ask for."""
SLASHES: Final = "R1/A/4 gauche"


@pytest.fixture
async def here(database: Database, job_database: Database, client: httpx.AsyncClient, register: Register) -> Market:
    """A residence of six levels with a home of class 5 on the fourth floor, and one of which nothing is known."""
    made = await market(database, job_database, client, register)
    given = residence(made.territory.communes[0], made.territory.point(), buildings=[{"ref": "B1", "levels": 6}])
    homes = [
        {"ref": SLASHES, **home("R1", WHEELCHAIR, floor=4, building_ref="B1")},
        {"ref": "SILENT", **home("R1", {}, floor=None)},
    ]
    result = await publish(client, made.owner, {"R1": given}, homes)
    assert result["created"] == len(homes), result
    await state(made, REACHED)
    return made


async def state(here: Market, facts: dict[str, Any], ref: str = "R1") -> None:
    answer = await here.client.put(f"/v1/residences/{ref}/facts", json={"facts": facts}, headers=here.owner.headers)
    assert answer.status_code == 200, answer.text


async def write(here: Market, facts: dict[str, Any], **changes: Any) -> None:
    body = home("R1", facts, **{"floor": 4, "building_ref": "B1", **changes})
    answer = await here.client.put(f"/v1/homes/{SLASHES}", json=body, headers=here.owner.headers)
    assert answer.status_code == 200, answer.text


async def assessed(here: Market, ref: str = SLASHES) -> dict[str, Any]:
    answer = await here.client.get(f"/v1/homes/{ref}/assessment", headers=here.owner.headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def numbers(found: dict[str, Any], under: str = "home_class") -> tuple[int, int]:
    return found[under]["proven"]["number"], found[under]["possible"]["number"]


def step(found: dict[str, Any], number: int) -> dict[str, Any]:
    each: dict[str, Any] = found["classes"][number]
    assert each["number"] == number
    return each


def tag(found: dict[str, Any], code: str) -> dict[str, Any]:
    return next(each for each in found["tags"] if each["code"] == code)


def facts_in(condition: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield each fact below a condition, with the state of what is asked of it."""
    if condition["fact"]:
        yield {**condition["fact"], "state": condition["state"]}
    for each in condition["of"]:
        yield from facts_in(each)


def fact_in(found: dict[str, Any], number: int, code: str) -> dict[str, Any]:
    return next(each for each in facts_in(step(found, number)["conditions"]) if each["code"] == code)


# What it says


async def test_home_whose_reference_has_slashes_is_assessed_class_by_class(here: Market) -> None:
    found = await assessed(here)
    assert (found["home_ref"], found["residence_ref"], found["vocabulary_version"]) == (SLASHES, "R1", VERSION)
    assert found["home_class"]["proven"] == {
        "number": 5, "label": {"fr": "Fauteuil, pièces essentielles", "en": "Wheelchair, essential rooms"}
    }  # fmt: skip
    assert [each["state"] for each in found["classes"]] == [*["yes"] * 6, "unknown"]
    assert [each["includes"] for each in found["classes"]] == [[], [], [], [], [3], [3, 4], [3, 4, 5]]
    assert [each["code"] for each in found["missing"]] == step(found, 6)["missing"]
    assert set(step(found, 6)["missing"]) == {
        "all_rooms_wheelchair", "kitchen_clearance", "balcony_access", "lift_standard"
    }  # fmt: skip
    assert found["missing"][0]["label"]["fr"]
    assert (found["without_outages"], found["lift_outages"]) == (None, [])


async def test_each_fact_has_value_threshold_text_dates_and_where_it_comes_from(here: Market) -> None:
    found = await assessed(here)
    door = fact_in(found, 5, "entrance_door_width")
    text = "Arrêté du 24 décembre 2015 (bâtiments d'habitation), art. 11"
    assert door == {
        "code": "entrance_door_width", "unit": "cm", "value": 90, "source": "measured", "stated_on": "2026-03-01",
        "stated_of": "home", "applies": "yes", "state": "yes",
        "label": {"fr": "Largeur de passage de la porte d'entrée", "en": "Clear width of the front door"},
        "asked": {"comparison": ">=", "value": 83, "codes": [], "date": "2016-04-01",
                  "source": {"fr": text, "en": text}},
    }  # fmt: skip
    lift = fact_in(found, 3, "lift")
    assert (lift["value"], lift["stated_of"], lift["asked"]["codes"]) == ("yes", "residence", ["yes"])
    floor = fact_in(found, 3, "floor")
    assert (floor["value"], floor["state"], floor["asked"]["comparison"]) == (4, "no", "=")
    unknown = fact_in(found, 6, "kitchen_clearance")
    assert (unknown["value"], unknown["source"], unknown["stated_of"], unknown["state"]) == (
        None, None, None, "unknown"
    )  # fmt: skip
    proposed = fact_in(found, 4, "entrance_door_width")["asked"]
    assert (proposed["value"], proposed["source"]["en"]) == (77, "The registry's proposal, beside the charter")


async def test_alternatives_are_told_apart_from_what_is_all_asked_for(here: Market) -> None:
    conditions = step(await assessed(here), 3)["conditions"]
    assert (conditions["rule"], conditions["state"]) == ("all", "yes")
    reached, _level = conditions["of"]
    counted, seen = reached["of"]
    assert (reached["rule"], reached["state"]) == ("agreed", "yes")
    assert (counted["fact"]["code"], counted["state"], seen["rule"]) == ("steps_to_door", "unknown", "all")
    assert (seen["of"][1]["rule"], [each["state"] for each in seen["of"][1]["of"]]) == ("any", ["no", "yes"])


async def test_home_of_which_nothing_is_known_names_what_to_find_out(here: Market) -> None:
    await state(here, dict.fromkeys(REACHED))
    found = await assessed(here, "SILENT")
    assert numbers(found) == (0, 6)
    assert [each["state"] for each in found["classes"]] == ["yes", *["unknown"] * 6]
    assert {each["code"] for each in found["missing"]} >= {"floor", "lift", "steps_to_door"}
    assert set(step(found, 1)["missing"]) >= {"steps_to_door", "bedroom_on_entrance_level"}
    assert {each["state"] for each in found["tags"]} == {"unknown"}
    assert found["completeness"]["share"] == 0


async def test_home_with_stairs_is_ordinary_and_says_which_condition_fails(here: Market) -> None:
    await write(here, {"lift": fact("no")})
    found = await assessed(here)
    assert numbers(found) == (1, 2)
    assert [each["state"] for each in found["classes"]] == ["yes", "yes", "unknown", "no", "no", "no", "no"]
    assert (fact_in(found, 3, "lift")["stated_of"], fact_in(found, 3, "lift")["state"]) == ("home", "no")
    assert step(found, 1)["conditions"]["state"] == "no"


async def test_tags_are_explained_as_classes_are(here: Market) -> None:
    await write(here, {"visual_signals": fact(), "adaptable": fact("no")})
    found = await assessed(here)
    assert [each["code"] for each in found["tags"]] == [
        "adaptable", "evolutive", "senior", "visual", "hearing", "cognitive"
    ]  # fmt: skip
    hearing = tag(found, "hearing")
    assert (hearing["state"], hearing["missing"]) == ("unknown", ["video_intercom", "hearing_loop"])
    assert hearing["conditions"]["of"][1]["rule"] == "any"
    assert tag(found, "adaptable")["state"] == "no"


async def test_completeness_counts_what_is_known_of_home_and_common_parts(here: Market) -> None:
    found = (await assessed(here))["completeness"]
    assert found["home"]["known"] == len(WHEELCHAIR)
    assert found["common_parts"]["known"] == len(REACHED)
    assert found["known"] == len(WHEELCHAIR) + len(REACHED)
    assert found["counted"] == found["home"]["counted"] + found["common_parts"]["counted"]
    assert found["share"] == round(found["known"] / found["counted"], 4)
    await write(here, {"telecare": fact()})
    assert (await assessed(here))["completeness"] == found, "it does not count"
    await state(here, {"lift": fact("no")})
    without = (await assessed(here))["completeness"]
    assert without["counted"] == found["counted"] - 2, "nobody asks for the standard of a lift that there is not"


async def test_fact_that_has_ended_is_unknown_again(here: Market) -> None:
    await write(here, {"grab_bars": {**fact(), "until": "2026-03-31"}})
    found = await assessed(here)
    assert (numbers(found), found["missing"][0]["code"]) == ((3, 6), "grab_bars")


async def test_home_of_another_landlord_is_as_absent_as_none(here: Market, other_landlord: Member) -> None:
    for ref, member in ((SLASHES, other_landlord), (SLASHES, here.searcher), ("NONE", here.owner)):
        answer = await here.client.get(f"/v1/homes/{ref}/assessment", headers=member.headers)
        assert_problem(answer, 404, "home-not-found")


# Lifts that stand


async def test_lift_outage_removes_class_5_until_it_ends(here: Market) -> None:
    assert numbers(await assessed(here)) == (5, 6)
    body = {"building_ref": "B1", "lift": "ASC-1", "source": "tenant_report"}
    started = await here.client.post("/v1/residences/R1/lift-outages", json=body, headers=here.owner.headers)
    assert started.status_code == 201, started.text

    during = await assessed(here)

    assert (numbers(during), numbers(during, "without_outages")) == ((1, 2), (5, 6))
    (outage,) = during["lift_outages"]
    assert outage == {**{name: started.json()[name] for name in outage}, **body}
    lift = fact_in(during, 3, "lift")
    assert (lift["value"], lift["state"], lift["stated_of"], lift["source"]) == ("no", "no", "lift_outage", None)
    assert during["completeness"] == (await assessed(here))["completeness"]
    ended = {"expected_end": None, "ended_at": now().isoformat()}
    answer = await here.client.put(f"/v1/lift-outages/{started.json()['id']}", json=ended, headers=here.owner.headers)
    assert answer.status_code == 200, answer.text
    after = await assessed(here)
    assert (numbers(after), after["without_outages"], after["lift_outages"]) == ((5, 6), None, [])


async def test_steps_that_were_counted_say_nothing_while_the_lift_stands(here: Market) -> None:
    await write(here, {"steps_to_door": fact(0)})
    await here.client.post("/v1/residences/R1/lift-outages", json={}, headers=here.owner.headers)
    steps = fact_in(await assessed(here), 3, "steps_to_door")
    assert (steps["value"], steps["state"], steps["stated_of"]) == (None, "unknown", "lift_outage")


async def test_outage_of_another_building_lowers_nothing(here: Market) -> None:
    given = residence(
        here.territory.communes[0], here.territory.point(), buildings=[{"ref": "B1", "levels": 6}, {"ref": "B2"}]
    )
    await publish(here.client, here.owner, {"R1": given}, [{"ref": SLASHES, **home("R1", WHEELCHAIR, floor=4,
                                                                                   building_ref="B1")}])  # fmt: skip
    await here.client.post("/v1/residences/R1/lift-outages", json={"building_ref": "B2"}, headers=here.owner.headers)
    found = await assessed(here)
    assert (numbers(found), found["lift_outages"]) == ((5, 6), [])


# Facts that deny each other


async def test_standard_of_a_lift_that_there_is_no_more_counts_for_no_class(here: Market) -> None:
    throughout = {"all_rooms_wheelchair": fact(), "kitchen_clearance": fact(160), "balcony_access": fact(),
                  "steps_to_door": fact(0)}  # fmt: skip
    await state(here, {"lift_standard": fact()})
    await write(here, throughout, floor=None)
    assert numbers(await assessed(here)) == (6, 6)

    await state(here, {"lift": fact("no", date="2026-04-01")})  # newer: it is not refused

    found = await assessed(here)
    assert numbers(found)[0] == 5
    standard = fact_in(found, 6, "lift_standard")
    assert (standard["value"], standard["applies"]) == ("yes", "no")
    await write(here, {}, floor=4)
    assert numbers(await assessed(here)) == (1, 2)


# The same as its listing


def drawn(random: Random, codes: list[str]) -> dict[str, Any]:
    """Draw facts, most of them good, some unknown, and none that deny each other."""
    facts: dict[str, Any] = {}
    for code in codes:
        if random.random() < 0.12:
            continue
        described, good = FACTS_BY_CODE[code], random.random() < 0.9
        if described.kind == "measure":
            assert described.threshold is not None
            better = 1 if described.threshold.comparison == ">=" else -1
            value: Any = described.threshold.value + (0 if good else -better * random.choice((1, 7)))
        elif described.kind == "choice":
            value = random.choice([choice.code for choice in described.choices])
        else:
            value = "yes" if good else "no"
        ended = {"until": "2026-03-31"} if random.random() < 0.05 else {}
        facts[code] = {**fact(value, random.choice(("declared", "measured"))), **ended}
    return agreeing(facts)


@pytest.mark.parametrize("seed", range(3))
async def test_class_is_the_one_that_the_homes_listing_shows(here: Market, seed: int) -> None:
    random = Random(seed)
    of_home = [code for code in ASKED if "home" in FACTS_BY_CODE[code].stated_on]
    of_residence = [code for code in ASKED if "residence" in FACTS_BY_CODE[code].stated_on]
    assert {*of_home, *of_residence} == set(ASKED)
    assert {each.code for each in (*HOME_FACTS, *RESIDENCE_FACTS)} >= set(ASKED)
    places = {
        ref: residence(here.territory.communes[0], here.territory.point(), buildings=[{"ref": "B1", "levels": 6}])
        for ref in ("S1", "S2", "S3")
    }

    def drawn_home(ref: str) -> dict[str, Any]:
        facts, building = drawn(random, [*of_home, "telecare"]), random.choice(("B1", None))
        return home(ref, facts, building_ref=building, floor=random.choice((None, 0, 0, 1, 3)))

    homes = [{"ref": f"{ref}/{n}", **drawn_home(ref)} for ref in places for n in range(15)]
    result = await publish(here.client, here.owner, places, homes)
    assert result["created"] == len(homes), json.dumps(result)
    for ref in ("S1", "S2"):
        await state(here, drawn(random, of_residence), ref)
    outage = {"building_ref": "B1"} if seed % 2 else {}
    started = await here.client.post("/v1/residences/S1/lift-outages", json=outage, headers=here.owner.headers)
    assert started.status_code == 201, started.text

    refs, shown = await here.refs(), {}
    for item in await here.listings(limit=50):
        shown[refs[item["id"]]] = (item["home_class"]["proven"], item["home_class"]["possible"])

    drawn_homes = {ref: shown[ref] for ref in shown if ref.startswith("S")}
    assert len(drawn_homes) >= 40
    assert {ref: numbers(await assessed(here, ref)) for ref in drawn_homes} == drawn_homes
    assert len({proven for proven, _ in drawn_homes.values()}) >= 3, "homes of several classes"
