"""A landlord's mapping: their columns, codes and units to ours, as a document that is stored, versioned and tried."""

import difflib
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from registry.kernel import strict_json
from registry.kernel.errors import Fault
from registry.kernel.fields import Printable
from registry.kernel.validation import Wrong, fault_of
from registry.sync.formats.declared import Content, Decimals
from registry.sync.formats.errors import MappingInvalid
from registry.sync.formats.values import UNITS, DateForm, Unit, converter
from registry.sync.targets import Target, targets

MAX_DOCUMENT: Final = 1 << 20
Header = Annotated[Printable, StringConstraints(min_length=1, max_length=200)]
Code = Annotated[Printable, StringConstraints(min_length=1, max_length=200)]
_PAIRS: Final = (("lon", "lat"), ("x", "y"))


class Column(BaseModel):
    """What one of their columns states. One column may state several things, each in an entry of its own."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    theirs: Annotated[
        Header,
        Field(alias="from", description="As the header names it; case, accents, spaces and punctuation do not count."),
    ]
    to: Annotated[
        str,
        StringConstraints(max_length=100),
        Field(description="An attribute of the home or residence, `residence.…`, `building.…`, or a fact's code."),
    ]
    values: Annotated[
        dict[Code, Code | None] | None,
        Field(
            min_length=1, max_length=2_000, description="Theirs to ours; `null`: nothing is known. Others are refused."
        ),
    ] = None
    unit: Annotated[Unit | None, Field(description="Theirs, where it is not ours.")] = None
    date: Annotated[DateForm, Field(description="`auto`: YYYY-MM-DD or DD/MM/YYYY.")] = "auto"
    empty: Annotated[
        Literal["keep", "clear"],
        Field(description="An empty cell says nothing (`keep`), or that there is none (`clear`)."),
    ] = "keep"


class Mapping(BaseModel):
    """A whole mapping. ``constants``: what every record states, by target, written as a cell would be."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Annotated[Literal[1], Field(description="Of this form of document.")] = 1
    content: Content = "homes"
    columns: Annotated[tuple[Column, ...], Field(min_length=1, max_length=200)]
    constants: Annotated[dict[Annotated[str, StringConstraints(max_length=100)], Code], Field(max_length=100)] = {}
    empty_values: Annotated[
        tuple[Code, ...], Field(max_length=50, description="Cells that count as empty: 'NC', 'N/A', 'Non renseigné'.")
    ] = ()
    decimal: Annotated[Decimals | None, Field(description="Overrides what the source declares.")] = None

    @model_validator(mode="after")
    def _holds_together(self) -> "Mapping":
        stated: set[str] = set()
        for place, name in self._stated():
            if name not in targets(self.content):
                raise _unknown(place, name, self.content)
            if name in stated:
                raise Wrong(f"« {name} » est déjà indiqué", f"'{name}' is stated already", field=place)
            stated.add(name)
        for number, column in enumerate(self.columns):
            _check_column(f"columns.{number}", column, targets(self.content)[column.to])
        for name, value in self.constants.items():
            _read_as(f"constants.{name}", value, lambda cell, name=name: converter(targets(self.content)[name])(cell))
        if "ref" not in {column.to for column in self.columns}:
            raise Wrong("aucune colonne ne donne « ref »", "no column states 'ref'", field="columns")
        self._check_place(stated)
        return self

    def _stated(self) -> Iterator[tuple[str, str]]:
        yield from ((f"columns.{number}.to", column.to) for number, column in enumerate(self.columns))
        yield from ((f"constants.{name}", name) for name in self.constants)

    def _check_place(self, stated: set[str]) -> None:
        prefix = "residence." if self.content == "homes" else ""
        for one, other in _PAIRS:
            if (prefix + one in stated) != (prefix + other in stated):
                raise Wrong(f"« {one} » va avec « {other} »", f"'{one}' goes with '{other}'", field="columns")
        if {prefix + "lon", prefix + "x"} <= stated:
            raise Wrong(
                "une position est en degrés ou en mètres", "a position is in degrees or metres", field="columns"
            )
        beside = any(name.startswith(("residence.", "building.")) for name in stated)
        needed = {"residence.commune_code", "residence.street"}
        if beside and "residence_ref" not in stated and not needed <= stated:
            raise Wrong(
                "une résidence se nomme par « residence_ref », ou par sa commune et sa voie",
                "a residence is named by 'residence_ref', or by its commune and street",
                field="columns",
            )

    def digest(self) -> bytes:
        """Return the SHA-256 of what the mapping says."""
        return hashlib.sha256(orjson.dumps(self.model_dump(mode="json"), option=orjson.OPT_SORT_KEYS)).digest()


def _unknown(place: str, name: str, content: Content) -> Wrong:
    known = targets(content)
    near = difflib.get_close_matches(name, known, n=3) or sorted(known)
    shown = ", ".join(near)
    return Wrong(f"cible inconnue ; connues : {shown}", f"unknown target; known: {shown}", field=place)


def _check_column(place: str, column: Column, target: Target) -> None:
    if column.unit is not None and UNITS[column.unit][0] != target.unit:
        unit = target.unit or "–"
        raise Wrong(
            f"cette unité ne convient pas ; celle du registre : {unit}",
            f"this unit does not fit; the registry's: {unit}",
            field=f"{place}.unit",
        )
    if column.date != "auto" and target.kind != "date":
        raise Wrong("cette cible n'est pas une date", "this target is no date", field=f"{place}.date")
    if column.empty == "clear" and not target.clearable:
        raise Wrong("cette cible ne peut pas être vide", "this target cannot be empty", field=f"{place}.empty")
    read = converter(target, unit=column.unit, form=column.date)
    for theirs, ours in (column.values or {}).items():
        if ours is not None:
            _read_as(f"{place}.values.{theirs}", ours, read)


def _read_as(place: str, value: str, read: Any) -> None:
    try:
        read(value)
    except Wrong as wrong:
        raise Wrong(wrong.text.fr, wrong.text.en, field=place) from None


def parse_mapping(document: Any) -> Mapping:
    """Return the mapping that a JSON document says.

    Raises:
        MappingInvalid: Each fault with its place in the document.
    """
    try:
        return Mapping.model_validate(document)
    except ValidationError as error:
        faults = [fault_of(found) for found in error.errors()]
        raise MappingInvalid(
            faults=tuple(fault._replace(value=_at(document, fault.field.split("."))) for fault in faults)
        ) from None


def _at(document: Any, path: list[str]) -> Any:
    """Return what stands in a place of a document, ``None`` where nothing does."""
    found = document
    for part in path:
        if isinstance(found, dict):
            found = found.get(part)
        elif isinstance(found, list) and part.isdigit() and int(part) < len(found):
            found = found[int(part)]
        else:
            return None
    return found


def read_mapping(path: Path) -> Mapping:
    """Return the mapping of a JSON file.

    Raises:
        MappingInvalid: It is no JSON, or each fault with its place.
    """
    try:
        with path.open("rb") as file:
            document = strict_json.read(file.read(MAX_DOCUMENT))
    except OSError as error:
        raise MappingInvalid(field="mapping", value=str(error)) from None
    except Wrong as wrong:
        raise MappingInvalid(faults=(Fault(wrong.field or "mapping", str(path), wrong.text),)) from None
    return parse_mapping(document)
