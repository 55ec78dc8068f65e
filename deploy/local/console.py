"""What the set-up says and how it ends: a line for each step, and no traceback for what a person can put right.

Standard library only, and readable by Python 3.8: an old one must come as far as the sentence that says so.
"""

from __future__ import annotations

import contextlib
import errno
import os
import pwd
import signal
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from deploy.local.paths import LOCAL, ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

INTERRUPTED: Final = 130  # what a shell reports of a command that Ctrl-C ended
_KEPT_LOG_BYTES: Final = 10_000_000


class SetUpError(RuntimeError):
    """The set-up cannot go on; the message says why and what to do."""


class Stopped(KeyboardInterrupt):
    """Somebody asked for the end. No library's ``except Exception`` may swallow it."""


def say(message: str) -> None:
    """Print a line; a terminal that was closed meanwhile is no reason to stop anything half-way."""
    with contextlib.suppress(OSError, ValueError):
        print(message, flush=True)


def ending(main: Callable[[], int | None]) -> None:
    """Run ``main`` and end the process: 0, 1 with a sentence on standard error, or 130 when it was interrupted."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr] # a terminal without "≥" or "→" still gets the rest
    if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        status = main() or 0
    except SetUpError as error:
        status = _failed(str(error))
    except KeyboardInterrupt:
        say("stopped")
        status = INTERRUPTED
    except OSError as error:
        sentence = explained(error)
        if sentence is None:
            raise
        status = _failed(sentence)
    with contextlib.suppress(OSError):
        sys.stdout.flush()
    sys.exit(status)


def _failed(sentence: str) -> int:
    with contextlib.suppress(OSError):
        print(sentence, file=sys.stderr, flush=True)
    return 1


def explained(error: OSError) -> str | None:
    """Return what to do about a file system that refuses; ``None`` where the error is another one."""
    where = Path(os.fsdecode(error.filename)) if error.filename else LOCAL
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return (
            f"no space left for {where}: make room ('df -h {ROOT}'), then run the same command again: it resumes"
            " where it stopped"
        )
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EISDIR, errno.EEXIST):
        return (
            f"cannot use {where}: {error.strerror}{_ownership(where)}\n→ run it as the user who ran it before, or give"
            f" that user the files of {ROOT} back (chown), or move {LOCAL} away"
        )
    return None


def _ownership(path: Path) -> str:
    """Say whose ``path`` is where it is somebody else's, or of the nearest folder above that can be looked at."""
    for place in (path, *path.parents):
        try:
            owner = place.stat().st_uid
        except OSError:
            continue
        return "" if owner == os.geteuid() else f" ({place} belongs to {user_name(owner)}, this is {user_name()})"
    return ""


def user_name(uid: int | None = None) -> str:
    """Return a user's name, ours without ``uid``; the number where it has none."""
    number = os.geteuid() if uid is None else uid
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"user {number}"


def write_whole(path: Path, text: str, *, mode: int = 0o600) -> None:
    """Write ``path`` so that whoever reads it, at any moment and after any crash, finds the old or the new text."""
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, mode)  # noqa: PTH101 # a name from mkstemp
        os.replace(name, path)  # noqa: PTH105 # as above
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)  # noqa: PTH108 # as above
        raise


def put_aside(log: Path) -> None:
    """Begin a log anew where it has grown large; the one before is kept beside it."""
    with contextlib.suppress(FileNotFoundError):
        if log.stat().st_size > _KEPT_LOG_BYTES:
            log.replace(log.with_name(f"{log.name}.1"))
