"""Adaptations that homes have and works that are feasible: lists that their landlord replaces as a whole."""

import json
from typing import Any

import httpx
import pytest

from registry.platform.database import Database
from tests.conftest import Register
from tests.contract.problem import assert_problem
from tests.support.market import Market, market
from tests.support.stock import home, publish, residence

SHOWER: dict[str, Any] = {"work": "zero_step_shower", "delivered_on": "2025-11-20", "funder": "carsat", "cost_cents": 1}
BARS: dict[str, Any] = {"work": "grab_bars", "delivered_on": "2025-11-20", "removable": True}
DOORS: dict[str, Any] = {
    "work": "widen_interior_doors", "cost_from_cents": 90_000, "cost_to_cents": 160_000, "stated_on": "2026-02-10",
}  # fmt: skip
BATH: dict[str, Any] = {**DOORS, "work": "walk_in_bath", "source": "measured"}
RAMP: dict[str, Any] = {**DOORS, "work": "outdoor_ramp", "source": "measured"}
HANDRAILS: dict[str, Any] = {**DOORS, "work": "stair_handrails"}
LISTS = {
    "/v1/homes/H1/adaptations": ("adaptations", [SHOWER, BARS], "home-not-found"),
    "/v1/homes/H1/feasible-works": ("feasible_works", [DOORS, BATH], "home-not-found"),
    "/v1/residences/R1/feasible-works": ("feasible_works", [RAMP, HANDRAILS], "residence-not-found"),
}


@pytest.fixture
async def here(database: Database, job_database: Database, client: httpx.AsyncClient, register: Register) -> Market:
    made = await market(database, job_database, client, register)
    given = residence(made.territory.communes[0], made.territory.point())
    await publish(client, made.owner, {"R1": given}, [{"ref": ref, **home("R1")} for ref in ("H1", "H2", "a/b")])
    return made


async def put(here: Market, path: str, items: list[Any], headers: dict[str, str] | None = None) -> httpx.Response:
    name = LISTS.get(path, (path.rsplit("/", 1)[1].replace("-", "_"),))[0]
    return await here.client.put(path, json={name: items}, headers={**here.owner.headers, **(headers or {})})


async def read(here: Market, path: str) -> httpx.Response:
    return await here.client.get(path, headers=here.owner.headers)


async def batch(here: Market, kind: str, *lines: Any) -> dict[str, Any]:
    answer = await here.client.post(
        f"/v1/{kind}/batch", content="\n".join(json.dumps(line) for line in lines),
        headers={**here.owner.headers, "Content-Type": "application/x-ndjson"},
    )  # fmt: skip
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.parametrize("path", LISTS)
async def test_list_is_empty_until_it_is_stated_and_then_as_stated(here: Market, path: str) -> None:
    name, items, _ = LISTS[path]
    empty = await read(here, path)
    assert empty.json()[name] == []

    written = await put(here, path, items)

    assert written.status_code == 200, written.text
    assert [item["work"] for item in written.json()[name]] == [item["work"] for item in items]
    assert written.json()[name][0].items() >= items[0].items()
    again = await read(here, path)
    assert (again.json(), again.headers["etag"]) == (written.json(), written.headers["etag"])
    assert written.headers["etag"] != empty.headers["etag"]


@pytest.mark.parametrize("path", LISTS)
async def test_list_is_replaced_as_a_whole_in_the_version_that_is_known(here: Market, path: str) -> None:
    name, items, _ = LISTS[path]
    empty = (await read(here, path)).headers["etag"]
    written = await put(here, path, items, {"If-Match": empty})
    assert_problem(await put(here, path, [], {"If-Match": empty}), 412, "version-changed", "If-Match")
    removed = await put(here, path, [], {"If-Match": written.headers["etag"]})
    assert (removed.json()[name], removed.headers["etag"]) == ([], empty)


@pytest.mark.parametrize("path", LISTS)
async def test_list_of_another_landlords_home_is_not_there(here: Market, register: Register, path: str) -> None:
    name, items, code = LISTS[path]
    await put(here, path, items)
    stranger = await register()
    for answer in (
        await here.client.get(path, headers=stranger.headers),
        await here.client.put(path, json={name: []}, headers=stranger.headers),
    ):
        assert_problem(answer, 404, code)
    assert (await read(here, path)).json()[name]


