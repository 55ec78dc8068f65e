"""What every reader of services gives: records, and faults that say where and what to do."""

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Final

from registry.kernel.clock import today
from registry.kernel.fields import is_printable
from registry.kernel.geo import in_france
from registry.kernel.text import Text
from registry.surroundings.entrances import EntranceFacts
from registry.vocabulary.services import Family


@dataclass(frozen=True, slots=True)
class Record:
    """A service as a source has it.

    Attributes:
        ref: The source's own id of it: ``n123`` (node), ``w123`` (way), ``r123`` (relation) in OpenStreetMap.
        lon: WGS84 degrees, at the entrance where that is known; so ``lat``.
        checked: When the source last looked; ``None``: it does not say.
        acceslibre_id: The record of acceslibre that this source says is the same place.
    """

    ref: str
    family: Family
    name: str | None
    lon: float
    lat: float
    facts: EntranceFacts = field(default_factory=EntranceFacts)
    checked: date | None = None
    acceslibre_id: str | None = None


class FaultCode(StrEnum):
    POSITION_MISSING = "position-missing"
    POSITION_SWAPPED = "position-swapped"
    POSITION_OUTSIDE = "position-outside"
    GEOMETRY_MISSING = "geometry-missing"
    ID_DUPLICATE = "id-duplicate"
    ROW_UNREADABLE = "row-unreadable"
    FAMILY_UNKNOWN = "family-unknown"
    CODE_UNKNOWN = "code-unknown"
    NUMBER_UNREADABLE = "number-unreadable"
    UNIT_MIXED_UP = "unit-mixed-up"
    MEASURE_IMPLAUSIBLE = "measure-implausible"
    DATE_UNREADABLE = "date-unreadable"
    DATE_IN_FUTURE = "date-in-future"
    FACTS_CONTRADICT = "facts-contradict"
    TEXT_UNREADABLE = "text-unreadable"


DROPPING: Final = frozenset({
    FaultCode.POSITION_MISSING, FaultCode.POSITION_SWAPPED, FaultCode.POSITION_OUTSIDE, FaultCode.GEOMETRY_MISSING,
    FaultCode.ID_DUPLICATE, FaultCode.ROW_UNREADABLE, FaultCode.FAMILY_UNKNOWN,
})  # fmt: skip
"""They cost the record; the others its field, which is unknown then."""

FAULTS: Final[dict[FaultCode, Text]] = {
    FaultCode.POSITION_MISSING: Text("La position manque ou est illisible.", "The position is missing or unreadable."),
    FaultCode.POSITION_SWAPPED: Text(
        "Longitude et latitude sont inversées : corrigez les colonnes.",
        "Longitude and latitude are swapped: correct the columns.",
    ),
    FaultCode.POSITION_OUTSIDE: Text(
        "La position est hors de France : vérifiez la projection.",
        "The position is outside France: check the projection.",
    ),
    FaultCode.GEOMETRY_MISSING: Text(
        "L'objet est coupé par le bord de l'extrait : prenez un extrait plus large.",
        "The object is cut by the edge of the extract: take a larger one.",
    ),
    FaultCode.ID_DUPLICATE: Text("Cet identifiant est déjà dans le fichier.", "This id is in the file already."),
    FaultCode.ROW_UNREADABLE: Text(
        "La ligne n'a pas la forme annoncée par l'en-tête.", "The row is not of the form that the header announces."
    ),
    FaultCode.FAMILY_UNKNOWN: Text(
        "Activité ou famille inconnue : « GET /v1/vocabulary » donne les familles.",
        "Unknown activity or family: 'GET /v1/vocabulary' gives the families.",
    ),
    FaultCode.CODE_UNKNOWN: Text(
        "Code inconnu ; la valeur est tenue pour inconnue.", "Unknown code; the value counts as unknown."
    ),
    FaultCode.NUMBER_UNREADABLE: Text("Ce n'est pas un nombre.", "This is no number."),
    FaultCode.UNIT_MIXED_UP: Text(
        "L'unité semble confondue : centimètres pour mètres, ou l'inverse.",
        "The unit seems mixed up: centimetres for metres, or the reverse.",
    ),
    FaultCode.MEASURE_IMPLAUSIBLE: Text("Mesure invraisemblable.", "Implausible measure."),
    FaultCode.DATE_UNREADABLE: Text("Ce n'est pas une date AAAA-MM-JJ.", "This is no date YYYY-MM-DD."),
    FaultCode.DATE_IN_FUTURE: Text("La date est dans le futur.", "The date is in the future."),
    FaultCode.FACTS_CONTRADICT: Text(
        "Deux champs se contredisent ; le moins favorable compte.",
        "Two fields contradict each other; the less favourable counts.",
    ),
    FaultCode.TEXT_UNREADABLE: Text(
        "Caractères de contrôle dans le texte ; il est laissé vide.",
        "Control characters in the text; it is left empty.",
    ),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """``where``: ``line 12``, ``feature 3``, ``n123``."""

    code: FaultCode
    where: str
    field: str
    value: Any = None

    @property
    def drops(self) -> bool:
        return self.code in DROPPING


@dataclass
class Notes:
    """What a reader leaves beside its records: faults, and what it passed over on purpose, counted by reason."""

    faults: list[Fault] = field(default_factory=list)
    passed_over: Counter[str] = field(default_factory=Counter)
    _refs: set[str] = field(default_factory=set)

    def fault(self, code: FaultCode, where: str, name: str, value: Any = None) -> None:
        self.faults.append(Fault(code, where, name, value))

    @property
    def dropped(self) -> int:
        return sum(fault.drops for fault in self.faults)

    def is_new(self, ref: str, where: str) -> bool:
        """Return whether no record had this id yet; the first one stays."""
        if ref in self._refs:
            self.fault(FaultCode.ID_DUPLICATE, where, "id", ref)
            return False
        self._refs.add(ref)
        return True


def placed(lon: Any, lat: Any, where: str, notes: Notes) -> tuple[float, float] | None:
    """Return a position in France, WGS84; ``None`` with a fault for what is not one."""
    x, y = as_number(lon), as_number(lat)
    if x is None or y is None:
        notes.fault(FaultCode.POSITION_MISSING, where, "lon,lat", f"{lon},{lat}")
    elif in_france(x, y):
        return x, y
    elif in_france(y, x):
        notes.fault(FaultCode.POSITION_SWAPPED, where, "lon,lat", f"{lon},{lat}")
    else:
        notes.fault(FaultCode.POSITION_OUTSIDE, where, "lon,lat", f"{lon},{lat}")
    return None


_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,12}([.,][0-9]{1,20})?(e[+-]?[0-9]{1,2})?", re.IGNORECASE)


