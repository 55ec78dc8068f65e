"""Adapted homes that fell vacant: a landlord's own, with what became of each; to a coordinator what is measured."""

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import ValidationError

from registry.access.preconditions import Precondition, etag
from registry.access.scopes import Scope
from registry.console.browsers import form_of, redirect
from registry.console.members import Member, bound, member
from registry.console.pages.account import shown
from registry.console.pages.obligations import MOST, chosen_of
from registry.console.rendering import language_of
from registry.console.sorting import Columns, in_order, order_of
from registry.console.texts import TEXTS
from registry.kernel.errors import Invalid, PreconditionFailed, RegistryError, TooMany
from registry.kernel.text import Language, Text
from registry.kernel.validation import fault_of
from registry.obligations import service as obligations
from registry.transfers.errors import VacatedHomeNotFound
from registry.transfers.schemas.vacated import OutcomeIn
from registry.transfers.service import vacated as service
from registry.transfers.service import vacated_news
from registry.vocabulary.home_class import LABELS as CLASSES
from registry.vocabulary.transfers import LABELS, LARGE_ROOMS, Loss, Outcome
from registry.vocabulary.works import WORKS_BY_CODE

router = APIRouter(include_in_schema=False)
PAGE: Final = "/console/vacated"
ROWS: Final = 50
MOST_NEWS: Final = 200
"""Of others' vacated homes on one page; beyond it one searches."""


class OutcomeNotStated(Invalid):
    title = TEXTS["vacated.not_stated"]
    remedy = TEXTS["vacated.not_stated_remedy"]


class NotUnderOccupied(Invalid):
    title = TEXTS["vacated.not_under_occupied"]
    remedy = TEXTS["vacated.not_under_occupied_remedy"]


STATES: Final = ("asked", "vacant", "stated")
COORDINATOR: Final = "coordinator"
MEASURED: Final[Columns[dict[str, Any]]] = {
    "name": lambda line: line["name"],
    "examined": lambda line: _share(line, "examined"),
    "relet": lambda line: _share(line, "relet"),
}
NEWS: Final[Columns[vacated_news.News]] = {
    "home": lambda row: (row.typology, row.commune.casefold()),
    "class": lambda row: row.home_class,
    "month": lambda row: row.month or date.min,
    "landlord": lambda row: row.landlord,
    "territory": lambda row: row.territory,
    "announced": lambda row: row.announced_on,
}


@router.get(PAGE)
async def show_vacated(request: Request) -> Response:
    seat = await member(request, Scope.TRANSFERS_READ)
    if seat.principal.kind == COORDINATOR:
        return await _measured(request, seat)
    given = request.query_params
    state = given.get("state") if given.get("state") in STATES else None
    async with bound(request, seat.principal) as session:
        rows = await service.list_vacated(
            session=session, principal=seat.principal, state=state, after=_id(given.get("after", str(service.FIRST))),
            limit=ROWS + 1,
        )  # fmt: skip
    following = None
    if len(rows) > ROWS:
        asked = {"after": str(rows[ROWS - 1]["id"]), **({"state": state} if state else {})}
        following = f"{PAGE}?{urlencode(asked)}"
    return shown(
        request, "vacated", signed_in=seat.found, rows=rows[:ROWS], following=following, state=state, states=STATES,
        labels=_labels(language_of(request)), finds=seat.may(Scope.LISTINGS_READ),
    )  # fmt: skip


async def _measured(request: Request, seat: Member) -> Response:
    """Show what a coordinator may know: shares by landlord, protected; never a home."""
    async with bound(request, seat.principal) as session:
        places = await obligations.attention(session=session, principal=seat.principal)
        slug = chosen_of(request.query_params.get("territory"), places)
        board: list[dict[str, Any]] = []
        if slug:
            board = await obligations.read_board(session=session, principal=seat.principal, territory=slug, limit=MOST)
    lines = [
        {"name": line["organisation"]["name"], **{score["obligation"]: score for score in line["scores"]}}
        for line in board
    ]
    sort = order_of(request, MEASURED, "name")
    named = sorted(lines, key=lambda line: line["name"].casefold())
    return shown(
        request, "vacated-measured", signed_in=seat.found, places=places, slug=slug, sort=sort,
        lines=in_order(named, MEASURED, sort), address=f"{PAGE}?{urlencode({'territory': slug or ''})}",
    )  # fmt: skip


def _share(line: Mapping[str, Any], code: str) -> int | None:
    """Return a share as it is told: an order by what is not would tell it."""
    share: int | None = line[code]["share_percent"] if code in line else None
    return share


