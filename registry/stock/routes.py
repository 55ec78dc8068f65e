"""A landlord's own stock over HTTP, and the vocabulary it is stated in."""

from collections import Counter
from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Body, Depends, Header, Path, Query, Request, Security
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field

from registry.access import idempotency
from registry.access.bodies import NDJSON, JsonRoute, require_type
from registry.access.contract import LINK, stating
from registry.access.dependencies import StockLister, StockReader, StockWriter, TerritoryReader, authenticated
from registry.access.errors import BodyEncodingUnsupported, BodyTypeUnsupported, VersionChanged
from registry.access.idempotency import Answered, IdempotencyKeyInvalid, IdempotencyKeyReused, RequestInFlight
from registry.access.media import JSON
from registry.access.pages import PageQuery, link_to, page_of
from registry.access.preconditions import ETAGS, Precondition, etag
from registry.access.principal import Principal, own_organisation
from registry.access.scopes import Scope
from registry.kernel.cursor import CursorInvalid
from registry.kernel.fields import PRINTABLE, Moment, is_printable
from registry.kernel.text import preferred
from registry.stock import answers, errors, schemas, service
from registry.stock.service.batch import Line
from registry.territories.errors import CommuneUnknown
from registry.vocabulary.catalogue import Vocabulary, vocabulary
from registry.vocabulary.stock import Status

router = APIRouter(tags=["stock"], route_class=JsonRoute)

BATCH: Final = "/homes:batch"
_NO_DOTS: Final = {"not": {"pattern": schemas.DOT_SEGMENT}}
_REF_SCHEMA: Final = {"minLength": 1, "maxLength": 100, "pattern": PRINTABLE, **_NO_DOTS}


class HomeQuery(PageQuery):
    """Which homes of the stock."""

    residence_ref: schemas.Ref | None = None
    status: Status | None = None
    updated_after: Moment | None = Field(None, description="RFC 3339, with its offset: 2026-03-01T08:00:00Z.")


async def ref_in_path(
    ref: Annotated[
        str,
        Path(
            description="The landlord's own reference, percent-encoded; it may contain /, but no . or .. between them.",
            json_schema_extra=_REF_SCHEMA,
            examples=["R-12"],
        ),
    ],
) -> str:
    """Return the reference of an address if it is one.

    Raises:
        RefInvalid: It is empty, too long, not printable, or has a dot segment.
    """
    if not 1 <= len(ref) <= 100 or not is_printable(ref) or schemas.has_dot_segment(ref):
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

_ETAG: Final = {"ETag": {"description": "The version, for If-Match.", "required": True, "schema": {"type": "string"}}}
_PATH_REF: Final = {"parameters": {"ref": "$request.path.ref"}}
_RESIDENCE_LINKS: Final = {
    "read": {"operationId": "read_residence", **_PATH_REF},
    "delete": {"operationId": "delete_residence", **_PATH_REF},
    "put_home": {"operationId": "put_home", "requestBody": {"residence_ref": "$request.path.ref"}},
    "homes": {"operationId": "list_homes", "parameters": {"residence_ref": "$request.path.ref"}},
}
_HOME_LINKS: Final = {
    "read": {"operationId": "read_home", **_PATH_REF},
    "delete": {"operationId": "delete_home", **_PATH_REF},
    "listing": {"operationId": "read_listing", "parameters": {"listing_id": "$response.body#/listing_id"}},
    "residence": {"operationId": "read_residence", "parameters": {"ref": "$response.body#/residence_ref"}},
}
_CONDITIONAL: Final = (errors.RefInvalid, VersionChanged)
Responses = dict[int | str, dict[str, Any]]


def _written(what: str, model: type[BaseModel], links: dict[str, Any]) -> Responses:
    """Return the successful answers of a PUT."""
    stated: dict[str, Any] = {"model": model, "headers": _ETAG, "links": links}
    return {
        200: {"description": f"{what}: changed or as before.", **stated},
        201: {"description": f"{what}: new.", **stated},
    }


@router.put(
    "/residences/{ref:path}",
    response_model=answers.ResidenceOut,
    responses=_written("The residence", answers.ResidenceOut, _RESIDENCE_LINKS),
    openapi_extra=stating(*_CONDITIONAL, CommuneUnknown, errors.TerritoryUnknown, errors.BuildingInUse),
)
async def put_residence(
    caller: StockWriter,
    ref: Ref,
    given: Annotated[schemas.ResidenceIn, Body(examples=[schemas.RESIDENCE_EXAMPLE])],
    condition: Condition,
) -> Any:
    """Create or replace a residence with its buildings."""
    created, found = await service.put_residence(
        session=caller.session, principal=caller.principal, ref=ref, given=given, precondition=condition
    )
    return _residence(found, 201 if created else 200)


