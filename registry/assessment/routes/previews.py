"""What the grid of a charter's draft would change, for its coordinator."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, BackgroundTasks, Path, Request, Response

from registry.access.bodies import JsonRoute
from registry.access.contract import stating
from registry.access.dependencies import CharterManager
from registry.assessment import answers, errors, service
from registry.charter.errors import CharterDraftNotFound, CharterNotInForce
from registry.territories.errors import TerritoryNotVisible

router = APIRouter(prefix="/territories", tags=["assessment"], route_class=JsonRoute)

Territory = Annotated[
    str, Path(description="The territory's id.", min_length=1, max_length=60, pattern=r"^[a-z0-9-]+$")
]
_PATH: Final = "/{territory_id}/charters/draft/preview"
_NONE: Final = (TerritoryNotVisible, CharterDraftNotFound, CharterNotInForce)
_ASKED: Final[dict[str, Any]] = {
    "description": "It is being counted, or was within the hour: read it at Location.",
    "headers": {"Location": {"required": True, "schema": {"type": "string"}}},
    "links": {
        "read": {
            "operationId": "read_charter_preview", "parameters": {"territory_id": "$request.path.territory_id"},
        }
    },
}  # fmt: skip


@router.post(
    _PATH,
    status_code=202,
    response_model=answers.PreviewOut,
    responses={202: _ASKED},
    openapi_extra=stating(*_NONE, errors.DailyPreviewsUsedUp),
)
async def preview_charter_draft(
    request: Request, response: Response, caller: CharterManager, told_after: BackgroundTasks, territory_id: Territory
) -> Any:
    """Have a worker count what the draft's grid would make of your territory's residences; thirty times a day."""
    found = await service.request_preview(session=caller.session, principal=caller.principal, slug=territory_id)
    told_after.add_task(service.tell, request.app.state.database, caller.principal.organisation_id)
    response.headers["Location"] = f"/v1/territories/{territory_id}/charters/draft/preview"
    return found


@router.get(
    _PATH,
    response_model=answers.PreviewOut,
    openapi_extra=stating(*_NONE, errors.PreviewNotFound),
)
async def read_charter_preview(caller: CharterManager, territory_id: Territory) -> Any:
    """Read what the draft's grid, as it is now, would make of your territory's residences; kept for seven days."""
    return await service.read_preview(session=caller.session, principal=caller.principal, slug=territory_id)
