"""A coordinator edits the grid of a draft, and sees what it would make of the territory's residences."""

from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import Principal
from registry.access.scopes import Scope
from registry.assessment import service as assessment
from registry.assessment.errors import DailyPreviewsUsedUp, PreviewNotFound
from registry.charter.errors import CharterDraftNotFound, CharterNotInForce
from registry.charter.schemas.wording import GRID
from registry.console.bars import bars
from registry.console.browsers import form_of, redirect
from registry.console.charters import DRAFT, PAGE
from registry.console.drafts import DraftChanged, FormInvalid, Held, Shown, differences, held, write, wrong_with
from registry.console.grid_form import Given, is_share, values_of
from registry.console.grid_layout import Layout
from registry.console.members import Member, bound, member
from registry.console.pages.account import shown
from registry.console.pages.charter_articles import lost
from registry.console.rendering import language_of, wants_fragment
from registry.console.texts import TEXTS
from registry.kernel.clock import now
from registry.kernel.errors import RegistryError
from registry.kernel.text import Language
from registry.vocabulary.grid import Grid

router = APIRouter(include_in_schema=False)
FORM: Final = DRAFT + "/grid"
PREVIEW: Final = DRAFT + "/preview"
MOST_FIELDS: Final = 500


@router.get(FORM)
async def show_grid(request: Request, territory: str) -> Response:
    seat = await member(request, Scope.CHARTER_MANAGE)
    return await _page(request, seat, territory)


async def _page(
    request: Request, seat: Member, territory: str, *, error: RegistryError | None = None
) -> Response:  # fmt: skip
    async with bound(request, seat.principal) as session:
        found = await held(session, seat.principal, territory)
        preview = await _preview(session, seat.principal, found, language_of(request))
    if wants_fragment(request):
        return shown(request, "charter-grid", signed_in=seat.found, place=found.place, preview=preview)
    return _form(request, seat, found, values_of(found.terms.index_grid), preview, error=error)


async def _preview(session: AsyncSession, principal: Principal, found: Held, language: Language) -> dict[str, Any]:
    """Return the preview as the page shows it; ``state`` also says that there can be none, or is none yet."""
    try:
        row = await assessment.read_preview(session=session, principal=principal, slug=found.place.slug)
    except CharterNotInForce:
        return {"state": "no_charter"}
    except PreviewNotFound:
        return {"state": "none"}
    stated: dict[str, Any] = {
        "state": row.status, "percent": row.percent, "computed_at": row.computed_at,
        "compared_with": row.compared_with, "version": row.draft_version,
        "old": row.computed_at is not None and now() - row.computed_at >= assessment.FRESH,
    }  # fmt: skip
    if row.result:
        unassessed = TEXTS["preview.unassessed"].in_language(language)
        grades = [
            {"label": each["grade"] or unassessed, "before": each["before"], "after": each["after"]}
            for each in row.result["grades"]
        ]
        stated |= {
            "grades": grades, "moves": row.result["moves"], "landlords": row.result["landlords"],
            "chart": bars([(each["label"], each["before"], each["after"]) for each in grades]),
        }  # fmt: skip
    return stated


def _form(
    request: Request,
    seat: Member,
    found: Held,
    typed: dict[str, str],
    preview: dict[str, Any],
    *,
    faults: list[Shown] | None = None,
    error: RegistryError | None = None,
) -> Response:
    layout = Layout(typed, language_of(request))
    changed = None
    if isinstance(error, DraftChanged):
        changed = differences(typed, values_of(found.terms.index_grid), layout.labels)
    if faults:
        error = FormInvalid()
    return shown(
        request, "charter-grid", signed_in=seat.found, error=error, place=found.place, faults=faults or [],
        version=found.draft.version, revision=found.draft.revision, layout=layout, preview=preview, now=changed,
        invalid={fault.field for fault in faults or ()},
        notice=TEXTS["drafts.saved"].in_language(language_of(request)) if request.query_params.get("done") else None,
    )  # fmt: skip


@router.post(FORM)
async def change_grid(request: Request, territory: str) -> Response:
    fields = await form_of(request, most=MOST_FIELDS)
    seat = await member(request, Scope.CHARTER_MANAGE)
    language = language_of(request)
    typed = {name: value.strip() for name, value in fields.items() if value.strip() and name not in _OURS}
    layout = Layout(typed, language)
    try:
        async with bound(request, seat.principal) as session:
            found = await held(session, seat.principal, territory)
            present = found.terms
            given = Given(typed, present.index_grid)
            try:
                grid = Grid.model_validate(given.grid)
            except ValidationError as error:
                preview = await _preview(session, seat.principal, found, language)
                wrong = [_readable(each, language) for each in wrong_with(error, language, layout.labels, given.names)]
                return _form(request, seat, found, typed, preview, faults=wrong)
            terms = present.model_copy(update={GRID: grid})
            await write(session, seat.principal, found, fields.get("revision", ""), terms=terms)
    except DraftChanged as changed:
        async with bound(request, seat.principal) as session:
            found = await held(session, seat.principal, territory)
            preview = await _preview(session, seat.principal, found, language)
        return _form(request, seat, found, typed, preview, error=changed)
    except CharterDraftNotFound as gone:
        return lost(request, seat, gone, typed, layout.labels)
    address = f"{PAGE}/{found.place.slug}/draft/grid"
    if fields.get("then") == "preview":
        refused = await _ask(request, seat, found.place.slug)
        if refused is not None:
            return await _page(request, seat, territory, error=refused)
        return redirect(f"{address}?done=saved#preview")
    return redirect(f"{address}?done=saved")


_OURS: Final = frozenset({"form_token", "revision", "then"})


def _readable(wrong: Shown, language: Language) -> Shown:
    """Return what is wrong as the form says it: a share is typed in per cent."""
    if not is_share(wrong.field) or wrong.field.startswith("weights."):
        return wrong
    least = "1" if wrong.field == "target_share" else "0"
    return wrong._replace(message=TEXTS["grid.percent_expected"].in_language(language).format(least=least))


@router.post(PREVIEW)
async def ask_preview(request: Request, territory: str) -> Response:
    await form_of(request)
    seat = await member(request, Scope.CHARTER_MANAGE)
    async with bound(request, seat.principal) as session:
        found = await held(session, seat.principal, territory)
    refused = await _ask(request, seat, found.place.slug)
    if refused is not None:
        return await _page(request, seat, territory, error=refused)
    return redirect(f"{PAGE}/{found.place.slug}/draft/grid#preview")


async def _ask(request: Request, seat: Member, slug: str) -> RegistryError | None:
    """Ask for the preview and have a worker look at it at once; return why it is refused, if it is."""
    try:
        async with bound(request, seat.principal) as session:
            await assessment.request_preview(session=session, principal=seat.principal, slug=slug)
    except CharterNotInForce:
        return None  # the page says so
    except DailyPreviewsUsedUp as refused:
        return refused
    await assessment.tell(request.app.state.database, seat.principal.organisation_id)
    return None
