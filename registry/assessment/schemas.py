"""What is asked of the assessment."""

from typing import Annotated, Any, Final

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator

from registry.kernel.fields import WHOLE
from registry.kernel.text import Text
from registry.kernel.validation import Wrong
from registry.vocabulary.fact import Fact
from registry.vocabulary.facts import RESIDENCE_FACTS
from registry.vocabulary.works import WORKS_OF, checked_work

MAX_WORKS: Final = 50
FACTS: Final[dict[str, Fact]] = {fact.code: fact for fact in RESIDENCE_FACTS}
"""Those that a simulation may suppose: what is stated on a residence."""
_IN_HOMES: Final = Text(
    "Ce qui se fait dans les logements compte par « adapted_homes ».",
    "What is done in homes counts by 'adapted_homes'.",
)
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

    @model_validator(mode="after")
    def _possible(self) -> "Simulation":
        for code, value in self.facts.items():
            fact = FACTS.get(code)
            if fact is None:
                raise Wrong(
                    f"« {code} » ne se déclare pas sur une résidence", f"'{code}' is not stated on a residence",
                    field="facts",
                )  # fmt: skip
            if not possible(fact, value):
                raise Wrong(
                    f"« {code} » : {expected(fact)[0]}", f"'{code}': {expected(fact)[1]}", field="facts"
                )  # fmt: skip
        return self


def possible(fact: Fact, value: str | int) -> bool:
    """Return whether a fact can have a value; "unknown" takes back what is known."""
    if value == "unknown":
        return True
    if fact.kind == "measure":
        bounds = (fact.minimum, fact.maximum)
        return isinstance(value, int) and (bounds[0] or 0) <= value and (bounds[1] is None or value <= bounds[1])
    return value in ({choice.code for choice in fact.choices} or _STATES)


def expected(fact: Fact) -> tuple[str, str]:
    """Return what a fact takes, in French and in English."""
    if fact.kind == "measure":
        return (
            f"de {fact.minimum} à {fact.maximum} {fact.unit} sont attendus",
            f"{fact.minimum} to {fact.maximum} {fact.unit} are expected",
        )
    codes = ", ".join([choice.code for choice in fact.choices] or ["yes", "no"])
    return f"attendu : {codes}", f"expected: {codes}"


SIMULATION_EXAMPLE: Final = {
    "works": ["entrance_ramp", "rest_bench"], "facts": {"stair_handrails": "both_sides"}, "adapted_homes": 2,
}  # fmt: skip
