"""RFC 9457: every error of the API is one ``application/problem+json`` of one shape, in the caller's language."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

import orjson
import structlog
from fastapi import Request
from fastapi.responses import Response

from registry.access.media import language_of
from registry.kernel import errors
from registry.kernel.errors import RegistryError
from registry.kernel.text import Text
from registry.platform.http import App, correlation_id

log = structlog.get_logger()

OAUTH_ENDPOINTS: Final = frozenset({"/oauth/token", "/oauth/revoke", "/oauth/introspect"})
"""Where the clients of others read errors by RFC 6749 §5.2, whatever part of the service refuses."""
_OAUTH_CODES: Final = {500: "server_error", 503: "temporarily_unavailable"}
_NOT_IN_DESCRIPTION: Final = re.compile(r"[^\x20-\x21\x23-\x5b\x5d-\x7e]")
MEDIA_TYPE: Final = "application/problem+json"

STATUS: Final[dict[type[RegistryError], int]] = {
    errors.BadRequest: 400,
    errors.Unauthenticated: 401,
    errors.Forbidden: 403,
    errors.NotVisible: 404,
    errors.NotAcceptable: 406,
    errors.Conflict: 409,
    errors.Gone: 410,
    errors.PreconditionFailed: 412,
    errors.TooLarge: 413,
    errors.UnsupportedMediaType: 415,
    errors.Invalid: 422,
    errors.TooMany: 429,
    errors.Unavailable: 503,
}


@dataclass(frozen=True, slots=True)
class ErrorPages:
    """How errors are shown to people: ``app.state.error_pages``, wired by the application."""

    wanted: Callable[[Request], bool]
    answer: Callable[[Request, RegistryError, int], Response]


def status_of(error: type[RegistryError]) -> int:
    """Return the HTTP status of an error class: that of the kind it belongs to."""
    return next(STATUS[kind] for kind in error.__mro__ if kind in STATUS)


def problem(request: Request, error: RegistryError) -> Response:
    """Return the response that states ``error``: a problem, a page where people read, or what OAuth clients read."""
    pages: ErrorPages | None = getattr(getattr(request.scope.get("app"), "state", None), "error_pages", None)
    if pages is not None and pages.wanted(request):
        return pages.answer(request, error, status_of(type(error)))
    if request.scope["path"] in OAUTH_ENDPOINTS:
        return _oauth_error(error)
    language = language_of(request)
    body: dict[str, Any] = {
        "type": f"/problems/{error.code}",
        "title": error.title.in_language(language),
        "status": status_of(type(error)),
        "code": error.code,
        "instance": quote(request.scope["path"]),
        "correlation_id": correlation_id.get(),
    }
    if error.detail is not None:
        body["detail"] = error.detail.in_language(language)
    if error.own_remedy is not None:
        body["remedy"] = error.own_remedy.in_language(language)
    if error.faults:
        body["errors"] = [fault.stated(language) for fault in error.faults]
    return Response(
        orjson.dumps(body, default=str),
        status_code=body["status"],
        media_type=MEDIA_TYPE,
        headers={"Content-Language": language, **error.headers},
    )


def _oauth_error(error: RegistryError) -> Response:
    """Return the error as RFC 6749 §5.2 has it: a code, and a description in its ASCII without quotation marks."""
    status = status_of(type(error))
    said = " ".join(f"{text.en}." if text.en[-1:] not in ".?!" else text.en for text in _said(error))
    description = _NOT_IN_DESCRIPTION.sub("'", said)
    return Response(
        orjson.dumps({"error": _OAUTH_CODES.get(status, "invalid_request"), "error_description": description}),
        status_code=status,
        media_type="application/json",
        headers={"Cache-Control": "no-store", **error.headers},
    )


def _said(error: RegistryError) -> list[Text]:
    return [text for text in (error.detail or error.title, error.own_remedy) if text is not None]


class InputInvalid(errors.Invalid):
    title = Text("Des champs sont invalides", "Some fields are invalid")
    remedy = Text(
        "Corrigez les champs énumérés dans « errors » ; rien n'a été enregistré.",
        "Correct the fields listed in 'errors'; nothing was saved.",
    )


class QueryInvalid(errors.BadRequest):
    title = Text("Des paramètres sont invalides", "Some parameters are invalid")
    remedy = Text("Corrigez les paramètres énumérés dans « errors ».", "Correct the parameters listed in 'errors'.")


class RouteNotFound(errors.NotVisible):
    title = Text("Cette adresse n'existe pas", "No such address")
    remedy = Text("Les adresses sont décrites dans /v1/openapi.json.", "Addresses are described in /v1/openapi.json.")


class MethodNotAllowed(errors.BadRequest):
    title = Text("Méthode non permise à cette adresse", "Method not allowed at this address")
    remedy = Text("L'en-tête « Allow » énumère celles qui le sont.", "The header 'Allow' lists those that are.")


class NothingVisible(errors.NotVisible):
    title = Text("Introuvable", "Not found")
    remedy = Text("Signalez-le avec son « correlation_id ».", "Report it with its 'correlation_id'.")


class ServiceBusy(errors.Unavailable):
    title = Text("Le service est saturé", "The service is saturated")
    remedy = Text("Réessayez dans quelques secondes.", "Try again in a few seconds.")


class QueryTooSlow(errors.Unavailable):
    title = Text("La requête a dépassé le temps permis", "The request took longer than allowed")
    remedy = Text("Réduisez la zone ou ajoutez des filtres.", "Narrow the area or add filters.")


class InternalError(errors.Unavailable):
    title = Text("Erreur interne", "Internal error")
    remedy = Text(
        "Signalez-la avec son « correlation_id » ; rien n'a été enregistré.",
        "Report it with its 'correlation_id'; nothing was saved.",
    )


STATUS[MethodNotAllowed] = 405
STATUS[InternalError] = 500


def documented() -> dict[str, type[RegistryError]]:
    """Return every error class a caller may meet, by code."""
    found: dict[str, type[RegistryError]] = {}
    waiting = list(RegistryError.__subclasses__())
    while waiting:
        error = waiting.pop()
        waiting += error.__subclasses__()
        found[error.code] = error
    return dict(sorted(found.items()))


def refusal(error: RegistryError) -> App:
    """Return the application that answers with ``error``."""

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        await problem(Request(scope), error)(scope, receive, send)

    return answer
