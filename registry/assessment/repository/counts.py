"""How many homes of each residence count as adapted: the class of a home as SQL, counted."""

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import OwnOrganisation
from registry.assessment.repository.inputs import Key
from registry.stock.service import WHAT_COUNTS
from registry.vocabulary.conditions import sql
from registry.vocabulary.home_class import ORDINARY, condition_of


class Counts(NamedTuple):
    """Homes of which it is proven that their class is high enough, and of which it is proven or possible."""

    proven: int
    possible: int


def _value(code: str) -> str:
    """Return the SQL of a fact's value: what is unknown is absent, never kept as "unknown"."""
    return f"(counting.facts->'{code}'->>'value')"


@cache
def _statement(least: int, *, own: bool) -> TextClause:
    holds = "true" if least <= ORDINARY else sql(condition_of(least), _value, "h.floor")
    whose = (
        "h.organisation_id = :organisation AND h.residence_id = :residence"
        if own
        else "(h.organisation_id, h.residence_id) IN"
        " (SELECT * FROM unnest(CAST(:organisations AS uuid[]), CAST(:residences AS uuid[])))"
    )
    return text(
        f"""
        SELECT k.organisation_id, k.residence_id, count(*) FILTER (WHERE k.holds),
            count(*) FILTER (WHERE k.holds IS NOT FALSE)
        FROM (
            SELECT h.organisation_id, h.residence_id, {holds} AS holds
            FROM homes h
            JOIN residences r ON r.organisation_id = h.organisation_id AND r.id = h.residence_id
            {WHAT_COUNTS}
            WHERE {whose} AND h.status <> 'withdrawn' OFFSET 0) k
        GROUP BY 1, 2
        """
    )


async def counts(session: AsyncSession, keys: Sequence[Key], *, least: int) -> dict[Key, Counts]:
    """Return how many homes of each residence are at least of a class; one without homes is left out. As the job."""
    values = {"organisations": [key[0] for key in keys], "residences": [key[1] for key in keys]}
    rows = await session.execute(_statement(least, own=False), values)
    return {(row[0], row[1]): Counts(row[2], row[3]) for row in rows}


async def own_counts(session: AsyncSession, organisation: OwnOrganisation, key: Key, *, least: int) -> Counts:
    """Return the same of one of the landlord's own residences."""
    values = {"organisation": organisation, "residence": key[1]}
    row = (await session.execute(_statement(least, own=True), values)).one_or_none()
    return Counts(row[2], row[3]) if row else Counts(0, 0)
