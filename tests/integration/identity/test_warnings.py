"""Administrators are warned thirty, seven and one day before a secret of their organisation ends, once each."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from registry import worker
from registry.identity import tasks
from registry.identity.service import add_secret, revoke_secret
from registry.identity.service.clients import NewSecret
from registry.kernel.clock import now
from registry.platform.crypto import Keyring, keyring
from registry.platform.database import Database, Role
from registry.platform.mail import Message
from registry.platform.settings import Settings
from tests.support.database import Server
from tests.support.identity import Enrol, Member
from tests.support.people import Person, join


class Kept:
    """A transport that keeps what it is given."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    async def send(self, message: Message) -> None:
        self.messages.append(message)


@pytest.fixture
def keys(settings: Settings) -> Keyring:
    return keyring(settings)


@pytest.fixture
async def administrator(database: Database, settings: Settings, member: Member) -> Person:
    return await join(database, settings, member.id, "landlord_admin")


async def secret_of(database: Database, member: Member, **left: float) -> NewSecret:
    async with database.transaction(Role.AUTH, actor="tests") as session:
        return await add_secret(session=session, client_id=member.client_id, expires_at=now() + timedelta(**left))


def ends_in(server: Server, database_name: str, secret: NewSecret, **left: float) -> None:
    """Bring the end of a secret nearer."""
    with server.connect(database_name) as admin:
        admin.execute(
            "UPDATE registry.client_secrets SET expires_at = now() + %s WHERE id = %s", (timedelta(**left), secret.id)
        )


async def warned(database: Database, job_database: Database, keys: Keyring, person: Person) -> list[Message]:
    """Run the job, deliver, and return what the person got."""
    await tasks.warn_of_expiring_secrets(job_database, keys)
    return await messages(database, job_database, keys, person)


async def messages(database: Database, job_database: Database, keys: Keyring, person: Person) -> list[Message]:
    """Deliver, and return what the person got."""
    kept = Kept()
    async with database.transaction(Role.AUTH) as session:
        rows = await session.execute(text("SELECT id FROM mails WHERE recipient = :r"), {"r": person.email})
        waiting = [row for row in rows.scalars() if row]
    for mail in waiting:
        await tasks.deliver_mail(job_database, keys, kept, mail)
    return [message for message in kept.messages if "secret" in message.subject.lower()]


async def test_warning_comes_at_thirty_seven_and_one_day_and_once_each(
    database: Database, job_database: Database, keys: Keyring, member: Member, administrator: Person,
    server: Server, database_name: str,
) -> None:  # fmt: skip
    secret = await secret_of(database, member, days=31)
    assert await warned(database, job_database, keys, administrator) == []
    for left, said in ((29.9, 30), (6.9, 7), (0.9, 1)):
        ends_in(server, database_name, secret, days=left)
        (message,) = await warned(database, job_database, keys, administrator)
        assert message.subject == f"Un secret expire dans {said} jour(s) : test"
        assert str(secret.id) in message.text
        assert member.client_id in message.text
        assert secret.secret not in message.text
        assert await warned(database, job_database, keys, administrator) == [], "once"


async def test_secret_that_ends_tomorrow_is_warned_of_once_and_not_three_times(
    database: Database, job_database: Database, keys: Keyring, member: Member, administrator: Person
) -> None:
    await secret_of(database, member, hours=20)
    assert len(await warned(database, job_database, keys, administrator)) == 1
    assert await warned(database, job_database, keys, administrator) == []


async def test_where_nobody_administers_every_member_is_told(
    database: Database, job_database: Database, settings: Settings, keys: Keyring, enrol: Enrol
) -> None:
    partner = await enrol(kind="partner", scopes=("territories:read",))
    one, other = [await join(database, settings, partner.id, "partner") for _ in range(2)]
    await secret_of(database, partner, days=6)
    assert len(await warned(database, job_database, keys, one)) == 1
    assert len(await messages(database, job_database, keys, other)) == 1


async def test_secret_of_which_nobody_could_be_told_is_logged_and_told_to_whom_joins_or_the_hook(
    database: Database, job_database: Database, settings: Settings, keys: Keyring, member: Member,
) -> None:  # fmt: skip
    secret = await secret_of(database, member, days=6)
    for _ in range(2):
        with capture_logs() as logs:
            await tasks.warn_of_expiring_secrets(job_database, keys)
        (line,) = [entry for entry in logs if entry["event"] == "secret_expiry_untold"]
        told = {"client": member.client_id, "secret": str(secret.id), "days": 6}
        assert told in line["secrets"]
    late = await join(database, settings, member.id, "landlord_reader")
    assert len(await warned(database, job_database, keys, late)) == 1


def test_warnings_go_out_hourly_so_that_one_day_before_is_one_day(settings: Settings) -> None:
    app, _ = worker.create_worker(settings)
    (warn,) = [task for task in app.periodic_registry.periodic_tasks.values() if task.task.name == "identity.warn"]
    assert warn.cron == "6 * * * *"


async def test_nobody_is_warned_of_what_no_longer_counts(
    database: Database, job_database: Database, keys: Keyring, member: Member, administrator: Person,
    server: Server, database_name: str,
) -> None:  # fmt: skip
    secret = await secret_of(database, member, days=5)
    async with database.transaction(Role.AUTH, actor="tests") as session:
        await revoke_secret(session=session, client_id=member.client_id, secret_id=secret.id)
    assert await warned(database, job_database, keys, administrator) == []
    over = await secret_of(database, member, days=5)
    ends_in(server, database_name, over, seconds=-1)
    assert await warned(database, job_database, keys, administrator) == []


async def test_administrators_are_told_in_their_language_and_nobody_else_is(
    database: Database, job_database: Database, settings: Settings, keys: Keyring, member: Member,
    administrator: Person, server: Server, database_name: str,
) -> None:  # fmt: skip
    reader = await join(database, settings, member.id, "landlord_reader")
    async with database.transaction(Role.AUTH, actor="tests") as session:
        await session.execute(text("UPDATE users SET language = 'en' WHERE id = :id"), {"id": administrator.id})
    await secret_of(database, member, days=6)
    (message,) = await warned(database, job_database, keys, administrator)
    assert message.subject == "A secret expires in 6 day(s): test"
    assert await warned(database, job_database, keys, reader) == []
