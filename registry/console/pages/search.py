"""Search the shared listings: the same filters as the API's, in a form; every one of them stands in the address."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import Response

from registry.access.scopes import Scope
from registry.charter import service as charter
from registry.console import describing, searching
from registry.console.browsers import redirect
from registry.console.communes import written
from registry.console.members import Member, bound, member
from registry.console.pages.account import shown
from registry.console.rendering import language_of, wants_fragment
from registry.console.search_choices import Choices, choices_of
from registry.console.searching import Asked
from registry.kernel.errors import Invalid, RegistryError, TooMany
from registry.kernel.text import Text
from registry.listings.schemas import FoundListing
from registry.listings.service.facets import Facets
from registry.listings.service.search import Page, Search
from registry.territories.service import NamedCommune, Places, largest_of, places_of
from registry.vocabulary.home_class import LABELS

router = APIRouter(include_in_schema=False)
PAGE: Final = "/console/search"
LISTINGS: Final = "/console/listings"
MAP: Final = "/console/map"
QUARTERS: Final = 12
"""As many are counted beside the list."""


class SearchInvalid(Invalid):
    title = Text("Cette recherche ne peut pas être lue", "This search cannot be read")
    remedy = Text("Corrigez le filtre signalé, puis recherchez.", "Correct the filter that is marked, then search.")


@dataclass(frozen=True, slots=True)
class Seen:
    """What a search shows: a page of listings, the numbers beside it, or why there are none.

    Attributes:
        quarters: Code, name and number of the quarters in which most of the listings are.
        stale_after: Days, by the territory's slug.
        drawn: The communes that a map names: all, the most populous where they are too many.
    """

    asked: Asked
    choices: Choices
    drawn: Sequence[NamedCommune]
    items: Sequence[FoundListing] = ()
    facets: Facets | None = None
    quarters: Sequence[tuple[str, str, int]] = ()
    cursor: str | None = None
    stale_after: Mapping[str, int] | None = None
    error: RegistryError | None = None


async def look(request: Request, seat: Member, page: str) -> Seen:
    """Search as the address says.

    Raises:
        AdhesionRequired: No charter is in force for the person's organisation.
    """
    principal, language = seat.principal, language_of(request)
    territories = tuple(principal.territories.values())
    named = principal.territories.get(request.query_params.get("territory", ""))
    chosen = territories if named is None else (named,)
    async with bound(request, principal) as session:
        typed = written(request.query_params.getlist("commune"))
        places = await places_of(session=session, territories=territories, chosen=chosen, asked=typed)
        drawn = places.communes
        if places.crowded and page == MAP:
            drawn = await largest_of(session=session, territories=chosen)
        days = await charter.freshness_of(session=session, territories=territories)
    asked = searching.read(request.query_params.multi_items(), places)
    choices = choices_of(asked, places, language, page)
    if asked.filters is None:
        return Seen(asked, choices, drawn, error=SearchInvalid(_said(asked, choices), faults=asked.faults))
    search: Search = request.app.state.search
    try:
        found, counted = await _find(search, seat, asked)
    except (Invalid, TooMany) as error:
        return Seen(asked, choices, drawn, error=error)
    items = [FoundListing.model_validate(each) for each in orjson.loads(f"[{found.items}]")]
    stale_after = {slug: days[number] for slug, number in principal.territories.items() if number in days}
    return Seen(asked, choices, drawn, items, counted, _quarters(counted, places), found.cursor, stale_after)


def _quarters(counted: Facets | None, places: Places) -> list[tuple[str, str, int]]:
    if counted is None:
        return []
    names = searching.by_name(places.quarters)
    most = sorted(counted.quarters.items(), key=lambda each: (-each[1], each[0]))[:QUARTERS]
    return [(code, names.get(code, code), count) for code, count in most]


def _said(asked: Asked, choices: Choices) -> Text:
    """Return what is wrong with each filter, by the name that the form has for it."""
    named = [(choices.name(fault.field), fault.message) for fault in asked.faults]
    french = " ; ".join(f"{name.fr} : {message.fr}" for name, message in named)
    return Text(french, "; ".join(f"{name.en}: {message.en}" for name, message in named))


async def _find(search: Search, seat: Member, asked: Asked) -> tuple[Page, Facets | None]:
    assert asked.filters is not None
    return await asyncio.gather(
        search.find(seat.principal, asked.filters, after=asked.cursor, geojson=False),
        search.count(seat.principal, asked.filters),
    )


def answer(request: Request, seat: Member, seen: Seen, template: str, page: str, **context: Any) -> Response:
    """Return the page, or what of it changes with a filter; its address is then that of the search."""
    partial = wants_fragment(request)
    context = {"drawn": None, **context}
    response = shown(
        request, template, signed_in=seat.found, error=seen.error, seen=seen, asked=seen.asked, choices=seen.choices,
        partial=partial, here=page, following=seen.cursor and seen.asked.address(page, cursor=seen.cursor),
        listings=LISTINGS, describing=describing, labels=LABELS, **context,
    )  # fmt: skip
    if partial:
        # htmx shows what succeeds only; what went wrong stands in the fragment.
        response.status_code = 200
        response.headers["HX-Push-Url"] = seen.asked.address(page)
    return response


def tidied(request: Request, page: str) -> Response | None:
    """Return a redirect to the address without what a form left empty, where there is anything to leave out."""
    given = request.query_params.multi_items()
    if wants_fragment(request) or all(value.strip() for _, value in given):
        return None
    kept = Asked(tuple((name, value) for name, value in given if value.strip()), None)
    return redirect(kept.address(page))


@router.get(PAGE)
async def show_search(request: Request) -> Response:
    seat = await member(request, Scope.LISTINGS_READ)
    if tidy := tidied(request, PAGE):
        return tidy
    return answer(request, seat, await look(request, seat, PAGE), "search", PAGE, map=MAP)
