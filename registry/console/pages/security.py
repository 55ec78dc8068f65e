"""The security of one's own account: each change wants a fresh proof of who asks for it."""

from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from registry.console.browsers import (
    account_transaction,
    forget_session,
    form_of,
    proven_recently,
    redirect,
    required,
)
from registry.console.pages.account import keyring_of, shown
from registry.console.rendering import page
from registry.identity.service import account
from registry.kernel.errors import Invalid

router = APIRouter(prefix="/account", include_in_schema=False)
PAGE: Final = "/account/security"


@router.get("/security")
async def show_security(request: Request) -> Response:
    async with account_transaction(request) as session:
        found = await required(request, session)
    return shown(request, "security", signed_in=found, done=request.query_params.get("done") == "sessions")


@router.post("/security/password")
async def change_password(request: Request) -> Response:
    fields = await form_of(request)
    async with account_transaction(request) as session:
        found = await proven_recently(request, session, after=PAGE)
    try:
        async with account_transaction(request) as session:
            await account.change_password(
                session=session, keys=keyring_of(request), user=found.row.user_id, password=fields.get("password", "")
            )
    except Invalid as wrong:
        return shown(request, "security", error=wrong, signed_in=found, done=False)
    response = redirect("/account/sign-in")
    forget_session(request, response)
    return response


@router.post("/security/sessions")
async def end_other_sessions(request: Request) -> Response:
    await form_of(request)
    async with account_transaction(request) as session:
        found = await proven_recently(request, session, after=PAGE)
        await account.end_other_sessions(session=session, signed_in=found)
    return redirect(f"{PAGE}?done=sessions")


@router.post("/security/codes")
async def renew_recovery_codes(request: Request) -> Response:
    await form_of(request)
    async with account_transaction(request) as session:
        found = await proven_recently(request, session, after=PAGE)
        codes = await account.renew_recovery_codes(session=session, user=found.row.user_id)
    return page(request, "codes", codes=codes, signed_in=found, next=PAGE)
