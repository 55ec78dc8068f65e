"""The grid of the residence index: weights, criteria, families, knock-outs and grades, as the charter votes them.

Every default is a proposal, to be voted in the charter: no published French grid of a residence was found that
weighs homes, common parts, surroundings and services together. What comes nearest is the referential of Habitat
Senior Services (Delphis, 12-2013: some forty criteria, several of them knock-outs, services within 200 m). A
threshold is not stated here: it stands with its text and date in the fact's entry of the vocabulary.
"""

from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from registry.kernel.fields import NUMBER, WHOLE, Printable
from registry.kernel.text import Text
from registry.kernel.validation import Wrong
from registry.vocabulary.facts import FACTS_BY_CODE
from registry.vocabulary.services import BY_CODE, FAMILIES

Component = Literal["L", "P", "A", "S"]
Grade = Literal["A", "B", "C", "D", "E"]
ProfileCode = Literal["walking", "senior", "wheelchair"]
Situation = Literal["passable_surroundings", "adapted_homes"]
SITUATIONS: Final[tuple[Situation, ...]] = ("passable_surroundings", "adapted_homes")
PASSABLE: Final = "passable_share"
"""The criterion of the surroundings that is computed on the network, not stated as a fact."""
GRADES: Final[tuple[Grade, ...]] = ("A", "B", "C", "D", "E")
GRADE_LABELS: Final[dict[Grade, Text]] = {
    "A": Text("A, la meilleure note", "A, the best grade"),
    "B": Text("B ou mieux", "B or better"),
    "C": Text("C ou mieux", "C or better"),
    "D": Text("D ou mieux", "D or better"),
    "E": Text("E, la dernière note, ou mieux", "E, the last grade, or better"),
}
"""As a listing says the grade of its residence: what is proven of all that it is shown with."""
PROFILES: Final[dict[ProfileCode, Text]] = {
    "walking": Text("À pied", "Walking"),
    "senior": Text("Avec une canne ou un déambulateur", "With a stick or a walker"),
    "wheelchair": Text("En fauteuil roulant", "In a wheelchair"),
}
PROPOSAL: Final = "proposal-1"
"""Version of the defaults; a charter's grid is named by the territory and the charter's version."""
PROPOSED: Final = date(2026, 11, 26)
"""Since when the defaults are proposed as they are."""

COMPONENTS: Final[dict[Component, Text]] = {
    "L": Text("Logements adaptés", "Adapted homes"),
    "P": Text("Parties communes", "Common parts"),
    "A": Text("Abords", "Surroundings"),
    "S": Text("Services accessibles à pied", "Services within reach on foot"),
}
Share = Annotated[float, Field(ge=0, le=1), NUMBER]
Weight = Annotated[float, Field(gt=0, le=1_000), NUMBER]
Measure = Annotated[int, Field(ge=-1_000_000, le=1_000_000), WHOLE]


class _Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Weights(_Frozen):
    """Of the four components; their sum is 1."""

    L: Share = 0.30
    P: Share = 0.30
    A: Share = 0.20
    S: Share = 0.20

    @model_validator(mode="after")
    def _whole(self) -> Self:
        total = self.L + self.P + self.A + self.S
        if abs(total - 1) > 1e-6:  # hundredths have no exact binary sum
            raise Wrong(
                f"Les poids de L, P, A et S totalisent {total:.4g} au lieu de 1",
                f"The weights of L, P, A and S sum to {total:.4g} instead of 1",
            )
        if self.P + self.A + self.S == 0:
            raise Wrong("P, A et S n'ont aucun poids", "P, A and S have no weight at all")
        return self


class Line(_Frozen):
    """How a measure becomes points: 0 at ``worst`` and beyond, 1 at ``best`` and beyond, a line between the two."""

    worst: Measure
    best: Measure

    @model_validator(mode="after")
    def _apart(self) -> Self:
        if self.worst == self.best:
            raise Wrong("« worst » et « best » sont égaux", "'worst' and 'best' are equal")
        return self


