"""How many statements a request sends: stated for every list and write, and the same for one row as for hundreds."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from sqlalchemy import event

from registry.kernel.geo import LonLat
from registry.platform.database import Database
from registry.platform.round_trip import send
from registry.stock.schemas.works import ADAPTATIONS_EXAMPLE, HOME_FEASIBLE_EXAMPLE
from registry.transfers.service.demand import count_months
from tests.integration.isolation.own_files import BODIES
from tests.support import members
from tests.support import territory as territories
from tests.support.members import Member
from tests.support.months import after_this_month
from tests.support.mvt import containing
from tests.support.stock import fact, home, publish, residence
from tests.support.territory import Territory
from tests.support.transfers import case, open_case

HOMES: Final = 120
FRAME: Final = ("BEGIN", "COMMIT", "SET LOCAL", "SELECT bind(")
"""What every transaction has: one round trip, whatever the request."""


class Sent:
    """Statements that the present task sends, without the frame; the verification of a token is a task of its own."""

    def __init__(self) -> None:
        self.statements: list[str] = []
        self._of: asyncio.Task[Any] | None = None

    def note(self, statement: str) -> None:
        if asyncio.current_task() is self._of and not statement.startswith(FRAME):
            self.statements.append(" ".join(statement.split())[:80])

    @contextmanager
    def of_this_task(self) -> Iterator[list[str]]:
        self.statements.clear()
        self._of = asyncio.current_task()
        yield self.statements
        self._of = None


@pytest.fixture
def sent(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sent]:
    """Listen on both ways to the database: SQLAlchemy's cursors, and the round trips of the hot path.

    A round trip that has to prepare its statements anew, because another test rolled back on the connection, is one.
    """
    made = Sent()

    async def noted(connection: Any, statements: Any) -> Any:
        for statement, _ in statements:
            made.note(statement)
        return await send(connection, statements)

    def before(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        made.note(statement)

    monkeypatch.setattr("registry.platform.database.send", noted)
    engine = app.state.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", before)
    yield made
    event.remove(engine, "before_cursor_execute", before)


@dataclass
class Place:
    """A territory of three communes, where a landlord has many homes in many residences and another searches."""

    territory: Territory
    owner: Member
    searcher: Member


@pytest_asyncio.fixture(scope="module")
async def place(database: Database, job_database: Database, client: httpx.AsyncClient) -> AsyncIterator[Place]:
    owner, searcher = [await members.register(database, client) for _ in range(2)]
    made = Place(await territories.create(database, job_database, client, communes=3), owner, searcher)
    await territories.sign(database, made.territory, [made.owner, made.searcher])
    for member in (made.owner, made.searcher):
        await members.renew(member, client)
    commune = made.territory.communes[0]
    residences = {f"R{n}": residence(commune, made.territory.point(n * 10)) for n in range(20)}
    homes = [{"ref": f"H{n:03}", **home(f"R{n % 20}")} for n in range(HOMES)]
    await publish(client, made.owner, residences, homes)
    hook = {"url": "https://hooks.example/x", "events": ["import.failed"]}
    answer = await client.put("/v1/organisation/webhooks/erp", json=hook, headers=owner.headers)
    assert answer.status_code == 200, answer.text
    for n in range(3):
        for kind, body in BODIES.items():
            answer = await client.put(f"/v1/{kind}/n{n}", json=body, headers=owner.headers)
            assert answer.status_code == 201, answer.text
    yield made


async def counted(sent: Sent, client: httpx.AsyncClient, member: Member, method: str, url: str, **given: Any) -> int:
    """Return how many statements a request sends."""
    headers = {**member.headers, **given.pop("headers", {})}
    with sent.of_this_task() as statements:
        answer = await client.request(method, url, headers=headers, **given)
        assert answer.is_success, answer.text
        return len(statements)


async def case_of(client: httpx.AsyncClient, owner: Member) -> str:
    """Open a case of who lives in a landlord's home; return its reference."""
    return str((await open_case(client, owner, case(home_ref="H000")))["ref"])


