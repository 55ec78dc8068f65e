"""Facts of homes and residences: which statement counts, what was known before, and what listings make of them."""

import json
from datetime import timedelta
from typing import Any, Final

import httpx
import pytest
from sqlalchemy import text

from registry.kernel.clock import now, today
from registry.listings import tasks
from registry.platform.database import Database, Role
from tests.conftest import Register
from tests.contract.problem import assert_problem
from tests.support.database import Server
from tests.support.market import Market, market
from tests.support.stock import fact, home, publish, residence

R1: Final = "/v1/residences/R1/facts"
WHEELCHAIR: Final[dict[str, Any]] = {
    "bedroom_on_entrance_level": fact(), "low_thresholds": fact(), "entrance_door_width": fact(90),
    "interior_door_width": fact(80), "zero_step_shower": fact(), "grab_bars": fact(), "turning_space": fact(),
    "wc_transfer_space": fact(),
}  # fmt: skip
"""What a home of class 5 is inside; whether it is reached without a step, its residence says."""
REACHED: Final[dict[str, Any]] = {"step_free_entrance": fact(), "lift": fact()}


@pytest.fixture
async def here(database: Database, job_database: Database, client: httpx.AsyncClient, register: Register) -> Market:
    """A residence of homes fit for a wheelchair inside, one at the top and one at the ground; one with nothing said."""
    made = await market(database, job_database, client, register)
    given = residence(made.territory.communes[0], made.territory.point(), buildings=[{"ref": "B1", "levels": 6}])
    homes = [
        {"ref": "TOP", **home("R1", WHEELCHAIR, floor=4, building_ref="B1")},
        {"ref": "GROUND", **home("R1", WHEELCHAIR, floor=0, building_ref="B1")},
        {"ref": "SHOWER", **home("R1", floor=2, building_ref="B1")},
        {"ref": "ELSEWHERE", **home("R2", WHEELCHAIR, floor=4)},
    ]
    elsewhere = residence(made.territory.communes[0], made.territory.point())
    result = await publish(client, made.owner, {"R1": given, "R2": elsewhere}, homes)
    assert result["created"] == len(homes), result
    return made


async def state(here: Market, facts: dict[str, Any], path: str = R1, **headers: str) -> httpx.Response:
    answer = await here.client.put(path, json={"facts": facts}, headers={**here.owner.headers, **headers})
    assert answer.status_code == 200, answer.text
    return answer


