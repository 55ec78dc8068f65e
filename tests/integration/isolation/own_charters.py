"""The requests on charters: versions, their preparation by a coordinator, signatures, adhesions.

The state is where it is asked, and of what: ``here`` and ``there`` have a version in force each, ``here`` has a draft.
"""

import uuid
from typing import Any, Final

from registry.charter import service as charter
from registry.charter.schemas.invitations import INVITATION_EXAMPLE
from registry.charter.schemas.versions import DRAFT_EXAMPLE, PROPOSAL_EXAMPLE, SIGNATURE_EXAMPLE
from registry.listings.service.place import place_requested
from registry.platform.database import Role
from tests.integration.isolation.requests import Asked, plain, request
from tests.integration.isolation.world import SIGNATORY, World, draft_here, forget_tokens
from tests.support import territory as territories
from tests.support.territory import Territory

TERRITORY: Final = "/v1/territories/{territory_id}"
CHARTERS: Final = f"{TERRITORY}/charters"
DRAFT: Final = f"{CHARTERS}/draft"
VERSION: Final = f"{CHARTERS}/{{version}}"
NO_VERSION: Final = 99_177
NO_ORGANISATION: Final = uuid.UUID("0badc0de-0bad-4bad-8bad-0badc0de0bad")
DRAFT_VERSION: Final = 77_199
"""As long as the number of nothing: answers about the two can be compared."""


def _slug(world: World, state: str) -> str:
    return {"there": world.there.slug, "never": "t-01234567"}.get(state, world.here.slug)


async def _number(world: World, state: str) -> int:
    """Return the number of a version in a state; a draft gets the one of this module."""
    if state != "draft":
        return NO_VERSION if state == "no-version" else 1
    await draft_here(world)
    world.admin.execute(
        "UPDATE registry.charters SET version = %s WHERE territory_id = %s AND status = 'draft'",
        (DRAFT_VERSION, world.here.id),
    )
    return DRAFT_VERSION


def _of_version(method: str, part: str, state: str, body: dict[str, Any] | None = None) -> None:
    @request(f"{method} {VERSION}{part}", state)
    async def make(world: World) -> Asked:
        number = await _number(world, state)
        query = {"compared_with": number} if part == "/comparison" else {}
        return Asked({"territory_id": _slug(world, state), "version": str(number)}, query=query, body=body)


for _state in ("here", "draft", "no-version", "there", "never"):
    _of_version("GET", "", _state)
for _state in ("here", "draft", "no-version", "never"):
    _of_version("GET", "/comparison", _state)
for _state in ("in-force", "there", "never"):
    _of_version("POST", "/enact", _state)
for _state in ("draft", "no-version", "never"):
    _of_version("PUT", "/signature", _state, SIGNATURE_EXAMPLE)
_of_version("PUT", "/signature", "other-text", SIGNATURE_EXAMPLE)


def _of_territory(method: str, route: str, state: str, body: dict[str, Any] | None = None) -> None:
    @request(f"{method} {route}", state)
    async def make(world: World) -> Asked:
        await draft_here(world)
        _forget_draft(world, world.there)
        return Asked({"territory_id": _slug(world, state)}, body=body, afterwards=_put_back)


for _state in ("here", "there", "never"):
    _of_territory("GET", CHARTERS, _state)
    _of_territory("GET", f"{TERRITORY}/signatures", _state)
    _of_territory("GET", DRAFT, _state)
    _of_territory("PUT", DRAFT, _state, DRAFT_EXAMPLE)
    _of_territory("DELETE", DRAFT, _state)
    _of_territory("POST", f"{DRAFT}/propose", _state, PROPOSAL_EXAMPLE)
    _of_territory("POST", f"{DRAFT}/preview", _state)


def _forget_draft(world: World, territory: Territory) -> None:
    world.admin.execute("DELETE FROM registry.charters WHERE territory_id = %s AND status = 'draft'", (territory.id,))


