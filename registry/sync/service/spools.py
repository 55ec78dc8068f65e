"""Directories for files on their way through a process: gone with it, however it ends.

A process holds a lock on each of its own, which the kernel releases when the process ends; what nobody holds was left
by one that was killed.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

PREFIX: Final = "registry-sync-"


@contextmanager
def spool() -> Iterator[Path]:
    """Make a directory that is removed at the end of the block, or by :func:`clear` of whoever starts next."""
    directory, lock = _held()
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)
        os.close(lock)


def _held() -> tuple[Path, int]:
    while True:
        directory = Path(tempfile.mkdtemp(prefix=PREFIX))
        with suppress(FileNotFoundError):  # cleared away before it was held
            lock = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
            fcntl.flock(lock, fcntl.LOCK_EX)
            if directory.exists():
                return directory, lock
            os.close(lock)


def clear() -> int:
    """Remove what killed processes left; return how many. What others own, or removed meanwhile, is passed over."""
    return sum(_clear(directory) for directory in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"))


def _clear(directory: Path) -> bool:
    try:
        lock = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(directory)
    except OSError:
        return False
    finally:
        os.close(lock)
    return True
