"""HTTP at the edge: correlation id, access log, metrics, limits, and the headers every answer carries.

One plain ASGI middleware; it costs microseconds, which a chain of request/response middlewares would not. It also does
what no handler should have to think of: HEAD is GET without the body, an address is UTF-8 or refused, and a client that
goes away takes its request with it.
"""

import asyncio
import re
import time
import uuid
from collections.abc import Awaitable, Callable, MutableMapping
from contextvars import ContextVar
from typing import Any, Final
from urllib.parse import unquote_to_bytes

import structlog
from prometheus_client import Counter, Histogram

from registry.kernel.errors import BadRequest, RegistryError, TooLarge
from registry.kernel.text import Text

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

correlation_id: ContextVar[str] = ContextVar("correlation_id", default="")

REQUESTS = Counter("registry_http_requests_total", "Requests answered", ["method", "route", "status"])
DURATION = Histogram("registry_http_request_seconds", "Time to the answer's first byte", ["method", "route"])

WATCH_AFTER_S: Final = 0.1
"""How long a request runs before it is asked whether its client is still there."""
DRAIN_S: Final = 2.0
"""How long the rest of a refused body is read, so that the client can finish sending and read the answer."""
GONE: Final = 499

_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"})
_BEYOND_ASCII: Final = re.compile(rb"%[89A-Fa-f]|[^\x00-\x7f]")
_SAFE_ID: Final = re.compile(rb"^[A-Za-z0-9._-]{8,64}$")
_HEADERS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
)
log = structlog.get_logger()


class BodyOverLimit(TooLarge):
    title = Text("Le corps de la requête dépasse la limite", "The request body is above the limit")
    remedy = Text("Envoyez moins à la fois, en plusieurs lots.", "Send less at a time, in several batches.")


class AddressUnreadable(BadRequest):
    title = Text("L'adresse n'est pas de l'UTF-8 valide", "The address is not valid UTF-8")
    remedy = Text("Encodez chaque octet UTF-8 en %XX.", "Percent-encode each byte of UTF-8 as %XX.")


class Edge:
    """The outermost application.

    Args:
        app: The application inside.
        max_body_bytes: Limit of a request body, unless ``larger`` names the path.
        larger: Paths with a limit of their own, in bytes.
        refusal: The application that answers with an error.
    """

    def __init__(
        self, app: App, *, max_body_bytes: int, larger: dict[str, int], refusal: Callable[[RegistryError], App]
    ) -> None:
        self.app = app
        self.max_body_bytes = max_body_bytes
        self.larger = larger
        self.refusal = refusal
        self.running: set[_Exchange] = set()
        self._sweeping = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = self.larger.get(scope["path"], self.max_body_bytes)
        exchange = _Exchange(scope, receive, send, limit)
        correlation_id.set(exchange.name)
        self.running.add(exchange)
        if not self._sweeping:
            self._sweep()
        try:
            await self._answer(exchange)
        finally:
            self.running.discard(exchange)
            exchange.observe()

    def _sweep(self) -> None:
        """Look after the requests that take long. One timer for all: one for each would cost more than the edge."""
        now = time.perf_counter()
        for exchange in self.running:
            exchange.watch(now)
        self._sweeping = bool(self.running)
        if self._sweeping:
            asyncio.get_running_loop().call_later(WATCH_AFTER_S, self._sweep)

    async def _answer(self, exchange: "_Exchange") -> None:
        if not _is_utf8(exchange.scope):
            await self.refusal(AddressUnreadable())(exchange.scope, exchange.receive, exchange.reply)
            return
        if not exchange.over:
            try:
                await exchange.run(self.app)
            except Exception:
                if not exchange.over:
                    raise
        if exchange.over:
            await exchange.refuse(self.refusal(BodyOverLimit(headers={"Connection": "close"})))


