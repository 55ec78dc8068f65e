"""The yearly reports over HTTP: JSON, CSV, OpenDocument or PDF."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from registry.access.contract import stating
from registry.access.dependencies import Caller, TerritoryReader
from registry.access.media import CSV, JSON, ODS, PDF, chosen, language_of
from registry.reports import schemas, service
from registry.reports.errors import ReportNotPublished
from registry.territories.errors import TerritoryNotVisible

router = APIRouter(prefix="/territories", tags=["territories"])
_FORM_OF: Final[dict[str, service.Form]] = {CSV: "csv", ODS: "ods", PDF: "pdf"}
_BINARY: Final = {"schema": {"type": "string", "format": "binary"}}
_FORMS: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The report. CSV, OpenDocument and PDF are in the language of Accept-Language.",
        "content": {CSV: {"schema": {"type": "string"}}, ODS: _BINARY, PDF: _BINARY},
    }
}
Territory = Annotated[
    str, Path(description="The territory's id.", min_length=1, max_length=60, pattern=r"^[a-z0-9-]+$")
]
Year = Annotated[int, Path(description="The year that is reported on.", ge=2000, le=2200)]
Edition = Annotated[
    int | None, Query(description="One edition of the year; the last published one otherwise.", ge=1, le=1_000_000)
]


@router.get(
    "/{territory_id}/reports/accessible-housing/{year}",
    response_model=schemas.AccessibleHousingReport,
    responses=_FORMS,
    openapi_extra=stating(TerritoryNotVisible, ReportNotPublished),
)
async def read_accessible_housing(
    request: Request, caller: TerritoryReader, territory_id: Territory, year: Year, edition: Edition = None
) -> Any:
    """Read the yearly register of accessible housing (CGCT art. L.2143-3) of your territory, as it was published."""
    return await _read(request, caller, "accessible-housing", territory_id, year, edition)


@router.get(
    "/{territory_id}/reports/transfers/{year}",
    response_model=schemas.TransfersReport,
    responses=_FORMS,
    openapi_extra=stating(TerritoryNotVisible, ReportNotPublished),
)
async def read_transfers_report(
    request: Request, caller: TerritoryReader, territory_id: Territory, year: Year, edition: Edition = None
) -> Any:
    """Read the yearly report of transfers, vacated adapted homes and unmet demand, as it was published."""
    return await _read(request, caller, "transfers", territory_id, year, edition)


async def _read(
    request: Request, caller: Caller, kind: service.Kind, territory: str, year: int, edition: int | None
) -> Any:
    found = await service.read_published(
        session=caller.session, principal=caller.principal, kind=kind, territory=territory, year=year, edition=edition
    )
    form = chosen(request, (JSON, *_FORM_OF))
    if form == JSON:
        return {"published_at": found.published_at, "sha256": found.sha256, "document": found.document}
    file = await service.as_file(
        session=caller.session, edition=found, form=_FORM_OF[form], language=language_of(request)
    )
    return Response(file.content, media_type=file.media_type, headers=file.headers)
