"""An edition as a file: CSV, OpenDocument spreadsheet, PDF."""

import asyncio
from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from registry.kernel.text import Language
from registry.reports.errors import ReportNotCounted
from registry.reports.repository import editions
from registry.reports.service.publishing import Edition
from registry.reports.service.sheets import as_csv, as_ods

Form = Literal["csv", "ods", "pdf"]
_MEDIA_TYPES: Final[Mapping[Form, str]] = {
    "csv": "text/csv; charset=utf-8; header=present",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "pdf": "application/pdf",
}


class ReportFile(NamedTuple):
    """A file, and what a response says of it."""

    content: bytes
    media_type: str
    headers: dict[str, str]


async def as_file(*, session: AsyncSession, edition: Edition, form: Form, language: Language) -> ReportFile:
    """Return an edition that was read; the PDF is the one that was printed when it was counted.

    Raises:
        ReportNotCounted: It is not yet.
    """
    if edition.document is None:
        raise ReportNotCounted
    if form == "csv":
        return _file(edition, form, language, as_csv(edition.document, language))
    if form == "ods":
        return _file(edition, form, language, await asyncio.to_thread(as_ods, edition.document, edition.kind, language))
    printed = await editions.pdf(session, edition.id, language)
    assert printed is not None, "it is kept with the document"
    return _file(edition, form, language, printed)


def _file(edition: Edition, form: Form, language: Language, content: bytes) -> ReportFile:
    name = f"{edition.kind}-{edition.territory}-{edition.year}-{edition.edition}-{language}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Content-Language": language}
    return ReportFile(content, _MEDIA_TYPES[form], headers)