async def facts_of(here: Market, path: str = R1) -> dict[str, Any]:
    answer = await here.client.get(path, headers=here.owner.headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["facts"]
    return found


async def history(here: Market, path: str = R1, **query: str) -> list[tuple[str, Any]]:
    answer = await here.client.get(f"{path}/history", params=query, headers=here.owner.headers)
    assert answer.status_code == 200, answer.text
    moments = [item["superseded_at"] for item in answer.json()["items"]]
    assert moments == sorted(moments, reverse=True), "the last first"
    return [(item["code"], item["value"]) for item in answer.json()["items"]]


async def write(here: Market, ref: str, facts: dict[str, Any], **changes: Any) -> None:
    body = home("R1", facts, building_ref="B1", **changes)
    answer = await here.client.put(f"/v1/homes/{ref}", json=body, headers=here.owner.headers)
    assert answer.status_code == 200, answer.text


async def listing(here: Market, ref: str) -> dict[str, Any]:
    refs = await here.refs()
    (found,) = [item for item in await here.listings() if refs[item["id"]] == ref]
    return found


async def class_of(here: Market, ref: str) -> tuple[int, int]:
    """Return the class that is proven, and the highest that is possible."""
    stated = (await listing(here, ref))["home_class"]
    return stated["proven"], stated["possible"]


async def found(here: Market, number: int, **asked: str) -> set[str]:
    """Return which homes a search for a class finds."""
    return set(await here.find(territory=here.territory.slug, class_min=str(number), **asked))


async def remembered(here: Market, database: Database) -> int:
    """Return how many superseded facts the owner has, of whatever there is or was."""
    async with database.transaction(Role.LANDLORD, organisation=here.owner.id, actor="tests") as session:
        count: int = (await session.execute(text("SELECT count(*) FROM fact_history"))).scalar_one()
    return count


# Which statement counts


@pytest.mark.parametrize(
    ("held", "given", "counts"),
    [
        (fact(3), fact(5, source="measured"), 5),
        (fact(3, date="2026-03-01"), fact(5, source="measured", date="2020-01-01"), 5),
        (fact(3, source="measured"), fact(5), 3),
        (fact(3, source="measured", date="2020-01-01"), fact(5, date="2026-03-02"), 3),
        (fact(3, source="measured"), fact(5, source="occupational_therapist"), 5),
        (fact(3, source="works_delivered"), fact(5, source="imported"), 3),
        (fact(3, date="2026-02-01"), fact(5, date="2026-03-01"), 5),
        (fact(3, date="2026-03-01"), fact(5, date="2026-02-01"), 3),
        (fact(3, date="2026-03-01"), fact(5, date="2026-03-01"), 5),
    ],
    ids=[
        "better-source", "better-source-though-older", "worse-source", "worse-source-though-newer", "best-source",
        "file-after-works", "newer", "older", "corrected-the-same-day",
    ],
)  # fmt: skip
async def test_better_source_outranks_a_worse_one_and_a_newer_statement_of_equal_rank_replaces(
    here: Market, held: dict[str, Any], given: dict[str, Any], counts: int
) -> None:
    await state(here, {"path_slope": held})
    answer = await state(here, {"path_slope": given})
    assert answer.json()["facts"]["path_slope"] == (given if counts == given["value"] else held)
    assert await history(here) == ([("path_slope", 3)] if counts == given["value"] else [])


async def test_fact_that_has_ended_outranks_nothing(here: Market) -> None:
    ended = {**fact(3, "occupational_therapist", date="2025-01-01"), "until": "2025-12-31"}
    await state(here, {"path_slope": ended})
    await state(here, {"path_slope": fact(7, "declared", date="2026-03-01")})
    assert (await facts_of(here))["path_slope"]["value"] == 7


async def test_fact_that_is_not_given_stays_as_it_was(here: Market) -> None:
    await state(here, {"path_slope": fact(3), "lift": fact()})
    assert await facts_of(here) == {"path_slope": fact(3), "lift": fact()}
    await state(here, {"lift": fact("no")})
    assert await facts_of(here) == {"path_slope": fact(3), "lift": fact("no")}


async def test_what_is_stated_again_changes_neither_version_nor_history(here: Market) -> None:
    first = await state(here, REACHED)
    again = await state(here, REACHED)
    assert (again.headers["etag"], await history(here)) == (first.headers["etag"], [])


async def test_facts_are_written_in_the_version_that_is_known(here: Market) -> None:
    first = await state(here, {"lift": fact()})
    second = await state(here, {"lift": fact("no")}, **{"If-Match": first.headers["etag"]})
    assert second.headers["etag"] != first.headers["etag"]
    answer = await here.client.put(
        R1, json={"facts": {"lift": fact()}}, headers={**here.owner.headers, "If-Match": first.headers["etag"]}
    )
    assert_problem(answer, 412, "version-changed", "If-Match")
    assert (await facts_of(here))["lift"]["value"] == "no"


async def test_evidence_and_the_last_day_of_a_fact_are_kept_with_it(here: Market) -> None:
    given = {**fact(45, source="measured"), "until": "2027-03-01", "evidence": "REL-118"}
    answer = await state(here, {"entrance_door_effort": given})
    assert answer.json()["facts"]["entrance_door_effort"] == given
    await state(here, {"entrance_door_effort": None})
    read = await here.client.get(f"{R1}/history", headers=here.owner.headers)
    (item,) = read.json()["items"]
    assert item == {"code": "entrance_door_effort", "superseded_at": item["superseded_at"], **given}


async def test_batch_says_what_became_of_each_residence_and_saves_the_good_ones(here: Market) -> None:
    await state(here, {"lift": fact()}, "/v1/residences/R2/facts")
    lines = [
        {"ref": "R1", "facts": {"lift": fact()}}, {"ref": "R2", "facts": {"lift": fact()}},
        {"ref": "R1", "facts": {"lift": fact("no")}}, {"ref": "nobody's", "facts": {"lift": fact()}},
        {"ref": "R2", "facts": {"zero_step_shower": fact()}},
    ]  # fmt: skip
    answer = await here.client.post(
        "/v1/residence-facts/batch", content="\n".join(map(json.dumps, lines)),
        headers={**here.owner.headers, "Content-Type": "application/x-ndjson"},
    )  # fmt: skip
    assert answer.status_code == 200, answer.text
    assert [(line["status"], [fault["field"] for fault in line["errors"]]) for line in answer.json()["lines"]] == [
        ("updated", []), ("unchanged", []), ("rejected", ["ref"]), ("rejected", ["ref"]),
        ("rejected", ["facts.zero_step_shower"]),
    ]  # fmt: skip
    assert await facts_of(here) == {"lift": fact()}


# What was known before


async def test_what_gave_way_is_in_the_history_the_last_first_and_by_code_too(here: Market) -> None:
    for facts in (
        {"path_slope": fact(3), "lift": fact("no")}, {"path_slope": fact(4)}, {"lift": fact()}, {"path_slope": fact(5)},
    ):  # fmt: skip
        await state(here, facts)
    assert await history(here) == [("path_slope", 4), ("lift", "no"), ("path_slope", 3)]
    assert await history(here, code="path_slope") == [("path_slope", 4), ("path_slope", 3)]
    assert await history(here, code="step_free_entrance") == []


@pytest.mark.parametrize("withdrawn", [None, fact("unknown")], ids=["null", "unknown"])
async def test_fact_that_is_withdrawn_is_in_the_history_and_counts_no_more(
    here: Market, withdrawn: dict[str, Any] | None
) -> None:
    await state(here, {"lift": fact("no", source="measured"), "path_slope": fact(3)})
    await state(here, {"lift": withdrawn})
    assert (await facts_of(here), await history(here)) == ({"path_slope": fact(3)}, [("lift", "no")])


async def test_history_of_a_home_holds_what_its_landlord_stated_before(here: Market) -> None:
    await write(here, "SHOWER", {"zero_step_shower": fact("no"), "grab_bars": fact()})
    await write(here, "SHOWER", {"grab_bars": None})
    path = "/v1/homes/SHOWER/facts"
    assert await history(here, path) == [("grab_bars", "yes"), ("zero_step_shower", "yes")]
    assert await history(here, path, code="grab_bars") == [("grab_bars", "yes")]
    assert await history(here) == [], "of the home, not of its residence"


async def test_change_of_something_else_leaves_no_history(here: Market) -> None:
    await write(here, "SHOWER", {}, rent_cents=99_000)
    assert await history(here, "/v1/homes/SHOWER/facts") == []


async def test_home_or_residence_that_is_deleted_leaves_no_history(here: Market, database: Database) -> None:
    await write(here, "SHOWER", {"zero_step_shower": fact("no")})
    await state(here, {"lift": fact()}, "/v1/residences/R2/facts")
    await state(here, {"lift": fact("no")}, "/v1/residences/R2/facts")
    assert await remembered(here, database) == 2
    for path in ("homes/SHOWER", "homes/ELSEWHERE", "residences/R2"):
        answer = await here.client.delete(f"/v1/{path}", headers=here.owner.headers)
        assert answer.status_code == 204, answer.text
    assert await remembered(here, database) == 0
    gone = await here.client.get("/v1/homes/SHOWER/facts/history", headers=here.owner.headers)
    assert_problem(gone, 404, "home-not-found")
    await publish(here.client, here.owner, {}, [{"ref": "SHOWER", **home("R1")}])
    assert await history(here, "/v1/homes/SHOWER/facts") == []


# What listings make of them


async def test_what_a_residence_states_reaches_the_listings_of_its_homes_and_of_no_others(here: Market) -> None:
    assert await class_of(here, "TOP") == (0, 6)
    assert "lift" not in (await listing(here, "TOP"))["features"]

    await state(here, REACHED)

    shown = (await listing(here, "TOP"))["features"]["lift"]
    assert shown == {"value": "yes", "proven": True, "source": "declared", "month": "2026-03"}
    assert [await class_of(here, ref) for ref in ("TOP", "GROUND", "ELSEWHERE")] == [(5, 6), (5, 6), (0, 6)]
    assert await found(here, 5) == {"TOP", "GROUND"}


async def test_batch_of_residence_facts_reaches_the_listings_too(here: Market) -> None:
    lines = [{"ref": ref, "facts": REACHED} for ref in ("R1", "R2")]
    answer = await here.client.post(
        "/v1/residence-facts/batch", content="\n".join(map(json.dumps, lines)),
        headers={**here.owner.headers, "Content-Type": "application/x-ndjson"},
    )  # fmt: skip
    assert answer.json()["updated"] == 2, answer.text
    assert await found(here, 5) == {"TOP", "GROUND", "ELSEWHERE"}


async def test_what_a_home_states_itself_goes_before_what_its_residence_states(here: Market) -> None:
    await state(here, {"step_free_entrance": fact(source="measured"), "lift": fact(source="measured")})
    await write(here, "TOP", {"step_free_entrance": fact("no")}, floor=4)
    assert (await listing(here, "TOP"))["features"]["step_free_entrance"]["value"] == "no"
    assert await class_of(here, "TOP") == (1, 2)
    assert await found(here, 5) == {"GROUND"}
    await write(here, "TOP", {"step_free_entrance": None}, floor=4)
    assert await class_of(here, "TOP") == (5, 6), "what its residence states counts again"


async def test_fact_of_a_residence_that_is_withdrawn_counts_for_its_homes_no_more(here: Market) -> None:
    await state(here, REACHED)
    await state(here, {"lift": None})
    assert [await class_of(here, ref) for ref in ("TOP", "GROUND")] == [(0, 6), (5, 6)]
    assert "lift" not in (await listing(here, "TOP"))["features"]


async def test_residence_facts_alone_do_not_have_a_home_listed(here: Market) -> None:
    await publish(here.client, here.owner, {}, [{"ref": "SILENT", **home("R1", {})}])
    await state(here, REACHED)
    refs = await here.refs()
    assert "SILENT" not in {refs[item["id"]] for item in await here.listings()}


async def test_search_for_a_class_admits_what_may_be_of_it_when_asked(here: Market) -> None:
    await state(here, REACHED)
    await write(here, "SHOWER", {"bedroom_on_entrance_level": fact("no")}, floor=2)
    assert await found(here, 5) == {"TOP", "GROUND"}
    assert await found(here, 5, possible="true") == {"TOP", "GROUND", "ELSEWHERE"}
    assert await found(here, 6) == set()
    assert await found(here, 6, possible="true") == {"TOP", "GROUND", "ELSEWHERE"}
    await state(here, {"lift_standard": fact("no")})
    assert await found(here, 6, possible="true") == {"GROUND", "ELSEWHERE"}


async def test_lift_that_stands_takes_the_class_from_homes_above_the_ground_until_it_goes_again(here: Market) -> None:
    await state(here, REACHED)
    await state(here, REACHED, "/v1/residences/R2/facts")
    assert await found(here, 5) == {"TOP", "GROUND", "ELSEWHERE"}

    started = await here.client.post(
        "/v1/residences/R1/lift-outages", json={"building_ref": "B1"}, headers=here.owner.headers
    )

    assert started.status_code == 201, started.text
    assert await found(here, 5) == {"GROUND", "ELSEWHERE"}
    assert "TOP" not in await found(here, 5, possible="true"), "not: it may be"
    assert await class_of(here, "GROUND") == (5, 6), "nobody takes the lift to the ground floor"
    assert (await facts_of(here))["lift"] == fact(), "what was stated is not touched"
    assert await history(here) == []

    ended = await here.client.put(
        f"/v1/lift-outages/{started.json()['id']}", json={"expected_end": None, "ended_at": now().isoformat()},
        headers=here.owner.headers,
    )  # fmt: skip
    assert ended.status_code == 200, ended.text
    assert await found(here, 5) == {"TOP", "GROUND", "ELSEWHERE"}


async def test_standard_of_a_lift_is_no_feature_while_the_lift_is_known_not_to_be_there(here: Market) -> None:
    await state(here, {**REACHED, "lift_standard": fact()})
    asked = {"territory": here.territory.slug, "feature": "lift_standard"}
    assert set(await here.find(**asked)) == {"TOP", "GROUND", "SHOWER"}
    await state(here, {"lift": fact("no", date="2026-04-01")})
    assert await here.find(**asked) == []
    assert set(await here.find(**asked, possible="true")) == {"ELSEWHERE"}
    await state(here, {"lift": None})
    assert set(await here.find(**asked)) == {"TOP", "GROUND", "SHOWER"}, "nobody denies it"


async def test_home_above_the_ground_whose_steps_were_counted_is_step_free_no_more_while_the_lift_stands(
    here: Market,
) -> None:
    await write(here, "TOP", {"steps_to_door": fact(0)}, floor=4)
    assert await class_of(here, "TOP") == (5, 6)
    started = await here.client.post("/v1/residences/R1/lift-outages", json={}, headers=here.owner.headers)
    assert started.status_code == 201, started.text
    assert await found(here, 3, possible="true") == {"GROUND", "ELSEWHERE"}


async def test_fact_that_has_ended_counts_in_no_listing(here: Market) -> None:
    ended = {**fact(), "until": "2026-03-31"}
    await state(here, {"step_free_entrance": fact(), "lift": ended})
    assert await found(here, 5) == {"GROUND"}
    assert "lift" not in (await listing(here, "TOP"))["features"]
    assert "TOP" in await found(here, 5, possible="true"), "it is unknown again"
    await write(here, "SHOWER", {"zero_step_shower": ended}, floor=2)
    assert "zero_step_shower" not in (await listing(here, "SHOWER"))["features"]


async def test_fact_of_a_home_that_has_ended_hides_none_of_its_residence(here: Market) -> None:
    await state(here, {"step_free_entrance": fact(), "lift": fact()})
    await write(here, "TOP", {"lift": {**fact("no"), "until": "2026-03-31"}, "grab_bars": fact()}, floor=2)
    assert (await listing(here, "TOP"))["features"]["lift"]["value"] == "yes"


async def test_listings_follow_the_night_after_a_fact_has_ended(
    here: Market, server: Server, database_name: str
) -> None:
    lasting = {**fact(), "until": (today() + timedelta(days=1)).isoformat()}
    await state(here, {"step_free_entrance": fact(), "lift": lasting})
    assert await found(here, 5) == {"TOP", "GROUND"}
    await tasks.show_ended(here.jobs)
    assert await found(here, 5) == {"TOP", "GROUND"}
    with server.connect(database_name) as admin:  # two days go by
        admin.execute("SET session_replication_role = replica")
        admin.execute(
            "UPDATE registry.residences SET facts = jsonb_set(facts, '{lift,until}', to_jsonb(CURRENT_DATE - 1))"
            " WHERE organisation_id = %s AND ref = 'R1'",
            (here.owner.id,),
        )
    assert await tasks.show_ended(here.jobs) >= 3
    assert await found(here, 5) == {"GROUND"}
