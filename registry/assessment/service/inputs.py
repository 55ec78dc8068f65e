"""From rows to what the index reads, and to the grid that governs."""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any, Final, Literal, NamedTuple

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import OwnOrganisation
from registry.assessment.index import (
    PROPOSED_GRID,
    Compiled,
    Index,
    Interval,
    Origin,
    Reach,
    Residence,
    Rule,
    Stated,
    compile_grid,
)
from registry.assessment.repository import inputs
from registry.assessment.repository.counts import Counts
from registry.assessment.repository.inputs import Charter, Found
from registry.kernel.clock import date_in_france
from registry.vocabulary.grid import PASSABLE, PROPOSAL, Grid
from registry.vocabulary.services import Family

DEFAULT: Final = Grid()
"""What holds where no charter governs."""
_OUTCOMES: Final[dict[int, Literal["reached", "beyond", "unknown"]]] = {1: "reached", 2: "beyond", 3: "unknown"}
"""By the numbers of :class:`registry.surroundings.distances.Outcome`, as they are stored."""


class Governing(NamedTuple):
    """The grid of a residence, ready.

    Attributes:
        version: Names it; ``territory`` (its slug) whose charter it is of.
        rule: What it is called as the source of what no other text asks for.
    """

    compiled: Compiled
    version: str
    territory_id: int | None
    territory: str | None
    rule: Rule


def compiled_of(grid: Mapping[str, Any]) -> Compiled:
    """Return a grid, as JSON, ready; what it leaves out is as by default."""
    return _compiled(orjson.dumps(grid, option=orjson.OPT_SORT_KEYS))


@lru_cache(maxsize=256)
def _compiled(grid: bytes) -> Compiled:
    return compile_grid(Grid.model_validate_json(grid))


async def governing(session: AsyncSession, found: Iterable[Found]) -> dict[Charter | None, Governing]:
    """Return the grids of these residences by their charter, each compiled once."""
    charters = {each.charter for each in found}
    territories = [charter[0] for charter in charters if charter]
    given = await inputs.grids(session, territories) if territories else {}
    return {charter: _governing(charter, given) for charter in charters}


def _governing(charter: Charter | None, given: Mapping[int, dict[str, Any] | None]) -> Governing:
    grid = given.get(charter[0]) if charter else None
    compiled = compiled_of(grid or {})
    if charter is None:
        return Governing(compiled, PROPOSAL, None, None, PROPOSED_GRID)
    territory, slug, version, since = charter
    rule = Rule(f"Charte de « {slug} », version {version}, grille de l'indice", date_in_france(since))
    return Governing(compiled, f"{slug}/{version}", territory, slug, rule)


def residence_of(found: Found, counts: Counts, grid: Grid) -> Residence:
    """Return what the index reads of a residence; of homes that are declared and not named nothing is known."""
    unnamed = max((found.declared_homes or 0) - found.homes, 0)
    return Residence(
        found.homes + unnamed, counts.proven, counts.possible + unnamed,
        {code: _stated(fact) for code, fact in found.facts.items()}, _passable(found, grid),
        {Family(family).code: _reach(outcome, cost, entrance) for family, outcome, cost, entrance in found.services},
        lift_out=found.lift_out, single_level=found.single_level,
    )  # fmt: skip


def _passable(found: Found, grid: Grid) -> Interval | None:
    """Return the share of the first metres that the grid's profile passes."""
    around = found.around
    if around is None:
        return None
    if grid.profile == "wheelchair":
        return Interval(around.proven_m / around.paths_m, around.possible_m / around.paths_m)
    share = around.step_free_m / around.paths_m if grid.profile == "senior" else 1.0
    return Interval(share, share)


async def origins(session: AsyncSession, own: OwnOrganisation, ref: str, grid: Grid) -> dict[str, Origin]:
    """Return where what is computed of an own residence comes from, by family and for the first metres."""
    found = await inputs.own_origins(session, own, ref, profile=grid.profile)
    return {
        Family(family).code if family else PASSABLE: Origin(declarant, stated_on, reached)
        for family, declarant, stated_on, reached in found
    }


def _stated(fact: Mapping[str, Any]) -> Stated:
    return Stated(fact["value"], fact.get("source"), _day(fact.get("date")), _day(fact.get("until")))


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


def _reach(outcome: int, cost: float | None, entrance: Literal["yes", "limited", "no"] | None) -> Reach:
    return Reach(_OUTCOMES[outcome], cost, entrance or "unknown")


def shown(index: Index, governing: Governing) -> dict[str, Any]:
    """Return the index as it is kept and answered."""
    weights = governing.compiled.weights
    return {
        "low": index.low, "high": index.high, "completeness": index.completeness, "grade_low": index.grade_low,
        "grade_high": index.grade_high, "favourable": index.favourable, "homes": index.homes,
        "adapted": index.adapted, "possibly_adapted": index.possibly_adapted,
        "components": {
            code: {
                "low": round(part.low, 2), "high": round(part.high, 2), "completeness": round(part.completeness, 4),
                "weight": weight,
            }
            for (code, part), weight in zip(index.parts.items(), weights, strict=True)
        },
        "knock_outs": index.knock_outs,
    }  # fmt: skip


def row_of(found: Found, index: Index, governing: Governing) -> dict[str, Any]:
    """Return the index as the repository keeps it."""
    return {
        "organisation_id": found.key[0], "residence_id": found.key[1], **shown(index, governing),
        "grid_version": governing.version, "territory_id": governing.territory_id,
    }  # fmt: skip
