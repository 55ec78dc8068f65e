"""Print a report: tagged PDF (PDF/UA-1, ISO 14289-1:2014), with a title, a language, and numbered pages."""

from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from registry.kernel.text import Language
from registry.reports.schemas import ReportDocument
from registry.reports.service.words import TITLES, UNDER_TITLES, WORDS, day, figure, protection_of, said
from registry.reports.tables import Kind

_HERE: Final = Path(__file__).parent / "templates"
_ENVIRONMENT: Final = Environment(
    loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)


class LoadedFromElsewhere(RuntimeError):
    """The printed page names something that is to be loaded; it must not."""


def printed(report: ReportDocument, kind: Kind, language: Language) -> bytes:
    """Return the report as a PDF. It takes a second or more, so jobs print, not requests."""
    from weasyprint import HTML  # noqa: PLC0415  # it loads Pango, which a process that prints nothing need not have

    return bytes(HTML(string=as_html(report, kind, language), url_fetcher=_refuse).write_pdf(pdf_variant="pdf/ua-1"))


def as_html(report: ReportDocument, kind: Kind, language: Language) -> str:
    """Return the page that is printed."""
    return _ENVIRONMENT.get_template("report.html").render(
        report=report,
        language=language,
        title=TITLES[kind].in_language(language),
        under_title=UNDER_TITLES[kind].in_language(language),
        style=(_HERE / "report.css").read_text(),
        t=lambda key: WORDS[key].in_language(language),
        said=lambda words: said(words, language),
        day=lambda moment: day(moment, language),
        figure=lambda count: figure(count, language),
        protection=lambda table: protection_of(table, language),
    )


def _refuse(url: str) -> dict[str, object]:
    raise LoadedFromElsewhere(url)
