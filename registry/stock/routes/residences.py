"""A landlord's own residences over HTTP, and the places found for them."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Query, Request
from fastapi.responses import Response

from registry.access.bodies import JsonRoute
from registry.access.contract import LINK, stating
from registry.access.dependencies import StockReader, StockWriter
from registry.access.media import JSON
from registry.access.pages import PageQuery, page_of
from registry.access.preconditions import etag
from registry.kernel.cursor import CursorInvalid
from registry.stock import answers, errors, schemas, service
from registry.stock.routes.common import CONDITIONAL, ETAG, PATH_REF, Condition, Ref, written
from registry.territories.errors import CommuneUnknown

router = APIRouter(tags=["stock"], route_class=JsonRoute)

_RESIDENCE_LINKS: Final = {
    "read": {"operationId": "read_residence", **PATH_REF},
    "delete": {"operationId": "delete_residence", **PATH_REF},
    "put_home": {"operationId": "put_home", "requestBody": {"residence_ref": "$request.path.ref"}},
    "homes": {"operationId": "list_homes", "parameters": {"residence_ref": "$request.path.ref"}},
}


@router.put(
    "/residences/{ref:ref}",
    response_model=answers.ResidenceOut,
    responses=written("The residence", answers.ResidenceOut, _RESIDENCE_LINKS),
    openapi_extra=stating(*CONDITIONAL, CommuneUnknown, errors.TerritoryUnknown, errors.BuildingInUse),
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
    response_model_exclude_unset=True,  # what is not said of a fact is not there
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
    "/residences/{ref:ref}",
    response_model=answers.ResidenceOut,
    responses={200: {"headers": ETAG}},
    openapi_extra=stating(errors.RefInvalid, errors.ResidenceNotFound),
)
async def read_residence(caller: StockReader, ref: Ref) -> Any:
    """Read one of your residences."""
    return _residence(await service.read_residence(session=caller.session, principal=caller.principal, ref=ref), 200)


@router.delete(
    "/residences/{ref:ref}",
    status_code=204,
    response_description="Deleted.",
    responses={204: {"links": {"read": {"operationId": "read_residence", **PATH_REF}}}},
    openapi_extra=stating(*CONDITIONAL, errors.ResidenceNotFound, errors.ResidenceInUse),
)
async def delete_residence(caller: StockWriter, ref: Ref, condition: Condition) -> None:
    """Delete a residence that has no homes."""
    await service.delete_residence(session=caller.session, principal=caller.principal, ref=ref, precondition=condition)


def _residence(found: dict[str, Any], status: int) -> Response:
    body = answers.ResidenceOut.model_validate(found).model_dump_json(exclude_unset=True)
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
    responses={200: {"description": "The residence.", "headers": ETAG, "links": _RESIDENCE_LINKS}},
    openapi_extra=stating(*CONDITIONAL, errors.PositionNotWaiting, errors.PositionOutsideCommune),
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
