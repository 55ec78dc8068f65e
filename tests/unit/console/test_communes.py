"""Communes that are written: names in any spelling, codes, and what may be meant by them."""

import pytest

from registry.console.communes import Unclear, codes_of, shown, written
from registry.territories.repository.places import NamedCommune
from registry.territories.service import Places

PLACES = Places([], [
    NamedCommune("42218", "Saint-Étienne", None, None), NamedCommune("93066", "Saint-Denis", None, None),
    NamedCommune("97411", "Saint-Denis", None, None), NamedCommune("2A004", "Ajaccio", None, None),
], [], crowded=True)  # fmt: skip


@pytest.mark.parametrize(
    ("given", "codes"),
    [
        ("saint etienne", ["42218"]),
        ("SAINT-ÉTIENNE,  2A004 ,", ["42218", "2A004"]),
        ("Saint-Denis (97411)", ["97411"]),
        ("75056", ["75056"]),
        ("", []),
    ],
)
def test_name_or_code_is_understood(given: str, codes: list[str]) -> None:
    assert list(codes_of([given], PLACES)) == codes


def test_name_of_several_communes_is_asked_back_with_their_codes() -> None:
    with pytest.raises(Unclear) as refused:
        list(codes_of(["Ajaccio", "saint denis"], PLACES))
    assert refused.value.written == "saint denis"
    assert "Saint-Denis (93066), Saint-Denis (97411)" in refused.value.message.fr


def test_name_of_none_is_refused() -> None:
    with pytest.raises(Unclear, match="Nulle-Part"):
        list(codes_of(["Nulle-Part"], PLACES))


def test_field_holds_what_is_read_the_same_again() -> None:
    held = shown(["2A004", "saint denis"], PLACES)
    assert held == "Ajaccio (2A004), saint denis"
    assert written([held]) == ["Ajaccio (2A004)", "saint denis"]
