"""Transfer cases: a landlord's own, opened, changed, ended and erased; and what a coordinator reads of its members'."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.preconditions import Precondition, etag
from registry.access.scopes import Scope
from registry.console import case_form as form
from registry.console.browsers import form_of, redirect
from registry.console.communes import Unclear, written
from registry.console.communes import shown as spelled
from registry.console.known import searched
from registry.console.members import Member, bound, member
from registry.console.pages.account import shown
from registry.console.rendering import language_of
from registry.console.texts import TEXTS
from registry.kernel.clock import today
from registry.kernel.errors import Conflict, Fault, Forbidden, Gone, Invalid, PreconditionFailed, RegistryError
from registry.kernel.text import Language, Text
from registry.kernel.validation import fault_of
from registry.territories import service as territories
from registry.territories.service import Places
from registry.transfers.schemas.cases import CaseIn, months_on
from registry.transfers.schemas.references import is_guessable, mint
from registry.transfers.service import alerts, cases
from registry.transfers.service.cases import FIRST, Case
from registry.vocabulary.transfers import LABELS, Closing, Ground

router = APIRouter(include_in_schema=False)
PAGE: Final = "/console/cases"
NEW: Final = PAGE + "/-/new"
CASE: Final = PAGE + "/{case_id:uuid}"
SHOWN: Final = 25
ALERTS_SHOWN: Final = 20
MOST_FIELDS: Final = 800
"""Of a form with every commune and quarter of a territory."""
DONE: Final = ("opened", "changed", "closed", "erased")
THEN_QUARTERS: Final = "quarters"
"""What the form's second button does: nothing is saved, and the quarters of the chosen communes are offered."""
CONSENT_MONTHS: Final = 12
"""How long a consent lasts as the form proposes it."""


class CaseNotReadable(Invalid):
    title = Text("Ce dossier ne peut pas encore être enregistré", "This case cannot be saved yet")
    remedy = Text("Corrigez les champs signalés et recommencez.", "Correct the fields that are marked and try again.")


class ErasureNotConfirmed(Invalid):
    title = Text("L'effacement n'est pas confirmé", "The erasure is not confirmed")
    remedy = Text("Cochez la case pour effacer le dossier.", "Tick the box to erase the case.")


class ClosingMissing(Invalid):
    title = Text("Choisissez pourquoi le dossier prend fin", "Choose why the case ends")
    remedy = Text("Un des motifs de la liste est attendu.", "One of the reasons of the list is expected.")


@router.get(PAGE)
async def show_cases(request: Request) -> Response:
    seat = await member(request, Scope.TRANSFERS_READ)
    asked = request.query_params
    ground = asked.get("ground")
    given: dict[str, Any] = {
        "principal": seat.principal, "before": _before(asked.get("after", "")), "limit": SHOWN + 1,
        "is_open": {"closed": False, "all": None}.get(asked.get("state", ""), True),
        "ground": Ground(ground) if ground in set(Ground) else None,
    }  # fmt: skip
    if seat.principal.kind == "coordinator":
        return await _show_to_coordinator(request, seat, given)
    seat.must(Scope.CASES_READ)
    alerted = asked.get("alerts") == "true"
    async with bound(request, seat.principal) as session:
        rows = await cases.list_cases(session=session, alerted=alerted, home_ref=searched(asked.get("home")), **given)
    return shown(
        request, "cases", signed_in=seat.found, items=rows[:SHOWN], acts=seat.may(Scope.TRANSFERS_WRITE),
        following=_following(request, rows), alerted=alerted, done=_done(request), **_filters(request, given),
    )  # fmt: skip


