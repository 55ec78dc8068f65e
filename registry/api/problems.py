"""RFC 9457: every error of the API is one ``application/problem+json`` of one shape, in the caller's language."""

from typing import Any, Final

import orjson
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from sqlalchemy.exc import DBAPIError, TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException

from registry.kernel import errors
from registry.kernel.errors import Fault, RegistryError
from registry.kernel.text import Language, Text
from registry.platform.http import correlation_id

log = structlog.get_logger()

MEDIA_TYPE: Final = "application/problem+json"
SHOWN_VALUE: Final = 200  # characters of a wrong value that are shown back

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


def _shown(value: Any) -> Any:
    if value is None or isinstance(value, bool | int):
        return value
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= SHOWN_VALUE else text[:SHOWN_VALUE] + "…"


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
        body["errors"] = [_fault(fault, language) for fault in error.faults]
    return Response(
        orjson.dumps(body, default=str),
        status_code=body["status"],
        media_type=MEDIA_TYPE,
        headers={"Content-Language": language, **error.headers},
    )


def _fault(fault: Fault, language: Language) -> dict[str, Any]:
    stated = {"field": fault.field, "value": _shown(fault.value), "message": fault.message.in_language(language)}
    if fault.remedy is not None:
        stated["remedy"] = fault.remedy.in_language(language)
    return stated


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

# pydantic's error types in both languages; what is not listed keeps pydantic's English sentence in both.
_MESSAGES: Final[dict[str, Text]] = {
    "missing": Text("Champ obligatoire absent", "Required field missing"),
    "extra_forbidden": Text("Nom inconnu", "Unknown name"),
    "json_invalid": Text("JSON illisible", "Unreadable JSON"),
    "int_parsing": Text("Un nombre entier est attendu", "A whole number is expected"),
    "int_type": Text("Un nombre entier est attendu", "A whole number is expected"),
    "float_parsing": Text("Un nombre est attendu", "A number is expected"),
    "float_type": Text("Un nombre est attendu", "A number is expected"),
    "finite_number": Text("Un nombre fini est attendu", "A finite number is expected"),
    "bool_parsing": Text("« true » ou « false » est attendu", "'true' or 'false' is expected"),
    "bool_type": Text("« true » ou « false » est attendu", "'true' or 'false' is expected"),
    "string_type": Text("Un texte est attendu", "A text is expected"),
    "string_too_short": Text("Au moins {min_length} caractère(s)", "At least {min_length} character(s)"),
    "string_too_long": Text("Au plus {max_length} caractères", "At most {max_length} characters"),
    "string_pattern_mismatch": Text("La forme attendue est {pattern}", "The expected form is {pattern}"),
    "greater_than": Text("Doit être supérieur à {gt}", "Must be greater than {gt}"),
    "greater_than_equal": Text("Doit être au moins {ge}", "Must be at least {ge}"),
    "less_than": Text("Doit être inférieur à {lt}", "Must be less than {lt}"),
    "less_than_equal": Text("Doit être au plus {le}", "Must be at most {le}"),
    "enum": Text("Valeurs admises : {expected}", "Allowed values: {expected}"),
    "literal_error": Text("Valeurs admises : {expected}", "Allowed values: {expected}"),
    "date_from_datetime_parsing": Text("Une date AAAA-MM-JJ est attendue", "A date YYYY-MM-DD is expected"),
    "date_parsing": Text("Une date AAAA-MM-JJ est attendue", "A date YYYY-MM-DD is expected"),
    "uuid_parsing": Text("Un identifiant UUID est attendu", "A UUID is expected"),
    "too_long": Text("Au plus {max_length} éléments", "At most {max_length} items"),
    "too_short": Text("Au moins {min_length} élément(s)", "At least {min_length} item(s)"),
    "dict_type": Text("Un objet JSON est attendu", "A JSON object is expected"),
    "list_type": Text("Une liste JSON est attendue", "A JSON list is expected"),
    "model_attributes_type": Text("Un objet JSON est attendu", "A JSON object is expected"),
}


def fault_of(error: dict[str, Any]) -> Fault:
    """Return pydantic's error as a fault: its place dotted, its message in both languages."""
    location = [str(part) for part in error["loc"]]
    if location and location[0] in {"query", "path", "header", "body", "cookie"} and len(location) > 1:
        location = location[1:]
    message = _MESSAGES.get(error["type"])
    bilingual = message.format(**error.get("ctx", {})) if message else Text(error["msg"], error["msg"])
    raised = error.get("ctx", {}).get("error")
    if isinstance(raised, ValueError) and raised.args and isinstance(raised.args[0], Text):
        bilingual = raised.args[0]
    return Fault(".".join(location), error.get("input") if error["type"] != "missing" else None, bilingual)


def _from_validation(exc: RequestValidationError) -> RegistryError:
    found = exc.errors()
    if any(error["type"] == "json_invalid" for error in found):
        return BodyUnreadable(Text("JSON illisible.", f"Unreadable JSON: {found[0].get('ctx', {}).get('error', '')}."))
    in_query = all(error["loc"][:1] in {("query",), ("header",), ("path",)} for error in found)
    kind: type[RegistryError] = QueryInvalid if in_query else InputInvalid
    return kind(faults=tuple(fault_of(dict(error)) for error in found))


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
