"""Which residences a file describes, and what its homes are called."""

from collections.abc import Sequence
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from registry.sync.formats.address import MAX_REF, residence_ref
from registry.sync.formats.rpls.layout import layout_of
from registry.sync.formats.rpls.rows import Dwelling, read
from registry.sync.formats.rpls.survey import Survey
from tests.support.rpls import PUBLIC, line, row

COLUMNS = (*PUBLIC, "IDENT_INT")
LAYOUT = layout_of(";".join(COLUMNS))


def dwellings(rows: Sequence[dict[str, str]]) -> list[Dwelling]:
    return [read(LAYOUT, n, n + 1, line(given, COLUMNS)) for n, given in enumerate(rows, start=1)]


def names(rows: Sequence[dict[str, str]]) -> list[str]:
    """Survey a file; return what each row's home is called."""
    survey, found = Survey(), dwellings(rows)
    for dwelling in found:
        survey.add(dwelling, dwelling.depcom, None)
    survey.close()
    return [survey.home_ref(dwelling, dwelling.depcom) for dwelling in found]


def surveyed(rows: Sequence[dict[str, str]], positions: Sequence[tuple[float, float] | None] = ()) -> Survey:
    survey = Survey()
    for dwelling in dwellings(rows):
        survey.add(dwelling, dwelling.depcom, positions[dwelling.rank - 1] if positions else None)
    survey.close()
    return survey


some_rows = st.lists(
    st.builds(
        row, NUMVOIE=st.sampled_from(["1", "2"]), NUMAPPT=st.sampled_from(["", "1", "2"]),
        ETAGE=st.sampled_from(["0", "1"]), SURFHAB=st.sampled_from(["40", "50"]), DPEENERGIE=st.sampled_from("ABC"),
    ),
    max_size=25,
)  # fmt: skip


def names_of(rows: Sequence[dict[str, str]]) -> set[tuple[str, str]]:
    return {(line(each), name) for each, name in zip(rows, names(rows), strict=True)}


@given(some_rows, st.randoms(use_true_random=False))
def test_names_do_not_depend_on_the_order_of_the_rows(rows: list[dict[str, str]], order: Random) -> None:
    shuffled = list(rows)
    order.shuffle(shuffled)
    assert names_of(shuffled) == names_of(rows)


@given(some_rows)
def test_every_row_has_a_name_of_its_own(rows: list[dict[str, str]]) -> None:
    assert len(set(names(rows))) == len(rows)


@given(some_rows, some_rows)
def test_names_do_not_depend_on_rows_of_other_dwellings(
    rows: list[dict[str, str]], others: list[dict[str, str]]
) -> None:
    beside = [{**other, "NUMVOIE": "99"} for other in others]
    assert names([*beside, *rows])[len(beside) :] == names(rows)


def test_name_does_not_change_with_what_may_change_of_a_dwelling() -> None:
    [name] = names([row()])
    assert name.startswith("rpls-")
    assert names([row(DPEENERGIE="A", FINAN="10", QPV="1", CONSTRUCT="1980", DPEDATE="01/2024")]) == [name]
    for column in ("NUMAPPT", "ETAGE", "BAT", "NBPIECE", "SURFHAB", "NUMVOIE", "DEPCOM", "CODEPOSTAL"):
        assert names([row(**{column: "33099" if column in {"DEPCOM", "CODEPOSTAL"} else "7"})]) != [name]


def test_rows_that_the_file_does_not_tell_apart_are_counted() -> None:
    rows = [row(), row(), row(DPEENERGIE="A"), row(NUMAPPT="2")]
    survey = surveyed(rows)
    assert survey.close() == 3
    first, second, third, alone = names(rows)
    assert {first, second, third} == {first.split("-2")[0].split("-3")[0] + suffix for suffix in ("", "-2", "-3")}
    assert "-" not in alone.removeprefix("rpls-")


def test_own_reference_names_the_home_and_is_known_when_it_comes_again() -> None:
    survey = Survey()
    first, other, again = dwellings([row(IDENT_INT="A"), row(IDENT_INT="B"), row(IDENT_INT="A")])
    assert [survey.first_line(each) for each in (first, other, again)] == [2, 3, 2]
    assert survey.home_ref(first, "33063") == "A"


def test_residence_is_an_address_of_a_commune_and_postcode() -> None:
    survey = surveyed(
        [row(), row(NUMAPPT="2"), row(NUMVOIE="", TYPVOIE="", NOMVOIE="12 rue des Acacias"), row(CODEPOSTAL="33100"),
         row(DEPCOM="33281"), row(NUMVOIE="14")]
    )  # fmt: skip
    assert {ref: residence.homes for ref, residence in survey.residences.items()} == {
        "33063 33000 12 RUE DES ACACIAS": 3, "33063 33100 12 RUE DES ACACIAS": 1, "33281 33000 12 RUE DES ACACIAS": 1,
        "33063 33000 14 RUE DES ACACIAS": 1,
    }  # fmt: skip


def test_residence_takes_what_most_of_its_rows_state() -> None:
    here, there = (-0.58, 44.84), (-0.57, 44.84)
    survey = surveyed(
        [row(CONSTRUCT="1975", QPV="1", COMPLGEO="Les Pins"), row(CONSTRUCT="1980", QPV="1", COMPLGEO=""),
         row(CONSTRUCT="1980", QPV="2", BAT="A"), row(CONSTRUCT="", QPV="", BAT="B")],
        [here, there, here, None],
    )  # fmt: skip
    [residence] = survey.residences.values()
    assert residence.attributes() == {
        "commune_code": "33063", "number": "12", "street": "RUE DES ACACIAS", "postcode": "33000", "name": "Les Pins",
        "construction_year": 1980, "in_priority_quarter": True, "position": {"lon": here[0], "lat": here[1]},
    }  # fmt: skip
    assert list(residence.buildings) == ["A", "B"]


def test_residence_of_a_long_address_has_a_short_reference_of_its_own() -> None:
    addresses = [found.address for found in dwellings([row(NOMVOIE="X" * 200), row(NOMVOIE="X" * 201)])]
    refs = {residence_ref("33063", address) for address in addresses if address}
    assert len(refs) == 2
    assert {len(ref) for ref in refs} == {MAX_REF}
