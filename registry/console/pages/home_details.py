"""One of a landlord's own homes: what is known of it and why it counts; its status, its facts, that it still holds."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote, urlencode

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import ValidationError

from registry.access.scopes import Scope
from registry.assessment import service as assessment
from registry.charter import service as charter
from registry.console.browsers import form_of, redirect
from registry.console.known import (
    FactOutranked,
    by_section,
    fact_form,
    fact_of,
    named,
    options,
    possible_ref,
    shown_facts,
    superseded,
    took,
)
from registry.console.members import Member, bound, member
from registry.console.pages.account import shown
from registry.console.pages.homes import PAGE
from registry.console.rendering import language_of
from registry.kernel.clock import now
from registry.kernel.errors import Invalid, PreconditionFailed, RegistryError
from registry.kernel.text import Language, Text
from registry.kernel.validation import fault_of
from registry.listings.service import own
from registry.stock import service as stock
from registry.stock.answers import HomeOut
from registry.stock.errors import HomeNotFound
from registry.stock.schemas import HomeIn
from registry.vocabulary.facts import FACTS_BY_CODE, HOME_FACTS
from registry.vocabulary.home_class import LABELS
from registry.vocabulary.stock import Source, Status

router = APIRouter(include_in_schema=False)
DONE: Final = ("status", "confirmed", "fact", "unchanged")


class HomeNotReadable(Invalid):
    title = Text("Ce changement ne peut pas être lu", "This change cannot be read")
    remedy = Text("Corrigez le champ signalé et recommencez.", "Correct the field that is marked and try again.")


class SeenNotCurrent(Invalid):
    title = Text(
        "Quelqu'un d'autre, ou un fichier, a changé ce logement entre-temps",
        "Somebody else, or a file, changed this home meanwhile",
    )
    remedy = Text(
        "La page le montre maintenant tel qu'il est ; ce que vous aviez saisi est resté. Vérifiez, puis enregistrez de"
        " nouveau.",
        "The page shows it now as it is; what you typed is still there. Check it, then save again.",
    )


def address_of(ref: str) -> str:
    """Return the page of a home; its reference may hold any printable characters."""
    return f"{PAGE}/{quote(ref, safe='')}"


@router.get(PAGE + "/{ref:path}")
async def show_home(request: Request, ref: str) -> Response:
    seat = await member(request, Scope.STOCK_READ)
    return await _page(request, seat, ref)


async def _page(
    request: Request, seat: Member, ref: str, *, error: RegistryError | None = None,
    typed: Mapping[str, str] | None = None,
) -> Response:  # fmt: skip
    if not possible_ref(ref):
        raise HomeNotFound
    language = language_of(request)
    given: dict[str, Any] = {"principal": seat.principal, "ref": ref}
    async with bound(request, seat.principal) as session:
        document, version = await stock.read_home(session=session, **given)
        home = HomeOut.model_validate_json(document)
        residence = await stock.read_residence(session=session, principal=seat.principal, ref=home.residence_ref)
        statuses = await stock.read_statuses(session=session, **given)
        history = await stock.read_history(session=session, subject="homes", code=None, **given)
        assessed = await assessment.read_home_assessment(session=session, **given)
        sharing = await own.read_shared(session=session, **given)
        costs = await stock.read_inventory(session=session, kind=stock.Inventory.FEASIBLE_OF_HOME, **given)
        owed = await charter.obligations_of(session=session, organisation=seat.principal.organisation_id)
    held = orjson.loads(document)["facts"]
    typed = typed or {}
    asked = typed.get("fact") or request.query_params.get("fact", "")
    fact = FACTS_BY_CODE.get(asked)
    form = fact_form(fact, held.get(asked), typed, language) if fact and fact in HOME_FACTS else None
    done = request.query_params.get("done")
    return shown(
        request, "home-details", signed_in=seat.found, error=error, home=home, version=version, residence=residence,
        acts=seat.may(Scope.STOCK_WRITE), opens_cases=seat.may(Scope.TRANSFERS_WRITE),
        done=done if done in DONE and error is None else None,
        stale=(now() - home.confirmed_at).days >= owed.freshness_days, freshness_days=owed.freshness_days,
        words=_words(home, language), statuses=options(Status, language), sources=options(Source, language),
        typed_status=typed if typed.get("action") == "status" else {},
        facts=shown_facts(held, HOME_FACTS, language, residence["facts"]), form=form,
        others=by_section((each for each in HOME_FACTS if each.code not in held), language),
        history=[superseded(row, language) for row in history],
        former=[row._asdict() | {"label": named(Status(row.status), language)} for row in statuses],
        assessed=assessment.described_home(assessed), raises=_raises(assessed, costs.items, language),
        stated_works=len(costs.items),
        sharing=sharing, listing=sharing.listing, listed=_listed(sharing.listing, language),
        audited=seat.may(Scope.AUDIT_READ), address=address_of(ref),
        class_names={number: label.in_language(language) for number, label in LABELS.items()},
    )  # fmt: skip


def _words(home: HomeOut, language: Language) -> dict[str, str | None]:
    """Return the codes of a home as people read them."""
    codes = {
        "status": home.status, "financing": home.financing, "quota_holder": home.quota_holder,
        "energy_label": home.energy_label, "housing_form": home.housing_form, "typology": home.typology,
    }  # fmt: skip
    return {name: named(code, language) for name, code in codes.items()}


def _raises(assessed: Any, costs: Any, language: Language) -> list[dict[str, Any]]:
    stated = {cost["work"]: cost for cost in costs}
    return [
        {
            "number": each.number,
            "works": [
                {
                    "label": needed.work.label.in_language(language), "cost": stated.get(needed.work.code),
                    "to_find_out": [FACTS_BY_CODE[code].label.in_language(language) for code in needed.to_find_out],
                }
                for needed in each.works
            ],
            "missing": [FACTS_BY_CODE[code].label.in_language(language)
                        for code in each.missing if code in FACTS_BY_CODE],
        }
        for each in assessment.raises(assessed)
    ]  # fmt: skip


def _listed(listing: Mapping[str, Any] | None, language: Language) -> list[str]:
    """Return the features that a listing shows, in words."""
    if listing is None:
        return []
    return [
        FACTS_BY_CODE[code].label.in_language(language)
        for code, given in listing["features"].items()
        if given["proven"] and code in FACTS_BY_CODE
    ]


@router.post(PAGE + "/{ref:path}")
async def change_home(request: Request, ref: str) -> Response:
    fields = await form_of(request)
    seat = await member(request, Scope.STOCK_WRITE)
    if not possible_ref(ref):
        raise HomeNotFound
    act = {"status": _change_status, "fact": _state_fact, "confirm": _confirm}.get(fields.get("action", ""))
    if act is None:
        raise HomeNotReadable(field="action", value=fields.get("action"))
    try:
        done = await act(request, seat, ref, fields)
    except (Invalid, FactOutranked) as error:
        return await _page(request, seat, ref, error=error, typed=fields)
    return redirect(f"{address_of(ref)}?{urlencode({'done': done})}")


async def _change_status(request: Request, seat: Member, ref: str, fields: Mapping[str, str]) -> str:
    changes = {"status": fields.get("status"), "available_on": fields.get("available_on") or None}
    async with bound(request, seat.principal) as session:
        written = await _put(session, seat, ref, fields, **changes)
        if str(written["version"]) == fields.get("version"):  # what is the same is said again
            await stock.confirm_homes(session=session, principal=seat.principal, seen=[(ref, written["version"])])
    return "status"


async def _state_fact(request: Request, seat: Member, ref: str, fields: Mapping[str, str]) -> str:
    fact = FACTS_BY_CODE.get(fields.get("fact", ""))
    if fact is None:
        raise HomeNotReadable(field="fact", value=fields.get("fact"))
    given = fact_of(fact, fields)
    async with bound(request, seat.principal) as session:
        held = await _put(session, seat, ref, fields, facts={fact.code: given})
        if not took(given, held["facts"].get(fact.code)):
            raise FactOutranked(field="source", value=fields.get("source"))
    return "fact"


async def _confirm(request: Request, seat: Member, ref: str, fields: Mapping[str, str]) -> str:
    version = fields.get("version", "")
    seen = int(version) if version.isascii() and version.isdecimal() and len(version) < 10 else 0
    async with bound(request, seat.principal) as session:
        count, _ = await stock.confirm_homes(session=session, principal=seat.principal, seen=[(ref, seen)])
    if not count:
        raise SeenNotCurrent(field="version", value=version)
    return "confirmed"


async def _put(session: Any, seat: Member, ref: str, fields: Mapping[str, str], **changes: Any) -> dict[str, Any]:
    """Write a home as it is but for the changes, if it still is what the person saw; return it.

    Raises:
        HomeNotReadable, SeenNotCurrent, HomeNotFound: As they say.
    """
    document, version = await stock.read_home(session=session, principal=seat.principal, ref=ref)
    if fields.get("version") != str(version):
        raise SeenNotCurrent(field="version", value=fields.get("version"))
    held = orjson.loads(document)
    stated = {name: held[name] for name in HomeIn.model_fields if name != "facts"}
    try:
        given = HomeIn.model_validate({**stated, "facts": {}, **changes})
    except ValidationError as error:
        fault = fault_of(dict(error.errors()[0]))
        raise HomeNotReadable(fault.message, field=fault.field, value=fault.value) from None
    try:
        _, written, _ = await stock.put_home(
            session=session, principal=seat.principal, ref=ref, given=given,
            precondition=stock.Precondition(if_match=f'"{version}"'),
        )  # fmt: skip
    except PreconditionFailed:
        raise SeenNotCurrent(field="version", value=fields.get("version")) from None
    found: dict[str, Any] = orjson.loads(written)
    return found
