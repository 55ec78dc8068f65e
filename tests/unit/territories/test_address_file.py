"""Any text that claims to be a file of addresses is rows, or a named error."""

import contextlib
import csv
import io
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from registry.kernel.errors import RegistryError
from registry.territories.service.addresses import AddressFile, Loaded, _houses

FILE = AddressFile(Path("adresses.csv"))
HEAD = "id;numero;rep;nom_voie;code_postal;code_insee;lon;lat"
cells = st.lists(st.text(max_size=12), min_size=8, max_size=9).map(";".join)


@given(st.text(max_size=200) | st.lists(cells, max_size=4).map(lambda rows: "\n".join([HEAD, *rows])))
def test_any_text_is_houses_or_the_named_error(text: str) -> None:
    done = Loaded()
    with contextlib.suppress(RegistryError, csv.Error):
        for house in _houses(FILE, io.StringIO(text, newline=""), done):
            assert house.number > 0
            assert house.plain
            assert -180 <= house.lon <= 180
            assert "\0" not in f"{house.name}{house.ban_id}{house.postcode}"


@given(st.integers(1, 99_998), st.sampled_from(["", "bis", "B"]), st.floats(-180, 180), st.floats(-90, 90))
def test_good_row_is_a_house(number: int, repetition: str, lon: float, lat: float) -> None:
    row = f"x;{number};{repetition};Rue de l'Église;33000;33063;{lon};{lat}"
    done = Loaded()
    houses = list(_houses(FILE, io.StringIO(f"{HEAD}\n{row}\n", newline=""), done))
    if number != 9999:
        assert [(house.number, house.plain, house.lon, house.lat) for house in houses] == [
            (number, "rue eglise", lon, lat)
        ]
    assert (done.houses, done.left_out) == (len(houses), 1 - len(houses))


@given(st.sampled_from(";,\t|"))
def test_separator_is_that_of_the_header(separator: str) -> None:
    lines = f"{HEAD}\nx;12;;Rue A;33000;1001;4.5;46.1\n".replace(";", separator)
    (house,) = _houses(FILE, io.StringIO(lines, newline=""), Loaded())
    assert (house.commune_code, house.number) == ("01001", 12), "a lost zero is given back"