async def test_works_go_with_their_home(here: Market) -> None:
    for path in ("/v1/homes/H1/adaptations", "/v1/homes/H1/feasible-works"):
        await put(here, path, LISTS[path][1])
    await here.client.delete("/v1/homes/H1", headers=here.owner.headers)
    await publish(here.client, here.owner, {}, [{"ref": "H1", **home("R1")}])
    for path in ("/v1/homes/H1/adaptations", "/v1/homes/H1/feasible-works"):
        assert (await read(here, path)).json()[LISTS[path][0]] == []


async def test_list_of_a_home_with_a_slash_is_reached(here: Market) -> None:
    for ref in ("a/b", "a%2Fb"):
        answer = await put(here, f"/v1/homes/{ref}/adaptations", [BARS])
        assert answer.json()["home_ref"] == "a/b"


@pytest.mark.parametrize(
    ("path", "item", "field"),
    [
        ("/v1/homes/H1/adaptations", {**BARS, "work": "swimming_pool"}, "adaptations.0.work"),
        ("/v1/homes/H1/adaptations", {**BARS, "delivered_on": "2999-01-01"}, "adaptations.0.delivered_on"),
        ("/v1/homes/H1/adaptations", {**BARS, "evidence_ref": "jeanne@example.org"}, "adaptations.0.evidence_ref"),
        ("/v1/homes/H1/adaptations", {**BARS, "funder": "bank"}, "adaptations.0.funder"),
        ("/v1/homes/H1/adaptations", {**BARS, "life_span_years": 0}, "adaptations.0.life_span_years"),
        ("/v1/homes/H1/feasible-works", {**DOORS, "cost_to_cents": 1}, "feasible_works.0.cost_from_cents"),
        ("/v1/homes/H1/feasible-works", {**DOORS, "stated_on": "2999-01-01"}, "feasible_works.0.stated_on"),
    ],
)
async def test_impossible_work_is_refused_by_its_field(here: Market, path: str, item: Any, field: str) -> None:
    assert_problem(await put(here, path, [item]), 422, "input-invalid", field)
    assert (await read(here, path)).json()[LISTS[path][0]] == []


async def test_same_work_may_be_done_twice_and_is_feasible_once(here: Market) -> None:
    done = await put(here, "/v1/homes/H1/adaptations", [BARS, BARS])
    assert len(done.json()["adaptations"]) == 2
    answer = await put(here, "/v1/homes/H1/feasible-works", [DOORS, DOORS])
    assert_problem(answer, 422, "input-invalid", "feasible_works")


async def test_list_of_more_than_a_hundred_is_refused(here: Market) -> None:
    assert_problem(await put(here, "/v1/homes/H1/adaptations", [BARS] * 101), 422, "input-invalid", "adaptations")


async def test_batch_of_adaptations_says_what_became_of_each_line(here: Market) -> None:
    await put(here, "/v1/homes/H2/adaptations", [SHOWER])
    found = await batch(
        here, "adaptations",
        {"home_ref": "H1", "adaptations": [BARS]}, {"home_ref": "H2", "adaptations": [BARS]},
        {"home_ref": "a/b", "adaptations": []}, {"home_ref": "H9", "adaptations": []},
        {"home_ref": "H1", "adaptations": []}, {"home_ref": "H1"}, [],
    )  # fmt: skip
    assert [line["status"] for line in found["lines"]] == ["created", "updated", "unchanged", *["rejected"] * 4]
    faults = [line["errors"][0]["field"] for line in found["lines"] if line["errors"]]
    assert faults[:3] == ["home_ref", "home_ref", "adaptations"]
    assert (found["created"], found["updated"], found["unchanged"], found["rejected"]) == (1, 1, 1, 4)
    works = [(await read(here, f"/v1/homes/{ref}/adaptations")).json()["adaptations"] for ref in ("H1", "H2")]
    assert [[item["work"] for item in items] for items in works] == [["grab_bars"], ["grab_bars"]]


