"""Services of OpenStreetMap: by tags, as nodes and areas, at the doors that are drawn for them."""

import csv
from pathlib import Path

import pytest

from registry.surroundings.entrances import Wheelchair, judge
from registry.surroundings.errors import ServiceFileUnreadable
from registry.surroundings.readers import osm_geojson, osm_places
from registry.surroundings.readers.records import FaultCode, Notes, Record
from registry.vocabulary.services import Family
from tests.support.services import REDON, TALENCE, Tags, geojson, osm

LON, LAT = -2.0842, 47.6510
STEP = 0.0001
"""Eleven metres northward, seven and a half eastward."""


def read(path: Path) -> tuple[dict[str, Record], Notes]:
    notes = Notes()
    reader = osm_geojson if path.suffix == ".geojson" else osm_places
    return {record.ref: record for record in reader.read(path, notes)}, notes


def codes(notes: Notes) -> list[tuple[str, str]]:
    return [(fault.code, fault.where) for fault in notes.faults]


def building(tags: Tags, door: Tags, *, shop: tuple[float, float] = (LON + STEP, LAT + STEP)) -> dict[int, object]:
    return {
        1: (LON, LAT, {}), 2: (LON + 3 * STEP, LAT, {}), 3: (LON + 3 * STEP, LAT + 2 * STEP, {}),
        4: (LON, LAT + 2 * STEP, {}), 5: (LON + STEP, LAT, door), 9: (*shop, tags),
    }  # fmt: skip


OUTLINE = [1, 5, 2, 3, 4, 1]
BAKERY: Tags = {"shop": "bakery", "name": "Le Fournil"}


def test_shop_in_a_building_stands_at_the_door_that_is_drawn_for_it(tmp_path: Path) -> None:
    nodes = building(BAKERY, {"entrance": "yes", "wheelchair": "yes", "door:width": "0.90", "kerb": "flush"})
    found, notes = read(osm(tmp_path / "a.osm.gz", nodes=nodes, ways={7: (OUTLINE, {"building": "yes"})}))  # type: ignore[arg-type]
    shop = found["n9"]
    assert (shop.lon, shop.lat) == pytest.approx((LON + STEP, LAT))
    assert (shop.facts.stated, shop.facts.door_width_cm, shop.facts.steps_in_all) == (Wheelchair.YES, 90, 0)
    assert codes(notes) == []


def test_what_the_shop_says_itself_outweighs_what_its_door_says(tmp_path: Path) -> None:
    nodes = building({**BAKERY, "wheelchair": "no"}, {"entrance": "yes", "wheelchair": "yes"})
    found, _ = read(osm(tmp_path / "a.osm", nodes=nodes, ways={7: (OUTLINE, {"building": "yes"})}))  # type: ignore[arg-type]
    assert found["n9"].facts.stated is Wheelchair.NO


@pytest.mark.parametrize("door", [{"entrance": "emergency"}, {"entrance": "yes", "access": "private"}, {"door": "yes"}])
def test_door_that_lets_nobody_in_is_no_entrance(tmp_path: Path, door: Tags) -> None:
    nodes = building(BAKERY, door)
    found, _ = read(osm(tmp_path / "a.osm", nodes=nodes, ways={7: (OUTLINE, {"building": "yes"})}))  # type: ignore[arg-type]
    assert (found["n9"].lon, found["n9"].lat) == pytest.approx((LON + STEP, LAT + STEP))


def test_door_of_another_part_of_a_long_building_is_not_the_shops(tmp_path: Path) -> None:
    nodes = building(BAKERY, {"entrance": "yes"}, shop=(LON + 2.9 * STEP, LAT + 1.9 * STEP))
    found, _ = read(osm(tmp_path / "a.osm", nodes=nodes, ways={7: (OUTLINE, {"building": "yes"})}))  # type: ignore[arg-type]
    assert found["n9"].lon == pytest.approx(LON + 2.9 * STEP)


def test_area_stands_at_its_centre_and_at_its_main_door_where_it_has_one(tmp_path: Path) -> None:
    nodes = building({}, {"entrance": "main"})
    tags = {"amenity": "townhall", "building": "yes"}
    found, _ = read(osm(tmp_path / "a.osm", nodes=nodes, ways={7: (OUTLINE, tags)}))  # type: ignore[arg-type]
    assert (found["w7"].lon, found["w7"].lat) == pytest.approx((LON + STEP, LAT))
    found, _ = read(osm(tmp_path / "b.osm", nodes=building({}, {}), ways={7: (OUTLINE, tags)}))  # type: ignore[arg-type]
    assert (found["w7"].lon, found["w7"].lat) == pytest.approx((LON + 1.5 * STEP, LAT + STEP))


def test_area_that_the_extract_cuts_is_a_fault_and_the_rest_is_read(tmp_path: Path) -> None:
    nodes = {1: (LON, LAT, BAKERY)}
    found, notes = read(osm(tmp_path / "a.osm", nodes=nodes, ways={7: ([1, 2, 3, 4, 1], {"leisure": "park"})}))
    assert set(found) == {"n1"}
    assert codes(notes) == [(FaultCode.GEOMETRY_MISSING, "w7")]


