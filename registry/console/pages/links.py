"""What the links in our mails lead to: invitations and new passwords."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from registry.access.roles import LABELS, UserRole
from registry.console.browsers import account_transaction, form_of, redirect, upstream_of
from registry.console.pages.account import keyring_of, shown
from registry.console.rendering import language_of
from registry.identity.service import account
from registry.kernel.errors import Invalid

router = APIRouter(prefix="/account", include_in_schema=False)


@router.get("/invitation/{token}")
async def show_invitation(request: Request, token: str) -> Response:
    return await _invitation(request, token)


async def _invitation(request: Request, token: str, error: Invalid | None = None, name: str = "") -> Response:
    async with account_transaction(request) as session:
        invitation = await account.open_invitation(session=session, token=token)
    role = LABELS[UserRole(invitation.role)].in_language(language_of(request))
    return shown(
        request, "invitation", error=error, invitation=invitation, role=role, name=name, upstream=upstream_of(request)
    )


@router.post("/invitation/{token}")
async def accept_invitation(request: Request, token: str) -> Response:
    fields = await form_of(request)
    try:
        async with account_transaction(request) as session:
            await account.accept_invitation(
                session=session, token=token, name=fields.get("name", ""), password=fields.get("password", ""),
                language=language_of(request),
            )  # fmt: skip
    except Invalid as wrong:
        return await _invitation(request, token, wrong, fields.get("name", ""))
    return redirect("/account/sign-in")


@router.get("/forgotten")
async def show_forgotten(request: Request) -> Response:
    return shown(request, "forgotten", sent=False)


@router.post("/forgotten")
async def request_reset(request: Request) -> Response:
    fields = await form_of(request)
    async with account_transaction(request) as session:
        await account.request_reset(
            session=session, keys=keyring_of(request), base_url=request.app.state.settings.base_url,
            email=fields.get("email", ""),
        )  # fmt: skip
    return shown(request, "forgotten", sent=True)


@router.get("/reset/{token}")
async def show_reset(request: Request, token: str) -> Response:
    return await _reset(request, token)


async def _reset(request: Request, token: str, error: Invalid | None = None) -> Response:
    async with account_transaction(request) as session:
        email = await account.reset_subject(session=session, token=token)
    return shown(request, "reset", error=error, email=email)


@router.post("/reset/{token}")
async def reset_password(request: Request, token: str) -> Response:
    fields = await form_of(request)
    try:
        async with account_transaction(request) as session:
            await account.reset_password(
                session=session, keys=keyring_of(request), token=token, password=fields.get("password", "")
            )
    except Invalid as wrong:
        return await _reset(request, token, wrong)
    return redirect("/account/sign-in")
