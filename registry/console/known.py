"""What is known of homes and residences as people read it and type it: facts with their provenance, codes as words."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, NamedTuple

from registry.kernel.clock import today
from registry.kernel.errors import Conflict, Invalid
from registry.kernel.fields import is_printable
from registry.kernel.text import Language, Text
from registry.vocabulary.fact import Fact
from registry.vocabulary.facts import FACTS_BY_CODE, SECTIONS
from registry.vocabulary.stock import LABELS, Source

YES_NO: Final = {
    "yes": Text("Oui", "Yes"),
    "no": Text("Non", "No"),
    "unknown": Text("Inconnu", "Unknown"),
}
_WHOLE: Final = re.compile(r"-?[0-9]{1,6}")
LONGEST_REF: Final = 100


class FactNotReadable(Invalid):
    title = Text("Cette caractéristique ne peut pas être lue", "This fact cannot be read")
    remedy = Text(
        "Choisissez une réponse, une source, et la date depuis laquelle elle vaut.",
        "Choose an answer, a source, and the day from which it holds.",
    )


class FactOutranked(Conflict):
    title = Text(
        "Ce qui est déjà connu l'emporte : sa source est meilleure, ou sa date plus récente",
        "What is known already stands: its source is better, or its date is later",
    )
    remedy = Text(
        "Choisissez la source qui convient et sa date ; ou répondez d'abord « Inconnu » pour retirer ce qui est tenu"
        " à tort, puis déclarez de nouveau.",
        "Choose the source that fits and its date; or answer 'Unknown' first, which withdraws what is wrong, and state"
        " it anew.",
    )


class Stated(NamedTuple):
    """A fact as it stands in a table.

    Attributes:
        value: In words, ``None``: unknown.
        inherited: It is stated of the residence, and counts for the home.
        ended: Its last day is over: it is unknown again.
        since: The version of the vocabulary that introduced it.
    """

    code: str
    section: str
    label: str
    value: str | None
    source: str | None
    date: str | None
    until: str | None
    evidence: str | None
    inherited: bool
    ended: bool
    since: str


def named(code: StrEnum | None, language: Language) -> str | None:
    """Return the label of a code of the stock's lists."""
    return None if code is None else LABELS[type(code)][code].in_language(language)


def options(codes: type[StrEnum], language: Language) -> list[tuple[str, str]]:
    """Return the codes of a list with their labels."""
    return [(str(code), label.in_language(language)) for code, label in LABELS[codes].items()]


def valued(fact: Fact, value: Any, language: Language) -> str:
    """Return the value of a fact in words, a measure in its unit."""
    if fact.kind == "measure":
        return f"{value} {fact.unit}" if fact.unit else str(value)
    if fact.kind == "choice":
        return next((each.label.in_language(language) for each in fact.choices if each.code == value), str(value))
    return YES_NO[value].in_language(language) if value in YES_NO else str(value)


def shown_fact(code: str, given: Mapping[str, Any], language: Language, *, inherited: bool = False) -> Stated:
    """Return a stated fact as people read it; one that the vocabulary no longer has, by its code."""
    fact = FACTS_BY_CODE.get(code)
    until = given.get("until")
    source = given.get("source")
    return Stated(
        code=code,
        section=SECTIONS[fact.section].in_language(language) if fact else "",
        label=fact.label.in_language(language) if fact else code,
        value=valued(fact, given["value"], language) if fact else str(given["value"]),
        source=named(Source(source), language) if source in set(Source) else source,
        date=given.get("date"), until=until, evidence=given.get("evidence"), inherited=inherited,
        ended=until is not None and until < today().isoformat(),
        since=fact.since if fact else "",
    )  # fmt: skip


def shown_facts(
    own: Mapping[str, Any], asked: Sequence[Fact], language: Language, shared: Mapping[str, Any] | None = None
) -> list[Stated]:
    """Return what is stated, in the order of the vocabulary: a home's own before what its residence states."""
    inherited = {code: given for code, given in (shared or {}).items() if code not in own}
    return [
        shown_fact(fact.code, {**inherited, **own}[fact.code], language, inherited=fact.code in inherited)
        for fact in asked
        if fact.code in own or (fact.code in inherited and fact.part == "common_parts")
    ]


