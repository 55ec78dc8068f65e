"""The door: same quarter or not, and the band of accessible distance; for registered homes, so many cases a day."""

import json
import math
from typing import Any

import httpx
import numpy as np
from sqlalchemy import text

from registry.charter.schemas import Terms
from registry.platform.crypto import keyring
from registry.platform.database import Database, Role
from registry.platform.settings import Settings
from registry.stock.service.geocode import geocode_waiting
from registry.surroundings.service import Grounds
from registry.surroundings.service.ground import projected
from registry.territories.geocoding import NOWHERE, Kind, Located, Method, Verdict
from registry.transfers.repository.nearness import SQUARE_M
from registry.transfers.service.alerts import match
from tests.conftest import Register
from tests.integration.transfers.street import COMPARISONS, Street
from tests.integration.transfers.test_matching import BATHROOM, Desk
from tests.support.following import past
from tests.support.geocoder import Scripted
from tests.support.market import market
from tests.support.proposals import Affairs
from tests.support.stock import home, residence

OUTSIDE_M = 850
"""North of the street, beyond its quarters."""
NEED: dict[str, Any] = {"shower": "zero_step", "communes": []}


async def test_other_landlords_homes_are_told_by_quarter_and_band_once_the_door_is_open(street: Street) -> None:
    await street.own("here", 100, status="occupied")
    await street.others(near=250, further=1_000, behind=-400)
    ref = await street.desk.open("here", **NEED)
    before = await street.desk.matches(ref, beyond=True)
    assert before["door"] == "waiting"
    assert {each["distance_band_m"] is None for each in before["items"]} == {True}
    assert await street.compare() >= 1
    after = await street.desk.matches(ref, beyond=True)
    assert (after["door"], after["network"]) == ("open", True)
    seen = await street.seen(ref)
    assert {name: place for name, (place, _) in seen.items()} == {
        "*near": "same_quarter", "*further": "same_quarter", "*behind": "same_commune",
    }  # fmt: skip
    for name, metres in (("*near", 150), ("*further", 900), ("*behind", 500)):
        band = seen[name][1]
        assert band is not None
        assert band[0] - SQUARE_M <= metres <= band[1] + SQUARE_M, (name, band)
    assert next(iter(seen)) == "*near", "the same quarter, and the nearest of it, comes first"
    assert "*behind" not in await street.desk.refs((await street.desk.matches(ref))["items"]), "beyond is asked for"


async def test_an_own_home_is_known_exactly_and_one_of_the_same_residence_before_all(street: Street) -> None:
    await street.own("here", 0, status="occupied")
    await street.desk.stock([{"ref": "twin", **home("R-here", BATHROOM)}], **{
        "R-here": residence(street.desk.market.territory.communes[0], street.at(0))})  # fmt: skip
    await street.own("along", 620)
    ref = await street.desk.open("here", **NEED)
    await street.compare()
    assert await street.seen(ref) == {"twin": ("same_residence", [0, 300]), "along": ("same_quarter", [600, 900])}


async def test_all_homes_of_a_square_are_answered_alike(street: Street) -> None:
    await street.own("here", 0, status="occupied")
    spots = {f"p{n}": 40.0 * n for n in range(1, 30)}
    await street.others(**spots)
    ref = await street.desk.open("here", **NEED)
    await street.compare()
    seen = await street.seen(ref)
    by_square: dict[tuple[int, int], set[str]] = {}
    for name, east in spots.items():
        at = street.at(east)
        x, y = projected(2154, np.array([[at["lon"], at["lat"]]]))[0]
        square = (math.floor(x / SQUARE_M), math.floor(y / SQUARE_M))
        by_square.setdefault(square, set()).add(json.dumps(seen[f"*{name}"]))
    assert len(by_square) > 3
    assert {len(answers) for answers in by_square.values()} == {1}