async def _show_to_coordinator(request: Request, seat: Member, given: dict[str, Any]) -> Response:
    slugs = sorted(seat.principal.territories)
    asked = request.query_params.get("territory")
    chosen = asked if asked in slugs else next(iter(slugs), None)
    async with bound(request, seat.principal) as session:
        places = await territories.places_of(
            session=session, territories=list(seat.principal.territories.values()), chosen=[]
        )
        rows = await cases.list_cases_of_territory(session=session, territory=chosen, **given) if chosen else []
    return shown(
        request, "territory-cases", signed_in=seat.found, items=rows[:SHOWN], following=_following(request, rows),
        places=[(place.slug, place.name) for place in places.territories], chosen=chosen,
        **_filters(request, given),
    )  # fmt: skip


def _filters(request: Request, given: Mapping[str, Any]) -> dict[str, Any]:
    language = language_of(request)
    state = {True: "open", False: "closed", None: "all"}[given["is_open"]]
    return {
        "state": state, "ground": given["ground"] or "", "grounds": form.labelled(Ground, language),
        "words": {code: label.in_language(language) for code, label in LABELS.items()},
    }  # fmt: skip


def _before(given: str) -> tuple[dt.datetime, uuid.UUID]:
    """Return the case after which a page begins, if the address names one."""
    moment, _, id_ = given.partition(" ")
    try:
        found = dt.datetime.fromisoformat(moment), uuid.UUID(id_)
    except ValueError:
        return FIRST
    return found if found[0].tzinfo else FIRST


def _following(request: Request, rows: Any) -> str | None:
    if len(rows) <= SHOWN:
        return None
    last = rows[SHOWN - 1]
    kept = {name: value for name, value in request.query_params.items() if name not in {"after", "done", "lang"}}
    return f"{PAGE}?{urlencode({**kept, 'after': f'{last.created_at.isoformat()} {last.id}'})}"


def _done(request: Request) -> str | None:
    done = request.query_params.get("done")
    return done if done in DONE else None


@router.get(CASE)
async def show_case(request: Request, case_id: uuid.UUID) -> Response:
    seat = await member(request, Scope.CASES_READ)
    language = language_of(request)
    async with bound(request, seat.principal) as session:
        case = await cases.read_case_by_id(session=session, principal=seat.principal, id_=case_id)
        need = cases.need_of(case)
        places = await territories.places_of(session=session, territories=[case.territory_id], asked=need.communes)
        told = await alerts.list_alerts(
            session=session, principal=seat.principal, before=FIRST, limit=ALERTS_SHOWN, case=case_id
        )
    return shown(
        request, "case", signed_in=seat.found, case=case, done=_done(request),
        acts=seat.may(Scope.TRANSFERS_WRITE) and case.closed_at is None, erases=seat.may(Scope.TRANSFERS_WRITE),
        reads_homes=seat.may(Scope.STOCK_READ), finds=seat.may(Scope.LISTINGS_READ),
        asks=list(form.described(need, places, language)), told=told,
        words={code: label.in_language(language) for code, label in LABELS.items()},
        territory=next((place.name for place in places.territories), case.territory),
    )  # fmt: skip


@router.get(NEW)
async def show_new_case(request: Request) -> Response:
    seat = await member(request, Scope.TRANSFERS_WRITE)
    until = months_on(today(), CONSENT_MONTHS).isoformat()
    home = searched(request.query_params.get("home")) or ""
    typed = {
        "ref": mint(), "kind": "transfer", "home_ref": home, "consent_until": until, "aid_indoors": "none",
        "aid_outdoors": "none", "shower": "any", "residents": "1",
        "territory": request.query_params.get("territory", ""),
    }  # fmt: skip
    return await _form(request, seat, typed)


