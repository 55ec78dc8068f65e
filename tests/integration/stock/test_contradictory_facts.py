"""Facts that deny each other, units mixed up, days to come, unknown codes: refused by name, wherever they are sent."""

import json
from typing import Any, Final

import httpx
import pytest

from registry.platform.database import Database
from tests.conftest import Register
from tests.contract.problem import assert_problem
from tests.support import territory as territories
from tests.support.members import Member
from tests.support.stock import fact, home, publish, residence

SHOWER: Final[dict[str, Any]] = {"zero_step_shower": fact(), "shower_tray_height": fact(10)}
LIFT: Final[dict[str, Any]] = {"lift": fact("no"), "lift_standard": fact()}
SAID: Final = "contradicts 'lift' (Lift): it means something only where that is 'yes'"
REMEDY: Final = "Correct one of the two values, or leave unknown the one that nobody established."


@pytest.fixture
async def owner(
    database: Database, job_database: Database, client: httpx.AsyncClient, register: Register
) -> Member:  # fmt: skip
    """A landlord with the residence R1 and its home H1."""
    territory = await territories.create(database, job_database, client)
    member = await register()
    await publish(client, member, {"R1": residence(territory.communes[0])}, [{"ref": "H1", **home("R1")}])
    return member


async def put(client: httpx.AsyncClient, owner: Member, path: str, body: Any, language: str = "en") -> httpx.Response:
    headers = {**owner.headers, "Accept-Language": language}
    return await client.put(f"/v1/{path}", json=body, headers=headers)


async def test_facts_of_a_residence_that_deny_each_other_are_refused_with_field_value_and_remedy(
    client: httpx.AsyncClient, owner: Member
) -> None:
    answer = await put(client, owner, "residences/R1/facts", {"facts": LIFT})
    assert_problem(answer, 422, "input-invalid", "facts.lift_standard")
    (fault,) = answer.json()["errors"]
    assert (fault["message"], fault["remedy"]) == (SAID, REMEDY)
    assert fault["value"] == "yes"
    french = await put(client, owner, "residences/R1/facts", {"facts": LIFT}, "fr")
    (fault,) = french.json()["errors"]
    assert fault["message"].startswith("contredit « lift » (Ascenseur)")
    assert fault["remedy"].startswith("Corrigez l'une des deux valeurs")


async def test_facts_of_a_home_that_deny_each_other_are_refused_and_nothing_is_saved(
    client: httpx.AsyncClient, owner: Member
) -> None:
    answer = await put(client, owner, "homes/H1", home("R1", SHOWER, rent_cents=1))
    assert_problem(answer, 422, "input-invalid", "facts.zero_step_shower")
    read = await client.get("/v1/homes/H1", headers=owner.headers)
    assert (read.json()["rent_cents"], set(read.json()["facts"])) == (41_250, {"zero_step_shower"})


@pytest.mark.parametrize(
    ("path", "good", "bad", "field"),
    [
        ("homes:batch", {"ref": "H2", **home("R1")}, {"ref": "H3", **home("R1", SHOWER)}, "facts.zero_step_shower"),
        ("residence-facts/batch", None, {"ref": "R1", "facts": LIFT}, "facts.lift_standard"),
    ],
)
async def test_line_of_a_batch_whose_facts_deny_each_other_is_rejected_alone(
    client: httpx.AsyncClient, owner: Member, path: str, good: Any, bad: Any, field: str
) -> None:
    lines = [line for line in (good, bad) if line]
    answer = await client.post(
        f"/v1/{path}", content="\n".join(map(json.dumps, lines)),
        headers={**owner.headers, "Content-Type": "application/x-ndjson"},
    )  # fmt: skip
    assert answer.status_code == 200, answer.text
    *others, rejected = answer.json()["lines"]
    assert [line["status"] for line in others] == ["created"] * len(others)
    assert (rejected["line"], rejected["status"]) == (len(lines), "rejected")
    (fault,) = rejected["errors"]
    assert (fault["field"], fault["remedy"]) == (field, REMEDY)


async def test_newer_fact_that_leaves_another_without_meaning_is_taken(
    client: httpx.AsyncClient, owner: Member
) -> None:
    stated = await put(client, owner, "residences/R1/facts", {"facts": {"lift": fact(), "lift_standard": fact()}})
    assert stated.status_code == 200, stated.text
    newer = await put(client, owner, "residences/R1/facts", {"facts": {"lift": fact("no", date="2026-04-01")}})
    assert newer.status_code == 200, newer.text
    assert {code: each["value"] for code, each in newer.json()["facts"].items()} == {
        "lift": "no", "lift_standard": "yes"
    }  # fmt: skip
    both = await put(client, owner, "residences/R1/facts", {"facts": {"lift": fact("no"), "lift_standard": None}})
    assert both.status_code == 200, "one that is withdrawn denies nothing"


@pytest.mark.parametrize(
    ("facts", "field", "said", "to_do"),
    [
        ({"entrance_door_width": fact(0.9)}, "facts.entrance_door_width.value", "0.90 m is written 90", "unit"),  # type: ignore[arg-type]
        ({"entrance_door_width": fact(1)}, "facts.entrance_door_width.value", "(50 to 200 cm); check the unit", "unit"),
        (
            {"entrance_door_width": fact(830)},
            "facts.entrance_door_width.value",
            "(50 to 200 cm); check the unit",
            "unit",
        ),
        ({"lift": fact(date="2999-01-01")}, "facts.lift.date", "this date is in the future", None),
        ({"elevator": fact()}, "facts.elevator", "unknown fact; known: adaptable", None),
        (
            {"stair_handrails": fact("left")},
            "facts.stair_handrails.value",
            "one of: none, one_side, both_sides",
            "vocab",
        ),
        ({"lift": fact("oui")}, "facts.lift.value", "one of: yes, no, unknown", "vocabulary"),
        ({"steps_to_door": fact("3 steps")}, "facts.steps_to_door.value", "a whole number in steps", "the unit"),
        ({"path_slope": fact(4)}, "facts.path_slope", "stated of a residence", "PUT /v1/residences/{ref}/facts"),
    ],
)
async def test_unit_mixed_up_day_to_come_and_unknown_code_are_refused_by_name(
    client: httpx.AsyncClient, owner: Member, facts: Any, field: str, said: str, to_do: str | None
) -> None:
    answer = await put(client, owner, "homes/H1", home("R1", facts))
    assert_problem(answer, 422, "input-invalid", field)
    (fault,) = answer.json()["errors"]
    assert said in fault["message"]
    assert to_do is None or to_do in fault["remedy"]


async def test_all_facts_that_are_wrong_are_named_at_once(client: httpx.AsyncClient, owner: Member) -> None:
    facts = {
        "lift": fact("oui"),
        "path_slope": fact(900),
        "grab_bars": fact(),
        "elevator": fact(),
        "path_steps": fact(0),
    }
    answer = await put(client, owner, "residences/R1/facts", {"facts": facts})
    assert {(each["field"], each["value"]) for each in answer.json()["errors"]} == {
        ("facts.lift.value", "oui"), ("facts.path_slope.value", 900), ("facts.grab_bars", "yes"),
        ("facts.elevator", "yes"),
    }  # fmt: skip


async def test_vocabulary_lists_what_cannot_be_stated_together(client: httpx.AsyncClient, owner: Member) -> None:
    answer = await client.get("/v1/vocabulary", headers=owner.headers)
    pairs = {(each["code"], each["beside"]) for each in answer.json()["contradictions"]}
    assert pairs >= {("lift_standard", "lift"), ("zero_step_shower", "shower_tray_height")}
