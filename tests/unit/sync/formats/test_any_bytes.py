"""Whatever the bytes: a named error of the whole file, or every record accounted for, and no exception."""

import json
import os
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.kernel.errors import RegistryError
from registry.stock.schemas import HomeLine, ResidenceIn
from registry.sync.formats import Stated
from registry.sync.formats.table import FILLERS
from registry.sync.targets import targets
from tests.support.files import opened, workbook

EXAMPLES = 5_000 if os.environ.get("REGISTRY_TEST_SCALE") == "full" else 60
any_file = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=EXAMPLES, deadline=None)
MAPPING: dict[str, Any] = {
    "columns": [
        {"from": "ref", "to": "ref"}, {"from": "a", "to": "rooms", "empty": "keep"},
        {"from": "b", "to": "rent_cents", "unit": "euro", "empty": "clear"},
        {"from": "c", "to": "lift", "values": {"O": "yes", "N": "no"}}, {"from": "d", "to": "available_on"},
        {"from": "e", "to": "residence.street"}, {"from": "f", "to": "residence.commune_code"},
        {"from": "g", "to": "residence.x"}, {"from": "h", "to": "residence.y"},
    ]
}  # fmt: skip
HEADER = b"ref;a;b;c;d;e;f;g;h\n"
signs = st.lists(
    st.sampled_from(
        ["", '"', ";", ",", "\n", "\r\n", "\r", "06029", "2A004", "RDC", "-1", "1e9", "٣", "é", "\x00", "O", "N", "oui",
         "2026-02-30", "12 rue X", "a@b.fr", "655823,1", "..", "unknown", "9" * 400, "\ud7ff", "=1+1"]
    ),
    max_size=60,
).map("".join)  # fmt: skip
raw = st.one_of(
    st.binary(max_size=300), signs.map(str.encode), signs.map(lambda text: text.encode("cp1252", "replace"))
)


def judge(found: Stated) -> None:
    """Check what the engine relies on: what is stated is what the stock's models take."""
    assert found.rejected == (found.home is None and found.residence is None)
    for note in found.notes:
        note.value.encode()
        assert note.line == found.line or note.rejected
    if found.home is not None:
        assert found.ref == found.home["ref"]
        facts = {
            code: fact and {"date": "2026-01-01", **fact} for code, fact in found.home.get("facts", {}).items()
        }  # fmt: skip
        area = {"area_m2": float(found.home["area_m2"])} if "area_m2" in found.home else {}
        taken = HomeLine.model_validate({**FILLERS, **found.home, **area, "facts": facts}).model_dump(mode="json")
        for name, value in found.home.items():
            if name not in {"facts", "area_m2"}:
                assert taken[name] == value
    if found.residence is not None:
        residence = {name: value for name, value in found.residence.items() if name != "ref"}
        ResidenceIn.model_validate({"commune_code": "75056", **residence})
        assert found.residence["ref"]


def check(path: Path, content: bytes, mapping: dict[str, Any] | None, /, **declared: Any) -> None:
    try:
        reader = opened(path, content, mapping, **declared)
        records = list(reader.records())
    except RegistryError:
        return
    lines = [record.line for record in records]
    assert lines == sorted(set(lines))
    for record in records:
        judge(reader.read(record))


@any_file
@given(content=raw, packed=st.booleans(), mapped=st.booleans())
def test_any_bytes_are_records_of_a_csv_or_a_named_error(
    tmp_path: Path, content: bytes, packed: bool, mapped: bool
) -> None:
    check(tmp_path / "f", HEADER + content, MAPPING if mapped else None, packed=packed)
    check(tmp_path / "f", content, MAPPING if mapped else None)
    check(tmp_path / "f", b";".join(name.encode() for name in targets("homes")) + b"\n" + content, None)
    check(tmp_path / "f", b"ref;street;commune_code;lon;lat\n" + content, None, content="residences")


cells = st.lists(
    st.one_of(
        signs, st.text(max_size=10), st.integers(-5, 99).map(str), st.floats(allow_nan=True).map(str),
        st.sampled_from([code for target in targets("homes").values() for code in target.codes]),
        st.sampled_from([target.words.example for target in targets("homes").values()]),
    ).map(lambda text: text.replace(";", "").replace("\n", "").replace("\r", "").replace('"', "")),
    min_size=9, max_size=9,
)  # fmt: skip


@any_file
@given(rows=st.lists(cells, max_size=4))
def test_any_cells_are_read_or_refused(tmp_path: Path, rows: list[list[str]]) -> None:
    content = "\n".join(";".join(row) for row in rows).encode(errors="surrogatepass")
    check(tmp_path / "f", HEADER + content, MAPPING)
    for start in range(0, len(targets("homes")), 8):
        names = ["ref", *list(targets("homes"))[1 + start : 9 + start]]
        check(tmp_path / "f", ";".join(names).encode() + b";" * (9 - len(names)) + b"\n" + content, None)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
members = st.dictionaries(
    st.sampled_from([*HomeLine.model_fields, "residence", "street", "a", "b", "g"]), values, max_size=6
)


@any_file
@given(lines=st.lists(st.one_of(raw, st.tuples(members, st.text(max_size=5))), max_size=4), mapped=st.booleans())
def test_any_bytes_are_records_of_ndjson_or_a_named_error(tmp_path: Path, lines: list[Any], mapped: bool) -> None:

    texts = [line if isinstance(line, bytes) else json.dumps({"ref": line[1], **line[0]}).encode() for line in lines]
    check(tmp_path / "f", b"{}\n" + b"\n".join(texts), MAPPING if mapped else None, kind="ndjson")
    check(tmp_path / "f", b"{}\n" + b"\n".join(texts), None, kind="ndjson", content="residences")


@any_file
@given(content=raw, place=st.integers(0, 3_000))
def test_any_bytes_are_a_workbook_or_a_named_error(tmp_path: Path, content: bytes, place: int) -> None:
    good = workbook(tmp_path / "w", {"Un": [["ref", "rooms"], ["A", 2], ["B", "x"]]}).read_bytes()
    check(tmp_path / "f", good[:place] + content + good[place + len(content) :], None, kind="xlsx")
    check(tmp_path / "f", b"PK\x03\x04" + content, None, kind="xlsx")


@any_file
@given(content=raw)
def test_any_bytes_are_rows_of_rpls_or_a_named_error(tmp_path: Path, content: bytes) -> None:
    head = b"DEPCOM;CODEPOSTAL;NUMVOIE;NOMVOIE;NBPIECE;SURFHAB;ETAGE;PMR\n"
    check(tmp_path / "f", head + content, None, kind="rpls")
    check(tmp_path / "f", b"DEPCOM;NOMVOIE;NBLOG\n" + content, None, kind="rpls")
