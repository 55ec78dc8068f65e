"""How single homes are placed: what the rule counts, and what is shown where there is little to go by."""

import math
from typing import Any

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import text

from registry.charter.schemas import Terms
from registry.listings.service import place as place_service
from registry.listings.service.place import place_requested, place_territory
from registry.platform.database import Database, Role
from tests.conftest import Register
from tests.support import members
from tests.support import territory as territories
from tests.support.members import Member
from tests.support.stock import home, publish, residence
from tests.support.territory import Territory

Place = tuple[Territory, list[Member]]


@pytest_asyncio.fixture
async def place(database: Database, job_database: Database, client: httpx.AsyncClient, register: Register) -> Place:
    """A territory where three landlords have signed; the last one reads."""
    return await signed(database, job_database, client, register)


async def signed(
    database: Database, jobs: Database, client: httpx.AsyncClient, register: Register, terms: Terms | None = None
) -> Place:
    made = await territories.create(database, jobs, client, communes=2, terms=terms)
    landlords = [await register() for _ in range(3)]
    await territories.sign(database, made, landlords)
    for member in landlords:
        await members.renew(member, client)
    return made, landlords


async def seen(client: httpx.AsyncClient, place: Place, **asked: Any) -> list[dict[str, Any]]:
    made, landlords = place
    answer = await client.get(
        "/v1/listings", params={"territory": made.slug, "limit": 50, **asked}, headers=landlords[-1].headers
    )
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def cluster(ref: str, made: Territory, east: float, north: float, *, each: int = 5) -> tuple[dict[str, Any], list[Any]]:
    """Return three residences close together with ``each`` homes in each."""
    residences = {f"{ref}{n}": residence(made.communes[0], made.point(east + 15 * n, north)) for n in range(3)}
    return residences, [{"ref": f"{name}-{n}", **home(name)} for name in residences for n in range(each)]


async def fill(client: httpx.AsyncClient, owner: Member, made: Territory) -> None:
    """Fill a place near the centre, and one far from it that the commune can leave over."""
    for ref, east, each in (("near", 0, 6), ("far", 2_900, 5)):
        await publish(client, owner, *cluster(ref, made, east, 0, each=each))


def metres(a: dict[str, float], b: dict[str, float]) -> float:
    return math.hypot((a["lon"] - b["lon"]) * 78_800, (a["lat"] - b["lat"]) * 111_200)


async def test_zone_counts_the_dwellings_of_all_landlords_together(
    client: httpx.AsyncClient, job_database: Database, place: Place
) -> None:
    made, (first, second, _) = place
    for owner, name in ((first, "A"), (second, "B")):
        for ref, east in (("near", 0), ("far", 2_900)):
            residences, homes = cluster(f"{ref}{name}", made, east, 0, each=3)
            await publish(client, owner, residences, homes)
    await place_requested(job_database)
    assert {item["location"]["precision"] for item in await seen(client, place)} == {"cell", "commune"}


async def test_zone_does_not_count_homes_that_left_the_stock(
    client: httpx.AsyncClient, job_database: Database, place: Place
) -> None:
    made, (owner, *_) = place
    await fill(client, owner, made)
    gone = [{"ref": f"near{n}-{k}", **home(f"near{n}", status="withdrawn")} for n in range(3) for k in range(3)]
    await publish(client, owner, {}, gone)
    await place_requested(job_database)
    assert {item["location"]["precision"] for item in await seen(client, place)} == {"commune"}


async def test_listing_of_a_divided_commune_has_its_zone_at_once_lived_in_or_not(
    client: httpx.AsyncClient, job_database: Database, place: Place
) -> None:
    made, (owner, *_) = place
    await fill(client, owner, made)
    assert {item["location"]["precision"] for item in await seen(client, place)} == {"commune"}, "until computed"
    await place_requested(job_database)
    (size,) = {item["location"]["cell_m"] for item in await seen(client, place)} - {None}
    inside, outside = made.point(30, 10), made.point(-2_900, -3_000)
    for ref, at in (("in", inside), ("out", outside)):
        await publish(
            client, owner, {ref: residence(made.communes[0], at)}, [{"ref": f"{ref}-1", **home(ref, rent_cents=1)}]
        )
    shown = sorted(await seen(client, place, rent_max=1), key=lambda item: item["location"]["cell_m"] or 0)
    assert [item["location"]["cell_m"] for item in shown] == [None, size]


