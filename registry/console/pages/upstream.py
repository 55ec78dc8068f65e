"""Signing in, confirming and linking at the OpenID provider (ADR 0012)."""

from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response

from registry.console.browsers import (
    Forms,
    account_transaction,
    cookies_of,
    form_of,
    local,
    proven_recently,
    redirect,
    required,
    sessions_of,
    set_session,
    upstream_of,
)
from registry.console.pages.account import away
from registry.console.rendering import language_of
from registry.console.upstream import Upstream
from registry.identity.errors import UpstreamAnswerRefused, UpstreamNotConfigured
from registry.identity.service import account
from registry.identity.service.account import Errand, Vouched

router = APIRouter(prefix="/account", include_in_schema=False)


def _provider(request: Request) -> Upstream:
    upstream = upstream_of(request)
    if upstream is None:
        raise UpstreamNotConfigured
    return upstream


@router.get("/upstream")
async def set_out(request: Request) -> Response:
    """Go to the provider to sign in. Anybody may send a browser here: it signs in whom the provider knows in it."""
    forms = Forms(request)
    address = await _provider(request).departure(
        request, browser=forms.secret, purpose="sign-in", following=local(request.query_params.get("next")), user=None
    )
    return forms.keep(redirect(address))


@router.post("/upstream/confirm")
async def confirm(request: Request) -> Response:
    return await _set_out_signed_in(request, "confirm")


@router.post("/upstream/link")
async def link(request: Request) -> Response:
    return await _set_out_signed_in(request, "link")


async def _set_out_signed_in(request: Request, purpose: str) -> Response:
    """Go to the provider as the person who is signed in. It takes a form of ours: a link of another site does not do.

    Linking takes a fresh proof as well: whoever is linked may sign in from then on.
    """
    fields = await form_of(request)
    upstream = _provider(request)
    following = local(fields.get("next"))
    async with account_transaction(request) as session:
        found = await required(request, session)
        if purpose == "link":
            await proven_recently(request, session, after=following)
    address = await upstream.departure(
        request, browser=Forms(request).secret, purpose=purpose, following=following, user=str(found.row.user_id)
    )
    return away(request, address, "going")


@router.get("/upstream/callback")
async def come_back(request: Request) -> Response:
    errand, vouched = await _provider(request).arrival(request, browser=Forms(request).secret)
    if errand.purpose == "sign-in":
        return await _sign_in(request, errand, vouched)
    async with account_transaction(request) as session:
        found = await required(request, session)
        if str(found.row.user_id) != errand.user:
            raise UpstreamAnswerRefused
        if errand.purpose == "link":
            await account.link_upstream(session=session, user=found.row.user_id, vouched=vouched)
        else:
            await account.confirm_upstream(
                session=session, sessions=sessions_of(request), signed_in=found, vouched=vouched,
                begun_at=errand.begun_at,
            )  # fmt: skip
    return redirect(local(errand.next))


async def _sign_in(request: Request, errand: Errand, vouched: Vouched) -> Response:
    async with account_transaction(request) as session:
        browser = await account.sign_in_upstream(
            session=session, sessions=sessions_of(request), vouched=vouched, language=language_of(request)
        )
    following = {"next": local(errand.next)}
    if browser.complete:
        response = redirect(f"/account/organisation?{urlencode({**following, 'once': '1'})}")
    else:
        response = redirect(f"/account/second-factor?{urlencode(following)}")
    set_session(request, response, browser.token)
    response.delete_cookie(cookies_of(request).form, path="/", secure=cookies_of(request).secure)
    return response
