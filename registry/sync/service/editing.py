"""What somebody chooses from who writes a mapping in a form: targets in words, with codes, units, forms of dates."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, get_args

from registry.kernel.text import Language, Text
from registry.sync.formats.declared import Content
from registry.sync.formats.header import is_personal, key
from registry.sync.formats.values import UNITS, DateForm
from registry.sync.mapping import Mapping, parse_mapping
from registry.sync.targets import Target, targets
from registry.vocabulary.facts import FACTS_BY_CODE, SECTIONS
from registry.vocabulary.stock import LABELS

__all__ = [
    "CONTENTS", "DATE_FORMS", "Choice", "Content", "Mapping", "by_heading", "choices", "is_personal", "key",
    "parse_mapping", "suggested",
]  # fmt: skip

CONTENTS: Final[tuple[Content, ...]] = get_args(Content)
DATE_FORMS: Final[tuple[str, ...]] = get_args(DateForm)
_ANSWERS: Final = {"yes": Text("oui", "yes"), "no": Text("non", "no"), "unknown": Text("inconnu", "unknown")}


@dataclass(frozen=True, slots=True)
class Choice:
    """A target in words.

    Attributes:
        heading: ``home``, ``residence``, ``building``, ``all_facts``, or the name of a section of facts.
        codes: Of which a cell states one, each with what it means; none where it states anything else.
        units: Theirs, of which the registry makes its own.
        dated: Whether it is a date.
        clearable: Whether an empty cell may state that there is none.
    """

    name: str
    label: str
    heading: str
    unit: str | None
    codes: tuple[tuple[str, str], ...]
    units: tuple[str, ...]
    dated: bool
    clearable: bool
    required: bool


@lru_cache
def choices(content: Content, language: Language) -> dict[str, Choice]:
    """Return every target of a file of homes or of residences, by name."""
    return {name: _choice(target, language) for name, target in targets(content).items()}


def by_heading(content: Content, language: Language) -> list[tuple[str, list[Choice]]]:
    """Return the targets under their headings."""
    found: dict[str, list[Choice]] = {}
    for choice in choices(content, language).values():
        found.setdefault(choice.heading, []).append(choice)
    return list(found.items())


def suggested(header: str, content: Content) -> str | None:
    """Return the target whose name or label a header is, if there is one."""
    return _named(content).get(key(header))


@lru_cache
def _named(content: Content) -> dict[str, str]:
    known = targets(content)
    labels = {key(label): name for name, target in known.items() for label in target.words.label}
    return {**labels, **{key(name): name for name in known}}


def _choice(target: Target, language: Language) -> Choice:
    fact = FACTS_BY_CODE.get(target.name)
    heading: str = target.part if target.part in {"home", "residence", "building"} else "all_facts"
    if fact:
        heading = SECTIONS[fact.section].in_language(language)
    units = tuple(unit for unit, (ours, _) in UNITS.items() if ours == target.unit)
    return Choice(
        target.name, target.words.label.in_language(language), heading, target.unit, _codes(target, language),
        units, target.kind == "date", target.clearable, target.required,
    )  # fmt: skip


def _codes(target: Target, language: Language) -> tuple[tuple[str, str], ...]:
    fact = FACTS_BY_CODE.get(target.name)
    if target.kind == "fact":
        words = dict(_ANSWERS)
    elif target.kind == "yes_no":
        words = {code: _ANSWERS[code] for code in ("yes", "no")}
    elif target.kind != "code":
        return ()
    elif fact and fact.kind == "choice":
        words = {choice.code: choice.label for choice in fact.choices} | {"unknown": _ANSWERS["unknown"]}
    else:
        labels = next(
            (
                {str(code): label for code, label in labels.items()}
                for codes, labels in LABELS.items()
                if tuple(codes) == target.codes
            ),
            {},
        )
        words = {str(code): label for code, label in labels.items()} or {
            code: Text(code, code) for code in target.codes
        }
    return tuple((code, label.in_language(language)) for code, label in words.items())
