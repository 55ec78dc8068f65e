"""What validation says, in both languages: pydantic's errors, and our own rules inside models."""

from collections.abc import Mapping
from typing import Any, Final

from registry.kernel.errors import Fault
from registry.kernel.text import Text


class Wrong(ValueError):
    """What a validator of a model raises: a message in both languages.

    Args:
        fr: The message in French.
        en: The same in English.
        field: The field at fault, where the rule is about several and the validator stands on the model.
        remedy: What to do about it, where the message does not say.
    """

    def __init__(self, fr: str, en: str, *, field: str | None = None, remedy: Text | None = None) -> None:
        self.text = Text(fr, en)
        self.field = field
        self.remedy = remedy
        super().__init__(en)


_TIME: Final = Text(
    "Un instant RFC 3339 est attendu : 2026-03-01T08:00:00Z", "An RFC 3339 time is expected: 2026-03-01T08:00:00Z"
)
# pydantic's error types in both languages; what is not listed keeps pydantic's English sentence in both.
_MESSAGES: Final[dict[str, Text]] = {
    "missing": Text("Champ obligatoire absent", "Required field missing"),
    "extra_forbidden": Text("Nom inconnu", "Unknown name"),
    "invalid_key": Text("Un nom de champ est un texte", "A field's name is a text"),
    "int_parsing": Text("Un nombre entier est attendu", "A whole number is expected"),
    "int_parsing_size": Text("Ce nombre a trop de chiffres", "This number has too many digits"),
    "int_from_float": Text("Un nombre entier est attendu", "A whole number is expected"),
    "int_type": Text("Un nombre entier est attendu", "A whole number is expected"),
    "float_parsing": Text("Un nombre est attendu", "A number is expected"),
    "float_type": Text("Un nombre est attendu", "A number is expected"),
    "finite_number": Text("Un nombre fini est attendu", "A finite number is expected"),
    "bool_parsing": Text("« true » ou « false » est attendu", "'true' or 'false' is expected"),
    "bool_type": Text("« true » ou « false » est attendu", "'true' or 'false' is expected"),
    "string_type": Text("Un texte est attendu", "A text is expected"),
    "string_unicode": Text(
        "Ce texte contient un demi-caractère UTF-16 isolé", "This text has an unpaired UTF-16 surrogate"
    ),
    "string_too_short": Text("Au moins {min_length} caractère(s)", "At least {min_length} character(s)"),
    "string_too_long": Text("Au plus {max_length} caractères", "At most {max_length} characters"),
    "string_pattern_mismatch": Text("La forme attendue est {pattern}", "The expected form is {pattern}"),
    "greater_than": Text("Doit être supérieur à {gt}", "Must be greater than {gt}"),
    "greater_than_equal": Text("Doit être au moins {ge}", "Must be at least {ge}"),
    "less_than": Text("Doit être inférieur à {lt}", "Must be less than {lt}"),
    "less_than_equal": Text("Doit être au plus {le}", "Must be at most {le}"),
    "multiple_of": Text("Doit être un multiple de {multiple_of}", "Must be a multiple of {multiple_of}"),
    "enum": Text("Valeurs admises : {expected}", "Allowed values: {expected}"),
    "literal_error": Text("Valeurs admises : {expected}", "Allowed values: {expected}"),
    "date_type": Text("Une date AAAA-MM-JJ est attendue", "A date YYYY-MM-DD is expected"),
    "date_from_datetime_parsing": Text("Une date AAAA-MM-JJ est attendue", "A date YYYY-MM-DD is expected"),
    "date_parsing": Text("Une date AAAA-MM-JJ est attendue", "A date YYYY-MM-DD is expected"),
    "datetime_type": _TIME,
    "datetime_parsing": _TIME,
    "datetime_from_date_parsing": _TIME,
    "datetime_object_invalid": _TIME,
    "uuid_parsing": Text("Un identifiant UUID est attendu", "A UUID is expected"),
    "uuid_type": Text("Un identifiant UUID est attendu", "A UUID is expected"),
    "too_long": Text("Au plus {max_length} éléments", "At most {max_length} items"),
    "too_short": Text("Au moins {min_length} élément(s)", "At least {min_length} item(s)"),
    "dict_type": Text("Un objet JSON est attendu", "A JSON object is expected"),
    "list_type": Text("Une liste JSON est attendue", "A JSON list is expected"),
    "tuple_type": Text("Une liste JSON est attendue", "A JSON list is expected"),
    "model_type": Text("Un objet JSON est attendu", "A JSON object is expected"),
    "model_attributes_type": Text("Un objet JSON est attendu", "A JSON object is expected"),
}

# What a caller can do about an error whose message does not say it already.
_REMEDIES: Final[dict[str, Text]] = {
    "missing": Text("Ajoutez ce champ.", "Add this field."),
    "extra_forbidden": Text(
        "Retirez-le ou corrigez son nom : /v1/openapi.json les énumère.",
        "Leave it out or correct its name: /v1/openapi.json lists them.",
    ),
    "string_unicode": Text("Envoyez un texte UTF-8 valide.", "Send valid UTF-8 text."),
}
_LOCATIONS: Final = frozenset({"query", "path", "header", "body", "cookie"})


def fault_of(error: Mapping[str, Any]) -> Fault:
    """Return pydantic's error as a fault: its place dotted, its message in both languages."""
    location = [str(part) for part in error["loc"]]
    if location and location[0] in _LOCATIONS and len(location) > 1:
        location = location[1:]
    value = error.get("input") if error["type"] != "missing" else None
    bilingual = _message(error)
    remedy = _REMEDIES.get(error["type"])
    raised = error.get("ctx", {}).get("error")
    if isinstance(raised, Wrong):
        bilingual, remedy = raised.text, raised.remedy
        if raised.field is not None:
            location = [*(part for part in location if part not in _LOCATIONS), raised.field]
            value = value.get(raised.field) if isinstance(value, Mapping) else None
    return Fault(".".join(location), value, bilingual, remedy)


def _message(error: Mapping[str, Any]) -> Text:
    message = _MESSAGES.get(error["type"])
    if message is None:
        return Text(error["msg"], error["msg"])
    filled = message.format(**error.get("ctx", {}))
    return Text(filled.fr.replace("' or '", "' ou '"), filled.en)  # pydantic joins what it expects in English
