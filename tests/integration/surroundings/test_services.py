"""Services from file to answer: imported by the operator, swapped by source, listed to any member."""

import random
import re
import uuid
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import numpy as np
import pytest
from pyproj import Transformer

from registry.kernel.geo import Box
from registry.platform.database import Database, Role
from registry.platform.settings import Settings
from registry.surroundings import service
from registry.surroundings.errors import ServicesMostlyFaulty, ServiceSourceOfAnotherKind
from registry.surroundings.places import Places
from registry.surroundings.repository import services
from registry.surroundings.service import imports
from registry.surroundings.service.imports import Imported, ServiceFile
from tests.conftest import Register
from tests.support.commands import invoke
from tests.support.database import Server
from tests.support.members import Member
from tests.support.plans import in_marks
from tests.support.services import EXAMPLE, LYON, MONTPELLIER, REDON, TALENCE, TOWN_HALLS, geojson, table

HEAD = "id,family,nom,lon,lat,wheelchair"
METRE = 1 / 111_195
"""Degrees of latitude."""
SPOTS = iter(random.sample([(4 + n / 20, 46.5 + m / 20) for n in range(40) for m in range(30)], 1_200))
"""Burgundy: none of the real files is of there."""


class Spot(NamedTuple):
    """A place in the country where no other test has services."""

    lon: float
    lat: float

    def north(self, metres: float) -> str:
        return f"{self.lon:.6f},{self.lat + metres * METRE:.7f}"

    @property
    def near(self) -> str:
        return f"{self.lon:.6f},{self.lat:.6f}"


@pytest.fixture
def spot() -> Spot:
    return Spot(*next(SPOTS))


@pytest.fixture
def name() -> str:
    return f"t-{uuid.uuid4().hex[:12]}"


Import = Callable[..., Any]


@pytest.fixture
def imported(job_database: Database, tmp_path: Path) -> Import:
    async def made(name: str, *lines: str, kind: str = "table", head: str = HEAD) -> Imported:
        path = table(tmp_path / f"{name}.csv", head, *lines)
        async with job_database.transaction(Role.JOB, actor="test") as session:
            return await imports.import_services(session=session, name=name, file=ServiceFile(path, kind))

    return made


@pytest.fixture
def listed(client: httpx.AsyncClient, landlord: Member) -> Import:
    async def made(near: str, **query: Any) -> list[dict[str, Any]]:
        answer = await client.get("/v1/services", params={"near": near, **query}, headers=landlord.headers)
        assert answer.status_code == 200, answer.text
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    return made


async def test_import_again_keeps_ids_and_says_what_changed_and_where(
    imported: Import, listed: Import, spot: Spot, name: str
) -> None:
    stays, changes, goes = f"1,food,Alpha,{spot.north(0)},yes", f"2,food,Beta,{spot.north(100)}", "3,pharmacy,Gamma"
    first = await imported(name, stays, f"{changes},yes", f"{goes},{spot.north(200)},")
    assert (first.added, first.changed, first.removed) == (3, 0, 0)
    before = {each["ref"]: each["id"] for each in await listed(spot.near)}

    again = await imported(name, stays, f"{changes},no", f"4,food,Delta,{spot.north(300)},")

    assert (again.added, again.changed, again.removed) == (1, 1, 1)
    assert again.box == pytest.approx(
        (spot.lon, spot.lat + 100 * METRE, spot.lon, spot.lat + 300 * METRE), abs=METRE / 2
    ), "what stays is not in the box"
    after = await listed(spot.near)
    assert [(each["ref"], each["entrance"]["wheelchair"]) for each in after] == [
        ("1", "yes"), ("2", "no"), ("4", "unknown"),
    ]  # fmt: skip
    assert {each["ref"]: each["id"] for each in after if each["ref"] in before} == {
        ref: before[ref] for ref in ("1", "2")
    }


async def test_import_of_the_same_file_changes_nothing(imported: Import, spot: Spot, name: str) -> None:
    line = f"1,food,Alpha,{spot.north(0)},yes"
    await imported(name, line)
    again = await imported(name, line)
    assert (again.added, again.changed, again.removed, again.box) == (0, 0, 0, None)


