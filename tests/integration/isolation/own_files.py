"""The requests of ``/v1/sources`` and ``/v1/mappings``: on the owner's."""

import secrets
from typing import Any, Final

from tests.integration.isolation.requests import Asked, cursor_of, request
from tests.integration.isolation.world import World
from tests.support.sources import PUSH

LANDLORDS: Final = ("owner", "member", "outsider", "lapsed")
BODIES: Final[dict[str, dict[str, Any]]] = {
    "sources": PUSH,
    "mappings": {"columns": [{"from": "NUM", "to": "ref"}]},
}


def fresh_name() -> str:
    """Return a name that nobody has given; all have one length, so that answers can be compared."""
    return f"o-{secrets.token_hex(8)}"


async def _named(world: World, kind: str, actor: str = "owner") -> str:
    name = fresh_name()
    answer = await world.client.put(f"/v1/{kind}/{name}", json=BODIES[kind], headers=world.headers[actor])
    assert answer.status_code == 201, answer.text
    return name


def _route(method: str, kind: str, state: str) -> None:
    @request(f"{method} /v1/{kind}/{{name}}", state)
    async def make(world: World) -> Asked:
        name = fresh_name() if state == "never" else await _named(world, kind)
        return Asked({"name": name}, body=BODIES[kind] if method == "PUT" else None)


def _list(kind: str) -> None:
    @request(f"GET /v1/{kind}", "everything")
    async def everything(world: World) -> Asked:
        for actor in LANDLORDS:
            await _named(world, kind, actor)
        return Asked(query={"limit": 1000})

    @request(f"GET /v1/{kind}", "owners-cursor")
    async def cursor(world: World) -> Asked:
        for _ in range(2):
            await _named(world, kind)
        return Asked(query=await cursor_of(world, "GET", f"/v1/{kind}", params={"limit": 1}))


for _kind in BODIES:
    _list(_kind)
    for _state in ("owners", "never"):
        for _method in ("GET", "PUT", *(["DELETE"] if _kind == "sources" else [])):
            _route(_method, _kind, _state)
