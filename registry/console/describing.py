"""A listing in words: what its landlord shares of a home, and why it is of its class, as far as it is shared."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, Literal

from registry.kernel.clock import today
from registry.kernel.text import Language, Text, day_said, month_said
from registry.listings.schemas import Listing
from registry.vocabulary.conditions import Agreed, All, Condition, Either, GroundFloor, Measure, OneOf, Yes, evaluate
from registry.vocabulary.facts import FACTS_BY_CODE, FEATURES_BY_CODE, SECTIONS
from registry.vocabulary.home_class import BY_NUMBER, HIGHEST
from registry.vocabulary.services import BANDS, BY_CODE, FAMILIES

State = Literal["yes", "no", "unknown"]
_ALL: Final = Text("Tout ceci", "All of these")
_EITHER: Final = Text("L'un de ceux-ci", "One of these")
_AGREED: Final = Text("Selon l'un de ceux-ci, sans qu'un autre le démente", "By one of these, none denying it")
_UNITS: Final = {"steps": Text("marches", "steps"), "hours/week": Text("heures par semaine", "hours a week")}
"""Units that are words; the others are signs."""
_GROUND: Final = Text("Rez-de-chaussée", "Ground floor")


@dataclass(frozen=True, slots=True)
class Reason:
    """One condition of a class and whether what the listing shares of the home meets it."""

    text: Text
    state: State
    of: "tuple[Reason, ...]" = ()


@dataclass(frozen=True, slots=True)
class Feature:
    """One shared fact, as the page shows it; ``section``: under which heading."""

    section: Text
    label: Text
    value: Text
    threshold: Text | None
    proven: bool
    source: str
    month: Text | None


def month(code: str) -> Text:
    """Return ``YYYY-MM`` in words."""
    year, number = code.split("-")
    return month_said(date(int(year), int(number), 1))


def week(code: str) -> Text:
    """Return ``YYYY-Www`` in words."""
    year, number = code.split("-W")
    return Text(f"semaine {int(number)} de {year}", f"week {int(number)} of {year}")


def is_stale(fresh_week: str, days: int) -> bool:
    """Tell whether a home was confirmed longer ago than its territory's charter allows: its whole week is."""
    year, number = fresh_week.split("-W")
    last_day = date.fromisocalendar(int(year), int(number), 7)
    return today() - last_day > timedelta(days=days)


def features_of(listing: Listing) -> list[Feature]:
    """Return the shared facts in the order of the vocabulary."""
    return [
        _feature(code, listing.features[code].model_dump()) for code in FEATURES_BY_CODE if code in listing.features
    ]


def _feature(code: str, shared: Mapping[str, Any]) -> Feature:
    fact = FACTS_BY_CODE[code]
    asked = None
    if (threshold := fact.threshold) is not None:
        bound = f"{'≥' if threshold.comparison == '>=' else '≤'} {threshold.value}"
        dated = day_said(threshold.date)
        asked = Text(
            f"{bound} {_unit(code).fr} · {threshold.source}, {dated.fr}",
            f"{bound} {_unit(code).en} · {threshold.source}, {dated.en}",
        )
    return Feature(
        SECTIONS[fact.section], fact.label, _value(code, shared["value"]), asked, bool(shared["proven"]),
        shared["source"], month(shared["month"]) if shared["month"] else None,
    )  # fmt: skip


def _value(code: str, value: Any) -> Text:
    fact = FACTS_BY_CODE[code]
    if value in {"yes", "no"}:
        return Text("oui", "yes") if value == "yes" else Text("non", "no")
    for choice in fact.choices:
        if choice.code == value:
            return choice.label
    number = f"{value:g}" if isinstance(value, int | float) else str(value)
    return Text(f"{number.replace('.', ',')} {_unit(code).fr}".strip(), f"{number} {_unit(code).en}".strip())


def _unit(code: str) -> Text:
    unit = FACTS_BY_CODE[code].unit or ""
    return _UNITS.get(unit) or Text(unit, unit)


def explained(listing: Listing) -> tuple[tuple[int, Reason], ...]:
    """Return what the home's class asks for, and what the next one that is possible does.

    By what the listing shares: a condition that rests on a fact that is not shared is "unknown" here, though the class,
    which is computed over all facts, may count it.
    """
    proven, possible = listing.home_class.proven, listing.home_class.possible
    following = next((number for number in BY_NUMBER if number > max(proven, 1)), HIGHEST)
    numbers = [number for number in (proven, following) if number in BY_NUMBER]
    asked = [number for number in dict.fromkeys(numbers) if number == proven or number <= possible]
    facts = {code: feature.value for code, feature in listing.features.items()}
    floor = 0 if listing.floor_band == "ground" else None if listing.floor_band is None else 1
    return tuple((number, _reason(BY_NUMBER[number].requires, facts, floor)) for number in asked)


def _reason(condition: Condition, facts: Mapping[str, Any], floor: int | None) -> Reason:
    holds = evaluate(condition, facts, floor)
    state: State = "unknown" if holds is None else "yes" if holds else "no"
    match condition:
        case All(of) | Either(of) | Agreed(of):
            text = {All: _ALL, Either: _EITHER, Agreed: _AGREED}[type(condition)]
            return Reason(text, state, tuple(_reason(each, facts, floor) for each in of))
        case GroundFloor():
            return Reason(_GROUND, state)
        case Measure(code, comparison, bound):
            return Reason(_measured(code, comparison, bound), state)
        case OneOf(code, codes):
            labels = [choice.label for choice in FACTS_BY_CODE[code].choices if choice.code in codes]
            said = FACTS_BY_CODE[code].label
            return Reason(
                Text(f"{said.fr} : {' / '.join(label.fr for label in labels)}",
                     f"{said.en}: {' / '.join(label.en for label in labels)}"),
                state,
            )  # fmt: skip
        case Yes(code):
            threshold = FACTS_BY_CODE[code].threshold
            label = FACTS_BY_CODE[code].label
            return Reason(_measured(code, threshold.comparison, threshold.value) if threshold else label, state)


def _measured(code: str, comparison: str, bound: int) -> Text:
    fact, sign = FACTS_BY_CODE[code], "≥" if comparison == ">=" else "≤"
    return Text(
        f"{fact.label.fr} {sign} {bound} {_unit(code).fr}".strip(),
        f"{fact.label.en} {sign} {bound} {_unit(code).en}".strip(),
    )


def services_of(listing: Listing, language: Language) -> list[tuple[str, dict[str, str]]]:
    """Return the name of each family of services with the bands that are known, by profile."""
    return [
        (
            FAMILIES[BY_CODE[code]].label.in_language(language),
            {profile: BANDS[band].in_language(language) for profile, band in by_profile.items()},
        )
        for code, by_profile in listing.services.items()
    ]
