"""What makes two spellings of an address one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.territories.spelling import HouseNumber, house_number, plain_street, split_number


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("Av. du Gal de Gaulle", "AVENUE GENERAL DE GAULLE"),
        ("bd St-Germain", "Boulevard Saint Germain"),
        ("RUE DE L'ÉGLISE", "rue de l eglise"),
        ("R DES ŒILLETS", "rue oeillets"),
        ("Pl. de la République", "PLACE REPUBLIQUE"),
        ("imp Dr. Roux", "Impasse du Docteur Roux"),
        ("St Roch", "Saint-Roch"),
        ("  Allée   des   Acacias ", "allees des acacias"),
        ("RPT DES GENERAUX", "Rond-point des Généraux"),
    ],
)
def test_street_written_two_ways_is_one(written: str, same: str) -> None:
    assert plain_street(written) == plain_street(same)


@pytest.mark.parametrize(
    ("written", "other"),
    [("rue Pasteur", "place Pasteur"), ("rue du 8 mai 1945", "rue du 11 novembre 1918"), ("rue A", "rue B")],
)
def test_two_streets_stay_two(written: str, other: str) -> None:
    assert plain_street(written) != plain_street(other)


def test_abbreviation_of_a_type_is_one_at_the_beginning_only() -> None:
    assert plain_street("rue all") == "rue all"
    assert plain_street("Gal Leclerc") == "galerie leclerc"
    assert plain_street("rue Gal Leclerc") == "rue general leclerc"


def test_name_of_articles_alone_is_kept() -> None:
    assert plain_street("La Lande") == "lande"
    assert plain_street("Les Aux") == "les aux"


@given(st.text(max_size=80))
def test_normalising_twice_changes_nothing_and_whatever_is_written_can_be(written: str) -> None:
    once = plain_street(written)
    assert all(sign.isascii() and (sign.isalnum() or sign == " ") for sign in once)
    house_number(written)
    split_number(None, written)
    number, street = split_number(None, written)
    assert number is None or (number + street).replace(" ", "") in written.replace(",", "").replace(" ", "") or street


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("12", HouseNumber(12)), ("12 bis", HouseNumber(12, "b")), ("12BIS", HouseNumber(12, "b")),
        ("7b", HouseNumber(7, "b")), ("7 TER", HouseNumber(7, "t")), ("1-5", HouseNumber(1)),
        ("1 à 5", HouseNumber(1)), ("0012", HouseNumber(12)), ("12 C", HouseNumber(12, "c")), ("", None), (None, None),
        ("0", None), ("B12", None), ("123456", None), ("١٢", None),
    ],
)  # fmt: skip
def test_house_number_is_read_with_its_repetition(written: str | None, number: HouseNumber | None) -> None:
    assert house_number(written) == number


@pytest.mark.parametrize(
    ("number", "street", "separated"),
    [
        (None, "12 IMPASSE DENANS", ("12", "IMPASSE DENANS")),
        (None, "7 bis, rue des Lilas", ("7 bis", "rue des Lilas")),
        (None, "1-5 av. Foch", ("1-5", "av. Foch")),
        ("3", "12 rue des Lilas", ("3", "12 rue des Lilas")),
        (None, "8 mai 1945", (None, "8 mai 1945")),
        (None, "rue du 4 septembre", (None, "rue du 4 septembre")),
        (None, "12", (None, "12")),
    ],
)
def test_number_that_stands_in_the_street_is_taken_out(
    number: str | None, street: str, separated: tuple[str | None, str]
) -> None:
    assert split_number(number, street) == separated
