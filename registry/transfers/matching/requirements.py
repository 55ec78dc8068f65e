"""What a need demands of a home, each demand in the terms of a listing, judged in three values.

Unknown is never read as no, nor silently as yes: a listing *proves* a demand, leaves it *possible*, or excludes it.

Source of the classes by aid: the class rules of the registry (vocabulary §3.5, after AHR and VERA: walker at class 4,
wheelchair at 5); widths: arrêté of 24 December 2015, thresholds of the facts.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from registry.listings.service import tags
from registry.transfers.need import NeedProfile
from registry.vocabulary.home_class import FEW_STEPS, FEW_STEPS_CLASS, STEP_FREE_CLASS
from registry.vocabulary.transfers import Aid, Shower, Side


class Fit(StrEnum):
    """How a home stands to a demand, or to all of them: the worst of each."""

    PROVEN = "proven"
    POSSIBLE = "possible"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One demand.

    Attributes:
        code: Names it, for its words.
        proven: Tags (``listings.tags``) that prove it together; empty: no listing can, it is to be looked at.
        possible: Tags that a listing has unless it excludes it; empty: nothing does.
        floor_most: A floor up to which the tags are not asked for.
        home_class: The class of home that proves it, of the demand on the class of the home.
    """

    code: str
    proven: tuple[int, ...]
    possible: tuple[int, ...]
    floor_most: int | None = None
    home_class: int | None = None


CLASS_INDOORS: Final = {
    Aid.STICK: 3,
    Aid.WALKER: 4,
    Aid.MANUAL_WHEELCHAIR: 5,
    Aid.POWERED_WHEELCHAIR: 5,
    Aid.SCOOTER: 3,
}
"""The least class of a home for who moves about in it with an aid."""
CLASS_OUTDOORS: Final = {
    Aid.STICK: 2, Aid.WALKER: 3, Aid.MANUAL_WHEELCHAIR: 3, Aid.POWERED_WHEELCHAIR: 3, Aid.SCOOTER: 3,
}  # fmt: skip
"""The same for who goes out with one: class 3 is step-free from the street to the door."""
CLASS_BY_STEPS: Final = ((0, STEP_FREE_CLASS), (FEW_STEPS, FEW_STEPS_CLASS))
"""Up to how many steps that can be climbed a class is needed: of a home below it nothing is known to be in reach."""
PROVEN_DOOR_CM: Final = 77
"""Of the feature of inner doors: wider ones no listing can prove."""


def _feature(code: str, *features: str) -> Requirement:
    return Requirement(
        code,
        tuple(tags.feature(each, possible=False) for each in features),
        tuple(tags.feature(each, possible=True) for each in features),
    )


def _to_check(code: str) -> Requirement:
    """Return a demand on what is fitted within a day: it is proven where a listing says so, and excludes no home.

    So a listing that is bound to an earlier vocabulary, which does not know the feature, is one to be looked at too.
    """
    return Requirement(code, (tags.feature(code, possible=False),), ())


def _senses(need: NeedProfile) -> tuple[str, ...]:
    """Return the features that serve who sees or hears little, or finds their way with difficulty, each once.

    Of the home's own, what the classes of the registry ask for (``home_class.TAGS``).
    """
    found = []
    if need.visual:
        found += ["contrast_markings", "lighting_path"]
    if need.hearing:
        found.append("visual_signals")
    if need.cognitive:
        found.append("contrast_markings")
    return tuple(dict.fromkeys(found))


def class_needed(need: NeedProfile) -> int | None:
    """Return the least class of home that the aids and the steps ask for together."""
    asked = [CLASS_INDOORS.get(need.aid_indoors), CLASS_OUTDOORS.get(need.aid_outdoors)]
    if need.steps_passable is not None:
        asked.append(next((least for most, least in CLASS_BY_STEPS if need.steps_passable <= most), None))
    return max((each for each in asked if each is not None), default=None)