async def proposal_of(client: httpx.AsyncClient, owner: Member) -> str:
    """Have a landlord propose a home of its own for a case of its own; return the proposal's id."""
    made = await open_case(client, owner, case(kind="first_entry"))
    found = await client.get("/v1/homes/H000", headers=owner.headers)
    given = {"case_ref": made["ref"], "listing_id": found.json()["listing_id"]}
    answer = await client.post("/v1/proposals", json=given, headers=owner.headers)
    assert answer.status_code == 201, answer.text
    id_: str = answer.json()["id"]
    return id_


LISTS: Final = {
    "/v1/residences": (1, 1_000),
    "/v1/homes": (1, 1_000),
    "/v1/homes?sort=-rent": (1, 1_000),
    "/v1/positions-to-review": (1, 1_000),
    "/v1/territories": (1, 1_000),
    "/v1/territories/{territory}/communes": (2, 1_000),
    "/v1/territories/{territory}/adhesions": (2, 1_000),
    "/v1/territories/{territory}/invitations": (2, 1_000),
    "/v1/territories/{territory}/charters": (2, 1_000),
    "/v1/territories/{territory}/obligations": (4, 1_000),
    "/v1/territories/{territory}/obligations/{organisation_id}": (3, 1_000),
    "/v1/territories/{territory}/standing/{obligation}": (3, 1_000),
    "/v1/territories/{territory}/signatures": (2, 1_000),
    "/v1/territories/{territory}/quarters": (2, 1_000),
    "/v1/listings": (1, 50),
    "/v1/listings?territory={territory}": (1, 50),
    "/v1/listings?near={near}&within_m=5000": (1, 50),
    "/v1/imports": (1, 1_000),
    "/v1/organisation/webhooks": (1, 1_000),
    "/v1/organisation/webhooks/{name}/deliveries": (2, 1_000),
    "/v1/changes": (1, 1_000),
    "/v1/territories/{territory}/changes": (1, 50),
    "/v1/duplicates": (1, 1_000),
    "/v1/lift-outages": (1, 1_000),
    "/v1/proposals": (1, 100),
    "/v1/proposals/{proposal_id}/steps": (2, 1_000),
    "/v1/territories/{territory}/proposals": (2, 100),
    "/v1/transfer-alerts": (1, 1_000),
    "/v1/transfer-cases/{case_ref}/matches": (6, 50),
    "/v1/transfer-cases": (1, 1_000),
    "/v1/vacated-homes": (1, 1_000),
    "/v1/vacated-homes/others": (1, 50),
    "/v1/homes/{home}/status/history": (1, 1_000),
    "/v1/territories/{territory}/transfer-cases": (2, 1_000),
    "/v1/assessments": (1, 1_000),
    "/v1/residences/{ref}/assessment/history": (2, 1_000),
    "/v1/sources": (3, 1_000),
    "/v1/mappings": (1, 1_000),
    "/v1/audit/events": (1, 1_000),
    "/v1/organisation/clients": (2, 1_000),
    "/v1/organisation/members": (1, 1_000),
    "/v1/organisation/invitations": (1, 1_000),
    "/v1/services?near={near}": (1, 1_000),
    "/v1/listings?commune={commune}&count=true&sort=freshness": (1, 50),
}
"""Statements of each list, and its largest page.

The homes for a case are those of somebody in a home of the landlord's: one statement assesses that home,
and one reads the texts of law that were loaded.
The lists of a territory find out first whether it is the caller's; that of clients reads all of a page's secrets at
once, that of sources when their homes were confirmed, and what the landlord's charters ask for.
"""
OF_COORDINATOR: Final = (
    "/v1/territories/{territory}/adhesions", "/v1/territories/{territory}/invitations",
    "/v1/territories/{territory}/transfer-cases", "/v1/territories/{territory}/proposals",
)  # fmt: skip


@pytest.mark.parametrize("path", LISTS)
async def test_list_sends_as_many_statements_for_one_row_as_for_a_full_page(
    sent: Sent, client: httpx.AsyncClient, place: Place, path: str
) -> None:
    expected, largest = LISTS[path]
    where = place.territory
    url = path.format(
        ref="R1",
        home="H000",
        name="erp",
        territory=where.slug,
        near=f"{where.lon},{where.lat}",
        commune=where.communes[0],
        organisation_id=place.owner.id,
        obligation="completeness",
        case_ref=await case_of(client, place.owner) if "{case_ref}" in path else "",
        proposal_id=await proposal_of(client, place.owner) if "{proposal_id}" in path else "",
    )
    reader = where.coordinator if path in OF_COORDINATOR else place.owner
    await client.get(url, headers=reader.headers)  # counts what its client may see today, once
    for limit in (1, largest):
        separator = "&" if "?" in url else "?"
        assert await counted(sent, client, reader, "GET", f"{url}{separator}limit={limit}") == expected, sent.statements