async def test_listing_without_a_position_is_shown_by_its_commune_and_asks_for_nothing(
    client: httpx.AsyncClient, job_database: Database, place: Place
) -> None:
    made, (owner, *_) = place
    await fill(client, owner, made)
    await publish(client, owner, {"lost": residence(made.communes[0])}, [{"ref": "lost", **home("lost", rent_cents=1)}])
    await place_requested(job_database)
    (shown,) = await seen(client, place, rent_max=1)
    assert shown["location"]["precision"] == "commune"
    assert shown["quarters"] == []
    assert metres(shown["location"], made.point()) <= 2_050
    assert await place_requested(job_database) == 0, "no territory is computed again for it"


async def test_listing_of_a_building_outside_its_commune_is_shown_in_a_zone_of_the_commune(
    client: httpx.AsyncClient, job_database: Database, place: Place
) -> None:
    made, (owner, *_) = place
    await fill(client, owner, made)
    astray = made.point(40_000, 0)
    given = residence(made.communes[0], made.point(), buildings=[{"ref": "B", "position": astray}])
    await publish(client, owner, {"R": given}, [{"ref": "R-1", **home("R", building_ref="B", rent_cents=1)}])
    await place_requested(job_database)
    (shown,) = await seen(client, place, rent_max=1)
    assert shown["commune"]["code"] == made.communes[0]
    assert metres(shown["location"], astray) > 30_000


async def test_listing_is_shown_at_the_same_point_as_long_as_its_zone_is_the_same(
    client: httpx.AsyncClient, job_database: Database, place: Place
) -> None:
    made, (owner, *_) = place
    await fill(client, owner, made)
    await place_requested(job_database)
    before = {item["id"]: item["location"] for item in await seen(client, place)}
    dearer = [{"ref": f"near{n}-{k}", **home(f"near{n}", rent_cents=50_000)} for n in range(3) for k in range(6)]
    await publish(client, owner, {}, dearer)
    async with job_database.transaction(Role.JOB, actor="tests") as session:
        await session.execute(
            text("INSERT INTO zoning_requests (territory_id, everything) VALUES (:id, true) ON CONFLICT DO NOTHING"),
            {"id": made.id},
        )
    await place_requested(job_database)
    assert {item["id"]: item["location"] for item in await seen(client, place)} == before


async def test_listings_of_one_residence_are_shown_at_points_of_their_own(
    client: httpx.AsyncClient, job_database: Database, place: Place
) -> None:
    made, (owner, *_) = place
    await fill(client, owner, made)
    await place_requested(job_database)
    points = [(item["location"]["lon"], item["location"]["lat"]) for item in await seen(client, place)]
    assert len(set(points)) == len(points) == 33


async def test_listing_is_shown_at_its_true_place_only_where_the_charter_says_so(
    client: httpx.AsyncClient, job_database: Database, database: Database, register: Register
) -> None:
    place = await signed(database, job_database, client, register, Terms(location_precision="residence"))
    made, (owner, *_) = place
    at = made.point(123, 45)
    await publish(client, owner, {"R": residence(made.communes[0], at)}, [{"ref": "R-1", **home("R")}])
    await place_requested(job_database)
    (shown,) = await seen(client, place)
    assert shown["location"]["precision"] == "residence"
    assert metres(shown["location"], at) < 2
    written = text("SELECT xmin FROM listings WHERE territory_id = :id"), {"id": made.id}
    async with job_database.transaction(Role.JOB, actor="tests") as session:
        before = (await session.execute(*written)).scalars().all()
        assert await place_territory(session=session, territory=made.id) == 0, "there is no zone to move to"
        assert (await session.execute(*written)).scalars().all() == before


