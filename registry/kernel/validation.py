"""What validation says, in both languages: pydantic's errors, and our own rules inside models."""

from collections.abc import Mapping
from typing import Any, Final

from registry.kernel.errors import Fault
from registry.kernel.text import Text


class Wrong(ValueError):
    """What a validator of a model raises: a message in both languages."""

    def __init__(self, fr: str, en: str) -> None:
        super().__init__(Text(fr, en))


# pydantic's error types in both languages; what is not listed keeps pydantic's English sentence in both.
_MESSAGES: Final[dict[str, Text]] = {
    "missing": Text("Champ obligatoire absent", "Required field missing"),
    "extra_forbidden": Text("Nom inconnu", "Unknown name"),
    "json_invalid": Text("JSON illisible", "Unreadable JSON"),
    "int_parsing": Text("Un nombre entier est attendu", "A whole number is expected"),
    "int_type": Text("Un nombre entier est attendu", "A whole number is expected"),
    "float_parsing": Text("Un nombre est attendu", "A number is expected"),
    "float_type": Text("Un nombre est attendu", "A number is expected"),
    "finite_number": Text("Un nombre fini est attendu", "A finite number is expected"),
    "bool_parsing": Text("« true » ou « false » est attendu", "'true' or 'false' is expected"),
    "bool_type": Text("« true » ou « false » est attendu", "'true' or 'false' is expected"),
    "string_type": Text("Un texte est attendu", "A text is expected"),
    "string_too_short": Text("Au moins {min_length} caractère(s)", "At least {min_length} character(s)"),
    "string_too_long": Text("Au plus {max_length} caractères", "At most {max_length} characters"),
    "string_pattern_mismatch": Text("La forme attendue est {pattern}", "The expected form is {pattern}"),
    "greater_than": Text("Doit être supérieur à {gt}", "Must be greater than {gt}"),
    "greater_than_equal": Text("Doit être au moins {ge}", "Must be at least {ge}"),
    "less_than": Text("Doit être inférieur à {lt}", "Must be less than {lt}"),
    "less_than_equal": Text("Doit être au plus {le}", "Must be at most {le}"),
    "enum": Text("Valeurs admises : {expected}", "Allowed values: {expected}"),
    "literal_error": Text("Valeurs admises : {expected}", "Allowed values: {expected}"),
    "date_from_datetime_parsing": Text("Une date AAAA-MM-JJ est attendue", "A date YYYY-MM-DD is expected"),
    "date_parsing": Text("Une date AAAA-MM-JJ est attendue", "A date YYYY-MM-DD is expected"),
    "uuid_parsing": Text("Un identifiant UUID est attendu", "A UUID is expected"),
    "too_long": Text("Au plus {max_length} éléments", "At most {max_length} items"),
    "too_short": Text("Au moins {min_length} élément(s)", "At least {min_length} item(s)"),
    "dict_type": Text("Un objet JSON est attendu", "A JSON object is expected"),
    "list_type": Text("Une liste JSON est attendue", "A JSON list is expected"),
    "model_attributes_type": Text("Un objet JSON est attendu", "A JSON object is expected"),
}


def fault_of(error: Mapping[str, Any]) -> Fault:
    """Return pydantic's error as a fault: its place dotted, its message in both languages."""
    location = [str(part) for part in error["loc"]]
    if location and location[0] in {"query", "path", "header", "body", "cookie"} and len(location) > 1:
        location = location[1:]
    message = _MESSAGES.get(error["type"])
    bilingual = message.format(**error.get("ctx", {})) if message else Text(error["msg"], error["msg"])
    raised = error.get("ctx", {}).get("error")
    if isinstance(raised, ValueError) and raised.args and isinstance(raised.args[0], Text):
        bilingual = raised.args[0]
    return Fault(".".join(location), error.get("input") if error["type"] != "missing" else None, bilingual)