async def test_lists_that_are_counted_are_all_there_are(app: FastAPI) -> None:
    document = app.openapi()["paths"]
    lists = {
        path.replace("{territory_id}", "{territory}")
        for path, operations in document.items()
        if any(parameter["name"] == "limit" for parameter in operations.get("get", {}).get("parameters", []))
    }
    assert lists == {path.split("?")[0].replace("{case_ref}", "{ref}").replace("{home}", "{ref}") for path in LISTS}, (
        "a new list: say how many statements it sends"
    )


ONE_OBJECT: Final = {
    ("GET", "/v1/homes/H000"): 1,
    ("GET", "/v1/residences/R1"): 1,
    ("GET", "/v1/territories/{territory}"): 1,
    ("GET", "/v1/listings/{listing}"): 1,
    ("GET", "/v1/vocabulary"): 0,
}


@pytest.mark.parametrize(("method", "path"), ONE_OBJECT)
async def test_reading_one_object_sends_one_statement(
    sent: Sent, client: httpx.AsyncClient, place: Place, method: str, path: str
) -> None:
    (item,) = (await client.get("/v1/listings?limit=1", headers=place.searcher.headers)).json()["items"]
    url = path.format(territory=place.territory.slug, listing=item["id"])
    reader = place.searcher if "listings" in path else place.owner
    assert await counted(sent, client, reader, method, url) == ONE_OBJECT[method, path], sent.statements


async def test_months_of_demand_are_read_in_one_statement_whatever_they_hold(
    sent: Sent, client: httpx.AsyncClient, job_database: Database, place: Place
) -> None:
    for _ in range(2):
        await open_case(client, place.owner, case(kind="first_entry"))
    await count_months(job_database, at=after_this_month())
    url = f"/v1/territories/{place.territory.slug}/demand"
    for reader in (place.owner, place.territory.coordinator):
        assert await counted(sent, client, reader, "GET", url) == 1, sent.statements


@pytest.mark.parametrize("z", [0, 12, 14])
@pytest.mark.parametrize("layers", [["homes"], ["homes", "communes", "quarters"]], ids=["homes", "all"])
async def test_tile_sends_one_statement(
    sent: Sent, client: httpx.AsyncClient, place: Place, z: int, layers: list[str]
) -> None:
    (item,) = (await client.get("/v1/listings?limit=1", headers=place.searcher.headers)).json()["items"]
    address = containing(z, LonLat(item["location"]["lon"], item["location"]["lat"]))
    url = f"/v1/tiles/{address.z}/{address.x}/{address.y}.mvt"
    asked = {"params": {"layer": layers}}
    assert await counted(sent, client, place.searcher, "GET", url, **asked) == 1, sent.statements


async def test_foreign_and_unknown_cost_the_same_statements(
    sent: Sent, client: httpx.AsyncClient, place: Place
) -> None:
    """An answer that is the same to the byte and takes one statement more would tell by its time."""
    for known, unknown in (("/v1/homes/H000", "/v1/homes/H999"), ("/v1/residences/R1", "/v1/residences/R9999")):
        sends = []
        for url in (known, unknown):
            with sent.of_this_task() as statements:
                answer = await client.get(url, headers=place.searcher.headers)
                sends.append(list(statements))
            assert answer.status_code == 404
        assert sends[0] == sends[1]


async def test_search_in_an_area_sends_one_statement(sent: Sent, client: httpx.AsyncClient, place: Place) -> None:
    lon, lat = place.territory.lon, place.territory.lat
    ring = [[lon - 0.1, lat - 0.1], [lon + 0.1, lat - 0.1], [lon, lat + 0.1], [lon - 0.1, lat - 0.1]]
    for limit in (1, 50):
        body = {"area": {"type": "Polygon", "coordinates": [ring]}, "limit": limit}
        found = await counted(sent, client, place.owner, "POST", "/v1/listings/search", json=body)
        assert found == 1, sent.statements


