"""RFC 9457: every error of the API is one ``application/problem+json`` of one shape, in the caller's language."""

from typing import Any, Final

import orjson
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException

from registry.kernel import errors
from registry.kernel.errors import RegistryError
from registry.kernel.text import Language, Text
from registry.kernel.validation import fault_of
from registry.platform.http import correlation_id

log = structlog.get_logger()

MEDIA_TYPE: Final = "application/problem+json"

STATUS: Final[dict[type[RegistryError], int]] = {
    errors.BadRequest: 400,
    errors.Unauthenticated: 401,
    errors.Forbidden: 403,
    errors.NotVisible: 404,
    errors.NotAcceptable: 406,
    errors.Conflict: 409,
    errors.PreconditionFailed: 412,
    errors.TooLarge: 413,
    errors.UnsupportedMediaType: 415,
    errors.Invalid: 422,
    errors.TooMany: 429,
    errors.Unavailable: 503,
}


def status_of(error: type[RegistryError]) -> int:
    """Return the HTTP status of an error class: that of the kind it belongs to."""
    return next(STATUS[kind] for kind in error.__mro__ if kind in STATUS)


def language_of(request: Request) -> Language:
    """Return French where the caller prefers it, English otherwise."""
    first = request.headers.get("accept-language", "en").split(",")[0].strip().lower()
    return "fr" if first.startswith("fr") else "en"


def problem(request: Request, error: RegistryError) -> Response:
    """Return the response that states ``error``."""
    language = language_of(request)
    body: dict[str, Any] = {
        "type": f"/problems/{error.code}",
        "title": error.title.in_language(language),
        "status": status_of(type(error)),
        "code": error.code,
        "instance": request.url.path,
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


class InputInvalid(errors.Invalid):
    title = Text("Des champs sont invalides", "Some fields are invalid")


class QueryInvalid(errors.BadRequest):
    title = Text("Des paramètres sont invalides ou inconnus", "Some parameters are invalid or unknown")


class BodyUnreadable(errors.BadRequest):
    title = Text("Le corps de la requête n'est pas du JSON lisible", "The request body is not readable JSON")
    remedy = Text("Envoyez un objet JSON en UTF-8.", "Send one JSON object in UTF-8.")


class RouteNotFound(errors.NotVisible):
    title = Text("Cette adresse n'existe pas", "No such address")
    remedy = Text("Les adresses sont décrites dans /v1/openapi.json.", "Addresses are described in /v1/openapi.json.")


class MethodNotAllowed(errors.BadRequest):
    title = Text("Méthode non permise à cette adresse", "Method not allowed at this address")


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


def _from_validation(exc: RequestValidationError) -> RegistryError:
    found = exc.errors()
    if any(error["type"] == "json_invalid" for error in found):
        return BodyUnreadable(Text("JSON illisible.", f"Unreadable JSON: {found[0].get('ctx', {}).get('error', '')}."))
    in_query = all(error["loc"][:1] in {("query",), ("header",), ("path",)} for error in found)
    kind: type[RegistryError] = QueryInvalid if in_query else InputInvalid
    return kind(faults=tuple(fault_of(dict(error)) for error in found))


def documented() -> dict[str, type[RegistryError]]:
    """Return every error class a caller may meet, by code."""
    found: dict[str, type[RegistryError]] = {}
    waiting = list(RegistryError.__subclasses__())
    while waiting:
        error = waiting.pop()
        waiting += error.__subclasses__()
        found[error.code] = error
    return dict(sorted(found.items()))


class BodyOverLimit(errors.TooLarge):
    title = Text("Le corps de la requête dépasse la limite", "The request body is above the limit")
    remedy = Text("Envoyez moins à la fois, en plusieurs lots.", "Send less at a time, in several batches.")


async def body_too_large(scope: Any, receive: Any, send: Any) -> None:
    """Answer, as an application, a request whose body is past its limit."""
    await problem(Request(scope), BodyOverLimit())(scope, receive, send)


def install(app: FastAPI) -> None:
    """Make every error of ``app`` a problem of this shape."""

    async def on_registry_error(request: Request, exc: Exception) -> Response:
        assert isinstance(exc, RegistryError)
        return problem(request, exc)

    async def on_validation(request: Request, exc: Exception) -> Response:
        assert isinstance(exc, RequestValidationError)
        return problem(request, _from_validation(exc))

    async def on_http(request: Request, exc: Exception) -> Response:
        assert isinstance(exc, HTTPException)
        if exc.status_code == 405:
            return problem(request, MethodNotAllowed(headers=dict(exc.headers or {})))
        if exc.status_code == 404:
            return problem(request, RouteNotFound())
        return problem(request, BodyUnreadable(Text("Requête illisible.", str(exc.detail))))

    async def on_database(request: Request, exc: Exception) -> Response:
        state = getattr(getattr(exc, "orig", None), "sqlstate", None)
        if state == "57014":
            return problem(request, QueryTooSlow(headers={"Retry-After": "5"}))
        return await on_failure(request, exc)

    async def on_pool_timeout(request: Request, exc: Exception) -> Response:
        log.warning("connection_pool_exhausted", error=str(exc))
        return problem(request, ServiceBusy(headers={"Retry-After": "2"}))

    async def on_failure(request: Request, exc: Exception) -> Response:
        log.error("request_failed", path=request.url.path, exc_info=exc)
        return problem(request, InternalError())

    app.add_exception_handler(RegistryError, on_registry_error)
    app.add_exception_handler(RequestValidationError, on_validation)
    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(DBAPIError, on_database)
    app.add_exception_handler(PoolTimeout, on_pool_timeout)
    app.add_exception_handler(Exception, on_failure)
