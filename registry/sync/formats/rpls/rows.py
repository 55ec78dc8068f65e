"""What a row of RPLS states, what it leaves open, and what is wrong with it.

What the file does not say is left out of a :class:`Dwelling`: empty, "0" and "Non renseigné" are silence, never "no".
The variable PMR (1 not accessible, 2 accessible, 3 accessible and adapted) is declared for a whole home and was badly
filled when it began (2018): it becomes the fact ``declared_accessible``, which proves nothing else; read as a step-free
entrance it would be shown to others as proven.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from pydantic import ValidationError

from registry.kernel.text import Text
from registry.kernel.validation import Wrong, fault_of
from registry.stock.schemas import HomeLine
from registry.sync.formats import address
from registry.sync.formats.address import Address
from registry.sync.formats.rpls.layout import IDENTITY, Layout, split
from registry.sync.formats.source import Source
from registry.sync.notes import Note
from registry.vocabulary.stock import Financing, QuotaHolder, Status

_SILENCE: Final = frozenset({"", "NC", "NR", "NON CONFORME", "NON RENSEIGNE", "NON RENSEIGNÉ", "NON RENSEIGNÉE"})


@dataclass(slots=True)
class Dwelling:
    """What one row states.

    Attributes:
        rank: Among the rows, from 1; what a file of positions refers to.
        home: Attributes of a home as :class:`~registry.stock.schemas.HomeIn` names them, those stated only.
        ref: The landlord's own reference, or the répertoire's; ``None`` where the file carries neither.
        identity: Normalised values of :data:`~registry.sync.formats.rpls.layout.IDENTITY`.
        content: Digest of the whole row.
        residence: Attributes of the residence that the row states: name, construction year, priority quarter.
        count: Dwellings of the address, in a counted file.
        notes: Values that a rule refused; with one ``rejected`` the row counts for nothing.
    """

    rank: int
    line: int
    depcom: str = ""
    address: Address | None = None
    building: str | None = None
    home: dict[str, Any] = field(default_factory=dict)
    ref: str | None = None
    identity: tuple[str, ...] = ()
    content: bytes = b""
    residence: dict[str, Any] = field(default_factory=dict)
    pmr: str | None = None
    count: int | None = None
    notes: list[Note] = field(default_factory=list)

    @property
    def rejected(self) -> bool:
        return any(note.rejected for note in self.notes)


def dwellings(source: Source, layout: Layout) -> Iterator[Dwelling]:
    """Read every row; whatever a row holds, it comes out, with what is wrong in its ``notes``."""
    lines = source.lines()
    next(lines, None)
    for rank, (number, line) in enumerate(lines, start=1):
        yield read(layout, rank, number, line)


def read(layout: Layout, rank: int, number: int, line: str) -> Dwelling:
    """Read one row."""
    found = Dwelling(rank, number)
    cells = split(line)
    if len(cells) > layout.width and not any(cells[layout.width :]):
        cells = cells[: layout.width]
    if len(cells) != layout.width:
        _reject(
            found, "*", f"{len(cells)}",
            Text(f"{layout.width} champs attendus, {len(cells)} trouvés",
                 f"{layout.width} fields expected, {len(cells)} found"),
            Text("Un logement par ligne ; un champ qui contient « ; » s'écrit entre guillemets.",
                 "One dwelling a line; a field that contains ';' is written in double quotes."),
        )  # fmt: skip
        return found
    row = {name: cells[place] for name, place in layout.columns.items()}
    found.content = hashlib.sha256("\x1f".join(cells).encode(errors="surrogatepass")).digest()
    _read_place(found, row)
    for column in _OF_ADDRESS if layout.counted else _FIELDS:
        _read_field(found, row, column)
    if layout.counted:
        _read_count(found, row["NBLOG"])
        return found
    if found.home.get("rooms"):
        found.home["typology"] = f"T{found.home['rooms']}"
    if re.fullmatch(r"[1-5]", row.get("SORTIEPATRIM", "")):
        found.home["status"] = Status.WITHDRAWN.value
    _check(found)
    return found


def _reject(found: Dwelling, column: str, value: str, rule: Text, remedy: Text) -> None:
    found.notes.append(Note(found.line, column, value, rule, remedy, rejected=True))


def _read_place(found: Dwelling, row: dict[str, str]) -> None:
    found.depcom = row["DEPCOM"].upper().rjust(5, "0") if re.fullmatch(r"[0-9AaBb]{4,5}", row["DEPCOM"]) else ""
    if found.depcom in {"", "00000", "99999"}:
        _reject(
            found, "DEPCOM", row["DEPCOM"], Text("Code de commune absent ou invalide", "Commune code missing or wrong"),
            Text("Le code INSEE à cinq caractères (06029).", "The INSEE code of five characters (06029)."),
        )  # fmt: skip
    found.address = address.read(row)
    if found.address is None:
        _reject(
            found, "NOMVOIE", row["NOMVOIE"],
            Text("Ni voie, ni lieu-dit, ni nom de programme", "Neither street nor locality nor programme name"),
            Text("Renseignez NOMVOIE, LIEUDIT ou COMPLGEO.", "Fill NOMVOIE, LIEUDIT or COMPLGEO."),
        )  # fmt: skip
    elif found.address.postcode is None and row.get("CODEPOSTAL", "").strip("0"):
        rule = Text("un code postal a cinq chiffres", "a postcode has five digits")
        found.notes.append(Note(found.line, "CODEPOSTAL", row["CODEPOSTAL"], rule, _NUMBER_REMEDY))
    found.building = " ".join((row.get("BAT") or row.get("IMMEU") or "").split()) or None
    if row.get("COMPLGEO"):
        found.residence["name"] = " ".join(row["COMPLGEO"].split())
    found.ref = row.get("IDENT_INT") or row.get("IDENT_REP") or None
    if row.get("IDENT_REP"):
        found.home["rpls_id"] = row["IDENT_REP"]
    found.identity = tuple(address.plain(row.get(name, "")) for name in IDENTITY)


def _read_field(found: Dwelling, row: dict[str, str], column: "_Column") -> None:
    value = row.get(column.name, "")
    if value.upper() in _SILENCE:
        return
    if column.name == "DPEENERGIE" and row.get("DPEDATE") == "01/1900":
        return  # no energy label was made
    try:
        stated = column.read(value)
    except Wrong as wrong:
        required = column.target == "rooms"
        found.notes.append(Note(found.line, column.name, value, wrong.text, column.remedy, rejected=required))
        return
    if stated is None:
        return
    if column.target == "pmr":
        found.pmr = stated
    elif column.target in _OF_RESIDENCE:
        found.residence[column.target] = stated
    else:
        found.home[column.target] = stated


def _read_count(found: Dwelling, value: str) -> None:
    if not re.fullmatch(r"[0-9]{1,5}", value):
        _reject(
            found, "NBLOG", value,
            Text("Nombre de logements absent ou invalide", "Number of dwellings missing or wrong"),
            Text("Un nombre entier, de 0 à 99999.", "A whole number, from 0 to 99999."),
        )  # fmt: skip
        return
    found.count = int(value)


def _check(found: Dwelling) -> None:
    """Have the stock's own model judge the row; what it refuses is left out, or refuses the row if it is required."""
    if "rooms" not in found.home:
        if not found.rejected:
            _reject(
                found, "NBPIECE", "", Text("Nombre de pièces inconnu", "Number of rooms unknown"),
                Text("Renseignez NBPIECE de 1 à 9 ; il est obligatoire.", "Fill NBPIECE from 1 to 9; it is required."),
            )  # fmt: skip
        return
    needed = {"ref": found.ref or "rpls", "residence_ref": "rpls", "status": Status.OCCUPIED.value}
    try:
        HomeLine.model_validate({**needed, "building_ref": found.building, **found.home})
    except ValidationError as error:
        for fault in (fault_of(each) for each in error.errors()):
            name = fault.field
            note = Note(found.line, COLUMN_OF.get(name, name), str(fault.value), fault.message,
                        Text("Corrigez la valeur, ou laissez-la vide.", "Correct the value, or leave it empty."),
                        rejected=name not in _MAY_BE_UNKNOWN)  # fmt: skip
            found.notes.append(note)
            if name == "building_ref":
                found.building = None
            found.home.pop(name, None)


