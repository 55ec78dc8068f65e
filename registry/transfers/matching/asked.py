"""What a case asks of the listings, in the terms of their table: codes, bounds, places, weights."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from registry.listings.service import tags
from registry.transfers.figures import Cited, Figures
from registry.transfers.matching.near import lowest_class_without
from registry.transfers.matching.requirements import Requirement, class_needed, requirements
from registry.transfers.need import NeedProfile
from registry.vocabulary.matching import Criterion, MatchingWeights
from registry.vocabulary.transfers import Ground

CLASS: Final = "class_"


@dataclass(frozen=True, slots=True)
class Home:
    """The present home, of its landlord's own stock: where it is, exactly."""

    ref: str
    residence_id: uuid.UUID
    building_id: uuid.UUID | None
    commune: str
    quarters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """What the matching needs of a case.

    Attributes:
        rent_limit_cents: Principal rent that a home may have at most; so are the rooms and communes.
        freshness_days: Within how many days the charter asks homes to be confirmed.
        figures: Of the texts of law in force.
    """

    id: uuid.UUID
    territory_id: int
    need: NeedProfile
    ground: Ground | None
    deadline: date | None
    rent_limit_cents: int | None
    rooms_least: int
    rooms_most: int
    communes: tuple[str, ...]
    freshness_days: int
    weights: MatchingWeights
    figures: Figures
    today: date
    home: Home | None = None


@dataclass(frozen=True, slots=True)
class Short:
    """A demand that may be missed where the others hold, and the least class that is then asked for.

    ``home_class``: 1 where no class is asked.
    """

    index: int
    home_class: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A case in the terms of the listings.

    Attributes:
        demands: The hard demands, the one of the class first where there is one.
        least_class: That a home is of for all one knows, of that demand.
        shorts: See :class:`Short`; one by demand that is not the class's.
        weights: By criterion, of those that apply to the case.
        rent_to_beat: Principal rent of today, or the limit; ``lower_by``: the text by which a home's must be lower.
        wanted_quarters: Those that were named, and those of the present home.
    """

    case: Case
    demands: tuple[Requirement, ...]
    least_class: int | None
    shorts: tuple[Short, ...]
    weights: dict[Criterion, int]
    rent_to_beat: int | None
    total_to_beat: int | None
    lower_by: Cited | None
    under_occupied: bool
    wanted_quarters: tuple[str, ...] = field(default=())

    @property
    def strictly(self) -> bool:
        """Whether a home's principal rent must be lower than :attr:`rent_to_beat`, not only no higher."""
        return self.lower_by is not None

    @property
    def features(self) -> tuple[tuple[int, Requirement], ...]:
        """The demands that are not the class's, each with its place among all."""
        return tuple((n, each) for n, each in enumerate(self.demands) if each.home_class is None)


def asked_of(case: Case) -> Asked:
    """Return what a case asks."""
    need, home = case.need, case.home
    demands = requirements(need)
    least = class_needed(need)
    shorts = tuple(
        Short(n, lowest_class_without(least or 1, each)) for n, each in enumerate(demands) if each.home_class is None
    )  # fmt: skip
    rent = need.current_rent_cents if need.current_rent_cents is not None else case.rent_limit_cents
    totals = [cents for cents in (need.total_max_cents, need.current_total_cents) if cents is not None]
    total = min(totals, default=None)
    figures = case.figures
    people = figures.people(need.residents, need.visiting_children)
    under_occupied = need.current_rooms is not None and figures.under_occupied(need.current_rooms, people)
    lower_by = figures.lower_by(case.ground, under_occupied=under_occupied)
    applies = {
        Criterion.PLACE: home is not None or bool(need.quarters or case.communes),
        Criterion.DISTANCE: home is not None,
        Criterion.RENT: rent is not None,
        Criterion.TOTAL: total is not None,
        Criterion.SIZE: under_occupied,
        Criterion.ROUTINE: bool(need.places),
    }
    return Asked(
        case=case,
        demands=demands,
        least_class=least,
        shorts=shorts,
        weights={each: case.weights.of(each) for each in Criterion if applies.get(each, True)},
        rent_to_beat=rent,
        total_to_beat=total,
        lower_by=lower_by if need.current_rent_cents is not None else None,
        under_occupied=under_occupied,
        wanted_quarters=tuple(sorted({*need.quarters, *(home.quarters if home else ())})),
    )


def query_of(asked: Asked) -> str:
    """Return the ``query_int`` text of the listings that fit for all one knows, or nearly: what the index is asked."""
    case = asked.case
    groups: list[Sequence[int]] = [
        [
            tags.rooms(n)
            for n in range(case.rooms_least, min(max(case.rooms_least, case.rooms_most), tags.MAX_ROOMS) + 1)
        ]
    ]
    if case.rent_limit_cents is not None:
        groups.append(tags.rents(case.rent_limit_cents, possible=True))
    ways = _ways(asked)
    around = tags.query([tags.LISTED], *groups)
    if not ways:
        return around
    return f"{around}&({'|'.join(sorted(ways))})"


def _ways(asked: Asked) -> set[str]:
    """Return the codes of a listing that fits, and of each way in which one may nearly fit; none: every listing may."""
    of_features = {n: each.possible for n, each in asked.features if each.floor_most is None}
    least = asked.least_class or 1
    ways = [(of_features, least), (of_features, least - 1)]
    ways += [({n: held for n, held in of_features.items() if n != short.index}, short.home_class)
             for short in asked.shorts]  # fmt: skip
    found = set()
    for features, home_class in ways:
        held = {tag for possible in features.values() for tag in possible}
        if home_class > 1:
            held.add(tags.at_least(home_class, possible=True))
        if not held:
            return set()
        found.add("(" + "&".join(map(str, sorted(held))) + ")")
    return found


def smaller_rooms(asked: Asked) -> list[int]:
    """Return the codes of fewer rooms than today's."""
    rooms = asked.case.need.current_rooms or 1
    return [tags.rooms(n) for n in range(1, min(rooms, tags.MAX_ROOMS + 1))]


def fresh_from(asked: Asked, times: int) -> date:
    """Return the Monday from which a confirmation is not older than ``times`` the charter's days."""
    return asked.case.today - timedelta(days=times * asked.case.freshness_days + 6)
