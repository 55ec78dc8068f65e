"""Vector tiles show what the list shows, to whom it shows it."""

import gzip
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from typing import Any, Final

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import text

from registry.charter import service as charter
from registry.charter.schemas import Terms
from registry.identity import service as identity
from registry.kernel.geo import LonLat, TileAddress, to_mercator
from registry.listings import tasks
from registry.listings.service.place import place_requested
from registry.platform.database import Database, Role
from registry.surroundings.service.networks import store_network
from tests.conftest import Register
from tests.support import members, mvt, territory
from tests.support.members import Member
from tests.support.networks import line
from tests.support.stock import fact, home, publish, residence
from tests.support.territory import Territory

HOMES: Final = 60
OF_CELLS: Final = {
    table: text(f"SELECT count(*) FROM {table} WHERE territory_id = :territory")
    for table in ("listing_cells", "listing_cell_changes")
}
REACHED: Final[dict[str, Any]] = {
    "step_free_entrance": fact(), "lift": fact(), "bedroom_on_entrance_level": fact(), "low_thresholds": fact(),
    "grab_bars": fact(),
}  # fmt: skip
WHEELCHAIR: Final[dict[str, Any]] = {
    **REACHED, "entrance_door_width": fact(90), "interior_door_width": fact(80), "zero_step_shower": fact(),
    "turning_space": fact(), "wc_transfer_space": fact(),
}  # fmt: skip
FACTS: Final = (None, WHEELCHAIR, REACHED, WHEELCHAIR)


QUARTER: Final = text(
    "INSERT INTO quarters (layer, code, name, commune_code, vintage, shape) VALUES (:layer, :code, 'Quarter ' || :code,"
    " :commune, :vintage, ST_Multi(ST_Expand(ST_SetSRID(ST_Point(:lon, :lat), 4326), 0.01)))"
)

IN_METRES: Final = text("SELECT ST_X(at), ST_Y(at) FROM ST_Transform(ST_SetSRID(ST_Point(:x, :y), 3857), 2154) AS at")


@dataclass
class Place:
    """A territory where a landlord shows homes in many places, and another searches."""

    client: httpx.AsyncClient
    territory: Territory
    owner: Member
    searcher: Member
    published: list[dict[str, Any]] = field(default_factory=list)

    def address(self, z: int, lon: float | None = None, lat: float | None = None) -> TileAddress:
        """Return the tile of a zoom that a place lies in; without one, the middle of the territory's."""
        return mvt.containing(z, LonLat(lon or self.territory.lon, lat or self.territory.lat))

    async def ask(
        self, address: TileAddress, *, by: Member | None = None, headers: dict[str, str] | None = None, **query: Any
    ) -> httpx.Response:
        url = f"/v1/tiles/{address.z}/{address.x}/{address.y}.mvt"
        caller = by or self.searcher
        return await self.client.get(url, params=query, headers={**caller.headers, **(headers or {})})

    async def layers(self, address: TileAddress, **given: Any) -> dict[str, mvt.Layer]:
        answer = await self.ask(address, **given)
        assert answer.status_code in {200, 204}, answer.text
        return mvt.layers(answer.content)

    async def listed(self, *, by: Member | None = None, **query: Any) -> dict[str, dict[str, Any]]:
        """Return everything that the list shows in the territory, by id."""
        caller = by or self.searcher
        found: dict[str, dict[str, Any]] = {}
        following = str(httpx.URL("/v1/listings", params={"limit": 50, **query}))
        while following:
            answer = await self.client.get(following, headers=caller.headers)
            assert answer.status_code == 200, answer.text
            found |= {item["id"]: item for item in answer.json()["items"]}
            following = answer.json()["next"]
        return found


def where(item: dict[str, Any]) -> LonLat:
    return LonLat(item["location"]["lon"], item["location"]["lat"])


