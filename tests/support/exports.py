"""A landlord's https server that exports files, and fails in every way that such servers do."""

import asyncio
import re
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass
class Asked:
    """A request: its method, path with query, and headers by their small names."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes = b""


@dataclass
class Answer:
    """An answer.

    Attributes:
        cut_at: Bytes of the body after which the connection is closed.
        length: The Content-Length that it claims; ``None``: the true one; -1: none.
        silent: It says nothing more after ``cut_at``, and stays connected.
        chunked: Sent in chunks, without a length.
    """

    status: str = "200 OK"
    headers: tuple[str, ...] = ()
    body: bytes = b""
    cut_at: int | None = None
    length: int | None = None
    silent: bool = False
    chunked: bool = False


Answering = Callable[[Asked], Answer]


@dataclass
class Exports:
    """A server on loopback; each request is answered by the next of ``answers``, the last one again and again."""

    port: int = 0
    answers: list[Answer | Answering] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    released: asyncio.Event = field(default_factory=asyncio.Event)

    def url(self, path: str = "/homes.csv") -> str:
        return f"https://localhost:{self.port}{path}"

    @property
    def paths(self) -> list[str]:
        return [asked.path for asked in self.asked]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            first, *lines = head.split("\r\n")
            headers = {
                name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)
            }
            body = await reader.readexactly(int(headers.get("content-length", 0)))
            method, path, _ = first.split(" ")
            asked = Asked(method, path, headers, body)
            self.asked.append(asked)
            given = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
            answer = given if isinstance(given, Answer) else given(asked)
            await self._send(writer, answer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _send(self, writer: asyncio.StreamWriter, answer: Answer) -> None:
        body = answer.body if answer.cut_at is None else answer.body[: answer.cut_at]
        lines = [f"HTTP/1.1 {answer.status}", "Connection: close", *answer.headers]
        if answer.chunked:
            lines.append("Transfer-Encoding: chunked")
            ended = b"0\r\n\r\n" if answer.cut_at is None else b""
            body = (f"{len(body):x}\r\n".encode() + body + b"\r\n" if body else b"") + ended
        elif answer.length != -1:
            lines.append(f"Content-Length: {len(answer.body) if answer.length is None else answer.length}")
        writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        await writer.drain()
        if answer.silent:
            await self.released.wait()


def ranged(body: bytes, etag: str, *headers: str, cut_at: int | None = None) -> Answering:
    """Answer with a file, or the part of it that is asked for if it is still that file."""

    def answering(asked: Asked) -> Answer:
        found = re.fullmatch(r"bytes=(\d+)-", asked.headers.get("range", ""))
        named = (f"ETag: {etag}", *headers)
        if found and asked.headers.get("if-range") == etag:
            start = int(found[1])
            part = f"Content-Range: bytes {start}-{len(body) - 1}/{len(body)}"
            return Answer("206 Partial Content", (*named, part), body[start:], cut_at)
        return Answer("200 OK", named, body, cut_at)

    return answering


@asynccontextmanager
async def export_server(context: ssl.SSLContext) -> AsyncIterator[Exports]:
    """Run a server until the block ends."""
    made = Exports()
    running = await asyncio.start_server(made.serve, "127.0.0.1", 0, ssl=context)
    made.port = running.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        made.released.set()
        running.close()
        await running.wait_closed()
