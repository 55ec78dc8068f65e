"""What becomes of every exception: a problem, logged where somebody must look."""

from typing import Any, Final

import psycopg
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.routing import Match

from registry.access.errors import BodyUnreadable
from registry.api.problems import (
    InputInvalid,
    InternalError,
    MethodNotAllowed,
    NothingVisible,
    QueryInvalid,
    QueryTooSlow,
    RouteNotFound,
    ServiceBusy,
    problem,
)
from registry.kernel.errors import RegistryError
from registry.kernel.text import Text
from registry.kernel.validation import fault_of
from registry.platform.http import GONE, route_of

_QUERY_CANCELED: Final = "57014"
_INSUFFICIENT_PRIVILEGE: Final = "42501"
_GONE: Final = frozenset({"57P01", "57P02", "57P03"})
"""PostgreSQL stops, crashed, or is not up again; without a code: the connection was lost, or there is none."""
_CROSSED: Final = frozenset({"40001", "40P01"})
"""Serialisation failure, deadlock: another transaction was in the way, nothing is wrong with this one."""
log = structlog.get_logger()


def _from_validation(exc: RequestValidationError) -> RegistryError:
    found = exc.errors()
    in_query = all(error["loc"][:1] in {("query",), ("header",), ("path",)} for error in found)
    kind: type[RegistryError] = QueryInvalid if in_query else InputInvalid
    return kind(faults=tuple(fault_of(dict(error)) for error in found))


_METHODS: Final = ("GET", "PUT", "POST", "PATCH", "DELETE")


def _allowed(request: Request) -> str:
    """Return the methods of an address: those of all its routes, and what every address understands."""
    scope = {"type": "http", "path": request.scope["path"], "root_path": "", "headers": []}
    found = [
        method
        for method in _METHODS
        if any(route.matches({**scope, "method": method})[0] is Match.FULL for route in request.app.router.routes)
    ]
    return ", ".join([*found, *(["HEAD"] if "GET" in found else []), "OPTIONS"])


async def on_registry_error(request: Request, exc: Exception) -> Response:
    assert isinstance(exc, RegistryError)
    return problem(request, exc)


async def on_validation(request: Request, exc: Exception) -> Response:
    assert isinstance(exc, RequestValidationError)
    return problem(request, _from_validation(exc))


async def on_http(request: Request, exc: Exception) -> Response:
    """Answer for the framework: no such route, another method; OPTIONS is answered with the methods there are."""
    assert isinstance(exc, HTTPException)
    if exc.status_code == 405:
        headers = {"Allow": _allowed(request)}
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=headers)
        return problem(request, MethodNotAllowed(field="method", value=request.method, headers=headers))
    if exc.status_code == 404:
        return problem(request, RouteNotFound(field="path", value=request.scope["path"]))
    return problem(request, BodyUnreadable(Text("Requête illisible.", str(exc.detail))))


async def on_database(request: Request, exc: Exception) -> Response:
    # On the hot path the driver's own error comes as it is, elsewhere inside SQLAlchemy's.
    state = getattr(getattr(exc, "orig", exc), "sqlstate", None)
    if state == _QUERY_CANCELED:
        return problem(request, QueryTooSlow(headers={"Retry-After": "5"}))
    if state in _CROSSED:
        log.warning("transactions_crossed", route=route_of(request.scope), sqlstate=state)
        return problem(request, ServiceBusy(headers={"Retry-After": "1"}))
    if state in _GONE or (state is None and isinstance(getattr(exc, "orig", exc), psycopg.OperationalError)):
        log.error("database_lost", route=route_of(request.scope), error=type(exc).__name__, sqlstate=state)
        return problem(request, ServiceBusy(headers={"Retry-After": "2"}))
    if state == _INSUFFICIENT_PRIVILEGE:  # the second wall held where the first did not: somebody must look
        log.error("row_level_security_refused", route=route_of(request.scope), exc_info=exc)
        return problem(request, NothingVisible())
    return await on_failure(request, exc)


async def on_disconnect(request: Request, exc: Exception) -> Response:
    """Answer nobody: the body was cut off, by the client or, above its limit, by the edge."""
    del request, exc
    return Response(status_code=GONE)


async def on_pool_timeout(request: Request, exc: Exception) -> Response:
    log.warning("connection_pool_exhausted", error=str(exc))
    return problem(request, ServiceBusy(headers={"Retry-After": "2"}))


async def on_failure(request: Request, exc: Exception) -> Response:
    log.error("request_failed", route=route_of(request.scope), exc_info=exc)
    return problem(request, InternalError())


HANDLERS: Final[dict[type[Exception], Any]] = {
    RegistryError: on_registry_error,
    RequestValidationError: on_validation,
    HTTPException: on_http,
    DBAPIError: on_database,
    psycopg.Error: on_database,
    ClientDisconnect: on_disconnect,
    PoolTimeout: on_pool_timeout,
    Exception: on_failure,
}


def install(app: FastAPI) -> None:
    """Make every error of ``app`` a problem of this shape."""
    for kind, handler in HANDLERS.items():
        app.add_exception_handler(kind, handler)