def as_number(value: Any) -> float | None:
    """Return a finite number, decimal comma or point; ``None`` for anything else."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value) if abs(value) < 1e12 else None  # NaN and infinity compare false
    if isinstance(value, str) and _NUMBER.fullmatch(value := value.strip()):
        return float(value.replace(",", "."))
    return None


_WITH_UNIT: Final = re.compile(r"(?P<number>[+-]?[0-9.,]+) *(?P<unit>mm|cm|m)?")
_IN_CM: Final = {"mm": 0.1, "cm": 1.0, "m": 100.0}


@dataclass(frozen=True, slots=True)
class Measure:
    """How a length is read: the unit where none is written, and what is plausible, in centimetres."""

    unit: str
    least_cm: float
    most_cm: float

    def read(self, value: Any, where: str, name: str, notes: Notes) -> float | None:
        """Return centimetres; ``None`` for nothing, or with a fault for what cannot be.

        A value that would be plausible in another unit is not converted: nobody knows which of the two is wrong.
        """
        found = _WITH_UNIT.fullmatch(str(value).strip().lower()) if value is not None else None
        number = as_number(found["number"]) if found else None
        if value is None or not str(value).strip():
            return None
        if found is None or number is None:
            notes.fault(FaultCode.NUMBER_UNREADABLE, where, name, value)
            return None
        unit = found["unit"] or self.unit
        given = number * _IN_CM[unit]
        if self.least_cm <= given <= self.most_cm:
            return given
        other = any(self.least_cm <= number * factor <= self.most_cm for factor in (1.0, 100.0))
        notes.fault(FaultCode.UNIT_MIXED_UP if other else FaultCode.MEASURE_IMPLAUSIBLE, where, name, value)
        return None


DOOR_CM: Final = Measure("cm", 30, 1000)
DOOR_M: Final = Measure("m", 30, 1000)
STEP_CM: Final = Measure("cm", 0, 60)
STEP_M: Final = Measure("m", 0, 60)
MOST_STEPS: Final = 200


def as_count(value: Any, where: str, name: str, notes: Notes) -> int | None:
    """Return a number of steps; ``None`` for nothing, or with a fault for what is none."""
    if value is None or not str(value).strip():
        return None
    number = as_number(value)
    if number is None or not number.is_integer():
        notes.fault(FaultCode.NUMBER_UNREADABLE, where, name, value)
        return None
    if not 0 <= number <= MOST_STEPS:
        notes.fault(FaultCode.MEASURE_IMPLAUSIBLE, where, name, value)
        return None
    return int(number)


def as_day(value: Any, where: str, name: str, notes: Notes) -> date | None:
    """Return a day not in the future, from a date or a time (ISO 8601); ``None`` for nothing, or with a fault."""
    text = str(value or "").strip()
    if not text:
        return None
    try:
        day = date.fromisoformat(text[:10])
    except ValueError:
        notes.fault(FaultCode.DATE_UNREADABLE, where, name, value)
        return None
    if day > today():
        notes.fault(FaultCode.DATE_IN_FUTURE, where, name, value)
        return None
    return day


def as_text(value: Any, where: str, name: str, notes: Notes, most: int = 200) -> str | None:
    """Return a text of one line that a person can read, shortened; ``None`` for nothing, or with a fault."""
    text = " ".join(str(value or "").split())
    if not is_printable(text):
        notes.fault(FaultCode.TEXT_UNREADABLE, where, name, value)
        return None
    return text[:most] or None
