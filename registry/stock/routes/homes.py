"""A landlord's own homes over HTTP, one by one and in batches, and what their status was before."""

from datetime import datetime
from typing import Annotated, Any, Final, Literal

import orjson
from fastapi import APIRouter, Body, Depends, Query, Request
from fastapi.responses import Response
from pydantic import Field

from registry.access.bodies import JsonRoute
from registry.access.contract import LINK, stating
from registry.access.dependencies import StockLister, StockReader, StockWriter
from registry.access.media import JSON
from registry.access.pages import PageQuery, link_to, page_of
from registry.access.preconditions import etag
from registry.access.repeating import REPLAYED, IdempotencyKey
from registry.kernel.cursor import CursorInvalid
from registry.kernel.fields import Moment
from registry.stock import answers, errors, schemas, service
from registry.stock.routes.common import CONDITIONAL, ETAG, PATH_REF, Condition, Ref, batch, batch_once, ndjson, written
from registry.vocabulary.stock import Status

router = APIRouter(tags=["stock"], route_class=JsonRoute)

BATCH: Final = "/homes:batch"
HomeSort = Literal["ref", "-ref", "rooms", "-rooms", "rent", "-rent", "status", "-status", "updated", "-updated"]


class HomeQuery(PageQuery):
    """Which homes of the stock, and in which order."""

    sort: HomeSort = Field(
        "ref",
        description="Ascending; with a hyphen, descending. Homes of the same value are by reference; those that state"
        " none come last.",
    )
    residence_ref: schemas.Ref | None = None
    status: Status | None = None
    updated_after: Moment | None = Field(None, description="RFC 3339, with its offset: 2026-03-01T08:00:00Z.")


_HOME_LINKS: Final = {
    "read": {"operationId": "read_home", **PATH_REF},
    "delete": {"operationId": "delete_home", **PATH_REF},
    "listing": {"operationId": "read_listing", "parameters": {"listing_id": "$response.body#/listing_id"}},
    "residence": {"operationId": "read_residence", "parameters": {"ref": "$response.body#/residence_ref"}},
}
_BATCH: Final = batch(
    "HomeLine", {"ref": "H-12-1", **schemas.HOME_EXAMPLE},
    "One JSON object a line, as PUT takes it, with its `ref`; up to 64 MB.",
)  # fmt: skip


@router.put(
    "/homes/{ref:ref}",
    response_model=answers.HomeOut,
    responses=written("The home", answers.HomeOut, _HOME_LINKS),
    openapi_extra=stating(*CONDITIONAL, errors.ResidenceUnknown, errors.BuildingUnknown),
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
    """List your homes, by reference or in another order."""
    page = page_of(request, principal, asked.cursor)
    filters = asked.model_dump(exclude={"limit", "cursor", "sort"}, exclude_none=True)
    begun = page.position()
    homes = await service.list_homes(
        database=request.app.state.database, principal=principal, sort=asked.sort,
        after=(begun[0], begun[-1]) if begun else None, limit=asked.limit + 1, filters=filters,
    )  # fmt: skip
    shown = homes[: asked.limit]
    last = orjson.loads(shown[-1]) if len(homes) > asked.limit else None
    following = page.following(*service.position_of(last, asked.sort)) if last else None
    body = b'{"items":[%b],"next":%b}' % (b",".join(shown), orjson.dumps(following))
    return Response(body, headers=link_to(following), media_type=JSON)


@router.get(
    "/homes/{ref:ref}",
    response_model=answers.HomeOut,
    responses={200: {"headers": ETAG}},
    openapi_extra=stating(errors.RefInvalid, errors.HomeNotFound),
)
async def read_home(caller: StockReader, ref: Ref) -> Response:
    """Read one of your homes."""
    document, version = await service.read_home(session=caller.session, principal=caller.principal, ref=ref)
    return Response(document, headers={"ETag": etag(version)}, media_type=JSON)


@router.get(
    "/homes/{ref:path}/status/history",
    response_model=answers.StatusHistoryPage,
    responses={200: {"headers": LINK}},
    openapi_extra=stating(CursorInvalid, errors.RefInvalid, errors.HomeNotFound),
)
async def list_status_history(
    request: Request, response: Response, caller: StockReader, ref: Ref, asked: Annotated[PageQuery, Query()]
) -> Any:
    """List what the status of a home was before, the last first; three years are kept."""
    page = page_of(request, caller.principal, asked.cursor)
    after = page.after("")
    rows = await service.read_statuses(
        session=caller.session, principal=caller.principal, ref=ref, limit=asked.limit + 1,
        before=datetime.fromisoformat(after) if after else None,
    )  # fmt: skip
    following = page.following(rows[asked.limit - 1].superseded_at.isoformat()) if len(rows) > asked.limit else None
    response.headers.update(link_to(following))
    return {"items": [row._asdict() for row in rows[: asked.limit]], "next": following}


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
    "/homes/{ref:ref}",
    status_code=204,
    response_description="Deleted.",
    responses={204: {"links": {"read": {"operationId": "read_home", **PATH_REF}}}},
    openapi_extra=stating(*CONDITIONAL, errors.HomeNotFound),
)
async def delete_home(caller: StockWriter, ref: Ref, condition: Condition) -> None:
    """Delete a home; its listing goes with it."""
    await service.delete_home(session=caller.session, principal=caller.principal, ref=ref, precondition=condition)


@router.post(BATCH, response_model=answers.BatchResult, responses={200: {"headers": REPLAYED}}, openapi_extra=_BATCH)
async def write_batch(
    request: Request,
    body: Annotated[bytes, Depends(ndjson)],
    caller: StockWriter,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Create or change many homes: one JSON object a line, as PUT takes it, with its `ref`."""

    async def write() -> list[service.Line]:
        return await service.write_batch(session=caller.session, principal=caller.principal, body=body)

    return await batch_once(request, caller, BATCH, idempotency_key, body, write)
