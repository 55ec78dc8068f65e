"""The index of residences, from what a landlord states to what it reads: computed by the job, explained, simulated."""

import json
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Final

import httpx
import pytest
import pytest_asyncio

from registry.assessment import service
from registry.charter import service as charter
from registry.charter.schemas import Terms
from registry.platform.database import Database, Role
from registry.vocabulary.grid import Grid
from tests.conftest import Register
from tests.contract.problem import assert_problem
from tests.support import territory as territories
from tests.support.database import Server
from tests.support.members import Member
from tests.support.stock import fact, home, publish, residence

ADAPTED = {
    code: fact()
    for code in (
        "step_free_entrance", "lift", "bedroom_on_entrance_level", "low_thresholds", "zero_step_shower", "grab_bars",
    )
} | {"entrance_door_width": fact(90), "interior_door_width": fact(80), "steps_to_door": fact(0)}  # fmt: skip
NOTHING: dict[str, Any] = {}


@dataclass
class Place:
    """A territory that ``owner`` has signed in, with the residence R1: one adapted home, one unknown, one withdrawn."""

    client: httpx.AsyncClient
    database: Database
    jobs: Database
    server: Server
    database_name: str
    territory: territories.Territory
    owner: Member

    async def get(self, path: str, member: Member | None = None, **given: Any) -> httpx.Response:
        return await self.client.get(f"/v1/{path}", headers=(member or self.owner).headers, **given)

    async def assessed(self, ref: str = "R1") -> Any:
        answer = await self.get(f"residences/{ref}/assessment")
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def listed(self, **query: Any) -> dict[str, Any]:
        """Have the job assess what is asked for; return what is kept, by reference."""
        await service.compute_requested(self.jobs)
        answer = await self.get("assessments", params=query)
        assert answer.status_code == 200, answer.text
        return {item["ref"]: item for item in answer.json()["items"]}

    async def history(self, ref: str = "R1", **query: Any) -> list[Any]:
        answer = await self.get(f"residences/{ref}/assessment/history", params=query)
        assert answer.status_code == 200, answer.text
        items: list[Any] = answer.json()["items"]
        return items

    async def enact(self, **grid: Any) -> int:
        coordinator = self.territory.coordinator
        terms = Terms(index_grid=Grid.model_validate(grid))
        async with self.database.transaction(Role.COORDINATOR, organisation=coordinator.id, actor="tests") as session:
            return await charter.put_in_force(
                session=session, organisation=coordinator.id, territory_id=self.territory.id, terms=terms
            )

    async def state(self, ref: str, **facts: Any) -> None:
        """State facts of a residence."""
        stated = {code: fact(value, "measured") for code, value in facts.items()}
        answer = await self.client.put(
            f"/v1/residences/{ref}/facts", json={"facts": stated}, headers=self.owner.headers
        )
        assert answer.status_code == 200, answer.text

    async def sent(self, method: str, path: str, body: Any) -> Any:
        answer = await self.client.request(method, f"/v1/{path}", json=body, headers=self.owner.headers)
        assert answer.status_code in {200, 201}, answer.text
        return answer


@pytest_asyncio.fixture
async def place(
    database: Database, job_database: Database, client: httpx.AsyncClient, server: Server, database_name: str,
    register: Register,
) -> AsyncIterator[Place]:  # fmt: skip
    made = await territories.create(database, job_database, client)
    owner = await register()
    await territories.sign(database, made, [owner])
    await publish(
        client, owner,
        {"R1": residence(made.communes[0], made.point(), buildings=[{"ref": "B", "levels": 5}])},
        [{"ref": "H1", **home("R1", ADAPTED)}, {"ref": "H2", **home("R1", NOTHING)},
         {"ref": "H3", **home("R1", ADAPTED, status="withdrawn")}],
    )  # fmt: skip
    yield Place(client, database, job_database, server, database_name, made, owner)


async def put(place: Place, member: Member, residences: dict[str, Any]) -> None:
    """Publish residences that have no homes."""
    for ref, given in residences.items():
        answer = await place.client.put(f"/v1/residences/{ref}", json=given, headers=member.headers)
        assert answer.status_code in {200, 201}, answer.text


def criterion(assessed: Any, code: str) -> Any:
    return next(row for row in assessed["criteria"] if row["code"] == code)


