"""What the present home meets of a need, and the works that would mend the rest."""

from typing import Any

from registry.listings import tags
from registry.transfers.matching.asked import asked_of
from registry.transfers.matching.present import Met, Outlook, meets, outlook
from registry.transfers.matching.requirements import Fit
from registry.vocabulary.works import WORKS_BY_CODE, Work
from tests.unit.transfers.test_matching_rules import case


def judged(held: set[int], stated: set[str], *class_works: str, **need: Any) -> list[Met]:
    works = tuple(WORKS_BY_CODE[code] for code in class_works)
    return meets(asked_of(case(**need)), frozenset(held), 2, stated, lambda _: works)


def held(*codes: str) -> set[int]:
    return {tags.feature(code, possible=possible) for code in codes for possible in (False, True)}


def test_what_is_missed_names_its_works_and_those_stated_as_feasible_come_first() -> None:
    (doors,) = judged(set(), {"sliding_doors"}, door_width_cm=77)
    assert doors.together, "the front door and the inner ones"
    assert [work.code for work in doors.works] == ["widen_front_door", "sliding_doors"]
    assert outlook([doors], {"sliding_doors"}) is Outlook.WORKS
    assert outlook([doors], {"sliding_doors", "widen_front_door"}) is Outlook.FEASIBLE_WORKS
    (inner,) = judged({tags.feature("entrance_door_width", possible=True)}, {"sliding_doors"}, door_width_cm=77)
    assert not inner.together
    assert [work.code for work in inner.works] == ["sliding_doors", "widen_interior_doors"]


def test_class_is_mended_by_all_its_works_together() -> None:
    (walker,) = judged(set(), {"lift_installation"}, "lift_installation", "zero_step_shower", aid_indoors="walker")
    assert (walker.demand.code, walker.fit, walker.together) == ("class_4", Fit.NO, True)
    assert outlook([walker], {"lift_installation"}) is Outlook.WORKS
    assert outlook(judged(set(), set(), aid_indoors="walker"), set()) is Outlook.NO_WORKS


def test_home_with_too_many_steps_is_mended_by_the_works_of_the_class_that_proves_few() -> None:
    classes: list[int] = []

    def mending(home_class: int) -> tuple[Work, ...]:
        classes.append(home_class)
        return (WORKS_BY_CODE["lift_installation"],)

    (steps,) = meets(asked_of(case(steps_passable=2)), frozenset(), 2, set(), mending)
    assert (steps.demand.code, steps.fit, classes) == ("few_steps", Fit.NO, [3])


def test_home_that_misses_nothing_fits_or_is_to_be_checked() -> None:
    assert outlook(judged(held("grab_bars"), set(), grab_bars=True), set()) is Outlook.FITS
    unknown = {tags.feature("grab_bars", possible=True)}
    (bars,) = judged(unknown, set(), grab_bars=True)
    assert (bars.fit, bars.works, outlook([bars], set())) == (Fit.POSSIBLE, (), Outlook.TO_CHECK)
