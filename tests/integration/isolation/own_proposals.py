"""The requests of proposals: between the owner's case and its own home, or the member's."""

import secrets
import uuid
from typing import Any, Final

from registry.transfers.schemas.proposals import HELP_EXAMPLE, MOVE_EXAMPLE
from tests.integration.isolation.requests import Asked, _home, plain, request
from tests.integration.isolation.world import COMMON, World
from tests.support.transfers import case

NEVER: Final = str(uuid.UUID(int=0xDEADBEEF << 64))
UNKNOWN_CASE: Final = "Zk3vQ9-xT1mBw7Lr_8sYdA"
LIFE: Final = ("study", "hold", "disclose", "agree", "file", "grant", "lease", "move")
PAGES: Final = {"proposal_id": NEVER}


async def _case(world: World) -> str:
    ref = secrets.token_hex(16)
    answer = await world.client.put(
        f"/v1/transfer-cases/{ref}", json=case(kind="first_entry"), headers=world.owner.headers
    )
    assert answer.status_code == 201, answer.text
    return ref


async def _listing(world: World, state: str) -> str:
    """Return a listing of the owner's, or of the member's."""
    if state != "of-member":
        return (await _home(world, "shared"))[1]
    answer = await world.client.get(f"/v1/homes/{COMMON}", headers=world.people["member"].headers)
    listing: str = answer.json()["listing_id"]
    return listing


async def _proposal(world: World, state: str, *, through: tuple[str, ...] = ()) -> str:
    """Have the owner propose a home for a case of its own; take it through steps, where it is both sides."""
    if state == "never":
        return NEVER
    given = {"case_ref": await _case(world), "listing_id": await _listing(world, state)}
    answer = await world.client.post("/v1/proposals", json=given, headers=world.owner.headers)
    assert answer.status_code == 201, answer.text
    id_: str = answer.json()["id"]
    for action in through:
        taken = await world.client.post(
            f"/v1/proposals/{id_}/steps", json={"action": action}, headers=world.owner.headers
        )
        assert taken.status_code == 200, taken.text
    return id_


@request("GET /v1/proposals", "of-member")
async def _everything(world: World) -> Asked:
    await _proposal(world, "of-member")
    return Asked(query={"limit": 100})


@request("GET /v1/proposals", "owners-cursor")
async def _further(world: World) -> Asked:
    for _ in range(2):
        await _proposal(world, "own-home")
    answer = await world.client.get("/v1/proposals", params={"limit": 1}, headers=world.owner.headers)
    return Asked(query={"limit": 1, "cursor": answer.json()["next"].partition("cursor=")[2].replace("%3D", "=")})


def _make(state: str) -> None:
    @request("POST /v1/proposals", state)
    async def make(world: World) -> Asked:
        ref = UNKNOWN_CASE if state == "never" else await _case(world)
        listing = NEVER if state == "never-home" else await _listing(world, state)
        return Asked(body={"case_ref": ref, "listing_id": listing}, said=(ref, listing))


for _state in ("own-home", "never", "never-home"):
    _make(_state)


def _read(route: str, state: str, body: Any = None, through: tuple[str, ...] = (), match: str = "") -> None:
    @request(route, state)
    async def make(world: World) -> Asked:
        id_ = await _proposal(world, "never" if "never" in state else state, through=through)
        return Asked({"proposal_id": id_}, headers={"If-Match": match} if match else {}, body=body)


_ONE: Final = "/v1/proposals/{proposal_id}"
for _state in ("own-home", "of-member", "never"):
    _read(f"GET {_ONE}", _state)
    _read(f"GET {_ONE}/steps", _state)
    _read(f"GET {_ONE}/help", _state)
    _read(f"PUT {_ONE}/help", _state, HELP_EXAMPLE)
    _read(f"POST {_ONE}/steps", _state, {"action": "grant" if _state == "of-member" else "study"})
_read(f"POST {_ONE}/steps", "if-match", {"action": "study"}, match='"7"')
_read(f"GET {_ONE}/address", "told", through=LIFE[:3])
_read(f"GET {_ONE}/address", "of-member")
_read(f"GET {_ONE}/address", "never")
for _state, _through in (("moved", LIFE), ("of-member", ()), ("never", ())):
    _read(f"GET {_ONE}/move", _state, through=_through)
    _read(f"PUT {_ONE}/move", _state, MOVE_EXAMPLE, through=_through)


@request("GET /v1/territories/{territory_id}/proposals", "here")
async def _here(world: World) -> Asked:
    await _proposal(world, "of-member")
    return Asked({"territory_id": world.here.slug}, query={"limit": 100})


plain("GET /v1/territories/{territory_id}/proposals", "never", parameters={"territory_id": "t-01234567"})
plain("GET /console/proposals")
for _page in ("", "/address"):
    plain(f"GET /console/proposals/{{proposal_id}}{_page}", "never", parameters=PAGES)
for _route, _parameters in (
    ("POST /console/proposals/{proposal_id}", PAGES), ("POST /console/proposals/{proposal_id}/help", PAGES),
    ("POST /console/proposals/{proposal_id}/move", PAGES),
    ("POST /console/cases/{case_id}/propose", {"case_id": NEVER}),
):  # fmt: skip
    plain(_route, "no-form", parameters=_parameters, form={"action": "study"})
    plain(_route, "forged-form", parameters=_parameters, form={"form_token": "forged"})