async def _put_back(world: World) -> None:
    """Leave ``here`` with its first version in force and a draft, ``there`` with its first version alone."""
    places = [world.here.id, world.there.id]
    world.admin.execute("SET session_replication_role = replica")  # no charter comes into force twice
    world.admin.execute("DELETE FROM registry.charters WHERE version > 1 AND territory_id = ANY (%s)", (places,))
    world.admin.execute(
        "UPDATE registry.charters SET status = 'in_force', superseded_at = NULL WHERE territory_id = ANY (%s)",
        (places,),
    )
    world.admin.execute("RESET session_replication_role")
    await draft_here(world)


def _read_preview(state: str) -> None:
    """``unasked``: of ``here``, where nobody has asked for it."""

    @request(f"GET {DRAFT}/preview", state)
    async def make(world: World) -> Asked:
        await draft_here(world)
        _forget_draft(world, world.there)
        world.admin.execute("DELETE FROM registry.grid_previews WHERE territory_id = %s", (world.here.id,))
        if state == "here":
            path = f"/v1/territories/{world.here.slug}/charters/draft/preview"
            answer = await world.client.post(path, headers=world.here.coordinator.headers)
            assert answer.status_code == 202, answer.text
        return Asked({"territory_id": _slug(world, state)}, afterwards=_put_back)


for _state in ("here", "unasked", "there", "never"):
    _read_preview(_state)


@request(f"POST {VERSION}/enact", "here")
async def _enact(world: World) -> Asked:
    await draft_here(world)
    path = f"/v1/territories/{world.here.slug}/charters/draft/propose"
    answer = await world.client.post(path, json=PROPOSAL_EXAMPLE, headers=world.here.coordinator.headers)
    assert answer.status_code == 200, answer.text
    return Asked({"territory_id": world.here.slug, "version": str(answer.json()["version"])}, afterwards=_put_back)


@request(f"PUT {VERSION}/signature", "here")
async def _sign(world: World) -> Asked:
    path = f"/v1/territories/{world.here.slug}/charters/1"
    read = (await world.client.get(path, headers=world.owner.headers)).json()
    body = {**SIGNATURE_EXAMPLE, "text_sha256": read["text_sha256"]}
    return Asked({"territory_id": world.here.slug, "version": "1"}, body=body, afterwards=_without_the_outsider)


async def _without_the_outsider(world: World) -> None:
    for table in ("adhesions", "signatures"):
        world.admin.execute(
            f"DELETE FROM registry.{table} WHERE territory_id = %s AND organisation_id = %s".encode(),
            (world.here.id, world.people["outsider"].id),
        )
    forget_tokens(world.app)


def _leave(state: str) -> None:
    @request(f"DELETE {TERRITORY}/adhesion", state)
    async def make(world: World) -> Asked:
        return Asked({"territory_id": _slug(world, state)}, afterwards=_come_back)


for _state in ("here", "there", "never"):
    _leave(_state)


async def _come_back(world: World) -> None:
    await territories.sign(world.database, world.here, [world.owner], signed_by=SIGNATORY)
    await territories.sign(world.database, world.here, [world.people["member"]])
    await territories.sign(world.database, world.there, [world.people["outsider"]])
    await place_requested(world.jobs)
    forget_tokens(world.app)


ADHESIONS: Final = f"{TERRITORY}/adhesions"
for _state in ("here", "there", "never"):
    _of_territory("GET", ADHESIONS, _state)


def _decide(verb: str, state: str) -> None:
    """``waits``: the outsider has signed ``here``; ``elsewhere``: it is a member of ``there`` alone."""

    @request(f"POST {ADHESIONS}/{{organisation_id}}/{verb}", state)
    async def make(world: World) -> Asked:
        who = {
            "waits": world.people["outsider"].id, "member": world.people["member"].id,
            "lapsed": world.people["lapsed"].id, "nobody": NO_ORGANISATION,
        }.get(state, world.people["outsider"].id)  # fmt: skip
        if state == "waits":
            await _without_the_outsider(world)
            await _have_the_outsider_sign(world)
        place = world.there.slug if state == "there" else _slug(world, state)
        after = _without_the_outsider if state == "waits" else None
        return Asked({"territory_id": place, "organisation_id": str(who)}, afterwards=after)


