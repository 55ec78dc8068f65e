"""What a file of homes may hold, for somebody who makes one in a spreadsheet: its columns in words, and a blank one."""

import csv
import io
from dataclasses import dataclass
from typing import Final

from registry.kernel.text import Language, Text
from registry.sync.table_schema import columns
from registry.sync.targets import Target, targets
from registry.vocabulary.facts import FACTS_BY_CODE, SECTIONS
from registry.vocabulary.stock import LABELS

RESIDENCE: Final = tuple(
    f"residence.{name}"
    for name in ("name", "number", "street", "postcode", "commune_code", "housing_form", "construction_year")
)
"""Columns by which a file of homes makes their residences known; the position is found from the address."""
_ANSWERS: Final = {
    "oui": Text("le logement l'a", "the home has it"),
    "non": Text("il ne l'a pas", "it has it not"),
    "unknown": Text("retire ce qui était déclaré", "withdraws what was stated"),
}
_OF_FACTS: Final = frozenset({"facts_source", "facts_date", "facts_until", "evidence"})


@dataclass(frozen=True, slots=True)
class Column:
    """A column in words.

    Attributes:
        name: As the header says it.
        codes: What a cell may hold, each code with what it means; none where anything of the kind may stand.
    """

    name: str
    label: str
    help: str
    required: bool
    example: str
    unit: str | None
    codes: tuple[tuple[str, str], ...]


def described(language: Language) -> list[tuple[str, list[Column]]]:
    """Return the columns of a file of homes, under ``home``, ``residence``, ``all_facts`` and the sections of facts."""
    found: dict[str, list[Column]] = {"home": [], "residence": [], "all_facts": []}
    for target in _targets():
        fact = FACTS_BY_CODE.get(target.name)
        heading = SECTIONS[fact.section].in_language(language) if fact else "home"
        if target.name in _OF_FACTS:
            heading = "all_facts"
        if target.part in {"residence", "building"}:
            heading = "residence"
        found.setdefault(heading, []).append(_column(target, language))
    return list(found.items())


def blank() -> bytes:
    """Return the header of such a file: CSV with semicolons, UTF-8 with a BOM, as a French spreadsheet opens it."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerow(target.name for target in _targets())
    return text.getvalue().encode("utf-8-sig")


def _targets() -> list[Target]:
    named = targets("homes")
    shown = columns("homes")
    of_home = [target for target in shown if target.part == "home"]
    return [*of_home, *(named[name] for name in RESIDENCE), *(target for target in shown if target.part != "home")]


def _column(target: Target, language: Language) -> Column:
    words = target.words
    labels = next((labels for codes, labels in LABELS.items() if tuple(codes) == target.codes), {})
    codes = tuple((str(code), label.in_language(language)) for code, label in labels.items())
    if target.kind == "fact":
        codes = tuple((code, label.in_language(language)) for code, label in _ANSWERS.items())
    elif not codes:
        codes = tuple((code, "") for code in target.codes)
    return Column(
        target.name, words.label.in_language(language), words.help.in_language(language), target.required,
        words.example, target.unit, codes,
    )  # fmt: skip
