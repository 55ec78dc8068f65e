"""The request of every row of ``expectations.py``: the same one for every actor."""

import json
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

from registry.console.assets import built
from registry.kernel.geo import LonLat
from registry.platform.crypto import keyring
from registry.stock.service.geocode import geocode_waiting
from registry.transfers.service.demand import count_months
from tests.integration.isolation.world import (
    BUILDING,
    COMMON,
    DRAFTED,
    REPORTED,
    RESIDENCE,
    World,
    owners_home,
    owners_residence,
)
from tests.support.geocoder import Scripted, doubtful
from tests.support.measuring import measure
from tests.support.months import after_this_month
from tests.support.mvt import containing
from tests.support.stock import home, residence

NDJSON: Final = "application/x-ndjson"
NOBODY: Final = "OWNER-HOME-0123456789ab"
"""A reference like all others, of nothing."""


@dataclass
class Asked:
    """A request.

    Attributes:
        parameters: Values of the path's parameters.
        said: What the caller says of its own: it may stand in the answer, and differs between compared answers.
        own_secret: Authenticate with the actor's own client secret: ``True``; with a wrong one: ``False``.
        peer: Address that the request comes from.
        afterwards: Makes good what the owner's own request did to the world.
    """

    parameters: dict[str, str] = field(default_factory=dict)
    query: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None
    form: dict[str, str] | None = None
    lines: list[dict[str, Any]] | None = None
    said: tuple[str, ...] = ()
    own_secret: bool | None = None
    peer: str = "127.0.0.1"
    afterwards: "Callable[[World], Awaitable[None]] | None" = None

    def content(self) -> dict[str, Any]:
        """Return the body as httpx takes it."""
        if self.lines is not None:
            self.headers.setdefault("Content-Type", NDJSON)
            return {"content": "\n".join(json.dumps(line) for line in self.lines)}
        return {"data": self.form} if self.form is not None else {"json": self.body} if self.body is not None else {}

    def words(self) -> set[str]:
        """Return every word of the caller's own."""
        given = [*self.said, *self.parameters.values(), *map(str, self.query.values()), *self.headers.values()]
        return {word for word in given if len(word) > 3}


Make = Callable[[World], Awaitable[Asked]]
REQUESTS: Final[dict[tuple[str, str], Make]] = {}


def request(route: str, *states: str) -> Callable[[Make], Make]:
    def register(make: Make) -> Make:
        for state in states:
            REQUESTS[route, state] = make
        return make

    return register


def plain(route: str, state: str = "everything", **values: Any) -> None:
    async def make(world: World) -> Asked:
        return Asked(**values)

    REQUESTS[route, state] = make


# Residences


async def _residence(world: World, state: str) -> str:
    """Bring a residence of the owner into a state; return its reference."""
    if state in {"never", "match-never"}:
        return NOBODY
    ref = world.fresh_ref()
    await world.client.put(f"/v1/residences/{ref}", json=owners_residence(world), headers=world.owner.headers)
    if state == "with-homes":
        await world.publish(world.fresh_ref(), ref, building_ref="B1")
    if state == "deleted":
        await world.client.delete(f"/v1/residences/{ref}", headers=world.owner.headers)
    return ref


def _residence_route(method: str, state: str, under: str = "") -> None:
    @request(f"{method} /v1/residences/{{ref}}{under}", state)
    async def make(world: World) -> Asked:
        headers = {"If-Match": '"1"'} if "match" in state else {}
        return Asked({"ref": await _residence(world, state)}, headers=headers)


for _state in ("with-homes", "without-homes", "deleted", "never"):
    _residence_route("GET", _state)
    _residence_route("GET", _state, "/services")
    _residence_route("DELETE", _state)
for _state in ("if-match", "match-never"):
    _residence_route("DELETE", _state)


def _put_residence(state: str) -> None:
    @request("PUT /v1/residences/{ref}", state)
    async def make(world: World) -> Asked:
        slug = {"in-here": world.here.slug, "in-there": world.there.slug, "in-nowhere": "t-01234567"}.get(state)
        ref = world.fresh_ref() if slug else await _residence(world, state)
        given = residence(world.here.communes[0], world.here.point(900, 900), territory=slug, buildings=[{"ref": "B1"}])
        headers = {"If-Match": '"1"'} if "match" in state else {}
        return Asked({"ref": ref}, headers=headers, body=given, said=(slug or "",))


for _state in ("with-homes", "if-match", "match-never", "in-here", "in-there", "in-nowhere"):
    _put_residence(_state)


