"""``/v1/sources``: where a landlord's files come from, how they are read, and how far they were applied."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Depends, Path, Query, Request, Response

from registry.access.bodies import JsonRoute
from registry.access.contract import LINK, stating
from registry.access.dependencies import StockReader, StockWriter
from registry.access.media import language_of
from registry.access.pages import PageQuery, page_of
from registry.kernel.cursor import CursorInvalid
from registry.kernel.text import Language, Text
from registry.sync import schedules, source_errors
from registry.sync.schemas import sources as schemas
from registry.sync.service import sources as service
from registry.sync.service.sources import SourceView, Vault

router = APIRouter(tags=["sync"], route_class=JsonRoute)

_SOURCE: Final = "/sources/{name}"
_BY_NAME: Final = {"parameters": {"name": "$request.path.name"}}
_LINKS: Final = {
    "read": {"operationId": "read_source", **_BY_NAME}, "delete": {"operationId": "delete_source", **_BY_NAME}
}  # fmt: skip
_WRITTEN: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "The source: changed or as before.", "links": _LINKS},
    201: {"description": "The source: new.", "model": schemas.SourceOut, "links": _LINKS},
}
Name = Annotated[
    str, Path(description="Your name for it.", pattern=schemas.NAME, max_length=60, examples=["erp-weekly"])
]


async def _told_in(request: Request) -> Language:
    return language_of(request)


async def vault_of(request: Request) -> Vault:
    return Vault(request.app.state.keyring, request.app.state.pulls)


Told = Annotated[Language, Depends(_told_in)]


@router.put(
    _SOURCE,
    response_model=schemas.SourceOut,
    responses=_WRITTEN,
    openapi_extra=stating(
        source_errors.SourceAddressRefused, source_errors.SourceSecretMissing, source_errors.MappingUnknown,
        source_errors.SourcesTooMany,
    ),
)  # fmt: skip
async def put_source(
    response: Response,
    caller: StockWriter,
    vault: Annotated[Vault, Depends(vault_of)],
    language: Told,
    name: Name,
    given: Annotated[schemas.SourceIn, Body(examples=[schemas.SOURCE_EXAMPLE])],
) -> Any:
    """Declare a source of files, or change it. Its secret is never shown again."""
    new, view = await service.put_source(
        session=caller.session, principal=caller.principal, vault=vault, name=name, given=given
    )
    response.status_code = 201 if new else 200
    return _stated(view, language)


@router.get(
    "/sources",
    response_model=schemas.SourcePage,
    responses={200: {"headers": LINK}},
    openapi_extra=stating(CursorInvalid),
)
async def list_sources(
    request: Request,
    response: Response,
    caller: StockReader,
    language: Told,
    asked: Annotated[PageQuery, Query()],
) -> Any:
    """List your sources by name, with how far each was applied and when it comes next."""
    page = page_of(request, caller.principal, asked.cursor)
    views = await service.list_sources(
        session=caller.session, principal=caller.principal, after=page.after(""), limit=asked.limit + 1
    )
    return page.answer([_stated(view, language) for view in views], asked.limit, key="name", response=response)


@router.get(_SOURCE, response_model=schemas.SourceOut, openapi_extra=stating(source_errors.SourceNotFound))
async def read_source(caller: StockReader, language: Told, name: Name) -> Any:
    """Read one of your sources: how it is declared, how far it was applied, why it failed last."""
    view = await service.read_source(session=caller.session, principal=caller.principal, name=name)
    return _stated(view, language)


@router.delete(
    _SOURCE,
    status_code=204,
    response_description="Removed.",
    responses={204: {"links": {"read": {"operationId": "read_source", **_BY_NAME}}}},
    openapi_extra=stating(source_errors.SourceNotFound, source_errors.SourceBusy),
)
async def delete_source(caller: StockWriter, name: Name) -> None:
    """Remove a source with its reports. Its homes stay as they are; no file withdraws them any more."""
    await service.delete_source(session=caller.session, principal=caller.principal, name=name)


def _stated(view: SourceView, language: Language) -> dict[str, Any]:
    source = view.source
    failure = source.last_failure
    chosen = {"name": source.mapping_name, "version": source.mapping_version}
    return {
        **{name: getattr(source, name) for name in schemas.SourceOut.model_fields if hasattr(source, name)},
        "mapping": chosen if source.mapping_name else None,
        "state": schedules.state_of(paused=source.paused, failures=source.failures),
        "confirmed_at": view.confirmed_at,
        "stale": view.stale,
        "stale_after": view.stale_after,
        "last_failure": failure and {
            "at": failure["at"], "code": failure["code"],
            "message": Text(failure["fr"], failure["en"]).in_language(language),
        },
    }  # fmt: skip
