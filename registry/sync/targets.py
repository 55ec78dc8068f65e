"""What a column can state: the attributes of the API's models and the facts of the vocabulary, by name.

The one list from which mappings are checked, tables are read and the published Table Schema is made. Types and bounds
come from the models, words from the vocabulary.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Literal

from pydantic import BaseModel

from registry.stock.schemas import MAX_EVIDENCE, BuildingIn, HomeLine, ResidenceIn
from registry.sync.formats.declared import Content
from registry.vocabulary import attributes
from registry.vocabulary.attributes import Attribute
from registry.vocabulary.fact import Fact
from registry.vocabulary.facts import HOME_FACTS, RESIDENCE_FACTS
from registry.vocabulary.stock import Source

Kind = Literal["text", "whole", "decimal", "code", "codes", "date", "yes_no", "fact", "measure"]
Part = Literal["home", "fact", "facts", "residence", "building"]
FACT_VALUES: Final = ("yes", "no", "unknown")
_POSITION: Final = ("lon", "lat", "x", "y")
_TYPES: Final[dict[str, Kind]] = {
    "integer": "whole", "number": "decimal", "boolean": "yes_no", "array": "codes", "string": "text",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Target:
    """One thing that a column can state.

    Attributes:
        name: As a mapping, and the header of a file without one, say it.
        part: Of what; ``facts``: of all facts of the row.
        attribute: Its name within the part.
        unit: In which the registry holds it.
        codes: Those it takes, where it takes codes.
        clearable: Whether it may be stated to be empty.
    """

    name: str
    part: Part
    attribute: str
    kind: Kind
    words: Attribute
    unit: str | None = None
    codes: tuple[str, ...] = ()
    required: bool = False
    clearable: bool = False
    minimum: float | None = None
    maximum: float | None = None
    max_length: int | None = None
    pattern: str | None = None


@lru_cache
def targets(content: Content) -> dict[str, Target]:
    """Return every target of a file of homes or of residences, by name, in the order of a table."""
    if content == "residences":
        found = [_ref(), *_of_residence(""), *map(_fact, RESIDENCE_FACTS), *_of_facts()]
    else:
        found = [
            *(_target(name, "home", name, HomeLine, words) for name, words in attributes.HOME.items()),
            *map(_fact, HOME_FACTS),
            *_of_facts(),
            *_of_residence("residence."),
            *(
                _target(f"building.{name}", "building", name, BuildingIn, words)
                for name, words in attributes.BUILDING.items()
            ),
        ]  # fmt: skip
    return {target.name: target for target in found}


def _of_facts() -> list[Target]:
    return [
        Target(
            "facts_source", "facts", "source", "code", attributes.FACTS_SOURCE,
            codes=tuple(code.value for code in Source),
        ),
        Target("facts_date", "facts", "date", "date", attributes.FACTS_DATE),
        Target("facts_until", "facts", "until", "date", attributes.FACTS_UNTIL),
        Target("evidence", "facts", "evidence", "text", attributes.EVIDENCE, max_length=MAX_EVIDENCE),
    ]  # fmt: skip


def _ref() -> Target:
    words = attributes.RESIDENCE["ref"]
    return _target("ref", "residence", "ref", BuildingIn, words)  # a reference is one, whatever it names


def _of_residence(prefix: str) -> list[Target]:
    named = {name: words for name, words in attributes.RESIDENCE.items() if name != "ref"}
    found = [_target(f"{prefix}{name}", "residence", name, ResidenceIn, words) for name, words in named.items()]
    bounds = {"lon": 180.0, "lat": 90.0}
    place = [
        Target(
            f"{prefix}{name}", "residence", name, "decimal", attributes.PLACE[name],
            minimum=-bounds[name] if name in bounds else None, maximum=bounds.get(name),
        )
        for name in _POSITION
    ]  # fmt: skip
    after = next(n for n, target in enumerate(found, 1) if target.attribute == "commune_code")
    return [*found[:after], *place, *found[after:]]


def _target(name: str, part: Part, attribute: str, model: type[BaseModel], words: Attribute) -> Target:
    schema = _schema(model)
    given = schema["properties"][attribute]
    options = given.get("anyOf", [given])
    [stated] = [option for option in options if option != {"type": "null"}]
    codes = _codes(schema, stated)
    kind: Kind = "code" if "$ref" in stated else _TYPES[stated["type"]]
    if stated.get("format") == "date":
        kind = "date"
    return Target(
        name, part, attribute, kind, words, words.unit, codes,
        required=attribute in schema["required"], clearable=len(options) > 1,
        minimum=stated.get("minimum"), maximum=stated.get("maximum"),
        max_length=stated.get("maxLength"), pattern=stated.get("pattern"),
    )  # fmt: skip


@lru_cache
def _schema(model: type[BaseModel]) -> dict[str, Any]:
    return model.model_json_schema()


def _codes(schema: dict[str, Any], stated: dict[str, Any]) -> tuple[str, ...]:
    reference = stated.get("$ref") or stated.get("items", {}).get("$ref", "")
    return tuple(schema["$defs"][reference.rpartition("/")[2]]["enum"]) if reference else ()


def _good(fact: Fact) -> str:
    """Return a value that no other good one contradicts: a tray of no height beside a zero-step shower."""
    if fact.kind == "yes_no":
        return "yes"
    if fact.threshold is None:
        return str(max(fact.minimum or 0, 1))
    return str(fact.minimum if fact.threshold.comparison == "<=" else fact.threshold.value)


def _fact(fact: Fact) -> Target:
    words = Attribute(fact.label, fact.help, _good(fact), fact.unit)
    if fact.kind == "yes_no":
        return Target(fact.code, "fact", fact.code, "fact", words, codes=FACT_VALUES, clearable=True)
    if fact.kind == "choice":
        codes = tuple(choice.code for choice in fact.choices)
        words = Attribute(fact.label, fact.help, codes[0])
        return Target(fact.code, "fact", fact.code, "code", words, codes=codes, clearable=True)
    return Target(
        fact.code, "fact", fact.code, "measure", words, fact.unit, clearable=True,
        minimum=fact.minimum, maximum=fact.maximum,
    )  # fmt: skip