async def test_service_that_moves_leaves_its_old_place_in_the_box(imported: Import, spot: Spot, name: str) -> None:
    await imported(name, f"1,food,Alpha,{spot.north(0)},yes")
    moved = await imported(name, f"1,food,Alpha,{spot.north(500)},yes")
    assert moved.changed == 1
    assert moved.box is not None
    assert (moved.box.south, moved.box.north) == pytest.approx((spot.lat, spot.lat + 500 * METRE), abs=METRE / 2)


async def test_file_that_is_mostly_faulty_changes_nothing(
    imported: Import, listed: Import, spot: Spot, name: str
) -> None:
    good = [f"{n},food,Alpha {n},{spot.north(n)},yes" for n in range(16)]
    await imported(name, *good)
    swapped = [f"{n},food,Alpha {n},{spot.lat},{spot.lon},yes" for n in range(20, 25)]
    with pytest.raises(ServicesMostlyFaulty) as caught:
        await imported(name, *good[1:], *swapped)
    assert "position-swapped: 5" in str(caught.value.faults[0].value)
    assert "line 17" in str(caught.value.faults[0].value)
    assert len(await listed(spot.near)) == 16


async def test_name_of_a_source_of_another_kind_is_refused(imported: Import, spot: Spot, name: str) -> None:
    await imported(name, f"1,food,Alpha,{spot.north(0)},yes")
    with pytest.raises(ServiceSourceOfAnotherKind):
        await imported(name, kind="acceslibre", head="id,name,activite,longitude,latitude")


async def test_place_of_two_sources_is_one_and_the_better_known_entrance_counts(
    imported: Import, listed: Import, spot: Spot, name: str
) -> None:
    await imported(name, f"1,pharmacy,Pharmacie Foch,{spot.north(0)},", f"2,food,Foch,{spot.north(5)},")
    second = await imported(f"{name}-b", f"9,pharmacy,PHARMACIE FOCH,{spot.north(12)},no")
    assert (second.added, second.doubles_changed) == (1, 1)
    assert [(each["source"]["name"], each["ref"]) for each in await listed(spot.near)] == [
        (name, "2"), (f"{name}-b", "9"),
    ]  # fmt: skip

    third = await imported(f"{name}-b", f"8,pharmacy,Pharmacie du Lac,{spot.north(12)},no")

    assert third.removed == 1
    shown = await listed(spot.near)
    assert [each["ref"] for each in shown] == ["1", "2", "8"], "without its double it counts itself again"


async def test_two_shops_of_one_name_in_a_source_stay_two(
    imported: Import, listed: Import, spot: Spot, name: str
) -> None:
    await imported(name, f"1,food,Paul,{spot.north(0)},", f"2,food,Paul,{spot.north(20)},")
    await imported(f"{name}-b", f"9,food,Paul,{spot.north(3)},yes")
    assert {each["ref"] for each in await listed(spot.near)} == {"9", "2"}


async def test_record_that_openstreetmap_names_is_the_same_place_whatever_it_is_called(
    job_database: Database, listed: Import, imported: Import, spot: Spot, name: str, tmp_path: Path
) -> None:
    head = "id,name,activite,longitude,latitude,entree_plain_pied,entree_largeur_mini"
    line = f"u-{name},Chez Paul SARL,Boulangerie,{spot.north(60)},True,90"
    await imported(name, line, kind="acceslibre", head=head)
    tags = {"osm_id": 5, "shop": "bakery", "name": "Le Fournil", "ref:FR:acceslibre": f"u-{name}"}
    path = geojson(tmp_path / "a.geojson", (spot.lon, spot.lat, tags))
    async with job_database.transaction(Role.JOB, actor="test") as session:
        await imports.import_services(session=session, name=f"{name}-osm", file=ServiceFile(path, "osm"))
    (shown,) = await listed(spot.near)
    assert (shown["ref"], shown["entrance"]["wheelchair"]) == (f"u-{name}", "yes")
    assert [reason["code"] for reason in shown["entrance"]["reasons"]] == ["level", "door_wide_enough"]


