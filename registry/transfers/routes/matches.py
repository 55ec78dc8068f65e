"""The homes for a case over HTTP."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from registry.access.contract import stating
from registry.access.dependencies import CaseMatcher
from registry.charter.errors import CharterNotInForce
from registry.listings.errors import AdhesionRequired, DailyHomesUsedUp, ReciprocityUnmet
from registry.transfers import errors
from registry.transfers.routes.cases import CaseRef
from registry.transfers.schemas import matches as schemas
from registry.transfers.service import matches as service

router = APIRouter(tags=["transfers"])


@router.get(
    "/transfer-cases/{ref}/matches",
    response_model=schemas.Matches,
    openapi_extra=stating(
        errors.CaseReferenceWeak, errors.CaseNotFound, errors.CaseClosed, errors.ConsentOver,
        AdhesionRequired, ReciprocityUnmet, CharterNotInForce, DailyHomesUsedUp,
    ),
)  # fmt: skip
async def list_matches(
    request: Request, caller: CaseMatcher, ref: CaseRef, asked: Annotated[schemas.MatchQuery, Query()]
) -> Any:
    """List the homes that fit a case, own and others', best first, each score explained; and those that nearly fit.

    One page: others' homes on it count as seen today, as by a search. What is not known is said to be, never taken for
    a no.
    """
    return await service.find_matches(
        session=caller.session, principal=caller.principal, meter=request.app.state.meter,
        grounds=request.app.state.grounds, ref=ref, limit=asked.limit, beyond=asked.beyond,
    )  # fmt: skip