def tiles(z: int, items: Iterable[dict[str, Any]]) -> set[TileAddress]:
    """Return the tiles that listings may stand in: the list rounds their places to five decimals."""
    off = (-1e-5, 1e-5)
    return {
        mvt.containing(z, LonLat(at.lon + east, at.lat + north))
        for at in map(where, items)
        for east in off
        for north in off
    }


def numbers(items: Iterable[dict[str, Any]]) -> dict[str, int]:
    """Count listings as a cell does."""
    found: Counter[str] = Counter()
    for item in items:
        now = item["availability"] == "now"
        found["homes"] += 1
        found["available_now"] += now
        for least in (3, 5):
            reached = item["home_class"]["proven"] >= least
            found[f"class_{least}"] += reached
            found[f"class_{least}_now"] += reached and now
    return {name: found[name] for name in (
        "homes", "available_now", "class_3", "class_3_now", "class_5", "class_5_now")}  # fmt: skip


def added(layer: mvt.Layer | None) -> dict[str, int]:
    total: Counter[str] = Counter()
    for each in layer.properties if layer else []:
        total.update(each)
    return {name: total[name] for name in numbers([])}


@pytest_asyncio.fixture
async def place(
    database: Database, job_database: Database, client: httpx.AsyncClient, register: Register
) -> AsyncIterator[Place]:
    made = await territory.create(database, job_database, client, communes=2)
    owner, searcher = await register(), await register()
    await territory.sign(database, made, [owner, searcher])
    for member in (owner, searcher):
        await members.renew(member, client)
    residences = {
        f"R{n}": residence(made.communes[0], made.point(-3_000 + 300 * n, 2_500 - 250 * n)) for n in range(20)
    }
    homes = [
        {"ref": f"H{n}", **home(
            f"R{n % 20}", FACTS[n % 4], rooms=1 + n % 4, floor=0, status=("vacant", "occupied", "notice")[n % 3],
            rent_cents=30_000 + 1_000 * n if n % 5 else None)}
        for n in range(HOMES)
    ]  # fmt: skip
    await publish(client, owner, residences, homes)
    await place_requested(job_database)
    yield Place(client, made, owner, searcher)


async def test_tile_of_homes_shows_each_where_and_as_the_list_does(place: Place) -> None:
    listed = await place.listed()
    assert len(listed) == HOMES
    for z in (14, 16, 18):
        seen: dict[str, dict[str, Any]] = {}
        for address in tiles(z, listed.values()):
            found = await place.layers(address)
            assert set(found) <= {"listings"}
            layer = found.get("listings", mvt.Layer(1))
            step = address.side_m / layer.extent
            for feature in layer.features:
                said, item = feature.properties, listed[feature.properties["id"]]
                assert said["id"] not in seen, "a home is shown in one tile"
                seen[said["id"]] = said
                rent = {"rent_cents": item["rent_cents"]} if item["rent_cents"] is not None else {}
                assert said == {
                    "id": item["id"], "class_proven": item["home_class"]["proven"], "rooms": item["rooms"],
                    "availability": item["availability"], "bookable": item["availability"] != "occupied", **rent,
                }  # fmt: skip
                ((x, y),) = feature.points
                assert (x, y) == pytest.approx(_inside(address, where(item), step), abs=2 + 1.5 / step)
        assert set(seen) == set(listed), z


def _inside(address: TileAddress, at: LonLat, step: float) -> tuple[float, float]:
    x, y = to_mercator(at)
    return (x - address.box.west) / step, (address.box.north - y) / step


async def test_point_is_no_finer_than_the_list_at_any_zoom(place: Place) -> None:
    item = next(iter((await place.listed()).values()))
    for z in range(14, 19):
        found = [(await place.layers(address)).get("listings") for address in tiles(z, [item])]
        steps = [TileAddress(z, 0, 0).side_m / layer.extent for layer in found if layer]
        assert steps == pytest.approx([1.19] * len(steps), abs=0.01), "Mercator metres"
        assert steps