async def test_batch_of_feasible_works_is_of_homes_and_residences(here: Market) -> None:
    found = await batch(
        here, "feasible-works",
        {"home_ref": "H1", "feasible_works": [DOORS]}, {"residence_ref": "R1", "feasible_works": [RAMP, HANDRAILS]},
        {"residence_ref": "R9", "feasible_works": []}, {"feasible_works": []},
        {"home_ref": "H1", "residence_ref": "R1", "feasible_works": []},
    )  # fmt: skip
    assert [line["status"] for line in found["lines"]] == ["created", "created", *["rejected"] * 3]
    answer = await read(here, "/v1/residences/R1/feasible-works")
    assert [item["work"] for item in answer.json()["feasible_works"]] == ["outdoor_ramp", "stair_handrails"]


@pytest.mark.parametrize(
    ("path", "item", "possible", "elsewhere"),
    [
        ("/v1/homes/H1/adaptations", {**BARS, "work": "lift_installation"}, "grab_bars", "/v1/residences/{ref}/facts"),
        ("/v1/homes/H1/feasible-works", RAMP, "grab_bars", "/v1/residences/{ref}/feasible-works"),
        ("/v1/homes/H1/feasible-works", HANDRAILS, "grab_bars", "/v1/residences/{ref}/feasible-works"),
        ("/v1/residences/R1/feasible-works", DOORS, "rest_bench", "/v1/homes/{ref}/feasible-works"),
    ],
)
async def test_work_of_another_part_is_refused_with_those_that_are_possible_and_where_it_goes(
    here: Market, path: str, item: Any, possible: str, elsewhere: str
) -> None:
    name, items, _ = LISTS[path]
    problem = assert_problem(await put(here, path, [items[0], item]), 422, "input-invalid", f"{name}.1.work")
    (fault,) = problem["errors"]
    assert fault["value"] == item["work"]
    codes = fault["message"].partition("possible: ")[2].split(", ")
    assert possible in codes
    assert item["work"] not in codes
    assert elsewhere in fault["remedy"]
    assert (await read(here, path)).json()[name] == []


async def test_line_with_a_work_of_another_part_is_rejected_and_the_others_are_written(here: Market) -> None:
    found = await batch(
        here, "feasible-works",
        {"home_ref": "H1", "feasible_works": [DOORS, RAMP]}, {"home_ref": "H2", "feasible_works": [DOORS]},
        {"residence_ref": "R1", "feasible_works": [DOORS, RAMP, BATH]},
    )  # fmt: skip
    assert [line["status"] for line in found["lines"]] == ["rejected", "created", "rejected"]
    faults = [[(fault["field"], fault["value"]) for fault in line["errors"]] for line in found["lines"]]
    assert faults == [
        [("feasible_works.1.work", "outdoor_ramp")], [],
        [("feasible_works.0.work", "widen_interior_doors"), ("feasible_works.2.work", "walk_in_bath")],
    ]  # fmt: skip
    done = await batch(
        here, "adaptations",
        {"home_ref": "H1", "adaptations": [{**BARS, "work": "rest_bench"}]}, {"home_ref": "H2", "adaptations": [BARS]},
    )  # fmt: skip
    assert [line["status"] for line in done["lines"]] == ["rejected", "created"]
    assert done["lines"][0]["errors"][0]["field"] == "adaptations.0.work"


async def test_name_given_twice_in_a_line_rejects_it(here: Market) -> None:
    answer = await here.client.post(
        "/v1/adaptations/batch", content=b'{"home_ref": "H1", "home_ref": "H2", "adaptations": []}',
        headers={**here.owner.headers, "Content-Type": "application/x-ndjson"},
    )  # fmt: skip
    assert answer.json()["rejected"] == 1


@pytest.mark.parametrize("kind", ["homes", "residences"])
async def test_reference_that_would_be_taken_for_a_list_is_refused(here: Market, kind: str) -> None:
    name = {"homes": "ref", "residences": "buildings.0.ref"}[kind]
    if kind == "homes":
        found = await here.client.post(
            "/v1/homes:batch", content=json.dumps({"ref": "x/adaptations", **home("R1")}),
            headers={**here.owner.headers, "Content-Type": "application/x-ndjson"},
        )  # fmt: skip
        assert found.json()["lines"][0]["errors"][0]["field"] == name
    else:
        answer = await here.client.put("/v1/residences/x/adaptations", json={}, headers=here.owner.headers)
        assert_problem(answer, 404, "route-not-found", "path")
