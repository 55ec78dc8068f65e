"""What operators and load balancers ask: alive, ready, how much; and what each problem means."""

import hmac
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy.exc import SQLAlchemyError

from registry.api import problems
from registry.kernel.errors import NotVisible, RegistryError, Unavailable
from registry.kernel.network import is_loopback_address
from registry.kernel.text import Text
from registry.platform import schema_version
from registry.platform.database import Database
from registry.platform.settings import Settings

FORWARDED: Final = (
    "forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via",
)  # fmt: skip
"""What a proxy adds; RFC 7239 §4, RFC 9110 §7.6.3, and what nginx, Caddy, Traefik and HAProxy write."""
router = APIRouter(include_in_schema=False)


class NotReady(Unavailable):
    title = Text("Le service n'est pas prêt", "The service is not ready")
    remedy = Text("« registry doctor » dit ce qui manque.", "'registry doctor' says what is missing.")


class MetricsNotVisible(NotVisible):
    title = Text("Cette adresse n'existe pas", "No such address")
    remedy = Text(
        "Elle répond à la machine même, ou au jeton de REGISTRY_METRICS_TOKEN.",
        "It answers this very machine, or the token of REGISTRY_METRICS_TOKEN.",
    )


class ProblemUnknown(NotVisible):
    title = Text("Problème inconnu", "Unknown problem")
    remedy = Text("GET /problems les énumère.", "GET /problems lists them.")


@router.get("/healthz")
async def alive() -> JSONResponse:
    """The process answers."""
    return JSONResponse({"status": "ok"})


@router.get("/readyz")
async def ready(request: Request) -> JSONResponse:
    """The database answers and has this version's schema."""
    database: Database = request.app.state.database
    try:
        await schema_version.require_current(database)
    except (schema_version.SchemaOutdated, SQLAlchemyError) as error:
        raise NotReady(
            Text(
                f"La base n'est pas prête : {type(error).__name__}.",
                f"The database is not ready: {type(error).__name__}.",
            )
        ) from error
    return JSONResponse({"status": "ready"})


@router.get("/metrics")
async def metrics(request: Request) -> Response:
    """Prometheus metrics: with the configured token, or from this machine where none is configured."""
    settings: Settings = request.app.state.settings
    if settings.metrics_token is not None:
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        allowed = hmac.compare_digest(given.encode(), settings.metrics_token.get_secret_value().encode())
    else:
        # Where proxies are named, the address is the one that they pass on; where none is, it may be a proxy's own.
        named = bool(settings.trusted_proxies) or not _is_forwarded(request)
        allowed = named and request.client is not None and is_loopback_address(request.client.host)
    if not allowed:
        raise MetricsNotVisible
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


def _is_forwarded(request: Request) -> bool:
    """Tell whether a proxy says that it passes the request on."""
    return any(name in request.headers for name in FORWARDED)


@router.get("/problems")
async def list_problems() -> JSONResponse:
    """Every problem this service states, by code."""
    return JSONResponse({"items": [_described(error) for error in problems.documented().values()]})


@router.get("/problems/{code}")
async def read_problem(code: str) -> JSONResponse:
    """What a problem's ``type`` address says of it."""
    error = problems.documented().get(code)
    if error is None:
        raise ProblemUnknown(field="code", value=code)
    return JSONResponse(_described(error))


def _described(error: type[RegistryError]) -> dict[str, Any]:
    remedy = error.remedy
    return {
        "type": f"/problems/{error.code}",
        "code": error.code,
        "status": problems.status_of(error),
        "title": error.title._asdict(),
        "remedy": remedy._asdict() if remedy else None,
    }
