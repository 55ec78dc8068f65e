"""A landlord's own homes: searched, and confirmed as they stand."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import Response

from registry.access.scopes import Scope
from registry.assessment import service as assessment
from registry.console.browsers import form_of, redirect
from registry.console.known import options, searched
from registry.console.members import Member, bound, member
from registry.console.pages.account import shown
from registry.console.rendering import language_of
from registry.listings.service import own
from registry.listings.service.own import OwnHomesAsked
from registry.stock import service as stock
from registry.vocabulary.facts import FEATURES, FEATURES_BY_CODE
from registry.vocabulary.home_class import CLASSES, LABELS
from registry.vocabulary.stock import Status

router = APIRouter(include_in_schema=False)
PAGE: Final = "/console/homes"
SHOWN: Final = 25
MOST_DIGITS: Final = {"rooms": 4, "rent": 9}
"""Of numbers by which pages go on: fewer than their columns hold."""
CLASS_NUMBERS: Final = {str(each.number): each.number for each in CLASSES}


@router.get(PAGE)
async def show_homes(request: Request) -> Response:
    seat = await member(request, Scope.STOCK_READ)
    return await _list(request, seat)


async def _list(request: Request, seat: Member, *, left: list[str] | None = None, done: int | None = None) -> Response:
    language = language_of(request)
    asked = _asked(request.query_params)
    sort = _sort(request.query_params)
    after = _after(request.query_params, sort)
    async with bound(request, seat.principal) as session:
        homes = await own.find_own_homes(
            session=session, principal=seat.principal, asked=asked, sort=sort, after=after, limit=SHOWN + 1
        )
        communes = await assessment.list_own_communes(session=session, principal=seat.principal)
    filters = _kept(asked)
    kept = filters | ({"sort": sort} if sort != "ref" else {})
    items = homes[:SHOWN]
    following = f"{PAGE}?{urlencode(kept | _position(items[-1], sort))}" if len(homes) > SHOWN else None
    begun = {name: request.query_params.get(name, "") for name in ("after", "from")} if after else {}
    return shown(
        request, "homes", signed_in=seat.found, organisation=seat.found.row.organisation, items=items, asked=asked,
        following=following, here=f"{PAGE}?{urlencode(kept | begun)}", first=not filters and not after,
        communes=communes, sort=sort, unsorted=f"{PAGE}?{urlencode(filters)}" if filters else PAGE,
        statuses=options(Status, language),
        statuses_named=dict(options(Status, language)), classes=_classes(language),
        class_names={number: label.in_language(language) for number, label in LABELS.items()},
        features=[(fact.code, fact.label.in_language(language)) for fact in FEATURES],
        acts=seat.may(Scope.STOCK_WRITE), seen=_seen(items), done=done if done is not None else _done(request),
        left=left or [],
    )  # fmt: skip


def _classes(language: Any) -> list[tuple[str, str]]:
    return [(str(each.number), f"{each.number} – {each.label.in_language(language)}") for each in CLASSES]


def _asked(given: Mapping[str, str]) -> OwnHomesAsked:
    """Return what an address asks for; what no list offers is not asked."""
    status, feature = given.get("status"), given.get("feature")
    return OwnHomesAsked(
        q=searched(given.get("q")), residence_ref=searched(given.get("residence")),
        commune=searched(given.get("commune")),
        status=status if status in set(Status) else None, class_min=CLASS_NUMBERS.get(given.get("class_min", "")),
        feature=feature if feature in FEATURES_BY_CODE else None, possible=given.get("possible") == "true",
        stale=given.get("stale") == "true",
    )  # fmt: skip


def _sort(given: Mapping[str, str]) -> str:
    sort = given.get("sort", "")
    return sort if sort in stock.SORTS else "ref"


def _position(home: dict[str, Any], sort: str) -> dict[str, str]:
    """Return where a home stands in an order, as the address says it: ``from``, its value, is empty where none is."""
    *values, ref = stock.position_of(home, sort)
    return {"after": ref} | ({"from": "" if values[0] is None else str(values[0])} if values else {})


def _after(given: Mapping[str, str], sort: str) -> tuple[Any, str] | None:
    """Return the home after which the page begins; what no address of ours says begins anew."""
    ref, value = searched(given.get("after")), given.get("from", "")
    if ref is None:
        return None
    match sort.lstrip("-"):
        case "ref":
            return None, ref
        case "status":
            return (value, ref) if value in set(Status) else None
        case "updated":
            moment = _moment(value)
            return (moment, ref) if moment else None
        case "rent" if not value:
            return None, ref
        case name:
            whole = value.isascii() and value.isdecimal() and len(value) <= MOST_DIGITS[name]
            return (int(value), ref) if whole else None


def _moment(given: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(given)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _kept(asked: OwnHomesAsked) -> dict[str, str]:
    """Return what was asked for, as the address says it."""
    said = {
        "q": asked.q, "residence": asked.residence_ref, "commune": asked.commune, "status": asked.status,
        "class_min": str(asked.class_min) if asked.class_min else None, "feature": asked.feature,
        "possible": "true" if asked.possible else None, "stale": "true" if asked.stale else None,
    }  # fmt: skip
    return {name: value for name, value in said.items() if value}


def _seen(items: list[dict[str, Any]]) -> str:
    """Return references and versions of what is shown: what is confirmed is what was seen."""
    return orjson.dumps([[item["ref"], item["version"]] for item in items]).decode()


def _done(request: Request) -> int | None:
    given = request.query_params.get("confirmed", "")
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 4 else None


@router.post(PAGE)
async def confirm_shown(request: Request) -> Response:
    fields = await form_of(request)
    seat = await member(request, Scope.STOCK_WRITE)
    async with bound(request, seat.principal) as session:
        count, left = await stock.confirm_homes(
            session=session, principal=seat.principal, seen=seen_of(fields.get("seen", ""))
        )
    if left:
        return await _list(request, seat, left=left, done=count)
    kept = {name: value for name, value in request.query_params.items() if name not in {"confirmed", "lang"}}
    return redirect(f"{PAGE}?{urlencode({**kept, 'confirmed': count})}")


def seen_of(given: str) -> list[tuple[str, int]]:
    """Return references and versions of a form, as many as a page shows at most; what is none is left out."""
    try:
        pairs = orjson.loads(given)
    except orjson.JSONDecodeError:
        return []
    if not isinstance(pairs, list):
        return []
    return [
        (pair[0], pair[1])
        for pair in pairs[:SHOWN]
        if isinstance(pair, list) and len(pair) == 2 and isinstance(pair[0], str) and type(pair[1]) is int
        and 0 < pair[1] < 1 << 31
    ]  # fmt: skip
