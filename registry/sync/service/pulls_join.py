"""Pages of a file that a server gives one by one, written into one file of known size and digest."""

import hashlib
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

from registry.kernel.text import Text
from registry.sync.source_errors import SourceFileInconsistent, SourceFileTooLarge

BLOCK: Final = 1 << 18
LONGEST_HEADER: Final = 1 << 20
_GZIP: Final = b"\x1f\x8b"
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


class Joined:
    """The file that pages are joined in.

    Args:
        target: Written anew.
        kind: Of the format: pages of NDJSON follow each other, those of CSV without their header; others are whole.
        max_bytes: Of the file, unpacked.
    """

    def __init__(self, target: Path, *, kind: str, max_bytes: int) -> None:
        self.target, self.size, self.pages = target, 0, 0
        self._kind, self._max_bytes = kind, max_bytes
        self._digest = hashlib.sha256()
        self._header = self._last = b""
        target.write_bytes(b"")

    @property
    def sha256(self) -> bytes:
        """Digest of what is written, unpacked."""
        return self._digest.digest()

    def add(self, page: Path) -> None:
        """Append a page; one that is packed by gzip, in transit or as a file, is unpacked.

        Raises:
            SourceFileTooLarge: The file grows beyond its bound.
            SourceFileInconsistent: The page is cut, is not like the first, or pages of this kind cannot be joined.
        """
        if self.pages and self._kind not in {"csv", "ndjson"}:
            said = Text(
                f"Un fichier {self._kind} ne se donne pas en plusieurs pages.",
                f"A file of {self._kind} is not given in several pages.",
            )
            raise SourceFileInconsistent(said)
        with page.open("rb") as file, self.target.open("ab") as out:
            blocks = _unpacked(file) if _starts(page, _GZIP) else iter(lambda: file.read(BLOCK), b"")
            for block in self._body(blocks):
                self._write(out, block)
        self.pages += 1

    def _body(self, blocks: Iterator[bytes]) -> Iterator[bytes]:
        """Yield what is written of a page: of a CSV after the first, what follows its header."""
        if self._kind not in {"csv", "ndjson"}:
            yield from blocks
            return
        first, blocks = _head(blocks, with_header=self._kind == "csv")
        if not first:
            return
        if self.pages:
            first = first.removeprefix(_BYTE_ORDER_MARK)
        if self._kind == "csv":
            header, first = _split_header(first)
            if not self._header:
                self._header = header.removeprefix(_BYTE_ORDER_MARK).rstrip()
                first = header + first
            elif header.rstrip() != self._header:
                raise SourceFileInconsistent(
                    Text("Les colonnes d'une page ne sont pas celles de la première.",
                         "The columns of a page are not those of the first.")
                )  # fmt: skip
        if self._last and self._last != b"\n" and first:
            yield b"\n"
        yield first
        yield from blocks

    def _write(self, out: IO[bytes], block: bytes) -> None:
        self.size += len(block)
        if self.size > self._max_bytes:
            raise SourceFileTooLarge(_over(self._max_bytes))
        self._digest.update(block)
        self._last = block[-1:] or self._last
        out.write(block)


def _over(bound: int) -> Text:
    return Text(f"Plus de {bound} octets.", f"More than {bound} bytes.")


def _starts(page: Path, with_: bytes) -> bool:
    with page.open("rb") as file:
        return file.read(len(with_)) == with_


def _unpacked(file: IO[bytes]) -> Iterator[bytes]:
    """Yield the content of a gzip file of one or more members, block by block, however far it unfolds."""
    unpacking = zlib.decompressobj(wbits=31)
    waiting = file.read(BLOCK)
    try:
        while waiting:
            yield unpacking.decompress(waiting, BLOCK)
            waiting = unpacking.unconsumed_tail
            if unpacking.eof:
                waiting = unpacking.unused_data or file.read(BLOCK)
                if waiting:
                    unpacking = zlib.decompressobj(wbits=31)
            elif not waiting:
                waiting = file.read(BLOCK)
    except zlib.error:
        raise SourceFileInconsistent(Text("Ce n'est pas du gzip lisible.", "It is not readable gzip.")) from None
    if not unpacking.eof:
        raise SourceFileInconsistent(Text("Le gzip est coupé.", "The gzip is cut off."))


def _head(blocks: Iterator[bytes], *, with_header: bool) -> tuple[bytes, Iterator[bytes]]:
    """Return the first bytes, with the whole header where there is one, and the rest."""
    first = b""
    for block in blocks:
        first += block
        if first and (not with_header or _end_of_header(first)):
            break
        if len(first) > LONGEST_HEADER:
            raise SourceFileInconsistent(Text("L'en-tête est trop long.", "The header is too long."))
    return first, blocks


def _end_of_header(text: bytes) -> int:
    """Return where the first record ends, its line end included; 0: it does not. Quoted line ends are none."""
    at = 0
    while (at := text.find(b"\n", at) + 1) > 0:
        if text.count(b'"', 0, at) % 2 == 0:
            return at
    return 0


def _split_header(first: bytes) -> tuple[bytes, bytes]:
    at = _end_of_header(first) or len(first)
    return first[:at], first[at:]
