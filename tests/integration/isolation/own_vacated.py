"""The requests of vacated homes, of the sheets and of the protections: on the owner's."""

import uuid
from typing import Final

from tests.integration.isolation.own_cases import NEVER, _case
from tests.integration.isolation.own_files import LANDLORDS
from tests.integration.isolation.requests import Asked, _home, cursor_of, plain, request
from tests.integration.isolation.world import World

UNKNOWN: Final = str(uuid.UUID(int=0xDEADBEEF << 64))
OUTCOME: Final = {"examined": True, "outcome": "allotted_to_need"}


async def _vacated(world: World, actor: str = "owner") -> str:
    """Have a home of the owner, or one that an actor had, be on record as vacated; return the record's id."""
    ref, listing = await _home(world, "shared") if actor == "owner" else (world.fresh_ref(), str(uuid.uuid4()))
    row = world.admin.execute(
        "INSERT INTO registry.vacated_homes (organisation_id, territory_id, home_ref, listing_id, rooms, home_class,"
        " opened_on) VALUES (%s, %s, %s, %s, 2, 4, current_date)"
        " ON CONFLICT (organisation_id, home_ref) WHERE relet_on IS NULL DO UPDATE SET rooms = 2 RETURNING id",
        (world.people[actor].id, world.here.id, ref, listing),
    ).fetchone()
    assert row is not None
    return str(row[0])


@request("GET /v1/vacated-homes", "everything")
async def _everything(world: World) -> Asked:
    for actor in LANDLORDS:
        await _vacated(world, actor)
    return Asked(query={"limit": 1000})


@request("GET /v1/vacated-homes", "owners-cursor")
async def _further(world: World) -> Asked:
    for _ in range(2):
        await _vacated(world)
    return Asked(query=await cursor_of(world, "GET", "/v1/vacated-homes", params={"limit": 1}))


@request("GET /v1/vacated-homes/others", "everything")
async def _of_others(world: World) -> Asked:
    id_ = await _vacated(world)
    world.admin.execute("UPDATE registry.vacated_homes SET announced_at = now() WHERE id = %s", (id_,))
    return Asked(query={"limit": 50})


def _one(method: str, state: str, under: str = "", body: object = None) -> None:
    @request(f"{method} /v1/vacated-homes/{{vacated_id}}{under}", state)
    async def make(world: World) -> Asked:
        id_ = UNKNOWN if state == "never" else await _vacated(world)
        return Asked({"vacated_id": id_}, body=body)


for _state in ("owners", "never"):
    _one("GET", _state)
    _one("GET", _state, "/committee-sheet")
    _one("PUT", _state, "/outcome", OUTCOME)


def _protections(method: str, state: str, body: object = None) -> None:
    @request(f"{method} /v1/transfer-cases/{{ref}}/protections", state)
    async def make(world: World) -> Asked:
        return Asked({"ref": NEVER if state == "never" else await _case(world)}, body=body)


for _state in ("owners", "never"):
    _protections("GET", _state)
    _protections("POST", _state, {"over_65": "yes"})


def _sheet(kind: str, state: str) -> None:
    @request(f"GET /v1/proposals/{{proposal_id}}/{kind}", state)
    async def make(world: World) -> Asked:
        id_ = UNKNOWN if state == "never" else await _proposal(world)
        return Asked({"proposal_id": id_})


async def _proposal(world: World) -> str:
    """Propose a home of the owner for a case of the owner; return the proposal's id."""
    case, (_, listing) = await _case(world), await _home(world, "shared")
    row = world.admin.execute(
        "INSERT INTO registry.transfer_proposals (organisation_id, owner_id, territory_id, case_id, listing_id,"
        " shared_until, answer_by) SELECT organisation_id, organisation_id, territory_id, id, %s, current_date + 30,"
        " current_date + 10 FROM registry.transfer_cases WHERE organisation_id = %s AND ref = %s RETURNING id",
        (listing, world.owner.id, case),
    ).fetchone()
    assert row is not None
    return str(row[0])


for _state in ("owners", "never"):
    _sheet("tenant-sheet", _state)
    _sheet("committee-sheet", _state)

# Pages

_UNKNOWN_ID: Final = {"proposal_id": UNKNOWN, "vacated_id": UNKNOWN, "case_id": UNKNOWN}
plain("GET /console/vacated")
plain("GET /console/vacated/others")
for _route in (
    "/console/vacated/{vacated_id}", "/console/vacated/{vacated_id}/committee-sheet",
    "/console/proposals/{proposal_id}/tenant-sheet", "/console/proposals/{proposal_id}/tenant-sheet.pdf",
    "/console/proposals/{proposal_id}/committee-sheet",
    "/console/proposals/{proposal_id}/committee-sheet.pdf", "/console/cases/{case_id}/protections",
):  # fmt: skip
    plain(f"GET {_route}", "never", parameters=_UNKNOWN_ID)
for _route in ("POST /console/vacated/{vacated_id}", "POST /console/cases/{case_id}/protections"):
    plain(_route, "no-form", parameters=_UNKNOWN_ID, form={"outcome": "lost"})
    plain(_route, "forged-form", parameters=_UNKNOWN_ID, form={"form_token": "forged"})
