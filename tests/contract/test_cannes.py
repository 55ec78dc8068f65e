"""The main job on real input: the social homes of Cannes, from their file to another landlord's search.

What must be found is worked out from the file by the few lines of plain Python below, which share nothing with the
importer: neither its reader nor its references.
"""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

import pytest
import pytest_asyncio
from pyproj import Geod, Transformer
from sqlalchemy import text

from registry.listings.service.place import place_requested
from registry.platform.database import Role
from tests.support.cannes import CANNES, EXACT_DATE, FACT_DATE, PRESENT, Cannes, adapt, registry_of_france, rows, sign
from tests.support.commands import invoke
from tests.support.database import Server

pytestmark = pytest.mark.skipif(
    not PRESENT, reason="the real data (../shared/data/rpls-cannes and territoires) are not on this machine"
)

CENTRE = (7.00286, 43.55391)
GEOD = Geod(ellps="WGS84")
LAMBERT = Transformer.from_crs(4326, 2154, always_xy=True)


@pytest_asyncio.fixture(scope="module")
async def cannes(server: Server) -> AsyncIterator[Cannes]:
    async with registry_of_france(server) as place:
        await sign(place)
        place.first = await place.run_import()
        assert place.first.exit_code == 0, place.first.output
        place.homes = {home["ref"]: home for home in await place.pages(place.owner, "/v1/homes?limit=1000")}
        place.residences = {row["ref"]: row for row in await place.pages(place.owner, "/v1/residences?limit=1000")}
        await adapt(place)
        await place_requested(place.jobs)
        yield place


def test_import_of_the_file_accounts_for_every_row(cannes: Cannes) -> None:
    assert cannes.first.exit_code == 0, cannes.first.output
    said = cannes.first.stdout.splitlines()
    assert "6374 rows, 6374 created, 0 updated, 0 unchanged, 0 rejected, 0 withdrawn" in said
    assert "residences: 282 created, 0 updated, 0 unchanged, 0 rejected" in said
    assert "ligne: 1 × 1415 homes are given no position" in said
    assert "IDENT_INT/IDENT_REP: 1 × 265 rows are not told apart by the file" in said
    assert len(rows()) == 6374 == len(cannes.homes)


def test_imported_homes_are_those_of_the_file(cannes: Cannes) -> None:
    def number(value: str) -> int | None:
        return int(value) if value else None

    of_the_file = Counter(
        (
            f"{int(row['DEPCOM']):05d}", f"{int(row['CODEPOSTAL']):05d}", int(row["NBPIECE"]), float(row["SURFHAB"]),
            number(row["ETAGE"]), row["FINAN"], row["DPEENERGIE"] or None, row["QPV"] == "1",
            (float(row["lon"]), float(row["lat"])) if row["lon"] else None,
        )
        for row in rows()
    )  # fmt: skip
    held: Counter[Any] = Counter()
    for home in cannes.homes.values():
        residence = cannes.residences[home["residence_ref"]]
        place = residence["position"]
        held[
            residence["commune_code"], residence["postcode"], home["rooms"], home["area_m2"], home["floor"],
            home["financing"], home["energy_label"], residence["in_priority_quarter"],
            (place["lon"], place["lat"]) if place else None,
        ] += 1  # fmt: skip
    assert held == of_the_file
    assert {home["status"] for home in cannes.homes.values()} == {"occupied"}
    assert {home["typology"] for home in cannes.homes.values()} == {f"T{n}" for n in range(1, 7)}
    assert not any(home["facts"] or home["rent_cents"] for home in cannes.homes.values()), "the file states neither"


async def test_import_again_changes_nothing_and_keeps_what_the_landlord_stated_since(cannes: Cannes) -> None:
    again = await cannes.run_import()
    assert again.exit_code == 0, again.output
    assert "6374 rows, 0 created, 0 updated, 6374 unchanged, 0 rejected, 0 withdrawn" in again.stdout.splitlines()
    assert "residences: 0 created, 0 updated, 282 unchanged, 0 rejected" in again.stdout.splitlines()
    kept = {home["ref"]: home for home in await cannes.pages(cannes.owner, "/v1/homes?limit=1000")}
    for ref, given in cannes.adapted.items():
        assert {name: kept[ref][name] for name in given} == given
    assert {ref: home["listing_id"] for ref, home in kept.items()} == {
        ref: home["listing_id"] for ref, home in cannes.homes.items()
    }


