"""The accessibility statement: public, in the legal form of the RGAA."""

from datetime import date
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from registry.console.browsers import account_transaction, signed_in
from registry.console.pages.account import shown
from registry.console.rendering import language_of
from registry.kernel.text import day_said
from registry.platform.settings import Settings

router = APIRouter(include_in_schema=False)
PAGE: Final = "/accessibility"
MADE: Final = date(2026, 11, 27)
"""When the statement was made; it is renewed with each audit, and within three years (décret n° 2019-768, art. 6)."""


@router.get(PAGE)
async def show_statement(request: Request) -> Response:
    settings: Settings = request.app.state.settings
    async with account_transaction(request) as session:
        found = await signed_in(request, session)
    made = day_said(MADE).in_language(language_of(request))
    return shown(
        request, "accessibility", signed_in=found if found and found.complete else None, made=made,
        operator=settings.operator_name, contact=settings.operator_contact, address=settings.base_url,
    )  # fmt: skip
