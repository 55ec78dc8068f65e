"""POSTs that may be sent again: the header, its problems, and one answer for each key."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Final

from fastapi import Header
from fastapi.responses import Response

from registry.access import idempotency
from registry.access.dependencies import Caller
from registry.access.idempotency import Answered, IdempotencyKeyInvalid, IdempotencyKeyReused, RequestInFlight
from registry.access.principal import own_organisation

REPLAYED: Final[dict[str, Any]] = {
    "Idempotent-Replayed": {
        "description": "true: the answer to an earlier request with this key.",
        "schema": {"type": "string", "enum": ["true"]},
    }
}
ONCE: Final = (IdempotencyKeyInvalid, IdempotencyKeyReused, RequestInFlight)
IdempotencyKey = Annotated[
    str | None,
    Header(
        description="Makes sending again harmless, for 24 hours.",
        json_schema_extra={"minLength": 1, "maxLength": 128, "pattern": "^[!-~]+$"},
    ),
]


async def once(
    caller: Caller,
    route: str,
    key: str | None,
    body: bytes,
    make: Callable[[], Awaitable[Answered]],
    headers: Callable[[bytes], dict[str, str]] = lambda _: {},
) -> Response:
    """Answer with what ``make`` makes, once for each key; afterwards with the same answer.

    Args:
        caller: Whose key it is.
        route: What the key is good for.
        key: The key, if one was given.
        body: With which the key was sent first, and must be sent again.
        make: Does the work.
        headers: Of an answer, from its body.
    """
    organisation = own_organisation(caller.principal)
    if key is not None:
        held = await idempotency.begin(
            session=caller.session, organisation=organisation, route=route, key=key, body=body
        )  # fmt: skip
        if held:
            replayed = {"Idempotent-Replayed": "true", **headers(held.body)}
            return Response(held.body, held.status, replayed, held.media_type)
    answer = await make()
    if key is not None:
        await idempotency.finish(
            session=caller.session, organisation=organisation, route=route, key=key, answer=answer
        )  # fmt: skip
    return Response(answer.body, answer.status, headers(answer.body), answer.media_type)
