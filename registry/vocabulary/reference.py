"""The vocabulary as a document for people: ``docs/vocabulary.md``, in French and English side by side."""

from collections.abc import Iterable, Iterator
from typing import Final

from registry.kernel.text import Text
from registry.vocabulary.cnig import plain
from registry.vocabulary.cnig_columns import CNIG_COLUMNS, CnigColumn
from registry.vocabulary.conditions import (
    Agreed,
    All,
    Condition,
    Either,
    GroundFloor,
    Leaf,
    Measure,
    OneOf,
    Yes,
)
from registry.vocabulary.contradictions import CONTRADICTIONS
from registry.vocabulary.fact import Fact, Part
from registry.vocabulary.facts import DEFINITIONS, FACTS, FACTS_BY_CODE, SECTIONS, VERSION
from registry.vocabulary.home_class import CLASSES, HELPS, LABELS, NOT_ASSESSED, ORDINARY, TAGS

_PARTS: Final[dict[Part, Text]] = {
    "home": Text("Le logement", "The home"),
    "common_parts": Text("Les parties communes", "The common parts"),
    "surroundings": Text("Les abords", "The surroundings"),
}
_HEADER: Final = (
    "| code | | ce que c'est · what it is | valeur · value | seuil, source · threshold, source | ailleurs · elsewhere"
    " | depuis · since |"
)
_INTRODUCTION: Final = """\
# Vocabulaire · Vocabulary {version}

*Écrit depuis `registry/vocabulary` par `make openapi` ; ne pas modifier ici. · Written from `registry/vocabulary` by
`make openapi`; not to be changed here. The same as JSON: `GET /v1/vocabulary`.*

Une caractéristique est « oui », « non » ou inconnue, ou une mesure ; elle porte son origine et sa date. Ce qui n'est
pas dit n'est jamais « non ». · A fact is yes, no or unknown, or a measure; it carries its source and date. What is not
said is never no.

Une charte fixe une version du vocabulaire : une annonce ne montre que les caractéristiques que connaît la plus ancienne
des versions en vigueur et signée. · A charter pins a version of the vocabulary: a listing shows only the features that
the older of the version in force and the one signed knows.
"""


def reference() -> str:
    """Return the whole document."""
    return "\n".join([
        _INTRODUCTION.format(version=VERSION),
        *_definitions(),
        *(line for part in _PARTS for line in _part(part)),
        *_survey(),
        *_contradictions(),
        *_classes(),
    ]) + "\n"  # fmt: skip


def _definitions() -> Iterator[str]:
    yield "## Quatre mots à définir dans la charte · Four words that a charter defines\n"
    for code, (label, text, source) in DEFINITIONS.items():
        yield f"* **{label.fr} · {label.en}** (`{code}`): {text.fr} · {text.en} *{source}*"
    yield ""


def _part(part: Part) -> Iterator[str]:
    title = _PARTS[part]
    yield f"## {title.fr} · {title.en}\n"
    of_part = [fact for fact in FACTS if fact.part == part]
    for section in dict.fromkeys(fact.section for fact in of_part):
        heading = SECTIONS[section]
        yield f"### {heading.fr} · {heading.en}\n"
        yield _HEADER
        yield "|---|---|---|---|---|---|---|"
        yield from (_row(fact) for fact in of_part if fact.section == section)
        yield ""


def _contradictions() -> Iterator[str]:
    yield "## Ce qui ne peut être déclaré ensemble · What cannot be stated together\n"
    for each in CONTRADICTIONS:
        yield f"* `{_fact(each.said)}` & `{_fact(each.beside)}`: {each.text.fr} · *{each.text.en}*"
    yield ""


