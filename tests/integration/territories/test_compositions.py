"""What a territory is made of: stated, resolved to communes, changed; listings follow."""

from typing import Any

import httpx
import pytest
from sqlalchemy import text

from registry.listings.service.place import place_requested
from registry.platform.database import Database, Role
from tests.conftest import Register
from tests.support import members
from tests.support import territory as territories
from tests.support.members import Member
from tests.support.stock import home, publish, residence
from tests.support.territory import Territory

Place = tuple[Territory, Member, Member]


@pytest.fixture
async def place(database: Database, job_database: Database, client: httpx.AsyncClient, register: Register) -> Place:
    """A territory of two communes where two landlords have signed; one has a listing in each."""
    made = await territories.create(database, job_database, client, communes=2)
    owner, searcher = await register(), await register()
    await territories.sign(database, made, [owner, searcher])
    for member in (owner, searcher, made.coordinator):
        await members.renew(member, client)
    given = {f"R{n}": residence(code) for n, code in enumerate(made.communes)}
    await publish(client, owner, given, [{"ref": f"H{n}", **home(f"R{n}")} for n in range(2)])
    return made, owner, searcher


async def asked(
    client: httpx.AsyncClient, member: Member, method: str, path: str, status: int = 200, **given: Any
) -> Any:
    headers = {**member.headers, **given.pop("headers", {})}
    answer = await client.request(method, path, headers=headers, **given)
    assert answer.status_code == status, answer.text
    return answer.json()


async def communes_found(client: httpx.AsyncClient, member: Member, made: Territory) -> list[str]:
    found = await asked(client, member, "GET", "/v1/listings", params={"territory": made.slug})
    return sorted(item["commune"]["code"] for item in found["items"])


async def test_commune_that_leaves_takes_its_listings_with_it_and_brings_them_back(
    client: httpx.AsyncClient, job_database: Database, place: Place
) -> None:
    made, _, searcher = place
    coordinator, (stays, goes) = made.coordinator, made.communes
    path = f"/v1/territories/{made.slug}/definition"
    assert await communes_found(client, searcher, made) == [stays, goes]

    effect = await asked(client, coordinator, "POST", f"{path}/preview", json={"communes": [stays]})
    assert effect["listings_leaving"] == 1
    assert effect["leaving"] == {"count": 1, "items": [{"code": goes, "name": f"Commune {goes}"}]}
    assert effect["joining"] == {"count": 0, "items": []}
    assert await communes_found(client, searcher, made) == [stays, goes], "a preview changes nothing"

    change = {"name": "Rive droite", "composition": {"communes": [stays]}}
    done = await asked(client, coordinator, "PUT", path, json=change, headers={"If-Match": '"1"'})
    assert done["effect"]["listings_leaving"] == 1
    assert (done["name"], done["communes"], done["vintage"]) == ("Rive droite", 1, 2026)
    assert await communes_found(client, searcher, made) == [stays], "before any job has run"
    await asked(client, coordinator, "PUT", path, 412, json=change, headers={"If-Match": '"1"'})

    whole = {"name": "Rive droite", "composition": {"epcis": [f"2{code:0>8}" for code in made.communes]}}
    back = await asked(client, coordinator, "PUT", path, json=whole)
    assert [each["code"] for each in back["effect"]["joining"]["items"]] == [goes]
    await place_requested(job_database)
    assert await communes_found(client, searcher, made) == [stays, goes]


async def test_drawn_outline_takes_the_communes_of_which_it_holds_more_than_half(
    client: httpx.AsyncClient, place: Place
) -> None:
    made, *_ = place
    first, second = made.communes  # squares of 0.1 degree side by side

    def outline(east: float) -> dict[str, Any]:
        west, south, north = made.lon - 0.06, made.lat - 0.06, made.lat + 0.06
        ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
        return {"outline": {"type": "Polygon", "coordinates": [ring]}}

    path = f"/v1/territories/{made.slug}/definition/preview"
    less = await asked(client, made.coordinator, "POST", path, json=outline(made.lon + 0.09))
    more = await asked(client, made.coordinator, "POST", path, json=outline(made.lon + 0.11))
    assert ([each["code"] for each in less["leaving"]["items"]], more["leaving"]["count"]) == ([second], 0)
    assert less["communes"] == 1

    new = {"id": f"drawn-{made.slug}", "name": "Dessiné", "composition": outline(made.lon + 0.09)}
    key = {"Idempotency-Key": "k"}
    answer = await asked(client, made.coordinator, "POST", "/v1/territories", 201, json=new, headers=key)
    again = await asked(client, made.coordinator, "POST", "/v1/territories", 201, json=new, headers=key)
    assert again == answer
    assert answer["composition"]["outline"]["type"] == "MultiPolygon"
    listed = await asked(client, made.coordinator, "GET", f"/v1/territories/{new['id']}/communes")
    assert [each["code"] for each in listed["items"]] == [first]


async def test_territory_keeps_its_legal_projection(
    client: httpx.AsyncClient, job_database: Database, place: Place
) -> None:
    made, *_ = place
    far = f"9{made.communes[0][1:]}"
    await territories.add_commune(job_database, far, -61.0, 14.6, departement="972")
    path = f"/v1/territories/{made.slug}/definition"
    for codes in ([far], [far, *made.communes]):
        change = {"name": "x", "composition": {"communes": codes}}
        refused = await asked(client, made.coordinator, "PUT", path, 422, json=change)
        assert refused["code"] == "projection-mixed"


async def test_territory_without_a_charter_stops_no_job(
    client: httpx.AsyncClient, database: Database, job_database: Database, place: Place
) -> None:
    made, *_ = place
    given = {"id": f"{made.slug}-too", "name": "Sans charte", "composition": {"communes": made.communes[:1]}}
    await asked(client, made.coordinator, "POST", "/v1/territories", 201, json=given)
    path = f"/v1/territories/{given['id']}/definition"
    definition = {"name": "Sans charte", "composition": {"communes": made.communes}}
    await asked(client, made.coordinator, "PUT", path, json=definition)

    await place_requested(job_database)

    async with job_database.transaction(Role.JOB, actor="tests") as session:
        waiting = text("SELECT count(*) FROM zoning_requests r JOIN territories t ON t.id = r.territory_id"
                       " WHERE t.slug = :slug")  # fmt: skip
        assert (await session.execute(waiting, {"slug": given["id"]})).scalar_one() == 0
