"""A landlord's own stock over HTTP, and the vocabulary it is stated in."""

from collections import Counter
from datetime import datetime
from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Header, Path, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from registry.access import idempotency
from registry.access.dependencies import StockReader, StockWriter, TerritoryReader
from registry.access.idempotency import Answered
from registry.access.pages import page_of
from registry.access.principal import own_organisation
from registry.kernel.text import Language
from registry.stock import schemas, service
from registry.stock.errors import NotNdjson, RefInvalid
from registry.stock.service.batch import Line
from registry.stock.service.preconditions import Precondition, etag
from registry.vocabulary.catalogue import Vocabulary, vocabulary
from registry.vocabulary.stock import Status

router = APIRouter(tags=["stock"])

BATCH: Final = "/homes:batch"
NDJSON: Final = "application/x-ndjson"
JSON: Final = "application/json"


class PageQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    limit: int = Field(default=100, ge=1, le=1_000)
    cursor: Annotated[str | None, Field(max_length=700, description="Opaque; from the previous page's next.")] = None


class HomeQuery(PageQuery):
    residence_ref: Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[^\x00]+$")] | None = None
    status: Status | None = None
    updated_after: datetime | None = None


def ref_in_path(ref: str) -> str:
    """Return the reference of an address if it is one."""
    if not 1 <= len(ref) <= 100 or not ref.isprintable():
        raise RefInvalid(field="ref", value=ref)
    return ref


Ref = Annotated[str, Path(description="The landlord's own reference, percent-encoded; it may contain /.")]
IfMatch = Annotated[str | None, Header(max_length=200)]


def _etag(version: int) -> dict[str, str]:
    return {"ETag": etag(version)}


@router.put(
    "/residences/{ref:path}", response_model=schemas.ResidenceOut, responses={201: {"model": schemas.ResidenceOut}}
)
async def put_residence(
    caller: StockWriter, ref: Ref, given: schemas.ResidenceIn, if_match: IfMatch = None, if_none_match: IfMatch = None
) -> Any:
    """Create or replace a residence with its buildings."""
    created, found = await service.put_residence(
        session=caller.session, principal=caller.principal, ref=ref_in_path(ref), given=given,
        precondition=Precondition(if_match, if_none_match),
    )  # fmt: skip
    body = schemas.ResidenceOut.model_validate(found).model_dump_json()
    return Response(body, 201 if created else 200, _etag(found["version"]), JSON)


@router.get("/residences", response_model=schemas.ResidencePage)
async def list_residences(
    request: Request, response: Response, caller: StockReader, asked: Annotated[PageQuery, Query()]
) -> Any:
    """List your residences by reference."""
    page = page_of(request, caller.principal, asked.cursor)
    rows = await service.list_residences(
        session=caller.session, principal=caller.principal, after=page.after(""), limit=asked.limit + 1
    )
    return page.answer(rows, asked.limit, key="ref", response=response)


@router.get("/residences/{ref:path}", response_model=schemas.ResidenceOut)
async def read_residence(caller: StockReader, ref: Ref) -> Any:
    """Read one of your residences."""
    found = await service.read_residence(session=caller.session, principal=caller.principal, ref=ref_in_path(ref))
    return Response(
        schemas.ResidenceOut.model_validate(found).model_dump_json(), headers=_etag(found["version"]), media_type=JSON
    )


@router.delete("/residences/{ref:path}", status_code=204)
async def delete_residence(
    caller: StockWriter, ref: Ref, if_match: IfMatch = None, if_none_match: IfMatch = None
) -> None:
    """Delete a residence that has no homes."""
    await service.delete_residence(
        session=caller.session, principal=caller.principal, ref=ref_in_path(ref),
        precondition=Precondition(if_match, if_none_match),
    )  # fmt: skip


