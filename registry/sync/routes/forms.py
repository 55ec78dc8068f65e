"""``/v1/residence-facts/form``: the form of a survey on foot."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response, StreamingResponse

from registry.access.dependencies import StockLister
from registry.access.media import CSV, resumed
from registry.sync.schemas.forms import FormQuery
from registry.sync.service.forms import survey_form

router = APIRouter(tags=["stock"])
_FORM: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The form: UTF-8 with a byte order mark, semicolons, decimal commas.",
        "content": {CSV: {"schema": {"type": "string"}}},
    }
}


@router.get("/residence-facts/form", response_class=Response, responses=_FORM)
async def read_survey_form(request: Request, principal: StockLister, asked: Annotated[FormQuery, Query()]) -> Response:
    """Read a form for a survey of the entrances and the first 200 m; filled in it comes back as a file of residences.

    A row is a residence, a column a fact, called as in the CNIG standard where that has one. Residences that you have
    not stated yet have columns for their address instead.
    """
    pieces = survey_form(
        database=request.app.state.database, principal=principal, sections=asked.section, labels=asked.labels,
        prefilled=asked.prefilled,
    )  # fmt: skip
    return StreamingResponse(
        resumed(await anext(pieces), pieces),
        media_type="text/csv; charset=utf-8; header=present",
        headers={"Content-Disposition": 'attachment; filename="survey.csv"'},
    )