def _one_of(codes: dict[str, Any]) -> Callable[[str], Any]:
    def read(value: str) -> Any:
        if value.upper() not in codes:
            known = ", ".join(codes)
            raise Wrong(f"code inconnu ; connus : {known}", f"unknown code; known: {known}")
        return codes[value.upper()]

    return read


def _decimal(value: str) -> Decimal:
    if not re.fullmatch(r"[0-9]{1,6}([.,][0-9]{1,2})?", value):
        raise Wrong("un nombre positif est attendu", "a positive number is expected")
    return Decimal(value.replace(",", "."))


def _area(value: str) -> Decimal | None:
    return _decimal(value) or None


def _rent(value: str) -> int | None:
    euros = _decimal(value)
    return None if euros in {0, 9999} else int(euros * 100)


def _floor(value: str) -> int:
    if value.upper() in {"RC", "RDC"}:
        return 0
    if not re.fullmatch(r"-?[0-9]{1,2}", value):
        raise Wrong("un étage est un nombre, RC ou RDC", "a floor is a number, RC or RDC")
    return int(value)


def _year(value: str) -> int | None:
    if value == "0":
        return None
    if not re.fullmatch(r"[0-9]{4}", value) or not 1600 <= int(value) <= 2100:
        raise Wrong("une année de quatre chiffres, de 1600 à 2100", "a year of four digits, from 1600 to 2100")
    return int(value)


