"""Values that may be right and are probably not: "are you sure?". They are noted and taken.

The bounds are wide on purpose: they find a unit mistaken for another and a column that slipped, not an unusual home.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from registry.kernel.text import Text

Doubt = tuple[str, Any, Text]
"""Attribute, value, rule."""
SURE: Final = Text("Vérifiez cette valeur ; elle est prise telle quelle.", "Check this value; it is taken as it is.")
TOP_FLOOR: Final = 40
# A main room has 9 m² at least (décret 2002-120 du 30 janvier 2002, art. 4, for one of them).
_LEAST_AREA: Final = 8
_MOST_AREA: Final = 80
_LEAST_RENT: Final = 1  # euros a month and m²; social rents are 4 to 15
_MOST_RENT: Final = 30
_FLOOR: Final = Text("Étage au-dessus de 40", "Floor above 40")
_ABOVE: Final = Text("Étage au-dessus du dernier niveau du bâtiment", "Floor above the building's last level")
_AREA: Final = Text("Surface peu plausible pour ce nombre de pièces", "Area hardly plausible for so many rooms")
_RENT: Final = Text("Loyer au m² peu plausible", "Rent per m² hardly plausible")
_ROOMS: Final = Text("Typologie et nombre de pièces ne vont pas ensemble", "Typology and number of rooms do not match")
_STEPS: Final = Text(
    "Aucune marche jusqu'à la porte, en étage et sans ascenseur", "No step to the door, upstairs and without a lift"
)


def of_home(home: Mapping[str, Any], levels: int | None) -> list[Doubt]:
    """Return what is doubtful of a home as it is stated; ``levels``: of its building, the ground floor included."""
    found: list[Doubt] = []
    rooms, area = home.get("rooms"), home.get("area_m2")
    if area is not None:
        area = float(area)
        rent = home.get("rent_cents")
        if rooms and not _LEAST_AREA <= area / rooms <= _MOST_AREA:
            found.append(("area_m2", area, _AREA))
        if rent and not _LEAST_RENT <= rent / 100 / area <= _MOST_RENT:
            found.append(("rent_cents", rent, _RENT))
    typology, floor = home.get("typology"), home.get("floor")
    if rooms and typology and int(typology[1]) != min(rooms, 9):
        found.append(("typology", typology, _ROOMS))
    if floor is not None and floor > 0:
        found += _of_floor(home, floor, levels)
    return found


def _of_floor(home: Mapping[str, Any], floor: int, levels: int | None) -> Iterator[Doubt]:
    if floor > TOP_FLOOR:
        yield "floor", floor, _FLOOR
    if levels == floor:  # the ground floor was perhaps not counted
        yield "floor", floor, _ABOVE
    facts = home.get("facts")
    if facts and _value(facts, "steps_to_door") == 0 and _value(facts, "lift") == "no":
        yield "steps_to_door", 0, _STEPS


def _value(facts: Mapping[str, Any], code: str) -> Any:
    return (facts.get(code) or {}).get("value")