async def _have_the_outsider_sign(world: World) -> None:
    own = world.people["outsider"].id
    async with world.database.transaction(Role.LANDLORD, organisation=own, actor="tests") as session:
        await charter.sign(session=session, organisation=own, territory_id=world.here.id, signed_by="Test Person")


for _state in ("waits", "member", "lapsed", "elsewhere", "nobody", "there", "never"):
    _decide("admit", _state)
    _decide("refuse", _state)


INVITATIONS: Final = f"{TERRITORY}/invitations"
NAMED: Final = f"{INVITATIONS}/{{siren}}"
SIREN: Final = "732829320"
for _state in ("here", "there", "never"):
    _of_territory("GET", INVITATIONS, _state)


def _invite(method: str, route: str, state: str, body: dict[str, Any] | None = None) -> None:
    """``here`` and ``there`` have each invited the same landlord; in ``uninvited`` nobody has invited it."""

    @request(f"{method} {route}", state)
    async def make(world: World) -> Asked:
        world.admin.execute("DELETE FROM registry.landlord_invitations WHERE siren = %s", (SIREN,))
        if state != "uninvited":
            world.admin.execute(
                "INSERT INTO registry.landlord_invitations (organisation_id, territory_id, siren, name, email,"
                " asked_at, expires_at) SELECT coordinator_id, id, %s, 'Invited', 'a@invited.example', ARRAY[now()],"
                " now() + interval '1 day' FROM registry.territories WHERE id = ANY (%s)",
                (SIREN, [world.here.id, world.there.id]),
            )
        return Asked({"territory_id": _slug(world, state), "siren": SIREN}, body=body)


for _state in ("here", "there", "uninvited", "never"):
    _invite("PUT", NAMED, _state, INVITATION_EXAMPLE)
    _invite("POST", f"{NAMED}/send", _state)
    _invite("DELETE", NAMED, _state)


# Pages

PAGES_OF: Final = {"territory": "t-01234567", "number": "1", "code": "1"}
for _route in (
    "GET /console/charter/{territory}",
    "GET /console/charter/{territory}/versions/{number}",
    "GET /console/charter/{territory}/comparison",
    "GET /console/charter/{territory}/signatures",
    "GET /console/charter/{territory}/draft/articles",
    "GET /console/charter/{territory}/draft/articles/{code}",
    "GET /console/charter/{territory}/draft/articles/{code}/remove",
    "GET /console/charter/{territory}/draft",
    "GET /console/charter/{territory}/draft/propose",
    "GET /console/charter/{territory}/draft/discard",
    "GET /console/charter/{territory}/versions/{number}/enact",
    "GET /console/charter/{territory}/draft/grid",
    "GET /console/charter/{territory}/versions/{number}/sign",
    "GET /console/charter/{territory}/withdraw",
    "GET /console/charter/{territory}/draft/terms",
):
    plain(_route, "never", parameters={name: value for name, value in PAGES_OF.items() if f"{{{name}}}" in _route})
for _route in (
    "POST /console/charter/{territory}/draft/articles",
    "POST /console/charter/{territory}/draft/articles/{code}",
    "POST /console/charter/{territory}/draft/articles/{code}/move",
    "POST /console/charter/{territory}/draft/articles/{code}/remove",
    "POST /console/charter/{territory}/draft",
    "POST /console/charter/{territory}/draft/propose",
    "POST /console/charter/{territory}/draft/discard",
    "POST /console/charter/{territory}/versions/{number}/enact",
    "POST /console/charter/{territory}/draft/grid",
    "POST /console/charter/{territory}/draft/preview",
    "POST /console/charter/{territory}/versions/{number}/sign",
    "POST /console/charter/{territory}/withdraw",
    "POST /console/charter/{territory}/draft/terms",
):
    _parameters = {name: value for name, value in PAGES_OF.items() if f"{{{name}}}" in _route}
    plain(_route, "no-form", parameters=_parameters, form={"email": "somebody@landlord.example"})
    plain(_route, "forged-form", parameters=_parameters, form={"form_token": "forged"})