@dataclass(frozen=True, slots=True)
class _Column:
    """How one column is read: the attribute it states, and what to do where it cannot be read."""

    name: str
    target: str
    read: Callable[[str], Any]
    remedy: Text


REF: Final = "IDENT_INT/IDENT_REP"
_CODE_REMEDY: Final = Text(
    "Les codes sont ceux de l'arrêté du 5 janvier 2010, annexe.",
    "The codes are those of the arrêté of 5 January 2010, annex.",
)
_NUMBER_REMEDY: Final = Text("Corrigez la valeur, ou laissez-la vide.", "Correct the value, or leave it empty.")
_OF_RESIDENCE: Final = frozenset({"construction_year", "in_priority_quarter"})
# The dictionary of 2018 numbers the labels 2 (A) to 8 (G), 9 none; files carry the letter.
_ENERGY: Final = {**{letter: letter for letter in "ABCDEFG"}, **dict(zip("2345678", "ABCDEFG", strict=True))}
_MODE: Final = {
    "1": Status.OCCUPIED.value, "2": Status.VACANT.value, "3": Status.WORKS.value, "4": Status.OCCUPIED.value,
    "5": Status.OCCUPIED.value, "9": None,
}  # fmt: skip
_FIELDS: Final = (
    _Column("NBPIECE", "rooms", _one_of({"0": None, **{str(n): n for n in range(1, 10)}}), _NUMBER_REMEDY),
    _Column("SURFHAB", "area_m2", _area, _NUMBER_REMEDY),
    _Column("ETAGE", "floor", _floor, _NUMBER_REMEDY),
    _Column("CONSTRUCT", "construction_year", _year, _NUMBER_REMEDY),
    _Column("FINAN", "financing", _one_of({"0": None, **{c.value: c.value for c in Financing}}), _CODE_REMEDY),
    _Column("CONTRESLOG", "quota_holder", _one_of({"0": None, **{c.value: c.value for c in QuotaHolder}}),
            _CODE_REMEDY),
    _Column("DPEENERGIE", "energy_label", _one_of({**_ENERGY, "0": None, "9": None, "SANS OBJET": None}), _CODE_REMEDY),
    _Column("QPV", "in_priority_quarter", _one_of({"0": None, "1": True, "2": False}), _CODE_REMEDY),
    _Column("MODE", "status", _one_of({"0": None, **_MODE}), _CODE_REMEDY),
    _Column("LOYERPRINC", "rent_cents", _rent,
            Text("Des euros par mois : 412,50 ; 9999 si sans objet.",
                 "Euros a month: 412,50; 9999 where there is none.")),
    _Column("PMR", "pmr", _one_of({"0": None, "1": "1", "2": "2", "3": "3"}), _CODE_REMEDY),
)  # fmt: skip
COLUMN_OF: Final = {
    **{column.target: column.name for column in _FIELDS}, "building_ref": "BAT/IMMEU", "rpls_id": "IDENT_REP",
    "ref": REF, "typology": "NBPIECE", "name": "COMPLGEO", "number": "NUMVOIE", "street": "NOMVOIE",
}  # fmt: skip
"""By the attribute of a home or residence, the column that states it."""
_MAY_BE_UNKNOWN: Final = frozenset({column.target for column in _FIELDS} - {"rooms"} | {"building_ref", "rpls_id"})
"""Attributes of a home that are left out where their value is refused; anything else refuses the row."""
_OF_ADDRESS: Final = tuple(column for column in _FIELDS if column.target in _OF_RESIDENCE)
