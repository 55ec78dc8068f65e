"""The header of a table, bound to what its columns state: by a mapping, or by the names of the published schema."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from registry.kernel.text import Text
from registry.sync.formats.address import plain
from registry.sync.formats.declared import Content, Decimals
from registry.sync.formats.errors import ColumnTwice, HeaderNotRecognised
from registry.sync.formats.values import Convert, converter
from registry.sync.mapping import Column, Mapping
from registry.sync.notes import Note
from registry.sync.targets import Target, targets

_PERSONAL: Final = frozenset(
    {"LOCATAIRE", "LOCATAIRES", "OCCUPANT", "OCCUPANTS", "PRENOM", "PRENOMS", "NAISSANCE", "TELEPHONE", "TEL", "MOBILE",
     "EMAIL", "MAIL", "COURRIEL", "NIR", "IBAN", "TENANT", "SURNAME", "PHONE", "BIRTH"}
)  # fmt: skip
_PERSONAL_RULE: Final = Text(
    "Cette colonne semble porter des données personnelles ; elle n'est pas lue",
    "This column seems to hold personal data; it is not read",
)
_PERSONAL_REMEDY: Final = Text(
    "Retirez-la de l'export : aucune donnée d'occupant n'entre au registre.",
    "Remove it from the export: no data of occupants enters the registry.",
)
_UNREAD_RULE: Final = Text("Colonne inconnue, non lue", "Unknown column, not read")
_UNREAD_REMEDY: Final = Text(
    "Les noms sont ceux du schéma publié ; une correspondance en donne d'autres.",
    "Names are those of the published schema; a mapping gives others.",
)
_ABSENT_RULE: Final = Text(
    "Colonne de la correspondance absente du fichier : rien n'en est dit",
    "Column of the mapping that the file lacks: nothing is stated of it",
)
_ABSENT_REMEDY: Final = Text(
    "Vérifiez l'export, ou retirez-la de la correspondance.", "Check the export, or remove it from the mapping."
)


@dataclass(frozen=True, slots=True)
class Bound:
    """A column that states a target.

    Attributes:
        place: Among the cells, from 0.
        name: As the header says it.
        clear: Whether an empty cell states that there is none.
        coded: Whether its cells are codes of the landlord's.
    """

    place: int
    name: str
    target: Target
    read: Convert
    clear: bool = False
    coded: bool = False


@dataclass(frozen=True, slots=True)
class Binding:
    """What a table's columns state.

    Attributes:
        constants: What every row states beside its cells.
        notes: Of the header as a whole.
    """

    columns: list[Bound]
    constants: list[tuple[Target, Any]]
    notes: list[Note]


def key(name: str) -> str:
    """Return what makes two headers the same: letters and digits, without case and accents."""
    parts = unicodedata.normalize("NFKD", name.translate({0x153: "oe", 0x152: "oe"})).casefold()
    return re.sub(r"[\W_]+", "", "".join(sign for sign in parts if not unicodedata.combining(sign)))


def known(names: Iterable[str], mapping: Mapping | None, content: Content) -> int:
    """Return how many of ``names`` the mapping or the schema has."""
    ours = {key(column.theirs) for column in mapping.columns} if mapping else {key(name) for name in targets(content)}
    return len(ours & {key(name) for name in names})


def bind(names: Sequence[str], mapping: Mapping | None, content: Content, decimal: Decimals, line: int) -> Binding:
    """Bind a header.

    Raises:
        HeaderNotRecognised: No column states ``ref``.
        ColumnTwice: Two columns have the name of one that is read.
    """
    places: dict[str, list[int]] = {}
    for place, name in enumerate(names):
        places.setdefault(key(name), []).append(place)
    known_targets = targets(content)
    wanted = mapping.columns if mapping else [Column(theirs=name, to=name) for name in known_targets]
    decimal = (mapping and mapping.decimal) or decimal
    columns, notes = [], []
    for column in wanted:
        found = places.get(key(column.theirs), [])
        if len(found) > 1:
            raise ColumnTwice(field=f"line {line}", value=names[found[0]])
        if not found:
            if mapping:
                notes.append(Note(line, column.theirs, "", _ABSENT_RULE, _ABSENT_REMEDY))
            continue
        target = known_targets[column.to]
        read = converter(target, decimal=decimal, unit=column.unit, form=column.date, codes=column.values)
        columns.append(
            Bound(
                found[0], names[found[0]], target, read, clear=column.empty == "clear", coded=column.values is not None
            )
        )
    if "ref" not in {bound.target.name for bound in columns}:
        raise HeaderNotRecognised(
            Text("Aucune colonne ne donne la référence (« ref »).", "No column states the reference ('ref')."),
            field=f"line {line}", value=" | ".join(names)[:200],
        )  # fmt: skip
    read_places = {bound.place for bound in columns}
    notes += _of_unread([(n, name) for n, name in enumerate(names) if n not in read_places], line, mapped=bool(mapping))
    given = mapping.constants if mapping else {}
    constants = [
        (known_targets[name], converter(known_targets[name], decimal=decimal)(value)) for name, value in given.items()
    ]
    return Binding(columns, constants, notes)


def _of_unread(unread: list[tuple[int, str]], line: int, *, mapped: bool) -> list[Note]:
    notes = []
    for _, name in unread:
        if _PERSONAL & set(plain(name).split()):
            notes.append(Note(line, name, "", _PERSONAL_RULE, _PERSONAL_REMEDY))
        elif not mapped and key(name):
            notes.append(Note(line, name, "", _UNREAD_RULE, _UNREAD_REMEDY))
    return notes
