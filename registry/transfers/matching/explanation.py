"""Why a home has its score, line by line: criterion, value, threshold, weight, points, source and date."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from registry.kernel.text import Text
from registry.transfers.matching import words
from registry.transfers.matching.asked import Asked
from registry.transfers.matching.requirements import Fit
from registry.transfers.matching.shares import FAVOURABLE as BY_CLASS
from registry.transfers.matching.shares import PERHAPS, UNKNOWN, Place
from registry.vocabulary.grid import GRADE_LABELS
from registry.vocabulary.matching import CRITERIA, FAVOURABLE, Criterion, Said

POINTS: Final = 100
"""Of the best home there can be for a case."""
FITS: Final = (Fit.NO, Fit.POSSIBLE, Fit.PROVEN)
"""By the number that the statement has for each."""

BEST: Final = max(BY_CLASS, key=BY_CLASS.__getitem__)


@dataclass(frozen=True, slots=True)
class Line:
    """One criterion of a score. ``threshold``: what has all its points; ``None``: nothing has a bound."""

    criterion: Criterion
    value: Text
    threshold: Text | None
    weight: int
    points: float
    label: Text
    source: Text
    source_date: date


@dataclass(frozen=True, slots=True)
class Found:
    """What is known of a home beside a case: what the lines are made of."""

    fits: tuple[int, ...]
    place: str | None
    in_quarter: bool | None
    in_commune: bool
    band: int | None
    reached: tuple[bool | None, ...]
    document: Mapping[str, Any]

    @property
    def total_cents(self) -> int | None:
        rent, charges = self.document["rent_cents"], self.document["charges_cents"]
        return None if rent is None or charges is None else rent + charges


def total_share(asked: Asked, found: Found) -> float:
    """Return the share of the total cost: rent and charges, no more than today's or the most that is wanted."""
    total = found.total_cents
    if total is None or asked.total_to_beat is None:
        return UNKNOWN
    return float(total <= asked.total_to_beat)


def routine_share(found: Found) -> float:
    """Return the share of the places of routine: those within reach, half for each of which it is not known."""
    if not found.reached:
        return UNKNOWN
    return sum(UNKNOWN if each is None else float(each) for each in found.reached) / len(found.reached)


def score(asked: Asked, shares: Mapping[Criterion, float]) -> float:
    """Return the points of a home, 0 to :data:`POINTS`."""
    weighed = sum(asked.weights.values())
    points = sum(weight * shares[criterion] for criterion, weight in asked.weights.items())
    return POINTS * points / weighed if weighed else 0.0


def lines(asked: Asked, found: Found, shares: Mapping[Criterion, float]) -> list[Line]:
    """Return every criterion that applies to the case, in order; the points add up to the score."""
    weighed = sum(asked.weights.values()) or 1
    made = []
    for criterion, weight in asked.weights.items():
        if weight:
            value, threshold = _SAY[criterion](asked, found)
            said, points = _said(asked, criterion), POINTS * weight * shares[criterion] / weighed
            made.append(Line(criterion, value, threshold, weight, points, said.label, said.source, said.date))
    return made


def _said(asked: Asked, criterion: Criterion) -> Said:
    """Return what a criterion is called for a case, and what it comes from.

    Where a text of law decides for the case, that text as it is in force.
    """
    if criterion is Criterion.FIT and not asked.demands:
        return FAVOURABLE
    said = CRITERIA[criterion]
    cited = {Criterion.RENT: asked.lower_by, Criterion.SIZE: asked.case.figures.too_large}.get(criterion)
    return said if cited is None else Said(said.label, Text(cited.article, cited.article), cited.dated)


Values = tuple[Text, Text | None]
"""The value of a criterion, and what has all of its points."""


