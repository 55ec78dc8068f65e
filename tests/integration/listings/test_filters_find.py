"""What each filter finds and leaves out, and in which order: on real rows, through the API, by another landlord."""

from datetime import date
from typing import Any

import httpx
import psycopg
import pytest
import pytest_asyncio
from sqlalchemy import text

from registry.kernel.clock import today
from registry.listings.repository import projection
from registry.listings.service.place import place_requested
from registry.platform.database import Database, Role
from tests.conftest import Register
from tests.support.database import Server
from tests.support.market import Market, market
from tests.support.stock import fact, home

SHOWER = {"zero_step_shower": fact()}


def month(ahead: int) -> date:
    """Return a day in the month ``ahead`` after this one."""
    index = today().year * 12 + today().month - 1 + ahead
    return date(index // 12, index % 12 + 1, 15)


def named(ahead: int) -> str:
    return f"{month(ahead):%Y-%m}"


def homes() -> list[dict[str, Any]]:
    """Return homes that differ in what the filters ask for; the name of each is its reference."""

    def one(ref: str, floor: int | None, area: float | None, rent: int | None, status: str,
            available_in: int | None = None, facts: dict[str, Any] | None = None) -> dict[str, Any]:  # fmt: skip
        available = None if available_in is None else month(available_in).isoformat()
        given = home(facts=SHOWER | (facts or {}), floor=floor, area_m2=area, rent_cents=rent, status=status)
        return {"ref": ref, **given, "available_on": available}

    step_free = {"step_free_entrance": fact(), "steps_to_door": fact(0)}
    return [
        one("ground", 0, 38.0, 30_000, "vacant", facts={"lift": fact("no"), **step_free}),
        one("first", 1, 40.0, 35_000, "vacant", facts={**step_free, "lift": fact(), "steps_to_door": fact(17)}),
        one("second", 2, 49.9, 41_250, "notice", 2),
        one("third", 3, 50.0, 45_000, "works", 6),
        one("high", 5, 71.0, 52_000, "notice", 7, {**step_free, "lift": fact(), "step_free_entrance": fact("no")}),
        one("bare", None, None, None, "notice"),
        one("lived in", 1, 60.0, 20_000, "occupied"),
        one("kept", 1, 60.0, 20_000, "reserved"),
    ]


@pytest_asyncio.fixture(scope="session")
async def various(database: Database, job_database: Database, client: httpx.AsyncClient, register: Register) -> Market:
    """The market of :func:`homes`; tests only read it."""
    made = await market(database, job_database, client, register)
    await made.publish(homes())
    return made


@pytest.fixture
async def empty(database: Database, job_database: Database, client: httpx.AsyncClient, register: Register) -> Market:
    return await market(database, job_database, client, register)


ALL = {"ground", "first", "second", "third", "high", "bare", "lived in"}


@pytest.mark.parametrize("by", ["place", "territory"])
@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ALL),
        ({"area_min": 30}, ALL - {"bare"}),
        ({"area_min": 31}, ALL - {"bare", "ground"}),
        ({"area_min": 40}, ALL - {"bare", "ground"}),
        ({"area_min": 41}, {"third", "high", "lived in"}),
        ({"area_min": 50}, {"third", "high", "lived in"}),
        ({"area_min": 71}, set()),
        ({"floor_max": 0}, {"ground"}),
        ({"floor_max": 1}, {"ground", "first", "lived in"}),
        ({"floor_max": 2}, {"ground", "first", "lived in"}),
        ({"floor_max": 3}, {"ground", "first", "lived in", "second", "third"}),
        ({"rent_max": 34_999}, {"ground", "lived in"}),
        ({"rent_max": 35_000}, {"ground", "lived in", "first"}),
        ({"lift": "true"}, {"first", "high"}),
        ({"lift": "true", "possible": "true"}, ALL - {"ground"}),
        ({"step_free": "true"}, {"ground"}),
        ({"step_free": "true", "possible": "true"}, ALL - {"first", "high"}),
        ({"feature": "steps_to_door"}, {"ground", "high"}),
        ({"feature": ["steps_to_door", "lift"]}, {"high"}),
        ({"availability": "any"}, ALL),
        ({"availability": "now"}, {"ground", "first"}),
        ({"availability": "soon"}, {"second", "third", "bare"}),
        ({"available_before": named(2)}, {"ground", "first"}),
        ({"available_before": named(3)}, {"ground", "first", "second"}),
        ({"available_before": named(7)}, {"ground", "first", "second", "third"}),
        ({"available_before": named(8)}, {"ground", "first", "second", "third", "high"}),
        ({"available_before": named(8), "availability": "soon"}, {"second", "third"}),
        ({"fresh_days": 1}, ALL),
    ],
)  # fmt: skip
async def test_filter_finds_what_satisfies_it_and_nothing_else(
    various: Market, by: str, asked: dict[str, Any], found: set[str]
) -> None:
    where = various.near if by == "place" else {"territory": various.territory.slug}

    refs = await various.find(**where, **asked)

    assert sorted(refs) == sorted(found)


