"""From the properties of a published feature or line to a row: communes, EPCI, départements, quarters.

Names of properties are those of API Géo, of IGN's Admin Express and Contours… IRIS, of the ANCT's QPV, and of INSEE's
tables, whatever their case.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from registry.territories.service.shapes import Shapes, is_polygon

Row = tuple[Any, ...]
_COMMUNE: Final = re.compile(r"[0-9AB]{5}")
_SIREN: Final = re.compile(r"[0-9]{9}")
_LARGER: Final = re.compile(r"[0-9][0-9AB][0-9]?")
"""The code of a département or of a région."""
# The last is the name that is said to be missing.
_NAME: Final = ("nom_officiel", "libelle", "nom")
_COMMUNE_CODE: Final = ("code_insee", "insee_com", "code")
_QUARTER_CODE: Final = ("code_iris", "code_qp")
_QUARTER_NAME: Final = ("nom_iris", "nom_qp", "lib_qp", "libelle", "nom")
_QUARTER_COMMUNE: Final = ("insee_com", "code_insee", "code_commune", "depcom", "insee")
_SIREN_OF: Final = ("code_siren", "siren")


@dataclass(frozen=True)
class Layer:
    """How a file of polygons is read as quarters: the layer's name, and which properties hold what.

    Attributes:
        code_field: ``None``: an IRIS's or a QPV's code where it has one, or else made from its name.
        name_field: ``None``: whatever is usual.
        commune_field: As ``name_field``; where a quarter names no commune, it is the one that holds its inner point.
    """

    name: str
    vintage: int
    code_field: str | None = None
    name_field: str | None = None
    commune_field: str | None = None


def code(value: str) -> str:
    if not _COMMUNE.fullmatch(value):
        raise ValueError(f"{value!r} is not an INSEE commune code")
    return value


def number(value: Any, kind: type[int] | type[float] = float) -> Any:
    return kind(value) if value not in {None, ""} else None


def departement_of(commune: str) -> str:
    """Return the département of an INSEE commune code: three characters overseas."""
    return commune[:3] if commune.startswith(("97", "98")) else commune[:2]


def table_of(properties: Any) -> str | None:
    """Return what a feature is by its properties: communes, epcis, departements; ``None``: a région."""
    if not isinstance(properties, dict):
        return "communes"  # whose reader says what is wrong
    given = _lowered(properties)
    if given.keys() & {"code_insee", "insee_com"}:
        return "communes"
    if given.keys() & {*_SIREN_OF} or _SIREN.fullmatch(str(given.get("code"))):
        return "epcis"
    if "insee_dep" in given or _LARGER.fullmatch(str(given.get("code"))):
        return "departements" if given.keys() & {"insee_dep", "region", "coderegion", "insee_reg"} else None
    return "communes"


def read_place(table: str, properties: Any, geometry: Any, shapes: Shapes, vintage: int) -> Row:
    """Return the row of a commune, an EPCI or a département."""
    given = _lowered(_object(properties, "properties"))
    if table == "communes":
        return _commune(given, geometry, shapes, vintage)
    if table == "epcis":
        siren = str(_first(given, ("code", *_SIREN_OF)))
        if not _SIREN.fullmatch(siren):
            raise ValueError(f"{siren!r} is not a SIREN of nine digits")
        return siren, _first(given, _NAME), given.get("nature") or given.get("type"), vintage
    found = str(_first(given, ("insee_dep", "code")))
    if not _LARGER.fullmatch(found):
        raise ValueError(f"{found!r} is not the code of a département")
    return found, _first(given, _NAME), _code_in(given, "region", "coderegion", "insee_reg"), vintage


def read_quarter(properties: Any, geometry: Any, shapes: Shapes, layer: Layer) -> Row:
    """Return the row of a quarter; its commune may be ``None``."""
    given = _object(properties, "properties")
    lowered = _lowered(given)
    if geometry is None:
        _object(geometry, "geometry")
    shape = shapes.read(geometry)
    if shape is None or not is_polygon(shape):
        raise ValueError(f"a quarter is a polygon, not a {shape.geom_type if shape else None}")
    name = str(given[layer.name_field] if layer.name_field else _first(lowered, _QUARTER_NAME))
    commune = given[layer.commune_field] if layer.commune_field else _any(lowered, _QUARTER_COMMUNE)
    stated = given[layer.code_field] if layer.code_field else _any(lowered, _QUARTER_CODE)
    return (
        layer.name, str(stated) if stated else slug(f"{commune or ''} {name}"), name,
        str(commune) if commune else None, layer.vintage, shapes.polygons(shape),
    )  # fmt: skip


def _commune(given: Mapping[str, Any], geometry: Any, shapes: Shapes, vintage: int) -> Row:
    found = code(str(_first(given, _COMMUNE_CODE)))
    shape = shapes.read(geometry)
    if shape is not None and not is_polygon(shape) and shape.geom_type != "Point":
        raise ValueError(f"a commune is a polygon or a point, not a {shape.geom_type}")
    centre = shapes.read(given.get("centre")) or (shape if shape is not None and not is_polygon(shape) else None)
    contour = shapes.polygons(shape) if shape is not None and is_polygon(shape) else None
    return (
        found, _first(given, _NAME), _epci(given),
        _code_in(given, "departement", "codedepartement", "insee_dep") or departement_of(found),
        _code_in(given, "coderegion", "region", "insee_reg"), number(given.get("population"), int),
        centre.x if centre is not None else None, centre.y if centre is not None else None, contour, vintage,
    )  # fmt: skip


def _epci(given: Mapping[str, Any]) -> str | None:
    """Return the SIREN; Admin Express writes NR where there is none, and two with a stroke between (Lyon)."""
    found = _code_in(given, "epci_siren", "codeepci", "epci", "siren_epci")
    first = (found or "NR").split("/")[0]
    return first if first != "NR" else None


def _lowered(given: Mapping[str, Any]) -> dict[str, Any]:
    return {str(name).lower(): value for name, value in given.items()}


def _any(given: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    return next((given[name] for name in names if given.get(name) not in {None, ""}), None)


def _first(given: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    found = _any(given, names)
    if found is None:
        raise KeyError(names[-1])
    return found


def _object(given: Any, name: str) -> Mapping[str, Any]:
    if not isinstance(given, dict):
        raise TypeError(f"'{name}' is {'null' if given is None else 'not an object'}")
    return given


def _code_in(given: Mapping[str, Any], *names: str) -> str | None:
    """Return the first code that is given: as such, or as API Géo's object of code and name."""
    for name in names:
        value = given.get(name)
        found = value["code"] if isinstance(value, dict) else value
        if found is not None and not isinstance(found, str):
            raise ValueError(f"'{name}' is {found!r}, not a code")
        if found:
            return found
    return None


def slug(name: str) -> str:
    """Return a name as a code: without accents, in lower case, hyphens for whatever is no letter or digit."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
