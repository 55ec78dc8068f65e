"""Text files as landlords send them: plain or gzipped, UTF-8 or Latin-1, read line by line in flat memory."""

import codecs
import gzip
import hashlib
import io
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final, cast

from registry.kernel.text import Text
from registry.sync.errors import FileChangedMeanwhile, FileTooLarge, FileUnreadable, LineTooLong

MAX_BYTES: Final = 2 << 30
"""Uncompressed: more than all social homes of France in this form."""
MAX_LINE: Final = 65_536
"""Characters. A line of the transmission file has about 800."""
MAX_RATIO: Final = 200
_FREE: Final = 8 << 20  # bytes out of a gzip stream before its ratio is looked at
_BLOCK: Final = 1 << 20
_GZIP: Final = b"\x1f\x8b"
# Bytes that Windows-1252 leaves undefined: a file that has them is Latin-1 proper.
_NOT_WINDOWS: Final = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")


@dataclass(frozen=True, slots=True)
class Source:
    """A file that was read once from end to end.

    Attributes:
        sha256: Of the file as it stands on disk, hexadecimal: what ``sha256sum`` prints.
        encoding: UTF-8 where all of it is; otherwise Windows-1252, the superset of Latin-1 that French tools write.
        stamp: Size, time of change and inode, by which a change is noticed.
    """

    path: Path
    sha256: str
    encoding: str
    stamp: tuple[int, int, int]

    @classmethod
    def inspect(cls, path: Path, encoding: str | None = None) -> "Source":
        """Read a file once, to know its encoding, where it is not given, and its digest.

        Raises:
            FileUnreadable: It is no regular file, no whole gzip file, or in UTF-16.
            FileTooLarge: It is larger than :data:`MAX_BYTES` once uncompressed.
        """
        with named(path):
            if not path.is_file():
                raise FileUnreadable(field="path", value=str(path))
            stamp = stamp_of(path)
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            found = _encoding(path)
            if encoding not in {None, "utf-8"}:  # what is declared to be UTF-8 and is not would not be read at all
                found = encoding or found
            return cls(path, digest, found, stamp)

    def lines(self) -> Iterator[tuple[int, str]]:
        """Yield every line that is not blank, with its number from 1, without its end.

        Raises:
            LineTooLong: A line has more than :data:`MAX_LINE` characters.
            FileUnreadable, FileChangedMeanwhile: As they say.
        """
        with named(self.path), content(self.path) as raw:
            # Any of \n, \r\n and \r ends a line; a bounded readline keeps a line without end out of memory.
            text = io.TextIOWrapper(io.BufferedReader(raw, _BLOCK), encoding=self.encoding, newline=None)
            number = 0
            while line := text.readline(MAX_LINE + 1):
                number += 1
                if len(line) > MAX_LINE:
                    raise LineTooLong(field=f"line {number}", value=line[:40])
                if not line.isspace():
                    yield number, line.rstrip("\n")

    def check_unchanged(self) -> None:
        """Raise :class:`FileChangedMeanwhile` where the file on disk is not the one that was inspected."""
        if stamp_of(self.path) != self.stamp:
            raise FileChangedMeanwhile(field="path", value=str(self.path))


def stamp_of(path: Path) -> tuple[int, int, int]:
    """Return size, time of change and inode of a file, by which a change is noticed."""
    found = path.stat()
    return found.st_size, found.st_mtime_ns, found.st_ino


@contextmanager
def named(path: Path) -> Iterator[None]:
    """Name what the operating system, zlib and the decoder may say of a file."""
    try:
        yield
    except UnicodeDecodeError:  # the encoding was checked over the whole file before
        raise FileChangedMeanwhile(field="path", value=str(path)) from None
    except (OSError, EOFError, zlib.error) as error:
        raise FileUnreadable(
            Text(f"Le fichier ne se lit pas : {error}.", f"The file cannot be read: {error}."),
            field="path",
            value=str(path),
        ) from error


@contextmanager
def content(path: Path) -> Iterator["Content"]:
    """Open a file as bytes, plain or out of its gzip.

    Raises (reading too):
        FileUnreadable: It cannot be read, or is no whole gzip file.
        FileTooLarge: It holds more than :data:`MAX_BYTES`, or swells like no table does.
    """
    if path.exists() and not path.is_file():  # a pipe would never end
        raise FileUnreadable(field="path", value=str(path))
    with named(path), path.open("rb") as file:
        start = file.read(2)
        file.seek(0)
        if start == _GZIP:
            with gzip.GzipFile(fileobj=file) as unpacked:
                yield Content(path, cast(IO[bytes], unpacked), file)
        else:
            yield Content(path, file, None)


class Content(io.RawIOBase):
    """The bytes of a file, counted.

    A gzip stream that swells more than :data:`MAX_RATIO` times is refused: tables shrink five to fifty times, a stream
    made to fill a disk a thousand times.
    """

    def __init__(self, path: Path, plain: IO[bytes], packed: IO[bytes] | None) -> None:
        self._path, self._plain, self._packed, self._size = path, plain, packed, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        found = self._plain.read(len(buffer))
        buffer[: len(found)] = found
        self._count(len(found))
        return len(found)

    def block(self, size: int) -> bytes:
        """Return the next bytes, ``size`` at most; none at the end."""
        found = self._plain.read(size)
        self._count(len(found))
        return found

    def _count(self, read: int) -> None:
        self._size += read
        swollen = self._packed is not None and self._size > max(_FREE, MAX_RATIO * self._packed.tell())
        if self._size > MAX_BYTES or swollen:
            raise FileTooLarge(field="path", value=str(self._path))


def _encoding(path: Path) -> str:
    decoder, utf8, windows, size = codecs.getincrementaldecoder("utf-8")(), True, True, 0
    with content(path) as opened:
        while block := opened.block(_BLOCK):
            if size == 0 and block.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
                raise FileUnreadable(
                    Text("Le fichier est en UTF-16.", "The file is in UTF-16."), field="path", value=str(path)
                )
            size += len(block)
            windows = windows and not _NOT_WINDOWS.search(block)
            utf8 = utf8 and _decodes(decoder, block)
        if utf8 and _decodes(decoder, b"", final=True):
            return "utf-8-sig"
    return "cp1252" if windows else "latin-1"


def _decodes(decoder: codecs.IncrementalDecoder, block: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(block, final)
    except UnicodeDecodeError:
        return False
    return True
