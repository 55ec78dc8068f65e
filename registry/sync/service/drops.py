"""Files that are left in a directory, for landlords whose systems can neither push nor be asked.

``REGISTRY_DROP_DIRECTORY/ORGANISATION_ID/SOURCE_NAME/``: made by the operator, written by whatever brings the files
(SFTP, a mounted share). What is finished is received, oldest first, and moved to ``done``; what cannot be received, to
``failed``. Both are the operator's to empty.
"""

import asyncio
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

import structlog

from registry.kernel.clock import now
from registry.kernel.errors import RegistryError
from registry.platform.database import Database, Role
from registry.sync.models import SyncSource
from registry.sync.repository import schedule as repository
from registry.sync.service import schedule
from registry.sync.service.notices import Notices
from registry.sync.service.pulls_fetch import Known
from registry.sync.service.receiving import Receive
from registry.sync.service.spools import spool

DROPS: Final = "sync.drops"
SETTLED_S: Final = 60.0
"""A file that nobody wrote to, renamed or changed for so long is finished."""
UNFINISHED: Final = (".part", ".tmp", ".filepart", ".crdownload", "~")
_LONGEST_NAME: Final = 200  # bytes: with the time before it, less than file systems hold
_DIRECTORY: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC  # a pipe would be waited for
log: Final = structlog.get_logger()


class Found(NamedTuple):
    """A finished file, copied out of reach of who may still write to it.

    Attributes:
        name: ``None`` where nobody could read it.
        as_of: When it was written last.
    """

    name: str | None
    copy: Path
    as_of: datetime


@dataclass(frozen=True, slots=True)
class Drops:
    """Takes the files of all landlords.

    Attributes:
        root: The operator's directory.
        settled_s: See :data:`SETTLED_S`.
    """

    root: Path
    database: Database
    notices: Notices
    receive: Receive
    settled_s: float = SETTLED_S

    async def take(self) -> int:
        """Receive what is finished; return how many files. What goes wrong with one source holds up no other."""
        async with self.database.transaction(Role.JOB, actor=DROPS) as session:
            sources = await repository.every(session, kind="drop")
        count = 0
        for source in sources:
            if source.paused:
                continue
            async with repository.claimed(self.database, source.organisation_id) as alone:
                if alone:
                    count += await self._safely(source)
        return count

    async def _safely(self, source: SyncSource) -> int:
        try:
            return await self._take_of(source)
        except Exception:  # a defect with one landlord's file must not stop those of the others
            log.exception("drop_broke", source=str(source.id))
            return 0

    async def _take_of(self, source: SyncSource) -> int:
        where = (str(self.root), str(source.organisation_id), source.name)
        count = 0
        with _opened(where) as directory:
            if directory is None:
                return 0
            async with self.database.transaction(Role.JOB, actor=DROPS) as session:
                if not await repository.is_active(session, source.organisation_id):
                    return 0
            for name in await asyncio.to_thread(finished, directory, self.settled_s):
                taken = await self._take(source, directory, name)
                count += taken
                if not taken:
                    break  # what follows it is newer: it waits until this one is looked at
        return count

    async def _take(self, source: SyncSource, directory: int, name: str) -> bool:
        with spool() as private:
            found = await asyncio.to_thread(_copied, directory, name, private)
            if found is None:
                return False
            try:
                await self.receive(
                    self.database, organisation=source.organisation_id, source=source.id, path=found.copy,
                    name=found.name, as_of=found.as_of, cause="drop", dry_run=False, actor=DROPS,
                )  # fmt: skip
            except RegistryError as failure:
                await asyncio.to_thread(_moved, directory, name, "failed")
                async with self.database.transaction(Role.JOB, actor=DROPS) as session:
                    await schedule.failed(session=session, source=source.id, failure=failure, notices=self.notices)
                log.warning("drop_not_received", source=str(source.id), code=failure.code)
                return False
        await asyncio.to_thread(_moved, directory, name, "done")
        async with self.database.transaction(Role.JOB, actor=DROPS) as session:
            await schedule.succeeded(session=session, source=source.id, known=Known())
        log.info("drop_received", source=str(source.id))
        return True


@contextmanager
def _opened(parts: tuple[str, ...]) -> Iterator[int | None]:
    """Open a directory part by part: no link leads out of the operator's, which alone may be one itself."""
    opened: list[int] = []
    try:
        with suppress(FileNotFoundError, NotADirectoryError):
            opened.append(os.open(parts[0], _DIRECTORY & ~os.O_NOFOLLOW))
            for part in parts[1:]:
                opened.append(_directory(part, opened[-1]))
        yield opened[-1] if len(opened) == len(parts) else None
    finally:
        for one in opened:
            os.close(one)


def _directory(name: str, within: int) -> int:
    """Open a directory in another one.

    Raises:
        NotADirectoryError: It is none, or a link.
    """
    try:
        return os.open(name, _DIRECTORY, dir_fd=within)
    except OSError as error:
        if isinstance(error, FileNotFoundError):
            raise
        raise NotADirectoryError(name) from error


def finished(directory: int, settled_s: float) -> list[str]:
    """Return the names of the files that are complete, the oldest first.

    A file counts from its last change of any kind: that a copy keeps the time of its original says nothing.
    """
    found = []
    with os.scandir(directory) as entries:
        for entry in entries:
            if entry.name.startswith(".") or entry.name.lower().endswith(UNFINISHED):
                continue
            state = entry.stat(follow_symlinks=False)
            quiet = now().timestamp() - max(state.st_mtime, state.st_ctime)
            if stat.S_ISREG(state.st_mode) and state.st_nlink == 1 and state.st_size and quiet >= settled_s:
                found.append((state.st_mtime, entry.name))
    return [name for _, name in sorted(found)]


def _copied(directory: int, name: str, private: Path) -> Found | None:
    """Copy a file; ``None`` where it is gone, is no file any more, or grew meanwhile."""
    try:
        source = os.open(name, _FILE, dir_fd=directory)
    except OSError:
        return None
    with os.fdopen(source, "rb") as file:
        before = os.fstat(file.fileno())
        if not stat.S_ISREG(before.st_mode):
            return None
        copy = private / "file"
        with copy.open("wb") as out:
            shutil.copyfileobj(file, out, 1 << 20)
        after = os.fstat(file.fileno())
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        return None
    return Found(name if name.isprintable() else None, copy, min(datetime.fromtimestamp(after.st_mtime, UTC), now()))


def _moved(directory: int, name: str, to: str) -> None:
    """Move a file into a directory beside it, under a name that none there has."""
    with suppress(FileExistsError):
        os.mkdir(to, 0o750, dir_fd=directory)
    target = _directory(to, directory)
    kept = os.fsencode(f"{now():%Y%m%dT%H%M%S%fZ}-") + os.fsencode(name)[-_LONGEST_NAME:]
    try:
        os.rename(os.fsencode(name), kept, src_dir_fd=directory, dst_dir_fd=target)
    finally:
        os.close(target)