async def test_landlord_is_found_by_its_id_and_another_is_not(various: Market) -> None:
    assert set(await various.find(**various.near, landlord=str(various.owner.id))) == ALL
    assert await various.find(**various.near, landlord=str(various.searcher.id)) == []


@pytest.mark.parametrize("by", ["place", "territory"])
@pytest.mark.parametrize("limit", [1, 2, 3, 50])
async def test_sort_by_rent_goes_from_the_least_to_the_unknown_over_all_pages(
    various: Market, by: str, limit: int
) -> None:
    where = various.near if by == "place" else {"territory": various.territory.slug}

    pages = await various.pages(**where, sort="rent", limit=limit)

    assert [ref for page in pages for ref in page] == [
        "lived in", "ground", "first", "second", "third", "high", "bare",
    ]  # fmt: skip
    assert {len(page) for page in pages[:-1]} <= {limit}


async def aged(market: Market, server: Server, database_name: str, days: dict[str, int]) -> None:
    """Make homes look as if their owner had last stated them so many days ago, and project them anew."""
    with psycopg.connect(server.url(database_name), autocommit=True) as admin:
        for ref, ago in days.items():
            admin.execute(
                "UPDATE registry.homes SET confirmed_at = now() - make_interval(days => %s)"
                " WHERE organisation_id = %s AND ref = %s",
                [ago, market.owner.id, ref],
            )
    async with market.jobs.transaction(Role.JOB, actor="tests") as session:
        await projection.request_zoning(session, market.territory.id, everything=True)
    await place_requested(market.jobs)


async def test_fresh_days_count_by_the_week_and_freshness_sorts_the_newest_first(
    empty: Market, server: Server, database_name: str
) -> None:
    days = {"today": 0, "lately": 10, "month": 31, "season": 95, "year": 400, "old": 401 + 7}
    await empty.publish([{"ref": ref, **home()} for ref in days])
    await aged(empty, server, database_name, days)

    for within, found in {
        1: {"today"},
        10: {"today", "lately"},
        31: {"today", "lately", "month"},
        500: set(days),
    }.items():
        assert set(await empty.find(**empty.near, fresh_days=within)) == found, within
    # A week is known, not a day: who was confirmed on its Sunday counts with its Monday, six days at most.
    assert "season" not in await empty.find(**empty.near, fresh_days=95 - 13)
    for where in (empty.near, {"territory": empty.territory.slug}):
        for limit in (1, 2, 4, 50):
            assert await empty.find(**where, sort="freshness", limit=limit) == list(days), (where, limit)


async def test_homes_alike_in_what_is_sorted_by_come_once_each_over_all_pages(empty: Market) -> None:
    refs = [f"H{n}" for n in range(11)]
    await empty.publish([{"ref": ref, **home(rent_cents=30_000 if n < 6 else None)} for n, ref in enumerate(refs)])

    for sort in ("rent", "freshness", "distance"):
        for where in (empty.near, {"territory": empty.territory.slug}):
            if sort == "distance" and "near" not in where:
                continue
            found = await empty.find(**where, sort=sort, limit=2)
            assert sorted(found) == sorted(refs), (sort, where)


async def test_commune_is_found_by_a_code_that_it_had_before(empty: Market) -> None:
    commune = empty.territory.communes[0]
    retired = f"{commune[:4]}9"
    async with empty.jobs.transaction(Role.JOB, actor="tests") as session:
        await session.execute(
            text(
                "INSERT INTO former_communes (code, name, kind, current_code) VALUES (:code, 'Old', 'COMD', :current)"
            ),
            {"code": retired, "current": commune},
        )
    await empty.publish([{"ref": "here", **home()}])

    for where in ({}, empty.near):
        assert await empty.find(commune=retired, **where) == ["here"]
        assert await empty.find(commune=[retired, commune], **where) == ["here"]
        assert await empty.find(commune=f"{commune[:4]}8", **where) == []
