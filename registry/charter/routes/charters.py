"""The versions of a territory's charter: read and compared by landlords, prepared by its coordinator."""

from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Body, Query, Request, Response

from registry.access.bodies import JsonRoute
from registry.access.contract import LINK, stating
from registry.access.dependencies import CharterManager, TerritoryReader
from registry.access.errors import VersionChanged
from registry.access.media import JSON
from registry.access.pages import PageQuery, page_of
from registry.access.preconditions import etag
from registry.charter import errors, service
from registry.charter.routes.common import ETAG, Condition, Territory, Version
from registry.charter.schemas import versions as schemas
from registry.kernel.cursor import CursorInvalid
from registry.territories.errors import TerritoryNotVisible

router = APIRouter(prefix="/territories", route_class=JsonRoute)

_IN_TERRITORY: Final = {"territory_id": "$request.path.territory_id"}
_DRAFT_LINKS: Final = {
    name: {"operationId": name, "parameters": _IN_TERRITORY}
    for name in ("read_charter_draft", "delete_charter_draft", "propose_charter")
}
_DRAFT: Final[dict[str, Any]] = {"model": schemas.CharterVersionOut, "headers": ETAG, "links": _DRAFT_LINKS}
_NO_DRAFT: Final = (TerritoryNotVisible, errors.CharterDraftNotFound)


def _answer(row: service.CharterVersion, status: int = 200) -> Response:
    """Return a version as it was written: a term that it does not name stays unnamed, for the digest's sake."""
    shown = service.stated(row)
    body = {name: shown[name] for name in schemas.CharterVersionOut.model_fields}
    headers = {"ETag": etag(row.revision)} if row.status == "draft" else None
    return Response(orjson.dumps(body, option=orjson.OPT_UTC_Z), status, headers, JSON)


@router.get(
    "/{territory_id}/charters",
    response_model=schemas.CharterVersionPage,
    responses={200: {"headers": LINK}},
    openapi_extra=stating(CursorInvalid, TerritoryNotVisible),
)
async def list_charters(
    request: Request,
    response: Response,
    caller: TerritoryReader,
    territory_id: Territory,
    asked: Annotated[PageQuery, Query()],
) -> Any:
    """List the versions of a territory's charter by number. Any landlord may; a draft is its coordinator's."""
    page = page_of(request, caller.principal, asked.cursor)
    place = await service.open_to(session=caller.session, principal=caller.principal, slug=territory_id)
    rows = await service.list_versions(
        session=caller.session, territory_id=place.id, after=int(page.after("0")), limit=asked.limit + 1,
        drafts=place.coordinated,
    )  # fmt: skip
    return page.answer([service.stated(row) for row in rows], asked.limit, key="version", response=response)


@router.get(
    "/{territory_id}/charters/draft",
    response_model=schemas.CharterVersionOut,
    responses={200: {"headers": ETAG}},
    openapi_extra=stating(*_NO_DRAFT),
)
async def read_charter_draft(caller: CharterManager, territory_id: Territory) -> Response:
    """Read the draft of your territory's charter."""
    place = await service.coordinated(session=caller.session, principal=caller.principal, slug=territory_id)
    return _answer(await service.read_draft(session=caller.session, territory_id=place))


@router.put(
    "/{territory_id}/charters/draft",
    response_model=schemas.CharterVersionOut,
    responses={
        200: {"description": "The draft: changed.", **_DRAFT},
        201: {"description": "The draft: new, with the next number.", **_DRAFT},
    },
    openapi_extra=stating(TerritoryNotVisible, VersionChanged, errors.BaseVersionUnknown, errors.FeatureNotOfVersion),
)
async def put_charter_draft(
    caller: CharterManager,
    territory_id: Territory,
    given: Annotated[schemas.CharterDraft, Body(examples=[schemas.DRAFT_EXAMPLE])],
    condition: Condition,
) -> Response:
    """Write the draft of your territory's charter: from nothing, or from a version. You alone see it."""
    place = await service.coordinated(session=caller.session, principal=caller.principal, slug=territory_id)
    new, row = await service.put_draft(
        session=caller.session, organisation=caller.principal.organisation_id, territory_id=place, given=given,
        precondition=condition,
    )  # fmt: skip
    return _answer(row, 201 if new else 200)


