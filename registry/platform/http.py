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


def _correlation_id(given: bytes) -> str:
    """Return the caller's own id where it is safe to repeat, else a new one."""
    return given.decode() if _SAFE_ID.match(given) else uuid.uuid4().hex


class _Exchange:
    """One request on its way in and its answer on its way out.

    Attributes:
        status: Of the answer; 500 until one begins.
        over: The body is past its limit: from there on the application inside reads nothing and says nothing.
    """

    __slots__ = ("_limit", "_name", "_receive", "_received", "_send", "over", "status")

    def __init__(self, receive: Receive, send: Send, *, name: str, limit: int) -> None:
        self._receive, self._send, self._name, self._limit = receive, send, name, limit
        self._received = 0
        self.status = 500
        self.over = False

    async def receive(self) -> Message:
        message = await self._receive()
        self._received += len(message.get("body", b""))
        if self._received > self._limit:
            self.over = True
            return {"type": "http.disconnect"}
        return message

    async def send(self, message: Message) -> None:
        if self.over:
            return  # whatever the application made of a body that was cut off
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message["headers"] = [
                *message.get("headers", ()),
                *_HEADERS,
                (b"x-correlation-id", self._name.encode()),
            ]
        await self._send(message)


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
        name = _correlation_id(headers.get(b"x-correlation-id", b""))
        correlation_id.set(name)
        started = time.perf_counter()
        limit = self.larger.get(scope["path"], self.max_body_bytes)
        exchange = _Exchange(receive, send, name=name, limit=limit)
        declared = headers.get(b"content-length", b"0")
        exchange.over = declared.isdigit() and int(declared) > limit
        try:
            await self._answer(scope, receive, exchange)
        finally:
            self._observe(scope, exchange.status, time.perf_counter() - started, name)

    async def _answer(self, scope: Scope, receive: Receive, exchange: _Exchange) -> None:
        if not exchange.over:
            try:
                await self.app(scope, exchange.receive, exchange.send)
            except Exception:
                if not exchange.over:
                    raise
        if exchange.over:
            exchange.over = False
            await self.too_large(scope, receive, exchange.send)

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
