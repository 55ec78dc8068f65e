"""What a landlord's reservation conventions say of transfers, over HTTP."""

from typing import Annotated, Final

from fastapi import APIRouter, Body
from fastapi.responses import Response

from registry.access.bodies import JsonRoute
from registry.access.contract import stating
from registry.access.dependencies import StockReader, StockWriter
from registry.access.errors import VersionChanged
from registry.access.media import JSON
from registry.access.preconditions import etag
from registry.stock import answers, service
from registry.stock.routes.common import ETAG, Condition
from registry.stock.schemas import conventions as schemas
from registry.territories.errors import DepartementUnknown

router = APIRouter(tags=["stock"], route_class=JsonRoute)
PATH: Final = "/reservation-conventions"


@router.put(
    PATH,
    response_model=answers.ReservationConventionsOut,
    responses={200: {"headers": ETAG, "links": {"read": {"operationId": "read_reservation_conventions"}}}},
    openapi_extra=stating(VersionChanged, DepartementUnknown),
)
async def put_reservation_conventions(
    caller: StockWriter,
    given: Annotated[schemas.ReservationConventionsIn, Body(examples=[schemas.EXAMPLE])],
    condition: Condition,
) -> Response:
    """Replace the list of what your reservation conventions say of transfers."""
    return _answer(
        await service.put_conventions(
            session=caller.session, principal=caller.principal, given=given, precondition=condition
        )
    )


@router.get(PATH, response_model=answers.ReservationConventionsOut, responses={200: {"headers": ETAG}})
async def read_reservation_conventions(caller: StockReader) -> Response:
    """Read what your reservation conventions say of transfers."""
    return _answer(await service.read_conventions(session=caller.session, principal=caller.principal))


def _answer(found: service.Conventions) -> Response:
    body = answers.ReservationConventionsOut.model_validate(
        {"conventions": [convention._asdict() for convention in found.items]}
    )
    return Response(body.model_dump_json(), headers={"ETag": etag(found.version)}, media_type=JSON)
