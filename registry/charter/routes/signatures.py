"""Who signs a charter, and ends that: a landlord for itself; its coordinator sees who did."""

import uuid
from typing import Annotated, Any

from fastapi import APIRouter, Body, Query, Request, Response

from registry.access.bodies import JsonRoute
from registry.access.contract import LINK, stating
from registry.access.dependencies import CharterSigner, TerritoryReader
from registry.access.pages import PageQuery, page_of
from registry.charter import errors, service
from registry.charter.routes.common import FIRST, Territory, Version
from registry.charter.schemas import versions as schemas
from registry.kernel.cursor import CursorInvalid
from registry.territories.errors import TerritoryNotVisible

router = APIRouter(prefix="/territories", route_class=JsonRoute)


def _stated(row: Any) -> dict[str, Any]:
    return {**row._asdict(), "organisation": {"id": row.organisation_id, "name": row.organisation}}


@router.put(
    "/{territory_id}/charters/{version}/signature",
    response_model=schemas.SignatureOut,
    openapi_extra=stating(
        TerritoryNotVisible, errors.CharterVersionNotFound, errors.CharterSuperseded, errors.TextHashMismatch,
        errors.AdhesionSuspended,
    ),
)  # fmt: skip
async def sign_charter(
    caller: CharterSigner,
    territory_id: Territory,
    version: Version,
    given: Annotated[schemas.SignatureIn, Body(examples=[schemas.SIGNATURE_EXAMPLE])],
) -> Any:
    """Sign a version for your organisation: it binds once it is in force, and the coordinator has admitted you.

    One signature is of both, the charter and the data-sharing agreement: they are one text under one digest.
    """
    place = await service.open_to(session=caller.session, principal=caller.principal, slug=territory_id)
    own = caller.principal.organisation_id
    await service.sign(
        session=caller.session, organisation=own, territory_id=place.id, version=version, **given.model_dump()
    )
    return _stated(
        await service.signature_of(session=caller.session, organisation=own, territory_id=place.id, version=version)
    )


@router.get(
    "/{territory_id}/signatures",
    response_model=schemas.SignaturePage,
    responses={200: {"headers": LINK}},
    openapi_extra=stating(CursorInvalid, TerritoryNotVisible),
)
async def list_signatures(
    request: Request,
    response: Response,
    caller: TerritoryReader,
    territory_id: Territory,
    asked: Annotated[PageQuery, Query()],
) -> Any:
    """List who signed which version, and when: your own organisation's; its coordinator sees everybody's."""
    page = page_of(request, caller.principal, asked.cursor)
    place = await service.open_to(session=caller.session, principal=caller.principal, slug=territory_id)
    rows = await service.list_signatures(
        session=caller.session, territory_id=place.id, after=uuid.UUID(page.after(FIRST)), limit=asked.limit + 1,
        organisation=None if place.coordinated else caller.principal.organisation_id,
    )  # fmt: skip
    return page.answer([{**_stated(row), "id": str(row.id)} for row in rows], asked.limit, key="id", response=response)


@router.delete(
    "/{territory_id}/adhesion",
    status_code=204,
    response_description="Ended.",
    openapi_extra=stating(TerritoryNotVisible, errors.AdhesionNotFound, errors.AdhesionSuspended),
)
async def withdraw_adhesion(caller: CharterSigner, territory_id: Territory) -> None:
    """End your organisation's adhesion, or its waiting: its listings leave at once, and it searches there no more."""
    place = await service.open_to(session=caller.session, principal=caller.principal, slug=territory_id)
    await service.withdraw(session=caller.session, organisation=caller.principal.organisation_id, territory_id=place.id)
