"""One of a landlord's own residences: its buildings, its facts, its index line by line, what is within reach."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import ValidationError

from registry.access.scopes import Scope
from registry.assessment import service as assessment
from registry.console.browsers import form_of, redirect
from registry.console.known import (
    FactNotReadable,
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
    valued,
)
from registry.console.members import Member, bound, member
from registry.console.pages.account import shown
from registry.console.pages.residences import PAGE, address
from registry.console.rendering import language_of
from registry.kernel.errors import Invalid, PreconditionFailed, RegistryError
from registry.kernel.text import Language, Text
from registry.kernel.validation import fault_of
from registry.stock import service as stock
from registry.stock.errors import ResidenceNotFound
from registry.stock.schemas import ResidenceFacts
from registry.surroundings import service as surroundings
from registry.surroundings.answers import PROFILES
from registry.vocabulary.facts import FACTS_BY_CODE, RESIDENCE_FACTS
from registry.vocabulary.services import FAMILIES
from registry.vocabulary.stock import Equipment, HousingForm, Source

router = APIRouter(include_in_schema=False)
LEVERS: Final = 10
"""What would raise the index most, so many at most."""
UNITS: Final = {
    "m_equivalent": Text("m de distance accessible", "m of accessible distance"),
    "homes": Text("logement(s)", "home(s)"),
    "share": Text("de part", "of share"),
}


class ResidenceChanged(Invalid):
    title = Text(
        "Quelqu'un d'autre, ou un fichier, a changé cette résidence entre-temps",
        "Somebody else, or a file, changed this residence meanwhile",
    )
    remedy = Text(
        "La page la montre maintenant telle qu'elle est ; ce que vous aviez saisi est resté. Vérifiez, puis enregistrez"
        " de nouveau.",
        "The page shows it now as it is; what you typed is still there. Check it, then save again.",
    )


def address_of(ref: str) -> str:
    """Return the page of a residence; its reference may hold any printable characters."""
    return f"{PAGE}/{quote(ref, safe='')}"


@router.get(PAGE + "/{ref:path}")
async def show_residence(request: Request, ref: str) -> Response:
    seat = await member(request, Scope.STOCK_READ)
    return await _page(request, seat, ref)


async def _page(
    request: Request, seat: Member, ref: str, *, error: RegistryError | None = None,
    typed: Mapping[str, str] | None = None,
) -> Response:  # fmt: skip
    if not possible_ref(ref):
        raise ResidenceNotFound
    language = language_of(request)
    given: dict[str, Any] = {"principal": seat.principal, "ref": ref}
    async with bound(request, seat.principal) as session:
        residence = await stock.read_residence(session=session, **given)
        history = await stock.read_history(session=session, subject="residences", code=None, **given)
        assessed = await assessment.read_assessment(session=session, **given)
        described = assessment.described_residence(assessed)
        reach = await surroundings.distances_of(
            session=session, grounds=request.app.state.grounds, profile=PROFILES[described["grid"]["profile"]],
            with_path=False, **given,
        )  # fmt: skip
    held, typed = residence["facts"], typed or {}
    asked = typed.get("fact") or request.query_params.get("fact", "")
    fact = FACTS_BY_CODE.get(asked)
    form = fact_form(fact, held.get(asked), typed, language) if fact and fact in RESIDENCE_FACTS else None
    return shown(
        request, "residence-details", signed_in=seat.found, error=error, residence=residence, where=address(residence),
        version=residence["version"], acts=seat.may(Scope.STOCK_WRITE),
        done=request.query_params.get("done") == "fact" and error is None,
        housing_form=named(HousingForm(residence["housing_form"]), language),
        equipment=[named(Equipment(code), language) for code in residence["equipment"]],
        facts=shown_facts(held, RESIDENCE_FACTS, language), form=form, sources=options(Source, language),
        others=by_section((each for each in RESIDENCE_FACTS if each.code not in held), language),
        history=[superseded(row, language) for row in history],
        assessed=described, criteria=[_criterion(row, language) for row in described["criteria"]], reach=reach,
        most_levers=LEVERS,
        families={each.code: family.label.in_language(language) for each, family in FAMILIES.items()},
        audited=seat.may(Scope.AUDIT_READ), address=address_of(ref),
    )  # fmt: skip


def _criterion(row: Mapping[str, Any], language: Language) -> dict[str, Any]:
    """Return a line of the index with its value in words."""
    fact = FACTS_BY_CODE.get(row["code"])
    value, unit = row["value"], UNITS.get(row["unit"])
    row = {**row, "unit": unit.in_language(language) if unit else row["unit"]}
    declarant = row["declarant"]
    if declarant in set(Source):
        row["declarant"] = named(Source(declarant), language)
    shown_value = None
    if row["known"] and value is not None:
        shown_value = valued(fact, value, language) if fact else _figure(value, row["unit"])
    return {**row, "shown": shown_value}


def _figure(value: str | float, unit: str | None) -> str:
    figure = f"{value:g}" if isinstance(value, int | float) else str(value)
    return f"{figure} {unit}" if unit else figure


@router.post(PAGE + "/{ref:path}")
async def state_fact(request: Request, ref: str) -> Response:
    fields = await form_of(request)
    seat = await member(request, Scope.STOCK_WRITE)
    if not possible_ref(ref):
        raise ResidenceNotFound
    try:
        await _state(request, seat, ref, fields)
    except (Invalid, FactOutranked) as error:
        return await _page(request, seat, ref, error=error, typed=fields)
    return redirect(f"{address_of(ref)}?{urlencode({'done': 'fact'})}")


async def _state(request: Request, seat: Member, ref: str, fields: Mapping[str, str]) -> None:
    fact = FACTS_BY_CODE.get(fields.get("fact", ""))
    if fact is None:
        raise FactNotReadable(field="fact", value=fields.get("fact"))
    given = fact_of(fact, fields)
    try:
        stated = ResidenceFacts.model_validate({"facts": {fact.code: given}})
    except ValidationError as error:
        fault = fault_of(dict(error.errors()[0]))
        raise FactNotReadable(fault.message, field=fault.field, value=fault.value) from None
    try:
        async with bound(request, seat.principal) as session:
            held, _ = await stock.put_facts(
                session=session, principal=seat.principal, ref=ref, given=stated,
                precondition=stock.Precondition(if_match=f'"{fields.get("version", "")[:20]}"'),
            )  # fmt: skip
            if not took(given, held.get(fact.code)):
                raise FactOutranked(field="source", value=fields.get("source"))
    except PreconditionFailed:
        raise ResidenceChanged(field="version", value=fields.get("version")) from None
