"""The form of a case: its fields in groups, what they hold of a case, and the case that was typed into them."""

import re
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any, Final, NamedTuple

from registry.console.communes import codes_of
from registry.console.quarters import offered
from registry.console.texts import TEXTS
from registry.kernel.errors import Fault
from registry.kernel.numbers import cents_of, money_said, money_typed
from registry.kernel.text import Language
from registry.territories.service import NamedQuarter, Places
from registry.transfers.service.cases import MOST_PLACES, NeedProfile
from registry.vocabulary.services import FAMILIES
from registry.vocabulary.transfers import LABELS, Aid, CaseKind, Consent, Ground, Lived, Shower, Side

PLACES_SHOWN: Final = 3
"""Places of somebody's week that the form offers; a case may have more over the API."""
TICKED: Final = "true"
_POINT: Final = re.compile(r"\s*(-?[0-9]{1,3}(?:\.[0-9]+)?)\s*[,; ]\s*(-?[0-9]{1,2}(?:\.[0-9]+)?)\s*")
CHOICES: Final[Mapping[str, type[StrEnum]]] = {
    "aid_indoors": Aid, "aid_outdoors": Aid, "shower": Shower, "transfer_side": Side, "lived": Lived,
}  # fmt: skip
NUMBERS: Final = (
    "steps_passable", "door_width_cm", "reach_low_cm", "reach_high_cm", "residents", "visiting_children", "rooms_min",
    "rooms_max", "current_rooms",
)  # fmt: skip
MONEY: Final = ("rent_max", "total_max", "current_rent", "current_charges")
"""Fields in euros; the model has cents."""
FLAGS: Final = (
    "grab_bars", "visual", "hearing", "cognitive", "carer_room", "parking", "ground_floor_or_lift",
)  # fmt: skip
GROUPS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("moving", ("aid_indoors", "aid_outdoors", "steps_passable", "ground_floor_or_lift", "door_width_cm")),
    ("washing", ("shower", "grab_bars", "transfer_side", "reach_low_cm", "reach_high_cm")),
    ("senses", ("visual", "hearing", "cognitive")),
    ("household", ("residents", "visiting_children", "carer_room", "rooms_min", "rooms_max", "parking")),
    ("money", ("rent_max", "total_max", "current_rent", "current_charges", "current_rooms")),
)
"""The fields of the need as the form groups them; the quarters and places have groups of their own."""
REQUIRED: Final = frozenset({"residents", "aid_indoors", "aid_outdoors", "shower"})


class Control(NamedTuple):
    """One field, as it is shown."""

    name: str
    kind: str
    label: str
    hint: str
    value: str
    choices: list[tuple[str, str]]
    required: bool
    invalid: bool


class Group(NamedTuple):
    key: str
    label: str
    hint: str
    controls: list[Control]


def said(key: str, language: Language) -> str:
    return TEXTS[key].in_language(language)


def labelled(codes: Iterable[StrEnum], language: Language) -> list[tuple[str, str]]:
    return [(code.value, LABELS[code].in_language(language)) for code in codes]


def groups(typed: Mapping[str, str], language: Language, invalid: set[str]) -> list[Group]:
    """Return the fields of the need with what was typed into them."""
    return [
        Group(
            key, said(f"cases.group_{key}", language), said(f"cases.hint_{key}", language),
            [_control(name, typed, language, invalid) for name in names],
        )
        for key, names in GROUPS
    ]  # fmt: skip


def _control(name: str, typed: Mapping[str, str], language: Language, invalid: set[str]) -> Control:
    hint = TEXTS.get(f"cases.help_{name}")
    kind = "choice" if name in CHOICES else "flag" if name in FLAGS else "money" if name in MONEY else "number"
    choices = labelled(CHOICES[name], language) if name in CHOICES else []
    return Control(
        name, kind, said(f"cases.field_{name}", language), hint.in_language(language) if hint else "",
        typed.get(name, ""), choices, name in REQUIRED, name in invalid,
    )  # fmt: skip


def rows_of_places(typed: Mapping[str, str], language: Language) -> list[dict[str, Any]]:
    """Return the rows for places of somebody's week; as many as are typed, three at least."""
    families = [(family.code, described.label.in_language(language)) for family, described in FAMILIES.items()]
    count = max(PLACES_SHOWN, sum(f"place_{n}_at" in typed for n in range(1, MOST_PLACES + 1)))
    return [
        {
            "n": n, "families": families, "family": typed.get(f"place_{n}_family", ""),
            "at": typed.get(f"place_{n}_at", ""), "within": typed.get(f"place_{n}_within", ""),
        }
        for n in range(1, count + 1)
    ]  # fmt: skip


def values_of(need: NeedProfile, language: Language) -> dict[str, str]:
    """Return what the fields hold of a need; a box that is not ticked is absent."""
    values = {name: str(getattr(need, name) or "") for name in CHOICES}
    values |= {name: "" if (value := getattr(need, name)) is None else str(value) for name in NUMBERS}
    values |= {name: TICKED for name in FLAGS if getattr(need, name)}
    for name in MONEY:
        values[name] = money_typed(getattr(need, f"{name}_cents"), language)
    values |= {f"commune_{code}": TICKED for code in need.communes} | {"communes": ", ".join(need.communes)}
    values |= {f"quarter_{code}": TICKED for code in need.quarters}
    for n, place in enumerate(need.places, 1):
        values |= {
            f"place_{n}_family": place.family or "", f"place_{n}_at": f"{place.lon}, {place.lat}",
            f"place_{n}_within": str(place.within_m),
        }  # fmt: skip
    return values