@router.get(
    "/residences",
    response_model=answers.ResidencePage,
    responses={200: {"headers": LINK}},
    openapi_extra=stating(CursorInvalid),
)
async def list_residences(
    request: Request, response: Response, caller: StockReader, asked: Annotated[PageQuery, Query()]
) -> Any:
    """List your residences by reference."""
    page = page_of(request, caller.principal, asked.cursor)
    rows = await service.list_residences(
        session=caller.session, principal=caller.principal, after=page.after(""), limit=asked.limit + 1
    )
    return page.answer(rows, asked.limit, key="ref", response=response)


@router.get(
    "/residences/{ref:path}",
    response_model=answers.ResidenceOut,
    responses={200: {"headers": _ETAG}},
    openapi_extra=stating(errors.RefInvalid, errors.ResidenceNotFound),
)
async def read_residence(caller: StockReader, ref: Ref) -> Any:
    """Read one of your residences."""
    return _residence(await service.read_residence(session=caller.session, principal=caller.principal, ref=ref), 200)


@router.delete(
    "/residences/{ref:path}",
    status_code=204,
    response_description="Deleted.",
    responses={204: {"links": {"read": {"operationId": "read_residence", **_PATH_REF}}}},
    openapi_extra=stating(*_CONDITIONAL, errors.ResidenceNotFound, errors.ResidenceInUse),
)
async def delete_residence(caller: StockWriter, ref: Ref, condition: Condition) -> None:
    """Delete a residence that has no homes."""
    await service.delete_residence(session=caller.session, principal=caller.principal, ref=ref, precondition=condition)


def _residence(found: dict[str, Any], status: int) -> Response:
    body = answers.ResidenceOut.model_validate(found).model_dump_json()
    return Response(body, status, {"ETag": etag(found["version"])}, JSON)


@router.get(
    "/positions-to-review",
    response_model=answers.PositionsToReview,
    responses={200: {"headers": LINK}},
    openapi_extra=stating(CursorInvalid),
)
async def list_positions_to_review(
    request: Request, response: Response, caller: StockReader, asked: Annotated[PageQuery, Query()]
) -> Any:
    """List the doubtful places that were found for your residences, by reference. Nobody else sees them."""
    page = page_of(request, caller.principal, asked.cursor)
    rows = await service.list_to_review(
        session=caller.session, principal=caller.principal, after=page.after(""), limit=asked.limit + 1
    )
    return page.answer(rows, asked.limit, key="ref", response=response)


@router.put(
    "/positions-to-review/{ref:path}",
    response_model=answers.ResidenceOut,
    responses={200: {"description": "The residence.", "headers": _ETAG, "links": _RESIDENCE_LINKS}},
    openapi_extra=stating(*_CONDITIONAL, errors.PositionNotWaiting, errors.PositionOutsideCommune),
)
async def review_position(
    caller: StockWriter,
    ref: Ref,
    given: Annotated[schemas.ReviewIn, Body(examples=[schemas.REVIEW_EXAMPLE])],
    condition: Condition,
) -> Response:
    """Accept the place that was found for a residence, put another in its stead, or refuse it."""
    found = await service.review_position(
        session=caller.session, principal=caller.principal, ref=ref, given=given, precondition=condition
    )
    return _residence(found, 200)


@router.put(
    "/homes/{ref:path}",
    response_model=answers.HomeOut,
    responses=_written("The home", answers.HomeOut, _HOME_LINKS),
    openapi_extra=stating(*_CONDITIONAL, errors.ResidenceUnknown, errors.BuildingUnknown),
)
async def put_home(
    caller: StockWriter,
    ref: Ref,
    given: Annotated[schemas.HomeIn, Body(examples=[schemas.HOME_EXAMPLE])],
    condition: Condition,
) -> Response:
    """Create or change a home: attributes are replaced, facts are merged. Its listing follows at once."""
    created, document, version = await service.put_home(
        session=caller.session, principal=caller.principal, ref=ref, given=given, precondition=condition
    )
    return Response(document, 201 if created else 200, {"ETag": etag(version)}, JSON)