async def _form(
    request: Request, seat: Member, typed: Mapping[str, str], *, error: RegistryError | None = None,
    case_id: uuid.UUID | None = None,
) -> Response:  # fmt: skip
    """Return the form; where several territories are open, first the choice among them."""
    language = language_of(request)
    async with bound(request, seat.principal) as session:
        places = await _places(session, seat, typed)
    quarters = form.quarters_of(typed, places)
    faults = error.faults if error else ()
    invalid = {form.field_of(fault) for fault in faults}
    chosen = typed.get("territory", "")
    return shown(
        request, "case-form", signed_in=seat.found, error=error, typed=typed, invalid=invalid, case_id=case_id,
        faults=[(form.field_of(fault), _label(form.field_of(fault), language), fault.message.in_language(language))
                for fault in faults],
        address=f"{PAGE}/{case_id}/edit" if case_id else NEW,
        territories=[(place.slug, place.name) for place in places.territories], chosen=chosen, places=places,
        chosen_one=places.crowded or bool(places.communes), written=spelled([typed.get("communes", "")], places),
        quarters=quarters, hidden_quarters=len(places.quarters) > len(quarters), then_quarters=THEN_QUARTERS,
        quarters_asked=typed.get("then") == THEN_QUARTERS, groups=form.groups(typed, language, invalid),
        rows=form.rows_of_places(typed, language), kinds=form.labelled(form.KINDS, language),
        grounds=form.labelled(form.GROUNDS, language), bases=form.labelled(form.BASES, language),
        lived=form.labelled(form.LIVED, language),
    )  # fmt: skip


def _label(field: str, language: Language) -> str:
    """Return what a field is called; of a place, which one."""
    parts = field.split("_")
    if parts[0] == "place":
        return f"{TEXTS['cases.place'].in_language(language)} {parts[1]}"
    found = TEXTS.get(f"cases.field_{field}")
    return found.in_language(language) if found else field


async def _places(session: AsyncSession, seat: Member, typed: Mapping[str, str]) -> Places:
    own, slug = seat.principal.territories, typed.get("territory", "")
    chosen = [own[slug]] if slug in own else list(own.values()) if len(own) == 1 else []
    return await territories.places_of(
        session=session, territories=list(own.values()), chosen=chosen, asked=written([typed.get("communes", "")])
    )


@router.post(NEW)
async def open_case(request: Request) -> Response:
    fields = await form_of(request, most=MOST_FIELDS)
    seat = await member(request, Scope.TRANSFERS_WRITE)
    typed = _typed(fields)
    if is_guessable(typed.get("ref", "")):
        typed["ref"] = mint()
    if typed.get("then") == THEN_QUARTERS:
        return await _form(request, seat, typed)
    return await _write(request, seat, typed, typed["ref"], None)


@router.get(CASE + "/edit")
async def show_edit(request: Request, case_id: uuid.UUID) -> Response:
    seat = await member(request, Scope.TRANSFERS_WRITE)
    async with bound(request, seat.principal) as session:
        case = await cases.read_case_by_id(session=session, principal=seat.principal, id_=case_id)
    return await _form(request, seat, _values(case, language_of(request)), case_id=case_id)


@router.post(CASE + "/edit")
async def change_case(request: Request, case_id: uuid.UUID) -> Response:
    fields = await form_of(request, most=MOST_FIELDS)
    seat, typed = await member(request, Scope.TRANSFERS_WRITE), _typed(fields)
    async with bound(request, seat.principal) as session:
        ref = await cases.ref_of(session=session, principal=seat.principal, id_=case_id)
    if typed.get("then") == THEN_QUARTERS:
        return await _form(request, seat, typed, case_id=case_id)
    return await _write(request, seat, typed, ref, case_id)


def _typed(fields: Mapping[str, str]) -> dict[str, str]:
    return {name: value.strip() for name, value in fields.items() if name != "form_token"}


def _values(case: Case, language: Language) -> dict[str, str]:
    return {
        **form.values_of(cases.need_of(case), language), "version": str(case.version), "kind": case.kind,
        "territory": case.territory, "home_ref": case.home_ref or "", "ground": case.ground or "",
        "deadline": case.deadline.isoformat() if case.deadline else "", "consent_basis": case.consent_basis,
        "consent_version": case.consent_version, "consent_until": case.consent_until.isoformat(),
    }  # fmt: skip