class Criterion(_Frozen):
    """One criterion of the common parts or of the surroundings.

    Attributes:
        fact: Code of a fact; ``passable_share`` among the surroundings: the share of the paths around the entrance
            that is passable, from the network; where there is none, from a survey on foot that found all of it to the
            text's measure.
        line: For a measure; without one it counts 1 where it meets the vocabulary's threshold, else 0.
        points: For a choice: what each code counts, 0 to 1.
    """

    fact: Annotated[str, Field(max_length=60)]
    weight: Weight = 1.0
    line: Line | None = None
    points: Mapping[Annotated[str, Field(max_length=60)], Share] = {}

    @model_validator(mode="after")
    def _countable(self) -> Self:
        if self.fact == PASSABLE:
            return self
        fact = FACTS_BY_CODE.get(self.fact)
        if fact is None:
            raise _unknown_fact(self.fact)
        if fact.kind == "measure" and self.line is None and fact.threshold is None:
            raise Wrong(
                f"« {self.fact} » n'a pas de seuil au vocabulaire : donnez « line »",
                f"'{self.fact}' has no threshold in the vocabulary: give 'line'",
                field="line",
            )
        if fact.kind != "measure" and self.line is not None:
            raise Wrong(f"« {self.fact} » n'est pas une mesure", f"'{self.fact}' is not a measure", field="line")
        codes = {choice.code for choice in fact.choices}
        if set(self.points) != codes:
            raise Wrong(
                f"« {self.fact} » : donnez les points de {_listed(codes)}",
                f"'{self.fact}': give the points of {_listed(codes)}",
                field="points",
            )
        return self


class FamilyWeight(_Frozen):
    """A family of services and what it weighs among the others."""

    family: Annotated[str, Field(max_length=60)]
    weight: Weight = 1.0

    @model_validator(mode="after")
    def _known(self) -> Self:
        family = BY_CODE.get(self.family)
        if family is None or not FAMILIES[family].counts:
            codes = _listed(code for code, known in BY_CODE.items() if FAMILIES[known].counts)
            raise Wrong(
                f"Famille de services inconnue ; attendu : {codes}",
                f"Unknown family of services; expected: {codes}",
                field="family",
            )
        return self


class Band(_Frozen):
    """How near a service is: at ``up_to_m`` metre-equivalents it counts ``points``; between two bands, a line."""

    up_to_m: Annotated[int, Field(ge=1, le=5_000), WHOLE]
    points: Share


class Entrances(_Frozen):
    """What a service keeps of its points by its entrance; an unknown one is worth between ``no`` and ``yes``.

    In a wheelchair an entrance that cannot be passed is worth nothing, whatever stands here.
    """

    yes: Share = 1.0
    limited: Share = 0.8
    no: Share = 0.5

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.yes >= self.limited >= self.no:
            raise Wrong("Attendu : yes ≥ limited ≥ no", "Expected: yes ≥ limited ≥ no")
        return self


class Condition(_Frozen):
    """Something that is so.

    Attributes:
        subject: Code of a fact (a measure is "yes" where it meets its threshold), ``passable_surroundings`` or
            ``adapted_homes`` (at least one).
        state: "yes" or "no"; for a choice, its code.
    """

    subject: Annotated[str, Field(max_length=60)]
    state: Annotated[str, Field(max_length=60)]

    @model_validator(mode="after")
    def _known(self) -> Self:
        allowed = {"yes", "no"}
        if self.subject not in SITUATIONS:
            fact = FACTS_BY_CODE.get(self.subject)
            if fact is None:
                raise _unknown_fact(self.subject, "subject")
            if fact.kind == "measure" and fact.threshold is None:
                raise Wrong(
                    f"« {self.subject} » n'a pas de seuil au vocabulaire",
                    f"'{self.subject}' has no threshold in the vocabulary",
                    field="subject",
                )
            allowed = {choice.code for choice in fact.choices} or allowed
        if self.state not in allowed:
            raise Wrong(f"Attendu : {_listed(allowed)}", f"Expected: {_listed(allowed)}", field="state")
        return self


class Label(_Frozen):
    """In both languages."""

    fr: Annotated[Printable, Field(min_length=1, max_length=200)]
    en: Annotated[Printable, Field(min_length=1, max_length=200)]