@router.get(
    "/homes",
    response_model=answers.HomePage,
    responses={200: {"headers": LINK}},
    openapi_extra=stating(CursorInvalid),
)
async def list_homes(request: Request, principal: StockLister, asked: Annotated[HomeQuery, Query()]) -> Response:
    """List your homes by reference."""
    page = page_of(request, principal, asked.cursor)
    filters = asked.model_dump(exclude={"limit", "cursor"}, exclude_none=True)
    homes = await service.list_homes(
        database=request.app.state.database, principal=principal, after=page.after(""), limit=asked.limit + 1,
        filters=filters,
    )  # fmt: skip
    shown = homes[: asked.limit]
    following = page.following(orjson.loads(shown[-1])["ref"]) if len(homes) > asked.limit else None
    body = b'{"items":[%b],"next":%b}' % (b",".join(shown), orjson.dumps(following))
    return Response(body, headers=link_to(following), media_type=JSON)


@router.get(
    "/homes/{ref:path}",
    response_model=answers.HomeOut,
    responses={200: {"headers": _ETAG}},
    openapi_extra=stating(errors.RefInvalid, errors.HomeNotFound),
)
async def read_home(caller: StockReader, ref: Ref) -> Response:
    """Read one of your homes."""
    document, version = await service.read_home(session=caller.session, principal=caller.principal, ref=ref)
    return Response(document, headers={"ETag": etag(version)}, media_type=JSON)


@router.get(
    "/duplicates",
    response_model=answers.DuplicatePage,
    responses={200: {"headers": LINK}},
    openapi_extra=stating(CursorInvalid),
)
async def list_duplicates(
    request: Request, response: Response, caller: StockReader, asked: Annotated[PageQuery, Query()]
) -> Any:
    """List your homes whose RPLS id another landlord states too: looked for every night."""
    page = page_of(request, caller.principal, asked.cursor)
    rows = await service.list_duplicates(
        session=caller.session, principal=caller.principal, after=page.after(""), limit=asked.limit + 1
    )
    return page.answer(rows, asked.limit, key="ref", response=response)


@router.delete(
    "/homes/{ref:path}",
    status_code=204,
    response_description="Deleted.",
    responses={204: {"links": {"read": {"operationId": "read_home", **_PATH_REF}}}},
    openapi_extra=stating(*_CONDITIONAL, errors.HomeNotFound),
)
async def delete_home(caller: StockWriter, ref: Ref, condition: Condition) -> None:
    """Delete a home; its listing goes with it."""
    await service.delete_home(session=caller.session, principal=caller.principal, ref=ref, precondition=condition)


async def ndjson(
    request: Request, _principal: Annotated[Principal, Security(authenticated, scopes=[Scope.STOCK_WRITE.value])]
) -> bytes:
    """Return the body of a batch: from a caller who may write, and before a transaction is opened for it."""
    require_type(request, NDJSON)
    return await request.body()


_BATCH: Final = {
    "requestBody": {
        "required": True,
        "description": "One JSON object a line, as PUT takes it, with its `ref`; up to 64 MB.",
        "content": {
            NDJSON: {
                "schema": {"$ref": "#/components/schemas/HomeLine"},
                "example": {"ref": "H-12-1", **schemas.HOME_EXAMPLE},
            }
        },
    },
    **stating(
        IdempotencyKeyInvalid, IdempotencyKeyReused, RequestInFlight, errors.BatchEmpty, BodyTypeUnsupported,
        BodyEncodingUnsupported,
    ),
}  # fmt: skip
_REPLAYED: Final = {
    "Idempotent-Replayed": {
        "description": "true: the answer to an earlier request with this key.",
        "schema": {"type": "string", "enum": ["true"]},
    }
}


@router.post(BATCH, response_model=answers.BatchResult, responses={200: {"headers": _REPLAYED}}, openapi_extra=_BATCH)
async def write_batch(
    request: Request,
    body: Annotated[bytes, Depends(ndjson)],
    caller: StockWriter,
    idempotency_key: Annotated[
        str | None,
        Header(
            description="Makes sending again harmless, for 24 hours.",
            json_schema_extra={"minLength": 1, "maxLength": 128, "pattern": "^[!-~]+$"},
        ),
    ] = None,
) -> Response:
    """Create or change many homes: one JSON object a line, as PUT takes it, with its `ref`."""
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


@router.get("/vocabulary", tags=["vocabulary"], response_model=Vocabulary)
async def read_vocabulary(caller: TerritoryReader) -> Any:
    """Read every code list with its French and English labels, thresholds and sources."""
    del caller
    return JSONResponse(vocabulary(), headers={"Cache-Control": "private, max-age=3600"})