@router.put("/homes/{ref:path}", response_model=schemas.HomeOut, responses={201: {"model": schemas.HomeOut}})
async def put_home(
    caller: StockWriter, ref: Ref, given: schemas.HomeIn, if_match: IfMatch = None, if_none_match: IfMatch = None
) -> Response:
    """Create or change a home: attributes are replaced, facts are merged. Its listing follows at once."""
    created, document, version = await service.put_home(
        session=caller.session, principal=caller.principal, ref=ref_in_path(ref), given=given,
        precondition=Precondition(if_match, if_none_match),
    )  # fmt: skip
    return Response(document, 201 if created else 200, _etag(version), JSON)


@router.get("/homes", response_model=schemas.HomePage)
async def list_homes(request: Request, caller: StockReader, asked: Annotated[HomeQuery, Query()]) -> Response:
    """List your homes by reference."""
    page = page_of(request, caller.principal, asked.cursor)
    filters = asked.model_dump(exclude={"limit", "cursor"}, exclude_none=True)
    items, count, last = await service.list_homes(
        session=caller.session, principal=caller.principal, after=page.after(""), limit=asked.limit, filters=filters
    )
    following = page.following(last) if last is not None and count == asked.limit else None
    headers = {"Link": f'<{following}>; rel="next"'} if following else None
    body = f'{{"items":[{items}],"next":{orjson.dumps(following).decode()}}}'
    return Response(body, headers=headers, media_type=JSON)


@router.get("/homes/{ref:path}", response_model=schemas.HomeOut)
async def read_home(caller: StockReader, ref: Ref) -> Response:
    """Read one of your homes."""
    document, version = await service.read_home(
        session=caller.session, principal=caller.principal, ref=ref_in_path(ref)
    )
    return Response(document, headers=_etag(version), media_type=JSON)


@router.delete("/homes/{ref:path}", status_code=204)
async def delete_home(caller: StockWriter, ref: Ref, if_match: IfMatch = None, if_none_match: IfMatch = None) -> None:
    """Delete a home; its listing goes with it."""
    await service.delete_home(
        session=caller.session, principal=caller.principal, ref=ref_in_path(ref),
        precondition=Precondition(if_match, if_none_match),
    )  # fmt: skip


_BATCH_BODY: Final = {
    "requestBody": {
        "required": True,
        "content": {NDJSON: {"schema": {"$ref": "#/components/schemas/HomeLine"}}},
    }
}


@router.post(BATCH, response_model=schemas.BatchResult, openapi_extra=_BATCH_BODY)
async def write_batch(
    request: Request,
    caller: StockWriter,
    idempotency_key: Annotated[str | None, Header(description="Makes sending again harmless, for 24 hours.")] = None,
) -> Response:
    """Create or change many homes: one JSON object a line, as PUT takes it, with its `ref`."""
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != NDJSON:
        raise NotNdjson(field="Content-Type", value=request.headers.get("content-type"))
    body = await request.body()
    organisation = own_organisation(caller.principal)
    if idempotency_key is not None:
        answered = await idempotency.begin(
            session=caller.session, organisation=organisation, route=BATCH, key=idempotency_key, body=body
        )
        if answered:
            return Response(answered.body, answered.status, {"Idempotent-Replayed": "true"}, answered.media_type)
    lines = await service.write_batch(session=caller.session, principal=caller.principal, body=body)
    answer = Answered(200, JSON, _batch_answer(lines, request.headers.get("accept-language", "")))
    if idempotency_key is not None:
        await idempotency.finish(
            session=caller.session, organisation=organisation, route=BATCH, key=idempotency_key, answer=answer
        )
    return Response(answer.body, answer.status, media_type=answer.media_type)


def _batch_answer(lines: list[Line], accept_language: str) -> bytes:
    language: Language = "fr" if accept_language.strip().lower().startswith("fr") else "en"
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


@router.get("/vocabulary", tags=["vocabulary"], response_model=Vocabulary)
async def read_vocabulary(caller: TerritoryReader) -> Any:
    """Read every code list with its French and English labels, thresholds and sources."""
    del caller
    return JSONResponse(vocabulary(), headers={"Cache-Control": "private, max-age=3600"})
