"""One shared listing: its facts, its class and why, what may be told of its residence, and how fresh all that is."""

import uuid
from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from registry.access.scopes import Scope
from registry.charter import service as charter
from registry.console import describing, searching
from registry.console.members import bound, member
from registry.console.pages.account import shown
from registry.console.pages.search import LISTINGS, MAP, PAGE
from registry.console.rendering import language_of, wants_fragment
from registry.kernel.errors import TooMany
from registry.listings.schemas import Listing
from registry.listings.service.search import Search
from registry.territories.service import Places, places_of
from registry.vocabulary.grid import GRADE_LABELS, PROFILES
from registry.vocabulary.home_class import HELPS, LABELS, SOURCE
from registry.vocabulary.stock import LABELS as CODES
from registry.vocabulary.stock import Source

router = APIRouter(include_in_schema=False)
_NOWHERE: Final = Places([], [], [])


@router.get(f"{LISTINGS}/{{listing_id:uuid}}")
async def show_listing(request: Request, listing_id: uuid.UUID) -> Response:
    """Show a listing, its search kept in the address; reading another organisation's is logged, as by the API."""
    seat = await member(request, Scope.LISTINGS_READ)
    asked = searching.read(request.query_params.multi_items(), _NOWHERE)
    back: dict[str, Any] = {
        "back": asked.address(PAGE), "to_map": asked.address(MAP), "partial": wants_fragment(request),
    }  # fmt: skip
    search: Search = request.app.state.search
    try:
        document = await search.read(seat.principal, listing_id, geojson=False)
    except TooMany as error:
        return shown(request, "listing", signed_in=seat.found, error=error, listing=None, **back)
    listing, language = Listing.model_validate_json(document), language_of(request)
    territory = seat.principal.territories.get(listing.territory)
    days: Mapping[int, int] = {}
    names: Mapping[str, str] = {}
    if territory is not None:
        async with bound(request, seat.principal) as session:
            days = await charter.freshness_of(session=session, territories=[territory])
            names = searching.by_name((await places_of(session=session, territories=[territory])).quarters)
    fresh_within = days.get(territory) if territory is not None else None
    return shown(
        request, "listing", signed_in=seat.found, listing=listing, describing=describing,
        stale=fresh_within is not None and describing.is_stale(listing.fresh_week, fresh_within),
        fresh_within=fresh_within, quarters=[names.get(code, code) for code in listing.quarters],
        features=describing.features_of(listing), reasons=describing.explained(listing),
        services=describing.services_of(listing, language), profiles=PROFILES, labels=LABELS, helps=HELPS,
        class_source=SOURCE.in_language(language), grades=GRADE_LABELS,
        source=lambda code: CODES[Source][Source(code)].in_language(language), **back,
    )  # fmt: skip
