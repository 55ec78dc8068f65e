"""Signing in and out, the second factor, the organisation that one acts for."""

import uuid
from typing import Any, Final
from urllib.parse import urlencode

import segno
from fastapi import APIRouter, Request
from fastapi.responses import Response
from markupsafe import Markup

from registry.access.roles import LABELS, UserRole
from registry.console.browsers import (
    Forms,
    account_transaction,
    cookies_of,
    forget_session,
    form_of,
    local,
    redirect,
    required,
    sessions_of,
    set_session,
    upstream_of,
)
from registry.console.rendering import language_of, page
from registry.identity.service import account
from registry.identity.service.account import SignedIn
from registry.kernel.errors import Forbidden, RegistryError, TooMany
from registry.kernel.network import network_of
from registry.platform.crypto import Keyring
from registry.platform.database import Database

router = APIRouter(prefix="/account", include_in_schema=False)
_REFUSED: Final = (Forbidden, TooMany)


def keyring_of(request: Request) -> Keyring:
    keys: Keyring = request.app.state.keyring
    return keys


def network_of_browser(request: Request) -> str:
    return network_of(request.client.host if request.client else None)


def shown(
    request: Request,
    template: str,
    *,
    error: RegistryError | None = None,
    signed_in: SignedIn | None = None,
    **context: Any,
) -> Response:
    """Return a page with a form; with the error that came of it, and its status."""
    forms = Forms(request)
    language = language_of(request)
    status = 200 if error is None else 429 if isinstance(error, TooMany) else 422
    stated = error and {
        "title": (error.detail or error.title).in_language(language),
        "remedy": error.own_remedy.in_language(language) if error.own_remedy else "",
        "fields": {fault.field for fault in error.faults},
    }
    response = page(
        request, template, status=status, form_token=forms.token, error=stated, signed_in=signed_in, **context
    )
    if isinstance(error, TooMany):
        response.headers.update(error.headers)
    return forms.keep(response)


def away(request: Request, address: str, what: str) -> Response:
    """Return a page that goes on to another site by itself, without JavaScript.

    A redirect would not do after a form: browsers hold the whole chain of redirects to the page's ``form-action``, and
    a provider sends on to others.
    """
    upstream = upstream_of(request)
    other = f"/account/sign-in?{urlencode({'lang': 'en' if language_of(request) == 'fr' else 'fr'})}"
    return page(
        request, "away", address=address, what=what, provider=upstream.name if upstream else "", other_page=other
    )


@router.get("/sign-in")
async def show_sign_in(request: Request) -> Response:
    return shown(
        request, "sign-in", next=local(request.query_params.get("next")), email="", upstream=upstream_of(request)
    )


@router.post("/sign-in")
async def sign_in(request: Request) -> Response:
    fields = await form_of(request)
    following, email = local(fields.get("next")), fields.get("email", "")
    database: Database = request.app.state.database
    try:
        async with account.proving(database) as session:
            user = await account.sign_in(
                session=session, email=email, password=fields.get("password", ""), network=network_of_browser(request)
            )
            browser = await sessions_of(request).open(session=session, user=user)
    except _REFUSED as refused:
        return shown(request, "sign-in", error=refused, next=following, email=email, upstream=upstream_of(request))
    response = redirect(f"/account/second-factor?{urlencode({'next': following})}")
    set_session(request, response, browser.token)
    response.delete_cookie(cookies_of(request).form, path="/", secure=cookies_of(request).secure)
    return response


@router.get("/second-factor")
async def show_second_factor(request: Request) -> Response:
    following = local(request.query_params.get("next"))
    async with account_transaction(request) as session:
        found = await required(request, session, complete=False)
    if not found.row.second_factor_set_up:
        return redirect(f"/account/enrolment?{urlencode({'next': following})}")
    return shown(request, "second-factor", signed_in=found, next=following)


@router.post("/second-factor")
async def prove_second_factor(request: Request) -> Response:
    return await _prove(request, "second-factor")


@router.get("/recovery")
async def show_recovery(request: Request) -> Response:
    async with account_transaction(request) as session:
        found = await required(request, session, complete=False)
    return shown(request, "recovery", signed_in=found, next=local(request.query_params.get("next")))


@router.post("/recovery")
async def prove_recovery(request: Request) -> Response:
    return await _prove(request, "recovery")


async def _prove(request: Request, way: str) -> Response:
    fields = await form_of(request)
    following, code = local(fields.get("next")), fields.get("code", "")
    async with account_transaction(request) as session:
        found = await required(request, session, complete=False)
    try:
        async with account.proving(request.app.state.database) as session:
            if way == "recovery":
                await account.prove_recovery_code(
                    session=session, user=found.row.user_id, code=code, network=network_of_browser(request)
                )
            else:
                await account.prove_second_factor(
                    session=session, keys=keyring_of(request), user=found.row.user_id, code=code,
                    network=network_of_browser(request),
                )  # fmt: skip
            browser = await sessions_of(request).strengthen(session=session, signed_in=found)
    except _REFUSED as refused:
        return shown(request, way, error=refused, signed_in=found, next=following)
    response = redirect(f"/account/organisation?{urlencode({'next': following, 'once': '1'})}")
    set_session(request, response, browser.token)
    return response


