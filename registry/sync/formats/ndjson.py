"""Read NDJSON: a JSON object a line, as the API takes a home or a residence, or as a mapping reads its members."""

import codecs
from collections.abc import Iterator
from collections.abc import Mapping as Mapped
from pathlib import Path
from typing import Any, Final

import orjson
from pydantic import TypeAdapter, ValidationError

from registry.kernel import strict_json
from registry.kernel.text import Text
from registry.kernel.validation import Wrong, fault_of
from registry.stock.schemas import ResidenceIn
from registry.sync.formats import Record, Stated, doubts
from registry.sync.formats.cutting import batches, lines, unmarked
from registry.sync.formats.declared import Format
from registry.sync.formats.errors import KindMistaken
from registry.sync.formats.header import bind, key
from registry.sync.formats.objects import Homes, residence_facts
from registry.sync.formats.residences import CORRECT, Residences
from registry.sync.formats.source import content
from registry.sync.formats.table import Table, complete, refusal
from registry.sync.formats.texts import BLOCK, fingerprint, first_block, line_end, text_of
from registry.sync.formats.values import cell_of
from registry.sync.mapping import Mapping
from registry.sync.notes import Note
from registry.sync.rules import RuleCode

_COMMUNE: Final = "75056"
_DEPTH: Final = 8
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

    siret: str | None = None

    def __init__(
        self, path: Path, declared: Format, mapping: Mapping | None, *, communes: Mapped[str, str] | None
    ) -> None:
        self._path = path
        block = first_block(path)
        if block.lstrip(codecs.BOM_UTF8 + b" \t\r\n")[:1] not in {b"{", b""}:
            raise KindMistaken(_NO_OBJECT[0], field="line 1", value=block[:40].decode(errors="replace"))
        self._end = line_end(block)
        self._content = declared.content
        self._homes = Homes()
        self._residences = Residences([], {}, communes)
        self.notes: list[Note] = []
        self._table = None
        names: list[str] = []
        if mapping is not None:
            names = list(dict.fromkeys(column.theirs for column in mapping.columns))
            binding = bind(names, mapping, declared.content, declared.decimal, 1)
            self._table = Table(binding, declared.content, len(names), communes, empty_values=mapping.empty_values)
        self.homes_alone = self._table is not None and self._table.homes_alone
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
        if found.notes and found.rejected:
            found.home = found.residence = None
        return found

    def _read_residence(self, found: Stated, given: dict[str, Any]) -> None:
        ref, facts = given.pop("ref", None), residence_facts(given.pop("facts", {}))
        for read in (self._homes.read({"ref": ref}), facts):
            for fault in read if isinstance(read, list) else ():
                _reject(found, fault.field, _shown(fault.value), fault.message, fault.remedy or CORRECT)
        stated = self._stated_of(found, given, "")
        if not found.notes:
            self._describe(found, stated, ref, None, "")
            found.residence = found.residence or {"ref": ref}
            if facts:
                found.residence = {**found.residence, "facts": facts}

    def _read_home(self, found: Stated, given: dict[str, Any]) -> None:
        residence = given.pop("residence", None)
        read = self._homes.read(given)
        if isinstance(read, list):
            for fault in read:
                _reject(found, fault.field, _shown(fault.value), fault.message, fault.remedy or CORRECT)
        if residence is not None:
            self._read_residence_of(found, given, residence)
        if isinstance(read, list) or found.notes:
            return
        home, found.cleared = read
        if found.residence:
            home["residence_ref"] = found.residence["ref"]
        complete(home)
        for name, value, rule in doubts.of_home(home, None):
            found.notes.append(Note(found.line, name, str(value), rule, doubts.SURE, doubted=True))
        found.home = home

    def _read_residence_of(self, found: Stated, given: dict[str, Any], residence: Any) -> None:
        if not isinstance(residence, dict):
            _reject(found, "residence", _shown(residence), _OBJECT, CORRECT)
            return
        stated = self._stated_of(found, residence, "residence.")
        if not found.notes:
            self._describe(found, stated, given.get("residence_ref"), given.get("building_ref"), "residence.")

    def _stated_of(self, found: Stated, given: dict[str, Any], prefix: str) -> dict[str, Any]:
        dumped = _dumped(found, _RESIDENCE, {"commune_code": _COMMUNE, **given}, prefix)
        return {name: dumped.get(name) for name in given}

    def _describe(
        self, found: Stated, stated: dict[str, Any], ref: str | None, building: str | None, prefix: str
    ) -> None:
        described = self._residences.describe(stated, {}, ref, building)
        for fault in described.faults:
            _reject(found, prefix + fault.column, fault.value, fault.rule, fault.remedy, fault.of)
        found.residence = described.stated


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
            _reject(found, prefix + fault.field, _shown(fault.value), fault.message, fault.remedy or CORRECT)
        return {}
    return dumped


def _shown(value: Any) -> str:
    """Return a value as JSON has it."""
    return value if isinstance(value, str) else orjson.dumps(value, default=str).decode()


def _flatten(given: dict[str, Any], prefix: str, into: dict[str, str]) -> None:
    """Put every value into ``into`` as a cell would hold it, under its dotted name."""
    for name, value in given.items():
        if isinstance(value, dict):
            if prefix.count(".") < _DEPTH:
                _flatten(value, f"{prefix}{name}.", into)
        else:
            into[key(prefix + name)] = cell_of(value)


def _reject(found: Stated, column: str, value: str, rule: Text, remedy: Text, of: RuleCode | None = None) -> None:
    found.notes.append(refusal(found.line, column, value, rule, remedy, of))
