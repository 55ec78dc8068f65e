"""The class of a home and the index of a residence as the API and the console show them."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any, Final

from registry.assessment.home_class import FLOOR, Assessment, Step, Why, code_of
from registry.assessment.index import Index, Lever
from registry.assessment.service.homes import AssessedHome, Completeness
from registry.assessment.service.inputs import shown
from registry.assessment.service.read import Assessed
from registry.kernel.text import Text
from registry.vocabulary.attributes import HOME
from registry.vocabulary.conditions import GroundFloor, Leaf, Measure, OneOf, Yes
from registry.vocabulary.fact import Fact
from registry.vocabulary.facts import FACTS_BY_CODE, VERSION
from registry.vocabulary.grid import KnockOut
from registry.vocabulary.home_class import BY_NUMBER, HELPS, LABELS, PROPOSED, SOURCE, TAGS
from registry.vocabulary.works import WORKS

_STATES: Final = {True: "yes", False: "no", None: "unknown"}
_WORK_LABELS: Final = {work.code: work.label for work in WORKS}
_ADAPT: Final = Text("Un logement adapté de plus", "One more adapted home")


def described_home(home: AssessedHome) -> dict[str, Any]:
    """Return the class of a home with all that it is made of, as ``HomeAssessmentOut`` states it."""
    return {
        "home_ref": home.found.ref, "residence_ref": home.found.residence_ref, "vocabulary_version": VERSION,
        "home_class": _range(home.now), "without_outages": home.with_lifts and _range(home.with_lifts),
        "lift_outages": home.found.standing,
        "missing": [{"code": code, "label": _label(code)} for code in home.now.missing],
        "classes": [_class(home, number, step) for number, step in sorted(home.now.steps.items())],
        "tags": [{"code": tag.code, "label": tag.label._asdict(), **_step(home, home.now.tags[tag.code])}
                 for tag in TAGS],
        "completeness": _completeness(home), "computed_at": home.computed_at,
    }  # fmt: skip


def _range(found: Assessment) -> dict[str, Any]:
    return {"proven": _named(found.proven), "possible": _named(found.possible)}


def _named(number: int) -> dict[str, Any]:
    return {"number": number, "label": LABELS[number]._asdict()}


def _class(home: AssessedHome, number: int, step: Step) -> dict[str, Any]:
    described = BY_NUMBER.get(number)
    return {
        **_named(number), "help": HELPS[number]._asdict(), "includes": described.includes if described else (),
        **_step(home, step),
    }  # fmt: skip


def _step(home: AssessedHome, step: Step) -> dict[str, Any]:
    return {"state": step.state, "conditions": _condition(home, step.why), "missing": step.missing}


def _condition(home: AssessedHome, why: Why) -> dict[str, Any]:
    return {
        "rule": why.rule, "state": why.state, "fact": _fact(home, why.leaf) if why.leaf else None,
        "of": [_condition(home, each) for each in why.of],
    }  # fmt: skip


def _fact(home: AssessedHome, leaf: Leaf) -> dict[str, Any]:
    code = code_of(leaf)
    shown = {"code": code, "label": _label(code), "asked": _asked(leaf)}
    if code == FLOOR:
        floor = home.found.floor
        stated_of = None if floor is None else "home"
        return {
            **shown, "unit": None, "value": floor, "source": None, "stated_on": None, "stated_of": stated_of,
            "applies": "yes",
        }  # fmt: skip
    known = home.known(code)
    return {
        **shown, "unit": FACTS_BY_CODE[code].unit, "value": known.value, "source": known.source,
        "stated_on": known.stated_on, "stated_of": known.origin, "applies": _STATES[home.applies(code)],
    }  # fmt: skip


def _label(code: str) -> dict[str, str]:
    label = HOME[FLOOR].label if code == FLOOR else FACTS_BY_CODE[code].label
    return label._asdict()


def _asked(leaf: Leaf) -> dict[str, Any]:
    """Return what is asked of a fact, and the text that asks for it: its threshold's own, or the registry's."""
    match leaf:
        case GroundFloor():
            return _bound("=", 0, SOURCE, PROPOSED)
        case OneOf(code, codes):
            return {**_text_of(FACTS_BY_CODE[code]), "comparison": "in", "value": None, "codes": codes}
        case Measure(code, comparison, value):
            threshold = FACTS_BY_CODE[code].threshold
            if threshold and (threshold.comparison, threshold.value) == (comparison, value):
                return _bound(comparison, value, Text(threshold.source, threshold.source), threshold.date)
            return _bound(comparison, value, SOURCE, PROPOSED)
        case Yes(code):
            threshold = FACTS_BY_CODE[code].threshold
            if threshold:
                source = Text(threshold.source, threshold.source)
                return _bound(threshold.comparison, threshold.value, source, threshold.date)
            return {**_text_of(FACTS_BY_CODE[code]), "comparison": "in", "value": None, "codes": ["yes"]}


def _bound(comparison: str, value: int, source: Text, date: Any) -> dict[str, Any]:
    return {"comparison": comparison, "value": value, "codes": (), "source": source._asdict(), "date": date}


def _text_of(fact: Fact) -> dict[str, Any]:
    """Return the text that defines a fact; its date where it is not in its name."""
    if fact.source is None:
        return {"source": None, "date": None}
    return {"source": {"fr": fact.source, "en": fact.source}, "date": fact.source_date}


def _completeness(home: AssessedHome) -> dict[str, Any]:
    known, counted = _sums(home.completeness.values())
    parts = {str(part): found._asdict() for part, found in home.completeness.items()}
    return {"known": known, "counted": counted, "share": round(known / counted, 4), **parts}


def _sums(parts: Iterable[Completeness]) -> tuple[int, int]:
    found = list(parts)
    return sum(part.known for part in found), sum(part.counted for part in found)


def described_residence(found: Assessed) -> dict[str, Any]:
    """Return the index of a residence with all that it is made of, as ``AssessmentOut`` states it."""
    grid = found.governing.compiled.grid
    return {
        "residence_ref": found.ref,
        "index": shown(found.index, found.governing),
        "knock_outs": [
            _knock_out(each, found.index) for each in grid.knock_outs if each.code in found.index.knock_outs
        ],
        "grid": _grid(found),
        "criteria": [{**asdict(row), "label": row.label._asdict()} for row in found.rows],
        "levers": [_lever(lever) for lever in found.levers],
        "computed_at": found.computed_at,
    }


def _knock_out(each: KnockOut, index: Index) -> dict[str, Any]:
    return {"code": each.code, "label": each.label, "state": index.knock_outs[each.code], "cap": each.cap}


def _grid(found: Assessed) -> dict[str, Any]:
    grid = found.governing.compiled.grid
    return {
        "version": found.governing.version, "territory": found.governing.territory, "profile": grid.profile,
        "completeness_floor": grid.completeness_floor, "target_share": grid.target_share,
        "adapted_class": grid.adapted_class,
    }  # fmt: skip


def _lever(lever: Lever) -> dict[str, Any]:
    label = _ADAPT if lever.kind == "adapt_home" else _WORK_LABELS.get(lever.code)
    return {
        "kind": lever.kind, "code": lever.code, "label": (label or FACTS_BY_CODE[lever.code].label)._asdict(),
        "raises_low": lever.raises_low, "raises_high": lever.raises_high, "lowers_high": lever.lowers_high,
        "grade_low": lever.after.grade_low, "cost_from_cents": lever.cost_from_cents,
        "cost_to_cents": lever.cost_to_cents,
    }  # fmt: skip