async def test_adapted_homes_are_counted_by_their_class_withdrawn_ones_left_out(place: Place) -> None:
    index = (await place.assessed())["index"]
    assert (index["homes"], index["adapted"], index["possibly_adapted"]) == (2, 1, 2)
    assert index["components"]["L"] == {"low": 100, "high": 100, "completeness": 0.5, "weight": 0.3}


async def test_class_that_counts_is_the_charters(place: Place) -> None:
    await place.enact(adapted_class=6)
    index = (await place.assessed())["index"]
    assert (index["adapted"], index["possibly_adapted"]) == (0, 2)


async def test_homes_that_are_declared_and_not_named_are_unknown(place: Place) -> None:
    await publish(
        place.client, place.owner, {"R1": residence(place.territory.communes[0], declared_homes=40)},
        [{"ref": "H1", **home("R1", ADAPTED)}],
    )  # fmt: skip
    index = (await place.assessed())["index"]
    assert (index["homes"], index["adapted"], index["possibly_adapted"]) == (40, 1, 40)


async def test_what_homes_state_of_the_common_parts_counts_until_their_residence_does(place: Place) -> None:
    before = criterion(await place.assessed(), "lift")
    assert (before["value"], before["declarant"], before["low"]) == ("yes", "declared", before["weight"])
    await publish(place.client, place.owner, {}, [{"ref": "H2", **home("R1", {"lift": fact("no")})}])
    assert criterion(await place.assessed(), "lift")["value"] == "no", "the worst of the homes"
    await place.state("R1", lift="yes")
    after = criterion(await place.assessed(), "lift")
    assert (after["value"], after["declarant"]) == ("yes", "measured")


async def test_fact_of_a_residence_that_has_ended_hides_none_of_its_homes(place: Place) -> None:
    given = {"lift": {**fact("no"), "until": "2026-03-31"}}
    await place.sent("PUT", "residences/R1/facts", {"facts": given})
    assert criterion(await place.assessed(), "lift")["value"] == "yes"


async def test_explanation_names_value_threshold_text_date_and_declarant(place: Place) -> None:
    await place.state("R1", entrance_door_width_common=80)
    door = criterion(await place.assessed(), "entrance_door_width_common")
    assert (door["value"], door["unit"], door["known"], door["stated_on"]) == (80, "cm", True, "2026-03-01")
    assert door["threshold"]["value"] == 83
    assert "24 décembre 2015" in door["threshold"]["source"]
    assert door["label"]["fr"]


async def test_what_no_text_asks_for_names_the_charters_grid_its_version_and_its_date(
    place: Place, register: Register
) -> None:  # fmt: skip
    await place.enact(bands=[{"up_to_m": 400, "points": 0.5}], target_share=0.5)
    assessed = await place.assessed()
    source = f"Charte de « {place.territory.slug} », version 2, grille de l'indice"
    with place.server.connect(place.database_name) as admin:
        row = admin.execute(
            "SELECT (in_force_from AT TIME ZONE 'Europe/Paris')::date FROM registry.charters"
            " WHERE territory_id = %s AND version = 2", (place.territory.id,),
        ).fetchone()  # fmt: skip
    assert row is not None
    for code, comparison, value in (("adapted_homes", ">=", 1), ("food", "<=", 400)):
        asked = criterion(assessed, code)
        assert asked["threshold"] == {
            "comparison": comparison, "value": value, "source": source, "date": row[0].isoformat(),
        }  # fmt: skip
        assert (asked["text_source"], asked["text_date"]) == (source, row[0].isoformat())
    stranger = await register()
    await put(place, stranger, {"R1": residence(place.territory.communes[0])})
    assessed = (await place.get("residences/R1/assessment", stranger)).json()
    assert criterion(assessed, "food")["threshold"]["source"] == "Grille proposée par le registre (proposal-1)"
    assert all(each["text_source"] for each in assessed["criteria"])


async def test_index_is_kept_by_the_job_and_says_what_is_read(place: Place) -> None:
    kept = (await place.listed())["R1"]
    now = await place.assessed()
    assert {name: kept[name] for name in now["index"]} == now["index"]
    assert kept["territory"] == place.territory.slug
    assert kept["grid_version"] == now["grid"]["version"] == f"{place.territory.slug}/1"


async def test_residence_without_a_charter_is_assessed_by_the_proposal(
    place: Place, register: Register
) -> None:  # fmt: skip
    stranger = await register()
    await put(place, stranger, {"R1": residence(place.territory.communes[0])})
    answer = await place.get("residences/R1/assessment", stranger)
    assert answer.json()["grid"]["territory"] is None
    assert answer.json()["grid"]["version"] == "proposal-1"


