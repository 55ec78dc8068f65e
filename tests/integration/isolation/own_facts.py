"""The requests of the facts of residences, and of what was known before, of a home's status too: on the owner's."""

import json
import uuid
from typing import Any, Final

from registry.stock.schemas import RESIDENCE_FACTS_EXAMPLE
from tests.integration.isolation.requests import NDJSON, NOBODY, Asked, _home, _residence, request
from tests.integration.isolation.world import World, owners_home
from tests.support.stock import fact

FACTS: Final = "/v1/residences/{ref}/facts"
BATCH: Final = "/v1/residence-facts/batch"
BEFORE: Final[dict[str, Any]] = {"facts": {"path_slope": fact(11, source="measured", date="2026-02-01")}}


async def _of_owner(world: World, state: str) -> str:
    """Give the owner a residence of which two facts are stated, one after the other; return its reference."""
    ref = await _residence(world, "never" if state == "never" else "without-homes")
    if state == "owners":
        for given in (BEFORE, RESIDENCE_FACTS_EXAMPLE):
            answer = await world.client.put(FACTS.format(ref=ref), json=given, headers=world.owner.headers)
            assert answer.status_code == 200, answer.text
    if state == "deleted":
        answer = await world.client.delete(f"/v1/residences/{ref}", headers=world.owner.headers)
        assert answer.status_code == 204, answer.text
    return ref


def _of_residence(method: str, state: str, under: str = "") -> None:
    @request(f"{method} {FACTS}{under}", state)
    async def make(world: World) -> Asked:
        headers = {"If-Match": '"1"'} if state == "if-match" else {}
        body = RESIDENCE_FACTS_EXAMPLE if method == "PUT" else None
        return Asked({"ref": await _of_owner(world, state)}, headers=headers, body=body)


for _state in ("owners", "deleted", "never"):
    _of_residence("GET", _state)
    _of_residence("GET", _state, "/history")
    _of_residence("PUT", _state)
_of_residence("PUT", "if-match")


def _of_home(state: str, under: str) -> None:
    @request(f"GET /v1/homes/{{ref}}/{under}/history", state)
    async def make(world: World) -> Asked:
        ref, _ = await _home(world, {"owners": "shared"}.get(state, state))
        if state == "owners":
            given = {**owners_home(status="vacant"), "facts": {"zero_step_shower": fact("no"), "grab_bars": fact("no")}}
            answer = await world.client.put(f"/v1/homes/{ref}", json=given, headers=world.owner.headers)
            assert answer.status_code == 200, answer.text
        return Asked({"ref": ref})


for _state in ("owners", "deleted", "never"):
    _of_home(_state, "facts")
    _of_home(_state, "status")


def _batch_in(state: str) -> None:
    @request(f"POST {BATCH}", state)
    async def make(world: World) -> Asked:
        ref = NOBODY if state == "never" else await _of_owner(world, "new")
        asked = Asked(lines=[{"ref": ref, **RESIDENCE_FACTS_EXAMPLE}], said=(ref,))
        if state == "owners-key":
            asked.headers = {"Idempotency-Key": f"key-{uuid.uuid4()}", "Content-Type": NDJSON}
            answer = await world.client.post(
                BATCH, content=json.dumps(asked.lines[0] if asked.lines else None),
                headers={**asked.headers, **world.owner.headers},
            )  # fmt: skip
            assert answer.status_code == 200, answer.text
        return asked


for _state in ("owners", "never", "owners-key"):
    _batch_in(_state)
