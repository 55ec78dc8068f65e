"""The requests on what territories are made of; the state is where it is asked.

Both territories stay as they are: what is written is what they were made of, and a new one is taken away again.
"""

from typing import Any, Final

from tests.integration.isolation.requests import Asked, plain, request
from tests.integration.isolation.world import World
from tests.support.territory import Territory

DEFINITION: Final = "/v1/territories/{territory_id}/definition"
FREE: Final = "t-of-nobody-yet"


def _composition(territory: Territory) -> dict[str, Any]:
    return {"communes": territory.communes}


def _of_territory(method: str, part: str, state: str) -> None:
    @request(f"{method} {DEFINITION}{part}", state)
    async def make(world: World) -> Asked:
        territory = world.there if state == "there" else world.here
        slug = "t-01234567" if state == "never" else territory.slug
        body: dict[str, Any] | None = _composition(territory)
        if method == "GET":
            body = None
        elif method == "PUT":
            body = {"name": territory.slug, "composition": body}
        headers = {"If-Match": '"77199"'} if state == "if-match" else {}
        return Asked({"territory_id": slug}, body=body, headers=headers)


for _state in ("here", "there", "never"):
    _of_territory("GET", "", _state)
    _of_territory("PUT", "", _state)
    _of_territory("POST", "/preview", _state)
_of_territory("PUT", "", "if-match")


def _create(state: str) -> None:
    @request("POST /v1/territories", state)
    async def make(world: World) -> Asked:
        slug = world.there.slug if state == "taken" else FREE
        body = {"id": slug, "name": "Territoire", "composition": _composition(world.here)}
        return Asked({}, body=body, afterwards=_take_away)


async def _take_away(world: World) -> None:
    found = "(SELECT id FROM registry.territories WHERE slug = %s)"
    world.admin.execute(f"DELETE FROM registry.territory_communes WHERE territory_id IN {found}".encode(), (FREE,))
    world.admin.execute("DELETE FROM registry.territories WHERE slug = %s", (FREE,))


for _state in ("free", "taken"):
    _create(_state)

PAGE: Final = "/console/territories"
_ONE: Final = {"slug": "never"}
for _route in (PAGE, f"{PAGE}/-/new", f"{PAGE}/-/codes"):
    plain(f"GET {_route}")
for _route in (f"{PAGE}/{{slug}}", f"{PAGE}/{{slug}}/composition"):
    plain(f"GET {_route}", "never", parameters=_ONE)
for _route in (f"{PAGE}/-/new", f"{PAGE}/{{slug}}/composition", f"{PAGE}/{{slug}}/composition/confirm"):
    _parameters = _ONE if "{slug}" in _route else {}
    plain(f"POST {_route}", "no-form", parameters=_parameters, form={"name": "x"})
    plain(f"POST {_route}", "forged-form", parameters=_parameters, form={"form_token": "forged"})
