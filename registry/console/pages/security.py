"""The security of one's own account: each change wants a fresh proof of who asks for it; a withdrawal does not."""

import uuid
from contextlib import suppress
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.scopes import LABELS, Scope
from registry.console.browsers import (
    account_transaction,
    forget_session,
    form_of,
    proven_recently,
    redirect,
    required,
    upstream_of,
)
from registry.console.pages.account import keyring_of, network_of_browser, shown, to_scan
from registry.console.rendering import language_of
from registry.identity.service import account
from registry.identity.service.account import SignedIn
from registry.kernel.errors import Forbidden, Invalid, RegistryError, TooMany

router = APIRouter(prefix="/account", include_in_schema=False)
PAGE: Final = "/account/security"
SECOND_FACTOR: Final = f"{PAGE}/second-factor"
DONE: Final = frozenset({"sessions", "consent", "digest", "no_digest"})


@router.get("/security")
async def show_security(request: Request) -> Response:
    async with account_transaction(request) as session:
        found = await required(request, session)
        own = await _own(request, session, found.row.user_id)
    done = request.query_params.get("done")
    return _shown(request, found, own, done=f"security.{done}_done" if done in DONE else None)


def _shown(
    request: Request,
    found: SignedIn,
    own: dict[str, Any],
    *,
    done: str | None = None,
    error: RegistryError | None = None,
) -> Response:
    upstream = upstream_of(request)
    provider = upstream.name if upstream else "OpenID"
    return shown(request, "security", signed_in=found, done=done, error=error, provider=provider, **own)


async def _own(request: Request, session: AsyncSession, user: uuid.UUID) -> dict[str, Any]:
    """Return what a person lets others do and what they are written of."""
    language = language_of(request)
    consents = [
        row._asdict() | {"scopes": [LABELS[Scope(scope)].in_language(language) for scope in row.scopes]}
        for row in await account.list_consents(session=session, user=user)
    ]
    return {"consents": consents, "digest": await account.wants_digest(session=session, user=user)}


@router.post("/security/password")
async def change_password(request: Request) -> Response:
    fields = await form_of(request)
    async with account_transaction(request) as session:
        found = await proven_recently(request, session, after=PAGE)
        own = await _own(request, session, found.row.user_id)
    if not found.row.has_password:  # their provider answers for them, and stops to when they leave their employer
        return redirect(PAGE)
    try:
        async with account_transaction(request) as session:
            await account.change_password(
                session=session, keys=keyring_of(request), user=found.row.user_id, password=fields.get("password", "")
            )
    except Invalid as wrong:
        return _shown(request, found, own, error=wrong)
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


@router.post("/security/consents")
async def withdraw_consent(request: Request) -> Response:
    fields = await form_of(request)
    withdrawn = False
    async with account_transaction(request) as session:
        found = await required(request, session)
        with suppress(ValueError):
            consent = uuid.UUID(fields.get("consent", ""))
            withdrawn = await account.withdraw_consent(session=session, user=found.row.user_id, consent=consent)
    return redirect(f"{PAGE}?done=consent" if withdrawn else PAGE)


@router.post("/security/mails")
async def choose_mails(request: Request) -> Response:
    fields = await form_of(request)
    wanted = fields.get("digest") == "true"
    async with account_transaction(request) as session:
        found = await required(request, session)
        await account.choose_digest(session=session, user=found.row.user_id, wanted=wanted)
    return redirect(f"{PAGE}?done={'digest' if wanted else 'no_digest'}")


@router.post("/security/codes")
async def renew_recovery_codes(request: Request) -> Response:
    await form_of(request)
    async with account_transaction(request) as session:
        found = await proven_recently(request, session, after=PAGE)
        if not found.row.second_factor_set_up:
            return redirect(PAGE)
        codes = await account.renew_recovery_codes(session=session, user=found.row.user_id)
    return shown(request, "codes", codes=codes, signed_in=found, next=PAGE)


@router.get("/security/second-factor")
async def show_second_factor_change(request: Request) -> Response:
    async with account_transaction(request) as session:
        found = await proven_recently(request, session, after=SECOND_FACTOR)
    if not found.row.second_factor_set_up:
        return redirect(PAGE)
    return _offered(request, found, account.offer_second_factor(keys=keyring_of(request), signed_in=found))


def _offered(request: Request, found: SignedIn, offer: account.Offer, error: RegistryError | None = None) -> Response:
    return shown(
        request, "second-factor-change", error=error, signed_in=found, offer=offer.sealed, **to_scan(offer.enrolment)
    )


@router.post("/security/second-factor")
async def replace_second_factor(request: Request) -> Response:
    fields = await form_of(request)
    keys = keyring_of(request)
    async with account_transaction(request) as session:
        found = await proven_recently(request, session, after=SECOND_FACTOR)
    offer = account.opened_offer(keys=keys, signed_in=found, sealed=fields.get("offer", ""))
    if offer is None or not found.row.second_factor_set_up:
        return redirect(SECOND_FACTOR)
    try:
        async with account.proving(request.app.state.database) as session:
            codes = await account.replace_second_factor(
                session=session, keys=keys, signed_in=found, offer=offer, code=fields.get("code", ""),
                network=network_of_browser(request),
            )  # fmt: skip
    except (Forbidden, TooMany) as refused:
        return _offered(request, found, offer, refused)
    return shown(request, "codes", codes=codes, signed_in=found, next=PAGE)
