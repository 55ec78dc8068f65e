"""Mail leaves through files or an SMTP server, once; what is not taken waits, and is given up in the end."""

import asyncio
import stat
import uuid
from collections.abc import AsyncIterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from registry.identity import tasks
from registry.identity.service import mail as mails
from registry.platform.crypto import Keyring, keyring
from registry.platform.database import Database, Role
from registry.platform.mail import Files, MailNowhere, Smtp, transport
from registry.platform.settings import Settings
from tests.support.certificates import for_localhost
from tests.support.database import Server
from tests.support.smtp import MailServer, mail_server


@pytest.fixture
def keys(settings: Settings) -> Keyring:
    return keyring(settings)


@pytest.fixture
async def smtp() -> AsyncIterator[MailServer]:
    async with mail_server() as running:
        yield running


def by_smtp(settings: Settings, port: int, security: str = "none") -> Smtp:
    changes = {"smtp_host": "127.0.0.1", "smtp_port": port, "smtp_security": security}
    made = transport(settings.model_copy(update={**changes, "mail_sender": "Registre <registre@registry.test>"}))
    assert isinstance(made, Smtp)
    return made


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"environment": "production"}, None),
        ({"base_url": "https://registre.example"}, None),
        ({"environment": "production", "mail_directory": Path("collected")}, Files),
        ({"environment": "production", "smtp_host": "mail.example"}, Smtp),
        ({"environment": "development"}, Files),
    ],
    ids=["production", "over https", "files on purpose", "smtp", "development"],
)
def test_mail_goes_into_files_in_earnest_only_on_purpose(
    server: Server, database_name: str, changes: dict[str, Any], kind: type | None
) -> None:
    given = server.settings(database_name, **changes)
    if kind is None:
        with pytest.raises(MailNowhere, match="REGISTRY_SMTP_HOST"):
            transport(given)
    else:
        assert type(transport(given)) is kind


async def queued(database: Database, keys: Keyring, recipient: str) -> uuid.UUID:
    """Write a mail to somebody; return its id."""
    async with database.transaction(Role.AUTH, actor="tests") as session:
        await mails.queue(
            session=session, keys=keys, kind=mails.Kind.PASSWORD_RESET, recipient=recipient, language="fr",
            link="https://registry.test/account/reset/0123456789",
        )  # fmt: skip
        found = await session.execute(text("SELECT id FROM mails WHERE recipient = :r"), {"r": recipient})
        id_: uuid.UUID = found.scalar_one()
    return id_


async def attempts(database: Database, mail: uuid.UUID) -> int | None:
    """Return how often a mail was tried in vain; ``None``: nothing of it is left."""
    async with database.transaction(Role.AUTH) as session:
        found = await session.execute(text("SELECT attempts FROM mails WHERE id = :id"), {"id": mail})
        tried: int | None = found.scalar_one_or_none()
    return tried


@pytest.fixture
def recipient() -> str:
    return f"{uuid.uuid4().hex[:12]}@bailleur.example"


async def test_mail_is_a_file_that_only_its_owner_reads_while_no_server_is_named(
    database: Database, job_database: Database, settings: Settings, keys: Keyring, recipient: str, tmp_path: Path
) -> None:
    mail = await queued(database, keys, recipient)
    files = transport(settings.model_copy(update={"mail_directory": tmp_path / "mail", "smtp_host": None}))
    assert await tasks.deliver_mail(job_database, keys, files, mail)
    (written,) = (tmp_path / "mail").iterdir()
    assert stat.S_IMODE(written.stat().st_mode) == 0o600
    message = message_from_bytes(written.read_bytes(), policy=default)
    assert (message["To"], message["Subject"], message["Auto-Submitted"]) == (
        recipient, "Nouveau mot de passe", "auto-generated",
    )  # fmt: skip
    assert "https://registry.test/account/reset/0123456789" in message.get_content()
    assert await attempts(database, mail) is None, "what it said is kept nowhere"
    assert not await tasks.deliver_mail(job_database, keys, files, mail), "sent once"
    assert len(list((tmp_path / "mail").iterdir())) == 1


async def test_link_of_a_mail_stands_nowhere_in_clear_while_it_waits(
    database: Database, keys: Keyring, recipient: str
) -> None:
    mail = await queued(database, keys, recipient)
    async with database.transaction(Role.AUTH) as session:
        row = (await session.execute(text("SELECT m::text FROM mails m WHERE id = :id"), {"id": mail})).scalar_one()
    assert b"0123456789".hex() not in row
    assert "reset/" not in row


async def test_mail_is_handed_to_the_server_in_both_alphabets(
    database: Database, job_database: Database, settings: Settings, keys: Keyring, recipient: str, smtp: MailServer
) -> None:
    mail = await queued(database, keys, recipient)
    assert await tasks.deliver_mail(job_database, keys, by_smtp(settings, smtp.port), mail)
    ((sender, to, _),) = smtp.taken
    assert (sender, to) == ("registre@registry.test", recipient)
    (message,) = smtp.messages
    assert message["From"] == "Registre <registre@registry.test>"
    assert message["Message-ID"].endswith("@registry.test>")
    assert "Un nouveau mot de passe a été demandé" in message.get_content()  # type: ignore[attr-defined]


