"""What somebody searches for at the console, as the address says it: the names and rules of ``GET /v1/listings``.

Three things differ, for people: ``rent`` is in euros; ``within_m`` with one commune is around that commune's centre;
``area`` is a polygon in one text, ``lon,lat lon,lat …``, which the API takes as GeoJSON. What a form leaves empty is
not asked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

from pydantic import ValidationError

from registry.console.communes import Unclear, codes_of
from registry.kernel.errors import Fault
from registry.kernel.text import Text
from registry.kernel.validation import fault_of
from registry.listings.service import ListingFilters, ListingQuery, ListingSearch
from registry.territories.service import Places

LISTS: Final = frozenset({"commune", "feature", "service", "landlord"})
PAGING: Final = frozenset({"cursor", "limit", "count"})
UNASKED: Final = frozenset({"lang", *PAGING})
"""Not filters: how the answer is given."""
SHOWN: Final = 20
MAX_GIVEN: Final = 120
_CENTS: Final = 100
_FIELDS: Final = {"rent_max": "rent"}
"""The names of the form for those of the model."""

Given = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A search.

    Attributes:
        given: The filters as the address has them, in its order, without what is empty.
        filters: What they ask; ``None`` where ``faults`` say why they cannot be read.
        cursor: Where the page begins.
    """

    given: Given
    filters: ListingQuery | ListingSearch | None
    cursor: str | None = None
    faults: tuple[Fault, ...] = field(default=())

    def values(self, name: str) -> list[str]:
        return [value for key, value in self.given if key == name]

    def value(self, name: str) -> str:
        """Return the first value, empty where none was given."""
        return next(iter(self.values(name)), "")

    def address(self, page: str, *, without: Sequence[str] = (), **more: str) -> str:
        """Return the address of the same search on a page, other filters instead of those of the same name."""
        dropped = {*without, *more}
        kept = [(name, value) for name, value in self.given if name not in dropped]
        query = urlencode([*kept, *((name, value) for name, value in more.items() if value)])
        return f"{page}?{query}" if query else page

    def without(self, page: str, name: str, value: str) -> str:
        """Return the address of the same search without one filter, and what makes no sense without it."""
        gone = {(name, value)}
        if name in {"near", "within_m", "commune"}:
            gone |= {pair for pair in self.given if pair[0] in {"near", "within_m"} or pair == ("sort", "distance")}
        query = urlencode([pair for pair in self.given if pair not in gone])
        return f"{page}?{query}" if query else page


def read(parameters: Sequence[tuple[str, str]], places: Places) -> Asked:
    """Read the parameters of an address; ``places``: the communes that may be searched around.

    Communes that were written, where they are too many for a list, stand in what is returned by their codes.
    """
    given = tuple(
        (name, value.strip())
        for name, value in parameters[:MAX_GIVEN]
        if name not in UNASKED and value.strip() and "\0" not in value
    )
    cursor = next((value for name, value in parameters if name == "cursor" and value and "\0" not in value), None)
    try:
        given = _coded(given, places) if places.crowded else given
        stated = _stated(given, places)
        filters = (ListingSearch if "area" in stated else ListingQuery).model_validate({**stated, "limit": SHOWN})
    except ValidationError as error:
        return Asked(given, None, faults=tuple(_ours(fault_of(each)) for each in error.errors()))
    except _NotReadable as error:
        return Asked(given, None, faults=(error.fault,))
    return Asked(given, filters, cursor)


def whole(filters: ListingQuery | ListingSearch) -> ListingFilters:
    """Return the filters that a tile takes: all but the place around which, or in which, the list is."""
    kept = ListingFilters.model_fields.keys()
    return ListingFilters.model_validate(filters.model_dump(include=set(kept), exclude_defaults=True))


class _NotReadable(Exception):  # it becomes a fault
    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.field)
        self.fault = fault


def _coded(given: Given, places: Places) -> Given:
    """Return the filters with the code of each commune that was written."""
    others = [(name, value) for name, value in given if name != "commune"]
    try:
        codes = dict.fromkeys(codes_of((value for name, value in given if name == "commune"), places))
    except Unclear as error:
        raise _NotReadable(Fault("commune", error.written, error.message)) from None
    return (*(("commune", code) for code in codes), *others)


def _stated(given: Given, places: Places) -> dict[str, Any]:
    """Return the filters in the terms of the model."""
    stated: dict[str, Any] = {}
    for name, value in given:
        if name in LISTS:
            stated.setdefault(name, []).append(value)
        elif name in stated or name == "rent_max":
            raise _NotReadable(Fault(name, value, Text("Nom inconnu ou répété", "Unknown or repeated name")))
        else:
            stated[name] = value
    if "rent" in stated:
        stated["rent_max"] = _cents(stated.pop("rent"))
    if "area" in stated:
        _inside(stated)
    elif "within_m" in stated and "near" not in stated:
        _around(stated, places)
    return stated


def _cents(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 6):
        raise _NotReadable(
            Fault("rent", text, Text("Un montant en euros entiers est attendu", "A whole amount in euros is expected"))
        )
    return int(text) * _CENTS


def _inside(stated: dict[str, Any]) -> None:
    """Read the polygon; refuse a second place beside it, and read numbers as JSON has them."""
    for name in ("near", "within_m", "bbox"):
        if name in stated:
            raise _NotReadable(
                Fault(name, stated[name], Text(
                    "Une zone dessinée remplace les autres lieux : retirez l'un des deux",
                    "A drawn area stands for any other place: leave one of the two out",
                ))
            )  # fmt: skip
    corners = [corner.split(",") for corner in stated["area"].split()]
    try:
        ring = [[float(lon), float(lat)] for lon, lat in corners]
    except ValueError:
        raise _NotReadable(
            Fault("area", stated["area"], Text(
                "La forme attendue est lon,lat lon,lat lon,lat", "The expected form is lon,lat lon,lat lon,lat",
            ))
        ) from None  # fmt: skip
    if ring and ring[0] != ring[-1]:
        ring.append(ring[0])
    stated["area"] = {"type": "Polygon", "coordinates": [ring]}
    for name in ("rooms_min", "rooms_max", "class_min", "area_min", "floor_max", "fresh_days"):
        if stated.get(name, "").isdigit():
            stated[name] = int(stated[name])
    for name in ("lift", "step_free", "possible"):
        if stated.get(name) in {"true", "false"}:
            stated[name] = stated[name] == "true"


def _around(stated: dict[str, Any], places: Places) -> None:
    """Put the centre of the commune that is named in the place of the commune."""
    named = stated.pop("commune", [])
    centre = next(
        ((each.lon, each.lat) for each in places.communes if named == [each.code] and each.lon is not None), None
    )
    if centre is None:
        raise _NotReadable(
            Fault("within_m", stated["within_m"], Text(
                "Choisissez la commune autour de laquelle chercher", "Choose the commune around which to search",
            ))
        )  # fmt: skip
    stated["near"] = f"{centre[0]:.6f},{centre[1]:.6f}"


def _ours(fault: Fault) -> Fault:
    """Return a fault by the name that the form has for its field."""
    name = fault.field.partition(".")[0]
    return fault._replace(field=_FIELDS.get(name, name))


def by_name(pairs: Sequence[Any]) -> Mapping[str, str]:
    """Return names by code."""
    return {each.code: each.name for each in pairs}