# Homes

CHANGES: Final[dict[str, dict[str, Any]]] = {
    "shared": {},
    "not-shared": {"facts": {}},
    "reserved": {"status": "reserved"},
    "withdrawn": {"status": "withdrawn"},
}


async def _home(world: World, state: str) -> tuple[str, str]:
    """Bring a home of the owner into a state; return its reference and the id under which it is, or was, listed."""
    if state in {"never", "match-never"}:
        return NOBODY, str(uuid.UUID(int=0xDEADBEEF << 64))
    ref = world.fresh_ref()
    changes = CHANGES.get(state, {})
    if state == "not-shared":
        answer = await world.client.put(
            f"/v1/homes/{ref}", json={**owners_home(), "facts": {}}, headers=world.owner.headers
        )
        return ref, answer.json()["listing_id"]
    listing = await world.publish(ref)
    assert listing in world.listed(world.here), "it was shared first"
    if changes:
        await world.publish(ref, **changes)
    if state == "deleted":
        await world.client.delete(f"/v1/homes/{ref}", headers=world.owner.headers)
    return ref, listing


def _home_route(method: str, state: str) -> None:
    @request(f"{method} /v1/homes/{{ref}}", state)
    async def make(world: World) -> Asked:
        headers = {"If-Match": '"1"'} if "match" in state else {}
        return Asked({"ref": (await _home(world, state))[0]}, headers=headers)


for _state in ("shared", "not-shared", "reserved", "withdrawn", "deleted", "never"):
    _home_route("GET", _state)
for _state in ("shared", "not-shared", "withdrawn", "deleted", "never", "if-match", "match-never"):
    _home_route("DELETE", _state)


def _put_home(state: str) -> None:
    @request("PUT /v1/homes/{ref}", state)
    async def make(world: World) -> Asked:
        ref = world.fresh_ref() if "-" in state and "match" not in state else (await _home(world, state))[0]
        headers = {"If-Match": '"1"'} if "match" in state else {}
        named = {"owners-resid": RESIDENCE, "never-resid": NOBODY}.get(state, COMMON)
        given = home(named)
        if state == "owners-bldg":
            await _building_of_owner(world)
        if state.endswith("-bldg"):
            given["building_ref"] = BUILDING if state == "owners-bldg" else "NO-BUILDING-01"
        return Asked({"ref": ref}, headers=headers, body=given, said=(named, given.get("building_ref", "")))


async def _building_of_owner(world: World) -> None:
    """Give the owner's residence COMMON, whose reference everybody uses, a building that nobody else has."""
    given = residence(world.here.communes[0], world.position, buildings=[{"ref": BUILDING}])
    answer = await world.client.put(f"/v1/residences/{COMMON}", json=given, headers=world.owner.headers)
    assert answer.status_code == 200, answer.text


for _state in (
    "shared", "withdrawn", "if-match", "match-never", "owners-resid", "never-resid", "owners-bldg", "never-bldg",
):  # fmt: skip
    _put_home(_state)


def _from_building(state: str) -> None:
    @request("GET /v1/residences/{ref}/services", state)
    async def make(world: World) -> Asked:
        await _building_of_owner(world)
        named = BUILDING if state == "owners-bldg" else "NO-BUILDING-01"
        return Asked({"ref": COMMON}, query={"building": named})


for _state in ("owners-bldg", "never-bldg"):
    _from_building(_state)


def _batch(state: str) -> None:
    @request("POST /v1/homes:batch", state)
    async def make(world: World) -> Asked:
        named = {"owners-resid": RESIDENCE, "never-resid": NOBODY}.get(state, COMMON)
        ref = (await _home(world, "shared"))[0] if state == "same-ref" else world.fresh_ref()
        asked = Asked(lines=[{"ref": ref, **home(named)}], said=(ref, named))
        if state in {"owners-key", "other-body"}:
            asked.headers = {"Idempotency-Key": f"key-{uuid.uuid4()}", "Content-Type": NDJSON}
            first = (
                asked.content()
                if state == "owners-key"
                else {"content": json.dumps({"ref": world.fresh_ref(), **home(COMMON)})}
            )
            answer = await world.client.post(
                "/v1/homes:batch", **first, headers={**asked.headers, **world.owner.headers}
            )
            assert answer.status_code == 200, answer.text
        return asked


for _state in ("same-ref", "owners-resid", "never-resid", "owners-key", "other-body"):
    _batch(_state)


