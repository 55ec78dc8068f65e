"""Whether a wheelchair passes the entrance of a service: what a source says of it, judged in three values.

Sources of the limits: arrêté du 8 décembre 2014 (existing premises open to the public), art. 4 and 10: a door of
0.80 m, free passage of 0.77 m, a lip of at most 2 cm, 4 cm where chamfered (from memory, unverified).
OpenStreetMap wiki ``Key:wheelchair`` (from memory): ``limited`` has one step of at most 7 cm. Total width of a
wheelchair 0.70 m: ISO 7193 (1985; from memory, unverified).
"""

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Final

from registry.kernel.text import Text

DOOR_FREE_CM: Final = 77
DOOR_LEAST_CM: Final = 70
LIP_CM: Final = 2
STEP_HELPED_CM: Final = 7


class Wheelchair(IntEnum):
    """As :class:`registry.surroundings.places.Places` holds it."""

    UNKNOWN = -1
    NO = 0
    YES = 1
    LIMITED = 2

    @property
    def code(self) -> str:
        return self.name.lower()


class Ramp(StrEnum):
    NONE = "none"
    FIXED = "fixed"
    REMOVABLE = "removable"
    """Laid by somebody who is asked: the entrance is limited."""


class Reason(StrEnum):
    """Why an entrance is judged as it is."""

    STATED = "stated"
    LEVEL = "level"
    NOT_LEVEL = "not_level"
    STEPS = "steps"
    STEP_LOW = "step_low"
    RAMP_FIXED = "ramp_fixed"
    RAMP_REMOVABLE = "ramp_removable"
    LIFT = "lift"
    APPROACH_STEPS = "approach_steps"
    APPROACH_NARROW = "approach_narrow"
    DEDICATED_ENTRANCE = "dedicated_entrance"
    DOOR_WIDE_ENOUGH = "door_wide_enough"
    DOOR_NARROW = "door_narrow"
    DOOR_TOO_NARROW = "door_too_narrow"
    CONTRADICTED = "contradicted"
    LEVEL_UNKNOWN = "level_unknown"
    DOOR_WIDTH_UNKNOWN = "door_width_unknown"


REASONS: Final[dict[Reason, Text]] = {
    Reason.STATED: Text("Indiqué par la source", "Stated by the source"),
    Reason.LEVEL: Text("De plain-pied", "Level"),
    Reason.NOT_LEVEL: Text("Pas de plain-pied ; marches ou rampe non décrites", "Not level; steps or ramp undescribed"),
    Reason.STEPS: Text("Marches sans rampe", "Steps without a ramp"),
    Reason.STEP_LOW: Text("Une marche de 7 cm au plus", "One step of at most 7 cm"),
    Reason.RAMP_FIXED: Text("Rampe fixe", "Fixed ramp"),
    Reason.RAMP_REMOVABLE: Text("Rampe amovible, à demander", "Removable ramp, on request"),
    Reason.LIFT: Text("Ascenseur ou élévateur", "Lift"),
    Reason.APPROACH_STEPS: Text("Marches sans rampe avant l'entrée", "Steps without a ramp before the entrance"),
    Reason.APPROACH_NARROW: Text("Passage rétréci avant l'entrée", "Narrow passage before the entrance"),
    Reason.DEDICATED_ENTRANCE: Text("Entrée dédiée", "Dedicated entrance"),
    Reason.DOOR_WIDE_ENOUGH: Text("Passage d'au moins 77 cm", "Passage of at least 77 cm"),
    Reason.DOOR_NARROW: Text("Passage de moins de 77 cm", "Passage of less than 77 cm"),
    Reason.DOOR_TOO_NARROW: Text("Passage de moins de 70 cm", "Passage of less than 70 cm"),
    Reason.CONTRADICTED: Text(
        "La source se contredit ; le pire est retenu", "The source contradicts itself; the worse counts"
    ),
    Reason.LEVEL_UNKNOWN: Text("Plain-pied non renseigné", "Level not stated"),
    Reason.DOOR_WIDTH_UNKNOWN: Text("Largeur de la porte non renseignée", "Width of the door not stated"),
}


@dataclass(frozen=True, slots=True)
class EntranceFacts:
    """What a source says of an entrance; ``None``: it says nothing.

    Attributes:
        stated: What it says of wheelchairs as such.
        level: No step, and no more lip than 2 cm.
        steps: At the door; 0 is level.
        step_height_cm: Of the highest one.
        lift: One that leads past the steps.
        door_width_cm: Free passage.
        bell: Somebody can be called. So ``help``: and comes to help.
        dedicated: There is another entrance, made for wheelchairs.
        approach_steps: Between the street and the door, as ``approach_ramp``; ``approach_narrow``: less than 0.90 m.
    """

    stated: Wheelchair | None = None
    level: bool | None = None
    steps: int | None = None
    step_height_cm: float | None = None
    ramp: Ramp | None = None
    lift: bool | None = None
    door_width_cm: int | None = None
    bell: bool | None = None
    help: bool | None = None
    dedicated: bool | None = None
    automatic_door: bool | None = None
    approach_steps: int | None = None
    approach_ramp: Ramp | None = None
    approach_narrow: bool | None = None

    @property
    def steps_in_all(self) -> int | None:
        """Steps from the street to the inside, beside a ramp or not; 0: level, ``None``: unknown."""
        lip = self.step_height_cm is not None and self.step_height_cm <= LIP_CM
        at_door = self.steps if self.steps is not None or not (self.level or lip) else 0
        if at_door is None and self.step_height_cm is not None:
            at_door = 1
        outside = self.approach_steps or 0
        return at_door if at_door is None else at_door + outside

    @property
    def known(self) -> int:
        """How much is known: the better of two sources of one place knows more."""
        return sum(getattr(self, name) is not None for name in self.__slots__)