class _Exchange:
    """One request and its answer."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, limit: int) -> None:
        headers: dict[bytes, bytes] = dict(scope["headers"])
        given = headers.get(b"x-correlation-id", b"")
        declared = headers.get(b"content-length", b"0")
        self.name = given.decode() if _SAFE_ID.match(given) else uuid.uuid4().hex
        self.method: str = scope["method"]
        self.is_head = self.method == "HEAD"
        # A copy: the server looks at its own for what HEAD means on the wire.
        self.scope = {**scope, "method": "GET"} if self.is_head else scope
        self.limit = limit
        self.over = declared.isdigit() and int(declared) > limit
        self.status = 500
        self.answered = False
        self._receive, self._send = receive, send
        self._received = 0
        self._body_read = declared == b"0" and b"transfer-encoding" not in headers
        self._end_told = False
        self._task: asyncio.Task[Any] | None = None
        self._watch: asyncio.Task[None] | None = None
        self._gone = False
        self._started = time.perf_counter()

    async def run(self, app: App) -> None:
        """Run the application; cancel it if the client goes away."""
        self._task = task = asyncio.current_task()
        assert task is not None
        try:
            await app(self.scope, self.receive, self.reply)
        except asyncio.CancelledError:
            if not self._gone:
                raise
            task.uncancel()
            self.status = GONE
        finally:
            self._task = None
            if self._watch is not None:
                self._watch.cancel()

    def watch(self, now: float) -> None:
        """Ask whether the client is still there, if that has not been asked and the request has run for a while.

        What the application is still reading of the body is not taken from it: then the question waits.
        """
        task = self._task
        if task is not None and self._watch is None and self._body_read and now - self._started > WATCH_AFTER_S:
            self._watch = asyncio.create_task(self._watch_client(task))

    async def _watch_client(self, task: asyncio.Task[Any]) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        if not self.answered:
            self._gone = True
            task.cancel()

    async def receive(self) -> Message:
        if self._watch is not None and self._body_read:  # the client's next word is for the watch
            if not self._end_told:
                self._end_told = True
                return {"type": "http.request", "body": b"", "more_body": False}
            await asyncio.shield(self._watch)
            return {"type": "http.disconnect"}
        message = await self._receive()
        self._received += len(message.get("body", b""))
        if self._received > self.limit:
            self.over = True
            return {"type": "http.disconnect"}
        if not message.get("more_body"):
            self._body_read = self._end_told = True
        return message

    async def reply(self, message: Message) -> None:
        if self.over:
            return  # whatever the application makes of a body that was cut off
        await self._reply(message)

    async def _reply(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            given = list(message.get("headers", ()))
            names = {name for name, _ in given}
            ours = [header for header in _HEADERS if header[0] not in names]  # pages state a policy of their own
            message["headers"] = [*given, *ours, (b"x-correlation-id", self.name.encode())]
        elif self.is_head and message["type"] == "http.response.body":
            message = {**message, "body": b""}
        self.answered = message["type"] == "http.response.body" and not message.get("more_body")
        await self._send(message)

    async def refuse(self, refusal: App) -> None:
        """Answer with ``refusal`` before the body has come in, and let the client finish all the same.

        A connection that is closed while the client still sends is reset, and the answer is lost with it. So the
        answer goes out, what still comes is read and thrown away for a while, and only then the answer ends.
        """
        end: Message = {"type": "http.response.body", "body": b"", "more_body": False}

        async def hold_open(message: Message) -> None:
            await self._reply({**message, "more_body": True} if message["type"] == "http.response.body" else message)

        await refusal(self.scope, self._receive, hold_open)
        try:
            async with asyncio.timeout(DRAIN_S):
                while (message := await self._receive())["type"] == "http.request" and message.get("more_body"):
                    pass
        except TimeoutError:
            pass
        await self._reply(end)

    def observe(self) -> None:
        seconds = time.perf_counter() - self._started
        route = route_of(self.scope)
        method = self.method if self.method in _METHODS else "other"
        REQUESTS.labels(method, route, self.status).inc()
        DURATION.labels(method, route).observe(seconds)
        log.info(
            "request_answered",
            method=method,
            route=route,
            status=self.status,
            ms=round(seconds * 1000, 1),
            correlation_id=self.name,
        )


def route_of(scope: Scope) -> str:
    """Return the address's template with the prefixes of every router that it is included in.

    What is logged and counted of a request: the address itself may hold a link's token.
    """
    effective = scope.get("fastapi", {}).get("effective_route_context") or scope.get("route")
    return getattr(effective, "path", "unmatched")


def _is_utf8(scope: Scope) -> bool:
    for raw in (scope.get("raw_path") or b"", scope["query_string"]):
        if _BEYOND_ASCII.search(raw):
            try:
                unquote_to_bytes(raw).decode()
            except UnicodeDecodeError:
                return False
    return True
