"""``/v1/organisation/members`` and ``/invitations``: who works for an organisation, and as what."""

import uuid
from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Path, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel

from registry.access.bodies import JsonRoute
from registry.access.contract import LINK, stating
from registry.access.dependencies import CredentialGiver, OrganisationManager, OrganisationReader
from registry.access.errors import ProofTooOld, VersionChanged
from registry.access.pages import PageQuery, page_of
from registry.access.repeating import ONCE, REPLAYED, IdempotencyKey
from registry.identity import answers, errors, schemas
from registry.identity.routes.repeating import ETAG, Condition, once, versioned
from registry.identity.service import own
from registry.identity.service.own import MemberRow, SingleUseLink
from registry.kernel.cursor import CursorInvalid

router = APIRouter(tags=["organisation"], route_class=JsonRoute)

UserId = Annotated[uuid.UUID, Path(description="The person's id.")]
InvitationId = Annotated[uuid.UUID, Path(description="The invitation's id: of no use to whom is invited.")]
_FIRST: Final = str(uuid.UUID(int=0))


def _member(row: MemberRow) -> answers.MemberOut:
    return answers.MemberOut(**row._asdict(), version=own.version_of(row))


def _invitation(row: SingleUseLink) -> answers.InvitationOut:
    return answers.InvitationOut(
        id=row.id, email=row.email, role=row.role or "", created_at=row.created_at, expires_at=row.expires_at
    )


@router.get(
    "/organisation/members",
    response_model=answers.MemberPage,
    responses={200: {"headers": LINK}},
    openapi_extra=stating(CursorInvalid),
)
async def list_members(
    request: Request, response: Response, caller: OrganisationReader, asked: Annotated[PageQuery, Query()]
) -> Any:
    """List the people who work for you, with their roles."""
    page = page_of(request, caller.principal, asked.cursor)
    rows = await own.list_members(
        session=caller.session, principal=caller.principal, after=uuid.UUID(page.after(_FIRST)), limit=asked.limit + 1
    )
    shown = [_member(row).model_dump(mode="json") for row in rows]
    return page.answer(shown, asked.limit, key="user_id", response=response)


@router.put(
    "/organisation/members/{user_id:uuid}",
    response_model=answers.MemberOut,
    responses={200: {"headers": ETAG}},
    openapi_extra=stating(
        ProofTooOld,
        errors.MemberUnknown,
        errors.RoleNotAllowed,
        errors.ScopeBeyondOwn,
        errors.LastAdministrator,
        VersionChanged,
    ),
)
async def change_member(
    caller: CredentialGiver,
    user_id: UserId,
    given: Annotated[schemas.RolesIn, Body(examples=[{"roles": ["landlord_publisher", "landlord_searcher"]}])],
    condition: Condition,
) -> Response:
    """Replace a member's roles; what they lose is gone from sessions and tokens within five seconds."""
    changed = await own.change_roles(
        session=caller.session, principal=caller.principal, user=user_id, roles=given.roles, precondition=condition
    )
    return versioned(_member(changed))


@router.delete(
    "/organisation/members/{user_id:uuid}",
    status_code=204,
    response_description="Removed.",
    openapi_extra=stating(errors.MemberUnknown, errors.LastAdministrator, VersionChanged),
)
async def remove_member(caller: OrganisationManager, user_id: UserId, condition: Condition) -> None:
    """Take all roles from a member, never from the last who manages you; their account stays theirs."""
    await own.dismiss(session=caller.session, principal=caller.principal, user=user_id, precondition=condition)


@router.get(
    "/organisation/invitations",
    response_model=answers.InvitationPage,
    responses={200: {"headers": LINK}},
    openapi_extra=stating(CursorInvalid),
)
async def list_invitations(
    request: Request, response: Response, caller: OrganisationReader, asked: Annotated[PageQuery, Query()]
) -> Any:
    """List the invitations that nobody has used yet."""
    page = page_of(request, caller.principal, asked.cursor)
    rows = await own.list_invitations(
        session=caller.session, principal=caller.principal, after=uuid.UUID(page.after(_FIRST)), limit=asked.limit + 1
    )
    shown = [_invitation(row).model_dump(mode="json") for row in rows]
    return page.answer(shown, asked.limit, key="id", response=response)


@router.post(
    "/organisation/invitations",
    status_code=201,
    response_model=answers.InvitationOut,
    responses={201: {"headers": REPLAYED}},
    openapi_extra=stating(ProofTooOld, errors.EmailInvalid, errors.RoleNotAllowed, errors.ScopeBeyondOwn, *ONCE),
)
async def invite_member(
    request: Request,
    caller: CredentialGiver,
    given: Annotated[
        schemas.InvitationIn, Body(examples=[{"email": "prenom.nom@bailleur.example", "role": "landlord_publisher"}])
    ],
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Invite a person by mail: its link is good for seven days and once."""

    async def make() -> tuple[BaseModel, BaseModel]:
        row = await own.invite_member(
            session=caller.session, principal=caller.principal, keys=request.app.state.keyring,
            base_url=request.app.state.settings.base_url, given=given,
        )  # fmt: skip
        shown = _invitation(row)
        return shown, shown

    return await once(request, caller, idempotency_key, make)


@router.delete(
    "/organisation/invitations/{invitation_id:uuid}",
    status_code=204,
    response_description="Cancelled.",
    openapi_extra=stating(errors.InvitationUnknown),
)
async def cancel_invitation(caller: OrganisationManager, invitation_id: InvitationId) -> None:
    """Cancel an invitation: its link is worth nothing any more."""
    await own.cancel_invitation(session=caller.session, principal=caller.principal, invitation=invitation_id)
