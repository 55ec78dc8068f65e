"""Read NDJSON: a JSON object a line, as the API takes a home or a residence, or as a mapping reads its members."""

import codecs
from collections.abc import Iterator
from collections.abc import Mapping as Mapped
from datetime import datetime, time
from pathlib import Path
from typing import Any, Final

import orjson
from pydantic import TypeAdapter, ValidationError

from registry.kernel import strict_json
from registry.kernel.text import Text
from registry.kernel.validation import Wrong, fault_of
from registry.stock.schemas import HomeLine, ResidenceIn
from registry.sync.formats import Record, Stated, doubts
from registry.sync.formats.cutting import batches, lines, unmarked
from registry.sync.formats.declared import Format
from registry.sync.formats.delimited import BLOCK, encoding_of, fingerprint, first_block, line_end, text_of
from registry.sync.formats.errors import EncodingNotRead, KindMistaken
from registry.sync.formats.header import bind, key
from registry.sync.formats.residences import CORRECT, Residences
from registry.sync.formats.source import content
from registry.sync.formats.table import FILLERS, Table, refusal
from registry.sync.formats.values import UNKNOWN
from registry.sync.mapping import Mapping
from registry.sync.notes import Note

_DATE: Final = "2000-01-01"  # where a fact has none: the model then judges the rest
_COMMUNE: Final = "75056"
_DEPTH: Final = 8
_EXACT: Final = 1e15  # up to which a float holds every whole number, and its text has no exponent
_NO_OBJECT: Final = (
    Text("Un objet JSON par ligne est attendu", "One JSON object a line is expected"),
    Text("Un enregistrement par ligne, entre accolades, sans virgule entre les lignes.",
         "One record a line, in braces, without commas between the lines."),
)  # fmt: skip


class NdjsonReader:
    """Reads NDJSON.

    Without a mapping a line is a home as ``POST /v1/homes:batch`` takes it, any attribute left out, with its residence
    under ``residence`` where that is stated; or a residence with its ``ref``. ``null`` states that there is none.
    """

    def __init__(
        self, path: Path, declared: Format, mapping: Mapping | None, *, communes: Mapped[str, str] | None
    ) -> None:
        self._path = path
        block = first_block(path)
        if encoding_of(block.removeprefix(codecs.BOM_UTF8), None) == "cp1252":
            raise EncodingNotRead(
                Text("JSON s'écrit en UTF-8.", "JSON is written in UTF-8."), field="path", value=str(path)
            )
        if block.lstrip(codecs.BOM_UTF8 + b" \t\r\n")[:1] not in {b"{", b""}:
            raise KindMistaken(_NO_OBJECT[0], field="line 1", value=block[:40].decode(errors="replace"))
        self._end = line_end(block)
        self._content = declared.content
        self._residences = Residences([], {}, communes)
        self.notes: list[Note] = []
        self._table = None
        names: list[str] = []
        if mapping is not None:
            names = list(dict.fromkeys(column.theirs for column in mapping.columns))
            binding = bind(names, mapping, declared.content, declared.decimal, 1)
            self._table = Table(binding, declared.content, len(names), communes, empty_values=mapping.empty_values)
        self._keys = [key(name) for name in names]
        self.fingerprint = fingerprint(declared, mapping, names, None, communes)

    def records(self) -> Iterator[Record]:
        """Yield every line that is not blank."""
        with content(self._path) as opened:
            yield from lines(batches(unmarked(iter(lambda: opened.block(BLOCK), b"")), self._end))

    def read(self, record: Record) -> Stated:
        found = Stated(record.line)
        text = text_of(record, "utf-8")
        if isinstance(text, Note):
            found.notes.append(text)
            return found
        try:
            given = _object(text.encode())
        except Wrong as wrong:
            _reject(found, wrong.field or "*", "" if wrong.field else text[:80], wrong.text, _NO_OBJECT[1])
            return found
        if self._table is not None:
            flat: dict[str, str] = {}
            _flatten(given, "", flat)
            return self._table.state(record.line, [flat.get(name, "") for name in self._keys])
        ref = given.get("ref")
        if self._content == "residences":
            self._read_residence(found, given)
        else:
            found.ref = ref if isinstance(ref, str) else None
            self._read_home(found, given)
        if found.rejected:
            found.home = found.residence = None
        return found

    def _read_residence(self, found: Stated, given: dict[str, Any]) -> None:
        ref = given.pop("ref", None)
        _dumped(found, _HOME, {**FILLERS, "ref": ref})
        stated = self._stated_of(found, given, "")
        if not found.rejected:
            self._describe(found, stated, ref, None, "")

    def _read_home(self, found: Stated, given: dict[str, Any]) -> None:
        residence = given.pop("residence", None)
        facts = given.get("facts")
        if isinstance(facts, dict):
            facts = {code: {"date": _DATE, **fact} if isinstance(fact, dict) else fact for code, fact in facts.items()}
        dumped = _dumped(
            found, _HOME, {**FILLERS, "ref": None, **given, **({"facts": facts} if "facts" in given else {})}
        )
        if residence is not None:
            if not isinstance(residence, dict):
                _reject(found, "residence", str(residence), _OBJECT, CORRECT)
                return
            stated = self._stated_of(found, residence, "residence.")
            if not found.rejected:
                self._describe(found, stated, given.get("residence_ref"), given.get("building_ref"), "residence.")
        if found.rejected:
            return
        home = {name: dumped[name] for name in given if dumped[name] is not None}
        if facts:
            home["facts"] = {code: _fact(given["facts"][code], fact) for code, fact in dumped["facts"].items()}
        if found.residence:
            home["residence_ref"] = found.residence["ref"]
        found.cleared = tuple(name for name in given if dumped[name] is None)
        area = home.get("area_m2")
        for name, value, rule in doubts.of_home({**home, "area_m2": area and float(area)}, None):
            found.notes.append(Note(found.line, name, str(value), rule, doubts.SURE, doubted=True))
        found.home = home

    def _stated_of(self, found: Stated, given: dict[str, Any], prefix: str) -> dict[str, Any]:
        dumped = _dumped(found, _RESIDENCE, {"commune_code": _COMMUNE, **given}, prefix)
        return {name: dumped.get(name) for name in given}

    def _describe(
        self, found: Stated, stated: dict[str, Any], ref: str | None, building: str | None, prefix: str
    ) -> None:
        described = self._residences.describe(stated, {}, ref, building)
        for fault in described.faults:
            _reject(found, prefix + fault.column, fault.value, fault.rule, fault.remedy)
        found.residence = described.stated