@router.get(PAGE + "/others")
async def show_vacated_of_others(request: Request) -> Response:
    """Show them; they count as seen, as by a search."""
    seat = await member(request, Scope.LISTINGS_READ)
    rows: list[vacated_news.News] = []
    more: vacated_news.Place | None = None
    error: RegistryError | None = None
    try:
        async with bound(request, seat.principal) as session:
            rows, more = await vacated_news.list_lately(
                session=session, principal=seat.principal, meter=request.app.state.meter, limit=MOST_NEWS
            )
    except TooMany as refused:
        error = refused
    sort = order_of(request, NEWS)
    return shown(
        request, "vacated-others", signed_in=seat.found, error=error, sort=sort, rows=in_order(rows, NEWS, sort),
        more=more is not None,
        since=vacated_news.since().date(), follows=seat.may(Scope.TRANSFERS_READ),
    )  # fmt: skip


@router.get(PAGE + "/{vacated_id}")
async def show_vacated_home(request: Request, vacated_id: str) -> Response:
    seat = await member(request, Scope.TRANSFERS_READ)
    return await _page(request, seat, vacated_id, done=request.query_params.get("done") == "stated")


@router.post(PAGE + "/{vacated_id}")
async def state_outcome(request: Request, vacated_id: str) -> Response:
    fields = await form_of(request)
    seat = await member(request, Scope.TRANSFERS_ANSWER)
    version = fields.get("version", "")
    condition = Precondition(etag(version)) if version else Precondition()
    try:
        given = _given(fields)
        async with bound(request, seat.principal) as session:
            await service.state_outcome(
                session=session, principal=seat.principal, id_=_id(vacated_id), given=given, precondition=condition
            )
    except (Invalid, PreconditionFailed) as error:
        return await _page(request, seat, vacated_id, error=error, typed=fields)
    return redirect(f"{PAGE}/{vacated_id}?{urlencode({'done': 'stated'})}")


def _given(fields: Mapping[str, str]) -> OutcomeIn:
    """Return what a form states.

    Raises:
        OutcomeNotStated: A choice is missing.
        NotUnderOccupied: A family was given a home that is said not to have been under-occupied.
    """
    answers = {"yes": True, "no": False}
    outcome = fields.get("outcome", "")
    try:
        return OutcomeIn.model_validate(
            {
                "examined": answers.get(fields.get("examined", "")), "outcome": outcome,
                "loss": (fields.get("loss") or None) if outcome == Outcome.LOST else None,
                "under_occupied": answers.get(fields.get("under_occupied", "")),
            }
        )  # fmt: skip
    except ValidationError as error:
        faults = tuple(fault_of(dict(fault)) for fault in error.errors())
        alone = [fault.field for fault in faults] == ["under_occupied"]
        raise (NotUnderOccupied if alone else OutcomeNotStated)(faults=faults) from None


async def _page(
    request: Request, seat: Member, id_: str, *, done: bool = False, error: RegistryError | None = None,
    typed: Mapping[str, str] | None = None,
) -> Response:  # fmt: skip
    async with bound(request, seat.principal) as session:
        found = await service.read_vacated(session=session, principal=seat.principal, id_=_id(id_))
    language = language_of(request)
    return shown(
        request, "vacated-home", signed_in=seat.found, error=error, home=found, done=done,
        typed={**_typed(found), **(typed or {})},
        acts=seat.may(Scope.TRANSFERS_ANSWER), outcomes=list(Outcome), losses=list(Loss), labels=_labels(language),
        works=[_work(code).in_language(language) for code in found["works"]], large=LARGE_ROOMS,
        class_label=CLASSES[found["home_class"]].in_language(language),
        priority=found["priority"]["text"][language], back=PAGE,
    )  # fmt: skip


def _typed(found: Mapping[str, Any]) -> dict[str, str]:
    def said(value: bool | None) -> str:  # noqa: FBT001  # a three-valued answer
        return "" if value is None else "yes" if value else "no"

    return {
        "examined": said(found["examined"]), "under_occupied": said(found["under_occupied"]),
        "outcome": found["outcome"] or "", "loss": found["loss"] or "",
    }  # fmt: skip


def _work(code: str) -> Text:
    work = WORKS_BY_CODE.get(code)
    return work.label if work else Text(code, code)


def _labels(language: Language) -> dict[str, str]:
    return {code.value: LABELS[code].in_language(language) for each in (Outcome, Loss) for code in each}


def _id(given: str) -> uuid.UUID:
    try:
        return uuid.UUID(given)
    except ValueError:
        raise VacatedHomeNotFound from None