async def test_two_workers_send_one_mail_once(
    database: Database, job_database: Database, settings: Settings, keys: Keyring, recipient: str, smtp: MailServer
) -> None:
    mail = await queued(database, keys, recipient)
    sent = await asyncio.gather(
        *(tasks.deliver_mail(job_database, keys, by_smtp(settings, smtp.port), mail) for _ in range(4))
    )
    assert sorted(sent) == [False, False, False, True]
    assert len(smtp.taken) == 1


async def test_mail_that_is_not_taken_waits_and_leaves_with_the_next_round(
    database: Database, job_database: Database, settings: Settings, keys: Keyring, recipient: str, smtp: MailServer,
    server: Server, database_name: str,
) -> None:  # fmt: skip
    out = by_smtp(settings, smtp.port)
    mail = await queued(database, keys, recipient)
    smtp.refuse = "451 later"
    assert not await tasks.deliver_mail(job_database, keys, out, mail)
    assert await attempts(database, mail) == 1
    smtp.refuse = ""
    await tasks.deliver_waiting(job_database, keys, out)
    assert recipient not in {to for _, to, _ in smtp.taken}, "what has just been tried rests for two minutes"
    _older(server, database_name, mail, attempts=1)
    while recipient not in {to for _, to, _ in smtp.taken}:  # those of other tests may be older, so many a round
        assert await tasks.deliver_waiting(job_database, keys, out) >= 1
    assert await attempts(database, mail) is None


async def test_mail_that_nobody_takes_is_given_up_after_eight_times(
    database: Database, job_database: Database, settings: Settings, keys: Keyring, recipient: str, smtp: MailServer,
    server: Server, database_name: str,
) -> None:  # fmt: skip
    mail = await queued(database, keys, recipient)
    smtp.refuse = "550 nobody of this name"
    with server.connect(database_name) as admin:  # those of other tests may be due as well
        admin.execute("DELETE FROM registry.mails WHERE id <> %s", (mail,))
    _older(server, database_name, mail, attempts=7)
    await tasks.deliver_waiting(job_database, keys, by_smtp(settings, smtp.port))
    assert await attempts(database, mail) == 8
    before = smtp.connections
    await tasks.deliver_waiting(job_database, keys, by_smtp(settings, smtp.port))
    assert (await attempts(database, mail), smtp.connections) == (8, before)


async def test_mail_whose_seal_cannot_be_opened_does_not_hold_up_the_others(
    database: Database, job_database: Database, settings: Settings, keys: Keyring, recipient: str, smtp: MailServer,
    server: Server, database_name: str,
) -> None:  # fmt: skip
    lost, good = await queued(database, keys, f"lost-{recipient}"), await queued(database, keys, recipient)
    with server.connect(database_name) as admin:  # those of other tests may be due as well
        admin.execute("DELETE FROM registry.mails WHERE id <> ALL(%s)", ([lost, good],))
        admin.execute("UPDATE registry.mails SET sealed = sealed || '\\x00'::bytea WHERE id = %s", (lost,))
    for mail in (lost, good):
        _older(server, database_name, mail, attempts=1)
    await tasks.deliver_waiting(job_database, keys, by_smtp(settings, smtp.port))
    found = await attempts(database, lost), await attempts(database, good)
    with server.connect(database_name) as admin:  # whoever seals all of them anew could not open this one
        admin.execute("DELETE FROM registry.mails WHERE id = %s", (lost,))
    assert found == (2, None)


def _older(server: Server, database_name: str, mail: uuid.UUID, *, attempts: int) -> None:
    with server.connect(database_name) as admin:
        admin.execute(
            "UPDATE registry.mails SET created_at = now() - interval '3 minutes', attempts = %s WHERE id = %s",
            (attempts, mail),
        )


async def test_server_that_is_not_there_costs_nobody_their_mail(
    database: Database, job_database: Database, settings: Settings, keys: Keyring, recipient: str
) -> None:
    async with mail_server() as gone:
        port = gone.port
    mail = await queued(database, keys, recipient)
    assert not await tasks.deliver_mail(job_database, keys, by_smtp(settings, port), mail)
    assert await attempts(database, mail) == 1


async def test_server_that_cannot_prove_its_name_gets_no_mail(
    database: Database, job_database: Database, settings: Settings, keys: Keyring, recipient: str, tmp_path: Path
) -> None:
    _, context = for_localhost(tmp_path)
    mail = await queued(database, keys, recipient)
    async with mail_server(context) as impostor:
        assert not await tasks.deliver_mail(job_database, keys, by_smtp(settings, impostor.port, "tls"), mail)
        assert impostor.taken == []
    assert await attempts(database, mail) == 1


async def test_server_that_does_not_encrypt_gets_no_mail_where_starttls_is_set(
    database: Database, job_database: Database, settings: Settings, keys: Keyring, recipient: str, smtp: MailServer
) -> None:
    mail = await queued(database, keys, recipient)
    assert not await tasks.deliver_mail(job_database, keys, by_smtp(settings, smtp.port, "starttls"), mail)
    assert smtp.taken == []
