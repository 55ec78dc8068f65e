"""Every term of a charter is called something, says what follows from it, and can be given in a form."""

from collections.abc import Iterator
from typing import Any

from registry.charter.schemas import Terms
from registry.charter.schemas.wording import FIELDS, GRID, SHARING, WORDS


def leaves(value: Any, path: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for name, each in value.items():
            yield from leaves(each, f"{path}.{name}" if path else name)
    else:
        yield path


def test_every_term_and_every_part_of_the_grid_has_words_and_nothing_else_has() -> None:
    assert set(leaves(Terms().model_dump(mode="json"))) == set(WORDS)


def test_every_term_but_the_grid_has_a_field_of_a_form() -> None:
    assert {each.name.partition(".")[0] for each in FIELDS} == set(Terms.model_fields) - {GRID}
    assert {each.name for each in FIELDS} == {name for name in WORDS if not name.startswith(f"{GRID}.")}


def test_number_has_bounds_and_a_unit_and_a_choice_has_words_for_every_code() -> None:
    schema = Terms.model_json_schema()["properties"]
    for each in FIELDS:
        words = WORDS[each.name]
        if each.kind in {"number", "optional"}:
            assert each.least is not None, each.name
            assert each.most is not None, each.name
            assert words.unit, each.name
        elif each.kind == "choice":
            assert set(words.choices) == set(schema[each.name]["enum"]), each.name


def test_terms_of_the_data_sharing_agreement_are_terms_in_the_order_in_which_they_are_read() -> None:
    assert [name for name in WORDS if name in SHARING] == list(SHARING)
    stated = {name for name in Terms.model_fields if name.startswith(("shared_", "location_", "k"))}
    assert stated < set(SHARING)
