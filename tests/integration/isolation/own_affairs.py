"""The requests of ``/v1/organisation/…``: on the owner's clients, keys, people, and all of its tokens."""

import uuid
from typing import Any, Final

from joserfc.jwk import ECKey

from registry.access.roles import roles_of_kind
from registry.identity.service import account
from registry.platform.crypto import keyring
from registry.platform.database import Role
from tests.integration.isolation.requests import Asked, cursor_of, plain, request
from tests.integration.isolation.world import World, renew
from tests.support.database import BASE_URL
from tests.support.people import join

CLIENTS: Final = "/v1/organisation/clients"
CLIENT: Final = f"{CLIENTS}/{{client_id}}"
MEMBER: Final = "/v1/organisation/members/{user_id}"
INVITATIONS: Final = "/v1/organisation/invitations"
NO_CLIENT: Final = "client-0123456789abcdef"
NO_ID: Final = "0badc0de-0bad-4bad-8bad-0badc0de0bad"
GIVEN: Final = {"name": "Another name", "scopes": ["territories:read"]}
ACTORS: Final = ("owner", "member", "outsider", "lapsed", "coordinator", "far", "partner")


def key(kid: str) -> dict[str, Any]:
    made: dict[str, Any] = ECKey.generate_key("P-256", {"kid": kid}).as_dict(private=False)
    return made


async def client_of_owner(world: World, **changes: Any) -> dict[str, Any]:
    """Have the owner register a client; return it."""
    answer = await world.client.post(CLIENTS, json={**GIVEN, **changes}, headers=world.owner.headers)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()["client"]
    return made


async def member_of(world: World, actor: str = "owner") -> str:
    """Have a person join; return who it is."""
    member = world.people[actor]
    role = max(roles_of_kind(member.kind))  # no administrator: the last one stays
    return str((await join(world.database, world.settings, member.id, role)).id)


async def invited_by(world: World, actor: str = "owner") -> str:
    """Have an organisation invite a person; return the invitation's id."""
    member, id_ = world.people[actor], uuid.uuid4()
    async with world.database.transaction(Role.AUTH, actor="tests") as session:
        await account.invite(
            session=session, keys=keyring(world.settings), base_url=BASE_URL, organisation=member.id,
            email=f"{id_.hex[:12]}@bailleur.example", role=min(roles_of_kind(member.kind)), invitation_id=id_,
        )  # fmt: skip
    return str(id_)


plain("GET /v1/whoami")
# Of credentials and people: in a chain of stock stand references, which two landlords may use alike.
plain("GET /v1/audit/events", query={"limit": 1000, "action": "identity:"})
plain("GET /v1/audit/export", query={"action": "identity:"}, headers={"Accept": "text/csv"})
plain("GET /v1/audit/verification")
plain(f"GET {CLIENTS}", query={"limit": 1000})
plain(f"POST {CLIENTS}", body=GIVEN, said=("Another name",))
plain(f"POST {INVITATIONS}", body={"email": "someone@bailleur.example", "role": "landlord_reader"})


@request(f"POST {CLIENTS}", "owners-key")
async def _owners_key(world: World) -> Asked:
    asked = Asked(body=GIVEN, headers={"Idempotency-Key": f"key-{uuid.uuid4()}"}, said=("Another name",))
    answer = await world.client.post(CLIENTS, json=GIVEN, headers={**asked.headers, **world.owner.headers})
    assert answer.status_code == 201, answer.text
    return asked


def _client_route(method: str, state: str) -> None:
    @request(f"{method} {CLIENT}", state)
    async def make(world: World) -> Asked:
        made = {"client_id": NO_CLIENT, "version": "0123456789abcdef"}
        if "never" not in state:
            made = await client_of_owner(world)
        headers = {"If-Match": f'"{made["version"]}"'} if "match" in state else {}
        body = GIVEN if method == "PUT" else None
        return Asked({"client_id": made["client_id"]}, headers=headers, body=body, said=(made["version"],))


