"""What is asked of the assessment."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    WithJsonSchema,
    field_validator,
    model_validator,
)
from pydantic_core import InitErrorDetails

from registry.kernel.fields import WHOLE
from registry.kernel.text import Text
from registry.kernel.validation import Wrong
from registry.stock.schemas.judging import refusals
from registry.vocabulary.contradictions import Contradiction, contradictory
from registry.vocabulary.fact import Fact
from registry.vocabulary.facts import RESIDENCE_FACTS
from registry.vocabulary.works import WORKS_BY_CODE, WORKS_OF, checked_work

MAX_WORKS: Final = 50
FACTS: Final[dict[str, Fact]] = {fact.code: fact for fact in RESIDENCE_FACTS}
"""Those that a simulation may suppose: what is stated on a residence."""
_IN_HOMES: Final = Text(
    "Ce qui se fait dans les logements compte par « adapted_homes ».",
    "What is done in homes counts by 'adapted_homes'.",
)
STEPS: Final = "path_steps"
"""What works outdoors deliver that take steps off the paths."""
_STATES: Final = frozenset({"yes", "no", "unknown"})
_CHOICES: Final = sorted({choice.code for fact in RESIDENCE_FACTS for choice in fact.choices})


def _of_residence(code: str) -> str:
    return checked_work(code, "residence", _IN_HOMES)


def _value(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise Wrong(
            "un code ou un nombre entier est attendu", "a code or a whole number is expected",
            remedy=Text('Écrivez {"path_width": 150}, dans l\'unité du vocabulaire.',
                        'Write {"path_width": 150}, in the vocabulary\'s unit.'),
        )  # fmt: skip
    return value


_PLAN: Final = Text(
    "Retirez l'un des deux de ce qui est prévu, ou corrigez la valeur.",
    "Leave one of the two out of what is planned, or correct the value.",
)
Work = Annotated[str, AfterValidator(_of_residence), Field(json_schema_extra={"enum": [*WORKS_OF["residence"]]})]
Value = Annotated[
    str | int,
    BeforeValidator(_value),
    WithJsonSchema({"anyOf": [{"type": "string", "enum": sorted({*_STATES, *_CHOICES})}, {"type": "integer"}]}),
]
Supposed = Annotated[
    dict[str, Value],
    Field(
        description="Facts of the residence as they would be, by code.",
        json_schema_extra={"propertyNames": {"enum": sorted(FACTS)}},
    ),
]


class Simulation(BaseModel):
    """What is supposed: works done, facts that become so (they overrule the works), homes that become adapted."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    works: Annotated[
        list[Work],
        Field(
            max_length=MAX_WORKS,
            description="Codes of works of common parts and surroundings, as in the vocabulary. What is done in homes"
            " counts by `adapted_homes`.",
        ),
    ] = []
    facts: Supposed = {}
    adapted_homes: Annotated[
        int, Field(ge=0, le=100_000, description="How many more homes become adapted, at most all."), WHOLE
    ] = 0  # fmt: skip

    @field_validator("facts")
    @classmethod
    def _possible(cls, value: dict[str, str | int]) -> dict[str, str | int]:
        stated = {code: {"value": each} for code, each in value.items()}
        if refused := refusals(stated, "residence"):
            raise ValidationError.from_exception_data("facts", [{**each, "loc": each["loc"][:1]} for each in refused])
        return value

    @model_validator(mode="after")
    def _together(self) -> "Simulation":
        """Refuse what the works would deliver beside facts that deny it; what is held is what both would replace."""
        by_work = {code: n for n, work in enumerate(self.works) for code in delivered(work)}
        planned = {code: value for work in self.works for code, value in delivered(work).items()} | self.facts
        found = [*contradictory({code: {"value": value} for code, value in planned.items()})]
        if found:
            raise ValidationError.from_exception_data("simulation", [self._denied(each, by_work) for each in found])
        return self

    def _denied(self, each: Contradiction, by_work: Mapping[str, int]) -> InitErrorDetails:
        code = each.said.code
        if code in self.facts:
            wrong = Wrong(each.text.fr, each.text.en, remedy=_PLAN)
            return InitErrorDetails(
                type="value_error", loc=("facts", code), input=self.facts[code], ctx={"error": wrong}
            )  # fmt: skip
        wrong = Wrong(
            f"livrent « {code} », qui {each.text.fr}", f"deliver '{code}', which {each.text.en}", remedy=_PLAN
        )
        n = by_work[code]
        return InitErrorDetails(type="value_error", loc=("works", n), input=self.works[n], ctx={"error": wrong})


def delivered(work: str) -> dict[str, str | int]:
    """Return what works of a residence make true of it."""
    return {code: value for code, value in WORKS_BY_CODE[work].delivers.items() if code in FACTS}


SIMULATION_EXAMPLE: Final = {
    "works": ["entrance_ramp", "rest_bench"], "facts": {"stair_handrails": "both_sides"}, "adapted_homes": 2,
}  # fmt: skip
