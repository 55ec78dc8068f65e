"""Pages become one file: what each adds, and what cannot be joined."""

import gzip
import hashlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.sync.service import pulls_join
from registry.sync.service.pulls_join import Joined
from registry.sync.source_errors import SourceFileInconsistent, SourceFileTooLarge


def join(directory: Path, kind: str, *pages: bytes, max_bytes: int = 10_000) -> bytes:
    joined = Joined(directory / "file", kind=kind, max_bytes=max_bytes)
    for page in pages:
        (directory / "page").write_bytes(page)
        joined.add(directory / "page")
    made = (directory / "file").read_bytes()
    assert joined.sha256 == hashlib.sha256(made).digest()
    assert joined.size == len(made)
    return made


@pytest.mark.parametrize(
    ("pages", "made"),
    [
        ([b"a;b\n1;2\n", b"a;b\n3;4\n"], b"a;b\n1;2\n3;4\n"),
        ([b"a;b\n1;2", b"a;b\n3;4"], b"a;b\n1;2\n3;4"),
        ([b"a;b\r\n1;2\r\n", b"\xef\xbb\xbfa;b\n3;4\n"], b"a;b\r\n1;2\r\n3;4\n"),
        ([b"\xef\xbb\xbfa;b\n1;2\n", b"\xef\xbb\xbfa;b\n3;4\n"], b"\xef\xbb\xbfa;b\n1;2\n3;4\n"),
        ([b"a;b\n1;2\n", b"a;b\n", b"a;b", b"", b"a;b\n3;4\n"], b"a;b\n1;2\n3;4\n"),
        ([b'"a\nx";b\n1;2\n', b'"a\nx";b\n3;4\n'], b'"a\nx";b\n1;2\n3;4\n'),
        ([b"a;b"], b"a;b"),
        ([b"", b""], b""),
    ],
)
def test_pages_of_csv_have_one_header_together(tmp_path: Path, pages: list[bytes], made: bytes) -> None:
    assert join(tmp_path, "csv", *pages) == made


def test_pages_of_other_columns_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceFileInconsistent):
        join(tmp_path, "csv", b"a;b\n1;2\n", b"a;c\n3;4\n")


def test_pages_of_ndjson_follow_each_other_line_by_line(tmp_path: Path) -> None:
    assert join(tmp_path, "ndjson", b"{}\n{}", b"{}\n", b"", b"{}") == b"{}\n{}\n{}\n{}"


@pytest.mark.parametrize("kind", ["xlsx", "rpls"])
def test_file_that_is_a_whole_is_not_joined(tmp_path: Path, kind: str) -> None:
    assert join(tmp_path, kind, b"PK\x03\x04") == b"PK\x03\x04"
    with pytest.raises(SourceFileInconsistent):
        join(tmp_path, kind, b"one", b"two")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(st.lists(st.binary(max_size=300), min_size=1, max_size=3), st.integers(1, 64))
def test_packed_page_is_unpacked_in_pieces_of_any_size(tmp_path: Path, members: list[bytes], block: int) -> None:
    before, pulls_join.BLOCK = pulls_join.BLOCK, block  # type: ignore[misc]  # made small
    try:
        made = join(tmp_path, "rpls", b"".join(map(gzip.compress, members)))
    finally:
        pulls_join.BLOCK = before  # type: ignore[misc]  # as it was
    assert made == b"".join(members)


@pytest.mark.parametrize("damage", [lambda raw: raw[:-1], lambda raw: raw[:20], lambda raw: raw[:-8] + b"\0" * 8])
def test_packed_page_that_is_cut_or_altered_is_refused(tmp_path: Path, damage: object) -> None:
    raw = gzip.compress(bytes(range(256)) * 10)
    with pytest.raises(SourceFileInconsistent):
        join(tmp_path, "ndjson", damage(raw))  # type: ignore[operator]


def test_page_that_unfolds_beyond_its_bound_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceFileTooLarge):
        join(tmp_path, "csv", gzip.compress(b"\n" * 10_000_000))
    assert (tmp_path / "file").stat().st_size <= 10_000, "nothing of it is written beyond"
    with pytest.raises(SourceFileTooLarge):
        join(tmp_path, "ndjson", b"{}\n" * 3_000, b"{}\n" * 3_000)


def test_header_without_end_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceFileInconsistent):
        join(tmp_path, "csv", b'"' + b"x" * (2 << 20), max_bytes=10 << 20)
