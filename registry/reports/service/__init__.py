"""Use cases of the reports: ask for one, publish it, read it in four forms.

Counting them is in :mod:`registry.reports.service.counting`, which needs what only the worker has in memory.
"""

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
from registry.reports.tables import KINDS, Kind

__all__ = [
    "KINDS",
    "Edition",
    "Form",
    "Kind",
    "ReportFile",
    "as_file",
    "list_editions",
    "prepare",
    "publish",
    "read_edition",
    "read_published",
    "tell",
    "years_open",
]
