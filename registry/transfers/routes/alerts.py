"""Alerts over HTTP: homes that came free for one's own cases."""

import uuid
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from registry.access.contract import LINK, stating
from registry.access.dependencies import CaseReader
from registry.access.pages import PageQuery, page_of
from registry.kernel.cursor import CursorInvalid
from registry.transfers.schemas import alerts as schemas
from registry.transfers.service import alerts as service
from registry.transfers.service.cases import FIRST

router = APIRouter(tags=["transfers"])


@router.get(
    "/transfer-alerts",
    response_model=schemas.CaseAlertPage,
    responses={200: {"headers": LINK}},
    openapi_extra=stating(CursorInvalid),
)
async def list_transfer_alerts(
    request: Request, response: Response, caller: CaseReader, asked: Annotated[PageQuery, Query()]
) -> Any:
    """List the homes that came free for your open cases, the latest first; never two for one fact."""
    page = page_of(request, caller.principal, asked.cursor)
    moment, _, id_ = page.after("").partition(" ")
    rows = await service.list_alerts(
        session=caller.session, principal=caller.principal, limit=asked.limit + 1,
        before=(datetime.fromisoformat(moment), uuid.UUID(id_)) if moment else FIRST,
    )  # fmt: skip
    items = [
        {
            **row._asdict(), "available_month": f"{row.month:%Y-%m}" if row.month else None,
            "place": f"{row.created_at.isoformat()} {row.id}",
        }
        for row in rows
    ]  # fmt: skip
    return page.answer(items, asked.limit, key="place", response=response)