@router.delete(
    "/{territory_id}/charters/draft",
    status_code=204,
    response_description="Deleted.",
    responses={204: {"links": {"read": {"operationId": "read_charter_draft", "parameters": _IN_TERRITORY}}}},
    openapi_extra=stating(*_NO_DRAFT, VersionChanged),
)
async def delete_charter_draft(caller: CharterManager, territory_id: Territory, condition: Condition) -> None:
    """Delete the draft of your territory's charter."""
    place = await service.coordinated(session=caller.session, principal=caller.principal, slug=territory_id)
    await service.delete_draft(
        session=caller.session, organisation=caller.principal.organisation_id, territory_id=place,
        precondition=condition,
    )  # fmt: skip


@router.post(
    "/{territory_id}/charters/draft/propose",
    response_model=schemas.CharterVersionOut,
    openapi_extra=stating(*_NO_DRAFT, VersionChanged, errors.ReplyDatePast),
)
async def propose_charter(
    caller: CharterManager,
    territory_id: Territory,
    given: Annotated[schemas.CharterProposal, Body(examples=[schemas.PROPOSAL_EXAMPLE])],
    condition: Condition,
) -> Response:
    """Propose the draft: from now on landlords see it and may sign it, and it is not changed any more."""
    place = await service.coordinated(session=caller.session, principal=caller.principal, slug=territory_id)
    row = await service.propose(
        session=caller.session, organisation=caller.principal.organisation_id, territory_id=place,
        reply_by=given.reply_by, precondition=condition,
    )  # fmt: skip
    return _answer(row)


@router.get(
    "/{territory_id}/charters/{version}",
    response_model=schemas.CharterVersionOut,
    openapi_extra=stating(TerritoryNotVisible, errors.CharterVersionNotFound),
)
async def read_charter(caller: TerritoryReader, territory_id: Territory, version: Version) -> Response:
    """Read a version of a territory's charter: its articles, those of its data-sharing agreement, terms and digest."""
    place = await service.open_to(session=caller.session, principal=caller.principal, slug=territory_id)
    row = await service.read_version(
        session=caller.session, territory_id=place.id, version=version, drafts=place.coordinated
    )
    return _answer(row)


@router.post(
    "/{territory_id}/charters/{version}/enact",
    response_model=schemas.CharterVersionOut,
    openapi_extra=stating(TerritoryNotVisible, errors.CharterVersionNotFound, errors.CharterNotProposed),
)
async def enact_charter(caller: CharterManager, territory_id: Territory, version: Version) -> Response:
    """Put the proposed version in force now. Who signed it holds to it; the version before is superseded."""
    place = await service.coordinated(session=caller.session, principal=caller.principal, slug=territory_id)
    row = await service.enact(
        session=caller.session, organisation=caller.principal.organisation_id, territory_id=place, version=version
    )
    return _answer(row)


@router.get(
    "/{territory_id}/charters/{version}/comparison",
    response_model=schemas.CharterComparison,
    openapi_extra=stating(TerritoryNotVisible, errors.CharterVersionNotFound),
)
async def compare_charters(
    caller: TerritoryReader,
    territory_id: Territory,
    version: Version,
    compared_with: Annotated[int, Query(ge=1, le=schemas.MAX_VERSION, description="Number of the other version.")],
) -> Any:
    """Compare a version with another: articles added, removed, changed or moved, and terms with both values."""
    place = await service.open_to(session=caller.session, principal=caller.principal, slug=territory_id)
    here, other = [
        await service.read_version(
            session=caller.session, territory_id=place.id, version=number, drafts=place.coordinated
        )
        for number in (version, compared_with)
    ]
    return service.compare(here, other)
