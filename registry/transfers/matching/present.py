"""What the present home meets of a need itself, and which works would mend the rest: to adapt is the other way out."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum

from registry.transfers.matching import near
from registry.transfers.matching.asked import Asked
from registry.transfers.matching.requirements import Fit, Requirement, judge
from registry.vocabulary.works import Work

Mending = Callable[[int], tuple[Work, ...]]
"""Which works are all needed for the home to be of a class; none: no works do."""


class Outlook(StrEnum):
    """What it takes for the present home to fit, as far as anybody knows."""

    FITS = "fits"
    TO_CHECK = "to_check"
    FEASIBLE_WORKS = "feasible_works"
    WORKS = "works"
    NO_WORKS = "no_works"


@dataclass(frozen=True, slots=True)
class Met:
    """One demand, what the home is to it, and the works that would mend it where it is missed.

    Attributes:
        together: All of the works are needed; otherwise any one of them does.
    """

    demand: Requirement
    fit: Fit
    works: tuple[Work, ...] = ()
    together: bool = False

    def feasible(self, stated: Collection[str]) -> bool:
        """Tell whether works that the landlord stated as feasible there mend it."""
        return bool(self.works) and (all if self.together else any)(work.code in stated for work in self.works)


def meets(
    asked: Asked, held: frozenset[int], floor: int | None, stated: Collection[str], mending: Mending
) -> list[Met]:
    """Judge each demand as of a listing.

    Args:
        asked: Of the case.
        held: The codes (``listings.tags``) of what the home proves and does not exclude.
        floor: 0: the ground floor; ``None``: unknown.
        stated: Codes of works that the landlord stated as feasible there; they come first.
        mending: See :data:`Mending`.
    """
    found = []
    for demand in asked.demands:
        fit = judge(demand, held, floor)
        works, together = _mending(demand, held, stated, mending) if fit is Fit.NO else ((), False)
        found.append(Met(demand, fit, works, together))
    return found


def outlook(met: list[Met], stated: Collection[str]) -> Outlook:
    """Return what it takes for the home to miss no demand."""
    missed = [each for each in met if each.fit is Fit.NO]
    if not missed:
        return Outlook.TO_CHECK if any(each.fit is Fit.POSSIBLE for each in met) else Outlook.FITS
    if not all(each.works for each in missed):
        return Outlook.NO_WORKS
    return Outlook.FEASIBLE_WORKS if all(each.feasible(stated) for each in missed) else Outlook.WORKS


def _mending(
    demand: Requirement, held: frozenset[int], stated: Collection[str], mending: Mending
) -> tuple[tuple[Work, ...], bool]:
    if demand.home_class is not None:
        return mending(demand.home_class), True
    facts = near.missing_facts(demand, held)
    if alone := near.remedy(facts):
        return tuple(_stated_first(alone.works, stated)), False
    each = [near.remedy((fact,)) for fact in facts]
    if not all(each):
        return (), False
    chosen = [next(_stated_first(one.works, stated)) for one in each if one]
    return tuple({work.code: work for work in chosen}.values()), True


def _stated_first(works: tuple[Work, ...], stated: Collection[str]) -> Iterator[Work]:
    return iter(sorted(works, key=lambda work: work.code not in stated))