async def _write(
    request: Request, seat: Member, typed: dict[str, str], ref: str, case_id: uuid.UUID | None
) -> Response:  # fmt: skip
    """Open a case, or change it as it was when the form was shown."""
    condition = Precondition(if_match=etag(typed.get("version", ""))) if case_id else Precondition()
    try:
        async with bound(request, seat.principal) as session:
            given = _given(typed, await _places(session, seat, typed))
            _, case = await cases.put_case(
                session=session, principal=seat.principal, ref=ref, given=given, precondition=condition
            )
    except (Conflict, Forbidden, Gone, Invalid, PreconditionFailed) as error:
        return await _form(request, seat, typed, error=error, case_id=case_id)
    return redirect(f"{PAGE}/{case.id}?done={'changed' if case_id else 'opened'}")


def _given(typed: Mapping[str, str], places: Places) -> CaseIn:
    """Return the case that was typed.

    Raises:
        CaseNotReadable: Something in it is wrong; each field is named.
    """
    try:
        need = form.need_of(typed, places)
    except Unclear as error:
        raise CaseNotReadable(faults=(Fault("need.communes", error.written, error.message),)) from None
    stated = {
        "kind": typed.get("kind", ""), "territory": typed.get("territory") or None,
        "home_ref": typed.get("home_ref") or None, "need": need,
        "deadline": typed.get("deadline") or None, "ground": typed.get("ground") or None,
        "consent": {
            "basis": typed.get("consent_basis", ""), "version": typed.get("consent_version", ""),
            "until": typed.get("consent_until", ""),
        },
    }  # fmt: skip
    try:
        return CaseIn.model_validate(stated)
    except ValidationError as error:
        faults = tuple(fault_of(each) for each in error.errors(include_url=False))
        raise CaseNotReadable(faults=faults) from None


@router.get(CASE + "/end")
async def show_end(request: Request, case_id: uuid.UUID) -> Response:
    seat = await member(request, Scope.TRANSFERS_WRITE)
    return await _end(request, seat, case_id)


async def _end(request: Request, seat: Member, case_id: uuid.UUID, error: RegistryError | None = None) -> Response:
    async with bound(request, seat.principal) as session:
        ref = await cases.ref_of(session=session, principal=seat.principal, id_=case_id)
    language = language_of(request)
    return shown(
        request, "case-end", signed_in=seat.found, error=error, ref=ref, address=f"{PAGE}/{case_id}",
        reasons=form.labelled(Closing, language),
    )  # fmt: skip


@router.get(CASE + "/erase")
async def show_erasure(request: Request, case_id: uuid.UUID) -> Response:
    """Show the same page to who has just proved who they are."""
    seat = await member(request, Scope.TRANSFERS_WRITE, recently=True)
    return await _end(request, seat, case_id)


@router.post(CASE + "/close")
async def close_case(request: Request, case_id: uuid.UUID) -> Response:
    fields = await form_of(request)
    seat = await member(request, Scope.TRANSFERS_WRITE)
    reason = fields.get("reason", "")
    try:
        if reason not in set(Closing):
            raise ClosingMissing(field="reason", value=reason)
        async with bound(request, seat.principal) as session:
            ref = await cases.ref_of(session=session, principal=seat.principal, id_=case_id)
            await cases.close_case(
                session=session, principal=seat.principal, ref=ref, reason=Closing(reason), precondition=Precondition()
            )
    except (Conflict, Invalid) as error:
        return await _end(request, seat, case_id, error)
    return redirect(f"{PAGE}/{case_id}?done=closed")


@router.post(CASE + "/erase")
async def erase_case(request: Request, case_id: uuid.UUID) -> Response:
    fields = await form_of(request)
    seat = await member(request, Scope.TRANSFERS_WRITE, recently=True)
    if "sure" not in fields:
        return await _end(request, seat, case_id, ErasureNotConfirmed(field="sure", value=None))
    async with bound(request, seat.principal) as session:
        ref = await cases.ref_of(session=session, principal=seat.principal, id_=case_id)
        await cases.erase_case(session=session, principal=seat.principal, ref=ref, precondition=Precondition())
    return redirect(f"{PAGE}?done=erased")
