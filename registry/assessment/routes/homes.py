"""The class of one's own homes over HTTP, with all that it is made of."""

from collections.abc import Iterable
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path

from registry.access.bodies import JsonRoute
from registry.access.contract import stating
from registry.access.dependencies import StockReader
from registry.assessment import answers, service
from registry.assessment.home_class import FLOOR, Assessment, Step, Why, code_of
from registry.assessment.routes.refs import REF_SCHEMA, checked_ref
from registry.assessment.service import AssessedHome, Completeness
from registry.kernel.text import Text
from registry.stock.errors import HomeNotFound, RefInvalid
from registry.vocabulary.attributes import HOME
from registry.vocabulary.conditions import GroundFloor, Leaf, Measure, OneOf, Yes
from registry.vocabulary.fact import Fact
from registry.vocabulary.facts import FACTS_BY_CODE, VERSION
from registry.vocabulary.home_class import BY_NUMBER, HELPS, LABELS, PROPOSED, SOURCE, TAGS

router = APIRouter(tags=["assessment"], route_class=JsonRoute)

_STATES: Final = {True: "yes", False: "no", None: "unknown"}


async def ref_in_path(
    ref: Annotated[
        str,
        Path(
            description="The landlord's own reference of the home, percent-encoded.",
            json_schema_extra=REF_SCHEMA,
            examples=["R-12/A/101"],
        ),
    ],
) -> str:
    """Return the reference of an address if it is one.

    Raises:
        RefInvalid: As :func:`checked_ref`.
    """
    return checked_ref(ref)


@router.get(
    "/homes/{ref:path}/assessment",
    response_model=answers.HomeAssessmentOut,
    openapi_extra=stating(RefInvalid, HomeNotFound),
)
async def read_home_assessment(caller: StockReader, ref: Annotated[str, Depends(ref_in_path)]) -> Any:
    """Read the class of a home as of now: proven and possible, why each class holds or not, what would decide."""
    home = await service.read_home_assessment(session=caller.session, principal=caller.principal, ref=ref)
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
