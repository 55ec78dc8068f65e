"""Which landlords a coordinator invites to its territory: over the API, as in the console."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Path, Query, Request, Response

from registry.access.bodies import JsonRoute
from registry.access.contract import LINK, stating
from registry.access.dependencies import CharterManager
from registry.access.media import JSON
from registry.access.pages import PageQuery, page_of
from registry.charter import errors, service
from registry.charter.routes.common import Territory
from registry.charter.schemas import invitations as schemas
from registry.identity.errors import EmailInvalid, SirenInvalid
from registry.kernel.cursor import CursorInvalid
from registry.territories.errors import TerritoryNotVisible

router = APIRouter(prefix="/territories", route_class=JsonRoute)

Siren = Annotated[str, Path(description="The landlord's SIREN: nine digits.", pattern="^[0-9]{9}$")]
_OF_ONE: Final = (TerritoryNotVisible, errors.LandlordInvitationNotFound)


@router.get(
    "/{territory_id}/invitations",
    response_model=schemas.LandlordInvitationPage,
    responses={200: {"headers": LINK}},
    openapi_extra=stating(CursorInvalid, TerritoryNotVisible),
)
async def list_landlord_invitations(
    request: Request,
    response: Response,
    caller: CharterManager,
    territory_id: Territory,
    asked: Annotated[PageQuery, Query()],
) -> Any:
    """List the landlords that you have invited to your territory, by SIREN; each is kept half a year after its end."""
    page = page_of(request, caller.principal, asked.cursor)
    place = await service.coordinated(session=caller.session, principal=caller.principal, slug=territory_id)
    rows = await service.list_invitations(
        session=caller.session, organisation=caller.principal.organisation_id, territory_id=place,
        after=page.after(""), limit=asked.limit + 1,
    )  # fmt: skip
    return page.answer([row._asdict() for row in rows], asked.limit, key="siren", response=response)


@router.put(
    "/{territory_id}/invitations/{siren}",
    response_model=schemas.LandlordInvitationOut,
    responses={
        200: {"description": "The invitation was open: unchanged, or corrected and sent anew."},
        201: {"model": schemas.LandlordInvitationOut, "description": "Invited: the mail leaves within a minute."},
    },
    openapi_extra=stating(TerritoryNotVisible, SirenInvalid, EmailInvalid, errors.TooManyLandlordInvitations),
)
async def invite_landlord(
    caller: CharterManager,
    territory_id: Territory,
    siren: Siren,
    given: Annotated[schemas.LandlordInvitationIn, Body(examples=[schemas.INVITATION_EXAMPLE])],
) -> Response:
    """Invite a landlord to sign your charter; registered or not, you are told the same."""
    place = await service.coordinated(session=caller.session, principal=caller.principal, slug=territory_id)
    new, row = await service.invite_landlord(
        session=caller.session, organisation=caller.principal.organisation_id, territory_id=place, siren=siren,
        given=given,
    )  # fmt: skip
    body = schemas.LandlordInvitationOut(**row._asdict()).model_dump_json()
    return Response(body, 201 if new else 200, media_type=JSON)


@router.post(
    "/{territory_id}/invitations/{siren}/send",
    response_model=schemas.LandlordInvitationOut,
    openapi_extra=stating(*_OF_ONE, errors.LandlordInvitationEnded, errors.TooManyLandlordInvitations),
)
async def send_landlord_invitation(caller: CharterManager, territory_id: Territory, siren: Siren) -> Any:
    """Send an invitation again, with a new link that is good for thirty days; the link before is worth nothing."""
    place = await service.coordinated(session=caller.session, principal=caller.principal, slug=territory_id)
    row = await service.send_again(
        session=caller.session, organisation=caller.principal.organisation_id, territory_id=place, siren=siren
    )
    return row._asdict()


@router.delete(
    "/{territory_id}/invitations/{siren}",
    status_code=204,
    response_description="Ended.",
    openapi_extra=stating(*_OF_ONE, errors.LandlordInvitationEnded),
)
async def revoke_landlord_invitation(caller: CharterManager, territory_id: Territory, siren: Siren) -> None:
    """Revoke an invitation: the link in its mail is worth nothing any more."""
    place = await service.coordinated(session=caller.session, principal=caller.principal, slug=territory_id)
    await service.revoke_invitation(
        session=caller.session, organisation=caller.principal.organisation_id, territory_id=place, siren=siren
    )
