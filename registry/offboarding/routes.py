"""``/v1/organisation/offboarding``: an organisation leaves."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Request

from registry.access.bodies import JsonRoute
from registry.access.contract import stating
from registry.access.dependencies import CredentialGiver, OrganisationManager, OrganisationReader
from registry.access.errors import ProofTooOld
from registry.exports.service import COLUMNS
from registry.identity.errors import OrganisationMismatch
from registry.offboarding import answers, errors, schemas, service
from registry.platform.settings import Settings

router = APIRouter(prefix="/organisation/offboarding", tags=["organisation"], route_class=JsonRoute)


def _shown(request: Request, found: service.Offboarding) -> dict[str, Any]:
    settings: Settings = request.app.state.settings
    return {
        "asked_at": found.asked_at,
        "due_at": found.due_at,
        "purge_after_days": settings.offboarding_retention_days,
        "exports": [f"/v1/exports/{kind}" for kind in COLUMNS],
    }


@router.post(
    "",
    status_code=202,
    response_model=answers.OffboardingOut,
    responses={
        202: {
            "description": "You leave at `due_at`; until then all goes on, and DELETE undoes it.",
            "links": {
                "read": {"operationId": "read_offboarding"}, "cancel": {"operationId": "cancel_offboarding"},
            },
        }
    },
    openapi_extra=stating(OrganisationMismatch, errors.TerritoriesCoordinated, ProofTooOld),
)  # fmt: skip
async def ask_offboarding(
    request: Request,
    caller: CredentialGiver,
    given: Annotated[schemas.OffboardingIn, Body(examples=[schemas.OFFBOARDING_EXAMPLE])],
) -> Any:
    """Have your organisation leave after some days of notice. Asked again, nothing changes."""
    settings: Settings = request.app.state.settings
    found = await service.ask(
        session=caller.session, principal=caller.principal, named=given.organisation_id,
        notice_days=settings.offboarding_notice_days,
    )  # fmt: skip
    return _shown(request, found)


@router.get("", response_model=answers.OffboardingOut, openapi_extra=stating(errors.OffboardingNotAsked))
async def read_offboarding(request: Request, caller: OrganisationReader) -> Any:
    """Read when your organisation leaves."""
    return _shown(request, await service.read(session=caller.session, principal=caller.principal))


@router.delete("", status_code=204, response_description="You stay.", openapi_extra=stating(errors.OffboardingNotAsked))
async def cancel_offboarding(caller: OrganisationManager) -> None:
    """Have your organisation stay after all."""
    await service.cancel_own(session=caller.session, principal=caller.principal)
