"""Who takes part in a territory, who waits to: its coordinator sees, admits and refuses."""

import uuid
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Request, Response

from registry.access.bodies import JsonRoute
from registry.access.contract import LINK, stating
from registry.access.dependencies import CharterManager
from registry.access.pages import PageQuery, page_of
from registry.charter import errors, service
from registry.charter.routes.common import FIRST, Territory
from registry.charter.schemas import versions as schemas
from registry.kernel.cursor import CursorInvalid
from registry.territories.errors import TerritoryNotVisible

router = APIRouter(prefix="/territories", route_class=JsonRoute)

Landlord = Annotated[uuid.UUID, Path(description="The landlord's organisation id.")]
_NOBODY: Final = (TerritoryNotVisible, errors.AdhesionNotFound)


def _stated(row: Any) -> dict[str, Any]:
    return {**row._asdict(), "organisation": {"id": row.organisation_id, "name": row.organisation}}


@router.get(
    "/{territory_id}/adhesions",
    response_model=schemas.AdhesionPage,
    responses={200: {"headers": LINK}},
    openapi_extra=stating(CursorInvalid, TerritoryNotVisible),
)
async def list_adhesions(
    request: Request,
    response: Response,
    caller: CharterManager,
    territory_id: Territory,
    asked: Annotated[PageQuery, Query()],
) -> Any:
    """List the adhesions in your territory: who waits, who takes part, who is suspended, who ended it."""
    page = page_of(request, caller.principal, asked.cursor)
    place = await service.coordinated(session=caller.session, principal=caller.principal, slug=territory_id)
    rows = await service.list_adhesions(
        session=caller.session, territory_id=place, after=uuid.UUID(page.after(FIRST)), limit=asked.limit + 1
    )
    shown = [{**_stated(row), "organisation_id": str(row.organisation_id)} for row in rows]
    return page.answer(shown, asked.limit, key="organisation_id", response=response)


@router.post(
    "/{territory_id}/adhesions/{organisation_id}/admit",
    response_model=schemas.AdhesionOut,
    openapi_extra=stating(
        *_NOBODY, errors.AdhesionSuspended, errors.AdhesionUnsigned, errors.SignedVersionNotInForce
    ),
)  # fmt: skip
async def admit_adhesion(caller: CharterManager, territory_id: Territory, organisation_id: Landlord) -> Any:
    """Admit a landlord that has signed: it takes part now, by the last version in force that it signed."""
    place = await service.coordinated(session=caller.session, principal=caller.principal, slug=territory_id)
    return _stated(await service.admit(session=caller.session, organisation=organisation_id, territory_id=place))


@router.post(
    "/{territory_id}/adhesions/{organisation_id}/refuse",
    response_model=schemas.AdhesionOut,
    openapi_extra=stating(*_NOBODY, errors.AdhesionAdmitted),
)
async def refuse_adhesion(caller: CharterManager, territory_id: Territory, organisation_id: Landlord) -> Any:
    """Refuse a landlord that waits: its signatures end, and stay on record. It may sign again."""
    place = await service.coordinated(session=caller.session, principal=caller.principal, slug=territory_id)
    return _stated(await service.refuse(session=caller.session, organisation=organisation_id, territory_id=place))
