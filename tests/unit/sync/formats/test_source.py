"""Files of any kind: read, or refused by name."""

import gzip
import os
import random
import tracemalloc
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.kernel.errors import RegistryError
from registry.sync.errors import FileChangedMeanwhile, FileTooLarge, FileUnreadable, LayoutNotRecognised, LineTooLong
from registry.sync.formats import source
from registry.sync.formats.positions import read_positions
from registry.sync.formats.rpls import layout, rows
from registry.sync.formats.source import Source
from tests.support.rpls import public, row

TEXT = "DEPCOM;NOMVOIE\n06029;ALLÉE DES CHÊNES\n"
EXAMPLES = 5_000 if os.environ.get("REGISTRY_TEST_SCALE") == "full" else 100
any_file = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=EXAMPLES, deadline=None)


def lines(path: Path) -> list[tuple[int, str]]:
    return list(Source.inspect(path).lines())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "cp1252"])
@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_text_is_read_whatever_its_encoding_packing_and_line_ends(
    tmp_path: Path, encoding: str, packed: bool, end: str
) -> None:
    content = TEXT.replace("\n", end).encode(encoding)
    path = tmp_path / "file"
    path.write_bytes(gzip.compress(content, mtime=0) if packed else content)
    assert lines(path) == [(1, "DEPCOM;NOMVOIE"), (2, "06029;ALLÉE DES CHÊNES")]


def test_windows_signs_and_bytes_that_windows_has_not_are_read(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"L\x92\xcele \x9cuvre")
    assert lines(path) == [(1, "L’Île œuvre")]
    path.write_bytes(b"caf\xe9\x81")
    assert lines(path) == [(1, "café\x81")]


def test_blank_lines_are_passed_over_and_counted(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"\na\n \n\nb")
    assert lines(path) == [(2, "a"), (5, "b")]


def test_digest_is_that_of_the_file_on_disk(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"abc")
    assert Source.inspect(path).sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@pytest.mark.parametrize(
    "content", [gzip.compress(b"x" * 5_000, mtime=0)[:-9], b"\x1f\x8b", b"\x1f\x8b\x08nonsense", "é;".encode("utf-16")]
)
def test_broken_gzip_and_utf_16_are_refused_by_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(FileUnreadable):
        lines(path)


def test_what_is_no_file_is_refused_by_name(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing"):
        with pytest.raises(FileUnreadable):
            Source.inspect(path)


def test_line_without_end_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(gzip.compress(b"a\n" + random.Random(1).randbytes(1 << 16).hex().encode() * 300, mtime=0))
    tracemalloc.start()
    found = Source.inspect(path).lines()
    assert next(found) == (1, "a")
    with pytest.raises(LineTooLong) as refused:
        next(found)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10_000_000
    assert refused.value.faults[0].field == "line 2"
    path.write_bytes(b"b" * (source.MAX_LINE - 1) + b"\n")
    assert len(lines(path)[0][1]) == source.MAX_LINE - 1


def test_file_that_grows_out_of_its_gzip_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "MAX_BYTES", 3_000_000)
    path = tmp_path / "file"
    path.write_bytes(gzip.compress(b"a\n" * 2_000_000, mtime=0))
    with pytest.raises(FileTooLarge):
        Source.inspect(path)


def test_gzip_that_swells_like_no_table_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(gzip.compress(b"b" * 40_000_000, mtime=0))
    with pytest.raises(FileTooLarge):
        Source.inspect(path)


def test_file_that_changes_while_it_is_read_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("é")
    inspected = Source.inspect(path)
    inspected.check_unchanged()
    path.write_bytes(b"\xe9\xe9\xe9")
    with pytest.raises(FileChangedMeanwhile):
        inspected.check_unchanged()
    with pytest.raises(FileChangedMeanwhile):
        list(inspected.lines())


HEAD = public([]).encode()
content = st.one_of(
    st.binary(max_size=400),
    st.binary(max_size=400).map(lambda rest: HEAD + rest),
    st.lists(st.text(alphabet=st.characters(codec="utf-8"), max_size=12), max_size=60).map(
        lambda cells: HEAD + ";".join(cells).encode()
    ),
    st.lists(st.sampled_from(["", '"', ";", "06029", "2A004", "RC", "-1", "9999", "é", "\x00", "\r", "\n", "1e9", "٣"]))
    .map("".join)
    .map(lambda rest: HEAD + rest.encode()),
)


@any_file
@given(content=content, packed=st.booleans())
def test_any_bytes_are_rows_or_a_named_error(tmp_path: Path, content: bytes, packed: bool) -> None:
    path = tmp_path / "file"
    path.write_bytes(gzip.compress(content, mtime=0) if packed else content)
    try:
        opened = Source.inspect(path)
        found = list(rows.dwellings(opened, layout.layout(opened)))
    except RegistryError:
        return
    assert [dwelling.rank for dwelling in found] == list(range(1, len(found) + 1))
    for dwelling in found:
        assert dwelling.rejected or (dwelling.address and dwelling.depcom and dwelling.home["rooms"])


@any_file
@given(rest=st.one_of(st.binary(max_size=200), st.text(alphabet="0123456789,.-\n ", max_size=200).map(str.encode)))
def test_any_bytes_are_positions_or_a_named_error(tmp_path: Path, rest: bytes) -> None:
    path = tmp_path / "positions"
    for content in (rest, b"ligne,lon,lat\n" + rest):
        path.write_bytes(content)
        with suppress(RegistryError):
            found = read_positions(path)
            assert all(-180 <= lon <= 180 and -90 <= lat <= 90 for lon, lat in found.values())


@any_file
@given(cut=st.integers(0, 400), packed=st.booleans())
def test_file_cut_anywhere_is_rows_or_a_named_error(tmp_path: Path, cut: int, packed: bool) -> None:
    whole = public([row(NUMAPPT=str(n)) for n in range(5)]).encode()
    path = tmp_path / "file"
    path.write_bytes(gzip.compress(whole, mtime=0)[:cut] if packed else whole[:cut])
    with suppress(RegistryError):
        opened = Source.inspect(path)
        assert len(list(rows.dwellings(opened, layout.layout(opened)))) <= 5


def test_file_that_counts_dwellings_by_address_is_for_readers_that_expect_one(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("DEPCOM;NOMVOIE;NB_LOGEMENTS\n06029;RUE VERTE;12\n")
    assert layout.layout(Source.inspect(path), counted=True).counted
    with pytest.raises(LayoutNotRecognised):
        layout.layout(Source.inspect(path))
