"""What the link in the mail to an invited landlord leads to: its registration, then the charter."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from registry.charter import service
from registry.console.browsers import account_transaction, form_of, redirect
from registry.console.pages.account import shown
from registry.console.rendering import language_of
from registry.kernel.errors import Invalid

router = APIRouter(prefix="/account", include_in_schema=False)


@router.get("/landlord/{token}")
async def show_landlord_invitation(request: Request, token: str) -> Response:
    return await _invitation(request, token)


async def _invitation(request: Request, token: str, error: Invalid | None = None, name: str = "") -> Response:
    async with account_transaction(request) as session:
        found = await service.open_link(session=session, token=token)
    return shown(request, "landlord-invitation", error=error, invitation=found, name=name)


@router.post("/landlord/{token}")
async def accept_landlord_invitation(request: Request, token: str) -> Response:
    fields = await form_of(request)
    try:
        async with account_transaction(request) as session:
            found = await service.accept_link(
                session=session, token=token, name=fields.get("name", ""), password=fields.get("password", ""),
                language=language_of(request),
            )  # fmt: skip
    except Invalid as wrong:
        return await _invitation(request, token, wrong, fields.get("name", ""))
    return redirect(f"/account/sign-in?next=%2Fconsole%2Fcharter%2F{found.slug}")