# Lists of stock

plain("GET /v1/residences", query={"limit": 1000})
plain("GET /v1/homes", query={"limit": 1000})
plain("GET /v1/changes", query={"limit": 1000})
plain("GET /v1/exports/homes")
plain("GET /v1/exports/residences")
plain("GET /v1/residence-facts/form")
plain("GET /v1/homes", "of-residence", query={"residence_ref": RESIDENCE})
plain("GET /v1/homes", "never", query={"residence_ref": NOBODY})


async def cursor_of(world: World, method: str, path: str, **given: Any) -> dict[str, Any]:
    """Return the query of the owner's second page."""
    await _home(world, "shared")
    await _residence(world, "without-homes")
    answer = await world.client.request(method, path, headers=world.owner.headers, **given)
    assert answer.status_code == 200, answer.text
    following = answer.json()["next"]
    assert following, "a first page with a next one"
    return dict(httpx.URL(following).params)


def _cursor_route(route: str, query: dict[str, Any]) -> None:
    @request(route, "owners-cursor")
    async def make(world: World) -> Asked:
        method, path = route.split()
        return Asked(query=await cursor_of(world, method, path, params=query))


for _route in ("GET /v1/residences", "GET /v1/changes", "GET /v1/homes", "GET /v1/listings"):
    _cursor_route(_route, {"limit": 1})


# Positions to review


async def _doubt(world: World) -> str:
    """Give the owner a residence with a doubtful find; return its reference."""
    ref = world.fresh_ref()
    given = {**owners_residence(world), "position": None, "buildings": []}
    await world.client.put(f"/v1/residences/{ref}", json=given, headers=world.owner.headers)
    await geocode_waiting(world.jobs, Scripted(doubtful(**world.position)))
    return ref


@request("GET /v1/positions-to-review", "everything")
async def _positions(world: World) -> Asked:
    await _doubt(world)
    return Asked(query={"limit": 1000})


@request("GET /v1/positions-to-review", "owners-cursor")
async def _positions_further(world: World) -> Asked:
    await _doubt(world)
    await _doubt(world)
    return Asked(query=await cursor_of(world, "GET", "/v1/positions-to-review", params={"limit": 1}))


def _review(state: str) -> None:
    @request("PUT /v1/positions-to-review/{ref}", state)
    async def make(world: World) -> Asked:
        ref = {"never": NOBODY, "stated": RESIDENCE}.get(state) or await _doubt(world)
        headers = {"If-Match": '"1"'} if "match" in state else {}
        return Asked({"ref": ref}, headers=headers, body={"decision": "refuse"})


for _state in ("waiting", "if-match", "stated", "never"):
    _review(_state)


# Listings


def around(world: World, metres: float = 2_000) -> dict[str, Any]:
    """Return a square around the owner's true place."""
    lon, lat = world.position["lon"], world.position["lat"]
    east, north = metres / 78_800, metres / 111_200
    ring = [[lon - east, lat - north], [lon + east, lat - north], [lon + east, lat + north], [lon - east, lat + north]]
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


def _slug(world: World, state: str) -> dict[str, str]:
    slugs = {"in-here": world.here.slug, "in-there": world.there.slug, "in-nowhere": "t-01234567"}
    return {"territory": slugs[state]} if state in slugs else {}


def _search(state: str) -> None:
    @request("GET /v1/listings", state)
    async def make(world: World) -> Asked:
        query: dict[str, Any] = {"limit": 50, **_slug(world, state)}
        if state == "near-owner":
            query |= {"near": f"{world.position['lon']:.6f},{world.position['lat']:.6f}", "within_m": 30_000}
        if state == "in-commune":
            query |= {"commune": world.here.communes[0]}
        if state == "of-owner":
            query |= {"landlord": str(world.owner.id)}
        return Asked(query=query)


for _state in ("everything", "near-owner", "in-commune", "in-here", "in-there", "in-nowhere", "of-owner"):
    _search(_state)


def _search_area(state: str) -> None:
    @request("POST /v1/listings/search", state)
    async def make(world: World) -> Asked:
        body = {"area": around(world, 20_000), "limit": 50, **_slug(world, state)}
        if state != "owners-cursor":
            return Asked(body=body, said=(str(body.get("territory", "")),))
        body["limit"] = 1
        query = await cursor_of(world, "POST", "/v1/listings/search", json=body)
        return Asked(query=query, body=body)