@dataclass(frozen=True, slots=True)
class Judged:
    wheelchair: Wheelchair
    reasons: tuple[Reason, ...] = field(default=())


_BADNESS: Final = {Wheelchair.YES: 0, Wheelchair.UNKNOWN: 1, Wheelchair.LIMITED: 2, Wheelchair.NO: 3}


def judge(facts: EntranceFacts) -> Judged:
    """Return whether a wheelchair passes, and why.

    A part that is unknown never makes it a yes, unless the source itself states one; a measure that is worse than
    what the source states counts, and is marked. A dedicated entrance takes the place of the main one.
    """
    if facts.dedicated:
        measured = Judged(Wheelchair.YES, (Reason.DEDICATED_ENTRANCE,))
    else:
        measured = _worst(_threshold(facts), _approach(facts), _door(facts))
    stated = facts.stated
    if stated is None or stated is Wheelchair.UNKNOWN:
        return measured
    if measured.wheelchair is Wheelchair.UNKNOWN:
        known = tuple(reason for reason in measured.reasons if reason not in _UNKNOWNS)
        return Judged(stated, (Reason.STATED, *known))
    if _BADNESS[measured.wheelchair] > _BADNESS[stated]:
        return Judged(measured.wheelchair, (*measured.reasons, Reason.CONTRADICTED))
    contradicted = measured.wheelchair is Wheelchair.YES and stated is not Wheelchair.YES
    return Judged(stated, (Reason.STATED, *((Reason.CONTRADICTED,) if contradicted else measured.reasons)))


_UNKNOWNS: Final = frozenset({Reason.LEVEL_UNKNOWN, Reason.DOOR_WIDTH_UNKNOWN})


def _worst(*parts: Judged | None) -> Judged:
    """Return the conjunction of the parts; those of the same badness say their reasons together."""
    found = [part for part in parts if part is not None]
    worst = max((part.wheelchair for part in found), key=_BADNESS.__getitem__)
    # A limited entrance that is unknown in part may yet be worse: it says so.
    said = {worst, Wheelchair.UNKNOWN} if worst is Wheelchair.LIMITED else {worst}
    return Judged(worst, tuple(reason for part in found if part.wheelchair in said for reason in part.reasons))


def _threshold(facts: EntranceFacts) -> Judged:
    height = facts.step_height_cm
    if facts.steps == 0 or (facts.level and not facts.steps) or (height is not None and height <= LIP_CM):
        return Judged(Wheelchair.YES, (Reason.LEVEL,))
    if not facts.steps and facts.level is None and height is None:
        return _way_round(facts) or Judged(Wheelchair.UNKNOWN, (Reason.LEVEL_UNKNOWN,))
    if past := _way_round(facts):
        return past
    if height is not None and height <= STEP_HELPED_CM and (facts.steps or 1) == 1:
        return Judged(Wheelchair.LIMITED, (Reason.STEP_LOW,))
    # One step of a height that nobody says is what a source may well call limited.
    one = facts.stated is Wheelchair.LIMITED and facts.steps == 1 and height is None
    if not one and (facts.steps or height is not None or facts.ramp is Ramp.NONE):
        return Judged(Wheelchair.NO, (Reason.STEPS,))
    return Judged(Wheelchair.UNKNOWN, (Reason.NOT_LEVEL,))


def _way_round(facts: EntranceFacts) -> Judged | None:
    if facts.ramp is Ramp.FIXED:
        return Judged(Wheelchair.YES, (Reason.RAMP_FIXED,))
    if facts.lift:
        return Judged(Wheelchair.YES, (Reason.LIFT,))
    return Judged(Wheelchair.LIMITED, (Reason.RAMP_REMOVABLE,)) if facts.ramp is Ramp.REMOVABLE else None


def _approach(facts: EntranceFacts) -> Judged | None:
    if facts.approach_steps and facts.approach_ramp is not Ramp.FIXED:
        if facts.approach_ramp is Ramp.REMOVABLE:
            return Judged(Wheelchair.LIMITED, (Reason.RAMP_REMOVABLE,))
        return Judged(Wheelchair.NO, (Reason.APPROACH_STEPS,))
    return Judged(Wheelchair.LIMITED, (Reason.APPROACH_NARROW,)) if facts.approach_narrow else None


def _door(facts: EntranceFacts) -> Judged:
    width = facts.door_width_cm
    if width is None:
        return Judged(Wheelchair.UNKNOWN, (Reason.DOOR_WIDTH_UNKNOWN,))
    if width < DOOR_LEAST_CM:
        return Judged(Wheelchair.NO, (Reason.DOOR_TOO_NARROW,))
    if width < DOOR_FREE_CM:
        return Judged(Wheelchair.LIMITED, (Reason.DOOR_NARROW,))
    return Judged(Wheelchair.YES, (Reason.DOOR_WIDE_ENOUGH,))