async def test_first_search_of_a_client_reads_its_quota_too(
    sent: Sent, database: Database, client: httpx.AsyncClient, place: Place
) -> None:
    newcomer = await members.register(database, client)
    await territories.sign(database, place.territory, [newcomer])
    await members.renew(newcomer, client)
    url = f"/v1/listings?territory={place.territory.slug}&limit=50"
    assert [await counted(sent, client, newcomer, "GET", url) for _ in range(3)] == [3, 1, 1], sent.statements


WRITES: Final = {"changed": 5, "the same": 2}
"""Of a PUT home: write, project, follow its vacancy, ask for the index, audit.

What changes nothing is written and read back.
"""


async def test_writing_one_home_sends_five_statements(sent: Sent, client: httpx.AsyncClient, place: Place) -> None:
    body = home("R3", rent_cents=51_000)
    first = await counted(sent, client, place.owner, "PUT", "/v1/homes/H003", json=body)
    assert first == WRITES["changed"], sent.statements
    again = await counted(sent, client, place.owner, "PUT", "/v1/homes/H003", json=body)
    assert again == WRITES["the same"], sent.statements


async def test_batch_sends_as_many_statements_for_two_lines_as_for_all(
    sent: Sent, client: httpx.AsyncClient, place: Place
) -> None:
    found = []
    for lines in (2, HOMES):
        content = "\n".join(
            json.dumps({"ref": f"H{n:03}", **home(f"R{n % 20}", rent_cents=40_000 + lines)}) for n in range(lines)
        )
        headers = {"Content-Type": "application/x-ndjson"}
        found.append(
            await counted(sent, client, place.owner, "POST", "/v1/homes:batch", content=content, headers=headers)
        )
    assert found == [6, 6], sent.statements


@pytest.mark.parametrize("kind", ["adaptations", "feasible-works"])
async def test_batch_of_works_sends_as_many_statements_for_two_lines_as_for_all(
    sent: Sent, client: httpx.AsyncClient, place: Place, kind: str
) -> None:
    name, given = (
        kind.replace("-", "_"),
        {"adaptations": ADAPTATIONS_EXAMPLE, "feasible-works": HOME_FEASIBLE_EXAMPLE}[kind],
    )
    found = []
    for lines in (2, HOMES):
        content = "\n".join(
            json.dumps({"home_ref": f"H{n:03}", name: given[name] if n < 2 or lines > 2 else []}) for n in range(lines)
        )
        headers = {"Content-Type": "application/x-ndjson"}
        url = f"/v1/{kind}/batch"
        found.append(await counted(sent, client, place.owner, "POST", url, content=content, headers=headers))
    assert found == [5, 5], sent.statements


async def test_batch_of_residence_facts_sends_as_many_statements_for_two_lines_as_for_all(
    sent: Sent, client: httpx.AsyncClient, place: Place
) -> None:
    found = []
    for lines in (2, 20):
        content = "\n".join(
            json.dumps({"ref": f"R{n}", "facts": {"step_free_entrance": fact("yes" if lines > 2 else "no")}})
            for n in range(lines)
        )
        headers = {"Content-Type": "application/x-ndjson"}
        url = "/v1/residence-facts/batch"
        found.append(await counted(sent, client, place.owner, "POST", url, content=content, headers=headers))
    assert found == [8, 8], sent.statements


async def test_history_of_many_facts_is_read_in_one_statement(
    sent: Sent, client: httpx.AsyncClient, place: Place
) -> None:
    for value in (1, 2, 3):
        given = {"facts": {"path_slope": fact(value)}}
        await client.put("/v1/residences/R7/facts", json=given, headers=place.owner.headers)
        url = "/v1/residences/R7/facts/history"
        assert await counted(sent, client, place.owner, "GET", url) == 1, sent.statements


async def test_residence_sends_as_many_statements_with_many_homes_and_buildings_as_with_few(
    sent: Sent, client: httpx.AsyncClient, place: Place
) -> None:
    found = []
    for buildings in (1, 40):
        given = residence(
            place.territory.communes[0], place.territory.point(), name=f"With {buildings}",
            buildings=[{"ref": f"B{n}", "position": place.territory.point(n)} for n in range(buildings)],
        )  # fmt: skip
        found.append(await counted(sent, client, place.owner, "PUT", "/v1/residences/R5", json=given))
    assert found == [13, 13], sent.statements
