"""The sheets over HTTP: tagged PDF. The console shows the same as pages."""

import uuid
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from registry.access.contract import stating
from registry.access.dependencies import TransferAnswerer, TransferWriter
from registry.access.media import PDF, language_of
from registry.transfers import errors
from registry.transfers.documents.printing import Sheet
from registry.transfers.routes.proposals import ProposalId
from registry.transfers.service import sheets as service

router = APIRouter(tags=["transfers"])

_FORMS: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The sheet, in the language of Accept-Language. It names no address.",
        "content": {PDF: {"schema": {"type": "string", "format": "binary"}}},
    }
}


@router.get(
    "/proposals/{proposal_id:uuid}/tenant-sheet",
    response_class=Response,
    responses=_FORMS,
    openapi_extra=stating(errors.ProposalNotFound, errors.SheetHomeGone),
)
async def read_tenant_sheet(request: Request, caller: TransferWriter, proposal_id: ProposalId) -> Response:
    """Print what the tenant of one of your cases is given of a proposed home: one large page in plain words."""
    sheet = await service.tenant_sheet(session=caller.session, principal=caller.principal, id_=proposal_id)
    return await _answer(request, sheet, f"tenant-sheet-{proposal_id}")


@router.get(
    "/proposals/{proposal_id:uuid}/committee-sheet",
    response_class=Response,
    responses=_FORMS,
    openapi_extra=stating(errors.ProposalNotFound, errors.SheetHomeGone),
)
async def read_committee_sheet(request: Request, caller: TransferAnswerer, proposal_id: ProposalId) -> Response:
    """Print what an allocation committee (CALEOL) is given of one of your homes that is proposed for somebody."""
    sheet = await service.committee_sheet(session=caller.session, principal=caller.principal, id_=proposal_id)
    return await _answer(request, sheet, f"committee-sheet-{proposal_id}")


@router.get(
    "/vacated-homes/{vacated_id:uuid}/committee-sheet",
    response_class=Response,
    responses=_FORMS,
    openapi_extra=stating(errors.VacatedHomeNotFound, errors.SheetHomeGone),
)
async def read_vacated_home_sheet(
    request: Request,
    caller: TransferAnswerer,
    vacated_id: Annotated[uuid.UUID, Path(description="The vacated home's id.")],
) -> Response:
    """Print what a committee is given of one of your adapted homes that fell vacant, before anybody is proposed."""
    sheet = await service.vacated_sheet(session=caller.session, principal=caller.principal, id_=vacated_id)
    return await _answer(request, sheet, f"committee-sheet-{vacated_id}")


async def _answer(request: Request, sheet: Sheet, name: str) -> Response:
    """Return a sheet in the language that the caller asks for."""
    language = language_of(request)
    headers = {"Content-Language": language, "Content-Disposition": f'inline; filename="{name}-{language}.pdf"'}
    return Response(await service.as_pdf(sheet, language), media_type=PDF, headers=headers)