async def test_residence_that_has_no_homes_is_assessed_too(place: Place) -> None:
    await put(place, place.owner, {"R2": residence(place.territory.communes[0])})
    kept = await place.listed()
    assert (kept["R2"]["homes"], kept["R2"]["low"], kept["R2"]["grade_low"]) == (0, 0, None)


async def test_history_grows_only_when_something_differs(place: Place) -> None:
    await place.listed()
    await service.compute_requested(place.jobs, everything=True)
    (only,) = await place.history()
    await place.state("R1", stair_contrast="yes")
    kept = (await place.listed())["R1"]
    latest, first = await place.history()
    assert first == only
    assert latest["low"] == kept["low"] > first["low"]
    assert latest["valid_from"] > first["valid_from"]


async def test_pages_of_history_follow_each_other(place: Place) -> None:
    for width in (70, 75, 80):
        await place.state("R1", entrance_door_width_common=width)
        await place.listed()
    whole = await place.history()
    first = await place.get("residences/R1/assessment/history", params={"limit": 1})
    second = await place.client.get(first.json()["next"], headers=place.owner.headers)
    assert [*first.json()["items"], *second.json()["items"]] == whole[:2]


async def test_another_charter_has_every_residence_assessed_anew_and_named_by_its_version(place: Place) -> None:
    before = (await place.listed())["R1"]
    await place.enact(weights={"L": 0.7, "P": 0.1, "A": 0.1, "S": 0.1})
    after = (await place.listed())["R1"]
    assert after["low"] > before["low"]
    assert after["grid_version"] == f"{place.territory.slug}/2"
    assert [line["grid_version"][-1] for line in await place.history()] == ["2", "1"]


async def test_home_that_is_deleted_has_its_residence_assessed_anew(place: Place) -> None:
    assert (await place.listed())["R1"]["adapted"] == 1
    await place.client.delete("/v1/homes/H1", headers=place.owner.headers)
    assert (await place.listed())["R1"]["adapted"] == 0


async def test_list_is_filtered_to_favourable_residences(place: Place) -> None:
    await place.enact(
        common_parts=[{"fact": "lift"}], surroundings=[{"fact": "rest_bench"}], services=[{"family": "food"}],
        weights={"L": 0, "P": 0.5, "A": 0.5, "S": 0}, knock_outs=[],
    )  # fmt: skip
    await put(place, place.owner, {"R2": residence(place.territory.communes[0])})
    await place.state("R2", lift="yes", rest_bench="yes")
    assert set(await place.listed(favourable="yes")) == {"R2"}, "without any adapted home"
    assert set(await place.listed(favourable="unknown")) == {"R1"}
    assert set(await place.listed(favourable="no")) == set()


async def test_indexes_are_read_in_bulk_line_by_line_and_page_by_page(place: Place) -> None:
    await put(place, place.owner, {f"R{n}": residence(place.territory.communes[0]) for n in (2, 3)})
    kept = await place.listed()
    headers = {**place.owner.headers, "Accept": "application/x-ndjson"}
    lines, following = [], "/v1/assessments?limit=2"
    while following:
        answer = await place.client.get(following, headers=headers)
        assert answer.headers["Content-Type"].startswith("application/x-ndjson")
        lines += [json.loads(line) for line in answer.text.splitlines()]
        following = answer.headers.get("Link", "").partition(">")[0].removeprefix("<")
    assert lines == list(kept.values())
    assert [line["ref"] for line in lines] == ["R1", "R2", "R3"]


async def simulate(place: Place, **given: Any) -> httpx.Response:
    path = "/v1/residences/R1/assessment/simulate"
    return await place.client.post(path, json=given, headers=place.owner.headers)


async def test_works_in_a_home_are_no_lever_of_the_residence_and_are_refused_in_its_simulation(place: Place) -> None:
    levers = {lever["code"]: lever["kind"] for lever in (await place.assessed())["levers"]}
    assert levers["video_intercom"] == "find_out"
    assert "home_video_intercom" not in levers
    answer = await simulate(place, works=["rest_bench", "home_video_intercom"])
    problem = assert_problem(answer, 422, "input-invalid", "works.1")
    (fault,) = problem["errors"]
    assert (fault["value"], "adapted_homes" in fault["remedy"]) == ("home_video_intercom", True)
    codes = fault["message"].partition("possible: ")[2].split(", ")
    assert ("video_intercom" in codes, "home_video_intercom" in codes) == (True, False)


