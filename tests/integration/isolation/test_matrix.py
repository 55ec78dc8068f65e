"""Every route, asked by everybody, for every state of the owner's objects, answers what the table says."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, LiteralString
from urllib.parse import urlsplit

import httpx
import pytest
from fastapi import APIRouter, FastAPI
from fastapi.routing import iter_route_contexts

from registry.access.scopes import Scope
from registry.asgi import at_the_edge
from tests.integration.isolation import (  # register their requests
    own_affairs,  # noqa: F401
    own_assessments,  # noqa: F401
    own_cases,  # noqa: F401
    own_charters,  # noqa: F401
    own_facts,  # noqa: F401
    own_files,  # noqa: F401
    own_imports,  # noqa: F401
    own_proposals,  # noqa: F401
    own_territories,  # noqa: F401
    own_vacated,  # noqa: F401
    own_works,  # noqa: F401
)
from tests.integration.isolation.expectations import ACTORS, LIKE_NEVER, OUTCOMES, TABLE, Outcome, Row, rows
from tests.integration.isolation.requests import REQUESTS, Asked
from tests.integration.isolation.world import LISTING_FIELDS, SIGNATORY, World
from tests.support.database import BASE_URL

ROWS = rows()
OTHERS = tuple(actor for actor in ACTORS if actor != "owner")
OWN_LISTS: dict[str, LiteralString] = {
    "GET /v1/audit/events": "SELECT encode(hash, 'hex') FROM registry.audit_events WHERE organisation_id = %s"
    " AND starts_with(action, 'identity:')",
    "GET /v1/residences": "SELECT ref FROM registry.residences WHERE organisation_id = %s",
    "GET /v1/homes": "SELECT ref FROM registry.homes WHERE organisation_id = %s",
    "GET /v1/assessments": "SELECT r.ref FROM registry.residence_indexes i"
    " JOIN registry.residences r ON r.id = i.residence_id WHERE i.organisation_id = %s",
    "GET /v1/imports": "SELECT id FROM registry.sync_runs WHERE organisation_id = %s",
    "GET /v1/duplicates": "SELECT ref FROM registry.stock_duplicates WHERE organisation_id = %s",
    "GET /v1/transfer-cases": "SELECT id FROM registry.transfer_cases WHERE organisation_id = %s",
    "GET /v1/proposals": "SELECT id FROM registry.transfer_proposals WHERE %s IN (organisation_id, owner_id)",
    "GET /v1/vacated-homes": "SELECT id FROM registry.vacated_homes WHERE organisation_id = %s",
    "GET /v1/lift-outages": "SELECT id FROM registry.lift_outages WHERE organisation_id = %s",
    "GET /v1/sources": "SELECT id FROM registry.sync_sources WHERE organisation_id = %s",
    "GET /v1/mappings": "SELECT DISTINCT name FROM registry.sync_mappings WHERE organisation_id = %s",
    "GET /v1/positions-to-review": "SELECT ref FROM registry.residences WHERE organisation_id = %s"
    " AND candidate_position IS NOT NULL AND position IS NULL",
    "GET /v1/territories/{territory_id}/signatures": "SELECT id FROM registry.signatures WHERE organisation_id = %s",
    "GET /v1/organisation/clients": "SELECT client_id FROM registry.oauth_clients WHERE organisation_id = %s",
    "GET /v1/organisation/members": "SELECT user_id FROM registry.memberships WHERE organisation_id = %s",
    "GET /v1/organisation/invitations": "SELECT id FROM registry.single_use_links WHERE organisation_id = %s"
    " AND purpose = 'invitation' AND used_at IS NULL AND expires_at > now()",
}
"""Lists of what is the caller's own: exactly these rows."""
SHOWN_ON_PURPOSE = {("GET /v1/territories/{territory_id}/signatures", "coordinator"): {SIGNATORY}}
"""What somebody else may read of the owner: its coordinator, who signed."""
UNNAMED_HEADERS = frozenset({"x-correlation-id", "content-length"})


def routes_of(app: FastAPI) -> set[str]:
    """Return every operation that ``app`` answers. HEAD is GET without the body."""
    return {
        f"{method} {route.path_format}"
        for route in iter_route_contexts(app.routes)
        for method in route.methods or {"ANY"}
        if method != "HEAD"
    }


def without_expectations(app: FastAPI, table: str = TABLE) -> list[str]:
    """Return what is missing from the table, each as a sentence that says what to do."""
    stated = {row.route for row in rows(table)}
    actual = routes_of(app)
    return [
        f"{route} has no expectations: add its section to TABLE in tests/integration/isolation/expectations.py, a line"
        " for each state of its object with a cell for each actor, and the requests of these states to requests.py"
        for route in sorted(actual - stated)
    ] + [f"{route} is in the table and no longer in the application" for route in sorted(stated - actual)]


def test_every_route_states_what_everybody_gets(world: World) -> None:
    assert without_expectations(world.app) == []
    assert sorted((row.route, row.state) for row in ROWS) == sorted(REQUESTS), "one request for each row"


