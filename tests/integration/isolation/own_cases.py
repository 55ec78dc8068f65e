"""The requests of transfer cases and of the alerts for them: on the owner's."""

import uuid
from typing import Any, Final

from tests.integration.isolation.own_files import LANDLORDS
from tests.integration.isolation.requests import NOBODY, Asked, _home, cursor_of, plain, request
from tests.integration.isolation.world import World
from tests.support.transfers import case, need, reference

NEVER: Final = "0c5e1d7a93b84f26e0d1a7c45b9f8236"
"""A reference like all others, of nothing."""
UNKNOWN_CASE: Final = {"case_id": str(uuid.UUID(int=0))}
CLOSE: Final = {"reason": "wishes_to_stay"}


def entry(**changes: Any) -> dict[str, Any]:
    """Return a first entry, which is good in every territory."""
    return case(need(), kind="first_entry", **changes)


async def _case(world: World, actor: str = "owner") -> str:
    """Open a case of an actor; return its reference."""
    ref = reference()
    answer = await world.client.put(f"/v1/transfer-cases/{ref}", json=entry(), headers=world.headers[actor])
    assert answer.status_code == 201 or actor == "lapsed", answer.text
    return ref


@request("GET /v1/transfer-cases", "everything")
async def _everything(world: World) -> Asked:
    """Have each landlord list a case; what others put under the owner's references before would be said by theirs."""
    for actor in LANDLORDS:
        kept, headers = await _case(world, actor), world.headers[actor]
        listed = await world.client.get("/v1/transfer-cases", params={"limit": 1000}, headers=headers)
        for each in listed.json().get("items", []):
            if actor != "owner" and each["ref"] != kept:
                await world.client.delete(f"/v1/transfer-cases/{each['ref']}", headers=headers)
    return Asked(query={"limit": 1000})


@request("GET /v1/transfer-cases", "owners-cursor")
async def _further(world: World) -> Asked:
    for _ in range(2):
        await _case(world)
    return Asked(query=await cursor_of(world, "GET", "/v1/transfer-cases", params={"limit": 1}))


plain("GET /v1/transfer-alerts", query={"limit": 1000})


def _one(method: str, state: str, under: str = "", body: Any = None) -> None:
    @request(f"{method} /v1/transfer-cases/{{ref}}{under}", state)
    async def make(world: World) -> Asked:
        ref = NEVER if state.endswith("never") else await _case(world)
        headers = {"If-Match": '"1"'} if "match" in state else {}
        return Asked({"ref": ref}, headers=headers, body=body)


for _state in ("owners", "never"):
    _one("GET", _state)
for _state in ("owners", "never", "if-match", "match-never"):
    _one("DELETE", _state)
    _one("POST", _state, "/close", CLOSE)
for _state in ("owners", "if-match", "match-never"):
    _one("PUT", _state, body=entry())


@request("PUT /v1/transfer-cases/{ref}", "erased")
async def _erased(world: World) -> Asked:
    ref = await _case(world)
    await world.client.delete(f"/v1/transfer-cases/{ref}", headers=world.owner.headers)
    return Asked({"ref": ref}, body=entry())


def _put_with(state: str) -> None:
    @request("PUT /v1/transfer-cases/{ref}", state)
    async def make(world: World) -> Asked:
        slug = {"in-here": world.here.slug, "in-there": world.there.slug, "in-nowhere": "t-01234567"}.get(state)
        if slug is not None:
            return Asked({"ref": reference()}, body=entry(territory=slug), said=(slug,))
        home = NOBODY if state == "never-home" else (await _home(world, "reserved"))[0]
        return Asked({"ref": reference()}, body=case(home_ref=home), said=(home,))


for _state in ("owners-home", "never-home", "in-here", "in-there", "in-nowhere"):
    _put_with(_state)


@request("GET /v1/territories/{territory_id}/transfer-cases", "here")
async def _of_here(world: World) -> Asked:
    await _case(world)
    return Asked({"territory_id": world.here.slug})


@request("GET /v1/territories/{territory_id}/transfer-cases", "there")
async def _of_there(world: World) -> Asked:
    return Asked({"territory_id": world.there.slug})


plain("GET /v1/territories/{territory_id}/transfer-cases", "never", parameters={"territory_id": "t-01234567"})

# Pages

plain("GET /console/cases")
plain("GET /console/cases/-/new")
for _page in ("", "/edit", "/end", "/erase"):
    plain(f"GET /console/cases/{{case_id}}{_page}", "never", parameters=UNKNOWN_CASE)
for _route, _parameters in (
    ("POST /console/cases/-/new", {}),
    *((f"POST /console/cases/{{case_id}}/{_act}", UNKNOWN_CASE) for _act in ("edit", "close", "erase")),
):
    plain(_route, "no-form", parameters=_parameters, form={"reason": "moved"})
    plain(_route, "forged-form", parameters=_parameters, form={"form_token": "forged"})


def _matches(state: str) -> None:
    @request("GET /v1/transfer-cases/{ref}/matches", state)
    async def make(world: World) -> Asked:
        return Asked({"ref": NEVER if state == "never" else await _case(world)}, query={"limit": 50})


for _state in ("owners", "never"):
    _matches(_state)
plain("GET /console/cases/{case_id}/matches", "never", parameters=UNKNOWN_CASE)
