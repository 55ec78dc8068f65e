"""The header of a table, bound to what its columns state: by a mapping, or by the names of the published schema."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from registry.kernel.text import Text
from registry.sync.formats.address import plain
from registry.sync.formats.declared import Content, Decimals
from registry.sync.formats.errors import ColumnTwice, HeaderNotRecognised
from registry.sync.formats.surveys import survey_converter
from registry.sync.formats.values import Convert, converter
from registry.sync.mapping import Column, Mapping
from registry.sync.notes import Note
from registry.sync.rules import RuleCode
from registry.sync.targets import Target, targets
from registry.vocabulary.cnig_columns import CNIG_COLUMNS

SHOWN: Final = ("address", "commune")
"""Columns of a form that a person looks at, and that are not read."""
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


def is_personal(name: str) -> bool:
    """Tell whether a header names what is known of people only."""
    return bool(_PERSONAL & set(plain(name).split()))


def known(names: Iterable[str], mapping: Mapping | None, content: Content) -> int:
    """Return how many of ``names`` the mapping or the schema has."""
    if mapping:
        return len({key(column.theirs) for column in mapping.columns} & {key(name) for name in names})
    return len(_published(content) & {_key(name, content) for name in names})


@lru_cache
def _published(content: Content) -> frozenset[str]:
    """Return the keys of the names that are known without a mapping."""
    names = (
        [*targets(content), *(column.name for column in CNIG_COLUMNS), *SHOWN]
        if content == "residences"
        else (targets(content))
    )
    return frozenset(map(key, names))


def _key(name: str, content: Content) -> str:
    """Return the key of a header without a mapping: a form may have a label in brackets behind a name."""
    stem = key(name.partition(" (")[0])
    return stem if key(name) not in _published(content) and stem in _published(content) else key(name)


def bind(names: Sequence[str], mapping: Mapping | None, content: Content, decimal: Decimals, line: int) -> Binding:
    """Bind a header.

    Raises:
        HeaderNotRecognised: No column states ``ref``.
        ColumnTwice: Two columns have the name of one that is read.
    """
    places: dict[str, list[int]] = {}
    for n, name in enumerate(names):
        places.setdefault(key(name) if mapping else _key(name, content), []).append(n)
    known_targets = targets(content)
    wanted = mapping.columns if mapping else [Column(theirs=name, to=name) for name in known_targets]
    decimal = (mapping and mapping.decimal) or decimal
    columns, notes = [], []
    for column in wanted:
        place = _place(places, column.theirs, names, line)
        if place is None:
            if mapping:
                notes.append(Note(line, column.theirs, "", _ABSENT_RULE, _ABSENT_REMEDY, of=RuleCode.COLUMN_ABSENT))
            continue
        target = known_targets[column.to]
        read = converter(target, decimal=decimal, unit=column.unit, form=column.date, codes=column.values)
        columns.append(
            Bound(place, names[place], target, read, clear=column.empty == "clear", coded=column.values is not None)
        )
    if content == "residences" and not mapping:
        columns += _surveyed(places, names, decimal, line, {bound.target.name for bound in columns})
    if "ref" not in {bound.target.name for bound in columns}:
        raise HeaderNotRecognised(
            Text("Aucune colonne ne donne la référence (« ref »).", "No column states the reference ('ref')."),
            field=f"line {line}", value=" | ".join(names)[:200],
        )  # fmt: skip
    done = {bound.place for bound in columns}
    if content == "residences" and not mapping:
        done.update(place for shown in SHOWN for place in places.get(key(shown), []))
    notes += _of_unread([(n, name) for n, name in enumerate(names) if n not in done], line, mapped=bool(mapping))
    given = mapping.constants if mapping else {}
    constants = [
        (known_targets[name], converter(known_targets[name], decimal=decimal)(value)) for name, value in given.items()
    ]
    return Binding(columns, constants, notes)


def _place(places: dict[str, list[int]], theirs: str, names: Sequence[str], line: int) -> int | None:
    found = places.get(key(theirs), [])
    if len(found) > 1:
        raise ColumnTwice(field=f"line {line}", value=names[found[0]])
    return found[0] if found else None


def _surveyed(
    places: dict[str, list[int]], names: Sequence[str], decimal: Decimals, line: int, stated: set[str]
) -> list[Bound]:
    """Bind the columns of the CNIG standard; a fact has one column, under its name or under the standard's."""
    found = []
    for column in CNIG_COLUMNS:
        place = _place(places, column.name, names, line)
        if place is None:
            continue
        if column.code in stated:
            raise ColumnTwice(field=f"line {line}", value=f"{names[place]}, {column.code}")
        target = targets("residences")[column.code]
        found.append(Bound(place, names[place], target, survey_converter(column, target, decimal)))
    return found


def _of_unread(unread: list[tuple[int, str]], line: int, *, mapped: bool) -> list[Note]:
    notes = []
    for _, name in unread:
        if is_personal(name):
            notes.append(Note(line, name, "", _PERSONAL_RULE, _PERSONAL_REMEDY, of=RuleCode.COLUMN_PERSONAL))
        elif not mapped and key(name):
            notes.append(Note(line, name, "", _UNREAD_RULE, _UNREAD_REMEDY, of=RuleCode.COLUMN_UNREAD))
    return notes
