"""The feeds of changes over HTTP: of one's own stock, and of the listings of a territory."""

from functools import partial
from typing import Annotated, Any, Final
from urllib.parse import quote, urlencode

import orjson
from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from registry.access import feeds
from registry.access.contract import LINK, stating
from registry.access.dependencies import ListingReader, StockLister
from registry.access.errors import ChangesForgotten
from registry.access.feeds import Page, Position
from registry.access.media import JSON
from registry.access.pages import link_to
from registry.access.principal import Principal
from registry.changes import answers
from registry.kernel.cursor import CursorInvalid
from registry.listings.errors import DailyChangesUsedUp, ReciprocityUnmet
from registry.listings.service import changes as listings
from registry.stock.service import changes as stock
from registry.territories.errors import TerritoryNotVisible

router = APIRouter()

After = Annotated[
    str | None,
    Field(min_length=1, max_length=700, description="Opaque; from the previous page's next. Without: the beginning."),
]
Wait = Annotated[
    int, Field(ge=0, le=feeds.WAIT_MAX_S, description="Seconds to wait for something new before an empty page.")
]
Territory = Annotated[
    str, Path(description="The territory's id.", min_length=1, max_length=60, pattern=r"^[a-z0-9-]+$")
]
_NEXT: Final[dict[int | str, dict[str, Any]]] = {200: {"headers": LINK}}


class StockFeed(BaseModel):
    """Where the feed of a stock goes on."""

    model_config = ConfigDict(extra="forbid")

    after: After = None
    limit: int = Field(default=100, ge=1, le=1_000)
    wait: Wait = 0


class ListingFeed(StockFeed):
    """Where the feed of a territory goes on."""

    limit: int = Field(default=50, ge=1, le=50)


@router.get(
    "/changes",
    tags=["stock"],
    response_model=answers.StockChangePage,
    responses=_NEXT,
    openapi_extra=stating(CursorInvalid, ChangesForgotten),
)
async def list_changes(request: Request, principal: StockLister, asked: Annotated[StockFeed, Query()]) -> Response:
    """Follow what changes in your own stock: everything there is first, then what changed since."""
    read = partial(
        stock.read_changes, database=request.app.state.database, principal=principal,
        after=_opened(request, principal, asked.after), limit=asked.limit,
    )  # fmt: skip
    return _answer(request, principal, await feeds.follow(read, wait_s=asked.wait))


@router.get(
    "/territories/{territory_id}/changes",
    tags=["listings"],
    response_model=answers.ListingChangePage,
    responses=_NEXT,
    openapi_extra=stating(CursorInvalid, ChangesForgotten, TerritoryNotVisible, ReciprocityUnmet, DailyChangesUsedUp),
)
async def list_listing_changes(
    request: Request, principal: ListingReader, territory_id: Territory, asked: Annotated[ListingFeed, Query()]
) -> Response:
    """Follow what changes among the listings of a territory: all of them first, then what changed since."""
    read = partial(
        listings.read_changes, database=request.app.state.database, principal=principal, territory=territory_id,
        after=_opened(request, principal, asked.after), limit=asked.limit,
        daily_items=request.app.state.settings.feed_daily_items,
    )  # fmt: skip
    page = await feeds.follow(read, wait_s=asked.wait)
    request.app.state.meter.searched(principal, "changes")
    return _answer(request, principal, page)


def _context(request: Request, principal: Principal) -> bytes:
    """Return what a cursor is bound to: the feed and the organisation; size and patience may change."""
    path: str = request.scope["path"]
    return principal.organisation_id.bytes + path.encode()


def _opened(request: Request, principal: Principal, after: str | None) -> Position | None:
    return Position.opened(after, key=request.app.state.cursor_key, context=_context(request, principal))


def _answer(request: Request, principal: Principal, page: Page) -> Response:
    hidden = page.after.hidden(key=request.app.state.cursor_key, context=_context(request, principal))
    given = [(name, value) for name, value in request.query_params.multi_items() if name != "after"]
    following = f"{quote(request.scope['path'])}?{urlencode([*given, ('after', hidden)])}"
    body = b'{"items":[%b],"next":%b}' % (b",".join(page.items), orjson.dumps(following))
    return Response(body, headers=link_to(following), media_type=JSON)
