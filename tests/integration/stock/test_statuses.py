"""What the status of a home was before: written by whoever changes it, read by its landlord alone, kept three years."""

from typing import Any

import httpx
import pytest
from sqlalchemy import text

from registry.access.principal import Principal
from registry.platform.database import Database, Role
from registry.stock.service import read_statuses
from registry.stock.service.statuses import forget_statuses
from tests.conftest import Register
from tests.support.market import Market, market
from tests.support.members import Member
from tests.support.stock import home


@pytest.fixture
async def place(database: Database, job_database: Database, client: httpx.AsyncClient, register: Register) -> Market:
    return await market(database, job_database, client, register)


async def states(place: Market, ref: str, status: str, **changes: Any) -> None:
    await place.publish([{"ref": ref, **home("R1", status=status, **changes)}])


async def former(place: Market, ref: str, member: Member | None = None) -> list[tuple[str, str | None]]:
    """Return what a landlord reads of the former statuses of a home, each with the day from which it was free."""
    who = member or place.owner
    principal = Principal(who.id, "landlord", "tests", frozenset())
    async with place.database.transaction(Role.LANDLORD, organisation=who.id, actor="tests") as session:
        found = await read_statuses(session=session, principal=principal, ref=ref)
    assert [row.since for row in found] == [*(row.superseded_at for row in found[1:]), *([None] if found else [])]
    return [(row.status, row.available_on.isoformat() if row.available_on else None) for row in found]


async def test_each_status_is_kept_once_another_or_another_day_takes_its_place(place: Market) -> None:
    await states(place, "H1", "occupied")
    assert await former(place, "H1") == [], "what a first file states was nothing before"
    await states(place, "H1", "notice", available_on="2027-01-15")
    await states(place, "H1", "notice", available_on="2027-02-15")
    await states(place, "H1", "notice", available_on="2027-02-15", rent_cents=40_000)
    await states(place, "H1", "vacant")
    assert await former(place, "H1") == [("notice", "2027-02-15"), ("notice", "2027-01-15"), ("occupied", None)]
    assert (await place.client.delete("/v1/homes/H1", headers=place.owner.headers)).status_code == 204
    await states(place, "H1", "vacant")
    assert await former(place, "H1") == [], "another home under its reference has none of it"


async def test_landlord_lists_it_by_pages_and_others_find_no_such_home(place: Market) -> None:
    await states(place, "A/1", "occupied")
    for day in ("2027-01-15", "2027-02-15"):
        await states(place, "A/1", "notice", available_on=day)
    await states(place, "A/1", "vacant")
    url: str | None = "/v1/homes/A%2F1/status/history?limit=2"
    pages: list[list[dict[str, Any]]] = []
    while url:
        answer = await place.client.get(url, headers=place.owner.headers)
        assert answer.status_code == 200, answer.text
        pages.append(answer.json()["items"])
        url = answer.json()["next"]
        assert answer.headers.get("Link") == (f'<{url}>; rel="next"' if url else None)
    assert [[(row["status"], row["available_on"]) for row in page] for page in pages] == [
        [("notice", "2027-02-15"), ("notice", "2027-01-15")], [("occupied", None)],
    ]  # fmt: skip
    (last, middle), (first,) = pages
    assert (last["since"], middle["since"], first["since"]) == (
        middle["superseded_at"], first["superseded_at"], None,
    ), "a page knows what came before it"  # fmt: skip
    for ref, member in (("A%2F1", place.searcher), ("NONE", place.owner)):
        answer = await place.client.get(f"/v1/homes/{ref}/status/history", headers=member.headers)
        assert (answer.status_code, answer.json()["code"]) == (404, "home-not-found")


async def test_nobody_else_reads_or_writes_it(place: Market) -> None:
    for member in (place.owner, place.searcher):
        headers = member.headers
        given = {"commune_code": place.territory.communes[0], "position": place.territory.point()}
        assert (await place.client.put("/v1/residences/R1", json=given, headers=headers)).status_code in {200, 201}
        for status in ("occupied", "vacant"):
            answer = await place.client.put("/v1/homes/H1", json=home("R1", status=status), headers=headers)
            assert answer.status_code in {200, 201}, answer.text
    await states(place, "H1", "reserved")
    assert await former(place, "H1") == [("vacant", None), ("occupied", None)]
    assert await former(place, "H1", place.searcher) == [("occupied", None)]
    async with place.database.transaction(Role.LANDLORD, organisation=place.searcher.id, actor="tests") as session:
        seen = await session.execute(text("SELECT DISTINCT organisation_id FROM home_status_history"))
        assert list(seen.scalars()) == [place.searcher.id]


async def test_what_gave_way_three_years_ago_is_deleted(place: Market) -> None:
    await states(place, "H1", "occupied")
    await states(place, "H1", "vacant")
    await states(place, "H1", "reserved")
    async with place.database.transaction(Role.LANDLORD, organisation=place.owner.id, actor="tests") as session:
        # Nobody may change what was: it is put there anew.
        await session.execute(
            text(
                "INSERT INTO home_status_history (organisation_id, home_id, superseded_at, status)"
                " SELECT organisation_id, home_id, superseded_at - interval '1096 days', status"
                " FROM home_status_history WHERE status = 'occupied'"
            )
        )
    assert len(await former(place, "H1")) == 3
    await forget_statuses(place.jobs)
    assert await former(place, "H1") == [("vacant", None), ("occupied", None)]
