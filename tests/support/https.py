"""An https server for one test: it answers what it is told to answer, and counts."""

import asyncio
import re
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass
class WebServer:
    """A server on loopback that answers every request alike.

    Attributes:
        wait_s: How long it takes to begin its answer.
        asked: What it was asked: from the request line to the last header, and the body.
    """

    port: int = 0
    status: str = "200 OK"
    headers: tuple[str, ...] = ()
    body: bytes = b""
    wait_s: float = 0.0
    asked: list[tuple[str, bytes]] = field(default_factory=list)

    @property
    def heads(self) -> list[str]:
        return [head for head, _ in self.asked]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            length = re.search(r"(?i)^content-length: (\d+)", head, re.MULTILINE)
            self.asked.append((head, await reader.readexactly(int(length[1])) if length else b""))
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
