"""The published format of a landlord's files: Table Schema, as schema.data.gouv.fr lists it, with an example.

Made from the targets that the readers use, so that what is published is what is read. Titles and descriptions are in
French, the catalogue's language, with the English ones beside them (``title_en``, ``description_en``).
"""

import csv
import io
from typing import Any, Final

from registry.kernel.text import Text
from registry.sync.formats.declared import Content
from registry.sync.targets import FACT_VALUES, Target, targets
from registry.vocabulary.facts import VERSION
from registry.vocabulary.stock import LABELS

_SCHEMA: Final = "https://frictionlessdata.io/schemas/table-schema.json"
_SEPARATOR: Final = "|"
_TITLES: Final[dict[Content, tuple[str, Text, Text]]] = {
    "homes": (
        "home",
        Text("Logements d'un bailleur social", "Homes of a social landlord"),
        Text(
            "Un logement par ligne, avec ce qui est connu de son accessibilité. Une cellule vide ou une colonne "
            "absente ne dit rien ; « unknown » retire une caractéristique.",
            "One home a row, with what is known of its accessibility. An empty cell or an absent column says nothing; "
            "'unknown' withdraws a fact.",
        ),
    ),
    "residences": (
        "residence",
        Text("Résidences d'un bailleur social", "Residences of a social landlord"),
        Text(
            "Une résidence par ligne : un ou plusieurs bâtiments gérés ensemble, avec ce qui est connu de ses parties "
            "communes et de ses abords. Une cellule vide ou une colonne absente ne dit rien ; « unknown » retire une "
            "caractéristique.",
            "One residence a row: one or more buildings managed together, with what is known of its common parts and "
            "its surroundings. An empty cell or an absent column says nothing; 'unknown' withdraws a fact.",
        ),
    ),
}
_TYPES: Final = {
    "text": "string", "whole": "integer", "decimal": "number", "code": "string", "codes": "string", "date": "date",
    "yes_no": "boolean", "fact": "string", "measure": "integer",
}  # fmt: skip
_LEFT_OUT: Final = frozenset({"x", "y"})
"""Another way to say what ``lon`` and ``lat`` say; a mapping may use it."""


def columns(content: Content) -> list[Target]:
    """Return the columns of the published table, in their order."""
    return [
        target for name, target in targets(content).items()
        if "." not in name and name not in _LEFT_OUT
    ]  # fmt: skip


def table_schema(content: Content) -> dict[str, Any]:
    """Return the Table Schema of a file of homes or of residences."""
    name, title, description = _TITLES[content]
    return {
        "$schema": _SCHEMA,
        "name": f"accessibility-registry-{name}",
        "title": title.fr,
        "title_en": title.en,
        "description": description.fr,
        "description_en": description.en,
        "version": VERSION,
        "countryCode": "FR",
        "path": f"{name}.tableschema.json",
        "licenses": [{"name": "EUPL-1.2", "title": "European Union Public Licence 1.2"}],
        "resources": [{"name": f"{name}-example", "title": "Exemple de fichier valide", "path": f"{name}.example.csv"}],
        "contributors": [{"title": "Accessibility registry", "role": "author"}],
        "primaryKey": "ref",
        "missingValues": ["", FACT_VALUES[-1], "inconnu"],
        "fields": [_field(target) for target in columns(content)],
    }


def _field(target: Target) -> dict[str, Any]:
    words = target.words
    kind = _TYPES[target.kind]
    field: dict[str, Any] = {
        "name": target.name,
        "title": words.label.fr,
        "title_en": words.label.en,
        "description": _described(target, words.help.fr, french=True),
        "description_en": _described(target, words.help.en, french=False),
        "type": kind,
        "format": "default",
        "example": words.example,
    }
    if target.kind == "yes_no":
        field |= {"trueValues": ["yes", "oui", "true"], "falseValues": ["no", "non", "false"]}
    field["constraints"] = _constraints(target)
    return field


def _described(target: Target, text: str, *, french: bool) -> str:
    """Return a description with its unit, and with what each code means."""
    unit = target.unit if target.kind == "measure" else None
    parts = [text] if unit is None else [text, f"En {unit}." if french else f"In {unit}."]
    labels = next((labels for codes, labels in LABELS.items() if tuple(codes) == target.codes), None)
    if labels and target.kind in {"code", "codes"}:
        parts += ["; ".join(f"{code}: {label.fr if french else label.en}" for code, label in labels.items()) + "."]
    return " ".join(parts)


def _constraints(target: Target) -> dict[str, Any]:
    found: dict[str, Any] = {"required": target.required, "unique": target.name == "ref"}
    if target.kind == "fact":
        found["enum"] = ["yes", "no", "oui", "non"]  # with the missing values, all that is read
    elif target.kind == "code":
        found["enum"] = list(target.codes)
    elif target.kind == "codes":
        one = "|".join(target.codes)
        found["pattern"] = rf"^({one})(\{_SEPARATOR}({one}))*$"
    bounds = {"minimum": target.minimum, "maximum": target.maximum}
    found |= {name: bound for name, bound in bounds.items() if bound is not None}
    if target.max_length is not None:
        found |= {"minLength": 1, "maxLength": target.max_length}
    elif target.pattern is not None:
        found["pattern"] = target.pattern
    return found


def example(content: Content) -> str:
    """Return a valid CSV: the header, and rows that state everything, little, and what is withdrawn."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    shown = columns(content)
    writer.writerow(target.name for target in shown)
    writer.writerow(target.words.example for target in shown)
    writer.writerow(_LITTLE[content].get(target.name, "") for target in shown)
    return written.getvalue()


_LITTLE: Final[dict[Content, dict[str, str]]] = {
    "homes": {
        "ref": "R-12/A/102", "residence_ref": "R-12", "typology": "T3", "rooms": "3", "status": "occupied",
        "lift": "no", "grab_bars": FACT_VALUES[-1], "facts_date": "2026-03-01",
    },
    "residences": {"ref": "R-13", "street": "7 BIS cours des Platanes", "postcode": "33000", "commune_code": "33063",
                   "lift": "no", "rest_bench": FACT_VALUES[-1], "facts_date": "2026-03-01"},
}  # fmt: skip