def test_new_route_without_expectations_is_named(world: World) -> None:
    router = APIRouter(prefix="/v1")
    router.add_api_route("/secrets/{ref}", lambda: None, methods=["GET"])
    grown = FastAPI(openapi_url=None)
    grown.router.routes.extend(world.app.routes)
    grown.include_router(router)
    (sentence,) = without_expectations(grown)
    assert sentence.startswith("GET /v1/secrets/{ref} has no expectations: add its section to TABLE")
    shrunk = TABLE.replace("GET /healthz", "GET /gone")
    assert {sentence.split(" has")[0].split(" is")[0] for sentence in without_expectations(world.app, shrunk)} == {
        "GET /healthz",
        "GET /gone",
    }


def test_row_with_a_cell_too_few_is_an_error() -> None:
    with pytest.raises(ValueError, match="1 cells for 13 actors"):
        rows(TABLE.splitlines()[1] + "\nGET /new\nstate ok\n")


def scope_of(app: FastAPI, route: str) -> Scope | None:
    """Return the scope that the API's document asks for."""
    method, path = route.split()
    operation = app.openapi()["paths"].get(path, {}).get(method.lower(), {})
    (required,) = operation.get("security", [{}])
    scopes = required.get("oauth2", [])
    return Scope(scopes[0]) if scopes else None


async def ask(world: World, row: Row, actor: str, asked: Asked) -> httpx.Response:
    method, path = row.route.split()
    url = path.format(**{name: value.replace("/", "%2F") for name, value in asked.parameters.items()})
    headers = {**world.authorization(actor, scope_of(world.app, row.route)), **asked.headers}
    member = world.people.get({"narrow": "owner", "expired": "owner"}.get(actor, actor))
    if asked.own_secret and member is not None:
        value = httpx.BasicAuth(member.client_id, member.client_secret)._auth_header
        headers["Authorization"] = value
    content = asked.content()
    headers |= asked.headers if "Authorization" in asked.headers else {}
    if "Content-Type" in asked.headers:
        headers["Content-Type"] = asked.headers["Content-Type"]
    world.client.cookies.clear()  # a page gives a browser its cookie: the actors do not share one browser
    if asked.peer == "127.0.0.1":
        return await world.client.request(method, url, params=asked.query, headers=headers, **content)
    transport = httpx.ASGITransport(
        at_the_edge(world.app, world.settings), raise_app_exceptions=False, client=(asked.peer, 50_000)
    )
    async with httpx.AsyncClient(transport=transport, base_url=BASE_URL) as far:
        return await far.request(method, url, params=asked.query, headers=headers, **content)


def bleached(answer: httpx.Response, asked: Asked) -> tuple[str, str]:
    """Return body and headers without what differs by nature: the instance, the correlation, the caller's own words."""
    body = answer.text
    if answer.headers.get("content-type") == "application/problem+json":
        stated = json.loads(body)
        body = body.replace(stated["instance"], "<instance>").replace(stated["correlation_id"], "<correlation>")
    for word in sorted(asked.words(), key=len, reverse=True):
        body = body.replace(word, "<said>")
    headers = [f"{name}: {value}" for name, value in answer.headers.multi_items() if name not in UNNAMED_HEADERS]
    return body, "\n".join(headers)


def code_of(answer: httpx.Response) -> str | None:
    if answer.is_redirect:
        return urlsplit(answer.headers["location"]).path
    if answer.status_code < 400 or answer.headers["content-type"].startswith("text/html"):
        return None
    stated = answer.json()
    return str(stated["code"] if "code" in stated else stated["error"])


def seen_in(world: World, row: Row, actor: str, answer: httpx.Response) -> str | None:
    """Return what the answer shows, in the words of the table."""
    body = answer.json()
    if row.route == "POST /oauth/introspect":
        return "active" if body["active"] else "inactive" if body == {"active": False} else f"more: {body}"
    if row.route.endswith("batch"):
        ((status, count),) = [(name, body[name]) for name in ("created", "updated", "rejected") if body[name]]
        return status if count == 1 else None
    names = ("id", "ref", "client_id", "hash", "user_id", "name", "listing_id")
    ids = [next(item[name] for name in names if name in item) for item in body["items"]]
    assert len(set(ids)) == len(ids), "nothing twice"
    found = set(ids)
    if not found:
        return "nothing"
    if row.route in OWN_LISTS:
        rows_of = world.admin.execute(OWN_LISTS[row.route], (world.people[actor].id,))
        own = {str(identifier) for (identifier,) in rows_of}
        return "own" if found == own else "some" if found < own else "foreign rows"
    of_owner = {
        str(identifier)
        for (identifier,) in world.admin.execute(
            "SELECT id FROM registry.listings WHERE organisation_id = %s", (world.owner.id,)
        )
    }
    sets = {"owners": of_owner, "here": world.listed(world.here), "there": world.listed(world.there)}
    exactly = next((name for name, ids in sets.items() if found == ids), None)
    return exactly or ("some" if found < sets["here"] else f"other listings: {found}")