for _state in ("owners", "never"):
    _client_route("GET", _state)
for _state in ("owners", "never", "if-match", "match-never"):
    _client_route("PUT", _state)
    _client_route("DELETE", _state)


def _credential_route(method: str, what: str, state: str) -> None:
    route = f"{method} {CLIENT}/{what}"
    place = {"secrets": "secret_id", "keys": "kid"}[what]

    @request(f"{route}/{{{place}}}" if method == "DELETE" else route, state)
    async def make(world: World) -> Asked:
        client_id, named = NO_CLIENT, NO_ID
        if state != "never":
            by_key = {"auth_method": "private_key_jwt", "keys": [key(NO_ID[::-1]), key("second")]}
            made = await client_of_owner(world, **(by_key if what == "keys" else {}))
            client_id = made["client_id"]
            named = NO_ID if "-" in state else made["secrets"][0]["id"] if what == "secrets" else NO_ID[::-1]
        if method == "DELETE":
            return Asked({"client_id": client_id, place: named})
        return Asked({"client_id": client_id}, body={} if what == "secrets" else key("third"))


for _what in ("secrets", "keys"):
    for _state in ("owners", "never"):
        _credential_route("POST", _what, _state)
    for _state in ("owners", "never", f"never-{_what.removesuffix('s')}"):
        _credential_route("DELETE", _what, _state)


@request("GET /v1/audit/events", "owners-cursor")
async def _audit_further(world: World) -> Asked:
    return Asked(query=await cursor_of(world, "GET", "/v1/audit/events", params={"limit": 1, "action": "identity:"}))


@request("GET /v1/organisation/members", "everything")
async def _members(world: World) -> Asked:
    for actor in ACTORS:
        await member_of(world, actor)
    return Asked(query={"limit": 1000})


@request(f"GET {INVITATIONS}", "everything")
async def _invitations(world: World) -> Asked:
    for actor in ACTORS:
        await invited_by(world, actor)
    return Asked(query={"limit": 1000})


@request("GET /v1/organisation/members", "owners-cursor")
async def _members_cursor(world: World) -> Asked:
    for _ in range(2):
        await member_of(world)
    return Asked(query=await cursor_of(world, "GET", "/v1/organisation/members", params={"limit": 1}))


@request(f"GET {INVITATIONS}", "owners-cursor")
async def _invitations_cursor(world: World) -> Asked:
    for _ in range(2):
        await invited_by(world)
    return Asked(query=await cursor_of(world, "GET", INVITATIONS, params={"limit": 1}))


@request(f"GET {CLIENTS}", "owners-cursor")
async def _clients_cursor(world: World) -> Asked:
    for _ in range(2):
        await client_of_owner(world)
    return Asked(query=await cursor_of(world, "GET", CLIENTS, params={"limit": 1}))


def _member_route(method: str, state: str) -> None:
    @request(f"{method} {MEMBER}", state)
    async def make(world: World) -> Asked:
        user = NO_ID if "never" in state else await member_of(world)
        listed = await world.client.get("/v1/organisation/members?limit=1000", headers=world.owner.headers)
        versions = {item["user_id"]: item["version"] for item in listed.json()["items"]}
        version = versions.get(user, "0123456789abcdef")
        headers = {"If-Match": f'"{version}"'} if "match" in state else {}
        body = {"roles": ["landlord_reader"]} if method == "PUT" else None
        return Asked({"user_id": user}, headers=headers, body=body, said=(version,))


for _state in ("owners", "never", "if-match", "match-never"):
    _member_route("PUT", _state)
    _member_route("DELETE", _state)


@request(f"DELETE {INVITATIONS}/{{invitation_id}}", "owners")
async def _invitation(world: World) -> Asked:
    return Asked({"invitation_id": await invited_by(world)})


plain(f"DELETE {INVITATIONS}/{{invitation_id}}", "never", parameters={"invitation_id": NO_ID})


