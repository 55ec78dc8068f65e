"""HTTP at the edge: correlation id, access log, metrics, body limits and the headers every answer carries.

One plain ASGI middleware; it costs microseconds, which a chain of request/response middlewares would not.
"""

import re
import time
import uuid
from collections.abc import Awaitable, Callable, MutableMapping
from contextvars import ContextVar
from typing import Any, Final

import structlog
from prometheus_client import Counter, Histogram

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

correlation_id: ContextVar[str] = ContextVar("correlation_id", default="")

REQUESTS = Counter("registry_http_requests_total", "Requests answered", ["method", "route", "status"])
DURATION = Histogram("registry_http_request_seconds", "Time to the answer's first byte", ["method", "route"])

_SAFE_ID: Final = re.compile(rb"^[A-Za-z0-9._-]{8,64}$")
_HEADERS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
)
log = structlog.get_logger()


class Edge:
    """The outermost application.

    Args:
        app: The application inside.
        max_body_bytes: Limit of a request body, unless ``larger`` names the path.
        larger: Paths with a limit of their own, in bytes.
        too_large: The application that answers a request whose body is past its limit.
    """

    def __init__(self, app: App, *, max_body_bytes: int, larger: dict[str, int], too_large: App) -> None:
        self.app = app
        self.max_body_bytes = max_body_bytes
        self.larger = larger
        self.too_large = too_large

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers: dict[bytes, bytes] = dict(scope["headers"])
        given = headers.get(b"x-correlation-id", b"")
        name = given.decode() if _SAFE_ID.match(given) else uuid.uuid4().hex
        correlation_id.set(name)
        started = time.perf_counter()
        status = 500
        over = False

        async def reply(message: Message) -> None:
            nonlocal status
            if over:
                return  # whatever the application made of a body that was cut off
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [
                    *message.get("headers", ()),
                    *_HEADERS,
                    (b"x-correlation-id", name.encode()),
                ]
            await send(message)

        limit = self.larger.get(scope["path"], self.max_body_bytes)
        declared = headers.get(b"content-length", b"0")
        received = 0

        async def bounded() -> Message:
            nonlocal received, over
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                over = True
                return {"type": "http.disconnect"}
            return message

        try:
            over = declared.isdigit() and int(declared) > limit
            if not over:
                try:
                    await self.app(scope, bounded, reply)
                except Exception:
                    if not over:
                        raise
            if over:
                over = False
                await self.too_large(scope, receive, reply)
        finally:
            self._observe(scope, status, time.perf_counter() - started, name)

    def _observe(self, scope: Scope, status: int, seconds: float, name: str) -> None:
        route = getattr(scope.get("route"), "path", "unmatched")
        REQUESTS.labels(scope["method"], route, status).inc()
        DURATION.labels(scope["method"], route).observe(seconds)
        log.info(
            "request_answered",
            method=scope["method"],
            route=route,
            status=status,
            ms=round(seconds * 1000, 1),
            correlation_id=name,
        )
