"""A file's silence never erases what is held."""

from typing import Any

import pytest

from registry.sync import merge

HELD = {
    "ref": "H", "residence_ref": "R", "building_ref": "B", "typology": "T3", "rooms": 3, "area_m2": 60, "floor": 2,
    "rent_cents": 40_000, "charges_cents": 5_000, "financing": "13", "quota_holder": None, "energy_label": "C",
    "rpls_id": None, "status": "vacant", "available_on": None, "housing_form": None,
}  # fmt: skip
STATED = {"ref": "H", "residence_ref": "R", "rooms": 3, "typology": "T3"}


def merged(held: dict[str, Any] | None = None, **stated: Any) -> dict[str, Any]:
    return merge.home(HELD if held is None else held, {**STATED, **stated}, status="occupied")


def test_new_home_has_the_default_status_unless_the_file_states_one() -> None:
    assert merge.home(None, STATED, status="occupied")["status"] == "occupied"
    assert merge.home(None, {**STATED, "status": "vacant"}, status="occupied")["status"] == "vacant"


def test_what_the_file_does_not_state_stays() -> None:
    assert merged() == HELD


def test_what_the_file_states_replaces() -> None:
    assert merged(rent_cents=1, floor=0) == {**HELD, "rent_cents": 1, "floor": 0}


@pytest.mark.parametrize(
    ("held", "stated", "result"),
    [
        ("notice", "occupied", "notice"),
        ("reserved", "vacant", "reserved"),
        ("vacant", "occupied", "occupied"),
        ("notice", "vacant", "vacant"),
        ("reserved", "occupied", "occupied"),
        ("works", "vacant", "vacant"),
        ("occupied", "withdrawn", "withdrawn"),
    ],
)
def test_finer_status_than_the_file_can_state_stays(held: str, stated: str, result: str) -> None:
    assert merged({**HELD, "status": held}, status=stated)["status"] == result


def test_typology_stays_where_the_number_of_rooms_does() -> None:
    held = {**HELD, "rooms": 1, "typology": "T1bis"}
    assert merged(held, rooms=1, typology="T1")["typology"] == "T1bis"
    assert merged(held, rooms=2, typology="T2")["typology"] == "T2"


def test_building_stays_within_its_residence_only() -> None:
    assert merged()["building_ref"] == "B"
    assert merged(residence_ref="other")["building_ref"] is None
    assert merged(residence_ref="other", building_ref="C")["building_ref"] == "C"


RESIDENCE = {
    "ref": "R", "name": "Les Tilleuls", "street": "rue Verte", "commune_code": "33063", "equipment": ["garden"],
    "buildings": [{"ref": "A", "levels": 5}],
}  # fmt: skip


def test_residence_keeps_its_name_its_equipment_and_its_buildings() -> None:
    found = merge.residence(RESIDENCE, {"name": "138", "street": "RUE VERTE"}, "R", ["A", "B"])
    assert found == {
        **RESIDENCE, "street": "RUE VERTE", "buildings": [{"ref": "A", "levels": 5}, {"ref": "B"}],
    }  # fmt: skip
    assert merge.residence({**RESIDENCE, "name": None}, {"name": "138"}, "R", [])["name"] == "138"


def test_residence_takes_as_many_buildings_as_its_model_allows() -> None:
    found = merge.residence(RESIDENCE, {}, "R", [f"B{n}" for n in range(600)])
    assert len(found["buildings"]) == merge.MAX_BUILDINGS
