"""A mapping holds together, or says in which place of the document it does not."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.sync.formats.declared import Format
from registry.sync.formats.errors import MappingInvalid
from registry.sync.formats.header import key
from registry.sync.formats.opening import try_mapping
from registry.sync.mapping import Mapping, parse_mapping, read_mapping
from registry.sync.targets import targets

REF = {"from": "Réf", "to": "ref"}


def columns(*further: dict[str, Any], **given: Any) -> dict[str, Any]:
    return {"columns": [REF, *further], **given}


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ({}, "columns"),
        ({"columns": []}, "columns"),
        ([], ""),
        ("mapping", ""),
        ({"columns": [{"from": "a", "to": "rooms"}]}, "columns"),
        (columns(version=2), "version"),
        (columns(content="lifts"), "content"),
        (columns(unknown=1), "unknown"),
        (columns({"from": "a", "to": "reff"}), "columns.1.to"),
        (columns({"from": "a", "to": "name"}), "columns.1.to"),
        (columns({"from": "a", "to": "ref"}), "columns.1.to"),
        (columns({"from": "a", "to": "rooms"}, {"from": "b", "to": "rooms"}), "columns.2.to"),
        (columns({"from": "", "to": "rooms"}), "columns.1.from"),
        (columns({"from": "a\x00", "to": "rooms"}), "columns.1.from"),
        (columns({"from": "a", "to": "status", "values": {"L": "let"}}), "columns.1.values.L"),
        (columns({"from": "a", "to": "lift", "values": {"O": "maybe"}}), "columns.1.values.O"),
        (columns({"from": "a", "to": "rooms", "values": {}}), "columns.1.values"),
        (columns({"from": "a", "to": "rooms", "unit": "euro"}), "columns.1.unit"),
        (columns({"from": "a", "to": "rent_cents", "unit": "cm"}), "columns.1.unit"),
        (columns({"from": "a", "to": "steps_to_door", "unit": "cm"}), "columns.1.unit"),
        (columns({"from": "a", "to": "rent_cents", "unit": "franc"}), "columns.1.unit"),
        (columns({"from": "a", "to": "rooms", "date": "YYYY"}), "columns.1.date"),
        (columns({"from": "a", "to": "rooms", "empty": "clear"}), "columns.1.empty"),
        (columns({"from": "a", "to": "residence.name"}), "columns"),
        (columns({"from": "a", "to": "residence_ref"}, {"from": "b", "to": "residence.lon"}), "columns"),
        (
            columns(*({"from": name, "to": f"residence.{name}"} for name in ("lon", "lat", "x", "y")),
                    {"from": "r", "to": "residence_ref"}),
            "columns",
        ),
        (columns(constants={"rooms": "many"}), "constants.rooms"),
        (columns(constants={"reff": "A"}), "constants.reff"),
        (columns({"from": "a", "to": "rooms"}, constants={"rooms": "2"}), "constants.rooms"),
    ],
)  # fmt: skip
def test_document_that_does_not_hold_together_names_the_place(document: Any, field: str) -> None:
    with pytest.raises(MappingInvalid) as refused:
        parse_mapping(document)
    fault = refused.value.faults[0]
    assert fault.field == field
    assert fault.message.fr != fault.message.en
    assert refused.value.own_remedy


def test_fault_shows_what_stood_there_and_what_may() -> None:
    with pytest.raises(MappingInvalid) as refused:
        parse_mapping(columns({"from": "a", "to": "rent_cent"}))
    fault = refused.value.faults[0]
    assert fault.value == "rent_cent"
    assert "rent_cents" in fault.message.en


def test_digest_is_that_of_what_the_document_says() -> None:
    plain = parse_mapping(columns())
    assert plain.digest() == parse_mapping({"version": 1, "columns": [{"to": "ref", "from": "Réf"}]}).digest()
    assert plain.digest() != parse_mapping(columns({"from": "a", "to": "rooms"})).digest()
    stored = json.loads(plain.model_dump_json(by_alias=True))
    assert parse_mapping(stored) == plain
    assert hash(plain.columns[0].theirs)


def test_one_column_may_state_several_things() -> None:
    twice = columns(
        {"from": "a", "to": "lift", "values": {"x": "yes"}}, {"from": "a", "to": "rooms", "values": {"x": "2"}}
    )
    assert len(parse_mapping(twice).columns) == 3


def test_document_is_read_from_a_file_of_strict_json(tmp_path: Path) -> None:
    path = tmp_path / "mapping.json"
    path.write_text(json.dumps(columns()))
    assert isinstance(read_mapping(path), Mapping)
    for text in ('{"columns": [], "columns": []}', "nope", "", "\xff"):
        path.write_text(text)
        with pytest.raises(MappingInvalid):
            read_mapping(path)
    with pytest.raises(MappingInvalid):
        read_mapping(tmp_path / "none")


def test_mapping_is_tried_on_the_first_records_of_a_sample(tmp_path: Path) -> None:
    path = tmp_path / "sample.csv"
    path.write_text("réf;pièces\n" + "".join(f"A{n};{n}\n" for n in range(30)))
    mapping = parse_mapping(columns({"from": "Pièces", "to": "rooms"}))
    tried = try_mapping(path, Format(kind="csv"), mapping, 3)
    assert [(record.line, record.raw, stated.rejected) for record, stated in tried] == [
        (2, b"A0;0", True), (3, b"A1;1", False), (4, b"A2;2", False),
    ]  # fmt: skip


def test_every_target_has_a_name_of_its_own_and_words_in_both_languages() -> None:
    for content in ("homes", "residences"):
        found = targets(content)
        assert len({key(name) for name in found}) == len(found)
        for target in found.values():
            assert target.words.label.fr
            assert target.words.help.en
            assert target.words.example


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Réf. du logement", "REF DU LOGEMENT"),
        ("Nb_Pièces", "nb pieces"),
        ("SURFACE (m²)", "surface m2"),
        ("Œuvre", "oeuvre"),
    ],
)
def test_spellings_of_one_header_are_one(one: str, other: str) -> None:
    assert key(one) == key(other)


@given(document=st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["ref", "rooms", "lift"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["columns", "from", "to", "values", "constants", "unit"]), inner, max_size=4),
    max_leaves=12,
))  # fmt: skip
def test_any_document_is_a_mapping_or_named_faults(document: Any) -> None:
    try:
        parse_mapping(document)
    except MappingInvalid:
        return