async def test_search_reads_services_as_arrays_in_the_legal_projection(
    imported: Import, database: Database, register: Register, spot: Spot, name: str
) -> None:
    columns = f"{HEAD},steps,door_width_cm"
    await imported(
        name, f"1,food,Alpha,{spot.north(0)},limited,1,82", f"2,pharmacy,Beta,{spot.north(90)},,,", head=columns
    )
    x, y = Transformer.from_crs(4326, 2154, always_xy=True).transform(*spot)
    member = await register()
    async with database.transaction(Role.LANDLORD, organisation=member.id) as session:
        box = Box(x - 50, y - 50, x + 50, y + 150)
        places: Places = await service.load_services(session=session, srid=2154, box=box)
        told = await service.describe_services(session=session, ids=[int(each) for each in places.ids])
        none = await service.load_services(session=session, srid=2154, box=Box(x + 500, y, x + 600, y + 1))
    assert places.srid == 2154
    assert np.allclose(places.xy, [[x, y], [x, y + 90]], atol=3)
    assert (places.family.tolist(), places.wheelchair.tolist()) == ([1, 2], [2, -1])
    assert (places.entrance_steps.tolist(), places.door_width_cm.tolist()) == ([1, -1], [82, -1])
    assert [str(part.dtype) for part in (places.ids, places.family, places.xy, places.entrance_steps)] == [
        "int64", "uint8", "float64", "int16",
    ]  # fmt: skip
    assert [told[each]["name"] for each in places.ids.tolist()] == ["Alpha", "Beta"]
    assert (none.ids.shape, none.xy.shape) == ((0,), (0, 2))


@pytest.mark.parametrize("statement", ["_PAIRS", "_LOAD", "_NEAR", "_MARK"])
async def test_search_by_place_is_answered_by_the_index(
    imported: Import, server: Server, database_name: str, spot: Spot, name: str, statement: str
) -> None:
    await imported(name, *(f"{n},food,Alpha {n},{spot.north(n / 3)},yes" for n in range(3_000)))
    query = in_marks(getattr(services, statement))
    with server.connect(database_name) as admin:
        admin.execute("SET search_path = registry, public")
        admin.execute("ANALYZE services")
        given: dict[str, Any] = {
            "west": 0.0, "south": 45.0, "east": 0.1, "north": 45.1, "lon": 0.05, "lat": 45.05, "within_m": 500,
            "family": None, "after": "", "limit": 10, "ids": [], "others": [], "srid": 2154,
        }  # fmt: skip
        plan = admin.execute(f"EXPLAIN {query}".encode(), given).fetchall()
    assert re.search("Index Scan (using|on) ix_services_position", str(plan))


async def test_services_are_listed_by_distance_in_pages(
    client: httpx.AsyncClient, coordinator: Member, imported: Import, spot: Spot, name: str
) -> None:
    await imported(name, *(f"{n},food,Alpha {n},{spot.north(40 * n)},yes" for n in (3, 1, 4, 2)))
    asked: str | None = f"/v1/services?near={spot.near}&within_m=130&limit=2"
    seen: list[tuple[str, int]] = []
    pages = 0
    while asked:
        answer = await client.get(asked, headers=coordinator.headers)
        seen += [(each["ref"], each["distance_m"]) for each in answer.json()["items"]]
        asked, pages = answer.json()["next"], pages + 1
        assert ("Link" in answer.headers) == (asked is not None)
    assert (seen, pages) == ([("1", 40), ("2", 80), ("3", 120)], 2)


async def test_services_of_a_family_are_given_as_geojson(
    client: httpx.AsyncClient, landlord: Member, imported: Import, spot: Spot, name: str
) -> None:
    await imported(name, f"1,food,Alpha,{spot.north(0)},yes", f"2,pharmacy,Beta,{spot.north(10)},")
    answer = await client.get(
        "/v1/services",
        params={"near": spot.near, "family": "pharmacy"},
        headers={**landlord.headers, "Accept": "application/geo+json"},
    )
    assert answer.headers["content-type"] == "application/geo+json"
    (feature,) = answer.json()["features"]
    assert feature["geometry"]["coordinates"] == pytest.approx([spot.lon, spot.lat + 10 * METRE], abs=1e-5)
    assert feature["properties"]["source"]["attribution"] == name


