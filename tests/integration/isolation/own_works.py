"""The requests of lift outages, adaptations, feasible works and reservation conventions: on the owner's."""

import json
import uuid
from typing import Any, Final

from registry.stock.schemas.conventions import EXAMPLE as CONVENTIONS
from registry.stock.schemas.works import ADAPTATIONS_EXAMPLE, HOME_FEASIBLE_EXAMPLE, RESIDENCE_FEASIBLE_EXAMPLE
from tests.integration.isolation.own_files import LANDLORDS
from tests.integration.isolation.requests import (
    NDJSON,
    NOBODY,
    Asked,
    _building_of_owner,
    _home,
    _residence,
    cursor_of,
    plain,
    request,
)
from tests.integration.isolation.world import BUILDING, COMMON, World

NEVER: Final = str(uuid.UUID(int=0))
LISTS: Final[dict[str, dict[str, Any]]] = {
    "homes/{ref}/adaptations": ADAPTATIONS_EXAMPLE,
    "homes/{ref}/feasible-works": HOME_FEASIBLE_EXAMPLE,
    "residences/{ref}/feasible-works": RESIDENCE_FEASIBLE_EXAMPLE,
}
CHANGE: Final = {"expected_end": "2999-01-01T00:00:00Z", "ended_at": None}
EMPTY: Final = '"4f53cda18c2baa0c0354bb5f9a3ecbe5"'
"""The ETag of a list that holds nothing: it is that of its content."""


async def _of_owner(world: World, kind: str) -> str:
    """Give the owner a home or a residence that nobody else has; return its reference.

    The home is shared no more: a page of listings holds fifty, and other requests ask for all that are here.
    """
    return (await _home(world, "reserved"))[0] if kind == "homes" else await _residence(world, "without-homes")


async def _stands(world: World, actor: str = "owner", ref: str = COMMON) -> str:
    """Have a lift of an actor's residence stand; return the outage's id."""
    answer = await world.client.post(
        f"/v1/residences/{ref}/lift-outages", json={"lift": f"A-{uuid.uuid4().hex[:6]}x"}, headers=world.headers[actor]
    )
    assert answer.status_code == 201, answer.text
    found: str = answer.json()["id"]
    return found


# Lift outages


@request("GET /v1/lift-outages", "everything")
async def _everything(world: World) -> Asked:
    for actor in LANDLORDS:
        await _stands(world, actor)
    return Asked(query={"limit": 1000})


@request("GET /v1/lift-outages", "of-residence")
async def _of_residence(world: World) -> Asked:
    ref = await _of_owner(world, "residences")
    await _stands(world, ref=ref)
    await _stands(world)
    return Asked(query={"residence_ref": ref})


plain("GET /v1/lift-outages", "never", query={"residence_ref": NOBODY})


@request("GET /v1/lift-outages", "owners-cursor")
async def _further(world: World) -> Asked:
    for _ in range(2):
        await _stands(world)
    return Asked(query=await cursor_of(world, "GET", "/v1/lift-outages", params={"limit": 1}))


def _outage(method: str, state: str) -> None:
    @request(f"{method} /v1/lift-outages/{{outage_id}}", state)
    async def make(world: World) -> Asked:
        headers = {"If-Match": '"1"'} if state == "if-match" else {}
        outage = NEVER if state == "never" else await _stands(world)
        return Asked({"outage_id": outage}, headers=headers, body=CHANGE if method == "PUT" else None)


for _state in ("owners", "never"):
    _outage("GET", _state)
for _state in ("owners", "never", "if-match"):
    _outage("PUT", _state)


def _start_route(state: str) -> None:
    @request("POST /v1/residences/{ref}/lift-outages", state)
    async def make(world: World) -> Asked:
        given: dict[str, Any] = {"lift": f"B-{uuid.uuid4().hex[:6]}x"}
        if state in {"owners", "never"}:
            ref = NOBODY if state == "never" else await _of_owner(world, "residences")
            return Asked({"ref": ref}, body=given, said=(given["lift"],))
        if state.endswith("-bldg"):
            await _building_of_owner(world)
            given["building_ref"] = BUILDING if state == "owners-bldg" else "NO-BUILDING-01"
        asked = Asked({"ref": COMMON}, body=given, said=(COMMON, given["lift"], given.get("building_ref", "")))
        if state == "owners-key":
            asked.headers = {"Idempotency-Key": f"key-{uuid.uuid4()}"}
            answer = await world.client.post(
                f"/v1/residences/{COMMON}/lift-outages", json=given, headers={**asked.headers, **world.owner.headers}
            )
            assert answer.status_code == 201, answer.text
        return asked


for _state in ("owners", "never", "owners-bldg", "never-bldg", "owners-key"):
    _start_route(_state)


# Lists of works


def _list(method: str, path: str, state: str) -> None:
    @request(f"{method} /v1/{path}", state)
    async def make(world: World) -> Asked:
        ref = NOBODY if state == "never" else await _of_owner(world, path.split("/", 1)[0])
        headers = {"If-Match": EMPTY} if state == "if-match" else {}
        if state == "owners":
            url = f"/v1/{path}".format(ref=ref)
            answer = await world.client.put(url, json=LISTS[path], headers=world.owner.headers)
            assert answer.status_code == 200, answer.text
        return Asked({"ref": ref}, headers=headers, body=LISTS[path] if method == "PUT" else None)


for _path in LISTS:
    for _state in ("owners", "never"):
        _list("GET", _path, _state)
    for _state in ("owners", "never", "if-match"):
        _list("PUT", _path, _state)


plain("GET /v1/reservation-conventions")
plain("PUT /v1/reservation-conventions", "whole", body=CONVENTIONS)


@request("PUT /v1/reservation-conventions", "if-match")
async def _conventions_known(world: World) -> Asked:
    return Asked(headers={"If-Match": "*"}, body=CONVENTIONS)


def _batch(kind: str, given: dict[str, Any], state: str) -> None:
    route = f"/v1/{kind}/batch"

    @request(f"POST {route}", state)
    async def make(world: World) -> Asked:
        ref = NOBODY if state == "never" else await _of_owner(world, "homes")
        asked = Asked(lines=[{"home_ref": ref, **given}], said=(ref,))
        if state == "owners-key":
            asked.headers = {"Idempotency-Key": f"key-{uuid.uuid4()}", "Content-Type": NDJSON}
            answer = await world.client.post(
                route, content=json.dumps(asked.lines[0] if asked.lines else None),
                headers={**asked.headers, **world.owner.headers},
            )  # fmt: skip
            assert answer.status_code == 200, answer.text
        return asked


for _kind, _given in (("adaptations", ADAPTATIONS_EXAMPLE), ("feasible-works", HOME_FEASIBLE_EXAMPLE)):
    for _state in ("owners", "never", "owners-key"):
        _batch(_kind, _given, _state)

for _kind in ("adaptations", "feasible-works", "lift-outages"):
    plain(f"GET /v1/exports/{_kind}")
