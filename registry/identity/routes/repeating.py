"""What the routes of an organisation's own affairs have in common: conditions, repeated requests, versions."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Final

from fastapi import Depends, Header, Request
from fastapi.responses import Response
from pydantic import BaseModel

from registry.access import repeating
from registry.access.dependencies import Caller
from registry.access.idempotency import Answered
from registry.access.media import JSON
from registry.access.preconditions import ETAGS, Precondition, etag
from registry.identity import answers

ETAG: Final[dict[str, Any]] = {
    "ETag": {"description": "The version, for If-Match.", "required": True, "schema": {"type": "string"}}
}


async def precondition(
    if_match: Annotated[
        str | None, Header(max_length=200, pattern=ETAGS, description="Only if the object is still this version.")
    ] = None,
) -> Precondition:
    """Return the condition of RFC 9110 §13.1.1."""
    return Precondition(if_match)


Condition = Annotated[Precondition, Depends(precondition)]


async def once(
    request: Request,
    caller: Caller,
    key: str | None,
    make: Callable[[], Awaitable[tuple[BaseModel, BaseModel]]],
) -> Response:
    """Answer 201 with what ``make`` made, once for each key; it returns the answer, and the one to repeat.

    They differ by a secret, which is said once and not kept.
    """
    said: list[BaseModel] = []

    async def made() -> Answered:
        answer, again = await make()
        said.append(answer)
        return Answered(201, JSON, again.model_dump_json().encode())

    repeated = await repeating.once(caller, request.url.path, key, await request.body(), made)
    return Response(said[0].model_dump_json(), 201, media_type=JSON) if said else repeated


def versioned(answer: answers.ClientOut | answers.MemberOut) -> Response:
    return Response(answer.model_dump_json(), headers={"ETag": etag(answer.version)}, media_type=JSON)
