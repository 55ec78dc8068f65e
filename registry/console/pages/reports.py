"""The yearly reports: what there is, preparing one, reading it, publishing it, its files."""

from operator import itemgetter
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from registry.access.scopes import Scope
from registry.charter import service as charter
from registry.console.browsers import form_of, redirect
from registry.console.members import Member, bound, member
from registry.console.pages.account import shown
from registry.console.rendering import language_of
from registry.console.sorting import Columns, in_order, order_of
from registry.console.texts import TEXTS
from registry.kernel.errors import Conflict, Invalid, NotVisible, RegistryError
from registry.kernel.text import Language, day_said
from registry.reports import service
from registry.reports.errors import ReportNotVisible, YearNotReportable
from registry.reports.service import Edition, Form

router = APIRouter(include_in_schema=False)
PAGE: Final = "/console/reports"
REPORT: Final = PAGE + "/{kind}/{territory}/{year}/{edition}"
FORMS: Final[tuple[Form, ...]] = ("pdf", "ods", "csv")
TERRITORIES: Final = 1_000
"""Territories whose names the list knows; it shows the ids of others."""
_MOST: Final = 1_000_000
COLUMNS: Final[Columns[Edition]] = {
    "report": lambda edition: (edition.kind, edition.territory, edition.year, edition.edition),
    "state": lambda edition: edition.state,
    "counted": lambda edition: edition.computed_at,
    "published": lambda edition: edition.published_at,
}


@router.get(PAGE)
async def show_reports(request: Request) -> Response:
    seat = await member(request, Scope.TERRITORIES_READ)
    done = request.query_params.get("done") == "prepared"
    return await _list(request, seat, notice="reports.prepared" if done else None)


async def _list(
    request: Request, seat: Member, *, notice: str | None = None, error: RegistryError | None = None
) -> Response:
    async with bound(request, seat.principal) as session:
        editions = await service.list_editions(session=session, principal=seat.principal)
        seen = await charter.list_seen(session=session, principal=seat.principal, after="", limit=TERRITORIES)
    names = {each["id"]: each["name"] for each in seen}
    sort = order_of(request, COLUMNS)
    named = {slug: names.get(slug, slug) for slug in seat.principal.territories}
    return shown(
        request, "reports", signed_in=seat.found, error=error, notice=_said(request, notice), sort=sort,
        items=in_order(editions, COLUMNS, sort), may_prepare=_manages(seat),
        waiting=any(edition.state == "requested" for edition in editions), years=list(reversed(service.years_open())),
        kinds=service.KINDS,
        territories=dict(sorted(named.items(), key=itemgetter(1))),
    )  # fmt: skip


def _said(request: Request, key: str | None) -> str | None:
    return key and TEXTS[key].in_language(language_of(request))


def _manages(seat: Member) -> bool:
    return seat.principal.kind == "coordinator" and seat.may(Scope.CHARTER_MANAGE)


@router.post(PAGE)
async def prepare_report(request: Request) -> Response:
    fields = await form_of(request)
    seat = await member(request, Scope.CHARTER_MANAGE)
    try:
        async with bound(request, seat.principal) as session:
            await service.prepare(
                session=session, principal=seat.principal, kind=_kind(fields.get("kind", "")),
                territory=fields.get("territory", ""), year=_year(fields.get("year", "")),
            )  # fmt: skip
    except (Invalid, NotVisible) as error:
        return await _list(request, seat, error=error)
    await service.tell(request.app.state.database, seat.principal)
    return redirect(f"{PAGE}?done=prepared")


def _kind(given: str) -> service.Kind:
    kind = next((each for each in service.KINDS if each == given), None)
    if kind is None:
        raise ReportNotVisible
    return kind


def _year(given: str) -> int:
    if not (given.isascii() and given.isdigit() and len(given) == 4):
        raise YearNotReportable(field="year", value=given)
    return int(given)


@router.get(REPORT)
async def show_report(request: Request, kind: str, territory: str, year: str, edition: str) -> Response:
    seat = await member(request, Scope.TERRITORIES_READ)
    done = request.query_params.get("done") == "published"
    return await _show(request, seat, kind, territory, year, edition, notice="report.published" if done else None)


async def _show(
    request: Request, seat: Member, *names: str, notice: str | None = None, error: RegistryError | None = None
) -> Response:
    found = await _found(request, seat, *names)
    language = language_of(request)
    return shown(
        request, "report", signed_in=seat.found, error=error, notice=_said(request, notice), item=found, forms=FORMS,
        may_publish=_manages(seat) and found.state == "counted", report=_stated(found, language),
        may_prepare=_manages(seat) and found.year in service.years_open(),
    )  # fmt: skip


async def _found(request: Request, seat: Member, kind: str, territory: str, year: str, edition: str) -> Edition:
    numbers = [int(given) if given.isascii() and given.isdigit() else 0 for given in (year, edition)]
    if not all(0 < number <= _MOST for number in numbers) or numbers[0] > 9_999:
        raise ReportNotVisible
    async with bound(request, seat.principal) as session:
        return await service.read_edition(
            session=session, principal=seat.principal, kind=_kind(kind), territory=territory, year=numbers[0],
            edition=numbers[1],
        )  # fmt: skip


def _stated(edition: Edition, language: Language) -> dict[str, Any] | None:
    """Return what a report says in the language of the page."""
    document = edition.document
    if document is None:
        return None
    return {
        "territory": document.territory.name,
        "charter_version": document.charter_version,
        "vocabulary_version": document.vocabulary_version,
        "landlords": document.landlords,
        "tables": [
            {
                "code": table.code, "title": getattr(table.title, language), "rows": table.rows,
                "protection": table.protection,
                "columns": [
                    {
                        "code": column.code, "dated": day_said(column.dated).in_language(language),
                        **{
                            name: getattr(getattr(column, name), language)
                            for name in ("label", "definition", "source")
                        },
                    }
                    for column in table.columns
                ],
            }
            for table in document.tables
        ],
    }  # fmt: skip


@router.get(REPORT + "/file.{form}")
async def download_report(request: Request, kind: str, territory: str, year: str, edition: str, form: str) -> Response:
    """Send a report as a file, in the language of the page."""
    seat = await member(request, Scope.TERRITORIES_READ)
    chosen = next((each for each in FORMS if each == form), None)
    if chosen is None:
        raise ReportNotVisible
    found = await _found(request, seat, kind, territory, year, edition)
    async with bound(request, seat.principal) as session:
        file = await service.as_file(session=session, edition=found, form=chosen, language=language_of(request))
    return Response(file.content, media_type=file.media_type, headers={**file.headers, "Cache-Control": "no-store"})


@router.post(REPORT)
async def publish_report(request: Request, kind: str, territory: str, year: str, edition: str) -> Response:
    await form_of(request)
    seat = await member(request, Scope.CHARTER_MANAGE, recently=True)
    found = await _found(request, seat, kind, territory, year, edition)
    try:
        async with bound(request, seat.principal) as session:
            await service.publish(
                session=session, principal=seat.principal, kind=found.kind, territory=territory, year=found.year,
                edition=found.edition,
            )  # fmt: skip
    except Conflict as error:
        return await _show(request, seat, kind, territory, year, edition, error=error)
    return redirect(f"{PAGE}/{kind}/{territory}/{year}/{edition}?done=published")
