"""Directories of files on their way: a living process keeps its own, those of the dead are cleared away."""

import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from registry.sync.service import spools
from tests.support.tree import ROOT

_HOLDING = """
import sys, tempfile
from registry.sync.service.spools import spool
tempfile.tempdir = sys.argv[1]
with spool() as directory:
    (directory / "file").write_bytes(b"half")
    print(directory, flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_spool_is_gone_after_its_block(temporary: Path) -> None:
    def fail() -> None:
        with spools.spool() as directory:
            (directory / "file").write_bytes(b"1")
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        fail()
    assert not list(temporary.iterdir())


def test_spool_of_a_living_process_is_kept_and_that_of_a_killed_one_cleared(temporary: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _HOLDING, str(temporary)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        theirs = Path(other.stdout.readline().decode().strip())
        with spools.spool() as ours:
            assert spools.clear() == 0
            assert theirs.exists()
            other.send_signal(signal.SIGKILL)
            other.wait()
            assert theirs.exists(), "nobody could remove it"
            assert spools.clear() == 1
            assert not theirs.exists()
            assert ours.exists()


def test_clearing_touches_neither_files_nor_links(temporary: Path) -> None:
    elsewhere = temporary / "elsewhere"
    elsewhere.mkdir()
    (temporary / f"{spools.PREFIX}link").symlink_to(elsewhere)
    (temporary / f"{spools.PREFIX}file").write_bytes(b"")
    assert spools.clear() == 0
    assert elsewhere.exists()
