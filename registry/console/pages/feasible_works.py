"""The works that an own home or residence could have: what they would cost, and whether they are agreed to."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import ValidationError

from registry.access.scopes import Scope
from registry.console.browsers import form_of, redirect
from registry.console.known import named, options, possible_ref
from registry.console.members import Member, bound, member
from registry.console.pages import home_details, homes, residence_details, residences
from registry.console.pages.account import shown
from registry.console.rendering import language_of
from registry.kernel.clock import today
from registry.kernel.errors import Invalid, PreconditionFailed, RegistryError
from registry.kernel.numbers import cents_of, money_typed
from registry.kernel.text import Language, Text
from registry.kernel.validation import fault_of
from registry.stock import service as stock
from registry.stock.errors import HomeNotFound, ResidenceNotFound
from registry.stock.schemas.works import FeasibleWorksIn, HomeFeasibleWorksIn, ResidenceFeasibleWorksIn
from registry.vocabulary.fact import Place
from registry.vocabulary.stock import Source
from registry.vocabulary.works import WORKS_BY_CODE, WORKS_OF

router = APIRouter(include_in_schema=False)
DONE: Final = ("stated", "withdrawn")
COSTS: Final = ("cost_from", "cost_to")
"""Fields in euros; the model has cents."""


class WorkNotReadable(Invalid):
    title = Text("Ces travaux ne peuvent pas être lus", "These works cannot be read")
    remedy = Text(
        "Choisissez des travaux, et donnez leur coût en euros, au moins et au plus, comme 850 ou 850,50.",
        "Choose works, and give their cost in euros, at the least and at the most, such as 850 or 850.50.",
    )


class WorksNotCurrent(Invalid):
    title = Text(
        "Quelqu'un d'autre, ou un fichier, a changé cette liste entre-temps",
        "Somebody else, or a file, changed this list meanwhile",
    )
    remedy = Text(
        "La page la montre telle qu'elle est ; ce que vous aviez saisi est resté. Vérifiez, puis enregistrez de"
        " nouveau.",
        "The page shows it as it is; what you typed is still there. Check it, then save again.",
    )


class _Subject(NamedTuple):
    """Whose works: a home's, or those of a residence's common parts and surroundings."""

    place: Place
    ref: str
    kind: stock.Inventory
    model: type[FeasibleWorksIn]
    back: str

    @property
    def address(self) -> str:
        return f"{self.back}/feasible-works"

    @property
    def codes(self) -> tuple[str, ...]:
        return WORKS_OF[self.place]


def _of_home(ref: str) -> _Subject:
    if not possible_ref(ref):
        raise HomeNotFound
    kind = stock.Inventory.FEASIBLE_OF_HOME
    return _Subject("home", ref, kind, HomeFeasibleWorksIn, home_details.address_of(ref))


def _of_residence(ref: str) -> _Subject:
    if not possible_ref(ref):
        raise ResidenceNotFound
    kind = stock.Inventory.FEASIBLE_OF_RESIDENCE
    return _Subject("residence", ref, kind, ResidenceFeasibleWorksIn, residence_details.address_of(ref))


@router.get(homes.PAGE + "/{ref:path}/feasible-works")
async def show_works_of_home(request: Request, ref: str) -> Response:
    seat = await member(request, Scope.STOCK_READ)
    return await _page(request, seat, _of_home(ref))


@router.get(residences.PAGE + "/{ref:path}/feasible-works")
async def show_works_of_residence(request: Request, ref: str) -> Response:
    seat = await member(request, Scope.STOCK_READ)
    return await _page(request, seat, _of_residence(ref))


async def _page(
    request: Request, seat: Member, subject: _Subject, *, error: RegistryError | None = None,
    typed: Mapping[str, str] | None = None,
) -> Response:  # fmt: skip
    language = language_of(request)
    async with bound(request, seat.principal) as session:
        found = await stock.read_inventory(
            session=session, principal=seat.principal, kind=subject.kind, ref=subject.ref
        )
    stated = {item["work"]: item for item in found.items}
    typed = typed or {}
    chosen = typed.get("work") or request.query_params.get("work", "")
    held = stated.get(chosen)
    done = request.query_params.get("done")
    return shown(
        request, "feasible-works", signed_in=seat.found, error=error, subject=subject, version=found.version,
        acts=seat.may(Scope.STOCK_WRITE), items=[_row(subject, item, language) for item in found.items],
        done=done if done in DONE and error is None else None,
        changing=_label(chosen, language) if held else None,
        choices=[(code, _label(code, language)) for code in subject.codes if code not in stated or code == chosen],
        sources=options(Source, language), form=_form(chosen, held, typed, language),
    )  # fmt: skip


def _label(code: str, language: Language) -> str:
    return WORKS_BY_CODE[code].label.in_language(language)


def _row(subject: _Subject, item: Mapping[str, Any], language: Language) -> dict[str, Any]:
    return {
        **item, "label": _label(item["work"], language), "source_named": named(Source(item["source"]), language),
        "address": f"{subject.address}?{urlencode({'work': item['work']})}#form",
    }  # fmt: skip


def _form(chosen: str, held: Mapping[str, Any] | None, typed: Mapping[str, str], language: Language) -> dict[str, Any]:
    """Return what the form shows: what was typed, or what is stated of these works."""
    if typed:
        return {
            "work": chosen, "before_entry": "before_entry" in typed, "source": typed.get("source", ""),
            "stated_on": typed.get("stated_on", ""), **{name: typed.get(name, "") for name in COSTS},
        }  # fmt: skip
    if held is None:
        return {
            "work": chosen, "before_entry": False, "source": Source.DECLARED.value, "stated_on": today().isoformat(),
            **dict.fromkeys(COSTS, ""),
        }  # fmt: skip
    return {**held, **{name: money_typed(held[f"{name}_cents"], language) for name in COSTS}}


@router.post(homes.PAGE + "/{ref:path}/feasible-works")
async def state_works_of_home(request: Request, ref: str) -> Response:
    fields = await form_of(request)
    seat = await member(request, Scope.STOCK_WRITE)
    return await _state(request, seat, _of_home(ref), fields)


@router.post(residences.PAGE + "/{ref:path}/feasible-works")
async def state_works_of_residence(request: Request, ref: str) -> Response:
    fields = await form_of(request)
    seat = await member(request, Scope.STOCK_WRITE)
    return await _state(request, seat, _of_residence(ref), fields)


async def _state(request: Request, seat: Member, subject: _Subject, fields: Mapping[str, str]) -> Response:
    withdraws = fields.get("action") == "withdraw"
    try:
        await _write(request, seat, subject, fields, withdraws=withdraws)
    except Invalid as error:
        return await _page(request, seat, subject, error=error, typed=fields)
    return redirect(f"{subject.address}?{urlencode({'done': 'withdrawn' if withdraws else 'stated'})}")


async def _write(
    request: Request, seat: Member, subject: _Subject, fields: Mapping[str, str], *, withdraws: bool
) -> None:
    """State one of the works of a list as it stands, or take it from there.

    Raises:
        WorkNotReadable, WorksNotCurrent: As they say.
        HomeNotFound, ResidenceNotFound: There is none of that reference.
    """
    given: dict[str, Any] = {"principal": seat.principal, "kind": subject.kind, "ref": subject.ref}
    async with bound(request, seat.principal) as session:
        held = await stock.read_inventory(session=session, **given)
        if fields.get("version") != held.version:
            raise WorksNotCurrent(field="version", value=fields.get("version"))
        items = _changed(subject, held.items, fields, withdraws=withdraws)
        try:
            await stock.put_inventory(
                session=session, items=items, precondition=stock.Precondition(if_match=f'"{held.version}"'), **given
            )
        except PreconditionFailed:
            raise WorksNotCurrent(field="version", value=fields.get("version")) from None


def _changed(
    subject: _Subject, items: Sequence[Mapping[str, Any]], fields: Mapping[str, str], *, withdraws: bool
) -> list[Mapping[str, Any]]:
    """Return the list with the works that were typed in their place, or at its end; or without them."""
    code = fields.get("work", "")
    if withdraws:
        return [item for item in items if item["work"] != code]
    stated = _stated(subject, code, fields)
    if any(item["work"] == code for item in items):
        return [stated if item["work"] == code else item for item in items]
    return [*items, stated]


def _stated(subject: _Subject, code: str, fields: Mapping[str, str]) -> Mapping[str, Any]:
    """Return the works that were typed.

    Raises:
        WorkNotReadable: They are none of the vocabulary's there, an amount is none, or out of order, or a date.
    """
    given = {
        "work": code, "source": fields.get("source") or None, "stated_on": fields.get("stated_on") or None,
        "before_entry": "before_entry" in fields,
        **{f"{name}_cents": cents_of(fields.get(name, "")) for name in COSTS},
    }  # fmt: skip
    for name in COSTS:
        if given[f"{name}_cents"] is None:
            raise WorkNotReadable(field=name, value=fields.get(name, ""))
    try:
        (read,) = subject.model.model_validate({"feasible_works": [given]}).feasible_works
    except ValidationError as error:
        fault = fault_of(dict(error.errors()[0]))
        field = fault.field.rpartition(".")[2].removesuffix("_cents")
        raise WorkNotReadable(fault.message, field=field, value=fault.value) from None
    stated: dict[str, Any] = read.model_dump(mode="json")
    return stated
