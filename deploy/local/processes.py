"""Which processes of this checkout run: read from /proc, which no crash, reboot or deleted folder can make stale.

Standard library only.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from deploy.local.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MARK: Final = "REGISTRY_SUPERVISED_IN"
"""Environment variable of what ``make run`` starts: the checkout. What an operator starts by hand has none."""
_SUPERVISOR: Final = "deploy.local.run"
_KILL_AFTER_S: Final = 12


def supervisors() -> list[int]:
    """Return the pids of ``make run`` in this checkout, other than this process."""
    return [
        pid
        for pid in _others()
        if {"-m", _SUPERVISOR} <= set(_strings(pid, "cmdline")) and working_directory(pid) == str(ROOT)
    ]


def supervised() -> list[int]:
    """Return the pids of what a ``make run`` of this checkout started: web, worker, preparation.

    While none runs, these are orphans: their supervisor was killed.
    """
    return [pid for pid in _others() if f"{MARK}={ROOT}" in _strings(pid, "environ")]


def working_in(directory: Path) -> list[int]:
    """Return the pids whose working directory is ``directory``, also where it has been deleted since."""
    wanted = {str(directory), f"{directory} (deleted)"}
    return [pid for pid in _others() if working_directory(pid) in wanted]


def working_directory(pid: int) -> str | None:
    """Return a process's working directory; ``None`` where it is gone or not ours to ask."""
    try:
        return os.readlink(f"/proc/{pid}/cwd")  # noqa: PTH115 # " (deleted)" is not part of a path
    except OSError:
        return None


def end(pids: Iterable[int], *, grace_s: float = _KILL_AFTER_S, first: signal.Signals = signal.SIGTERM) -> None:
    """Ask processes to end, wait, and kill those that have not after ``grace_s`` seconds."""
    left = set(pids)
    for request, wait_s in ((first, grace_s), (signal.SIGKILL, 5.0)):
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, request)
        until = time.monotonic() + wait_s
        while (left := {pid for pid in left if _lives(pid)}) and time.monotonic() < until:
            time.sleep(0.05)
        if not left:
            return


@contextlib.contextmanager
def locked(path: Path, *, wait: bool) -> Iterator[bool]:
    """Hold the lock ``path``; yield whether it was to be had. It ends with the process, however that ends."""
    path.parent.mkdir(exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(descriptor)


def _others() -> Iterator[int]:
    for entry in os.listdir("/proc"):  # noqa: PTH208 # names only
        if entry.isdigit() and int(entry) != os.getpid():
            yield int(entry)


def _strings(pid: int, what: str) -> list[str]:
    """Return the arguments or the environment that a process was started with."""
    try:
        return os.fsdecode(Path(f"/proc/{pid}/{what}").read_bytes()).split("\0")
    except OSError:
        return []


def _lives(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return False
    return state not in {"Z", "X"}
