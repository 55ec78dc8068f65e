"""The protections of a case over HTTP."""

from typing import Annotated, Any

from fastapi import APIRouter, Body

from registry.access.bodies import JsonRoute
from registry.access.contract import stating
from registry.access.dependencies import CaseReader
from registry.transfers import errors
from registry.transfers.routes.cases import CaseRef
from registry.transfers.schemas import protections as schemas
from registry.transfers.service import protections as service

router = APIRouter(tags=["transfers"], route_class=JsonRoute)
_STATING = stating(errors.CaseReferenceWeak, errors.CaseNotFound)


@router.get(
    "/transfer-cases/{ref}/protections", response_model=schemas.ProtectionsOut, openapi_extra=_STATING
)  # fmt: skip
async def read_protections(caller: CaseReader, ref: CaseRef) -> Any:
    """Read what the law says for a case, with texts and dates, as far as the case tells; nothing follows from it."""
    return await service.read_protections(session=caller.session, principal=caller.principal, ref=ref)


@router.post(
    "/transfer-cases/{ref}/protections", response_model=schemas.ProtectionsOut, openapi_extra=_STATING
)  # fmt: skip
async def compute_protections(
    caller: CaseReader,
    ref: CaseRef,
    given: Annotated[schemas.HouseholdFacts, Body(examples=[schemas.HOUSEHOLD_EXAMPLE])],
) -> Any:
    """Compute the same with what you know of the household. It stands in the body, and is neither kept nor logged."""
    said = given.said()
    return await service.read_protections(session=caller.session, principal=caller.principal, ref=ref, said=said)