@pytest.mark.parametrize("folded", [False, True], ids=["changes", "cells"])
async def test_cells_of_every_zoom_add_up_to_what_the_list_shows(
    place: Place, job_database: Database, *, folded: bool
) -> None:
    if folded:
        await tasks.add_to_cells(job_database)
    listed = await place.listed()
    expected = numbers(listed.values())
    assert 0 < expected["class_5_now"] < expected["class_5"] < expected["class_3"] < expected["homes"]
    for z in range(14):
        total: Counter[str] = Counter()
        for address in tiles(z, listed.values()):
            found = await place.layers(address)
            assert set(found) <= {"clusters"}
            layer = found.get("clusters", mvt.Layer(1))
            for feature in layer.features:
                ((x, y),) = feature.points
                assert (x % 256, y % 256) == (128, 128), "the middle of a cell"
                assert set(feature.properties) == set(expected), "numbers alone: no id, no place"
            assert len({tuple(each.points) for each in layer.features}) == len(layer.features)
            total.update(added(layer))
        assert {name: total[name] for name in expected} == expected, z


async def test_cells_counted_beforehand_are_those_of_the_listings_one_by_one(
    place: Place, job_database: Database
) -> None:
    await tasks.add_to_cells(job_database)
    for z in (10, 11):
        for address in tiles(z, (await place.listed()).values()):
            counted, each = await place.layers(address), await place.layers(address, rooms_min=1)
            assert counted == each


@pytest.mark.parametrize(
    "given",
    [
        {"availability": "now"}, {"feature": "grab_bars"}, {"rooms_min": 3}, {"rent_max": 45_000},
        {"rent_max": 45_000, "possible": "true"}, {"class_min": 3}, {"commune": "99999"}, {"fresh_days": 30},
    ],
)  # fmt: skip
async def test_filters_leave_the_same_as_in_the_list(place: Place, given: dict[str, Any]) -> None:
    listed, everything = await place.listed(**given), await place.listed()
    for z in (10, 12, 13):
        parts = [await place.layers(each, **given) for each in tiles(z, everything.values())]
        assert sum(added(part.get("clusters"))["homes"] for part in parts) == len(listed), z
    shown = [
        said["id"]
        for address in tiles(14, everything.values())
        for said in (await place.layers(address, **given)).get("listings", mvt.Layer(0)).properties
    ]
    assert sorted(shown) == sorted(listed)


async def test_what_changes_is_in_the_cells_at_once_and_stays_right_when_it_is_added(
    place: Place, job_database: Database, client: httpx.AsyncClient
) -> None:
    """A home let, one withdrawn, one new, one that another rent changes alone; added in between and not."""
    address = place.address(0)
    await tasks.add_to_cells(job_database)
    changes: list[tuple[str, dict[str, Any]]] = [
        ("H0", home("R0", status="occupied")), ("H1", home("R1", WHEELCHAIR, status="withdrawn")),
        ("H-new", home("R2", WHEELCHAIR, floor=0)), ("H3", home("R3", rent_cents=99_000)),
        ("H4", home("R4", {})),
    ]  # fmt: skip
    for ref, given in changes:
        answer = await client.put(f"/v1/homes/{ref}", json=given, headers=place.owner.headers)
        assert answer.is_success, answer.text
        expected = numbers((await place.listed()).values())
        assert added((await place.layers(address))["clusters"]) == expected, ref
        if ref != "H1":
            await tasks.add_to_cells(job_database)
            assert added((await place.layers(address))["clusters"]) == expected, ref


async def test_withdrawn_landlord_is_gone_from_every_zoom_at_once_and_no_empty_cell_is_kept(
    place: Place, job_database: Database
) -> None:
    await tasks.add_to_cells(job_database)
    async with job_database.transaction(Role.JOB, actor="tests") as session:
        await identity.suspend_organisation(session=session, organisation=place.owner.id)
    for z in (0, 11, 12, 14):
        assert await place.layers(place.address(z)) == {}
    await tasks.add_to_cells(job_database)
    async with job_database.transaction(Role.JOB, actor="tests") as session:
        rows = await session.execute(OF_CELLS["listing_cells"], {"territory": place.territory.id})
    assert rows.scalar_one() == 0


