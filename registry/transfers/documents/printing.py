"""Print a sheet: as the inside of a page, as a page of its own, as tagged PDF (PDF/UA-1, ISO 14289-1:2014)."""

from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from registry.kernel.numbers import money_said
from registry.kernel.text import Language, day_said
from registry.transfers.documents import committee, tenant
from registry.transfers.documents.committee import CommitteeSheet
from registry.transfers.documents.tenant import TenantSheet

Sheet = TenantSheet | CommitteeSheet
_HERE: Final = Path(__file__).parent / "templates"
_ENVIRONMENT: Final = Environment(
    loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)


class LoadedFromElsewhere(RuntimeError):
    """The printed page names something that is to be loaded; it must not."""


def printed(sheet: Sheet, language: Language) -> bytes:
    """Return a sheet as a PDF. It takes a second: not in the loop that answers requests."""
    from weasyprint import HTML  # noqa: PLC0415  # it loads Pango, which a process that prints nothing need not have

    return bytes(HTML(string=as_page(sheet, language), url_fetcher=_refuse).write_pdf(pdf_variant="pdf/ua-1"))


def as_page(sheet: Sheet, language: Language) -> str:
    """Return a page of its own, as it is printed."""
    return _render("page.html", sheet, language, style=(_HERE / "sheet.css").read_text())


def as_part(sheet: Sheet, language: Language) -> str:
    """Return the inside of a page that has a title already."""
    return _render(f"{_kind(sheet)}.html", sheet, language)


def _render(template: str, sheet: Sheet, language: Language, **more: Any) -> str:
    words = tenant.WORDS if isinstance(sheet, TenantSheet) else committee.WORDS
    unknown = words["unknown"].in_language(language)
    return _ENVIRONMENT.get_template(template).render(
        sheet=sheet,
        kind=_kind(sheet),
        language=language,
        title=sheet.title(language),
        colon=" :" if language == "fr" else ":",
        way=tenant.WAYS[sheet.way].in_language(language) if isinstance(sheet, TenantSheet) else None,
        t=lambda key, **values: words[key].in_language(language).format(**values),
        said=lambda text: text.in_language(language),
        money=lambda cents: unknown if cents is None else money_said(cents).in_language(language),
        day=lambda on: day_said(on).in_language(language),
        **more,
    )


def _kind(sheet: Sheet) -> str:
    return "tenant" if isinstance(sheet, TenantSheet) else "committee"


def _refuse(url: str) -> dict[str, object]:
    raise LoadedFromElsewhere(url)
