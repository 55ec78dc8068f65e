"""The start page, and what every page rests on: redirects and errors."""

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import Response

from registry.access.principal import Principal
from registry.access.roles import LABELS, UserRole
from registry.access.scopes import Scope
from registry.console.browsers import Forms, GoTo, account_transaction, redirect, required, upstream_of
from registry.console.members import bound
from registry.console.rendering import language_of, page
from registry.kernel.errors import RegistryError
from registry.platform.http import correlation_id
from registry.sync.service.attention import Attention, attention

router = APIRouter(include_in_schema=False)


@router.get("/console")
async def show_home(request: Request) -> Response:
    async with account_transaction(request) as session:
        found = await required(request, session)
    principal = found.principal
    if principal is None:
        return redirect("/account/organisation?next=%2Fconsole")
    language = language_of(request)
    needs = await _needs(request, principal) if Scope.STOCK_READ in principal.scopes else None
    roles = [LABELS[UserRole(role)].in_language(language) for role in sorted(found.row.roles)]
    forms = Forms(request)
    shown = page(
        request, "home", signed_in=found, form_token=forms.token, roles=roles,
        territories=sorted(principal.territories), organisation=found.row.organisation, upstream=upstream_of(request),
        manages_stock=Scope.STOCK_WRITE in principal.scopes, needs=needs,
        manages_organisation=Scope.ORGANISATION_MANAGE in principal.scopes,
    )  # fmt: skip
    return forms.keep(shown)


async def _needs(request: Request, principal: Principal) -> Attention:
    async with bound(request, principal) as session:
        return await attention(session=session, principal=principal)


def wants_page(request: Request) -> bool:
    """Tell whether an error is to be shown as a page: at a page's address."""
    return request.url.path.startswith(("/account/", "/console")) or request.url.path == "/oauth/authorize"


def error_page(request: Request, error: RegistryError, status: int) -> Response:
    """Return an error as a person reads it."""
    language = language_of(request)
    stated = {
        "title": (error.detail or error.title).in_language(language),
        "remedy": error.own_remedy.in_language(language) if error.own_remedy else "",
        "fields": set(),
    }
    other = f"{request.url.path}?lang={'en' if language == 'fr' else 'fr'}"  # without what came: it may be a code
    response = page(request, "error", status=status, error=stated, reference=correlation_id.get(), other_page=other)
    response.headers.update(error.headers)
    return response


def install(app: FastAPI) -> None:
    """Let pages send the browser elsewhere."""

    async def go(request: Request, exc: Exception) -> Response:
        del request
        assert isinstance(exc, GoTo)
        return redirect(exc.location)

    app.add_exception_handler(GoTo, go)
