"""What the form of a search offers, and the words for what is asked already."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from registry.console.communes import shown
from registry.console.describing import month
from registry.console.quarters import offered
from registry.console.searching import Asked
from registry.console.texts import TEXTS
from registry.kernel.text import Language, Text
from registry.listings.service import FAR_M, MAX_ROOMS, NEAR_M, PROFILES, SHOWN_FAMILIES, Availability, Sort
from registry.territories.service import Places
from registry.vocabulary.facts import FEATURES, SECTIONS
from registry.vocabulary.grid import GRADE_LABELS
from registry.vocabulary.grid import PROFILES as PROFILE_NAMES
from registry.vocabulary.home_class import CLASSES
from registry.vocabulary.services import FAMILIES

RADII_M: Final = (500, 1_000, 2_000, 5_000, 10_000, 30_000)
AGES_DAYS: Final = (14, 35, 90, 180)


class Option(NamedTuple):
    value: str
    label: str


class Applied(NamedTuple):
    """A filter that is asked: what it says, and the address of the search without it."""

    label: str
    address: str


@dataclass(frozen=True, slots=True)
class Choices:
    """The options of every field that has some, in the language of the page, and what is asked now.

    Attributes:
        communes: What the field for them holds, where they are too many for options.
    """

    options: dict[str, list[Option]]
    features: list[tuple[str, list[Option]]]
    services: list[tuple[str, list[Option]]]
    applied: list[Applied]
    places: Places
    communes: str

    def name(self, field: str) -> Text:
        """Return the name of a field, its code where it has none."""
        return TEXTS.get(f"search.{field}") or Text(field, field)

    def label(self, name: str, value: str) -> str:
        """Return the words for a value."""
        return next((option.label for option in self.options.get(name, ()) if option.value == value), value)


def choices_of(asked: Asked, places: Places, language: Language, page: str) -> Choices:
    def said(key: str, **values: object) -> str:
        return TEXTS[key].in_language(language).format(**values)

    options = {
        "territory": [Option(each.slug, each.name) for each in places.territories],
        "commune": [Option._make(each[:2]) for each in places.communes],
        "within_m": [
            Option(str(metres), said("search.radius", distance=_distance(metres)))
            for metres in _with(RADII_M, asked.value("within_m"))
        ],
        "quarter": _quarters(asked, places),
        "class_min": [
            Option(str(each.number), f"{each.number} · {each.label.in_language(language)}") for each in CLASSES
        ],
        "rooms_min": _rooms(),
        "rooms_max": _rooms(),
        "availability": [Option(each, said(f"search.availability_{each}")) for each in Availability if each != "any"],
        "index_min": [Option(grade, label.in_language(language)) for grade, label in GRADE_LABELS.items()],
        "fresh_days": [
            Option(str(days), said("search.days", days=days)) for days in _with(AGES_DAYS, asked.value("fresh_days"))
        ],
        "sort": [
            Option(each, said(f"search.sort_{each}"))
            for each in Sort
            if each is not Sort.DISTANCE or asked.value("within_m") or asked.value("sort") == each
        ],
    }
    features = [
        (
            SECTIONS[section].in_language(language),
            [Option(fact.code, fact.label.in_language(language)) for fact in FEATURES if fact.section == section],
        )
        for section in dict.fromkeys(fact.section for fact in FEATURES)
    ]
    services = [
        (
            FAMILIES[family].label.in_language(language),
            [
                Option(
                    f"{family.code}:{metres}:{profile}",
                    said("search.within", metres=metres, profile=PROFILE_NAMES[profile].in_language(language).lower()),
                )
                for profile in PROFILES
                for metres in (NEAR_M, FAR_M)
            ],
        )
        for family in SHOWN_FAMILIES
    ]
    made = Choices(options, features, services, [], places, shown(asked.values("commune"), places))
    made.applied.extend(_applied(asked, made, language, page))
    return made


def _applied(asked: Asked, choices: Choices, language: Language, page: str) -> Iterator[Applied]:
    named = {
        **{option.value: option.label for _, group in choices.features for option in group},
        **{option.value: f"{family}, {option.label}" for family, group in choices.services for option in group},
    }
    for name, value in asked.given:
        label = named.get(value) if name in {"feature", "service"} else choices.label(name, value)
        if name == "available_before" and len(value) == len("2026-03"):
            label = _month(value, language)
        field = choices.name(name).in_language(language)
        alone = name in {"lift", "step_free", "possible", "area"}
        yield Applied(field if alone else f"{field} : {label}" if language == "fr" else f"{field}: {label}",
                      asked.without(page, name, value))  # fmt: skip


def _month(value: str, language: Language) -> str:
    try:
        return month(value).in_language(language)
    except (ValueError, IndexError):
        return value


def _rooms() -> list[Option]:
    return [Option(str(count), f"T{count}" if count < MAX_ROOMS else f"T{count}+") for count in range(1, MAX_ROOMS + 1)]


def _quarters(asked: Asked, places: Places) -> list[Option]:
    found = offered(places, asked.values("commune"), asked.values("quarter"))
    return [Option(each.code, f"{each.name} ({each.code.partition(':')[0]})") for each in found]


def _with(offered: Sequence[int], given: str) -> list[int]:
    """Return what is offered, and what the address asks besides: a form must not lose it."""
    asked = {int(given)} if given.isascii() and given.isdigit() and len(given) <= len("30000") else set()
    return sorted({*offered, *asked})


def _distance(metres: int) -> str:
    return f"{metres} m" if metres % 1_000 else f"{metres // 1_000} km"
