"""The authorization endpoint: a person lets a client act for one of the organisations they work for."""

import uuid
from urllib.parse import parse_qsl, urlsplit

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from registry.access.scopes import LABELS, Scope
from registry.console.browsers import Forms, GoTo, account_transaction, form_of, proven_recently, required
from registry.console.rendering import language_of, page
from registry.identity.service import AuthorizationServer, account
from registry.identity.service.authorization import AuthorizationRefused, AuthorizationRequest

router = APIRouter(include_in_schema=False)


def _server(request: Request) -> AuthorizationServer:
    server: AuthorizationServer = request.app.state.authorization_server
    return server


def _leave(location: str) -> Response:
    return RedirectResponse(location, status_code=303, headers={"Cache-Control": "no-store"})


@router.get("/oauth/authorize")
async def show_consent(request: Request) -> Response:
    try:
        asked = await _server(request).authorization_request(request.query_params.multi_items())
    except AuthorizationRefused as refused:
        return _refused(request, refused)
    async with account_transaction(request) as session:
        found = await required(request, session)
        choices = await account.organisations_of(session=session, signed_in=found)
    usable = [row for row in choices if asked.organisation_id in {None, row.organisation_id}]
    if not usable:
        return page(
            request, "refused", status=403, signed_in=found, form_token=Forms(request).token,
            title_key="consent.refused", explain_key="consent.other", organisation=asked.organisation,
        )  # fmt: skip
    forms = Forms(request)
    redirect_uri = urlsplit(asked.parameters["redirect_uri"])
    language = language_of(request)
    return forms.keep(
        page(
            request, "consent", form_token=forms.token, form_action=f"{redirect_uri.scheme}://{redirect_uri.netloc}",
            signed_in=found, asked=asked, query=request.url.query,
            choices=[{"id": row.organisation_id, "name": row.organisation} for row in usable],
            chosen=found.row.organisation_id if len(usable) > 1 else usable[0].organisation_id,
            scopes=[LABELS[Scope(scope)].in_language(language) for scope in asked.scopes],
        )
    )  # fmt: skip


@router.post("/oauth/authorize")
async def answer_consent(request: Request) -> Response:
    fields = await form_of(request)
    try:
        asked = await _server(request).authorization_request(parse_qsl(fields.get("query", ""), keep_blank_values=True))
        return _leave(await _answered(request, asked, fields))
    except AuthorizationRefused as refused:
        return _refused(request, refused)


async def _answered(request: Request, asked: AuthorizationRequest, fields: dict[str, str]) -> str:
    async with account_transaction(request) as session:
        found = await required(request, session)
        choices = await account.organisations_of(session=session, signed_in=found)
        if fields.get("answer") == "allow" and Scope.ORGANISATION_MANAGE in asked.scopes:
            await proven_recently(request, session, after=f"/oauth/authorize?{fields.get('query', '')}")
    if fields.get("answer") != "allow":
        return _server(request).deny(asked)
    try:
        organisation = uuid.UUID(fields.get("organisation", ""))
    except ValueError:
        raise GoTo(f"/oauth/authorize?{fields.get('query', '')}") from None
    if found.row.upstream_siren is not None and organisation not in {row.organisation_id for row in choices}:
        raise GoTo(f"/oauth/authorize?{fields.get('query', '')}")
    return await _server(request).approve(
        asked, user=found.row.user_id, organisation=organisation, authenticated_at=found.row.authenticated_at
    )


def _refused(request: Request, refused: AuthorizationRefused) -> Response:
    if refused.location is not None:
        return _leave(refused.location)
    return page(request, "refused", status=400, title_key="consent.refused", explain_key=None, organisation="",
                error={"title": f"{refused.error}: {refused.description}", "remedy": "", "fields": set()})  # fmt: skip
