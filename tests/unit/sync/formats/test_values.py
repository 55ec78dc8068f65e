"""What a cell says, as French tables write it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.kernel.validation import Wrong
from registry.sync.formats.values import converter
from registry.sync.targets import targets

HOMES = targets("homes")


@pytest.mark.parametrize(
    ("target", "cell", "options", "value"),
    [
        ("rooms", "3", {}, 3),
        ("rooms", "3,0", {}, 3),
        ("floor", "RDC", {}, 0),
        ("floor", "rc", {}, 0),
        ("floor", "-1", {}, -1),
        ("area_m2", "65,5", {}, 65.5),
        ("area_m2", "65.5", {}, 65.5),
        ("area_m2", "6 550", {"unit": "dm2"}, 65.5),
        ("rent_cents", "412,50", {"unit": "euro"}, 41_250),
        ("rent_cents", "1\u202f412,5", {"unit": "euro"}, 141_250),
        ("rent_cents", "1.412,50", {"unit": "euro"}, 141_250),
        ("rent_cents", "1,412.50", {"unit": "euro"}, 141_250),
        ("rent_cents", "1.412", {"unit": "euro", "decimal": "comma"}, 141_200),
        ("rent_cents", "1,412", {"unit": "euro", "decimal": "point"}, 141_200),
        ("rent_cents", "412.345", {"unit": "euro"}, 41_235),
        ("entrance_door_width", "0,835", {"unit": "m"}, 83),
        ("entrance_door_width", "829", {"unit": "mm"}, 82),
        ("steps_to_door", "0", {}, 0),
        ("steps_to_door", "0.5", {}, 1),
        ("entrance_door_width", "inconnu", {}, "unknown"),
        ("lift", "OUI", {}, "yes"),
        ("lift", "Non", {}, "no"),
        ("lift", "Inconnu", {}, "unknown"),
        ("lift", "X", {"codes": {"x": "yes", "": None}}, "yes"),
        ("lift", "n/c", {"codes": {"X": "yes", "N/C": None}}, None),
        ("typology", "t1 bis", {}, "T1bis"),
        ("energy_label", "c", {}, "C"),
        ("status", "Vacant", {}, "vacant"),
        ("available_on", "2026-05-01", {}, "2026-05-01"),
        ("available_on", "1/5/2026", {}, "2026-05-01"),
        ("available_on", "05/2026", {"form": "MM/YYYY"}, "2026-05-01"),
        ("available_on", "20260501", {"form": "YYYYMMDD"}, "2026-05-01"),
        ("facts_date", "2025", {"form": "YYYY"}, "2025-01-01"),
        ("facts_source", "measured", {}, "measured"),
        ("residence.commune_code", "6029", {}, "06029"),
        ("residence.commune_code", "2a004", {}, "2A004"),
        ("residence.in_priority_quarter", "oui", {}, True),
        ("residence.equipment", "garden | caretaker", {}, ["garden", "caretaker"]),
        ("residence.lon", "-0,5792", {}, -0.5792),
        ("residence.name", "Les Tilleuls", {}, "Les Tilleuls"),
    ],
)
def test_cell_is_read(target: str, cell: str, options: dict[str, Any], value: Any) -> None:
    found = converter(HOMES[target], **options)(cell)
    assert (float(found) if target == "area_m2" else found) == value


@pytest.mark.parametrize(
    ("target", "cell", "options"),
    [
        ("rooms", "trois", {}),
        ("rooms", "2,5", {}),
        ("rooms", "²", {}),
        ("rooms", "٣", {}),
        ("rooms", "1e3", {}),
        ("rent_cents", "412 €", {"unit": "euro"}),
        ("rent_cents", "1.41,5", {}),
        ("area_m2", "1,4,5", {}),
        ("area_m2", "NaN", {}),
        ("area_m2", "", {}),
        ("entrance_door_width", "0,83", {}),
        ("entrance_door_width", "yes", {}),
        ("lift", "peut-être", {}),
        ("lift", "oui", {"codes": {"O": "yes", "N": "no"}}),
        ("status", "libre", {}),
        ("available_on", "31/02/2026", {}),
        ("available_on", "05/2026", {}),
        ("facts_date", "2099-01-01", {}),
        ("facts_date", "1492-01-01", {}),
        ("residence.in_priority_quarter", "1", {}),
        ("residence.equipment", "pool", {}),
        ("residence.lon", "est", {}),
    ],
)
def test_cell_that_says_nothing_of_the_kind_is_refused_in_both_languages(
    target: str, cell: str, options: dict[str, Any]
) -> None:
    with pytest.raises(Wrong) as refused:
        converter(HOMES[target], **options)(cell)
    assert refused.value.text.fr != refused.value.text.en


@given(cell=st.text(min_size=1, max_size=30), target=st.sampled_from(sorted(HOMES)))
def test_any_text_is_read_or_refused(cell: str, target: str) -> None:
    try:
        converter(HOMES[target])(cell)
    except Wrong:
        return
