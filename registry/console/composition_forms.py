"""What a form says that a territory is made of: from text fields and a GeoJSON file to the territory's own schema."""

import re
from collections.abc import Mapping
from typing import Any, Final, TypeVar

import orjson
from pydantic import BaseModel, ValidationError
from starlette.datastructures import UploadFile

from registry.console.texts import TEXTS
from registry.kernel.errors import Invalid
from registry.kernel.text import Text
from registry.kernel.validation import fault_of
from registry.territories.schemas import TerritoryChange, TerritoryCreate
from registry.territories.service import Definition

LONGEST: Final = 900_000
"""Characters of a field: an outline of ten thousand vertices, or the codes of every commune."""
PARTS: Final = ("epcis", "departements", "communes")
_CODES: Final = frozenset(f"composition.{part}" for part in PARTS)
_NOT_A_CODE: Final = Text("ce code n'en est pas un", "this is not such a code")
_LABELS: Final = {
    "id": "territory.id", "name": "territories.name", "outline": "territory.form_outline", "epcis":
    "territory.form_epcis", "departements": "territory.form_departements", "communes": "territory.form_communes",
}  # fmt: skip
"""The label of each field, by its name."""
_SEPARATORS: Final = re.compile(r"[\s,;]+")
Read = TypeVar("Read", bound=BaseModel)


class CompositionInvalid(Invalid):
    title = Text("Ce territoire ne peut pas être enregistré", "This territory cannot be kept")
    remedy = Text(
        "Corrigez le champ : un EPCI a un SIREN de neuf chiffres, une commune un code INSEE de cinq caractères, un"
        " département un code de deux ou trois.",
        "Correct the field: an EPCI has a SIREN of nine digits, a commune an INSEE code of five characters, a"
        " département a code of two or three.",
    )


class OutlineUnreadable(Invalid):
    title = Text("Le contour n'est pas du GeoJSON", "The outline is not GeoJSON")
    remedy = Text(
        "Donnez un Polygon, un MultiPolygon, ou une collection d'objets de ces types, en WGS84.",
        "Give a Polygon, a MultiPolygon, or a collection of features of these types, in WGS84.",
    )


def fields_of(row: Definition | None) -> dict[str, str]:
    """Return the fields of the form as a territory fills them; empty for a new one."""
    made_of = row.made_of if row else {}
    return {
        "id": row.slug if row else "",
        "name": row.name if row else "",
        **{part: "\n".join(made_of.get(part, ())) for part in PARTS},
        "outline": (row.outline or "") if row else "",
        "revision": str(row.revision) if row else "",
    }


async def with_file(fields: Mapping[str, str], file: UploadFile | None) -> dict[str, str]:
    """Return the fields with the outline of the file, where one was chosen.

    Raises:
        OutlineUnreadable: It is no text.
    """
    content = await file.read(LONGEST) if file is not None and file.filename else b""
    if not content:
        return dict(fields)
    try:
        return {**fields, "outline": content.decode("utf-8-sig")}
    except UnicodeDecodeError:
        raise OutlineUnreadable(field="outline") from None


def created_of(fields: Mapping[str, str]) -> TerritoryCreate:
    """Return the new territory that a form states.

    Raises:
        CompositionInvalid, OutlineUnreadable: As they say.
    """
    return _read(TerritoryCreate, {"id": fields["id"].strip(), **_stated(fields)})


def change_of(fields: Mapping[str, str]) -> TerritoryChange:
    """Return the change that a form states; raises as :func:`created_of`."""
    return _read(TerritoryChange, _stated(fields))


def _stated(fields: Mapping[str, str]) -> dict[str, Any]:
    codes = {part: [code for code in _SEPARATORS.split(fields[part].upper()) if code] for part in PARTS}
    return {"name": fields["name"].strip(), "composition": {**codes, "outline": _outline(fields["outline"].strip())}}


def _outline(given: str) -> dict[str, Any] | None:
    """Return the geometry of GeoJSON in any of its forms: geometries of several features become one."""
    if not given:
        return None
    try:
        document = orjson.loads(given)
        features = document["features"] if document.get("type") == "FeatureCollection" else [document]
        shapes = [each["geometry"] if each.get("type") == "Feature" else each for each in features]
        if len(shapes) == 1:
            return {"type": shapes[0]["type"], "coordinates": shapes[0]["coordinates"]}
        parts = [
            part
            for shape in shapes
            for part in (shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]])
        ]
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError):
        raise OutlineUnreadable(field="outline") from None
    return {"type": "MultiPolygon", "coordinates": parts}


def _read(model: type[Read], given: dict[str, Any]) -> Read:
    try:
        return model.model_validate(given)
    except ValidationError as error:
        first = fault_of(dict(error.errors()[0]))
        field = ".".join(first.field.split(".")[: 2 if first.field.startswith("composition.") else 1])
        label = TEXTS[_LABELS[field.removeprefix("composition.")]]
        value = str(first.value)[:80] if isinstance(first.value, str) and first.value else None
        said = _NOT_A_CODE if field in _CODES else first.message
        told = Text(f"{label.fr} : {said.fr}.", f"{label.en}: {said.en}.")
        if value:
            told = Text(f"{label.fr} « {value} » : {said.fr}.", f"{label.en} '{value}': {said.en}.")
        raise CompositionInvalid(told, field=field, value=value) from None