async def test_works_never_make_worse_what_is_better_already(place: Place) -> None:
    await place.enact(surroundings=[{"fact": "path_width", "line": {"worst": 80, "best": 200}}])
    await place.state("R1", path_width=180)
    found = (await simulate(place, works=["widen_path"])).json()
    assert found["after"] == found["before"], "a path of 180 cm is not widened to 120"
    await place.state("R1", path_width=90)
    found = (await simulate(place, works=["widen_path"])).json()
    assert found["after"]["low"] > found["before"]["low"]


async def test_unknown_works_are_refused_with_where_to_find_them(place: Place) -> None:
    answer = await simulate(place, works=["ramp"])
    assert answer.status_code == 422
    (fault,) = answer.json()["errors"]
    assert (fault["field"], fault["value"]) == ("works.0", "ramp")
    assert "/v1/vocabulary" in fault["remedy"]


async def test_simulation_tells_what_works_would_change_and_keeps_nothing(place: Place) -> None:
    await place.state("R1", step_free_entrance="no", rest_bench="no")
    before = (await place.assessed())["index"]
    answer = await simulate(place, works=["entrance_ramp"], facts={"rest_bench": "yes"}, adapted_homes=1)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert found["before"] == before
    assert found["after"]["adapted"] == 2
    for part in ("P", "A"):
        assert found["after"]["components"][part]["low"] > before["components"][part]["low"]
    assert (await place.assessed())["index"] == before


async def test_simulation_of_what_cannot_be_is_refused_by_name(place: Place) -> None:
    for given, field, said in (
        ({"works": ["levitation"]}, "works.0", "works that the vocabulary"),
        ({"facts": {"grab_bars": "yes"}}, "facts.grab_bars", "of a home, not of a residence"),
        ({"facts": {"diagnosis": "yes"}}, "facts.diagnosis", "unknown fact; known: access_ramp"),
        ({"facts": {"lift": "maybe"}}, "facts.lift", "one of: yes, no"),
        ({"facts": {"path_width": 3}}, "facts.path_width", "20 to 2000 cm"),
        ({"adapted_homes": -1}, "adapted_homes", "at least 0"),
        ({"surprise": 1}, "surprise", "Unknown name"),
    ):
        answer = await simulate(place, **given)
        assert answer.status_code == 422, answer.text
        (fault,) = answer.json()["errors"]
        assert (fault["field"], said in fault["message"]) == (field, True), fault


@pytest.mark.parametrize(
    ("planned", "field", "value"),
    [
        ({"facts": {"lift": "no", "lift_standard": "yes"}}, "facts.lift_standard", "yes"),
        ({"works": ["lift_installation"], "facts": {"lift": "no"}}, "works.0", "lift_installation"),
        ({"works": ["rest_bench", "lift_extension"], "facts": {"lift": "no"}}, "works.1", "lift_extension"),
    ],
)
async def test_what_is_planned_together_may_not_deny_each_other(
    place: Place, planned: dict[str, Any], field: str, value: str
) -> None:
    (fault,) = assert_problem(await simulate(place, **planned), 422, "input-invalid", field)["errors"]
    assert fault["value"] == value
    assert "contradicts 'lift'" in fault["message"]
    assert fault["remedy"]


async def test_what_is_planned_may_deny_what_is_held(place: Place) -> None:
    await place.state("R1", lift="no", lift_standard="no")
    for planned in (
        {"works": ["lift_installation"]},
        {"facts": {"lift_standard": "yes"}},
        {"works": ["lift_installation"], "facts": {"lift": "yes"}},
        {"works": ["lift_extension"]},
        {"works": ["lift_installation"], "facts": {"lift": "no", "lift_standard": "no"}},
    ):
        answer = await simulate(place, **planned)
        assert answer.status_code == 200, (planned, answer.text)


async def test_what_would_raise_the_index_most_is_told_with_works_of_the_catalogue(place: Place) -> None:
    await place.state("R1", step_free_entrance="no", stair_handrails="none")
    levers = (await place.assessed())["levers"]
    gains = [lever["raises_low"] for lever in levers]
    assert gains == sorted(gains, reverse=True)
    assert {lever["kind"] for lever in levers} >= {"work", "improve", "find_out"}
    ramp = next(lever for lever in levers if lever["code"] == "entrance_ramp")
    assert ramp["raises_low"] > 0
    assert ramp["label"]["en"] == "Ramp to the building"


