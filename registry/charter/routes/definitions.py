"""What a territory is made of: created, read and changed by its coordinator."""

from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Body, Request, Response

from registry.access.bodies import JsonRoute
from registry.access.contract import stating
from registry.access.dependencies import TerritoryManager
from registry.access.errors import VersionChanged
from registry.access.idempotency import Answered
from registry.access.media import JSON
from registry.access.preconditions import etag
from registry.access.principal import own_organisation
from registry.access.repeating import ONCE, REPLAYED, IdempotencyKey, once
from registry.charter import service
from registry.charter.routes.common import ETAG, Condition, Territory
from registry.territories import errors, schemas
from registry.territories import service as territories

router = APIRouter(prefix="/territories", route_class=JsonRoute)

_RULES: Final = (
    errors.CommuneUnknown, errors.EpciUnknown, errors.DepartementUnknown, errors.OutlineInvalid, errors.TerritoryEmpty,
    errors.ProjectionMixed,
)  # fmt: skip
_PLACE: Final = {"Location": {"description": "Where it is read.", "required": True, "schema": {"type": "string"}}}
_LINKS: Final = {
    name: {"operationId": name, "parameters": {"territory_id": "$response.body#/id"}}
    for name in ("read_territory_definition", "put_territory_definition")
}


@router.post(
    "",
    status_code=201,
    response_model=schemas.DefinitionOut,
    responses={201: {"headers": {**ETAG, **_PLACE, **REPLAYED}, "links": _LINKS}},
    openapi_extra=stating(*ONCE, *_RULES, errors.TerritoryExists),
)
async def create_territory(
    request: Request,
    caller: TerritoryManager,
    given: Annotated[schemas.TerritoryCreate, Body(examples=[schemas.TERRITORY_EXAMPLE])],
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Create a territory that your organisation coordinates, of communes, EPCI, départements or a drawn outline."""

    async def make() -> Answered:
        composition = given.composition
        made = await territories.create_territory(
            session=caller.session, coordinator=own_organisation(caller.principal), slug=given.id, name=given.name,
            communes=composition.communes, epcis=composition.epcis, departements=composition.departements,
            outline=composition.outline,
        )  # fmt: skip
        row = await territories.read_definition(session=caller.session, territory_id=made)
        return Answered(201, JSON, orjson.dumps(territories.stated(row)))

    return await once(caller, "/territories", idempotency_key, await request.body(), make, _headers_of_new)


def _headers_of_new(body: bytes) -> dict[str, str]:
    return {"ETag": etag(1), "Location": f"/v1/territories/{orjson.loads(body)['id']}/definition"}


@router.get(
    "/{territory_id}/definition",
    response_model=schemas.DefinitionOut,
    responses={200: {"headers": ETAG}},
    openapi_extra=stating(errors.TerritoryNotVisible),
)
async def read_territory_definition(caller: TerritoryManager, territory_id: Territory) -> Response:
    """Read what a territory that you coordinate is made of."""
    place = await service.coordinated(session=caller.session, principal=caller.principal, slug=territory_id)
    row = await territories.read_definition(session=caller.session, territory_id=place)
    return Response(orjson.dumps(territories.stated(row)), headers={"ETag": etag(row.revision)}, media_type=JSON)


@router.put(
    "/{territory_id}/definition",
    response_model=schemas.DefinitionChanged,
    responses={200: {"headers": ETAG}},
    openapi_extra=stating(errors.TerritoryNotVisible, VersionChanged, *_RULES),
)
async def put_territory_definition(
    caller: TerritoryManager,
    territory_id: Territory,
    given: Annotated[schemas.TerritoryChange, Body(examples=[schemas.CHANGE_EXAMPLE])],
    condition: Condition,
) -> Response:
    """Change the name and the composition of your territory; listings of communes that leave are withdrawn at once."""
    place = await service.coordinated(session=caller.session, principal=caller.principal, slug=territory_id)
    row, effect = await territories.change_territory(
        session=caller.session, organisation=caller.principal.organisation_id, territory_id=place, given=given,
        precondition=condition,
    )  # fmt: skip
    body = {**territories.stated(row), "effect": effect.stated()}
    return Response(orjson.dumps(body), headers={"ETag": etag(row.revision)}, media_type=JSON)


@router.post(
    "/{territory_id}/definition/preview",
    response_model=schemas.CompositionEffect,
    openapi_extra=stating(errors.TerritoryNotVisible, *_RULES),
)
async def preview_territory_change(
    caller: TerritoryManager,
    territory_id: Territory,
    given: Annotated[schemas.Composition, Body(examples=[schemas.TERRITORY_EXAMPLE["composition"]])],
) -> Any:
    """Say what a change of composition would do: communes that join and leave, listings that leave. Changes nothing."""
    place = await service.coordinated(session=caller.session, principal=caller.principal, slug=territory_id)
    effect = await territories.preview_change(session=caller.session, territory_id=place, given=given)
    return effect.stated()
