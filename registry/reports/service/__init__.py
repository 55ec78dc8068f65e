"""Use cases of the reports: ask for one, count and protect it, publish it, read it in four forms."""

from registry.reports.service.counting import count_requested, forget_drafts
from registry.reports.service.files import Form, ReportFile, as_file
from registry.reports.service.publishing import (
    Edition,
    list_editions,
    prepare,
    publish,
    read_edition,
    read_published,
    tell,
    years_open,
)

__all__ = [
    "Edition",
    "Form",
    "ReportFile",
    "as_file",
    "count_requested",
    "forget_drafts",
    "list_editions",
    "prepare",
    "publish",
    "read_edition",
    "read_published",
    "tell",
    "years_open",
]