async def test_what_comes_later_is_compared_and_a_home_registered_after_its_case_is_not(street: Street) -> None:
    await street.own("here", 100, status="occupied")
    ref = await street.desk.open("here", **NEED)
    await street.compare()
    await street.others(new=150)
    assert (await street.seen(ref))["*new"] == (None, None), "unknown until it is compared"
    await street.compare()
    assert (await street.seen(ref))["*new"][0] == "same_quarter"
    area = await street.desk.open(shower="zero_step")
    await street.own("late", 120, status="occupied")
    given = {"home_ref": "late", "kind": "transfer", "need": {"shower": "zero_step", "residents": 1},
             "consent": {"basis": "explicit_consent", "version": "2026-1", "until": "2027-09-30"}}  # fmt: skip
    answer = await street.desk.market.client.put(
        f"/v1/transfer-cases/{area}", json=given, headers=street.desk.market.searcher.headers
    )
    assert answer.status_code == 200, answer.text
    await street.compare()
    assert (await street.desk.matches(area))["door"] == "later_home"


async def test_moving_the_present_home_asks_nothing_anew(street: Street) -> None:
    await street.own("here", 100, status="occupied")
    await street.others(there=1_300)
    ref = await street.desk.open("here", **NEED)
    await street.compare()
    before = (await street.seen(ref))["*there"]
    await street.own("here", 1_250, status="occupied")
    await street.compare()
    await street.compare(everything=True)
    assert (await street.seen(ref))["*there"][1] == before[1]


async def test_only_so_many_cases_a_day_get_the_door_erased_ones_included_and_each_is_on_record(street: Street) -> None:
    await street.own("here", 100, status="occupied")
    market_ = street.desk.market
    refs = [await street.desk.open("here", **NEED) for _ in range(COMPARISONS)]
    await street.compare()
    erased = await market_.client.delete(f"/v1/transfer-cases/{refs[0]}", headers=market_.searcher.headers)
    assert erased.status_code == 204, erased.text
    late = await street.desk.open("here", **NEED)
    await street.compare()
    doors = [(await street.desk.matches(ref))["door"] for ref in [*refs[1:], late]]
    assert doors == ["open"] * (COMPARISONS - 1) + ["waiting"]
    events = await market_.client.get("/v1/audit/events?limit=200", headers=market_.searcher.headers)
    actions = [each["action"] for each in events.json()["items"]]
    assert actions.count("transfers:door:opened") == COMPARISONS


async def test_place_without_a_network_is_told_by_quarter_alone(street: Street) -> None:
    async with street.desk.market.jobs.transaction(Role.JOB, actor="tests") as session:
        await session.execute(text("UPDATE networks SET active = false WHERE name = :name"),
                              {"name": f"door-{street.desk.market.territory.id}"})  # fmt: skip
    await street.own("here", 100, status="occupied")
    await street.others(near=150)
    ref = await street.desk.open("here", **NEED)
    await street.compare()
    assert await street.seen(ref) == {"*near": ("same_quarter", None)}
    assert (await street.desk.matches(ref))["network"] is False


async def test_nothing_is_left_of_the_door_of_a_case_that_ended(street: Street) -> None:
    await street.own("here", 100, status="occupied")
    await street.others(near=150)
    market_ = street.desk.market
    ref = await street.desk.open("here", **NEED)
    await street.compare()
    closed = await market_.client.post(
        f"/v1/transfer-cases/{ref}/close", json={"reason": "other"}, headers=market_.searcher.headers
    )
    assert closed.status_code == 200, closed.text
    await street.compare(everything=True)
    async with market_.jobs.transaction(Role.JOB, actor="tests") as session:
        left = await session.execute(
            text("SELECT count(*) FROM case_doors WHERE organisation_id = :own"), {"own": market_.searcher.id}
        )
        assert left.scalar_one() == 0


async def test_places_of_routine_count_by_accessible_path_and_in_bands_for_anothers_home(street: Street) -> None:
    await street.own("beside", 100)
    await street.others(far=1_400)
    place = {"family": "pharmacy", "within_m": 700, **street.at(150)}
    ref = await street.desk.open(shower="zero_step", places=[place])
    found = await street.desk.matches(ref, beyond=True)
    said = {
        name: next(line["value"]["en"] for line in each["lines"] if line["criterion"] == "routine")
        for name, each in zip(await street.desk.refs(found["items"]), found["items"], strict=True)
    }
    assert said == {"beside": "1 of 1", "*far": "0 of 1, 1 to be checked"}, "its point may be anywhere in the commune"