class KnockOut(_Frozen):
    """What keeps a residence from a good grade, however many points it has: all of ``when`` holds."""

    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
    label: Label
    when: Annotated[tuple[Condition, ...], Field(min_length=1, max_length=5)]
    cap: Grade


class Bounds(_Frozen):
    """The least index of each grade; below that of D it is E."""

    A: Annotated[int, Field(ge=1, le=100), WHOLE] = 80
    B: Annotated[int, Field(ge=1, le=100), WHOLE] = 65
    C: Annotated[int, Field(ge=1, le=100), WHOLE] = 50
    D: Annotated[int, Field(ge=1, le=100), WHOLE] = 35

    @model_validator(mode="after")
    def _descending(self) -> Self:
        if not self.A > self.B > self.C > self.D:
            raise Wrong("Attendu : A > B > C > D", "Expected: A > B > C > D")
        return self


def _criteria(*given: tuple[Any, ...]) -> tuple[Criterion, ...]:
    return tuple(
        Criterion(fact=code, weight=weight, **(dict(rest[0]) if rest else {})) for code, weight, *rest in given
    )


def _line(worst: int, best: int) -> dict[str, Line]:
    return {"line": Line(worst=worst, best=best)}


# PROPOSAL, to be voted in the charter: the criteria of domain study 3.6 (P), weighed by what stops a person with a
# walker before what slows one. Zeros of the lines are half of the text's demand, or what nobody can use.
_COMMON_PARTS: Final = _criteria(
    ("step_free_entrance", 3.0),
    ("lift", 3.0),
    ("entrance_door_width_common", 1.5, _line(70, 83)),
    ("entrance_door_effort", 1.0, _line(100, 50)),
    ("automatic_entrance_door", 0.5),
    ("reachable_intercom", 0.5),
    ("video_intercom", 0.5),
    ("corridor_width_common", 1.0, _line(80, 120)),
    ("lift_standard", 1.0),
    ("lift_serves_all", 1.5),
    ("stair_handrails", 1.5, {"points": {"none": 0.0, "one_side": 0.5, "both_sides": 1.0}}),
    ("stair_contrast", 0.5),
    ("lighting_corridor", 0.5, _line(50, 100)),
    ("lighting_stairs", 0.5, _line(75, 150)),
    ("reachable_letterboxes", 0.5),
    ("adapted_parking", 1.0),
    ("shared_rooms_accessible", 0.5),
    ("signage_contrast", 0.5),
    ("indoor_seat", 0.5),
)
# PROPOSAL: the network's answer weighs as much as the survey's on all that it cannot see.
_SURROUNDINGS: Final = _criteria(
    (PASSABLE, 5.0),
    ("path_width", 1.0, _line(80, 120)),
    ("path_slope", 1.0, _line(12, 5)),
    ("path_cross_fall", 0.5, _line(5, 2)),
    ("path_kerb", 0.5, _line(8, 2)),
    ("path_surface", 1.0, {"points": {"loose": 0.0, "uneven": 0.5, "smooth": 1.0}}),
    ("path_steps", 1.0, _line(6, 0)),
    ("path_lighting", 0.5, _line(5, 20)),
    ("path_handrail", 0.25),
    ("rest_bench", 0.5),
    ("dropped_kerbs", 0.5),
    ("tactile_warning", 0.25),
)
_FAMILIES: Final = tuple(
    FamilyWeight(family=code, weight=weight)
    for code, weight in (
        ("food", 2.0), ("pharmacy", 1.5), ("doctor_and_care", 1.5), ("transport_stop", 1.5),
        ("post_bank_administration", 1.0), ("social_life", 1.0), ("park_bench", 0.5), ("home_help", 0.5),
    )
)  # fmt: skip
_BANDS: Final = (Band(up_to_m=300, points=0.9), Band(up_to_m=600, points=0.6), Band(up_to_m=1_000, points=0.3))
_KNOCK_OUTS: Final = (
    KnockOut(
        code="steps_and_no_lift", cap="D",
        label=Label(fr="Ni entrée de plain-pied ni ascenseur", en="Neither a step-free entrance nor a lift"),
        when=(Condition(subject="step_free_entrance", state="no"), Condition(subject="lift", state="no")),
    ),
    KnockOut(
        code="impassable_surroundings", cap="D",
        label=Label(fr="Abords impraticables", en="Impassable surroundings"),
        when=(Condition(subject="passable_surroundings", state="no"),),
    ),
)  # fmt: skip


