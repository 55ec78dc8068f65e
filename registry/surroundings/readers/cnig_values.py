"""One row of a CNIG layer: its codes in our words, its measures in metres and per cent, and what cannot be meant."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import shapely

from registry.kernel.errors import Fault
from registry.kernel.text import Text
from registry.surroundings.readers.geopackages import Layer
from registry.surroundings.readers.notes import Notes
from registry.vocabulary import cnig

BOUNDS: Final = {"width": (0.2, 50.0), "kerb": (0.0, 0.5), "slope": (-100.0, 100.0), "count": (0.0, 1000.0)}
"""Of widths and kerbs in metres, slopes and cross-falls in per cent, steps. Beyond: a mistake of unit, left unknown."""
UNITS: Final = {
    "width": Text("largeur hors de 0,2 à 50 m (des centimètres ?)", "width outside of 0.2 to 50 m (centimetres?)"),
    "kerb": Text("ressaut de plus de 0,5 m (des centimètres ?)", "lip above 0.5 m (centimetres?)"),
    "slope": Text("pente de plus de 100 %", "slope above 100 %"),
    "count": Text("plus de 1 000 marches", "more than 1,000 steps"),
}
GONE_DOWN: Final = frozenset({"02", "descente"})


@lru_cache
def _indexed(codes: tuple[cnig.Coded, ...]) -> dict[str, str]:
    return cnig.index(codes)


@dataclass(frozen=True, slots=True)
class Row:
    """One feature of a layer."""

    layer: Layer
    i: int
    notes: Notes

    def text(self, *names: str) -> str:
        return self.layer.text(*names)[self.i]

    def number(self) -> int:
        """Return the number within the id: 34 of ``72181:TRC:034:LOC``; else the feature's own."""
        parts = self.text("idTroncon").split(":")
        digits = parts[2] if len(parts) > 2 else ""
        return int(digits) if digits.isdecimal() and len(digits) < 19 else int(self.layer.fids[self.i])

    def code(self, codes: tuple[cnig.Coded, ...], name: str) -> str | None:
        """Return our word for the code or label in a column, ``None`` where unknown; doubts what no list has."""
        written = cnig.plain(self.text(name))
        if written in cnig.UNKNOWN_CODES:
            return None
        found = _indexed(codes).get(written)
        if found is None:
            self._doubt(f"code:{name}", name, self.text(name), Text("valeur hors de la liste", "value not in the list"))
        return found

    def measure(self, what: str, *names: str) -> float:
        """Return the first measure there is in these columns, ``NaN`` where unknown; doubts what cannot be meant."""
        value = float(self.layer.numbers(*names)[self.i])
        if np.isnan(value) or value in cnig.UNKNOWN_MEASURES or (what == "width" and value == 0):
            return np.nan
        low, high = BOUNDS[what]
        if low <= value <= high:
            return value
        self._doubt(f"measure:{what}", names[0], value, UNITS[what])
        return np.nan

    def goes_down(self) -> bool:
        return cnig.plain(self.text("transition")) in GONE_DOWN

    def compare_length(self) -> None:
        """Doubt a stated length that is not the line's: the line counts."""
        stated = float(self.layer.numbers("longueur", "distance")[self.i])
        if np.isnan(stated) or stated in cnig.UNKNOWN_MEASURES or self.layer.shapes is None:
            return
        drawn = float(shapely.length(self.layer.shapes[self.i]))
        if abs(stated - drawn) > max(3.0, drawn / 4):
            said = Text(f"longueur de {drawn:.1f} m sur le plan", f"{drawn:.1f} m long on the map")
            self._doubt("length", "longueur", stated, said)

    def _doubt(self, what: str, field: str, value: object, said: Text) -> None:
        place = f"{self.layer.name} {self.layer.fids[self.i]}"
        message = Text(f"{place}, {field} {value} : {said.fr}", f"{place}, {field} {value}: {said.en}")
        remedy = Text("Corrigez l'objet dans le relevé.", "Correct the feature in the survey.")
        self.notes.doubt(what, Fault(f"{self.layer.name}.{field}", value, message, remedy))


@dataclass(frozen=True, slots=True)
class Values:
    """Rows of layers, all with the same notes."""

    notes: Notes

    def at(self, layer: Layer, i: int) -> Row:
        return Row(layer, i, self.notes)
