"""What the routes of the charter have in common: the territory, the version, conditions."""

import uuid
from typing import Annotated, Any, Final

from fastapi import Depends, Header, Path

from registry.access.preconditions import ETAGS, Precondition
from registry.charter.schemas.versions import MAX_VERSION

TERRITORY_PATTERN: Final = r"^[a-z0-9-]+$"
Territory = Annotated[
    str, Path(description="The territory's id.", min_length=1, max_length=60, pattern=TERRITORY_PATTERN)
]
Version = Annotated[int, Path(description="Number of the version.", ge=1, le=MAX_VERSION)]
FIRST: Final = str(uuid.UUID(int=0))
"""Before every id: where a list begins."""
ETAG: Final[dict[str, Any]] = {
    "ETag": {"description": "The revision, for If-Match.", "required": True, "schema": {"type": "string"}}
}


async def precondition(
    if_match: Annotated[
        str | None, Header(max_length=200, pattern=ETAGS, description="Only if the draft is still this revision.")
    ] = None,
    if_none_match: Annotated[
        str | None, Header(max_length=200, pattern=ETAGS, description="*: only if there is no draft yet.")
    ] = None,
) -> Precondition:
    """Return the conditions of RFC 9110 §13.1."""
    return Precondition(if_match, if_none_match)


Condition = Annotated[Precondition, Depends(precondition)]