for _state in ("around-owner", "in-here", "in-there", "in-nowhere", "owners-cursor"):
    _search_area(_state)


def _listing(state: str) -> None:
    @request("GET /v1/listings/{listing_id}", state)
    async def make(world: World) -> Asked:
        if state in {"of-lapsed", "of-stopped"}:
            row = world.admin.execute(
                "SELECT listing_id FROM registry.homes WHERE organisation_id = %s",
                (world.people[state.removeprefix("of-")].id,),
            ).fetchone()
            assert row is not None
            return Asked({"listing_id": str(row[0])})
        return Asked({"listing_id": (await _home(world, state))[1]})


for _state in (
    "shared", "not-shared", "reserved", "withdrawn", "deleted", "of-lapsed", "of-stopped", "never",
):  # fmt: skip
    _listing(_state)


def _tile(state: str) -> None:
    @request("GET /v1/tiles/{z}/{x}/{y}.mvt", state)
    async def make(world: World) -> Asked:
        if state in {"world", "never"}:
            return Asked({"z": "0" if state == "world" else "14", "x": "0", "y": "0"})
        row = world.admin.execute(
            "SELECT ST_X(place), ST_Y(place) FROM registry.listings"
            " CROSS JOIN LATERAL (SELECT ST_Transform(point, 4326) AS place) p WHERE id = %s",
            (await world.publish(world.fresh_ref()),),
        ).fetchone()
        assert row is not None
        address = containing(14, LonLat(*row))
        query = {"layer": ["homes", "communes"], "rooms_min": 9} if state == "outlines" else _slug(world, state)
        return Asked({name: str(value) for name, value in address._asdict().items()}, query=query)


for _state in ("world", "near-owner", "in-here", "in-there", "in-nowhere", "outlines", "never"):
    _tile(_state)


# Territories


def _territory(part: str, state: str) -> None:
    @request(f"GET /v1/territories/{{territory_id}}{part}", state)
    async def make(world: World) -> Asked:
        slug = {"here": world.here.slug, "there": world.there.slug, "never": "t-01234567"}[state]
        return Asked({"territory_id": slug})


for _part in ("", "/communes", "/census", "/changes", "/quarters"):
    for _state in ("here", "there", "never"):
        _territory(_part, _state)


def _demand(state: str) -> None:
    @request("GET /v1/territories/{territory_id}/demand", state)
    async def make(world: World) -> Asked:
        """Each is asked once a month of everybody's was counted."""
        await count_months(world.jobs, at=after_this_month())
        slug = {"here": world.here.slug, "there": world.there.slug, "never": "t-01234567"}[state]
        return Asked({"territory_id": slug})


for _state in ("here", "there", "never"):
    _demand(_state)


def _obligations(part: str, state: str) -> None:
    @request(f"GET /v1/territories/{{territory_id}}{part}", state)
    async def make(world: World) -> Asked:
        """Each is asked once everybody of the world was measured, as each night."""
        await measure(world.jobs, keyring(world.app.state.settings), world.here.id, world.there.id)
        place = {"there": world.there, "never": None}.get(state, world.here)
        parameters = {"territory_id": place.slug if place else "t-01234567"}
        if "{obligation}" in part:
            parameters["obligation"] = "completeness"
        if "{organisation_id}" in part:
            elsewhere = world.people["outsider"].id
            named = {"there": elsewhere, "elsewhere": elsewhere, "nobody": uuid.UUID(int=1)}.get(state, world.owner.id)
            parameters["organisation_id"] = str(named)
        return Asked(parameters)


for _part in ("/standing", "/standing/{obligation}", "/obligations", "/obligations/{organisation_id}"):
    for _state in ("here", "there", "never"):
        _obligations(_part, _state)
for _state in ("elsewhere", "nobody"):
    _obligations("/obligations/{organisation_id}", _state)


def _report(kind: str, state: str) -> None:
    @request(f"GET /v1/territories/{{territory_id}}/reports/{kind}/{{year}}", state)
    async def make(world: World) -> Asked:
        slug = {"there": world.there.slug, "never": "t-01234567"}.get(state, world.here.slug)
        return Asked({"territory_id": slug, "year": str(DRAFTED if state == "draft" else REPORTED)})


for _kind in ("accessible-housing", "transfers"):
    for _state in ("here", "draft", "there", "never"):
        _report(_kind, _state)


@request("GET /v1/territories/{territory_id}/changes", "owners-cursor")
async def _changes_cursor(world: World) -> Asked:
    path = f"/v1/territories/{world.here.slug}/changes"
    return Asked({"territory_id": world.here.slug}, query=await cursor_of(world, "GET", path, params={"limit": 1}))


