"""How many homes of each residence count as adapted."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.assessment.repository.inputs import Key


class Counts(NamedTuple):
    """Homes of a class that is proven to be high enough, and those for which it is proven or possible."""

    proven: int
    possible: int
