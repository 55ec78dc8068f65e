"""What a landlord sends of works: the adaptations that a home has, and those that it could have."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from typing import Annotated, Final, Self

from pydantic import AfterValidator, Field, StringConstraints, ValidationError, model_validator
from pydantic_core import InitErrorDetails

from registry.kernel.clock import latest_date_in_france
from registry.kernel.fields import WHOLE, FullDate, Printable, YesNo
from registry.kernel.text import Text
from registry.kernel.validation import Wrong
from registry.stock.schemas import FIRST_DATE, Ref, Strict, impersonal
from registry.vocabulary.fact import Place
from registry.vocabulary.stock import Source
from registry.vocabulary.works import WORKS_BY_CODE, WORKS_OF, Funder, checked_work

MOST: Final = 100
"""Works of one list."""
MAX_COST_CENTS: Final = 100_000_000


_ELSEWHERE: Final[dict[Place, Text]] = {
    "home": Text(
        "Ceux de l'immeuble et des abords se déclarent de la résidence : PUT /v1/residences/{ref}/feasible-works ;"
        " ce qu'ils ont changé, PUT /v1/residences/{ref}/facts.",
        "Those of the building and around it are stated of the residence: PUT /v1/residences/{ref}/feasible-works;"
        " what they changed, PUT /v1/residences/{ref}/facts.",
    ),
    "residence": Text(
        "Ceux d'un logement se déclarent de lui : PUT /v1/homes/{ref}/feasible-works.",
        "Those of a home are stated of it: PUT /v1/homes/{ref}/feasible-works.",
    ),
}


def _of_home(code: str) -> str:
    return checked_work(code, "home", _ELSEWHERE["home"])


def _of_residence(code: str) -> str:
    return checked_work(code, "residence", _ELSEWHERE["residence"])


def _past(value: dt.date) -> dt.date:
    if value > latest_date_in_france():
        raise Wrong("cette date est dans l'avenir", "this date is in the future")
    if value < FIRST_DATE:
        raise Wrong("cette date est trop ancienne", "this date is too old")
    return value


HomeWork = Annotated[
    str, AfterValidator(_of_home),
    Field(json_schema_extra={"enum": [*WORKS_OF["home"]]}, description="A code of the vocabulary's works of a home."),
]  # fmt: skip
ResidenceWork = Annotated[
    str, AfterValidator(_of_residence),
    Field(
        json_schema_extra={"enum": [*WORKS_OF["residence"]]},
        description="A code of the vocabulary's works of common parts and surroundings.",
    ),
]  # fmt: skip
AnyWork = Annotated[
    str,
    Field(
        json_schema_extra={"enum": sorted(WORKS_BY_CODE)},
        description="A code of the vocabulary's works, of the part that the line is about.",
    ),
]
PastDate = Annotated[FullDate, AfterValidator(_past)]
Cost = Annotated[int, Field(ge=0, le=MAX_COST_CENTS), WHOLE]
Evidence = Annotated[Printable, StringConstraints(min_length=1, max_length=100), AfterValidator(impersonal)]


class AdaptationIn(Strict):
    """Works that were done for a home."""

    work: HomeWork
    delivered_on: Annotated[PastDate, Field(description="When they were taken over.")]
    cost_cents: Annotated[Cost | None, Field(description="With taxes, euro cents.")] = None
    funder: Annotated[Funder | None, Field(description="Who bore most of it.")] = None
    removable: Annotated[YesNo, Field(description="Whether it can be taken away, to another home say.")] = False
    life_span_years: Annotated[
        Annotated[int, Field(ge=1, le=100), WHOLE] | None, Field(description="Where it differs from the vocabulary's.")
    ] = None
    evidence_ref: Annotated[
        Evidence | None, Field(description="Your own reference of the invoice or the order; nobody's name.")
    ] = None


class AdaptationsIn(Strict):
    """All the adaptations that a home has; the list is replaced as a whole."""

    adaptations: Annotated[tuple[AdaptationIn, ...], Field(max_length=MOST)]


class AdaptationsLine(AdaptationsIn):
    """A line of a batch: a home and all its adaptations."""

    home_ref: Ref


class FeasibleWorkIn(Strict):
    """Works that a home or a residence could have, and what they would cost."""

    work: AnyWork
    cost_from_cents: Annotated[Cost, Field(description="With taxes, euro cents, at the least.")]
    cost_to_cents: Annotated[Cost, Field(description="At the most.")]
    source: Annotated[Source, Field(description="Who says so.")] = Source.DECLARED
    stated_on: Annotated[PastDate, Field(description="When it was said.")]
    before_entry: Annotated[
        YesNo,
        Field(
            description="You agree to have it done before somebody moves in: landlords for whose case the home nearly"
            " fits are told so, with the cost widened to the next of 500, 1,000, 2,000, 5,000 … euros."
        ),
    ] = False

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.cost_from_cents > self.cost_to_cents:
            raise Wrong(
                "le coût minimal dépasse le coût maximal", "the least cost is above the most", field="cost_from_cents"
            )
        return self


class HomeFeasibleWorkIn(FeasibleWorkIn):
    """Works that a home could have."""

    work: HomeWork


class ResidenceFeasibleWorkIn(FeasibleWorkIn):
    """Works that a residence could have."""

    work: ResidenceWork


class FeasibleWorksIn(Strict):
    """All the works that are feasible; the list is replaced as a whole, and has each work once."""

    feasible_works: Annotated[tuple[FeasibleWorkIn, ...], Field(max_length=MOST)]

    @model_validator(mode="after")
    def _each_work_once(self) -> Self:
        if len({given.work for given in self.feasible_works}) < len(self.feasible_works):
            raise Wrong("les mêmes travaux sont donnés deux fois", "the same works are given twice",
                        field="feasible_works")  # fmt: skip
        return self


class HomeFeasibleWorksIn(FeasibleWorksIn):
    """All the works that are feasible in a home."""

    feasible_works: Annotated[tuple[HomeFeasibleWorkIn, ...], Field(max_length=MOST)]


class ResidenceFeasibleWorksIn(FeasibleWorksIn):
    """All the works that are feasible in the common parts of a residence and around it."""

    feasible_works: Annotated[tuple[ResidenceFeasibleWorkIn, ...], Field(max_length=MOST)]


class FeasibleWorksLine(FeasibleWorksIn):
    """A line of a batch: a home or a residence, and all the works that are feasible there."""

    home_ref: Ref | None = None
    residence_ref: Ref | None = None

    @model_validator(mode="after")
    def _of_one(self) -> Self:
        if (self.home_ref is None) == (self.residence_ref is None):
            raise Wrong(
                "« home_ref » ou « residence_ref », l'un des deux", "'home_ref' or 'residence_ref', one of the two"
            )
        check = _of_residence if self.home_ref is None else _of_home
        if refused := list(_refusals([given.work for given in self.feasible_works], check)):
            raise ValidationError.from_exception_data("feasible_works", refused)
        return self


def _refusals(codes: Iterable[str], check: Callable[[str], str]) -> Iterator[InitErrorDetails]:
    for n, code in enumerate(codes):
        try:
            check(code)
        except Wrong as wrong:
            yield InitErrorDetails(
                type="value_error", loc=("feasible_works", n, "work"), input=code, ctx={"error": wrong}
            )


ADAPTATIONS_EXAMPLE: Final = {
    "adaptations": [
        {
            "work": "zero_step_shower", "delivered_on": "2025-11-20", "cost_cents": 420_000, "funder": "carsat",
            "removable": False, "evidence_ref": "F-2025-1187",
        },
        {"work": "grab_bars", "delivered_on": "2025-11-20", "cost_cents": 18_000, "removable": True},
    ]
}  # fmt: skip
HOME_FEASIBLE_EXAMPLE: Final = {
    "feasible_works": [
        {
            "work": "widen_interior_doors", "cost_from_cents": 90_000, "cost_to_cents": 160_000,
            "source": "occupational_therapist", "stated_on": "2026-02-10", "before_entry": True,
        }
    ]
}  # fmt: skip
RESIDENCE_FEASIBLE_EXAMPLE: Final = {
    "feasible_works": [
        {
            "work": "outdoor_ramp", "cost_from_cents": 300_000, "cost_to_cents": 900_000, "source": "measured",
            "stated_on": "2026-02-10",
        }
    ]
}  # fmt: skip
