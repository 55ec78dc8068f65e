"""Give out the form of a survey, some residences at a time."""

from collections.abc import AsyncIterator, Sequence

from registry.access.principal import Principal
from registry.kernel.text import Language
from registry.platform.database import Database
from registry.stock.service import exports as stock
from registry.sync.formats.forms import SURVEYED, Form, Section, columns

__all__ = ["survey_form"]


async def survey_form(
    *,
    database: Database,
    principal: Principal,
    sections: Sequence[Section] = SURVEYED,
    labels: Language | None = None,
    prefilled: bool = True,
) -> AsyncIterator[bytes]:
    """Yield a form of the landlord's residences, its header first; without any, one to state new ones."""
    form, new = Form(columns(sections), labels=labels, prefilled=prefilled), True
    async for residences in stock.pieces(database=database, principal=principal, kind="residences"):
        yield ((form.header(new=False) if new else "") + form.rows(residences)).encode()
        new = False
    if new:
        yield form.header(new=True).encode()
