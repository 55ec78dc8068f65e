"""What the routes of an organisation's own affairs have in common: conditions, repeated requests, versions."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Final

from fastapi import Depends, Header, Request
from fastapi.responses import Response
from pydantic import BaseModel

from registry.access import idempotency
from registry.access.dependencies import Caller
from registry.access.idempotency import Answered, IdempotencyKeyInvalid, IdempotencyKeyReused, RequestInFlight
from registry.access.media import JSON
from registry.access.preconditions import ETAGS, Precondition, etag
from registry.access.principal import own_organisation
from registry.identity import answers

ETAG: Final[dict[str, Any]] = {
    "ETag": {"description": "The version, for If-Match.", "required": True, "schema": {"type": "string"}}
}
REPLAYED: Final[dict[str, Any]] = {
    "Idempotent-Replayed": {
        "description": "true: the answer to an earlier request with this key.",
        "schema": {"type": "string", "enum": ["true"]},
    }
}
ONCE: Final = (IdempotencyKeyInvalid, IdempotencyKeyReused, RequestInFlight)


async def precondition(
    if_match: Annotated[
        str | None, Header(max_length=200, pattern=ETAGS, description="Only if the object is still this version.")
    ] = None,
) -> Precondition:
    """Return the condition of RFC 9110 §13.1.1."""
    return Precondition(if_match)


Condition = Annotated[Precondition, Depends(precondition)]
IdempotencyKey = Annotated[
    str | None,
    Header(
        description="Makes sending again harmless, for 24 hours.",
        json_schema_extra={"minLength": 1, "maxLength": 128, "pattern": "^[!-~]+$"},
    ),
]


async def once(
    request: Request,
    caller: Caller,
    key: str | None,
    make: Callable[[], Awaitable[tuple[BaseModel, BaseModel]]],
) -> Response:
    """Answer 201 with what ``make`` made, once for each key; it returns the answer, and the one to repeat."""
    organisation, route = own_organisation(caller.principal), request.url.path
    if key is not None:
        answered = await idempotency.begin(
            session=caller.session, organisation=organisation, route=route, key=key, body=await request.body()
        )
        if answered:
            return Response(answered.body, answered.status, {"Idempotent-Replayed": "true"}, answered.media_type)
    answer, again = await make()
    if key is not None:
        kept = Answered(201, JSON, again.model_dump_json().encode())
        await idempotency.finish(session=caller.session, organisation=organisation, route=route, key=key, answer=kept)
    return Response(answer.model_dump_json(), 201, media_type=JSON)


def versioned(answer: answers.ClientOut | answers.MemberOut) -> Response:
    return Response(answer.model_dump_json(), headers={"ETag": etag(answer.version)}, media_type=JSON)
