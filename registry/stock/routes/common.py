"""What the routes of the stock have in common: references, conditions, versions, requests that are sent again."""

from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Final

import orjson
from fastapi import Depends, Header, Path, Request, Security
from fastapi.responses import Response
from pydantic import BaseModel
from starlette.convertors import Convertor, register_url_convertor

from registry.access.bodies import NDJSON, require_type
from registry.access.contract import stating
from registry.access.dependencies import Caller, authenticated
from registry.access.errors import BodyEncodingUnsupported, BodyTypeUnsupported, VersionChanged
from registry.access.idempotency import Answered
from registry.access.media import JSON
from registry.access.preconditions import ETAGS, Precondition
from registry.access.principal import Principal
from registry.access.repeating import ONCE, once
from registry.access.scopes import Scope
from registry.kernel.fields import PRINTABLE, is_printable
from registry.kernel.text import preferred
from registry.stock import errors, schemas
from registry.stock.service.batch import Line

_NOT_ADDRESSED: Final = {"not": {"pattern": schemas.UNADDRESSABLE}}
_REF_SCHEMA: Final = {"minLength": 1, "maxLength": 100, "pattern": PRINTABLE, **_NOT_ADDRESSED}


class _RefConvertor(Convertor[str]):
    """What names a home or a residence in an address, and not a list of one: those have routes of their own."""

    # Of any characters, a line's end too: what is wrong with them is said of the reference.
    regex = f"(?s:(?!.*{schemas.LISTS}).*)"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("ref", _RefConvertor())


async def ref_in_path(
    ref: Annotated[
        str,
        Path(
            description="The landlord's own reference, percent-encoded; it may contain /, but no . or .. between them,"
            " nor end in the name of a list, /facts say.",
            json_schema_extra=_REF_SCHEMA,
            examples=["R-12"],
        ),
    ],
) -> str:
    """Return the reference of an address if it is one.

    Raises:
        RefInvalid: It is empty, too long, not printable, or cannot be addressed.
    """
    if not 1 <= len(ref) <= 100 or not is_printable(ref) or not schemas.is_addressable(ref):
        raise errors.RefInvalid(field="ref", value=ref)
    return ref


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


# Dependencies are coroutines, though they wait for nothing: FastAPI sends the others through its pool of threads.
Ref = Annotated[str, Depends(ref_in_path)]
Condition = Annotated[Precondition, Depends(precondition)]

ETAG: Final = {"ETag": {"description": "The version, for If-Match.", "required": True, "schema": {"type": "string"}}}
PATH_REF: Final = {"parameters": {"ref": "$request.path.ref"}}
CONDITIONAL: Final = (errors.RefInvalid, VersionChanged)
Responses = dict[int | str, dict[str, Any]]


def written(what: str, model: type[BaseModel], links: dict[str, Any]) -> Responses:
    """Return the successful answers of a PUT."""
    stated: dict[str, Any] = {"model": model, "headers": ETAG, "links": links}
    return {
        200: {"description": f"{what}: changed or as before.", **stated},
        201: {"description": f"{what}: new.", **stated},
    }


async def ndjson(
    request: Request, _principal: Annotated[Principal, Security(authenticated, scopes=[Scope.STOCK_WRITE.value])]
) -> bytes:
    """Return the body of a batch: from a caller who may write, and before a transaction is opened for it."""
    require_type(request, NDJSON)
    return await request.body()


def batch(line: str, example: dict[str, Any], described: str) -> dict[str, Any]:
    """Return the ``openapi_extra`` of a batch, of lines of the model ``line``."""
    return {
        "requestBody": {
            "required": True,
            "description": described,
            "content": {NDJSON: {"schema": {"$ref": f"#/components/schemas/{line}"}, "example": example}},
        },
        **stating(*ONCE, errors.BatchEmpty, BodyTypeUnsupported, BodyEncodingUnsupported),
    }


async def batch_once(
    request: Request, caller: Caller, route: str, key: str | None, body: bytes,
    write: Callable[[], Awaitable[list[Line]]],
) -> Response:  # fmt: skip
    """Answer with what became of each line, in the caller's language; once for each key."""

    async def make() -> Answered:
        return Answered(200, JSON, _batch_answer(await write(), request.headers.get("accept-language", "")))

    return await once(caller, route, key, body, make)


def _batch_answer(lines: list[Line], accept_language: str) -> bytes:
    language = preferred(accept_language)
    counts = Counter(line.status for line in lines)
    described = [
        {
            "line": line.number, "ref": line.ref, "status": line.status,
            "errors": [fault.stated(language) for fault in line.faults],
        }
        for line in lines
    ]  # fmt: skip
    return orjson.dumps(
        {**{status: counts[status] for status in ("created", "updated", "unchanged", "rejected")}, "lines": described},
        default=str,
    )
