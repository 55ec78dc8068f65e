"""The class of one's own homes over HTTP, with all that it is made of."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path

from registry.access.bodies import JsonRoute
from registry.access.contract import stating
from registry.access.dependencies import StockReader
from registry.assessment import answers, service
from registry.assessment.routes.refs import REF_SCHEMA, checked_ref
from registry.stock.errors import HomeNotFound, RefInvalid

router = APIRouter(tags=["assessment"], route_class=JsonRoute)


async def ref_in_path(
    ref: Annotated[
        str,
        Path(
            description="The landlord's own reference of the home, percent-encoded.",
            json_schema_extra=REF_SCHEMA,
            examples=["R-12/A/101"],
        ),
    ],
) -> str:
    """Return the reference of an address if it is one.

    Raises:
        RefInvalid: As :func:`checked_ref`.
    """
    return checked_ref(ref)


@router.get(
    "/homes/{ref:path}/assessment",
    response_model=answers.HomeAssessmentOut,
    openapi_extra=stating(RefInvalid, HomeNotFound),
)
async def read_home_assessment(caller: StockReader, ref: Annotated[str, Depends(ref_in_path)]) -> Any:
    """Read the class of a home as of now: proven and possible, why each class holds or not, what would decide."""
    home = await service.read_home_assessment(session=caller.session, principal=caller.principal, ref=ref)
    return service.described_home(home)