async def test_ways_of_the_week_are_told_from_the_home_itself_with_its_address(street: Street) -> None:
    affairs, place = Affairs(street.desk.market), {"family": "pharmacy", "within_m": 700}
    await street.others(far=1_400)
    ref = await street.desk.open(
        shower="zero_step", places=[{**place, **street.at(1_100)}, {"within_m": 200, **street.at(150)}]
    )
    (item,) = (await street.desk.matches(ref, beyond=True))["items"]
    id_ = await affairs.proposed(ref, item["listing"]["id"])
    await affairs.through(id_, "study", "hold", "disclose")
    answer = await affairs.client.get(f"/v1/proposals/{id_}/address", headers=affairs.market.searcher.headers)
    pharmacy, relative = answer.json()["ways"]
    assert (pharmacy["family"], pharmacy["within_m"], pharmacy["within"]) == ("pharmacy", 700, True)
    assert abs(pharmacy["distance_m"] - 300) <= 250, "the place stands for its square of 500 m"
    assert (relative["family"], relative["within"]) == (None, False)
    assert abs(relative["distance_m"] - 1_250) <= 250


async def test_ways_are_told_from_where_a_geocoder_found_the_home(street: Street) -> None:
    desk, at, affairs = street.desk, street.at(1_400), Affairs(street.desk.market)
    jobs = desk.market.jobs
    await geocode_waiting(jobs, Scripted(NOWHERE))  # what other tests left
    given = {"R-far": residence(desk.market.territory.communes[0])}
    await desk.offer([{"ref": "far", **home("R-far", BATHROOM)}], **given)
    found = Located(Verdict.EXACT, Method.BAN, at["lon"], at["lat"], score=0.9, gap=0.3, kind=Kind.HOUSE_NUMBER)
    await geocode_waiting(jobs, Scripted(found))
    ref = await desk.open(shower="zero_step", places=[{"within_m": 700, **street.at(1_100)}])
    (item,) = (await desk.matches(ref, beyond=True))["items"]
    id_ = await affairs.proposed(ref, item["listing"]["id"])
    await affairs.through(id_, "study", "hold", "disclose")
    answer = await affairs.client.get(f"/v1/proposals/{id_}/address", headers=affairs.market.searcher.headers)
    told = answer.json()
    assert (round(told["lon"], 5), round(told["lat"], 5)) == (round(at["lon"], 5), round(at["lat"], 5))
    (way,) = told["ways"]
    assert way["within"] is True


async def test_only_what_may_lie_in_a_wanted_quarter_is_told(
    database: Database, job_database: Database, client: httpx.AsyncClient, register: Register, settings: Settings
) -> None:
    """As the list hides what is known to be elsewhere; a home of which no quarter is told may be in any."""
    place = await market(database, job_database, client, register, Terms(location_precision="residence"))
    street = Street(Desk(place), Grounds())
    await street.quarter(f"west{place.territory.id}", -3_000, 0)
    await street.quarter(f"east{place.territory.id}", 0, 3_000)
    await street.own("hers", 100, status="occupied")
    from_home = await street.desk.open("hers", **NEED)
    named = await street.desk.open(**NEED, quarters=[f"door:west{place.territory.id}"])
    anywhere = await street.desk.open(shower="zero_step")
    await past()
    await match(place.jobs, keyring(settings), "https://registry.example")
    await street.others(east=250, west=-400)
    await past()
    await match(place.jobs, keyring(settings), "https://registry.example")
    answer = await place.client.get("/v1/transfer-alerts", headers=place.searcher.headers)
    refs = await place.refs()
    told = {(each["case_ref"], refs[each["listing_id"]]) for each in answer.json()["items"]}
    assert told == {(from_home, "east"), (named, "west"), (anywhere, "east"), (anywhere, "west")}
    for ref, homes in ((from_home, ["*east"]), (named, ["*west"])):
        assert await street.desk.refs((await street.desk.matches(ref))["items"]) == homes


