"""An organisation manages itself: ``/v1/whoami`` and ``/v1/organisation/…``. Every change is in its audit chain."""

from typing import Annotated, Any

from fastapi import APIRouter, Body

from registry.access.bodies import JsonRoute
from registry.access.contract import stating
from registry.access.dependencies import Anybody, OrganisationManager
from registry.access.scopes import LABELS, Scope
from registry.identity import answers, errors, schemas
from registry.identity.routes import clients, people
from registry.identity.service import own

router = APIRouter(tags=["organisation"], route_class=JsonRoute)


@router.get("/whoami", response_model=answers.WhoamiOut)
async def read_whoami(caller: Anybody) -> Any:
    """Read what your token is and may do now: organisation, client, scopes, territories, its end."""
    principal = caller.principal
    found = await own.names(session=caller.session, principal=principal)
    return {
        "organisation": {"id": principal.organisation_id, "name": found.organisation, "kind": principal.kind},
        "client_id": principal.client_id,
        "client_name": found.client,
        "user_id": principal.user_id,
        "scopes": [{"scope": scope, **LABELS[Scope(scope)]._asdict()} for scope in sorted(principal.scopes)],
        "territories": sorted(principal.territories),
        "expires_at": principal.expires_at,
    }


@router.post(
    "/organisation:revoke-all",
    response_model=answers.RevokedOut,
    openapi_extra=stating(errors.OrganisationMismatch),
)
async def revoke_all_tokens(
    caller: OrganisationManager,
    given: Annotated[schemas.RevokeAllIn, Body(examples=[{"organisation_id": "0b0f2c9e-8d0c-4c6a-9a53-3f6c2a6d1f10"}])],
) -> Any:
    """Stop every token of yours, this one included, and all that people let clients do, within five seconds."""
    revoked = await own.revoke_all(session=caller.session, principal=caller.principal, named=given.organisation_id)
    return revoked._asdict()


for part in (clients, people):
    router.include_router(part.router)