async def test_tile_shows_nothing_of_a_territory_without_a_charter_of_ones_own(
    place: Place, register: Register, database: Database, job_database: Database, client: httpx.AsyncClient
) -> None:
    elsewhere = await territory.create(database, job_database, client)
    stranger, unsigned = await register(), await register()
    await territory.sign(database, elsewhere, [stranger])
    await members.renew(stranger, client)
    for z in (0, 9, 12, 14, 16):
        assert (await place.ask(place.address(z), by=stranger)).status_code == 204
        assert (await place.ask(place.address(z), by=unsigned)).json()["code"] == "adhesion-required"
        refused = await place.ask(place.address(z), by=stranger, territory=place.territory.slug)
        never = await place.ask(place.address(z), by=stranger, territory="nowhere")
        assert refused.status_code == never.status_code == 400
        assert refused.json()["code"] == never.json()["code"] == "filter-invalid"
    outlines = await place.ask(place.address(12), by=stranger, layer=["communes", "quarters"])
    assert outlines.status_code == 204


async def test_territory_of_several_is_shown_alone(
    place: Place, database: Database, job_database: Database, client: httpx.AsyncClient
) -> None:
    other = await territory.create(database, job_database, client)
    await territory.sign(database, other, [place.owner, place.searcher])
    for member in (place.owner, place.searcher):
        await members.renew(member, client)
    await publish(
        client, place.owner, {"O1": residence(other.communes[0], other.point())}, [{"ref": "O", **home("O1")}]
    )
    both = added((await place.layers(place.address(0)))["clusters"])
    one = added((await place.layers(place.address(0), territory=place.territory.slug))["clusters"])
    assert (both["homes"], one["homes"]) == (HOMES + 1, HOMES)


async def at_one_place(
    database: Database, jobs: Database, client: httpx.AsyncClient, register: Register, *, homes: int, **terms: Any
) -> Place:
    """Return a territory whose members show homes where they are, with some homes of one residence."""
    made = await territory.create(database, jobs, client, terms=Terms(location_precision="residence", **terms))
    owner, searcher = await register(), await register()
    await territory.sign(database, made, [owner, searcher])
    for member in (owner, searcher):
        await members.renew(member, client)
    given = [{"ref": f"H{n}", **home(rooms=n % 9 + 1)} for n in range(homes)]
    await publish(client, owner, {"R1": residence(made.communes[0], made.point())}, given)
    return Place(client, made, owner, searcher)


async def test_homes_shown_by_themselves_count_as_seen_and_numbers_do_not(
    database: Database, job_database: Database, client: httpx.AsyncClient, register: Register
) -> None:
    place = await at_one_place(database, job_database, client, register, homes=4, listing_daily_homes=3)
    owner, searcher = place.owner, place.searcher
    own = await place.listed(by=owner)
    for z in (0, 11, 13):
        assert (await place.ask(place.address(z))).status_code == 200
    address = mvt.containing(14, where(next(iter(own.values()))))
    refused = await place.ask(address)
    assert (refused.status_code, refused.json()["code"]) == (429, "daily-homes-used-up")
    assert int(refused.headers["Retry-After"]) > 0
    assert (await place.ask(address, rooms_max=3)).status_code == 200, "three homes"
    assert (await client.get("/v1/listings?limit=4", headers=searcher.headers)).status_code == 429, "none is left"
    assert (await place.ask(address, by=owner)).status_code == 200, "one's own are not counted"