async def test_residence_of_another_landlord_is_as_absent_as_none(place: Place, other_landlord: Member) -> None:
    await place.listed()
    for path in ("residences/R1/assessment", "residences/R1/assessment/history"):
        assert (await place.get(path, other_landlord)).status_code == 404
    answer = await place.client.post(
        "/v1/residences/R1/assessment/simulate", json={}, headers=other_landlord.headers
    )  # fmt: skip
    assert answer.status_code == 404
    assert (await place.get("assessments", other_landlord)).json() == {"items": [], "next": None}


NO_MORE: Final = 2**62
"""A service that is gone since its distance was kept."""


def shop(admin: Any, wheelchair: str | None) -> int:
    """Make a service with what is known of its entrance, or name one that is no more; return its id."""
    if wheelchair is None:
        return NO_MORE
    (source,) = admin.execute(
        "INSERT INTO registry.service_sources (version, name, kind, licence, attribution, counts)"
        " VALUES (1, %s, 'table', 'LO-2.0', 'x', '{}') RETURNING id", (f"s-{uuid.uuid4()}",),
    ).fetchone()  # fmt: skip
    (made,) = admin.execute(
        "INSERT INTO registry.services (source_id, version, family, ref, wheelchair, reasons, facts, position, content)"
        " VALUES (%s, 1, 1, 'x', %s, '{}', '{}', ST_SetSRID(ST_Point(-5.1, 48.46), 4326), '') RETURNING id",
        (source, wheelchair),
    ).fetchone()
    return int(made)


@pytest.mark.parametrize("wheelchair", ["yes", "limited", "unknown", None])
async def test_services_within_reach_count_by_their_distance_and_entrance(place: Place, wheelchair: str | None) -> None:
    with place.server.connect(place.database_name) as admin:
        food_shop = shop(admin, wheelchair)
        residence_id = admin.execute(
            "SELECT id FROM registry.residences WHERE organisation_id = %s AND ref = 'R1'", (place.owner.id,)
        ).fetchone()
        assert residence_id is not None
        key = (place.owner.id, residence_id[0])
        admin.execute(
            "INSERT INTO registry.distance_runs (organisation_id, residence_id, network, network_version,"
            " profile_version, doors, fingerprint) VALUES (%s, %s, 'n', 1, 1, 1, 1)", key,
        )  # fmt: skip
        for family, outcome, cost in ((1, 1, 150.0), (2, 2, None), (3, 3, None)):
            found = (food_shop, 100.0, 120.0, cost, 1.0) if outcome == 1 else (None,) * 5
            admin.execute(
                "INSERT INTO registry.accessible_distances (organisation_id, residence_id, profile, family, service_id,"
                " straight_m, length_m, cost_m, known, outcome, reason)"
                " VALUES (%s, %s, 2, %s, %s, %s, %s, %s, %s, %s, 0)",
                (*key, family, *found, outcome),
            )
    assessed = await place.assessed()
    food, pharmacy, doctor = (criterion(assessed, code) for code in ("food", "pharmacy", "doctor_and_care"))
    entrance = wheelchair or "unknown"
    assert (food["value"], food["known"]) == (150, True)
    assert food["detail"] == {"outcome": "reached", "entrance": entrance, "service": None}
    assert 0 < food["low"] <= food["high"] <= food["weight"]
    assert (food["low"] < food["high"]) == (entrance == "unknown")
    assert (pharmacy["low"], pharmacy["high"], pharmacy["known"]) == (0, 0, True)
    assert (doctor["low"], doctor["high"], doctor["known"]) == (0, doctor["weight"], False)
    assert (await place.listed())["R1"]["components"]["S"]["low"] > 0


def surround(place: Place) -> None:
    """Have a network know the first metres of R1: of 800 m, 600 without a step and 500 for a wheelchair perhaps."""
    with place.server.connect(place.database_name) as admin:
        admin.execute(
            "INSERT INTO registry.distance_runs (organisation_id, residence_id, network, network_version,"
            " profile_version, doors, fingerprint, paths_m, step_free_m, proven_m, possible_m)"
            " SELECT organisation_id, id, 'n', 1, 2, 1, 1, 800, 600, 0, 500 FROM registry.residences"
            " WHERE organisation_id = %s AND ref = 'R1'", (place.owner.id,),
        )  # fmt: skip


