"""What the routes of the transfers have in common: conditions and versions."""

from typing import Annotated, Any, Final

from fastapi import Depends, Header

from registry.access.preconditions import ETAGS, Precondition

ETAG: Final[dict[str, Any]] = {
    "ETag": {"description": "The version, for If-Match.", "required": True, "schema": {"type": "string"}}
}


async def precondition(
    if_match: Annotated[
        str | None, Header(max_length=200, pattern=ETAGS, description="Only if the object is still this version.")
    ] = None,
    if_none_match: Annotated[
        str | None, Header(max_length=200, pattern=ETAGS, description="*: only if there is no such object yet.")
    ] = None,
) -> Precondition:
    """Return the conditions of RFC 9110 §13.1."""
    return Precondition(if_match, if_none_match)


Condition = Annotated[Precondition, Depends(precondition)]
