"""An https server for one test: it answers what it is told to answer, and counts."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass
class WebServer:
    """A server on loopback that answers every request alike.

    Attributes:
        wait_s: How long it takes to begin its answer.
        heads: What it was asked, from the request line to the last header.
    """

    port: int = 0
    status: str = "200 OK"
    headers: tuple[str, ...] = ()
    body: bytes = b""
    wait_s: float = 0.0
    heads: list[str] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            self.heads.append((await reader.readuntil(b"\r\n\r\n")).decode())
            await asyncio.sleep(self.wait_s)
            lines = [f"HTTP/1.1 {self.status}", f"Content-Length: {len(self.body)}", "Connection: close", *self.headers]
            writer.write("\r\n".join([*lines, "", ""]).encode() + self.body)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def web_server(context: ssl.SSLContext) -> AsyncIterator[WebServer]:
    """Run a server until the block ends."""
    made = WebServer()
    running = await asyncio.start_server(made.serve, "127.0.0.1", 0, ssl=context)
    made.port = running.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        running.close()
        await running.wait_closed()