async def test_own_home_is_told_by_the_quarter_where_it_is_whatever_its_listing_hides(
    street: Street, settings: Settings
) -> None:
    place = street.desk.market
    await street.own("hers", 100, status="occupied")
    ref = await street.desk.open("hers", **NEED)
    await past()
    await match(place.jobs, keyring(settings), "https://registry.example")
    await street.own("west", -400)
    await street.own("east", 250)
    await past()
    await match(place.jobs, keyring(settings), "https://registry.example")
    headers = place.searcher.headers
    told = (await place.client.get("/v1/transfer-alerts", headers=headers)).json()["items"]
    homes = (await place.client.get("/v1/homes", headers=headers)).json()["items"]
    refs = {home["listing_id"]: home["ref"] for home in homes}
    assert [(each["case_ref"], refs[each["listing_id"]]) for each in told] == [(ref, "east")]
    assert await street.desk.refs((await street.desk.matches(ref))["items"]) == ["east"]


async def places(street: Street, ref: str) -> dict[str, str | None]:
    return {name: place for name, (place, _) in (await street.seen(ref)).items()}


async def test_home_is_in_no_other_quarter_where_that_of_the_present_one_is_not_known(street: Street) -> None:
    await street.own("outside", 0, OUTSIDE_M, status="occupied")
    await street.own("nowhere", None, status="occupied")
    await street.own("along", 620)
    await street.others(near=250, far=1_900)
    outside, nowhere = await street.desk.open("outside", **NEED), await street.desk.open("nowhere", **NEED)
    await street.compare()
    assert [(await street.desk.matches(ref))["door"] for ref in (outside, nowhere)] == ["open", "no_place"]
    unknown = {"along": None, "*near": None, "*far": None}
    assert (await places(street, outside), await places(street, nowhere)) == (unknown, unknown)
    (line,) = {
        line["value"]["en"] for item in (await street.desk.matches(outside))["items"] for line in item["lines"]
        if line["criterion"] == "place"
    }  # fmt: skip
    assert line == "Quarter unknown, to be checked"


async def test_home_without_a_known_quarter_is_in_no_other_one(street: Street) -> None:
    await street.own("here", -100, status="occupied")
    await street.own("own", 0, OUTSIDE_M)
    await street.others(OUTSIDE_M, out=200, far=1_950)
    await street.others(east=1_900)
    ref = await street.desk.open("here", **NEED)
    await street.compare()
    assert await places(street, ref) == {"own": None, "*out": None, "*far": None, "*east": "same_commune"}
    found = (await street.desk.matches(ref))["items"]
    said = dict(zip(await street.desk.refs(found), (item["beyond"] for item in found), strict=True))
    assert said == {"own": None, "*out": None, "*far": None}, "what is known to be elsewhere is asked for"


async def test_own_home_without_a_known_quarter_that_is_announced_is_in_the_list_too(
    street: Street, settings: Settings
) -> None:
    place = street.desk.market
    ref = await street.desk.open(**NEED, quarters=[f"door:east{place.territory.id}"])
    await past()
    await match(place.jobs, keyring(settings), "https://registry.example")
    await street.own("own", 0, OUTSIDE_M)
    await street.own("west", -400)
    await past()
    await match(place.jobs, keyring(settings), "https://registry.example")
    told = (await place.client.get("/v1/transfer-alerts", headers=place.searcher.headers)).json()["items"]
    (item,) = (await street.desk.matches(ref))["items"]
    assert [each["listing_id"] for each in told] == [item["listing"]["id"]]
    assert (item["home_ref"], item["beyond"]) == ("own", None)


async def test_nothing_is_within_reach_of_an_own_home_of_which_nobody_knows_where_it_is(street: Street) -> None:
    await street.own("nowhere", None)
    ref = await street.desk.open(shower="zero_step", places=[{"within_m": 1_500, **street.at(150)}])
    (item,) = (await street.desk.matches(ref))["items"]
    (routine,) = [line for line in item["lines"] if line["criterion"] == "routine"]
    assert routine["value"]["en"] == "Unknown"