@pytest.mark.parametrize(
    ("query", "field"),
    [({}, "near"), ({"near": "47.651,-2.0842"}, "near"), ({"near": "1,2", "within_m": "5001"}, "within_m"),
     ({"near": "1,2", "family": "butcher"}, "family"), ({"near": "1,2", "radius": "5"}, "radius")],
)  # fmt: skip
async def test_question_that_makes_no_sense_is_refused_by_its_parameter(
    client: httpx.AsyncClient, landlord: Member, query: dict[str, str], field: str
) -> None:
    answer = await client.get("/v1/services", params=query, headers=landlord.headers)
    assert answer.status_code == 400
    assert field in {fault["field"] for fault in answer.json()["errors"]}


def test_operator_imports_tries_and_lists(settings: Settings, spot: Spot, name: str, tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv", "no;nom;x;lat", f"1;Alpha;{spot.lon};{spot.lat}", f"2;Beta;{spot.lat};{spot.lon}")
    given = ["services", "import", name, str(path), "--kind", "table", "--family", "food"]
    given += ["--map", "id=no", "--map", "lon=x", "--map", "wheelchair==yes", "--data-date", "2025-05-01"]
    tried = invoke(settings, *given, "--dry-run")
    assert tried.exit_code == 0, tried.output
    assert "position-swapped: 1" in tried.output
    assert name not in invoke(settings, "services", "list").output, "a trial writes nothing"

    done = invoke(settings, *given)

    assert done.exit_code == 0, done.output
    assert f"{name}: 1 added, 0 changed, 0 removed" in done.output
    assert "line 3: lon,lat" in done.output
    (line,) = [each for each in invoke(settings, "services", "list").output.splitlines() if each.startswith(name)]
    assert line.split("\t")[1:5] == ["table", "1 services, 0 doubles", "version 1", "data of 2025-05-01"]


@pytest.mark.parametrize(
    "options",
    [["--kind", "gtfs"], ["--kind", "table", "--family", "butcher"], ["--kind", "table", "--map", "nom=name"]],
)
def test_option_that_is_not_known_is_refused(settings: Settings, tmp_path: Path, options: list[str]) -> None:
    path = table(tmp_path / "a.csv", HEAD)
    assert invoke(settings, "services", "import", "x", str(path), *options).exit_code == 2


@pytest.mark.skipif(not REDON.exists(), reason="the shared data are not here")
@pytest.mark.parametrize(
    ("path", "kind", "options", "least"),
    [
        (REDON, "osm", [], 157),
        (TALENCE, "osm", [], 33),
        (MONTPELLIER, "osm", ["--data-date", "2014-01-01"], 949),
        (EXAMPLE, "acceslibre", ["--family", "other"], 6),
        (TOWN_HALLS, "table", ["--family", "post_bank_administration", "--map", "id=code_insee"], 4_292),
        (LYON, "table", ["--licence", "MIT"], 450),
    ],
    ids=["redon", "talence", "montpellier", "acceslibre", "mairies", "lyon"],
)  # fmt: skip
def test_real_files_are_imported(
    settings: Settings, path: Path, kind: str, options: list[str], least: int, name: str
) -> None:
    done = invoke(settings, "services", "import", name, str(path), "--kind", kind, *options)
    assert done.exit_code == 0, done.output
    added = int(done.output.rpartition(f"{name}: ")[2].split(" added")[0])
    assert added >= least


@pytest.mark.skipif(not REDON.exists(), reason="the shared data are not here")
async def test_shoe_shop_with_a_step_is_told_from_the_one_further_on(
    job_database: Database, listed: Import, name: str
) -> None:
    async with job_database.transaction(Role.JOB, actor="test") as session:
        await imports.import_services(session=session, name=name, file=ServiceFile(REDON, "osm"))
    shown = await listed("-2.0848,47.6495", family="other", within_m=400, limit=1000)
    here = [each for each in shown if each["source"]["name"] == name]
    assert {each["entrance"]["wheelchair"] for each in here} >= {"yes", "no"}
    assert {each["source"]["data_date"] for each in here} == {str(date(2019, 9, 9))}
