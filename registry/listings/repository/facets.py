"""The SQL of the numbers beside a search: one pass over the listings that it finds, grouped by the codes counted.

``&`` leaves of a listing's codes those that are counted, so that the thousands of listings of a territory become a few
hundred groups before anything leaves the database. At most :data:`MOST` are looked at: whoever finds more has not
asked for anything yet.
"""

from collections.abc import Iterator
from itertools import chain
from typing import Final, LiteralString, NamedTuple

from registry.listings import tags
from registry.listings.repository.search import Conditions, Values, matching
from registry.platform.database import Database, Role

MOST: Final = 20_000
SLOWEST_MS: Final = 1_000
"""A list is shown without numbers rather than after them."""


class Group(NamedTuple):
    """Listings with the same codes, those that are counted, and in the same quarters."""

    codes: list[int]
    quarters: list[str]
    listings: int


def _counted() -> Iterator[int]:
    for home_class in range(2, 7):
        yield from (tags.at_least(home_class, possible=possible) for possible in (False, True))
    yield from (tags.rooms(count) for count in range(1, tags.MAX_ROOMS + 1))
    yield from chain((tags.AVAILABLE_NOW, tags.AVAILABLE_SOON, tags.OCCUPIED))


COUNTED: Final = sorted(_counted())


def statement(asked: Conditions) -> tuple[LiteralString, Values]:
    """Return the counting as one SELECT and its values: what is run, and explained in tests."""
    condition, values = matching(asked)
    values["counted"] = COUNTED
    query = (
        "SELECT tags & %(counted)s::integer[] AS codes, quarter_codes, count(*)::integer FROM ("
        f"SELECT tags, quarter_codes FROM listings WHERE {condition} LIMIT {MOST + 1}) found GROUP BY 1, 2"
    )
    return query, values


async def count(database: Database, asked: Conditions, *, actor: str, role: Role) -> list[Group]:
    """Count in a transaction of its own, in one round trip.

    Raises:
        psycopg.errors.QueryCanceled: It takes longer than :data:`SLOWEST_MS`.
    """
    query, values = statement(asked)
    limit: LiteralString = f"SET LOCAL statement_timeout = {SLOWEST_MS}"
    answer = await database.alone(query, values, role=role, organisation=asked.own, actor=actor, planned=(limit,))
    return [Group(*row) for row in answer.all()]
