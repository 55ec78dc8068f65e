"""A table's rows, each read by what its columns are bound to.

"Silence is not no": an empty cell and a column that is not there state nothing, and nothing becomes of what is held.

A file states the same areas, rents and codes over and over: what a cell of a column means, and that the stock's model
takes it, is found once and remembered. Reading a row is then a look-up a cell.
"""

import re
from collections.abc import Mapping as Mapped
from collections.abc import Sequence
from operator import itemgetter
from typing import Any, Final

from pydantic import ValidationError

from registry.kernel.errors import Fault
from registry.kernel.spreadsheets import FORMULA
from registry.kernel.text import Text
from registry.kernel.tripwire import personal_data_in
from registry.kernel.validation import Wrong, fault_of
from registry.stock.schemas import FactIn, HomeLine
from registry.sync.formats import Stated, doubts
from registry.sync.formats.declared import Content
from registry.sync.formats.errors import MappingInvalid
from registry.sync.formats.header import Binding, Bound
from registry.sync.formats.residences import CORRECT, Residences
from registry.sync.formats.values import UNKNOWN
from registry.sync.notes import Note
from registry.sync.rules import RuleCode
from registry.vocabulary.contradictions import REMEDY, contradictory

FACT_DATE: Final = "2000-01-01"
"""Where a fact has none: the model then judges the rest."""
FILLERS: Final = {"ref": "r", "residence_ref": "r", "typology": "T1", "rooms": 1, "status": "occupied", "facts": {}}
"""What a home must have, where a record does not state it: the model then judges the rest alone."""
REMEMBERED: Final = 65_536
"""Values of one column: a landlord of 170,000 homes has about 40,000 rents. At most some 10 MB a column."""
_FACTS_REMEMBERED: Final = 4_096
_MASKED: Final = "…"
_NO_REF: Final = Text("Référence absente", "Reference missing")
_STATE_REF: Final = Text("Chaque ligne porte sa référence.", "Every row carries its reference.")
_UNTIL: Final = (
    Text("Une fin suit la date des caractéristiques", "An end follows the date of the facts"),
    Text("Renseignez facts_date, avant facts_until.", "State facts_date, before facts_until."),
)
_TOO_HIGH: Final = Text("Étage au-delà des niveaux du bâtiment", "Floor beyond the building's levels")
# References that are right at sight: printable, without a dot (whose segments cannot be addressed), "@" or "+".
_PLAIN_REF: Final = re.compile("[ -*,\\-/-?A-~\u00a1-\u00ac\u00ae-\u024f]{1,100}")
_ROUNDED: Final = re.compile(r"[0-9][.,][0-9]+[Ee]\+[0-9]+")
PLAIN: Final = {
    "ref": _PLAIN_REF, "residence_ref": _PLAIN_REF, "building_ref": _PLAIN_REF,
    "rpls_id": re.compile("[A-Za-z0-9_.:-]{1,60}"),
}  # fmt: skip
_REFS: Final = frozenset({"ref", "residence_ref", "building_ref"})
_MISSING: Final = object()
_judge = HomeLine.__pydantic_validator__.validate_python


class Cell:
    """One column of homes or facts, with what its cells were found to mean."""

    __slots__ = ("bound", "known", "name", "place", "plain")

    def __init__(self, bound: Bound) -> None:
        self.bound = bound
        self.place, self.name = bound.place, bound.target.attribute
        self.known: dict[str, Any] = {}
        own = bound.target.part == "home" and not bound.coded
        self.plain = PLAIN[self.name].fullmatch if own and self.name in PLAIN else None

    def learn(self, cell: str) -> Any:
        """Return what a cell means.

        Raises:
            Wrong: It cannot be read.
            ValidationError: The stock's model refuses it.
        """
        value = self.bound.read(cell)
        if value is not None and self.bound.target.part == "home":
            checked(self.name, value)
            if self.name == "area_m2":
                value = str(round(value, 2))  # as the model dumps it
        elif self.bound.target.name == "evidence":
            judge_evidence(value)
        if len(self.known) >= REMEMBERED:
            self.known.clear()
        self.known[cell] = value
        return value


def complete(home: dict[str, Any]) -> None:
    """State rooms and typology, each of which says the other (one room is T1 or T1bis)."""
    if "typology" in home:
        if "rooms" not in home:
            home["rooms"] = int(home["typology"][1])
    elif "rooms" in home:
        home["typology"] = f"T{min(home['rooms'], 9)}"


