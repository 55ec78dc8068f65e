"""A proxy of TCP that does what networks do: cuts, slows, and says a thing twice."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

BLOCK: Final = 16_384


@dataclass
class Proxy:
    """Passes connections on to a port of this machine.

    Attributes:
        cut_after: Bytes from the client after which a connection is cut; ``None``: none is.
        wait_s: Before each block from the client is passed on.
        answering: Whether the server's answers reach the client; otherwise the first one cuts the connection.
        twice: What a client says is said to the server once more on a second connection, whose answer nobody reads.
    """

    upstream: int
    cut_after: int | None = None
    wait_s: float = 0.0
    answering: bool = True
    twice: bool = False
    port: int = 0
    cuts: int = 0
    repeated: int = 0
    _open: set[asyncio.StreamWriter] = field(default_factory=set)
    _served: set["asyncio.Task[None]"] = field(default_factory=set)
    _repeats: set["asyncio.Task[None]"] = field(default_factory=set)

    def cut(self) -> None:
        """Cut every connection, without a farewell."""
        self.cuts += bool(self._open)
        for writer in self._open:
            writer.transport.abort()

    async def settled(self) -> None:
        """Wait until every connection has ended, and everything was said for the second time."""
        await asyncio.gather(*self._served)
        await asyncio.gather(*self._repeats)

    def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._served.add(asyncio.create_task(self._serve(reader, writer)))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            above, below = await asyncio.open_connection("127.0.0.1", self.upstream)
        except OSError:
            writer.transport.abort()
            return
        both = {writer, below}
        self._open |= both
        said = bytearray()
        up = asyncio.create_task(self._up(reader, below, said))
        down = asyncio.create_task(self._down(above, writer))
        await asyncio.wait([up, down], return_when=asyncio.FIRST_COMPLETED)
        broken = any(task.done() and task.exception() for task in (up, down))
        for each in both:
            if broken:
                each.transport.abort()
            else:
                each.close()
        for task in (up, down):
            task.cancel()
        await asyncio.gather(up, down, return_exceptions=True)
        self._open -= both
        if said:
            again = asyncio.create_task(self._again(bytes(said)))
            self._repeats.add(again)

    async def _up(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, said: bytearray) -> None:
        passed = 0
        while block := await reader.read(BLOCK):
            if self.wait_s:
                await asyncio.sleep(self.wait_s)
            if self.cut_after is not None and passed + len(block) > self.cut_after:
                writer.write(block[: self.cut_after - passed])
                await writer.drain()
                self.cuts += 1
                raise ConnectionResetError
            passed += len(block)
            if self.twice:
                said += block
            writer.write(block)
            await writer.drain()

    async def _down(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while block := await reader.read(BLOCK):
            if not self.answering:
                self.cuts += 1
                raise ConnectionResetError
            writer.write(block)
            await writer.drain()

    async def _again(self, said: bytes) -> None:
        above, below = await asyncio.open_connection("127.0.0.1", self.upstream)
        below.write(said)
        await below.drain()
        if await above.read(BLOCK):
            self.repeated += 1
        below.close()


@asynccontextmanager
async def proxy(upstream: int) -> AsyncIterator[Proxy]:
    """Serve a proxy on a free port."""
    made = Proxy(upstream)
    server = await asyncio.start_server(made.accept, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        made.cut()
        server.close()
        await made.settled()
