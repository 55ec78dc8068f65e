"""The form of a survey on foot: a CSV with a row for each residence, which comes back as a file of residences.

For spreadsheets in France: UTF-8 with a byte order mark, without which they read it as Windows-1252; semicolons and
decimal commas, without which they put a row into one cell, or take 1.5 for a date. The reader takes all others too.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Literal, NamedTuple

from registry.kernel.spreadsheets import harmless
from registry.kernel.text import Language
from registry.sync.formats.header import SHOWN
from registry.sync.formats.surveys import survey_cell
from registry.sync.targets import targets
from registry.vocabulary.cnig_columns import BY_CODE, CnigColumn
from registry.vocabulary.fact import Fact
from registry.vocabulary.facts import RESIDENCE_FACTS

Section = Literal["entrance", "halls", "levels", "parking", "people", "path", "crossings", "rest"]
SURVEYED: Final[tuple[Section, ...]] = ("entrance", "path", "crossings", "rest")
"""What a survey looks at: the entrance and the first 200 m."""
MARK: Final = "\N{ZERO WIDTH NO-BREAK SPACE}"
_KNOWN: Final = ("ref", *SHOWN)
_NEW: Final = ("ref", "name", "number", "street", "postcode", "commune_code")
"""Of a form for residences that are still to be stated."""
_ABOUT: Final = ("facts_date", "facts_source", "evidence")


class Column(NamedTuple):
    """A fact, and the column of the CNIG standard under which the form has it."""

    fact: Fact
    cnig: CnigColumn | None

    @property
    def name(self) -> str:
        return self.cnig.name if self.cnig else self.fact.code

    @property
    def unit(self) -> str | None:
        """Return the unit that a person is to write it in."""
        if self.cnig and self.cnig.bound:
            return self.cnig.bound.unit or None
        return (self.cnig and self.cnig.unit) or self.fact.unit


def columns(sections: Sequence[Section]) -> list[Column]:
    """Return the columns of facts, in the order of the vocabulary."""
    return [Column(fact, BY_CODE.get(fact.code)) for fact in RESIDENCE_FACTS if fact.section in sections]


class Form:
    """Writes one form.

    Args:
        facts: As :func:`columns` gives them.
        labels: The language of a label behind each name; ``None``: names alone.
        prefilled: Whether cells have what is held.
    """

    def __init__(self, facts: Sequence[Column], *, labels: Language | None, prefilled: bool) -> None:
        self._facts = facts
        self._labels = labels
        self._prefilled = prefilled

    def header(self, *, new: bool) -> str:
        """Return the first line; ``new``: for residences that the registry does not know yet."""
        before = [self._titled(name) for name in (_NEW if new else _KNOWN)]
        of_facts = [self._labelled(column.name, column.fact.label[self._at], column.unit) for column in self._facts]
        return MARK + _written([[*before, *of_facts, *map(self._titled, _ABOUT)]])

    def rows(self, residences: Iterable[Mapping[str, Any]]) -> str:
        """Return the lines of residences, as :mod:`registry.stock.service.exports` gives them."""
        return _written(
            [
                *map(harmless, (residence["ref"], _address(residence), residence["commune_code"])),
                *(self._cell(column, residence["facts"]) for column in self._facts),
                *[""] * len(_ABOUT),
            ]
            for residence in residences
        )

    @property
    def _at(self) -> int:
        return 1 if self._labels == "en" else 0

    def _titled(self, name: str) -> str:
        target = targets("residences").get(name)
        label = target.words.label if target else _TITLES[name]
        return self._labelled(name, label[self._at], None)

    def _labelled(self, name: str, label: str, unit: str | None) -> str:
        if self._labels is None:
            return name
        return f"{name} ({label}, {unit})" if unit else f"{name} ({label})"

    def _cell(self, column: Column, facts: Mapping[str, Any]) -> str:
        return survey_cell(column.fact, facts.get(column.fact.code), column.cnig) if self._prefilled else ""


_TITLES: Final = {"address": ("Adresse", "Address"), "commune": ("Commune", "Commune")}


def _address(residence: Mapping[str, Any]) -> str:
    street = " ".join(filter(None, (residence["number"], residence["street"])))
    return ", ".join(filter(None, (residence["name"], street, residence["postcode"])))


def _written(rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerows(rows)
    return text.getvalue()
