"""Adapted homes that fell vacant over HTTP: the landlord's own, with what became of each, and others'."""

import uuid
from datetime import date
from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Path, Query, Request, Response
from pydantic import Field

from registry.access.bodies import JsonRoute
from registry.access.contract import LINK, stating
from registry.access.dependencies import TransferAnswerer, TransferReader, TransferSearcher
from registry.access.errors import VersionChanged
from registry.access.pages import PageQuery, link_to, page_of
from registry.access.preconditions import etag
from registry.kernel.cursor import CursorInvalid
from registry.listings.errors import DailyHomesUsedUp
from registry.transfers import errors
from registry.transfers.routes.common import ETAG, Condition
from registry.transfers.schemas import vacated as schemas
from registry.transfers.service import vacated as service
from registry.transfers.service import vacated_news as news

router = APIRouter(prefix="/vacated-homes", tags=["transfers"], route_class=JsonRoute)

VacatedId = Annotated[uuid.UUID, Path(description="The vacated home's id.")]
_LINKS: Final = {
    "state": {"operationId": "put_vacated_home_outcome", "parameters": {"vacated_id": "$response.body#/id"}}
}


class VacatedQuery(PageQuery):
    """Which of your vacated adapted homes."""

    state: Annotated[
        schemas.Vacancy | None,
        Field(description="vacant: still free; asked: let again or gone, outcome not stated; stated: outcome stated."),
    ] = None


class OthersQuery(PageQuery):
    """Where the list of others' homes goes on: by pages as short as those of listings."""

    limit: int = Field(default=20, ge=1, le=50)


@router.get(
    "",
    response_model=schemas.VacatedPage,
    responses={200: {"headers": LINK}},
    openapi_extra=stating(CursorInvalid),
)
async def list_vacated_homes(
    request: Request, response: Response, caller: TransferReader, asked: Annotated[VacatedQuery, Query()]
) -> Any:
    """List your adapted homes that fell vacant, by id: those that are free, those whose outcome is asked, the rest."""
    page = page_of(request, caller.principal, asked.cursor)
    rows = await service.list_vacated(
        session=caller.session, principal=caller.principal, state=asked.state,
        after=uuid.UUID(page.after(str(service.FIRST))), limit=asked.limit + 1,
    )  # fmt: skip
    return page.answer([{**row, "id": str(row["id"])} for row in rows], asked.limit, key="id", response=response)


@router.get(
    "/others",
    response_model=schemas.OthersVacatedPage,
    responses={200: {"headers": LINK}},
    openapi_extra=stating(CursorInvalid, DailyHomesUsedUp),
)
async def list_vacated_homes_of_others(
    request: Request, response: Response, caller: TransferSearcher, asked: Annotated[OthersQuery, Query()]
) -> Any:
    """List the adapted homes of other landlords that fell vacant within fourteen days and still are, the latest first.

    Where you may search. Those on a page count as seen today, as by a search.
    """
    page = page_of(request, caller.principal, asked.cursor)
    begun = page.position()
    rows, last = await news.list_lately(
        session=caller.session, principal=caller.principal, meter=request.app.state.meter, limit=asked.limit,
        after=(date.fromisoformat(begun[0]), uuid.UUID(begun[1])) if begun else None,
    )  # fmt: skip
    following = page.following(last[0].isoformat(), str(last[1])) if last else None
    response.headers.update(link_to(following))
    return {"items": [_as_listed(row) for row in rows], "next": following}


def _as_listed(row: news.News) -> dict[str, Any]:
    return {
        "listing_id": row.listing_id, "territory": row.slug,
        "landlord": {"id": row.landlord_id, "name": row.landlord},
        "commune": {"code": row.commune_code, "name": row.commune},
        "typology": row.typology, "home_class": row.home_class,
        "available_month": f"{row.month:%Y-%m}" if row.month else None,
    }  # fmt: skip


@router.get(
    "/{vacated_id:uuid}",
    response_model=schemas.VacatedHomeRead,
    responses={200: {"headers": ETAG, "links": _LINKS}},
    openapi_extra=stating(errors.VacatedHomeNotFound),
)
async def read_vacated_home(response: Response, caller: TransferReader, vacated_id: VacatedId) -> Any:
    """Read one of your vacated adapted homes, with the order of priority that the law states."""
    found = await service.read_vacated(session=caller.session, principal=caller.principal, id_=vacated_id)
    response.headers["ETag"] = etag(found["version"])
    return found


@router.put(
    "/{vacated_id:uuid}/outcome",
    response_model=schemas.VacatedHomeRead,
    responses={200: {"headers": ETAG}},
    openapi_extra=stating(
        errors.VacatedHomeNotFound, errors.LargeHomeExpected, errors.VacancyOngoing, VersionChanged
    ),
)  # fmt: skip
async def put_vacated_home_outcome(
    response: Response,
    caller: TransferAnswerer,
    vacated_id: VacatedId,
    given: Annotated[schemas.OutcomeIn, Body(examples=[schemas.OUTCOME_EXAMPLE])],
    condition: Condition,
) -> Any:
    """State what became of a vacated adapted home, and whether its adaptation was examined at the allotment."""
    stated = await service.state_outcome(
        session=caller.session, principal=caller.principal, id_=vacated_id, given=given, precondition=condition
    )
    response.headers["ETag"] = etag(stated["version"])
    return stated