def need_of(typed: Mapping[str, str], places: Places) -> dict[str, Any]:
    """Return the need that was typed, as the model reads it: what is no number stays as it is, and is refused there.

    Raises:
        Unclear: A commune that was written is none of the territory's, or may be several.
    """
    given: dict[str, Any] = {name: value for name in CHOICES if (value := typed.get(name, ""))}
    given |= {name: _whole(value) for name in NUMBERS if (value := typed.get(name, ""))}
    given |= {name: name in typed for name in FLAGS}
    given |= {f"{name}_cents": _cents(value) for name in MONEY if (value := typed.get(name, ""))}
    given["communes"] = (
        list(dict.fromkeys(codes_of([typed.get("communes", "")], places)))
        if places.crowded
        else _ticked_communes(typed, places)
    )
    given["quarters"] = _ticked_quarters(typed, places)
    given["places"] = [
        _place(typed, n) for n in range(1, MOST_PLACES + 1) if typed.get(f"place_{n}_at", "")
    ]  # fmt: skip
    return given


def quarters_of(typed: Mapping[str, str], places: Places) -> list[NamedQuarter]:
    """Return the quarters that the form offers beside what was typed: every one that is ticked among them."""
    communes = [each.code for each in places.communes] if places.crowded else _ticked_communes(typed, places)
    return offered(places, communes, _ticked_quarters(typed, places))


def _ticked_communes(typed: Mapping[str, str], places: Places) -> list[str]:
    return [each.code for each in places.communes if f"commune_{each.code}" in typed]


def _ticked_quarters(typed: Mapping[str, str], places: Places) -> list[str]:
    return [each.code for each in places.quarters if f"quarter_{each.code}" in typed]


def _whole(value: str) -> Any:
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else value


def _cents(value: str) -> Any:
    cents = cents_of(value)
    return value if cents is None else cents


def _place(typed: Mapping[str, str], n: int) -> dict[str, Any]:
    at = typed[f"place_{n}_at"]
    found = _POINT.fullmatch(at)
    lon, lat = (float(found[1]), float(found[2])) if found else (at, at)
    return {
        "family": typed.get(f"place_{n}_family") or None, "lon": lon, "lat": lat,
        "within_m": _whole(typed.get(f"place_{n}_within", "")),
    }  # fmt: skip


def field_of(fault: Fault) -> str:
    """Return the field of the form in which a fault of the case stands."""
    parts = fault.field.split(".")
    if parts[0] == "consent":
        return f"consent_{parts[-1]}"
    if parts[:2] == ["need", "places"] and len(parts) > 2 and parts[2].isdigit():
        end = {"within_m": "within", "family": "family"}.get(parts[-1], "at")
        return f"place_{int(parts[2]) + 1}_{end}"
    if parts[0] == "need" and len(parts) > 1:
        return "area" if parts[1] in {"communes", "quarters"} else parts[1].removesuffix("_cents")
    return parts[0]


def described(need: NeedProfile, places: Places, language: Language) -> Iterator[tuple[str, str]]:
    """Yield what a need asks for, in words; what it leaves out is not said."""
    communes = {each.code: each.name for each in places.communes}
    quarters = {each.code: each.name for each in places.quarters}
    for _, names in GROUPS:
        for name in names:
            value = _stated(name, need, language)
            if value:
                yield said(f"cases.field_{name}", language), value
    if need.lived:
        yield said("cases.field_lived", language), LABELS[need.lived].in_language(language)
    if need.communes:
        yield said("cases.communes", language), ", ".join(communes.get(code, code) for code in need.communes)
    if need.quarters:
        yield said("cases.quarters", language), ", ".join(quarters.get(code, code) for code in need.quarters)
    names_of = {family.code: one.label.in_language(language) for family, one in FAMILIES.items()}
    for place in need.places:
        name = names_of[place.family] if place.family else said("cases.place_other", language)
        yield said("cases.place", language), said("cases.place_within", language).format(what=name, m=place.within_m)


def _stated(name: str, need: NeedProfile, language: Language) -> str:
    if name in MONEY:
        cents = getattr(need, f"{name}_cents")
        return "" if cents is None else money_said(cents).in_language(language)
    value = getattr(need, name)
    if name in FLAGS:
        return said("cases.yes", language) if value else ""
    if name in CHOICES:
        return "" if value is None or value in {Aid.NONE, Shower.ANY} else LABELS[value].in_language(language)
    if value is None or (name == "visiting_children" and not value):
        return ""
    return f"{value} cm" if name.endswith("_cm") else str(value)


KINDS: Final = tuple(CaseKind)
GROUNDS: Final = tuple(Ground)
BASES: Final = tuple(Consent)
LIVED: Final = tuple(Lived)