def leaks(world: World, secrets: set[str], answer: httpx.Response, asked: Asked, actor: str) -> Iterator[str]:
    """Yield what an answer to somebody else says of the owner's private rows."""
    text = "\n".join(bleached(answer, asked))
    said = {secret for secret in secrets if secret in text}
    actor = "owner" if actor == "narrow" else actor  # the owner itself, with a token that is not for this route
    if said and actor in world.people:  # references are each landlord's own: two may use the same
        who = world.people[actor]
        said -= (
            {who.client_id, who.client_secret} | world.refs_of(who.id, "homes") | world.refs_of(who.id, "residences")
        )
    yield from (f"says {secret!r}" for secret in said)
    if not answer.content or not answer.headers.get("content-type", "").endswith("json"):
        return
    waiting: list[Any] = [answer.json()]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting += value
        if isinstance(value, dict):
            waiting += value.values()
            if {"landlord", "location"} <= set(value):
                yield from (f"shows the field {name!r}" for name in set(value) - LISTING_FIELDS)
            place = [(value.get(axis), world.position[axis]) for axis in ("lon", "lat")]
            if all(isinstance(shown, float) and abs(shown - true) < 0.000_02 for shown, true in place):
                yield f"shows the true place {value}"


def complaint(world: World, row: Row, actor: str, asked: Asked, answer: httpx.Response) -> str | None:
    """Return how an answer differs from its cell."""
    expected: Outcome = OUTCOMES[row.cells[actor]]
    given = Outcome(answer.status_code, code_of(answer), expected.sees)
    if given != expected:
        return (
            f"{actor}: expected {expected.status} {expected.code or ''}, got {answer.status_code} {answer.text[:300]}"
        )
    if expected.sees is not None and (sees := seen_in(world, row, actor, answer)) != expected.sees:
        return f"{actor}: expected to see {expected.sees!r}, sees {sees!r}: {answer.text[:300]}"
    return None


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.route.replace(' ', '-')}-{row.state}")
async def test_route_answers_everybody_as_stated(world: World, row: Row) -> None:
    asked = await REQUESTS[row.route, row.state](world)
    before, secrets = world.owners_state(), set(world.secrets())
    wrong = []
    for actor in OTHERS:  # the owner last: it may be about to delete the object
        answer = await ask(world, row, actor, asked)
        wrong.append(complaint(world, row, actor, asked, answer))
        hidden = secrets - SHOWN_ON_PURPOSE.get((row.route, actor), set())
        wrong += [f"{actor}: {leak}" for leak in leaks(world, hidden, answer, asked, actor)]
        assert "idempotent-replayed" not in answer.headers, "another organisation's answer"
    assert world.owners_state() == before, "somebody else's request changed the owner's rows"
    wrong.append(complaint(world, row, "owner", asked, await ask(world, row, "owner", asked)))
    if asked.afterwards is not None:
        await asked.afterwards(world)
    world.forget_fresh()
    assert [sentence for sentence in wrong if sentence] == []


@pytest.mark.parametrize("route", LIKE_NEVER, ids=lambda route: route.replace(" ", "-"))
async def test_answer_about_what_is_hidden_is_that_about_nothing(world: World, route: str) -> None:
    """Byte for byte and header for header, for every actor whose cell is that of the row about nothing."""
    cells = {row.state: row.cells for row in ROWS if row.route == route}
    compared = 0
    answers: dict[str, dict[str, tuple[str, str]]] = defaultdict(dict)
    for never, hidden in LIKE_NEVER[route].items():
        for state in (never, *hidden):
            asked = await REQUESTS[route, state](world)
            for actor in OTHERS:
                answers[actor][state] = bleached(await ask(world, Row(route, state, {}), actor, asked), asked)
        for actor in OTHERS:
            for state in hidden:
                if cells[state][actor] == cells[never][actor]:
                    assert answers[actor][state] == answers[actor][never], f"{actor} can tell {state} from {never}"
                    compared += 1
    assert compared >= len(OTHERS)


HIDDEN = [row for row in ROWS if row.route.startswith("GET /v1/") and row.state in ("shared", "with-homes", "there")]


@pytest.mark.parametrize("row", HIDDEN, ids=lambda row: row.route.replace(" ", "-"))
async def test_head_answers_a_stranger_as_get_does(world: World, row: Row) -> None:
    asked = await REQUESTS[row.route, row.state](world)
    for actor in ("member", "outsider", "partner", "anonymous"):
        url = row.route.split()[1].format(**asked.parameters)
        answer = await world.client.head(url, headers=world.authorization(actor, None))
        assert (answer.status_code, answer.content) == (OUTCOMES[row.cells[actor]].status, b""), actor


def test_table_has_no_owner_s_cell_for_others(world: World) -> None:
    """A slip of the table itself: a stranger's cell may say "ok" only where the table's own words allow it."""
    private = re.compile(r"/v1/(homes|residences|sources|mappings)")
    for row in ROWS:
        if private.search(row.route) and row.route.startswith(("GET", "DELETE")):
            shown = {row.cells[actor] for actor in OTHERS} & {"ok", "gone", "some", "inuse"}
            assert not shown, f"{row.route}, {row.state}: {shown}"
