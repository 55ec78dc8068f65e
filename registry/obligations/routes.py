"""The obligations over HTTP: the scoreboard, its history, one's own standing and what is behind one's scores."""

import datetime as dt
import uuid
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Request, Response

from registry.access.contract import LINK, stating
from registry.access.dependencies import StockReader, TerritoryReader
from registry.access.pages import PageQuery, page_of
from registry.charter.errors import AdhesionNotFound
from registry.kernel.cursor import CursorInvalid
from registry.obligations import schemas, service
from registry.obligations.errors import StandingNotFound
from registry.territories.errors import TerritoryNotVisible

router = APIRouter(prefix="/territories", tags=["territories"])

Territory = Annotated[
    str, Path(description="The territory's id.", min_length=1, max_length=60, pattern=r"^[a-z0-9-]+$")
]
Landlord = Annotated[uuid.UUID, Path(description="The landlord's organisation id.")]
Asked = Annotated[PageQuery, Query()]
_NEXT: Final[dict[int | str, dict[str, Any]]] = {200: {"headers": LINK}}


@router.get(
    "/{territory_id}/standing",
    response_model=schemas.StandingOut,
    openapi_extra=stating(TerritoryNotVisible, StandingNotFound),
)
async def read_standing(caller: TerritoryReader, territory_id: Territory) -> Any:
    """Read where you stand: what the charter asks, what was measured, what follows on which day, and the remedy."""
    return await service.read_standing(session=caller.session, principal=caller.principal, territory=territory_id)


@router.get(
    "/{territory_id}/standing/{obligation}",
    response_model=schemas.BehindPage,
    responses=_NEXT,
    openapi_extra=stating(CursorInvalid, TerritoryNotVisible),
)
async def list_behind_score(
    request: Request,
    response: Response,
    caller: StockReader,
    territory_id: Territory,
    obligation: Annotated[schemas.ObligationCode, Path(description="Which score.")],
    asked: Asked,
) -> Any:
    """List what keeps a score of yours down now, by reference: your homes, residences (census), or vacated homes."""
    page = page_of(request, caller.principal, asked.cursor)
    rows = await service.list_behind(
        session=caller.session, principal=caller.principal, territory=territory_id, obligation=obligation,
        after=page.after(""), limit=asked.limit + 1,
    )  # fmt: skip
    return page.answer(rows, asked.limit, key="key", response=response)


@router.get(
    "/{territory_id}/obligations",
    response_model=schemas.Scoreboard,
    responses=_NEXT,
    openapi_extra=stating(CursorInvalid, TerritoryNotVisible),
)
async def list_obligations(
    request: Request, response: Response, caller: TerritoryReader, territory_id: Territory, asked: Asked
) -> Any:
    """List the scores of a territory's members, by organisation id; for its members and its coordinator."""
    page = page_of(request, caller.principal, asked.cursor)
    rows = await service.read_board(
        session=caller.session, principal=caller.principal, territory=territory_id,
        after=uuid.UUID(page.after(str(service.FIRST))), limit=asked.limit + 1,
    )  # fmt: skip
    return page.answer(rows, asked.limit, key="organisation_id", response=response)


@router.get(
    "/{territory_id}/obligations/{organisation_id}",
    response_model=schemas.ScoreHistory,
    responses=_NEXT,
    openapi_extra=stating(CursorInvalid, TerritoryNotVisible, AdhesionNotFound),
)
async def list_scores(
    request: Request, response: Response, caller: TerritoryReader, territory_id: Territory, organisation_id: Landlord,
    asked: Asked,
) -> Any:  # fmt: skip
    """List a member's scores day by day, the oldest first; they are kept for three years."""
    page = page_of(request, caller.principal, asked.cursor)
    day, _, obligation = page.after(f"{service.NO_DAY.isoformat()}/").partition("/")
    _, rows = await service.read_history(
        session=caller.session, principal=caller.principal, territory=territory_id, organisation=organisation_id,
        after=(dt.date.fromisoformat(day), obligation), limit=asked.limit + 1,
    )  # fmt: skip
    shown = [{**service.scored(row), "key": f"{row.day.isoformat()}/{row.obligation}"} for row in rows]
    return page.answer(shown, asked.limit, key="key", response=response)
