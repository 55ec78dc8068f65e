"""The facts as JSON Schema: each with its label, what may be stated of it, and between which bounds."""

from collections.abc import Callable, Iterable
from typing import Any

from registry.vocabulary.fact import Fact


def facts(known: Iterable[Fact]) -> Callable[[dict[str, Any]], None]:
    """Return what turns the schema of a mapping of facts into that of an object with each known fact as a property.

    It takes the schema as pydantic makes it, with the schema of one fact under ``additionalProperties``.
    """

    def describe(schema: dict[str, Any]) -> None:
        stated = [option for option in schema.pop("additionalProperties")["anyOf"] if option != {"type": "null"}]
        schema["additionalProperties"] = False
        schema["properties"] = {
            fact.code: {
                "description": f"{fact.label.en} ({fact.label.fr}). {fact.help.en}",
                "anyOf": [{"allOf": [*stated, {"properties": {"value": _value(fact)}}]}, {"type": "null"}],
            }
            for fact in known
        }

    return describe


def _value(fact: Fact) -> dict[str, Any]:
    if fact.kind == "yes_no":
        return {"enum": ["yes", "no", "unknown"]}
    if fact.kind == "choice":
        return {"enum": [*(choice.code for choice in fact.choices), "unknown"]}
    measure = {"type": "integer", "minimum": fact.minimum, "maximum": fact.maximum, "description": f"In {fact.unit}."}
    return {"anyOf": [measure, {"const": "unknown"}]}
