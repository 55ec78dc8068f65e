"""The published format of files: valid, complete, and what the readers read."""

import csv
import io
import json
from pathlib import Path

import pytest
from frictionless import Resource, Schema, system, validate

from registry.stock.schemas import HomeLine, ResidenceIn
from registry.sync.formats.declared import Content
from registry.sync.table_schema import columns, example, table_schema
from registry.sync.targets import targets
from registry.vocabulary.facts import HOME_FACTS, RESIDENCE_FACTS
from tests.support.files import opened, stated

CONTENTS: tuple[Content, ...] = ("homes", "residences")


def written(directory: Path, content: Content, text: str | None = None) -> tuple[Path, Path]:
    schema, table = directory / "schema.json", directory / "table.csv"
    schema.write_text(json.dumps(table_schema(content)))
    table.write_text(example(content) if text is None else text)
    return schema, table


@pytest.mark.parametrize("content", CONTENTS)
def test_schema_is_valid_and_its_example_too(tmp_path: Path, content: Content) -> None:
    schema, table = written(tmp_path, content)
    Schema.from_descriptor(str(schema))
    with system.use_context(trusted=True):
        report = validate(Resource(path=str(table), schema=Schema.from_descriptor(str(schema))))
    assert report.valid, report.flatten(["rowNumber", "fieldName", "note"])


@pytest.mark.parametrize(
    ("content", "name", "value"),
    [
        ("homes", "ref", ""),
        ("homes", "status", "let"),
        ("homes", "rooms", "21"),
        ("homes", "rooms", "two"),
        ("homes", "lift", "perhaps"),
        ("homes", "entrance_door_width", "9"),
        ("homes", "available_on", "1/5/2026"),
        ("homes", "financing", "77"),
        ("homes", "facts_until", "soon"),
        ("homes", "evidence", "x" * 101),
        ("residences", "commune_code", "33"),
        ("residences", "equipment", "pool"),
        ("residences", "lon", "200"),
        ("residences", "in_priority_quarter", "perhaps"),
        ("residences", "path_width", "9"),
        ("residences", "path_surface", "wet"),
        ("residences", "rest_bench", "perhaps"),
    ],
)
def test_validator_of_others_refuses_what_the_reader_refuses_as_published(
    tmp_path: Path, content: Content, name: str, value: str
) -> None:
    head, first, *_ = csv.reader(io.StringIO(example(content)))
    row = {**dict(zip(head, first, strict=True)), name: value}
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([row.keys(), row.values()])
    schema, table = written(tmp_path, content, text.getvalue())
    with system.use_context(trusted=True):
        report = validate(Resource(path=str(table), schema=Schema.from_descriptor(str(schema))))
    assert name in [error for [error] in report.flatten(["fieldName"])]
    found = stated(opened(tmp_path / "f", text.getvalue(), content=content))
    assert found[0].rejected or name == "available_on", "the reader takes French dates as well"


@pytest.mark.parametrize("content", CONTENTS)
def test_example_is_read_without_a_note_and_states_every_column(tmp_path: Path, content: Content) -> None:
    reader = opened(tmp_path / "f", example(content), content=content)
    assert reader.notes == []
    found = stated(reader)
    assert [each.notes for each in found] == [[], []]
    full = found[0].home if content == "homes" else found[0].residence
    assert full is not None
    place = {"lon", "lat"} if content == "residences" else set()
    about = {"facts_source", "facts_date", "facts_until", "evidence"}
    assert {*full, *full["facts"], *about, *place} - {"position", "facts"} == {
        target.name for target in columns(content)
    }
    assert full["facts"]["lift"] == {
        "value": "yes", "source": "measured", "date": "2026-03-01", "until": "2036-03-01", "evidence": "REL-2026-118",
    }  # fmt: skip


def test_every_attribute_and_fact_is_published() -> None:
    homes = {field["name"] for field in table_schema("homes")["fields"]}
    assert homes == {
        *(set(HomeLine.model_fields) - {"facts"}), *(fact.code for fact in HOME_FACTS), "facts_source", "facts_date",
        "facts_until", "evidence",
    }  # fmt: skip
    residences = {field["name"] for field in table_schema("residences")["fields"]}
    assert residences == {
        *(set(ResidenceIn.model_fields) - {"position", "buildings"}), "ref", "lon", "lat",
        *(fact.code for fact in RESIDENCE_FACTS), "facts_source", "facts_date", "facts_until", "evidence",
    }  # fmt: skip
    beside = {target.attribute for target in targets("homes").values() if target.part == "residence"}
    assert beside == {*(set(ResidenceIn.model_fields) - {"position", "buildings"}), "lon", "lat", "x", "y"}


def test_every_field_speaks_french_and_english() -> None:
    for content in CONTENTS:
        for field in table_schema(content)["fields"]:
            assert field["title"]
            assert field["title_en"]
            assert field["description"] != field["description_en"]
            assert field["example"]
    status = next(field for field in table_schema("homes")["fields"] if field["name"] == "status")
    assert "vacant: Vacant" in status["description"]
    assert "notice: Congé donné" in status["description"]
    assert "notice: Notice given" in status["description_en"]
