"""Send mail: through SMTP where a server is named, into files otherwise (development)."""

import asyncio
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from pathlib import Path
from typing import Protocol

from registry.kernel.ids import new_id
from registry.platform.settings import Settings

TIMEOUT_S = 20


@dataclass(frozen=True, slots=True)
class Message:
    """A plain text to one person."""

    recipient: str
    subject: str
    text: str


class MailNowhere(RuntimeError):
    """People wait for mail, and it would be written into files that nobody was told of."""


class Transport(Protocol):
    """How a message leaves."""

    async def send(self, message: Message) -> None:
        """Hand the message over.

        Raises:
            OSError, smtplib.SMTPException: It was not taken; it may be sent again later.
        """


def _composed(message: Message, sender: str) -> EmailMessage:
    composed = EmailMessage()
    composed["From"] = sender
    composed["To"] = message.recipient
    composed["Subject"] = message.subject
    composed["Date"] = formatdate(localtime=False)
    composed["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2].strip("> ") or "localhost")
    composed["Auto-Submitted"] = "auto-generated"
    composed.set_content(message.text)
    return composed


class Files:
    """Writes each message as a file that mail programs open."""

    def __init__(self, directory: Path, sender: str) -> None:
        self._directory = directory
        self._sender = sender

    async def send(self, message: Message) -> None:
        await asyncio.to_thread(self._write, message)

    def _write(self, message: Message) -> None:
        self._directory.mkdir(parents=True, exist_ok=True)
        path = self._directory / f"{new_id()}.eml"
        path.touch(mode=0o600)
        path.write_bytes(_composed(message, self._sender).as_bytes())


class Smtp:
    """Hands each message to an SMTP server, in a connection of its own."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def send(self, message: Message) -> None:
        await asyncio.to_thread(self._send, message)

    def _send(self, message: Message) -> None:
        given = self._settings
        assert given.smtp_host is not None
        context = ssl.create_default_context()
        if given.smtp_security == "tls":
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                given.smtp_host, given.smtp_port, timeout=TIMEOUT_S, context=context
            )
        else:
            connection = smtplib.SMTP(given.smtp_host, given.smtp_port, timeout=TIMEOUT_S)
        with connection:
            if given.smtp_security == "starttls":
                connection.starttls(context=context)
            if given.smtp_username and given.smtp_password:
                connection.login(given.smtp_username, given.smtp_password.get_secret_value())
            connection.send_message(_composed(message, given.mail_sender))


def transport(settings: Settings) -> Transport:
    """Return the transport that the settings name.

    Raises:
        MailNowhere: They name none, in earnest: invitations, resets and warnings would reach nobody. Who wants files
            all the same, for a mail system that collects them, names the directory.
    """
    if settings.smtp_host:
        return Smtp(settings)
    if settings.in_earnest and "mail_directory" not in settings.model_fields_set:
        raise MailNowhere("REGISTRY_SMTP_HOST is not set: invitations, resets and warnings would reach nobody")
    return Files(settings.mail_directory, settings.mail_sender)