def _fit(asked: Asked, found: Found) -> Values:
    if not asked.demands:
        proven, possible = (found.document["home_class"][how] for how in ("proven", "possible"))
        known = possible if possible < PERHAPS else proven if proven >= PERHAPS else None
        return (words.UNKNOWN if known is None else words.home_class(known)), words.home_class(BEST)
    total = len(found.fits)
    return words.of(sum(each == len(FITS) - 1 for each in found.fits), total), words.of(total, total)


def _distance(_: Asked, found: Found) -> Values:
    return words.band(found.band), words.band(1)


def _rent(asked: Asked, found: Found) -> Values:
    return words.money(found.document["rent_cents"]), _at_most(asked.rent_to_beat, strictly=asked.strictly)


def _total(asked: Asked, found: Found) -> Values:
    return words.money(found.total_cents), _at_most(asked.total_to_beat, strictly=False)


def _size(asked: Asked, found: Found) -> Values:
    rooms, present = found.document["rooms"], asked.case.need.current_rooms
    return (
        Text(f"{rooms} pièces", f"{rooms} rooms"), Text(f"moins de {present} pièces", f"fewer than {present} rooms")
    )  # fmt: skip


def _routine(asked: Asked, found: Found) -> Values:
    total = len(asked.case.need.places)
    near, unknown = sum(each is True for each in found.reached), sum(each is None for each in found.reached)
    said = words.of(near, total)
    if unknown:
        said = Text(f"{said.fr}, {unknown} à vérifier", f"{said.en}, {unknown} to be checked")
    return (said if found.reached else words.UNKNOWN), words.of(total, total)


def _grade(_: Asked, found: Found) -> Values:
    grade = found.document["residence_grade"]
    return (words.UNKNOWN if grade is None else GRADE_LABELS[grade]), GRADE_LABELS["A"]


def _month(asked: Asked, found: Found) -> Values:
    return _free(found.document), _by(asked.case.deadline)


def _freshness(asked: Asked, found: Found) -> Values:
    week, days = found.document["fresh_week"], asked.case.freshness_days
    return (
        Text(f"confirmé en {week}", f"confirmed in {week}"), Text(f"dans les {days} jours", f"within {days} days")
    )  # fmt: skip


def _at_most(cents: int | None, *, strictly: bool) -> Text | None:
    return None if cents is None else words.at_most(cents, strictly=strictly)


def _place(asked: Asked, found: Found) -> Values:
    if asked.case.home is not None:
        return words.place(found.place), words.PLACES[Place.SAME_BUILDING]
    if asked.wanted_quarters:
        wanted = Text("Dans un quartier souhaité", "In a quarter that is wanted")
        outside = Text("Hors des quartiers souhaités", "Outside the quarters that are wanted")
        return (words.UNKNOWN if found.in_quarter is None else wanted if found.in_quarter else outside), wanted
    wanted = Text("Dans une commune souhaitée", "In a commune that is wanted")
    outside = Text("Hors des communes souhaitées", "Outside the communes that are wanted")
    return (wanted if found.in_commune else outside), wanted


def _free(document: Mapping[str, Any]) -> Text:
    if document["availability"] == "now":
        return Text("libre maintenant", "free now")
    month = document["available_month"]
    return words.UNKNOWN if month is None else Text(f"libre en {month}", f"free in {month}")


def _by(deadline: date | None) -> Text | None:
    if deadline is None:
        return Text("libre maintenant", "free now")
    return Text(f"maintenant, ou d'ici à {deadline:%Y-%m}", f"now, or by {deadline:%Y-%m}")


_SAY: Final[Mapping[Criterion, Callable[[Asked, Found], Values]]] = {
    Criterion.FIT: _fit, Criterion.PLACE: _place, Criterion.DISTANCE: _distance, Criterion.RENT: _rent,
    Criterion.TOTAL: _total, Criterion.SIZE: _size, Criterion.ROUTINE: _routine, Criterion.GRADE: _grade,
    Criterion.MONTH: _month, Criterion.FRESHNESS: _freshness,
}  # fmt: skip