async def test_surroundings_count_by_what_is_reached_of_the_first_metres_without_a_step(place: Place) -> None:
    before = await place.assessed()
    assert criterion(before, "passable_share")["known"] is False
    surround(place)
    known = criterion(await place.assessed(), "passable_share")
    assert (known["value"], known["known"], known["detail"]) == (0.75, True, {"at_most": 0.75})
    assert known["low"] == known["high"] == pytest.approx(0.75 * known["weight"])


async def test_lift_out_of_service_lowers_the_index_until_it_runs_again(place: Place) -> None:
    before = (await place.listed())["R1"]
    started = await place.sent(
        "POST", "residences/R1/lift-outages", {"started_at": "2026-03-01T08:00:00Z", "source": "declared"}
    )
    out = (await place.listed())["R1"]
    assert out["low"] < before["low"]
    assert criterion(await place.assessed(), "lift")["detail"] == {"out_of_service": True}
    path = started.headers["Location"].removeprefix("/v1/")
    await place.sent("PUT", path, {"expected_end": None, "ended_at": "2026-03-02T08:00:00Z"})
    again = (await place.listed())["R1"]
    assert {**again, "computed_at": None} == {**before, "computed_at": None}


async def test_cost_of_a_simulation_is_that_of_works_that_are_stated_as_feasible(place: Place) -> None:
    await place.sent(
        "PUT", "residences/R1/feasible-works",
        {"feasible_works": [{"work": "entrance_ramp", "cost_from_cents": 800_000, "cost_to_cents": 1_200_000,
                    "source": "declared", "stated_on": "2026-03-01"}]},
    )  # fmt: skip
    await place.state("R1", step_free_entrance="no")
    one = (await simulate(place, works=["entrance_ramp"])).json()
    assert (one["cost_from_cents"], one["cost_to_cents"]) == (800_000, 1_200_000)
    two = (await simulate(place, works=["entrance_ramp", "rest_bench"])).json()
    assert (two["cost_from_cents"], two["cost_to_cents"]) == (None, None)
    ramp = next(lever for lever in (await place.assessed())["levers"] if lever["code"] == "entrance_ramp")
    assert (ramp["cost_from_cents"], ramp["cost_to_cents"]) == (800_000, 1_200_000)


@pytest.mark.parametrize(
    ("profile", "planned", "share"),
    [
        ("senior", {"works": ["outdoor_ramp"]}, (0.75, 1)),
        ("senior", {"works": ["remove_outdoor_steps", "rest_bench"], "facts": {"path_steps": 0}}, (0.75, 1)),
        ("senior", {"works": ["outdoor_ramp"], "facts": {"path_steps": 3}}, (0.75, 0.75)),
        ("senior", {"facts": {"path_steps": 0}}, (0.75, 0.75)),
        ("senior", {"works": ["dropped_kerb", "widen_path", "firm_ground"]}, (0.75, 0.75)),
        ("wheelchair", {"works": ["outdoor_ramp", "dropped_kerb"]}, (0, 0.625)),
        ("walking", {"works": ["outdoor_ramp"]}, (1, 1)),
    ],
)
async def test_works_outdoors_open_the_passable_share_where_steps_alone_take_from_it(
    place: Place, profile: str, planned: dict[str, Any], share: tuple[float, float]
) -> None:
    await place.enact(profile=profile)
    await place.state("R1", path_steps=4, path_kerb=6)
    surround(place)
    found = (await simulate(place, **planned)).json()
    before = {"senior": (0.75, 0.75), "wheelchair": (0, 0.625), "walking": (1, 1)}[profile]
    assert found["passable_before"] == dict(zip(("low", "high"), before, strict=True))
    assert found["passable_after"] == dict(zip(("low", "high"), share, strict=True))
    ramp = next(lever for lever in (await place.assessed())["levers"] if lever["code"] == "outdoor_ramp")
    assert (ramp["raises_high"] > ramp["raises_low"]) == (profile == "senior")


async def test_passable_share_is_unknown_without_a_network(place: Place) -> None:
    found = (await simulate(place, works=["outdoor_ramp"])).json()
    assert (found["passable_before"], found["passable_after"]) == (None, None)
