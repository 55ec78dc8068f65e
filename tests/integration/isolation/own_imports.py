"""The requests of ``/v1/imports`` and ``/v1/duplicates``: on the owner's."""

import json
import secrets
import uuid

from registry.sync.service.run import Runner
from tests.integration.isolation.own_files import BODIES, LANDLORDS, fresh_name
from tests.integration.isolation.requests import NDJSON, Asked, cursor_of, request
from tests.integration.isolation.world import RESIDENCE, World, owners_home

NEVER = str(uuid.UUID(int=0))


async def _sent(world: World, actor: str = "owner") -> str:
    """Have an actor send a file, and run it; return the import's id."""
    line = {"ref": world.fresh_ref(), **owners_home(RESIDENCE)}
    answer = await world.client.post(
        "/v1/imports?dry_run=true", content=json.dumps(line), headers={**world.headers[actor], "Content-Type": NDJSON}
    )
    assert answer.status_code == 202, answer.text
    if actor == "owner":
        await Runner(world.jobs).run_waiting(world.owner.id)
    found: str = answer.json()["id"]
    return found


def _route(method: str, rest: str, state: str) -> None:
    @request(f"{method} /v1/imports/{{id}}{rest}", state)
    async def make(world: World) -> Asked:
        return Asked({"id": NEVER if state == "never" else await _sent(world)})


for _method, _rest in (("GET", ""), ("GET", "/report"), ("GET", "/file"), ("POST", "/confirm"), ("POST", "/retry")):
    for _state in ("owners", "never"):
        _route(_method, _rest, _state)


@request("POST /v1/imports", "everything")
async def _send(world: World) -> Asked:
    line = {"ref": world.fresh_ref(), **owners_home(RESIDENCE)}
    return Asked(query={"dry_run": "true"}, lines=[line], said=(line["ref"],))


@request("GET /v1/imports", "everything")
async def _imports(world: World) -> Asked:
    for actor in LANDLORDS:
        await _sent(world, actor)
    return Asked(query={"limit": 1000})


@request("GET /v1/imports", "owners-cursor")
async def _imports_further(world: World) -> Asked:
    for _ in range(2):
        await _sent(world)
    return Asked(query=await cursor_of(world, "GET", "/v1/imports", params={"limit": 1}))


def _flag(world: World, homes: int = 1) -> None:
    """Flag homes of the owner's as duplicates, and nobody else's."""
    world.admin.execute("DELETE FROM registry.stock_duplicates")
    for _ in range(homes):
        world.admin.execute(
            "INSERT INTO registry.stock_duplicates VALUES (%s, %s, 'RPLS')", (world.owner.id, secrets.token_hex(8))
        )


@request("GET /v1/duplicates", "everything")
async def _duplicates(world: World) -> Asked:
    _flag(world)
    return Asked(query={"limit": 1000})


@request("GET /v1/duplicates", "owners-cursor")
async def _duplicates_further(world: World) -> Asked:
    _flag(world, homes=2)
    return Asked(query=await cursor_of(world, "GET", "/v1/duplicates", params={"limit": 1}))


def _trial(state: str) -> None:
    @request("POST /v1/mappings/{name}/try", state)
    async def make(world: World) -> Asked:
        name = fresh_name()
        if state == "owners":
            await world.client.put(f"/v1/mappings/{name}", json=BODIES["mappings"], headers=world.owner.headers)
        return Asked({"name": name}, lines=[{"NUM": "1"}])


for _state in ("owners", "never"):
    _trial(_state)