async def test_outlines_of_the_territory_are_shown_from_their_zooms_on(
    place: Place, job_database: Database, database: Database
) -> None:
    lon, lat, layer = place.territory.lon, place.territory.lat, f"l-{place.territory.slug}"
    quarters = (("Q1", 2026, place.territory.communes[0]), ("Q0", 2020, None), ("Q2", 2026, None))
    async with job_database.transaction(Role.JOB, actor="tests") as session:
        for code, vintage, commune in quarters:
            given = {"code": code, "vintage": vintage, "commune": commune, "layer": layer, "lon": lon, "lat": lat}
            await session.execute(QUARTER, given)
    asked: dict[str, Any] = {"layer": ["communes", "quarters"]}
    assert (await place.ask(place.address(7), **asked)).status_code == 204
    assert set(await place.layers(place.address(8), **asked)) == {"communes"}
    found = await place.layers(place.address(11), **asked)
    communes = {each["code"]: each["name"] for each in found["communes"].properties}
    assert set(communes) <= set(place.territory.communes)
    assert communes[place.territory.communes[0]] == f"Commune {place.territory.communes[0]}"
    assert sorted((each["code"], each["name"]) for each in found["quarters"].properties) == [
        (f"{layer}:Q1", "Quarter Q1"), (f"{layer}:Q2", "Quarter Q2")]  # fmt: skip
    assert all(len(feature.points) >= 4 for feature in found["communes"].features)
    everything = await place.layers(place.address(12), layer=["homes", "communes", "quarters"])
    assert set(everything) >= {"communes", "quarters"}


async def test_paths_of_the_network_are_shown_from_near_with_stairs_apart(place: Place, job_database: Database) -> None:
    near = place.address(15)
    west, south, east, north = near.box
    async with job_database.transaction(Role.JOB, actor="tests") as session:
        x, y = (await session.execute(IN_METRES, {"x": (west + east) / 2, "y": (south + north) / 2})).one()
        graph = line([(x, y), (x + 40, y), (x + 40, y + 40), (x + 80, y + 40)], steps=[0, 12, 0])
        await store_network(session=session, name=place.territory.slug, graphs=[graph])
    asked: dict[str, Any] = {"layer": "network"}
    assert (await place.ask(place.address(14), **asked)).status_code == 204
    (shown,) = (await place.layers(near, **asked)).values()
    assert [each["stairs"] for each in shown.properties] == [False, True]
    far = TileAddress(15, near.x + 9, near.y)
    assert (await place.ask(far, **asked)).status_code == 204
    within = TileAddress(16, 2 * near.x + 1, 2 * near.y)
    assert "network" in await place.layers(within, layer=["homes", "communes", "network"])


async def test_tile_is_kept_for_seconds_and_not_sent_again_to_who_holds_it(place: Place) -> None:
    address = place.address(0)
    answer = await place.ask(address, headers={"Accept-Encoding": "identity"})
    assert answer.headers["Content-Type"] == "application/vnd.mapbox-vector-tile"
    assert answer.headers["Cache-Control"] == "private, max-age=5"
    assert answer.headers["Vary"] == "Authorization, Accept-Encoding"
    held = {"If-None-Match": answer.headers["ETag"]}
    again = await place.ask(address, headers=held)
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == answer.headers["ETag"]
    await place.client.put("/v1/homes/H0", json=home("R0", status="occupied"), headers=place.owner.headers)
    assert (await place.ask(address, headers=held)).status_code == 200, "another tile by now"
    outlines = await place.ask(place.address(9), layer="communes")
    assert outlines.headers["Cache-Control"] == "private, max-age=3600"