_HOME: Final = TypeAdapter(HomeLine)
_RESIDENCE: Final = TypeAdapter(ResidenceIn)
_OBJECT: Final = Text("Un objet JSON est attendu", "A JSON object is expected")


def _object(raw: bytes) -> dict[str, Any]:
    """Return the object of a line.

    Raises:
        Wrong: It is none, or names something twice.
    """
    try:
        given = orjson.loads(raw)
    except orjson.JSONDecodeError:
        given = strict_json.read(raw)  # says what is wrong, in both languages
    if not isinstance(given, dict):
        raise Wrong("un objet JSON par ligne est attendu", "one JSON object a line is expected")
    # Every name has its colon: with no more colons than names none is given twice, and most lines have no others.
    if raw.count(b":") != _names(given):
        strict_json.read(raw)
    return given


def _names(given: dict[str, Any]) -> int:
    inner = [value for value in given.values() if isinstance(value, dict)]
    return len(given) + sum(
        len(each) + sum(len(value) for value in each.values() if isinstance(value, dict)) for each in inner
    )


def _dumped(found: Stated, model: TypeAdapter[Any], given: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """Have a model judge what is stated; return it as JSON has it."""
    try:
        dumped: dict[str, Any] = model.dump_python(model.validate_python(given), mode="json")
    except ValidationError as error:
        for fault in (fault_of(each) for each in error.errors()):
            name = fault.field.split(".")[0]
            value = given.get(name) if name == "facts" else fault.value
            _reject(found, prefix + fault.field, _shown(value), fault.message, fault.remedy or CORRECT)
        return {}
    return dumped


def _shown(value: Any) -> str:
    """Return a value as JSON has it, without the date that stands in for none."""
    if isinstance(value, dict):
        value = {name: _without_filler(each) for name, each in value.items()}
    return value if isinstance(value, str) else orjson.dumps(value, default=str).decode()


def _without_filler(value: Any) -> Any:
    if isinstance(value, dict) and value.get("date") == _DATE:
        return {name: each for name, each in value.items() if name != "date"}
    return value


def _fact(given: Any, dumped: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return a fact with what is stated of it; ``None`` where it is unknown."""
    if dumped is None or dumped["value"] == UNKNOWN:
        return None
    return {name: dumped[name] for name in given}


def _flatten(given: dict[str, Any], prefix: str, into: dict[str, str]) -> None:
    """Put every value into ``into`` as a cell would hold it, under its dotted name."""
    for name, value in given.items():
        if isinstance(value, dict):
            if prefix.count(".") < _DEPTH:
                _flatten(value, f"{prefix}{name}.", into)
        else:
            into[key(prefix + name)] = cell_of(value)


def cell_of(value: Any) -> str:
    """Return a value of JSON or of a workbook as the cell of a table holds it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < _EXACT else repr(value)
    if isinstance(value, datetime):
        return value.isoformat() if value.time() != time.min else value.date().isoformat()
    if isinstance(value, list):
        return "|".join(cell_of(each) for each in value if not isinstance(each, list | dict))
    return str(value).strip()


def _reject(found: Stated, column: str, value: str, rule: Text, remedy: Text) -> None:
    found.notes.append(refusal(found.line, column, value, rule, remedy))
