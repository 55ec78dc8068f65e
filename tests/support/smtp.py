"""A mail server for one test: it takes what it is told to take, and keeps it."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from email.policy import default


@dataclass
class MailServer:
    """A server of RFC 5321 on loopback.

    Attributes:
        refuse: Answer to every recipient, "451 later" for instance; empty: taken.
        taken: Sender, recipient and text of each message.
    """

    port: int = 0
    refuse: str = ""
    taken: list[tuple[str, str, bytes]] = field(default_factory=list)
    connections: int = 0

    @property
    def messages(self) -> list[Message]:
        return [message_from_bytes(text, policy=default) for _, _, text in self.taken]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        sender = recipient = ""

        async def say(line: str) -> None:
            writer.write(f"{line}\r\n".encode())
            await writer.drain()

        try:
            await say("220 registry.test")
            while line := (await reader.readline()).decode().strip():
                verb = line.split(maxsplit=1)[0].upper()
                if verb == "MAIL":
                    sender = _address(line)
                    await say("250 ok")
                elif verb == "RCPT":
                    recipient = _address(line)
                    await say(self.refuse or "250 ok")
                elif verb == "DATA":
                    await say("354 go on")
                    text = await reader.readuntil(b"\r\n.\r\n")
                    self.taken.append((sender, recipient, text[:-3]))
                    await say("250 taken")
                elif verb == "QUIT":
                    await say("221 bye")
                    break
                else:
                    await say("250 registry.test")
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


def _address(line: str) -> str:
    return line.partition("<")[2].partition(">")[0]


@asynccontextmanager
async def mail_server(context: ssl.SSLContext | None = None) -> AsyncIterator[MailServer]:
    """Run a server until the block ends; with ``context`` over TLS from the first byte."""
    made = MailServer()
    running = await asyncio.start_server(made.serve, "127.0.0.1", 0, ssl=context)
    made.port = running.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        running.close()
        await running.wait_closed()