async def test_import_is_one_event_of_an_unbroken_chain(cannes: Cannes) -> None:
    async with cannes.database.transaction(Role.LANDLORD, organisation=cannes.owner.id, actor="tests") as session:
        found = await session.execute(
            text("SELECT action, detail FROM audit_events WHERE action NOT LIKE 'stock:home:%' ORDER BY sequence")
        )
        events = [tuple(row) for row in found]
    imports = [detail for action, detail in events if action == "sync:file:applied"]
    assert {action for action, _ in events} <= {
        "identity:organisation:created", "identity:client:created", "charter:adhesion:signed", "sync:source:declared",
        "sync:file:applied", "stock:batch:written",
    }  # fmt: skip
    none = {"updated": 0, "unchanged": 0, "rejected": 0}
    assert imports[0] | {"difference": "", "run": ""} == {
        "rows": 6374, "created": 6374, **none, "withdrawn": 0, "residences": {"created": 282, **none}, "run": "",
        "sha256": "8c2e5445c66dc25cedd61346426ec126976508fab91b464fb23208b097472d4e", "difference": "",
    }  # fmt: skip
    assert all(re.fullmatch(r"[0-9a-f]{64}", detail["difference"]) for detail in imports)
    verified = await asyncio.to_thread(invoke, cannes.settings, "audit", "verify", str(cannes.owner.id))
    assert verified.exit_code == 0, verified.output


@pytest.mark.parametrize(
    "asked", ["territory=cannes", f"commune={CANNES}", "near=7.00286,43.55391&within_m=12000", "epci=200039915"]
)
async def test_search_of_the_whole_place_finds_the_adapted_homes_of_the_commune(cannes: Cannes, asked: str) -> None:
    of_the_file = sum(row["ETAGE"] == "0" and row["NBPIECE"] == "2" and row["DEPCOM"] == "6029" for row in rows())
    found = await cannes.pages(cannes.searcher, f"/v1/listings?{asked}&limit=50")
    assert len(found) == of_the_file == 281
    assert {listing["id"] for listing in found} == set(cannes.listed)
    assert len({listing["id"] for listing in found}) == len(found), "no page repeats another"
    counted = await cannes.ask(cannes.searcher, f"/v1/listings?{asked}&limit=1&count=true")
    assert counted.json()["count"] == 281


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ("feature=zero_step_shower", 94),
        ("feature=interior_door_width", 57),
        ("feature=zero_step_shower&feature=interior_door_width", 19),
        ("feature=grab_bars", 0),
        ("feature=grab_bars&possible=true", 210),
        ("feature=step_free_entrance&rooms_min=3", 0),
        ("availability=now", 11),
        ("availability=now&feature=zero_step_shower", 4),
        ("rent_max=34999", 50),
    ],
)
async def test_search_by_feature_finds_exactly_those_that_have_it(cannes: Cannes, asked: str, count: int) -> None:
    found = await cannes.pages(cannes.searcher, f"/v1/listings?commune={CANNES}&{asked}&limit=50")
    assert len(found) == count


async def test_search_by_radius_finds_what_is_shown_within_it(cannes: Cannes) -> None:
    every = await cannes.pages(cannes.searcher, "/v1/listings?territory=cannes&limit=50")
    for radius in (800, 1_500, 3_000):
        found = await cannes.pages(
            cannes.searcher, f"/v1/listings?near={CENTRE[0]},{CENTRE[1]}&within_m={radius}&limit=20"
        )
        away = {row["id"]: GEOD.inv(*CENTRE, row["location"]["lon"], row["location"]["lat"])[2] for row in every}
        margin = 2 + radius * 0.006  # coordinates are shown to the metre, and distance is Mercator's at the centre
        certain = {listing for listing, metres in away.items() if metres < radius - margin}
        possible = {listing for listing, metres in away.items() if metres < radius + margin}
        assert certain <= {row["id"] for row in found} <= possible
        assert len(certain) > 0
        shown = [row["distance_m"] for row in found]
        assert shown == sorted(shown)
        assert all(abs(row["distance_m"] - away[row["id"]]) <= 50 + margin for row in found)


async def test_search_by_polygon_finds_the_homes_of_the_squares_it_draws(cannes: Cannes) -> None:
    """A square of the grid is searched by its outline: what stands in it is known from the true places alone."""
    every = await cannes.pages(cannes.searcher, "/v1/listings?territory=cannes&limit=50")
    squares = Counter(_square(cannes, row["id"], 2_000) for row in every if row["location"]["precision"] == "cell")
    assert squares.total() >= 100, "most of the commune has squares of its own"
    for square, count in squares.items():
        found = await cannes.pages(
            cannes.searcher, "/v1/listings/search", body={"area": _outline(square, 2_000), "limit": 50}
        )
        in_squares = [row for row in found if row["location"]["precision"] == "cell"]
        assert len(in_squares) == count
        assert {_square(cannes, row["id"], 2_000) for row in in_squares} == {square}


