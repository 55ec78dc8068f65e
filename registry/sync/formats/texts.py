"""The bytes of a text file: its encoding and line ends, the text of a record, and what its meaning depends on."""

import codecs
import hashlib
from collections.abc import Mapping as Mapped
from pathlib import Path
from typing import Final

import orjson

from registry.kernel.text import Text
from registry.sync.formats import Record
from registry.sync.formats.cutting import MAX_RECORD
from registry.sync.formats.declared import Format
from registry.sync.formats.errors import EncodingNotRead, KindMistaken
from registry.sync.formats.source import content
from registry.sync.formats.table import refusal
from registry.sync.mapping import Mapping
from registry.sync.notes import Note
from registry.vocabulary.facts import VERSION

READING: Final = 1
"""Raised when the same bytes come to mean something else: what is skipped as known is then read again."""
BLOCK: Final = 1 << 20
_ZIP: Final = b"PK\x03\x04"
_BOMS: Final = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

TOO_LONG: Final = (
    Text(f"Enregistrement de plus de {MAX_RECORD} octets", f"Record of more than {MAX_RECORD} bytes"),
    Text("Vérifiez les fins de ligne et les guillemets.", "Check line ends and quotes."),
)
NUL: Final = (
    Text("Octet nul dans l'enregistrement", "NUL byte in the record"),
    Text("Exportez de nouveau : le fichier est abîmé ou d'un autre encodage.",
         "Export it again: the file is damaged or in another encoding."),
)  # fmt: skip
UNDECODABLE: Final = (
    Text("Octets qui ne sont pas de l'encodage du fichier", "Bytes that are not in the file's encoding"),
    Text("Exportez tout le fichier en UTF-8.", "Export the whole file in UTF-8."),
)


def first_block(path: Path) -> bytes:
    """Return the beginning of a file as text bytes, of which line ends, encoding and header are known.

    Raises:
        EncodingNotRead: It is in UTF-16 or UTF-32.
        KindMistaken: It is a workbook or another archive.
    """
    with content(path) as opened:
        block = opened.block(BLOCK)
    if block.startswith(_BOMS) or (block and block[:1_000].count(0) > len(block[:1_000]) // 4):
        raise EncodingNotRead(
            Text("Le fichier est en UTF-16 ou UTF-32.", "The file is in UTF-16 or UTF-32."),
            field="path", value=str(path),
        )  # fmt: skip
    if block.startswith(_ZIP):
        raise KindMistaken(
            Text("C'est un classeur ou une archive zip.", "It is a workbook or a zip archive."),
            field="path", value=str(path),
        )  # fmt: skip
    return block


def line_end(block: bytes) -> bytes:
    return b"\n" if b"\n" in block or b"\r" not in block else b"\r"


def encoding_of(block: bytes, declared: str | None) -> str | None:
    """Return the encoding of a file by its first block; ``None``: ASCII so far, which tells none.

    One damaged record does not make a file of UTF-8 one of Windows-1252, in which every accent would be misread.
    """
    if declared is not None:
        return declared
    if block.isascii():
        return None
    signs = codecs.getincrementaldecoder("utf-8")("replace").decode(block)
    damaged = signs.count("\ufffd")
    whole = len(signs) - len(signs.encode("ascii", "ignore")) - damaged
    return "utf-8" if whole > damaged else "cp1252"


def decode(raw: bytes, encoding: str | None) -> str | None:
    """Return the text of a record; ``None`` where it is not of the encoding.

    What Windows-1252 leaves undefined is Latin-1. A record that is not UTF-8, in a file of which nothing else tells the
    encoding, is read as Windows-1252; in one that was seen to be UTF-8 it is an error.
    """
    if encoding in {None, "utf-8"}:
        try:
            return raw.decode()
        except UnicodeDecodeError:
            if encoding:
                return None
    if encoding != "latin-1":
        try:
            return raw.decode("cp1252")
        except UnicodeDecodeError:
            pass
    return raw.decode("latin-1")


def communes_digest(communes: Mapped[str, str] | None) -> str:
    return hashlib.sha256(orjson.dumps(sorted((communes or {}).items()))).hexdigest()


def fingerprint(
    declared: Format, mapping: Mapping | None, names: list[str], encoding: str | None,
    communes: Mapped[str, str] | None,
) -> bytes:  # fmt: skip
    """Return the digest of everything besides a record's bytes on which its meaning depends."""
    # Read as UTF-8 a record says the same whether or not the file was seen to be in it.
    about = [
        READING, VERSION, declared.model_dump(exclude={"encoding"}), mapping.digest().hex() if mapping else None, names,
        encoding or "utf-8", communes_digest(communes),
    ]  # fmt: skip
    return hashlib.sha256(orjson.dumps(about)).digest()


def text_of(record: Record, encoding: str | None) -> str | Note:
    """Return a record's text, or the note that refuses it."""
    if len(record.raw) > MAX_RECORD:
        return refusal(record.line, "*", record.raw[:40].decode(errors="replace"), *TOO_LONG)
    if b"\x00" in record.raw:
        return refusal(record.line, "*", "", *NUL)
    text = decode(record.raw, encoding)
    if text is None:
        return refusal(record.line, "*", record.raw[:80].decode(errors="backslashreplace"), *UNDECODABLE)
    return text