async def test_query_that_was_asked_before_is_answered_and_refused_as_the_first_time(
    place: Place, register: Register, client: httpx.AsyncClient
) -> None:
    address = place.address(12)
    given: dict[str, Any] = {"rooms_min": 1, "rooms_max": 8}
    first = await place.ask(address, **given)
    again = await place.ask(address, **given)
    assert (again.status_code, again.content, again.headers["ETag"]) == (200, first.content, first.headers["ETag"])
    held = await place.ask(address, headers={"If-None-Match": f'"other", {first.headers["ETag"]}'}, **given)
    assert held.status_code == 304
    url = f"/v1/tiles/{address.z}/{address.x}/{address.y}.mvt"
    assert (await client.get(url, params=given)).status_code == 401
    stranger = await register(scopes=("stock:read",))
    assert (await place.ask(address, by=stranger, **given)).json()["code"] == "scope-missing"
    for refused in ("19/0/0", "12/4096/0", "12/0/0x", "9/0/0"):
        answer = await client.get(f"/v1/tiles/{refused}.mvt", params=given, headers=place.searcher.headers)
        assert answer.status_code == 400, refused
    for headers in ({"Accept": "text/html"}, {"If-None-Match": "never"}):
        assert (await place.ask(address, headers=headers, **given)).status_code in {400, 406}


async def test_large_tile_is_compressed_for_who_takes_it(
    database: Database, job_database: Database, client: httpx.AsyncClient, register: Register
) -> None:
    place = await at_one_place(database, job_database, client, register, homes=40)
    address = place.address(14)
    plain = await place.ask(address, headers={"Accept-Encoding": "identity"})
    assert len(plain.content) >= 1_000, "large enough"
    for accepted in ("gzip", "br, gzip;q=0.5", "*"):
        async with place.client.stream(
            "GET", f"/v1/tiles/14/{address.x}/{address.y}.mvt",
            headers={**place.searcher.headers, "Accept-Encoding": accepted},
        ) as answer:  # fmt: skip
            raw = b"".join([piece async for piece in answer.aiter_raw()])
        assert answer.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(raw) == plain.content
        assert answer.headers["ETag"] == plain.headers["ETag"], "weak: of the tile, however it is sent"
    for refused in ("gzip;q=0", "br"):
        answer = await place.ask(address, headers={"Accept-Encoding": refused})
        assert "Content-Encoding" not in answer.headers


@pytest.mark.parametrize(
    ("path", "field"),
    [("3/8/0", "x"), ("3/0/8", "y"), ("0/1/0", "x"), ("19/0/0", "z"), ("-1/0/0", "z"), ("3/a/0", "x")],
)
async def test_tile_that_there_is_not_is_refused_by_name(place: Place, path: str, field: str) -> None:
    answer = await place.client.get(f"/v1/tiles/{path}.mvt", headers=place.searcher.headers)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == field


async def test_filter_at_a_low_zoom_is_refused_with_what_to_do(place: Place) -> None:
    answer = await place.ask(place.address(9), class_min=5)
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (400, "filter-invalid")
    assert problem["errors"][0]["field"] == "class_min"
    assert "zoom in" in problem["errors"][0]["remedy"]
    assert (await place.ask(place.address(9), possible="false", availability="any")).status_code == 200, "no filter"


async def test_coordinator_sees_the_tiles_of_its_territory(place: Place) -> None:
    coordinator = place.territory.coordinator
    drawn = [await place.layers(each, by=coordinator) for each in tiles(5, (await place.listed()).values())]
    assert sum(added(each.get("clusters"))["homes"] for each in drawn) == HOMES, "where tiles meet, in several"


async def test_left_territory_is_shown_no_more(place: Place, database: Database) -> None:
    coordinator = place.territory.coordinator
    async with database.transaction(Role.COORDINATOR, organisation=coordinator.id, actor="tests") as session:
        await charter.suspend(session=session, organisation=place.searcher.id, territory_id=place.territory.id)
    async with database.transaction(Role.LANDLORD, organisation=place.searcher.id, actor="tests") as session:
        for table, count in OF_CELLS.items():
            rows = await session.execute(count, {"territory": place.territory.id})
            assert rows.scalar_one() == 0, table
    assert (await place.ask(place.address(0))).json()["code"] == "adhesion-required"