def checked(name: str, value: Any) -> None:
    """Have the stock's own model judge one attribute of a home; raise what it raises."""
    _judge({**FILLERS, name: value})
    if name not in _REFS or value is None:
        return
    if "@" in value and (kind := personal_data_in(value)):
        raise Wrong(f"cette référence semble contenir {kind.fr}", f"this reference seems to hold {kind.en}")
    if _ROUNDED.fullmatch(value):
        raise Wrong("un tableur a arrondi cette référence", "a spreadsheet has rounded this reference")


def judge_evidence(value: str) -> None:
    """Have the stock's own model judge what proves a fact; raise what it raises."""
    FactIn.model_validate({"value": UNKNOWN, "date": FACT_DATE, "evidence": value})


class Table:
    """Reads the rows of one table.

    Raises:
        MappingInvalid: A constant of the mapping is refused by the stock's model.
    """

    def __init__(self, binding: Binding, content: Content, width: int, communes: Mapped[str, str] | None, *,
                 empty_values: Sequence[str] = ()) -> None:  # fmt: skip
        self.width = width
        self._content = content
        self._names = {bound.target.name: bound.name for bound in binding.columns}
        self._home, self._facts, self._of_facts = (
            [Cell(bound) for bound in binding.columns if bound.target.part == part]
            for part in ("home", "fact", "facts")
        )
        places = [cell.place for cell in (*self._facts, *self._of_facts)]
        self._fact_cells = itemgetter(*places) if places else None
        self._known_facts: dict[Any, dict[str, Any]] = {}
        self._ref = next(Cell(bound) for bound in binding.columns if bound.target.name == "ref")
        self._empty = frozenset(value.casefold() for value in empty_values)
        parts: dict[str, dict[str, Any]] = {"home": {}, "fact": {}, "facts": {}, "residence": {}}
        for target, value in binding.constants:
            part = "residence" if target.part == "building" else target.part
            parts[part][target.name if part == "residence" else target.attribute] = value
        self._constants = _judged(parts["home"], parts["facts"])
        self._fact_constants, self._about = parts["fact"], parts["facts"]
        self._residences = Residences(binding.columns, parts["residence"], communes)
        names = {cell.name for cell in self._home} | self._constants.keys()
        self.homes_alone = content == "homes" and not self._residences.described and "building_ref" not in names

    def ref_in(self, cells: Sequence[str]) -> str | None:
        """Return the reference of a home in a row that has not the cells of a row."""
        if self._content == "residences" or self._ref.place >= len(cells):
            return None
        return cells[self._ref.place].strip() or None

    def state(self, line: int, cells: Sequence[str]) -> Stated:
        """Return what a row states; it has :attr:`width` cells, without spaces around."""
        if self._empty:
            cells = ["" if cell.casefold() in self._empty else cell for cell in cells]
        found = Stated(line)
        if self._content == "residences":
            self._state_residence(found, cells)
        else:
            self._state_home(found, cells)
        if found.notes and found.rejected:
            found.home = found.residence = None
        return found

    def _state_residence(self, found: Stated, cells: Sequence[str]) -> None:
        ref = cells[self._ref.place]
        if not ref:
            self._reject(found, self._ref.bound.name, "", _NO_REF, _STATE_REF)
            return
        if ref.startswith("'") and ref[1:].startswith(FORMULA):
            ref = ref[1:]  # as a form writes it, for spreadsheets
        if not _PLAIN_REF.fullmatch(ref):
            try:
                checked("ref", ref)
            except (Wrong, ValidationError) as error:
                self._refuse(found, self._ref, ref, error)
        described = self._residences.read(cells, ref, None)
        for fault in described.faults:
            self._reject(found, *fault)
        found.residence = described.stated or {"ref": ref}
        if facts := self._facts_of(found, cells):
            found.residence = {**found.residence, "facts": facts}

    def _state_home(self, found: Stated, cells: Sequence[str]) -> None:
        home, cleared = self._attributes(found, cells)
        found.ref = home.get("ref")
        if found.ref is None:
            found.ref = cells[self._ref.place] or None
            if found.ref is None:
                self._reject(found, self._ref.bound.name, "", _NO_REF, _STATE_REF)
        levels = self._residence_of(found, home, cells) if self._residences.described else None
        if facts := self._facts_of(found, cells):
            home["facts"] = facts
        if not found.notes:
            self._doubt(found, home, levels)
        found.home, found.cleared = home, cleared

    def _attributes(self, found: Stated, cells: Sequence[str]) -> tuple[dict[str, Any], tuple[str, ...]]:
        """Return what a row states of the home itself, and what it states to be empty."""
        home = dict(self._constants)
        cleared: tuple[str, ...] = ()
        for column in self._home:
            cell = cells[column.place]
            if not cell:
                if column.bound.clear:
                    cleared += (column.name,)
            elif column.plain is not None and column.plain(cell):
                home[column.name] = cell
            else:
                value = column.known.get(cell, _MISSING)
                if value is _MISSING:
                    value = self._learnt(found, column, cell)
                if value is not None:
                    home[column.name] = value
        complete(home)
        return home, cleared

    def _learnt(self, found: Stated, column: Cell, cell: str) -> Any:
        """Return what a cell means that was not seen yet; ``None`` where that is nothing, or is refused."""
        try:
            return column.learn(cell)
        except (Wrong, ValidationError) as error:
            self._refuse(found, column, cell, error)
            return None

    def _residence_of(self, found: Stated, home: dict[str, Any], cells: Sequence[str]) -> int | None:
        """Take in what a row says of the residence; return the levels of the building."""
        described = self._residences.read(cells, home.get("residence_ref"), home.get("building_ref"))
        for fault in described.faults:
            self._reject(found, *fault)
        if described.ref:
            home["residence_ref"] = described.ref
        found.residence = described.stated
        return described.levels

    def _facts_of(self, found: Stated, cells: Sequence[str]) -> dict[str, Any]:
        """Return the facts that a row states; those stated to be unknown are ``None``."""
        key = self._fact_cells(cells) if self._fact_cells else None
        facts = self._known_facts.get(key)
        if facts is None:
            before = len(found.notes)
            facts = self._read_facts(found, cells)
            if len(found.notes) == before:  # what is refused is said in every row
                if len(self._known_facts) >= _FACTS_REMEMBERED:
                    self._known_facts.clear()
                self._known_facts[key] = facts
        return facts

    def _read_facts(self, found: Stated, cells: Sequence[str]) -> dict[str, Any]:
        about, stated = dict(self._about), dict(self._fact_constants)
        for columns, into in ((self._of_facts, about), (self._facts, stated)):
            for column in columns:
                cell = cells[column.place]
                value = UNKNOWN if column.bound.clear else None
                if cell and (value := column.known.get(cell, _MISSING)) is _MISSING:
                    value = self._learnt(found, column, cell)
                if value is not None:
                    into[column.name] = value
        if "until" in about and not "" < about.get("date", "") <= about["until"]:
            self._reject(found, self._names.get("facts_until", "facts_until"), about["until"], *_UNTIL)
        facts = {code: None if value == UNKNOWN else {"value": value, **about} for code, value in stated.items()}
        for each in contradictory(facts):
            code = each.said.code
            self._reject(found, self._names.get(code, code), str(stated[code]), each.text, REMEDY)
        return facts

    def _doubt(self, found: Stated, home: dict[str, Any], levels: int | None) -> None:
        floor = home.get("floor")
        if levels is not None and floor is not None and floor > levels:
            self._reject(found, self._names.get("floor", "floor"), str(floor), _TOO_HIGH, CORRECT)
        for name, value, rule in doubts.of_home(home, levels):
            column = self._names.get(name, name)
            found.notes.append(Note(found.line, column, str(value), rule, doubts.SURE, doubted=True))

    def _refuse(self, found: Stated, column: Cell, cell: str, error: Wrong | ValidationError) -> None:
        if isinstance(error, Wrong):
            self._reject(found, column.bound.name, cell, error.text, error.remedy or CORRECT)
            return
        for fault in map(fault_of, error.errors()):
            self._reject(found, column.bound.name, cell, fault.message, fault.remedy or CORRECT)

    @staticmethod
    def _reject(found: Stated, column: str, value: str, rule: Text, remedy: Text, of: RuleCode | None = None) -> None:
        found.notes.append(refusal(found.line, column, value, rule, remedy, of))


def _judged(constants: dict[str, Any], about: dict[str, Any]) -> dict[str, Any]:
    try:
        for name, value in constants.items():
            checked(name, value)
        if "evidence" in about:
            judge_evidence(about["evidence"])
    except ValidationError as error:
        faults = [fault_of(each) for each in error.errors()]
        raise MappingInvalid(
            faults=tuple(
                Fault(f"constants.{each.field}", str(each.value), each.message, each.remedy) for each in faults
            )
        ) from None
    return {name: str(round(value, 2)) if name == "area_m2" else value for name, value in constants.items()}


def refusal(line: int, column: str, value: str, rule: Text, remedy: Text, of: RuleCode | None = None) -> Note:
    """Return the note that rejects a record.

    What looks like personal data is not repeated: notes are kept and shown.
    """
    return Note(line, column, _MASKED if personal_data_in(value) else value, rule, remedy, rejected=True, of=of)