plain("GET /v1/territories")


@request("GET /v1/territories", "owners-cursor")
async def _territories_cursor(world: World) -> Asked:
    """The owner has one territory, hence no second page: seal the cursor that one would have."""
    from registry.access.pages import Page

    context = world.owner.id.bytes + repr(("/v1/territories", [])).encode()
    sealed = Page("/v1/territories", (), context, world.app.state.cursor_key, None).following("a")
    return Asked(query=dict(httpx.URL(sealed).params))


plain("GET /v1/services", query={"near": "-2.0842,47.651"})
plain("POST /v1/accessible-distances", body={"from": {"lon": -2.0842, "lat": 47.651}})


# Everything that needs no token

for _route in (
    "GET /v1/vocabulary", "GET /v1/openapi.json", "GET /oauth/jwks", "GET /.well-known/oauth-authorization-server",
    "GET /.well-known/oauth-protected-resource/v1", "GET /healthz", "GET /readyz", "GET /problems",
):  # fmt: skip
    plain(_route)
plain("GET /problems/{code}", "known", parameters={"code": "home-not-found"})
plain("GET /problems/{code}", "never", parameters={"code": "no-such-problem"})
plain("GET /metrics", "from-loopback")
plain("GET /metrics", "from-elsewhere", peer="192.0.2.7")

# The authorization server

FORMS: Final = {
    "POST /oauth/token": {"grant_type": "client_credentials"},
    "POST /oauth/revoke": {"token": "unknown"},
    "POST /oauth/introspect": {"token": "unknown"},
}


def _basic(client_id: str, form: dict[str, str]) -> Asked:
    value = httpx.BasicAuth(client_id, "reg_wrong")._build_auth_header(client_id, "reg_wrong")
    return Asked(form=form, headers={"Authorization": value}, said=(client_id,))


def _for_clients(route: str, form: dict[str, str]) -> None:
    plain(route, "by-bearer", form=form)
    plain(route, "by-secret", form=form, own_secret=True)

    @request(route, "wrong-secret")
    async def wrong_secret(world: World) -> Asked:
        return _basic(world.owner.client_id, form)

    @request(route, "never")
    async def unknown_client(world: World) -> Asked:
        return _basic("client-0123456789abcdef", form)


for _route, _form in FORMS.items():
    _for_clients(_route, _form)


@request("POST /oauth/introspect", "owners-token")
async def _owners_token(world: World) -> Asked:
    token = world.owner.headers["Authorization"].removeprefix("Bearer ")
    return Asked(form={"token": token}, own_secret=True, said=(world.owner.client_id,))


# Pages

for _route in (
    "GET /oauth/authorize", "GET /account/sign-in", "GET /account/forgotten", "GET /account/second-factor",
    "GET /account/recovery", "GET /account/enrolment", "GET /account/organisation", "GET /account/confirm",
    "GET /account/upstream", "GET /account/upstream/callback", "GET /account/signed-out",
    "GET /console", "GET /console/charter", "GET /console/positions", "GET /console/imports", "GET /console/sources",
    "GET /console/mappings",
    "GET /console/webhooks", "GET /console/survey-form", "GET /console/members", "GET /console/organisation",
    "GET /console/organisation/clients", "GET /console/organisation/clients/new",
    "GET /console/reservation-conventions",
    "GET /console/homes", "GET /console/residences", "GET /console/audit", "GET /console/audit/verification",
    "GET /console/audit/export", "GET /console/file-format", "GET /console/file-format/blank",
    "GET /console/search", "GET /console/map",
    "GET /console/demand", "GET /console/demand/file.csv",
    "GET /console/reports", "GET /console/syncs", "GET /accessibility",
    "GET /console/obligations", "GET /console/obligations/history", "GET /console/obligations/behind",
    "GET /static/console.css", "GET /account/security",
    "GET /account/security/second-factor",
):  # fmt: skip
    plain(_route)

plain("GET /static/dist/{name}", parameters={"name": built()["htmx.js"]})
plain("GET /static/dist/{name}", "never", parameters={"name": "nothing.js"})