@router.get("/enrolment")
async def show_enrolment(request: Request) -> Response:
    async with account_transaction(request) as session:
        found = await required(request, session, complete=False)
        return await _enrolment(request, session, found, local(request.query_params.get("next")))


async def _enrolment(
    request: Request, session: Any, found: SignedIn, following: str, error: RegistryError | None = None
) -> Response:
    begun = await account.begin_enrolment(session=session, keys=keyring_of(request), user=found.row.user_id)
    return shown(request, "enrolment", error=error, signed_in=found, next=following, **to_scan(begun))


def to_scan(begun: account.Enrolment) -> dict[str, Any]:
    """Return a second factor's secret as pages show it: a picture to scan, and groups of letters to type."""
    picture = segno.make(begun.uri, error="m").svg_inline(scale=5, border=2, omitsize=True)
    return {
        "key": " ".join(begun.secret[i : i + 4] for i in range(0, len(begun.secret), 4)),
        "picture": Markup(picture),  # noqa: S704  # made by the library from our own URI
    }


@router.post("/enrolment")
async def confirm_enrolment(request: Request) -> Response:
    fields = await form_of(request)
    following = local(fields.get("next"))
    async with account_transaction(request) as session:
        found = await required(request, session, complete=False)
    try:
        async with account.proving(request.app.state.database) as session:
            codes = await account.confirm_enrolment(
                session=session, keys=keyring_of(request), user=found.row.user_id, code=fields.get("code", ""),
                network=network_of_browser(request),
            )  # fmt: skip
            browser = await sessions_of(request).strengthen(session=session, signed_in=found, first=True)
    except _REFUSED as refused:
        async with account_transaction(request) as session:
            return await _enrolment(request, session, found, following, refused)
    token = sessions_of(request).form_token(browser.token)
    response = page(request, "codes", codes=codes, signed_in=found, form_token=token, next=following)
    set_session(request, response, browser.token)
    return response


@router.get("/organisation")
async def show_organisations(request: Request) -> Response:
    """Ask for whom to act; where there is no choice, or one was made (``once``), go on."""
    following = local(request.query_params.get("next"))
    async with account_transaction(request) as session:
        found = await required(request, session)
        choices = await account.organisations_of(session=session, signed_in=found)
        only = choices[0].organisation_id if len(choices) == 1 else None
        if request.query_params.get("once") and (only or found.row.organisation_id):
            if only and found.row.organisation_id != only:
                await account.choose_organisation(session=session, signed_in=found, organisation=only)
            return redirect(following)
    language = language_of(request)
    rows = [
        {
            "id": row.organisation_id,
            "name": row.organisation,
            "roles": ", ".join(LABELS[UserRole(role)].in_language(language) for role in sorted(row.roles)),
            "chosen": row.organisation_id == found.row.organisation_id,
        }
        for row in choices
    ]
    return shown(request, "organisation", signed_in=found, next=following, choices=rows)


@router.post("/organisation")
async def choose_organisation(request: Request) -> Response:
    fields = await form_of(request)
    try:
        organisation = uuid.UUID(fields.get("organisation", ""))
    except ValueError:
        return redirect("/account/organisation")
    async with account_transaction(request) as session:
        found = await required(request, session)
        await account.choose_organisation(session=session, signed_in=found, organisation=organisation)
    return redirect(local(fields.get("next")))


@router.get("/confirm")
async def show_confirm(request: Request) -> Response:
    """Ask for the password again, or the provider, before what cannot be undone."""
    async with account_transaction(request) as session:
        found = await required(request, session)
    return _confirm(request, found, local(request.query_params.get("next")))


def _confirm(request: Request, found: SignedIn, following: str, error: RegistryError | None = None) -> Response:
    upstream = upstream_of(request) if found.row.upstream_subject is not None else None
    return shown(request, "confirm", error=error, signed_in=found, next=following, upstream=upstream)


@router.post("/confirm")
async def confirm(request: Request) -> Response:
    fields = await form_of(request)
    following = local(fields.get("next"))
    async with account_transaction(request) as session:
        found = await required(request, session)
    try:
        async with account.proving(request.app.state.database) as session:
            await account.prove_password(
                session=session,
                user=found.row.user_id,
                password=fields.get("password", ""),
                network=network_of_browser(request),
            )
            await sessions_of(request).renew(session=session, signed_in=found)
    except _REFUSED as refused:
        return _confirm(request, found, following, refused)
    return redirect(following)


@router.post("/sign-out")
async def sign_out(request: Request) -> Response:
    await form_of(request)
    async with account_transaction(request) as session:
        found = await required(request, session, complete=False)
        id_token = sessions_of(request).id_token(found)
        await account.sign_out(session=session, signed_in=found)
    upstream = upstream_of(request)
    address = await upstream.leave(id_token) if upstream and id_token else None
    response = away(request, address, "leaving") if address else redirect("/account/sign-in")
    forget_session(request, response)
    return response


@router.get("/signed-out")
async def show_signed_out(request: Request) -> Response:
    """Say that nobody is signed in any more: the provider sends browsers here. Nothing rests on its ``state``."""
    return shown(request, "signed-out")
