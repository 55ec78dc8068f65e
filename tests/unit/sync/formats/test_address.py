"""How RPLS spells addresses, and which spellings are one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.sync.formats.address import Address, plain, read


def address(**given: str) -> Address | None:
    return read({"NOMVOIE": "", **given})


@pytest.mark.parametrize(
    ("given", "number", "street"),
    [
        ({"NUMVOIE": "15", "TYPVOIE": "AVENUE", "NOMVOIE": "DES BUISSONS"}, "15", "AVENUE DES BUISSONS"),
        ({"NUMVOIE": "7", "INDREP": "BIS", "NOMVOIE": "RUE VERTE"}, "7 BIS", "RUE VERTE"),
        ({"NOMVOIE": "12 IMPASSE DENANS"}, "12", "IMPASSE DENANS"),
        ({"NOMVOIE": "12bis, rue  Verte"}, "12bis", "rue Verte"),
        ({"NOMVOIE": "1-5 RUE ISOLA BELLA"}, "1-5", "RUE ISOLA BELLA"),
        ({"NOMVOIE": "RUE DU 8 MAI"}, None, "RUE DU 8 MAI"),
        ({"NOMVOIE": "8"}, None, "8"),
        ({"LIEUDIT": "LA BOCCA", "COMPLGEO": "LES PINS"}, None, "LA BOCCA"),
        ({"NUMVOIE": "3", "COMPLGEO": "LES PINS"}, "3", "LES PINS"),
    ],
)
def test_address_is_read_from_its_columns_or_from_one(given: dict[str, str], number: str | None, street: str) -> None:
    found = address(**given)
    assert found is not None
    assert (found.number, found.street) == (number, street)


def test_address_of_nothing_is_none() -> None:
    assert address(NUMVOIE="12", TYPVOIE="RUE") is None
    assert address(NOMVOIE="…", LIEUDIT="-") is None


def test_spellings_of_one_address_have_one_label() -> None:
    spellings = [
        {"NUMVOIE": "7", "INDREP": "BIS", "TYPVOIE": "RUE", "NOMVOIE": "DE L'ÉTÉ"},
        {"NUMVOIE": "7BIS", "TYPVOIE": "RUE", "NOMVOIE": "DE L’ETE"},
        {"NOMVOIE": "7 bis rue de l'été"},
        {"NOMVOIE": "7BIS, RUE DE L ETE"},
    ]
    assert {found.label for spelling in spellings if (found := address(**spelling))} == {"7 BIS RUE DE L ETE"}


def test_ligatures_and_accents_are_letters() -> None:
    assert plain("Bd du Sacré-Cœur, Nº 2ª") == plain("BD DU SACRE COEUR NO 2A")


def test_neighbouring_addresses_have_labels_of_their_own() -> None:
    numbers = ["7", "7 BIS", "7 TER", "17", "7 A"]
    assert len({found.label for number in numbers if (found := address(NOMVOIE=f"{number} RUE VERTE"))}) == 5


@pytest.mark.parametrize(
    ("given", "postcode"),
    [("6400", "06400"), ("33000", "33000"), ("0", None), ("00000", None), ("", None), ("x", None)],
)
def test_postcode_gets_its_lost_zero_back(given: str, postcode: str | None) -> None:
    found = address(NOMVOIE="RUE VERTE", CODEPOSTAL=given)
    assert found is not None
    assert found.postcode == postcode


@given(st.text())
def test_plain_text_is_plain_already(value: str) -> None:
    assert plain(plain(value)) == plain(value)
    assert plain(value).isascii()
    assert plain(value).isprintable()
