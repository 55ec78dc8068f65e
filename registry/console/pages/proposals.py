"""Proposals: received and made, one with its life and what may be done now; a coordinator's list."""

import datetime as dt
import uuid
from collections.abc import Mapping
from contextlib import suppress
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
from registry.console.pages.demand import freed_worded
from registry.console.rendering import language_of
from registry.console.texts import TEXTS
from registry.kernel.clock import today
from registry.kernel.errors import Conflict, Invalid, PreconditionFailed, RegistryError
from registry.kernel.numbers import cents_of
from registry.kernel.text import Language, Text
from registry.territories import service as territories
from registry.transfers.errors import DemandNotCounted, MoveNotFound
from registry.transfers.schemas import wording
from registry.transfers.schemas.proposals import HelpIn, ProposalIn, StepIn
from registry.transfers.service import cases, demand, followed, proposals
from registry.transfers.service import help as moving
from registry.transfers.service.address import read_address
from registry.transfers.service.proposals import Proposal
from registry.vocabulary.services import FAMILIES
from registry.vocabulary.transfers import LABELS, LARGE_ROOMS, Decline, Ending, Help, Refusal, Rejection

router = APIRouter(include_in_schema=False)
PAGE: Final = "/console/proposals"
ONE: Final = PAGE + "/{proposal_id:uuid}"
SHOWN: Final = 25
LAST: Final = (dt.datetime.max.replace(tzinfo=dt.UTC), uuid.UUID(int=0))
DONE: Final = ("taken", "made", "help", "move")
MOST_FIELDS: Final = 80
"""Of the form of help, a line a kind."""
_TAKEN_BACK: Final = (Conflict, Invalid, PreconditionFailed)
_FOLLOWED: Final = ("moved", "followed_3_months")
_FAMILIES: Final = {family.code: described.label for family, described in FAMILIES.items()}
_REASONS: Final = {code.value: code for kind in (Decline, Refusal, Rejection, Ending) for code in kind}


class StepUnreadable(Invalid):
    title = Text("Cette étape ne peut pas être lue", "This step cannot be read")
    remedy = Text("Utilisez les boutons de la page de la proposition.", "Use the buttons of the proposal's page.")


class HelpUnreadable(Invalid):
    title = Text("Un montant ou une date de l'aide ne peut pas être lu", "An amount or a date cannot be read")
    remedy = Text("Écrivez les montants en euros, comme 850 ou 850,50.", "Write amounts in euros, as 850 or 850.50.")


@router.get(PAGE)
async def show_proposals(request: Request) -> Response:
    seat = await member(request, Scope.TRANSFERS_READ)
    if seat.principal.kind == "coordinator":
        return await _follow(request, seat)
    asked = request.query_params
    everything, case = asked.get("state") == "all", _uuid(asked.get("case", ""))
    lists = []
    async with bound(request, seat.principal) as session:
        for side in ("owner", "origin"):
            if (case is not None and side == "owner") or (
                side == "origin" and not proposals.carries_cases(seat.principal)
            ):
                continue
            rows = await proposals.list_proposals(
                session=session, principal=seat.principal, before=_before(asked.get(f"{side}_after", "")),
                limit=SHOWN + 1, side=side, is_open=None if everything or case else True, case_id=case,
            )  # fmt: skip
            lists.append((side, [{**_line(row, language_of(request)), "yours": _is_yours(seat, row)}
                                 for row in rows[:SHOWN]], _following(request, f"{side}_after", rows)))  # fmt: skip
        freed = await demand.own_freed(session=session, principal=seat.principal) if case is None else []
    return shown(
        request, "proposals", signed_in=seat.found, lists=lists, everything=everything, case=case,
        own=seat.principal.organisation_id, freed=freed, freed_classes=freed_worded(language_of(request)),
    )  # fmt: skip


async def _follow(request: Request, seat: Member) -> Response:
    slugs = sorted(seat.principal.territories)
    asked = request.query_params
    state = asked["state"] if asked.get("state") in wording.STATES else None
    slug = asked["territory"] if asked.get("territory") in slugs else next(iter(slugs), None)
    rows: list[followed.Followed] = []
    freed = None
    if slug is not None:
        async with bound(request, seat.principal) as session:
            rows = await followed.list_followed(
                session=session, principal=seat.principal, territory=slug, before=_before(asked.get("after", "")),
                limit=SHOWN + 1, state=state,
            )  # fmt: skip
            with suppress(DemandNotCounted):
                freed = await demand.read_demand(session=session, principal=seat.principal, territory=slug)
    language = language_of(request)
    items = [
        {**row._asdict(), "said": wording.STATES[row.state].in_language(language),
         "why": _reason(row.reason, language)}
        for row in rows[:SHOWN]
    ]  # fmt: skip
    return shown(
        request, "territory-proposals", signed_in=seat.found, slugs=slugs, slug=slug, items=items, state=state,
        states=[(code, said.in_language(language)) for code, said in wording.STATES.items()],
        following=_following(request, "after", rows), freed=freed, freed_classes=freed_worded(language),
    )  # fmt: skip


