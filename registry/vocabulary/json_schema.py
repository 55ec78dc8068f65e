"""The facts as JSON Schema: each with its label, what may be stated of it, and between which bounds."""

from typing import Any

from registry.vocabulary.facts import FACTS, Fact


def facts(schema: dict[str, Any]) -> None:
    """Turn the schema of a mapping of facts into that of an object with every known fact as a property.

    Args:
        schema: As pydantic makes it, with the schema of one fact under ``additionalProperties``.
    """
    stated = [option for option in schema.pop("additionalProperties")["anyOf"] if option != {"type": "null"}]
    schema["additionalProperties"] = False
    schema["properties"] = {
        fact.code: {
            "description": f"{fact.label.en} ({fact.label.fr}). {fact.help.en}",
            "anyOf": [{"allOf": [*stated, {"properties": {"value": _value(fact)}}]}, {"type": "null"}],
        }
        for fact in FACTS
    }


def _value(fact: Fact) -> dict[str, Any]:
    if fact.kind == "yes_no":
        return {"enum": ["yes", "no", "unknown"]}
    measure = {"type": "integer", "minimum": fact.minimum, "maximum": fact.maximum, "description": f"In {fact.unit}."}
    return {"anyOf": [measure, {"const": "unknown"}]}
