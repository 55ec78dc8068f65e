"""The outages of a landlord's lifts over HTTP."""

import uuid
from typing import Annotated, Any, Final, Literal

import orjson
from fastapi import APIRouter, Body, Path, Query, Request
from fastapi.responses import Response
from pydantic import Field

from registry.access.bodies import JsonRoute
from registry.access.contract import LINK, stating
from registry.access.dependencies import StockReader, StockWriter
from registry.access.errors import VersionChanged
from registry.access.idempotency import Answered
from registry.access.media import JSON
from registry.access.pages import PageQuery, page_of
from registry.access.preconditions import etag
from registry.access.repeating import ONCE, REPLAYED, IdempotencyKey, once
from registry.kernel.cursor import CursorInvalid
from registry.stock import answers, errors, service
from registry.stock.routes.common import ETAG, Condition, Ref
from registry.stock.schemas import Ref as GivenRef
from registry.stock.schemas import outages as schemas

router = APIRouter(tags=["stock"], route_class=JsonRoute)

OutageId = Annotated[uuid.UUID, Path(description="The outage's id.")]
_FIRST: Final = str(uuid.UUID(int=0))
_PLACE: Final = {"Location": {"description": "Where the outage is read.", "schema": {"type": "string"}}}
_LINKS: Final = {
    name: {"operationId": operation, "parameters": {"outage_id": "$response.body#/id"}}
    for name, operation in (("read", "read_lift_outage"), ("change", "put_lift_outage"))
}
_RULES: Final = (errors.LiftOutageInFuture, errors.LiftOutageEndsBeforeItStarts, errors.LiftOutageOpen)


class OutageQuery(PageQuery):
    """Which lift outages."""

    open_: Annotated[
        Literal["true", "false"] | None,
        Field(alias="open", description="true: those that last; false: those that ended."),
    ] = None
    residence_ref: GivenRef | None = None


@router.post(
    "/residences/{ref:path}/lift-outages",
    status_code=201,
    response_model=answers.LiftOutageOut,
    responses={201: {"headers": {**ETAG, **_PLACE, **REPLAYED}, "links": _LINKS}},
    openapi_extra=stating(*ONCE, errors.RefInvalid, errors.ResidenceNotFound, errors.BuildingUnknown, *_RULES),
)
async def start_lift_outage(
    request: Request,
    caller: StockWriter,
    ref: Ref,
    given: Annotated[schemas.LiftOutageIn, Body(examples=[schemas.OUTAGE_EXAMPLE])],
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """State that a lift of a residence stands; the listings of its homes follow at once."""

    async def make() -> Answered:
        made = await service.start_outage(session=caller.session, principal=caller.principal, ref=ref, given=given)
        return Answered(201, JSON, _shown(made))

    route = f"/residences/{ref}/lift-outages"
    return await once(caller, route, idempotency_key, await request.body(), make, _headers_of_new)


@router.put(
    "/lift-outages/{outage_id:uuid}",
    response_model=answers.LiftOutageOut,
    responses={200: {"headers": ETAG, "links": {"read": _LINKS["read"]}}},
    openapi_extra=stating(VersionChanged, errors.LiftOutageNotFound, *_RULES),
)
async def put_lift_outage(
    caller: StockWriter,
    outage_id: OutageId,
    given: Annotated[schemas.LiftOutageChange, Body(examples=[schemas.OUTAGE_CHANGE_EXAMPLE])],
    condition: Condition,
) -> Response:
    """State when a lift is expected to run again, and since when it does."""
    changed = await service.change_outage(
        session=caller.session, principal=caller.principal, id_=outage_id, given=given, precondition=condition
    )
    return _answer(changed)


@router.get(
    "/lift-outages",
    response_model=answers.LiftOutagePage,
    responses={200: {"headers": LINK}},
    openapi_extra=stating(CursorInvalid),
)
async def list_lift_outages(
    request: Request, response: Response, caller: StockReader, asked: Annotated[OutageQuery, Query()]
) -> Any:
    """List the outages of your lifts in the order in which they were stated."""
    page = page_of(request, caller.principal, asked.cursor)
    found = await service.list_outages(
        session=caller.session, principal=caller.principal, after=uuid.UUID(page.after(_FIRST)),
        limit=asked.limit + 1, is_open=None if asked.open_ is None else asked.open_ == "true",
        residence_ref=asked.residence_ref,
    )  # fmt: skip
    return page.answer([outage._asdict() for outage in found], asked.limit, key="id", response=response)


@router.get(
    "/lift-outages/{outage_id:uuid}",
    response_model=answers.LiftOutageOut,
    responses={200: {"headers": ETAG}},
    openapi_extra=stating(errors.LiftOutageNotFound),
)
async def read_lift_outage(caller: StockReader, outage_id: OutageId) -> Response:
    """Read one outage of your lifts."""
    return _answer(await service.read_outage(session=caller.session, principal=caller.principal, id_=outage_id))


def _shown(outage: service.Outage) -> bytes:
    return answers.LiftOutageOut.model_validate(outage._asdict()).model_dump_json().encode()


def _answer(outage: service.Outage) -> Response:
    return Response(_shown(outage), headers={"ETag": etag(outage.version)}, media_type=JSON)


def _headers_of_new(body: bytes) -> dict[str, str]:
    made = orjson.loads(body)
    return {"ETag": etag(made["version"]), "Location": f"/v1/lift-outages/{made['id']}"}