def test_shop_that_is_closed_for_good_is_passed_over(tmp_path: Path) -> None:
    found, notes = read(osm(tmp_path / "a.osm", nodes={1: (LON, LAT, {**BAKERY, "disused": "yes"})}, ways={}))
    assert (found, notes.passed_over["closed"]) == ({}, 1)


@pytest.mark.parametrize("content", ["", "no xml at all", "<osm version='0.6'><node id='1' lon='0' lat"])
def test_file_that_is_cut_off_is_refused_by_name(tmp_path: Path, content: str) -> None:
    path = tmp_path / "cut.osm"
    path.write_text(content)
    with pytest.raises(ServiceFileUnreadable) as caught:
        read(path)
    assert caught.value.faults[0].value == "cut.osm"


@pytest.mark.parametrize(
    ("tags", "code"),
    [
        ({"wheelchair:entrance_width": "0.9"}, FaultCode.UNIT_MIXED_UP),
        ({"entrance:width": "90"}, FaultCode.UNIT_MIXED_UP),
        ({"wheelchair:step_height": "120"}, FaultCode.MEASURE_IMPLAUSIBLE),
        ({"wheelchair": "bad"}, FaultCode.CODE_UNKNOWN),
        ({"check_date": "2999-01-01"}, FaultCode.DATE_IN_FUTURE),
        ({"check_date": "yesterday"}, FaultCode.DATE_UNREADABLE),
        ({"entrance:step_count": "some"}, FaultCode.NUMBER_UNREADABLE),
    ],
)
def test_value_that_cannot_be_is_named_and_counts_as_unknown(tmp_path: Path, tags: Tags, code: FaultCode) -> None:
    path = geojson(tmp_path / "a.geojson", (LON, LAT, {"osm_id": 5, **BAKERY, **tags}))
    found, notes = read(path)
    assert codes(notes) == [(code, "5")]
    assert judge(found["5"].facts).wheelchair is Wheelchair.UNKNOWN
    assert found["5"].checked is None


def test_units_that_are_written_are_read(tmp_path: Path) -> None:
    tags = {**BAKERY, "entrance:width": "85 cm", "wheelchair:step_height": "0.03 m"}
    found, notes = read(geojson(tmp_path / "a.geojson", (LON, LAT, {"osm_id": 5, **tags})))
    assert (found["5"].facts.door_width_cm, found["5"].facts.step_height_cm, notes.faults) == (85, 3.0, [])


@pytest.mark.parametrize(
    ("place", "code"),
    [((LAT, LON), FaultCode.POSITION_SWAPPED), ((2_000.0, 47.0), FaultCode.POSITION_OUTSIDE)],
)
def test_position_that_is_not_in_france_is_a_fault_that_says_how(
    tmp_path: Path, place: tuple[float, float], code: FaultCode
) -> None:
    url = "http://www.openstreetmap.org/browse/node/12"
    found, notes = read(geojson(tmp_path / "a.geojson", (*place, {"osm_url": url, **BAKERY})))
    assert (found, codes(notes)) == ({}, [(code, "n12")])


def test_id_that_comes_again_is_a_fault_and_the_first_stays(tmp_path: Path) -> None:
    twice = [(LON, LAT, {"@id": "node/12", **BAKERY, "name": name}) for name in ("A", "B")]
    found, notes = read(geojson(tmp_path / "a.geojson", *twice))
    assert (found["n12"].name, codes(notes)) == ("A", [(FaultCode.ID_DUPLICATE, "feature 2")])


@pytest.mark.skipif(not REDON.exists(), reason="the shared data are not here")
@pytest.mark.parametrize(("path", "services", "stated"), [(REDON, 157, 114), (TALENCE, 33, 3)])
def test_every_service_of_a_real_town_is_found(path: Path, services: int, stated: int) -> None:
    with path.with_name("services.csv").open(encoding="utf-8") as file:
        listed = {row["osm"]: row["wheelchair"] for row in csv.DictReader(file)}
    found, _ = read(path)
    assert len(listed) == services
    assert set(listed) <= set(found)
    known = {ref: Wheelchair[value.upper()] for ref, value in listed.items() if value}
    assert len(known) == stated
    assert {ref: found[ref].facts.stated for ref in known} == known


@pytest.mark.skipif(not REDON.exists(), reason="the shared data are not here")
def test_shoe_shops_of_redon_have_the_doors_that_the_acceptance_names() -> None:
    found, _ = read(REDON)
    shoes = {judge(each.facts).wheelchair for each in found.values() if each.family is Family.OTHER and each.name}
    assert {Wheelchair.YES, Wheelchair.NO} <= shoes


@pytest.mark.skipif(not REDON.exists(), reason="the shared data are not here")
def test_date_of_an_answer_of_overpass_is_read_off_its_head() -> None:
    assert str(osm_places.data_date(REDON)) == "2019-09-09"