WEBHOOKS: Final = "/v1/organisation/webhooks"
_WEBHOOK: Final = {"url": "https://hooks.example/own", "events": ["import.failed"]}
plain(f"GET {WEBHOOKS}")


async def _webhook(world: World, name: str) -> str:
    """Make a webhook of the owner's, two of them, and two deliveries to each."""
    everybody = [person.id for person in world.people.values()]
    world.admin.execute("DELETE FROM registry.webhook_endpoints WHERE organisation_id = ANY(%s)", [everybody])
    for each in (name, f"{name}-2"):
        answer = await world.client.put(f"{WEBHOOKS}/{each}", json=_WEBHOOK, headers=world.owner.headers)
        assert answer.status_code == 200, answer.text
        for _ in range(2):
            await world.client.post(f"{WEBHOOKS}/{each}/test", headers=world.owner.headers)
    return name


def _webhook_route(method: str, part: str, state: str, body: Any = None, said: tuple[str, ...] = ()) -> None:
    @request(f"{method} {WEBHOOKS}/{{name}}{part}", state)
    async def make(world: World) -> Asked:
        name = await _webhook(world, "erp")
        given = {"name": "nobodys" if state == "never" else name}
        query = {}
        if state == "owners-cursor":
            query = await cursor_of(world, method, f"{WEBHOOKS}/{name}{part}", params={"limit": 1})
        return Asked(given, query=query, body=body, said=said)


for _state in ("owners", "never"):
    _webhook_route("GET", "", _state)
    _webhook_route("DELETE", "", _state)
    _webhook_route("GET", "/deliveries", _state)
    _webhook_route("POST", "/test", _state)
    _webhook_route("POST", "/replay", _state, {"since": "2026-03-01T08:00:00Z"})
_webhook_route("GET", "/deliveries", "owners-cursor")
_webhook_route("PUT", "", "owners", _WEBHOOK, ("https://hooks.example/own",))
_webhook_route("PUT", "", "refused", {**_WEBHOOK, "url": "https://elsewhere.example/"}, ("https://elsewhere.example/",))


@request(f"GET {WEBHOOKS}", "owners-cursor")
async def _webhooks_cursor(world: World) -> Asked:
    await _webhook(world, "erp")
    return Asked(query=await cursor_of(world, "GET", WEBHOOKS, params={"limit": 1}))


@request("POST /v1/organisation:revoke-all", "owners")
async def _revoke_all(world: World) -> Asked:
    own = str(world.owner.id)
    return Asked(body={"organisation_id": own}, said=(own,), afterwards=renew)


plain("POST /v1/organisation:revoke-all", "never", body={"organisation_id": NO_ID}, said=(NO_ID,))


# Leaving

OFFBOARDING: Final = "/v1/organisation/offboarding"


async def stay(world: World) -> None:
    await world.client.delete(OFFBOARDING, headers=world.owner.headers)


@request(f"POST {OFFBOARDING}", "owners")
async def _leave(world: World) -> Asked:
    own = str(world.owner.id)
    return Asked(body={"organisation_id": own}, said=(own,), afterwards=stay)


@request(f"GET {OFFBOARDING}", "owners")
@request(f"DELETE {OFFBOARDING}", "owners")
async def _leaving(world: World) -> Asked:
    given = {"organisation_id": str(world.owner.id)}
    asked = await world.client.post(OFFBOARDING, json=given, headers=world.owner.headers)
    assert asked.status_code == 202, asked.text
    return Asked(afterwards=stay)


@request(f"GET {OFFBOARDING}", "never")
@request(f"DELETE {OFFBOARDING}", "never")
async def _staying(world: World) -> Asked:
    await stay(world)
    return Asked()


plain(f"POST {OFFBOARDING}", "never", body={"organisation_id": NO_ID}, said=(NO_ID,))
plain("GET /v1/organisation")