async def test_territory_that_cannot_be_placed_does_not_keep_the_others_waiting(
    client: httpx.AsyncClient, job_database: Database, database: Database, register: Register, place: Place,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    first = place[0].id
    later = await signed(database, job_database, client, register)
    await fill(client, later[1][0], later[0])
    async with job_database.transaction(Role.JOB, actor="tests") as session:
        await session.execute(
            text("INSERT INTO zoning_requests (territory_id, everything) VALUES (:id, false)"), {"id": first}
        )

    async def broken(*, territory: int, **how: Any) -> int:
        if territory == first:
            raise RuntimeError("this one is broken")
        return await place_territory(territory=territory, **how)

    monkeypatch.setattr(place_service, "place_territory", broken)
    with pytest.raises(RuntimeError, match="this one"):
        await place_requested(job_database)
    assert {item["location"]["precision"] for item in await seen(client, later)} == {"cell", "commune"}


async def test_listings_in_a_commune_with_an_outline_are_shown_inside_it(
    client: httpx.AsyncClient, job_database: Database, place: Place
) -> None:
    """The commune is a square of 0.1 degree; the residences stand in a corner of it, across its limit by 2 m."""
    made, (owner, *_) = place
    corner = {"lon": made.lon + 0.05, "lat": made.lat + 0.05}
    for ref, dx in (("edge", -0.0003), ("over", 0.00002)):
        given = {
            f"{ref}{n}": residence(made.communes[0], {"lon": corner["lon"] + dx, "lat": corner["lat"] - n * 0.0001})
            for n in range(3)
        }
        await publish(client, owner, given, [{"ref": f"{r}-{k}", **home(r)} for r in given for k in range(5)])
    await publish(client, owner, *cluster("far", made, -3_000, 0))
    await place_requested(job_database)
    for item in await seen(client, place):
        assert abs(item["location"]["lon"] - made.lon) <= 0.05001
        assert abs(item["location"]["lat"] - made.lat) <= 0.05001


async def test_home_in_a_commune_of_which_no_place_is_known_is_registered_but_not_listed(
    client: httpx.AsyncClient, job_database: Database, place: Place
) -> None:
    """102 communes of the national list have neither centre nor contour."""
    made, (owner, *_) = place
    async with job_database.transaction(Role.JOB, actor="tests") as session:
        await session.execute(
            text("UPDATE communes SET centre = NULL, contour = NULL WHERE code = :code"), {"code": made.communes[1]}
        )
    result = await publish(
        client, owner, {"R": residence(made.communes[1], made.point())}, [{"ref": "R-1", **home("R")}]
    )
    assert result["created"] == 1
    await place_requested(job_database)
    assert await seen(client, place) == []


async def test_quarter_of_a_listing_is_that_of_its_building_where_that_has_a_place_of_its_own(
    client: httpx.AsyncClient, job_database: Database, database: Database, register: Register
) -> None:
    place = await signed(database, job_database, client, register, Terms(location_precision="residence"))
    made, (owner, *_) = place
    layer = f"q{made.id}"
    async with job_database.transaction(Role.JOB, actor="tests") as session:
        for code, west, east in (("west", -0.05, 0.0), ("east", 0.0, 0.05)):
            await session.execute(
                text(
                    "INSERT INTO quarters (layer, code, name, commune_code, vintage, shape) VALUES (:layer, :code,"
                    " :code, :commune, 2026, ST_Multi(ST_MakeEnvelope(:west, :south, :east, :north, 4326)))"
                ),
                {
                    "layer": layer, "code": code, "commune": made.communes[0], "west": made.lon + west,
                    "east": made.lon + east, "south": made.lat - 0.05, "north": made.lat + 0.05,
                },
            )  # fmt: skip
    given = residence(
        made.communes[0], made.point(-200), buildings=[{"ref": "here"}, {"ref": "there", "position": made.point(200)}]
    )
    await publish(
        client, owner, {"R": given},
        [{"ref": f"R-{ref}", **home("R", building_ref=ref, rent_cents=n)} for n, ref in enumerate(("here", "there"))],
    )  # fmt: skip
    assert [item["quarters"] for item in await seen(client, place)] == [[f"{layer}:west"], [f"{layer}:east"]]