def _line(row: Proposal, language: Language) -> dict[str, Any]:
    return {
        **row._asdict(), "said": wording.STATES[row.state].in_language(language),
        "why": _reason(row.reason, language),
        "late": row.closed_at is None and row.answered_at is None and row.answer_by < today(),
    }  # fmt: skip


def _is_yours(seat: Member, row: Proposal) -> bool:
    """Tell whether somebody may take the step that leads a proposal on; a follow-up waits for its day."""
    return row.state not in _FOLLOWED and any(
        proposals.leads_on(action) for action in proposals.possible_now(seat.principal, row)
    )


def _reason(code: str | None, language: Language) -> str:
    return LABELS[_REASONS[code]].in_language(language) if code in _REASONS else ""


def _uuid(given: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(given)
    except ValueError:
        return None


def _before(given: str) -> tuple[dt.datetime, uuid.UUID]:
    """Return what a page of a list begins after, if the address names it."""
    moment, _, id_ = given.partition(" ")
    try:
        found = dt.datetime.fromisoformat(moment), uuid.UUID(id_)
    except ValueError:
        return LAST
    return found if found[0].tzinfo else LAST


def _following(request: Request, name: str, rows: list[Any]) -> str | None:
    if len(rows) <= SHOWN:
        return None
    last = rows[SHOWN - 1]
    kept = {key: value for key, value in request.query_params.items() if key not in {name, "done", "lang"}}
    return f"{PAGE}?{urlencode({**kept, name: f'{last.created_at.isoformat()} {last.id}'})}"


@router.get(ONE)
async def show_proposal(request: Request, proposal_id: uuid.UUID) -> Response:
    done = request.query_params.get("done")
    seat = await member(request, Scope.TRANSFERS_READ)
    return await show(request, seat, proposal_id, done=done if done in DONE else None)


async def show(
    request: Request, seat: Member, id_: uuid.UUID, *, done: str | None = None, error: RegistryError | None = None,
    typed: Mapping[str, str] | None = None,
) -> Response:  # fmt: skip
    """Return the page of a proposal.

    Args:
        error: What is said above it; what is wrong of a move, at the fields.
        typed: What was typed of a move, which stays in its form.
    """
    principal, language = seat.principal, language_of(request)
    async with bound(request, principal) as session:
        row = await proposals.read(session=session, principal=principal, id_=id_)
        demands = await proposals.read_demands(session=session, principal=principal, proposal=row)
        steps = await proposals.list_steps(session=session, principal=principal, id_=id_)
        help_ = {line.kind: line for line in await moving.read_help(session=session, principal=principal, id_=id_)}
        try:
            move = await moving.read_move(session=session, principal=principal, id_=id_)
        except MoveNotFound:
            move = None
    sides = [
        side for side in proposals.parties_of(principal, row) if side == "owner" or proposals.carries_cases(principal)
    ]
    steps_now = [(action, _possible(action, language)) for action in proposals.possible_now(principal, row)]
    awaited = proposals.awaited_now(row)
    plans = "origin" in sides and seat.may(Scope.TRANSFERS_WRITE) and (row.closed_at is None or move is not None)
    return shown(
        request, "proposal", signed_in=seat.found, error=error, notice=done and TEXTS[f"proposals.done_{done}"]
        .in_language(language), item=_line(row, language), steps=[_step(step, language) for step in steps],
        onward=[step for action, step in steps_now if proposals.leads_on(action)],
        stops=[step for action, step in steps_now if not proposals.leads_on(action)],
        awaited=awaited and awaited.value,
        demands=[_demand(each, language) for each in demands],
        address="origin" in sides and seat.may(Scope.TRANSFERS_WRITE) and proposals.is_told(row),
        sides=[side.value for side in sides], finds=seat.may(Scope.LISTINGS_READ),
        reads_homes=seat.may(Scope.STOCK_READ), plans=plans,
        kinds=[(kind.value, LABELS[kind].in_language(language)) for kind in Help], help=help_, move=move,
        typed=typed, wrong=_wrong(error, language),
        released=move and moving.rooms_released(move), large=LARGE_ROOMS,
    )  # fmt: skip


def _wrong(error: RegistryError | None, language: Language) -> dict[str, str]:
    return {fault.field: fault.message.in_language(language) for fault in (error.faults if error else ())}


def _step(step: proposals.Step, language: Language) -> dict[str, Any]:
    return {
        "at": step.happened_at, "action": wording.ACTIONS[step.action].in_language(language),
        "party": wording.PARTIES[step.party].in_language(language),
        "state": wording.STATES[step.state].in_language(language), "why": _reason(step.reason, language),
    }  # fmt: skip


def _possible(action: Any, language: Language) -> dict[str, Any]:
    reasons = proposals.reasons_of(action)
    return {
        "action": action.value, "label": wording.ACTIONS[action].in_language(language),
        "hint": TEXTS[f"proposals.hint_{action.value}"].in_language(language),
        "reasons": [(code.value, LABELS[code].in_language(language)) for code in reasons],
    }  # fmt: skip


def _demand(demand: dict[str, str], language: Language) -> tuple[str, str]:
    code, _, number = demand["code"].partition("class_")
    said = TEXTS["proposals.demand_class" if number else f"proposals.demand_{code}"].in_language(language)
    return said.format(number=number), TEXTS[f"proposals.fit_{demand['fit']}"].in_language(language)


@router.post(ONE)
async def take_step(request: Request, proposal_id: uuid.UUID) -> Response:
    fields = await form_of(request)
    seat = await member(request, Scope.TRANSFERS_READ)
    try:
        try:
            given = StepIn.model_validate({"action": fields.get("action"), "reason": fields.get("reason") or None})
        except ValidationError:
            raise StepUnreadable(field="action", value=fields.get("action")) from None
        async with bound(request, seat.principal) as session:
            await proposals.take_step(
                session=session, principal=seat.principal, id_=proposal_id, given=given,
                precondition=Precondition(etag(fields["version"]) if fields.get("version") else None),
            )  # fmt: skip
    except _TAKEN_BACK as error:
        return await show(request, seat, proposal_id, error=error)
    return redirect(f"{PAGE}/{proposal_id}?done=taken")


@router.get(ONE + "/address")
async def show_address(request: Request, proposal_id: uuid.UUID) -> Response:
    seat = await member(request, Scope.TRANSFERS_WRITE)
    try:
        async with bound(request, seat.principal) as session:
            told = await read_address(
                session=session, principal=seat.principal, grounds=request.app.state.grounds, id_=proposal_id
            )
            row = await proposals.read(session=session, principal=seat.principal, id_=proposal_id)
            places = await territories.places_of(
                session=session, territories=[row.territory_id], asked=[told["commune_code"]]
            )
    except Conflict as error:
        return await show(request, seat, proposal_id, error=error)
    commune = next((each.name for each in places.communes if each.code == told["commune_code"]), told["commune_code"])
    return shown(
        request, "proposal-address", signed_in=seat.found, told=told, commune=commune,
        ways=[_way(way, language_of(request)) for way in told["ways"]], back=f"{PAGE}/{proposal_id}",
    )  # fmt: skip


def _way(way: dict[str, Any], language: Language) -> tuple[str, str]:
    """Return the words for a place of the week, and for how far it is."""
    family = way["family"]
    place = _FAMILIES[family] if family else TEXTS["cases.place_other"]
    known = {None: "unknown", True: "within", False: "beyond" if way["distance_m"] is not None else "far"}
    said = TEXTS[f"proposals.way_{known[way['within']]}"].in_language(language)
    return place.in_language(language), said.format(distance=way["distance_m"], most=way["within_m"])


@router.post(ONE + "/help")
async def put_help(request: Request, proposal_id: uuid.UUID) -> Response:
    fields = await form_of(request, most=MOST_FIELDS)
    seat = await member(request, Scope.TRANSFERS_WRITE)
    try:
        given = _help(fields)
        async with bound(request, seat.principal) as session:
            await moving.put_help(session=session, principal=seat.principal, id_=proposal_id, given=given)
    except _TAKEN_BACK as error:
        return await show(request, seat, proposal_id, error=error)
    return redirect(f"{PAGE}/{proposal_id}?done=help")


def _help(fields: dict[str, str]) -> HelpIn:
    """Return the help that a form states: a kind that is ticked, or of which anything is said.

    Raises:
        HelpUnreadable: An amount is none, or a date.
    """
    lines = []
    for kind in Help:
        stated = {name: fields.get(f"{kind}_{name}", "").strip() for name in
                  ("planned_cents", "planned_on", "delivered_cents", "delivered_on")}  # fmt: skip
        if not fields.get(kind) and not any(stated.values()):
            continue
        values: dict[str, Any] = {
            name: _cents(value) if name.endswith("_cents") else value for name, value in stated.items() if value
        }
        lines.append({"kind": kind, **values})
    try:
        return HelpIn.model_validate({"help": lines})
    except ValidationError:
        raise HelpUnreadable from None


def _cents(given: str) -> int:
    cents = cents_of(given)
    if cents is None:
        raise HelpUnreadable(value=given[:40])
    return cents


@router.post("/console/cases/{case_id:uuid}/propose")
async def propose(request: Request, case_id: uuid.UUID) -> Response:
    fields = await form_of(request)
    seat = await member(request, Scope.TRANSFERS_WRITE)
    listing = _uuid(fields.get("listing", ""))
    if listing is None:
        raise StepUnreadable(field="listing", value=fields.get("listing"))
    async with bound(request, seat.principal) as session:
        ref = await cases.ref_of(session=session, principal=seat.principal, id_=case_id)
        made = await proposals.propose(
            session=session, principal=seat.principal, given=ProposalIn(case_ref=ref, listing_id=listing)
        )
    return redirect(f"{PAGE}/{made.id}?done=made")
