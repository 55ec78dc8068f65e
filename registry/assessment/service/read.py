"""What a landlord asks of the indexes of its own residences."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import OwnOrganisation, Principal, own_organisation
from registry.assessment.index import (
    Changes,
    Index,
    Interval,
    Lever,
    Planned,
    Residence,
    Row,
    assess,
    changed,
    explain,
    known_facts,
    levers,
    passable,
)
from registry.assessment.repository import indexes, inputs
from registry.assessment.repository.counts import own_counts
from registry.assessment.repository.inputs import Found
from registry.assessment.schemas import FACTS, STEPS, Simulation, delivered
from registry.assessment.service.inputs import DEFAULT, Governing, governing, origins, residence_of
from registry.kernel.clock import now, today
from registry.stock import service as stock
from registry.stock.errors import ResidenceNotFound
from registry.vocabulary.fact import Fact
from registry.vocabulary.works import WORKS_OF


@dataclass(frozen=True, slots=True)
class Assessed:
    """A residence with its index and what it is made of."""

    ref: str
    index: Index
    rows: list[Row]
    levers: list[Lever]
    governing: Governing
    computed_at: datetime


@dataclass(frozen=True, slots=True)
class Simulated:
    """The index of a residence as it is, and as it would be.

    Attributes:
        cost: Between what the works cost, in cents, by what is stated as feasible; ``None``: not of every one of them.
        passable_before: Share of the first 200 m that the grid's profile passes, 0 to 1; ``None``: unknown.
    """

    ref: str
    before: Index
    after: Index
    governing: Governing
    cost: tuple[int, int] | None
    passable_before: Interval | None
    passable_after: Interval | None


async def read_assessment(*, session: AsyncSession, principal: Principal, ref: str) -> Assessed:
    """Return the index of one of the landlord's own residences, computed now, with its explanation.

    Raises:
        ResidenceNotFound: It has none of that reference.
    """
    found, residence, grid = await _known(session, own_organisation(principal), ref)
    costs = await inputs.own_feasible(session, own_organisation(principal), ref)
    known = await origins(session, own_organisation(principal), ref, grid.compiled.grid)
    on = today()
    return Assessed(
        found.ref, assess(grid.compiled, residence, on=on),
        explain(grid.compiled, residence, on=on, origins=known, rule=grid.rule),
        levers(grid.compiled, residence, _catalogue(costs, known_facts(residence, on)), on=on), grid, now(),
    )  # fmt: skip


async def simulate_works(*, session: AsyncSession, principal: Principal, ref: str, given: Simulation) -> Simulated:
    """Return what the index of an own residence would become.

    Raises:
        ResidenceNotFound: It has none of that reference.
    """
    found, residence, grid = await _known(session, own_organisation(principal), ref)
    on = today()
    facts: dict[str, str | int] = {}
    for code in given.works:
        facts |= _delivered(code, known_facts(residence, on))
    mended = given.facts.get(STEPS, 0) == 0 and any(STEPS in delivered(code) for code in given.works)
    planned = changed(
        grid.compiled.grid, residence, Changes({**facts, **given.facts}, given.adapted_homes, steps_mended=mended)
    )
    costs = await inputs.own_feasible(session, own_organisation(principal), ref)
    return Simulated(
        found.ref, assess(grid.compiled, residence, on=on), assess(grid.compiled, planned, on=on), grid,
        _cost(set(given.works), costs), passable(residence, on=on), passable(planned, on=on),
    )  # fmt: skip


def _cost(works: set[str], costs: Mapping[str, tuple[int, int]]) -> tuple[int, int] | None:
    if not works or not works <= costs.keys():
        return None
    return sum(costs[work][0] for work in works), sum(costs[work][1] for work in works)


async def _known(session: AsyncSession, own: OwnOrganisation, ref: str) -> tuple[Found, Residence, Governing]:
    found = await inputs.own(session, own, ref, profile=DEFAULT.profile)
    if found is None:
        raise ResidenceNotFound
    grid = (await governing(session, [found]))[found.charter]
    counted = await own_counts(session, own, found.key, least=grid.compiled.grid.adapted_class)
    return found, residence_of(found, counted, grid.compiled.grid), grid


def _delivered(work: str, known: Mapping[str, str | int]) -> Mapping[str, str | int]:
    """Return what works change of a residence: nobody builds to make it worse, what is as good already stays."""
    given = delivered(work)
    return {code: value for code, value in given.items() if not _as_good(FACTS[code], known.get(code), value)}


def _as_good(fact: Fact, known: str | int | None, value: str | int) -> bool:
    if isinstance(known, int) and isinstance(value, int) and fact.threshold is not None:
        return known >= value if fact.threshold.comparison == ">=" else known <= value
    return known == value


def _catalogue(costs: Mapping[str, tuple[int, int]], known: Mapping[str, str | int]) -> list[Planned]:
    """Return the works of the catalogue that change a residence, with what they cost there."""
    changes = {
        work: Changes(_delivered(work, known), steps_mended=STEPS in delivered(work)) for work in WORKS_OF["residence"]
    }
    return [
        Planned(work, given, *costs.get(work, (None, None)))
        for work, given in changes.items()
        if given.facts or given.steps_mended
    ]


async def list_assessments(
    *, session: AsyncSession, principal: Principal, after: str, limit: int, favourable: str | None
) -> list[dict[str, Any]]:
    """Return the indexes of own residences as they were computed last, by reference (byte order).

    Args:
        favourable: "yes", "no" or "unknown"; ``None``: all of them.
    """
    return await indexes.page(session, own_organisation(principal), after=after, limit=limit, favourable=favourable)


async def list_history(
    *, session: AsyncSession, principal: Principal, ref: str, before: datetime | None, limit: int
) -> list[dict[str, Any]]:
    """Return how the index of an own residence became so, latest first.

    Raises:
        ResidenceNotFound: The landlord has none of that reference.
    """
    await stock.read_residence(session=session, principal=principal, ref=ref)
    return await indexes.history(session, own_organisation(principal), ref, before=before, limit=limit)