def _square(cannes: Cannes, listing: str, size_m: int) -> tuple[int, int]:
    place = cannes.true_place(listing)
    assert place is not None
    x, y = LAMBERT.transform(*place)
    return int(x // size_m), int(y // size_m)


def _outline(square: tuple[int, int], size_m: int) -> dict[str, Any]:
    """The square as GeoJSON; a vertex every 100 m, since its sides are not straight in other projections."""
    steps = range(0, size_m, 100)
    west, south = square[0] * size_m, square[1] * size_m
    ring = (
        [(west + step, south) for step in steps]
        + [(west + size_m, south + step) for step in steps]
        + [(west + size_m - step, south + size_m) for step in steps]
        + [(west, south + size_m - step) for step in steps]
    )
    places = [LAMBERT.transform(x, y, direction="INVERSE") for x, y in [*ring, ring[0]]]
    return {"type": "Polygon", "coordinates": [[list(place) for place in places]]}


async def test_search_as_geojson_is_the_same_search(cannes: Cannes) -> None:
    plain = await cannes.pages(cannes.searcher, "/v1/listings?territory=cannes&limit=50")
    features = await cannes.pages(
        cannes.searcher, "/v1/listings?territory=cannes&limit=50", key="features", Accept="application/geo+json"
    )
    assert [feature["properties"] for feature in features] == plain
    for feature in features:
        location = feature["properties"]["location"]
        assert feature["id"] == feature["properties"]["id"]
        assert feature["geometry"]["type"] == "Point"
        assert feature["geometry"]["coordinates"] == pytest.approx([location["lon"], location["lat"]], abs=2e-5)


async def test_shown_point_lies_in_a_cell_that_holds_eleven_homes_in_three_residences(cannes: Cannes) -> None:
    registered: dict[tuple[int, int, int], Counter[str]] = {}
    for row in rows():
        if row["lon"] and row["DEPCOM"] == "6029":
            x, y = LAMBERT.transform(float(row["lon"]), float(row["lat"]))
            address = " ".join(row[name] for name in ("NUMVOIE", "INDREP", "TYPVOIE", "NOMVOIE"))
            for size in (500, 1_000, 2_000):
                registered.setdefault((size, int(x // size), int(y // size)), Counter())[address] += 1
    every = await cannes.pages(cannes.searcher, "/v1/listings?territory=cannes&limit=50")
    placed = {listing for listing in cannes.listed if cannes.true_place(listing)}
    assert len(placed) == 228
    for listing in every:
        location = listing["location"]
        if location["precision"] != "cell":
            assert location["precision"] == "commune"
            continue
        assert listing["id"] in placed, "a home without a position has no cell"
        size = location["cell_m"]
        x, y = LAMBERT.transform(location["lon"], location["lat"])
        west, south = (index * size for index in _square(cannes, listing["id"], size))
        assert west - 1 <= x <= west + size + 1
        assert south - 1 <= y <= south + size + 1
        within = registered[size, west // size, south // size]
        assert within.total() >= 11
        assert len(within) >= 3


async def test_nothing_private_is_heard_by_anyone_but_the_owner(cannes: Cannes) -> None:
    cannes.heard.clear()  # elsewhere they name a reference themselves, and hear it back as the address they asked
    every = await cannes.pages(cannes.searcher, "/v1/listings?territory=cannes&limit=50")
    for member in (cannes.searcher, cannes.coordinator):
        for listing in every[::40]:
            answer = await cannes.ask(member, f"/v1/listings/{listing['id']}")
            assert answer.json() == listing
    await cannes.ask(cannes.searcher, f"/v1/listings?near={CENTRE[0]},{CENTRE[1]}&within_m=9000&limit=50")
    await cannes.pages(cannes.coordinator, f"/v1/listings?commune={CANNES}&limit=50")
    square = next(_square(cannes, row["id"], 2_000) for row in every if row["location"]["precision"] == "cell")
    await cannes.ask(cannes.searcher, "/v1/listings/search", body={"area": _outline(square, 2_000)})
    await cannes.ask(cannes.outsider, f"/v1/listings?commune={CANNES}")
    await cannes.ask(cannes.outsider, f"/v1/listings/{every[0]['id']}")
    heard = "\n".join(cannes.heard)
    assert len(cannes.heard) > 20
    for ref in cannes.homes:
        assert ref not in heard
    for ref, residence in cannes.residences.items():
        assert ref not in heard
        assert residence["name"] is None or len(residence["name"]) < 5 or residence["name"] not in heard
        assert len(residence["street"]) < 5 or residence["street"].upper() not in heard.upper()
    assert EXACT_DATE not in heard
    assert FACT_DATE not in heard
    true_places = {
        (round(place["lon"], 5), round(place["lat"], 5))
        for residence in cannes.residences.values()
        if (place := residence["position"])
    }
    assert len(true_places) > 100
    for listing in every:
        assert (listing["location"]["lon"], listing["location"]["lat"]) not in true_places
    leaves = {leaf for listing in every for leaf in _leaves(listing)}
    assert {path for path, _ in leaves} <= SHOWN
    for path, value in leaves:
        assert re.fullmatch(FORMS.get(path, r".*"), str(value)), (path, value)


def _leaves(node: Any, path: str = "") -> list[tuple[str, Any]]:
    """Return every value with its path; the codes of features count as one name."""
    if isinstance(node, dict):
        named = [("*" if path == "features" else name, value) for name, value in node.items()]
        return [leaf for name, value in named for leaf in _leaves(value, f"{path}.{name}".lstrip("."))]
    if isinstance(node, list):
        return [leaf for value in node for leaf in _leaves(value, path)]
    return [(path, node)]


FORMS = {
    "area_band_m2": r"[0-9]{1,3}0|0", "floor_band": "ground", "fresh_week": r"20[0-9]{2}-W[0-5][0-9]",
    "available_month": r"None|2027-03", "features.*.month": "2026-02", "commune.code": CANNES, "commune.name": "Cannes",
    "territory": "cannes", "features.*.value": "yes|no|80", "location.lon": r"[67]\.[0-9]{1,5}",
    "location.lat": r"43\.[0-9]{1,5}", "id": r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
}  # fmt: skip
"""The exact forms of what might otherwise say more than it should: bands, weeks, months, a random id."""
SHOWN = {
    "id", "territory", "landlord.id", "landlord.name", "commune.code", "commune.name", "quarters",
    "location.precision", "location.cell_m", "location.lon", "location.lat", "typology", "rooms", "area_band_m2",
    "rent_cents", "charges_cents", "floor_band", "features.*.value", "features.*.proven", "features.*.source",
    "features.*.month", "home_class.proven", "home_class.possible", "residence_grade", "availability",
    "available_month", "fresh_week",
}  # fmt: skip
"""Everything that a listing may say (design note on disclosure, rule 3)."""


async def test_class_that_a_listing_shows_is_the_one_that_its_landlord_has_explained(cannes: Cannes) -> None:
    shared = await cannes.pages(cannes.searcher, "/v1/listings?territory=cannes&limit=50")
    shown = {item["id"]: (item["home_class"]["proven"], item["home_class"]["possible"]) for item in shared}
    refs = {home["listing_id"]: ref for ref, home in cannes.homes.items() if home["listing_id"] in shown}
    explained = {}
    for listing, ref in refs.items():
        answer = await cannes.ask(cannes.owner, f"/v1/homes/{quote(ref)}/assessment")
        assert answer.status_code == 200, answer.text
        found = answer.json()["home_class"]
        explained[listing] = (found["proven"]["number"], found["possible"]["number"])
    assert explained == shown
    assert explained


async def test_coordinator_sees_the_listings_and_nothing_more(cannes: Cannes) -> None:
    shared = await cannes.pages(cannes.searcher, "/v1/listings?territory=cannes&limit=50")
    assert await cannes.pages(cannes.coordinator, "/v1/listings?territory=cannes&limit=50") == shared
    ref = next(iter(cannes.adapted))
    for path in ("/v1/homes", f"/v1/homes/{ref}", "/v1/residences"):
        answer = await cannes.ask(cannes.coordinator, path)
        assert answer.status_code == 403, answer.text
        assert answer.json()["type"].endswith("/problems/scope-missing")


async def test_other_landlord_sees_the_listings_and_no_stock(cannes: Cannes) -> None:
    ref, given = next(iter(cannes.adapted.items()))
    for path in (f"/v1/homes/{ref}", f"/v1/residences/{given['residence_ref']}"):
        assert (await cannes.ask(cannes.searcher, path)).status_code == 404
        assert (await cannes.ask(cannes.outsider, path)).status_code == 404
    for member in (cannes.searcher, cannes.outsider):
        assert await cannes.pages(member, "/v1/homes") == []
        assert await cannes.pages(member, "/v1/residences") == []


async def test_outsider_finds_nothing(cannes: Cannes) -> None:
    refused = await cannes.ask(cannes.outsider, f"/v1/listings?commune={CANNES}")
    assert refused.status_code == 403
    assert refused.json()["type"].endswith("/problems/adhesion-required")
    listing = next(iter(cannes.listed))
    for unknown in (listing, "00000000-0000-4000-8000-000000000000"):
        answer = await cannes.ask(cannes.outsider, f"/v1/listings/{unknown}")
        assert answer.status_code == 404
        assert answer.json()["type"].endswith("/problems/listing-not-found")