def _row(fact: Fact) -> str:
    cells = (
        f"`{fact.code}`", f"{fact.label.fr} · *{fact.label.en}*", f"{fact.help.fr} · *{fact.help.en}*", _value(fact),
        _source(fact), ", ".join(f"{scheme} `{name}`" for scheme, name in fact.crosswalks.items()), fact.since,
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"


def _value(fact: Fact) -> str:
    if fact.kind == "yes_no":
        return "oui/non · yes/no"
    if fact.kind == "choice":
        return ", ".join(f"`{choice.code}` {choice.label.fr} · *{choice.label.en}*" for choice in fact.choices)
    return f"{fact.minimum}–{fact.maximum} {fact.unit}"


def _source(fact: Fact) -> str:
    if fact.threshold is None:
        return fact.source or ""
    sign = {">=": "≥", "<=": "≤"}[fact.threshold.comparison]
    return f"{sign} {fact.threshold.value} {fact.unit}: {fact.threshold.source} ({fact.threshold.date.isoformat()})"


_SURVEY: Final = """\
## Relevé à pied · Survey on foot

Colonnes du standard CNIG que prend un fichier de résidences, et le formulaire `GET /v1/residence-facts/form`, à la
place du code de la caractéristique. `NC`, `sans objet`, `99` et `9999` ne disent rien ; « oui », « non » et
« inconnu » sont lus partout. · Columns of the CNIG standard that a file of residences takes, and the form has, in
place of the fact's code. `NC`, `sans objet`, `99` and `9999` say nothing; yes, no and unknown are read everywhere.

| colonne · column | | valeurs · values |
|---|---|---|"""


def _survey() -> Iterator[str]:
    yield _SURVEY
    for column in CNIG_COLUMNS:
        fact = FACTS_BY_CODE[column.code]
        yield f"| `{column.name}` | `{fact.code}` {fact.label.fr} · *{fact.label.en}* | {_read_as(column, fact)} |"
    yield ""


def _read_as(column: CnigColumn, fact: Fact) -> str:
    if column.bound is not None:
        sign = {">=": "≥", "<=": "≤"}[column.bound.comparison]
        return f"{sign} {column.bound.value} {column.bound.unit}".strip() + f": yes ({column.bound.source})"
    if not column.values:
        return column.unit or fact.unit or ""
    if not column.listed:
        return ", ".join(f"`{written}`: {value}" for written, value in column.values.items())
    return "; ".join(
        f"{f'{each.code_2022} ' if each.code_2022 else ''}{each.label.fr}: {column.values[plain(each.label.fr)] or '–'}"
        for each in column.listed
    )


def _classes() -> Iterator[str]:
    yield "## Classe du logement · Class of the home\n"
    for number in (NOT_ASSESSED, ORDINARY):
        yield f"* **{number} {LABELS[number].fr} · {LABELS[number].en}**: {HELPS[number].fr} · {HELPS[number].en}"
    for each in CLASSES:
        also = "".join(f", {scheme} {name}" for scheme, name in each.crosswalks.items())
        beside = f" {' + '.join(map(str, each.includes))} +" if each.includes else ""
        yield f"* **{each.number} {each.label.fr} · {each.label.en}**{also}: {each.help.fr} · {each.help.en}"
        yield f"  `={beside} {_said(each.requires)}`"
    yield "\n### Au-delà de la classe · Beside the class\n"
    for tag in TAGS:
        yield f"* **{tag.label.fr} · {tag.label.en}** (`{tag.code}`) `= {_said(tag.requires)}`"


def _said(condition: Condition) -> str:
    """Return a condition as it is read: "agreed with": none denies it, one says so."""
    match condition:
        case All(of):
            return _joined(" & ", of)
        case Either(of):
            return _joined(" or ", of)
        case Agreed(of):
            return _joined(" agreed with ", of)
        case leaf:
            return _fact(leaf)


def _fact(leaf: Leaf) -> str:
    match leaf:
        case GroundFloor():
            return "floor=0"
        case OneOf(code, codes):
            return f"{code}={'/'.join(codes)}"
        case Measure(code, comparison, value):
            return f"{code}{comparison}{value}"
        case Yes(code):
            return code


def _joined(sign: str, of: Iterable[Condition]) -> str:
    return "(" + sign.join(map(_said, of)) + ")"
