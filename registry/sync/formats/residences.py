"""The residence that a row names or describes.

Many rows describe the same one, one after the other: each description is read once and remembered.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final, NamedTuple

from pydantic import ValidationError
from pyproj import Transformer

from registry.kernel.errors import Fault as Wronged
from registry.kernel.text import Text
from registry.kernel.validation import Wrong, fault_of
from registry.stock.schemas import ResidenceIn
from registry.sync.formats import address
from registry.sync.formats.header import Bound
from registry.sync.rules import RuleCode
from registry.territories.errors import CommuneUnknown

CORRECT: Final = Text("Corrigez la valeur dans le fichier.", "Correct the value in the file.")
_REMEMBERED: Final = 4_096
_FILLER: Final = "75056"
_BY_ADDRESS: Final = frozenset({"number", "street", "postcode"})


class Fault(NamedTuple):
    """What is wrong with one of the cells."""

    column: str
    value: str
    rule: Text
    remedy: Text = CORRECT
    of: RuleCode | None = None


@dataclass(slots=True)
class Described:
    """What a row says of its residence.

    Attributes:
        ref: Given, or made of commune, postcode and address as for RPLS; ``None`` where neither is there.
        stated: As :class:`~registry.stock.schemas.ResidenceIn` names it, with ``ref``; ``None``: nothing is.
        levels: Of the row's building.
    """

    ref: str | None
    stated: dict[str, Any] | None = None
    levels: int | None = None
    faults: list[Fault] = field(default_factory=list)


@lru_cache
def _lambert() -> Transformer:
    return Transformer.from_crs(2154, 4326, always_xy=True)


class Residences:
    """Reads the residences of one file."""

    def __init__(
        self, columns: Sequence[Bound], constants: Mapping[str, Any], communes: Mapping[str, str] | None
    ) -> None:
        self._columns = [bound for bound in columns if bound.target.part in {"residence", "building"}]
        self._columns = [bound for bound in self._columns if bound.target.name != "ref"]
        self._places = [bound.place for bound in self._columns]
        self._constants = {name.removeprefix("residence."): value for name, value in constants.items()}
        self._communes = communes
        self._names, self._building_names = (
            {bound.target.attribute: bound.name for bound in self._columns if bound.target.part == part}
            for part in ("residence", "building")
        )
        self._known: dict[tuple[str | None, ...], Described] = {}

    @property
    def described(self) -> bool:
        """Whether the file says anything of residences."""
        return bool(self._columns or self._constants)

    def read(self, cells: Sequence[str], ref: str | None, building: str | None) -> Described:
        """Return what a row says, given its own reference of the residence and of the building."""
        known = (ref, building, *[cells[place] for place in self._places])
        found = self._known.get(known)
        if found is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            found = self._known[known] = self._read(cells, ref, building)
        return found

    def _read(self, cells: Sequence[str], ref: str | None, building: str | None) -> Described:
        found = Described(ref)
        stated: dict[str, Any] = {}
        of_building: dict[str, Any] = {}
        for name, value in self._constants.items():
            (of_building if name.startswith("building.") else stated)[name.removeprefix("building.")] = value
        if ref is None and not any(cells[place] for place in self._places):
            return found  # constants alone name no residence
        for bound in self._columns:
            into = of_building if bound.target.part == "building" else stated
            cell = cells[bound.place]
            try:
                value = bound.read(cell) if cell else None
            except Wrong as wrong:
                found.faults.append(Fault(bound.name, cell, wrong.text))
                continue
            if value is not None or (not cell and bound.clear):
                into[bound.target.attribute] = value
        self._place(stated, found)
        return self.describe(stated, of_building, ref, building, found.faults)

    def describe(
        self,
        stated: dict[str, Any],
        of_building: dict[str, Any],
        ref: str | None,
        building: str | None,
        faults: Sequence[Fault] = (),
    ) -> Described:
        """Return a residence of which ``stated`` is known, and, of the row's building, ``of_building``."""
        found = Described(ref, faults=list(faults))
        if not stated and not of_building:
            return found
        given = self._address(stated, found)
        self._resolve(stated, found)
        if found.ref is None and given and "commune_code" in stated:
            found.ref = address.residence_ref(stated["commune_code"], given)
        found.levels = of_building.get("levels")
        if building and "buildings" not in stated:
            stated["buildings"] = [{"ref": building, **of_building}]
        if found.ref is None and not found.faults:
            found.faults.append(Fault(self._names.get("street", "residence_ref"), "", _NAMELESS, _NAME_IT))
        self._judge(stated, found)
        found.stated = {"ref": found.ref, **stated}
        return found

    def _address(self, stated: dict[str, Any], found: Described) -> address.Address | None:
        """Split the address as RPLS writes it: the number may stand in the street."""
        street, number, postcode = (stated.get(name) or "" for name in ("street", "number", "postcode"))
        if not street:
            return None
        given = address.of(number, (street,), postcode)
        if given is None:
            rule = Text("cette voie n'a ni lettre ni chiffre", "this street has neither letter nor digit")
            found.faults.append(Fault(self._names.get("street", "street"), street, rule))
            return None
        stated |= {name: getattr(given, name) for name in _BY_ADDRESS if getattr(given, name) is not None}
        return given

    def _resolve(self, stated: dict[str, Any], found: Described) -> None:
        """Give a commune its present code."""
        code = stated.get("commune_code")
        if code is None or self._communes is None:
            return
        present = self._communes.get(code)
        if present is None:
            column = self._names.get("commune_code", "commune_code")
            found.faults.append(Fault(column, code, CommuneUnknown.title, _UNKNOWN_COMMUNE, RuleCode.COMMUNE_UNKNOWN))
            del stated["commune_code"]
        else:
            stated["commune_code"] = present

    def _place(self, stated: dict[str, Any], found: Described) -> None:
        """Put degrees, or metres of EPSG:2154 in metropolitan France, into ``position``."""
        for one, other in (("lon", "lat"), ("x", "y")):
            first, second = stated.pop(one, None), stated.pop(other, None)
            if first is None and second is None:
                continue
            if first is None or second is None:
                column = self._names.get(one if first is None else other, one)
                rule = Text("une position a deux coordonnées", "a position has two coordinates")
                found.faults.append(Fault(column, "", rule))
                continue
            if first == second == 0:
                continue  # how exports write that there is none: a point in the Gulf of Guinea
            lon, lat = (first, second) if one == "lon" else _lambert().transform(first, second)
            if not (math.isfinite(lon) and math.isfinite(lat)):
                rule = Text("ce point n'est pas en Lambert-93", "this point is not in Lambert-93")
                found.faults.append(Fault(self._names.get(one, one), f"{first} {second}", rule))
                continue
            stated["position"] = {"lon": round(lon, 7), "lat": round(lat, 7)}

    def _judge(self, stated: dict[str, Any], found: Described) -> None:
        try:
            ResidenceIn.model_validate({"commune_code": _FILLER, **stated})
        except ValidationError as error:
            for fault in (fault_of(each) for each in error.errors()):
                found.faults.append(self._named(fault, stated))

    def _named(self, fault: Wronged, stated: dict[str, Any]) -> Fault:
        """Return what the model says of an attribute as a fault of the column that states it."""
        names = self._building_names if fault.field.startswith("buildings.") else self._names
        name = fault.field.rpartition(".")[2]
        value = fault.value if isinstance(fault.value, str | int | float) else stated.get(name, "")
        if name == "position" and isinstance(value, dict):
            name, value = ("x" if "x" in names else "lon"), " ".join(map(str, value.values()))
        return Fault(names.get(name, fault.field), str(value), fault.message, fault.remedy or CORRECT)


_NAMELESS: Final = Text(
    "Résidence sans référence, ni commune et voie", "Residence without a reference, or commune and street"
)
_NAME_IT: Final = Text(
    "Renseignez residence_ref, ou la commune et la voie.", "State residence_ref, or the commune and the street."
)
_UNKNOWN_COMMUNE: Final = Text(
    "Vérifiez le code ; les communes se chargent par « registry territories load ».",
    "Check the code; communes are loaded by 'registry territories load'.",
)
