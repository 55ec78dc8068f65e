"""The requests of the assessments: of the owner's residences and homes, and of those that nobody has."""

from registry.assessment.service import compute_requested
from tests.integration.isolation.requests import NOBODY, Asked, _home, cursor_of, request
from tests.integration.isolation.world import RESIDENCE, World

_BODIES = {"POST": {"adapted_homes": 1}}


@request("GET /v1/assessments", "everything")
async def _assessments(world: World) -> Asked:
    await compute_requested(world.jobs)
    return Asked(query={"limit": 1000})


@request("GET /v1/assessments", "owners-cursor")
async def _assessments_further(world: World) -> Asked:
    await cursor_of(world, "GET", "/v1/residences", params={"limit": 1})  # has the owner make another residence
    await compute_requested(world.jobs)
    return Asked(query=await cursor_of(world, "GET", "/v1/assessments", params={"limit": 1}))


def _of_residence(method: str, rest: str, state: str) -> None:
    @request(f"{method} /v1/residences/{{ref}}/assessment{rest}", state)
    async def make(world: World) -> Asked:
        await compute_requested(world.jobs)
        return Asked({"ref": RESIDENCE if state == "owners" else NOBODY}, body=_BODIES.get(method))


for _state in ("owners", "never"):
    _of_residence("GET", "", _state)
    _of_residence("GET", "/history", _state)
    _of_residence("POST", "/simulate", _state)


def _of_home(state: str) -> None:
    @request("GET /v1/homes/{ref}/assessment", state)
    async def make(world: World) -> Asked:
        ref, _ = await _home(world, {"owners": "not-shared"}.get(state, state))
        return Asked({"ref": ref})


for _state in ("owners", "deleted", "never"):
    _of_home(_state)