def superseded(row: Mapping[str, Any], language: Language) -> dict[str, Any]:
    """Return a fact that gave way to another as people read it, and when it did."""
    moment = datetime.fromisoformat(row["superseded_at"])
    return {**shown_fact(row["code"], row, language)._asdict(), "superseded_at": moment}


def by_section(facts: Iterable[Fact], language: Language) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return codes and labels of facts under the headings of the vocabulary."""
    found: dict[str, list[tuple[str, str]]] = {}
    for fact in facts:
        found.setdefault(fact.section, []).append((fact.code, fact.label.in_language(language)))
    return [(SECTIONS[section].in_language(language), items) for section, items in found.items()]


def fact_form(
    fact: Fact, held: Mapping[str, Any] | None, typed: Mapping[str, str], language: Language
) -> dict[str, Any]:
    """Return what the form of one fact shows: what was typed, or what is held."""
    value = str(held["value"]) if held else "unknown"
    answers = [*((each.code, each.label) for each in fact.choices), ("unknown", YES_NO["unknown"])]
    if fact.kind == "yes_no":
        answers = list(YES_NO.items())
    if fact.kind == "measure":
        answers = [("known", Text("Mesure :", "Measure:")), ("unknown", YES_NO["unknown"])]
    chosen = value if fact.kind != "measure" else "known" if held else "unknown"
    return {
        "code": fact.code, "label": fact.label.in_language(language), "help": fact.help.in_language(language),
        "kind": fact.kind, "unit": fact.unit, "minimum": fact.minimum, "maximum": fact.maximum,
        "answers": [(code, label.in_language(language)) for code, label in answers],
        "answer": typed.get("answer", chosen),
        "measure": typed.get("measure", value if held and fact.kind == "measure" else ""),
        "source": typed.get("source", held["source"] if held else Source.DECLARED.value),
        "date": typed.get("date", today().isoformat()), "until": typed.get("until", (held or {}).get("until") or ""),
        "evidence": typed.get("evidence", (held or {}).get("evidence") or ""),
        "threshold": fact.threshold, "source_text": fact.source,
    }  # fmt: skip


def fact_of(fact: Fact, fields: Mapping[str, str]) -> dict[str, Any] | None:
    """Return what a form states of a fact as the API takes it; ``None``: unknown, which withdraws it.

    Raises:
        FactNotReadable: There is no answer, or no number where one is asked.
    """
    answer = fields.get("answer", "")
    if answer == "unknown":
        return None
    measure = fields.get("measure", "").strip()
    if not answer or (fact.kind == "measure" and not _WHOLE.fullmatch(measure)):
        raise FactNotReadable(field="measure" if fact.kind == "measure" else "answer", value=measure or answer)
    given: dict[str, Any] = {
        "value": int(measure) if fact.kind == "measure" else answer,
        "source": fields.get("source", ""), "date": fields.get("date", ""),
    }  # fmt: skip
    return given | {name: fields[name].strip() for name in ("until", "evidence") if fields.get(name, "").strip()}


def took(given: Mapping[str, Any] | None, held: Mapping[str, Any] | None) -> bool:
    """Tell whether what was stated is what is held now: a better source, or a later date, is not replaced."""
    return (held is None) if given is None else held is not None and all(held.get(k) == v for k, v in given.items())


def possible_ref(given: str) -> bool:
    """Tell whether a text can be a reference at all; PostgreSQL keeps no NUL."""
    return 1 <= len(given) <= LONGEST_REF and is_printable(given)


def searched(given: str | None) -> str | None:
    """Return what was typed to search for, if it is anything."""
    text = "".join(sign for sign in given or "" if sign.isprintable()).strip()[:LONGEST_REF]
    return text or None