def _of_the_class(need: NeedProfile) -> Requirement | None:
    """Return the demand on the class of the home, where the aids and the steps make one.

    How many steps a home has stands in no listing. Its class 2 has up to :data:`FEW_STEPS`, so that it may suit whoever
    climbs fewer, and class 3 does; whoever climbs more may manage a home of no class, and that is to be counted there.
    """
    steps, least = need.steps_passable, class_needed(need)
    if least == FEW_STEPS_CLASS and steps is not None and steps < FEW_STEPS:
        return _class("few_steps", proven=STEP_FREE_CLASS, possible=least)
    if least is not None:
        return _class(f"class_{least}", proven=least, possible=least)
    if steps is not None:
        return Requirement("limited_steps", (tags.at_least(FEW_STEPS_CLASS, possible=False),), ())
    return None


def _class(code: str, *, proven: int, possible: int) -> Requirement:
    return Requirement(
        code, (tags.at_least(proven, possible=False),), (tags.at_least(possible, possible=True),), home_class=proven
    )


def requirements(need: NeedProfile) -> tuple[Requirement, ...]:
    """Return the hard demands of a need, in the order in which they are explained.

    Rent and rooms are none of them: they are judged by figures, and said apart.
    """
    return (*_of_moving(need), *_of_the_bathroom(need), *_of_the_rest(need))


def _of_moving(need: NeedProfile) -> Iterator[Requirement]:
    if (of_the_class := _of_the_class(need)) is not None:
        yield of_the_class
    if need.steps_passable == 0:
        yield _feature("no_steps", "step_free_entrance", "bedroom_on_entrance_level")
    if need.door_width_cm is not None:
        doors = _feature("door_width", "entrance_door_width", "interior_door_width")
        yield Requirement(doors.code, (), doors.possible) if need.door_width_cm > PROVEN_DOOR_CM else doors


def _of_the_bathroom(need: NeedProfile) -> Iterator[Requirement]:
    if need.transfer_side is not None:
        space = _feature("wc_transfer_space", "wc_transfer_space")
        # On which side of the toilet the space is stands in no listing.
        either = need.transfer_side is Side.EITHER
        yield space if either else Requirement(f"wc_transfer_{need.transfer_side}", (), space.possible)
    if need.shower is Shower.ZERO_STEP:
        yield _feature("zero_step_shower", "zero_step_shower")
    if need.shower is Shower.LOW_TRAY:
        # How high a tray is stands in no listing; a shower without a step is lower than any.
        yield Requirement("low_shower_tray", (tags.feature("zero_step_shower", possible=False),), ())
    if need.grab_bars:
        yield _feature("grab_bars", "grab_bars")


def _of_the_rest(need: NeedProfile) -> Iterator[Requirement]:
    if need.parking:
        yield _feature("adapted_parking", "adapted_parking")
    if need.ground_floor_or_lift:
        lift = _feature("ground_floor_or_lift", "lift")
        yield Requirement(lift.code, lift.proven, lift.possible, floor_most=0)
    for code in _senses(need):
        yield _to_check(code)
    if need.reach_low_cm is not None or need.reach_high_cm is not None:
        # How high sockets and switches are is in no listing.
        yield Requirement("reachable_controls", (), ())


def judge(asked: Requirement, held: Collection[int], floor_top: int | None) -> Fit:
    """Judge one demand by a listing's tags and the highest floor that it may be on; ``None``: not known."""
    if asked.floor_most is not None and floor_top is not None and floor_top <= asked.floor_most:
        return Fit.PROVEN
    if asked.proven and all(tag in held for tag in asked.proven):
        return Fit.PROVEN
    if all(tag in held for tag in asked.possible) or (asked.floor_most is not None and floor_top is None):
        return Fit.POSSIBLE
    return Fit.NO


def worst(fits: Iterable[Fit]) -> Fit:
    """Return what all together come to."""
    found = set(fits)
    return Fit.NO if Fit.NO in found else Fit.POSSIBLE if Fit.POSSIBLE in found else Fit.PROVEN


def wanted(asked: Iterable[Requirement]) -> list[int]:
    """Return the tags that a listing must have to be possible, for the index; what has another way out is not asked."""
    return sorted({tag for each in asked if each.floor_most is None for tag in each.possible})
