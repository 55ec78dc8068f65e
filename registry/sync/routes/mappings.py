"""``/v1/mappings``: a landlord's columns, codes and units to ours, in versions that never change."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from registry.access.bodies import JsonRoute
from registry.access.contract import LINK, stating
from registry.access.dependencies import StockReader, StockWriter
from registry.access.pages import PageQuery, page_of
from registry.kernel.cursor import CursorInvalid
from registry.sync import source_errors
from registry.sync.mapping import Mapping
from registry.sync.schemas import mappings as schemas
from registry.sync.schemas.sources import NAME
from registry.sync.service import mappings as service
from registry.sync.service.mappings import SyncMapping

router = APIRouter(tags=["sync"], route_class=JsonRoute)

_MAPPING: Final = "/mappings/{name}"
_LINKS: Final = {"read": {"operationId": "read_mapping", "parameters": {"name": "$request.path.name"}}}
_WRITTEN: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "The latest version, which says the same.", "links": _LINKS},
    201: {"description": "A new version.", "model": schemas.MappingOut, "links": _LINKS},
}
Name = Annotated[str, Path(description="Your name for it.", pattern=NAME, max_length=60, examples=["erp"])]


class VersionQuery(BaseModel):
    """Which version."""

    model_config = ConfigDict(extra="forbid")

    version: int | None = Field(None, ge=1, le=1_000_000, description="Left out: the latest.")


@router.put(
    _MAPPING,
    response_model=schemas.MappingOut,
    responses=_WRITTEN,
    openapi_extra=stating(source_errors.SourcesTooMany),
)
async def put_mapping(
    response: Response,
    caller: StockWriter,
    name: Name,
    given: Annotated[Mapping, Body(examples=[schemas.MAPPING_EXAMPLE])],
) -> Any:
    """Store a version of a mapping. Sources go on with the version that they name."""
    new, stored = await service.put_mapping(session=caller.session, principal=caller.principal, name=name, given=given)
    response.status_code = 201 if new else 200
    return _stated(stored)


@router.get(
    "/mappings",
    response_model=schemas.MappingPage,
    responses={200: {"headers": LINK}},
    openapi_extra=stating(CursorInvalid),
)
async def list_mappings(
    request: Request, response: Response, caller: StockReader, asked: Annotated[PageQuery, Query()]
) -> Any:
    """List your mappings by name, each with its latest version."""
    page = page_of(request, caller.principal, asked.cursor)
    rows = await service.list_mappings(
        session=caller.session, principal=caller.principal, after=page.after(""), limit=asked.limit + 1
    )
    shown = [{field: getattr(row, field) for field in schemas.MappingSummary.model_fields} for row in rows]
    return page.answer(shown, asked.limit, key="name", response=response)


@router.get(_MAPPING, response_model=schemas.MappingOut, openapi_extra=stating(source_errors.MappingNotFound))
async def read_mapping(caller: StockReader, name: Name, asked: Annotated[VersionQuery, Query()]) -> Any:
    """Read a mapping as it was stored."""
    found = await service.read_mapping(
        session=caller.session, principal=caller.principal, name=name, version=asked.version
    )
    return _stated(found)


def _stated(row: SyncMapping) -> dict[str, Any]:
    return {field: getattr(row, field) for field in schemas.MappingOut.model_fields}