class Grid(_Frozen):
    """The grid by which residences are assessed; a term of the charter. The defaults are proposals to be voted.

    Attributes:
        weights: Of the components.
        target_share: Share of adapted homes at which L is 100.
        adapted_class: The class of home from which it counts as adapted, 1 to 6.
        common_parts: Criteria of P.
        surroundings: Criteria of A.
        services: Families of S.
        bands: Points by metre-equivalents, nearest first; at the door a service has all points, past the last band
            none.
        entrances: What an entrance leaves of them.
        profile: For whom A and S are computed.
        impassable_below: Share of the paths around the entrance under which the surroundings are impassable.
        knock_outs: What caps the grade.
        grades: Bounds of the grades.
        completeness_floor: Share of the weight that must be known; below it a residence is not assessable.
        favourable_from: Least mean of P, A and S for a favourable residence ("programme favorable"), whether or not
            it has adapted homes.
    """

    weights: Weights = Weights()
    target_share: Annotated[float, Field(gt=0, le=1), NUMBER] = 0.20
    adapted_class: Annotated[int, Field(ge=1, le=6), WHOLE] = 4
    common_parts: Annotated[tuple[Criterion, ...], Field(min_length=1, max_length=60)] = _COMMON_PARTS
    surroundings: Annotated[tuple[Criterion, ...], Field(min_length=1, max_length=60)] = _SURROUNDINGS
    services: Annotated[tuple[FamilyWeight, ...], Field(min_length=1, max_length=20)] = _FAMILIES
    bands: Annotated[tuple[Band, ...], Field(min_length=1, max_length=10)] = _BANDS
    entrances: Entrances = Entrances()
    profile: ProfileCode = "senior"
    impassable_below: Share = 0.2
    knock_outs: Annotated[tuple[KnockOut, ...], Field(max_length=20)] = _KNOCK_OUTS
    grades: Bounds = Bounds()
    completeness_floor: Share = 0.60
    favourable_from: Annotated[int, Field(ge=1, le=100), WHOLE] = 60

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        _once([criterion.fact for criterion in self.common_parts], "common_parts")
        _once([criterion.fact for criterion in self.surroundings], "surroundings")
        _once([family.family for family in self.services], "services")
        _once([knock_out.code for knock_out in self.knock_outs], "knock_outs")
        _of_part(self.common_parts, "common_parts", "common_parts")
        _of_part(self.surroundings, "surroundings", "surroundings")
        for near, far in pairwise(self.bands):
            if far.up_to_m <= near.up_to_m or far.points > near.points:
                raise Wrong(
                    "Les bandes vont de la plus proche à la plus lointaine, sans gagner de points",
                    "Bands go from the nearest to the farthest and gain no points",
                    field="bands",
                )
        return self


def _once(codes: list[str], field: str) -> None:
    for code in codes:
        if codes.count(code) > 1:
            raise Wrong(f"« {code} » figure deux fois", f"'{code}' stands there twice", field=field)


def _of_part(criteria: tuple[Criterion, ...], part: str, field: str) -> None:
    for criterion in criteria:
        own = "surroundings" if criterion.fact == PASSABLE else FACTS_BY_CODE[criterion.fact].part
        if own != part:
            raise Wrong(
                f"« {criterion.fact} » relève d'une autre partie", f"'{criterion.fact}' is of another part", field=field
            )


def _unknown_fact(code: str, field: str = "fact") -> Wrong:
    return Wrong(f"« {code} » n'est pas du vocabulaire", f"'{code}' is not in the vocabulary", field=field)


def _listed(codes: Any) -> str:
    return ", ".join(sorted(codes)) or "–"
