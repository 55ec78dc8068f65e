"""Bytes become records: each byte in one of them or in none for a reason, in flat memory."""

import csv
import io
import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.sync.formats.cutting import MAX_LINES, MAX_RECORD, Delimited, batches, lines


def blocks(content: bytes, size: int) -> Iterator[bytes]:
    return (content[start : start + size] for start in range(0, len(content), size))


def records(content: bytes, size: int = 1 << 20, end: bytes = b"\n") -> list[tuple[int, bytes]]:
    return [tuple(record) for record in Delimited(";").records(batches(blocks(content, size), end))]  # type: ignore[misc]  # pairs


def test_lines_are_numbered_as_an_editor_does_and_blank_ones_are_no_records() -> None:
    assert records(b'a;b\r\n\r\n;;\n  \n"";\nc') == [(1, b"a;b"), (6, b"c")]
    assert [record.line for record in lines(batches([b"a\n\n \nb\n"], b"\n"))] == [1, 4]
    assert records(b"a\rb", end=b"\r") == [(1, b"a"), (2, b"b")]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b'a;"b\nc";d\ne', [(1, b'a;"b\nc";d'), (3, b"e")]),
        (b'a;"b;\n\n""c""\n";d\ne', [(1, b'a;"b;\n\n""c""\n";d'), (5, b"e")]),
        (b'"a\r\nb"\r\nc', [(1, b'"a\nb"'), (3, b"c")]),
        (b'b\xc3\xa2t "A\nc;d', [(1, b'b\xc3\xa2t "A'), (2, b"c;d")]),
        (b'12" tv;x\nc;d', [(1, b'12" tv;x'), (2, b"c;d")]),
        (b'x";"a\nb"\nc', [(1, b'x";"a\nb"'), (3, b"c")]),
    ],
)
def test_quote_at_the_beginning_of_a_cell_holds_lines_together(
    content: bytes, expected: list[tuple[int, bytes]]
) -> None:
    for size in (1, 2, 3, 1 << 20):
        assert records(content, size) == expected


def test_quote_that_is_not_closed_costs_its_own_line_only() -> None:
    beginning = [(1, b'a;"b')]
    following = [(n, b"c;%d" % n) for n in range(2, 400)]
    assert records(b'a;"b\n' + b"\n".join(raw for _, raw in following), 64) == beginning + following
    assert records(b'a;"b\nc;"d";e\nf') == [(1, b'a;"b'), (2, b'c;"d";e'), (3, b"f")], "another cell's quote"
    assert len(records(b'"a\n' + b"b\n" * (MAX_LINES - 2) + b'c"\nd')) == 2
    assert len(records(b'"a\n' + b"b\n" * (MAX_LINES - 1) + b'c"\nd')) == MAX_LINES + 2


def test_line_of_any_length_is_one_record_and_the_next_ones_follow() -> None:
    for size in (7, 1_000, 1 << 20):
        found = records(b"a\n" + b"x" * (MAX_RECORD + 9_000) + b"\nb\n" + b"y" * (MAX_RECORD + 1), size)
        assert [(line, len(raw)) for line, raw in found] == [(1, 1), (2, MAX_RECORD + 1), (3, 1), (4, MAX_RECORD + 1)]
    assert len(records(b"x" * MAX_RECORD + b"\n")[0][1]) == MAX_RECORD


def test_memory_is_flat_whatever_the_lines() -> None:
    def endless(block: bytes) -> Iterator[bytes]:
        yield from (block for _ in range(12))

    for block in (b"x" * (1 << 20), b"a;b;c\n" * 10_000, b'"a;b\n' * 10_000):
        tracemalloc.start()
        for _ in Delimited(";").records(batches(endless(block), b"\n")):
            pass
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 6_000_000, block[:10]


signs = st.lists(st.sampled_from([b'"', b";", b"\n", b"\r\n", b"a", b"\xe9", b" "]), max_size=40).map(b"".join)


@given(content=signs | st.binary(max_size=120), size=st.integers(1, 50))
def test_any_bytes_are_cut_alike_in_any_blocks_and_none_is_lost(content: bytes, size: int) -> None:
    found = records(content, size)
    assert found == records(content)
    kept = dict(found)
    assert len(kept) == len(found)
    physical = [line.removesuffix(b"\r") for line in content.split(b"\n")]
    covered: dict[int, bytes] = {}
    for line, raw in found:
        for n, part in enumerate(raw.split(b"\n")):
            covered[line + n] = part
    for number, text in enumerate(physical, 1):
        if number in covered:
            assert covered[number] == text
        else:
            assert not text.strip(b'; \t\r"'), "only what holds nothing is passed over"


cells = st.text(alphabet=st.sampled_from('a";\n é'), max_size=6)


@settings(max_examples=300)
@given(rows=st.lists(st.lists(cells, min_size=2, max_size=4), min_size=1, max_size=8), size=st.integers(1, 30))
def test_what_a_writer_of_csv_wrote_is_cut_into_its_rows(rows: list[list[str]], size: int) -> None:
    written = io.StringIO()
    csv.writer(written, delimiter=";", lineterminator="\n").writerows(rows)
    found = records(written.getvalue().encode(), size)
    expected = [row for row in rows if "".join(row).strip(' "\n') or any(";" in cell for cell in row)]
    parsed = [next(csv.reader([raw.decode()], delimiter=";", strict=True)) for _, raw in found]
    held = [row for row in parsed if any(cell.strip(' "\n;') for cell in row)]
    assert held == [row for row in expected if any(cell.strip(' "\n;') for cell in row)]