UNKNOWN_LINK: Final = {"token": "0123456789abcdef0123456789abcdef0123456789a"}
for _route in (
    "POST /oauth/authorize", "POST /account/sign-in", "POST /account/second-factor", "POST /account/recovery",
    "POST /account/enrolment", "POST /account/organisation", "POST /account/confirm", "POST /account/sign-out",
    "POST /account/security/password", "POST /account/security/sessions", "POST /account/security/codes",
    "POST /account/security/consents", "POST /account/security/mails", "POST /account/security/second-factor",
    "POST /account/forgotten", "POST /account/invitation/{token}", "POST /account/reset/{token}",
    "POST /account/landlord/{token}",
    "POST /account/upstream/confirm", "POST /account/upstream/link", "POST /console/positions",
    "POST /console/imports", "POST /console/mappings", "POST /console/sources", "POST /console/organisation",
    "POST /console/organisation/clients/new", "POST /console/homes", "POST /console/reports",
    "POST /console/reservation-conventions",
):  # fmt: skip
    _parameters: dict[str, str] = UNKNOWN_LINK if "{token}" in _route else {}
    plain(_route, "no-form", parameters=_parameters, form={"email": "somebody@landlord.example"})
    plain(_route, "forged-form", parameters=_parameters, form={"form_token": "forged"})
plain("GET /account/invitation/{token}", "never", parameters=UNKNOWN_LINK)
plain("GET /account/landlord/{token}", "never", parameters=UNKNOWN_LINK)
plain("GET /account/reset/{token}", "never", parameters=UNKNOWN_LINK)

UNKNOWN_REPORT: Final = {"kind": "transfers", "territory": "never", "year": "2026", "edition": "1"}
plain("GET /console/reports/{kind}/{territory}/{year}/{edition}", "never", parameters=UNKNOWN_REPORT)
plain(
    "GET /console/reports/{kind}/{territory}/{year}/{edition}/file.{form}", "never",
    parameters={**UNKNOWN_REPORT, "form": "pdf"},
)  # fmt: skip
UNKNOWN_IMPORT: Final = {"id": "0190aaaa-0000-7000-8000-000000000000"}
for _route in ("GET /console/imports/{id}", "GET /console/imports/{id}/report"):
    plain(_route, "never", parameters=UNKNOWN_IMPORT)
for _route in (
    "GET /console/homes/{ref}", "GET /console/residences/{ref}", "GET /console/homes/{ref}/feasible-works",
    "GET /console/residences/{ref}/feasible-works",
):  # fmt: skip
    plain(_route, "never", parameters={"ref": NOBODY})
plain("GET /console/listings/{listing_id}", "never", parameters={"listing_id": str(uuid.UUID(int=0xDEADBEEF << 64))})
plain("GET /console/tiles/{z}/{x}/{y}.mvt", parameters={"z": "0", "x": "0", "y": "0"})
plain("GET /console/basemap/{z}/{x}/{y}.png", parameters={"z": "0", "x": "0", "y": "0"})
plain("GET /console/webhooks/{name}", "never", parameters={"name": "never"})
plain("GET /console/mappings/{name}", "never", parameters={"name": "never"})
plain("GET /console/sources/{name}/mapping", "never", parameters={"name": "never"})
OF_PEOPLE: Final = (
    ("/console/members/{territory}", {"territory": "never"}),
    ("/console/members/{territory}/{organisation}", {"territory": "never", "organisation": "never"}),
    ("/console/organisation/people/{user}", {"user": "never"}),
    ("/console/organisation/clients/{client}", {"client": "never"}),
)
for _address, _parameters in OF_PEOPLE:
    plain(f"GET {_address}", "never", parameters=_parameters)
for _route, _parameters in (
    ("POST /console/imports/{id}", UNKNOWN_IMPORT), ("POST /console/webhooks/{name}", {"name": "never"}),
    ("POST /console/mappings/{name}", {"name": "never"}), ("POST /console/sources/{name}/mapping", {"name": "never"}),
    *((f"POST {address}", parameters) for address, parameters in OF_PEOPLE),
    ("POST /console/homes/{ref}", {"ref": NOBODY}), ("POST /console/residences/{ref}", {"ref": NOBODY}),
    ("POST /console/homes/{ref}/feasible-works", {"ref": NOBODY}),
    ("POST /console/residences/{ref}/feasible-works", {"ref": NOBODY}),
    ("POST /console/reports/{kind}/{territory}/{year}/{edition}", UNKNOWN_REPORT),
):  # fmt: skip
    plain(_route, "no-form", parameters=_parameters, form={"email": "somebody@landlord.example"})
    plain(_route, "forged-form", parameters=_parameters, form={"form_token": "forged"})
