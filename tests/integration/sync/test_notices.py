"""People and systems of a landlord are told when a source fails for good, and each week that it says nothing."""

import uuid
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.charter.schemas import Terms
from registry.identity import tasks as identity
from registry.kernel.text import Text
from registry.platform.crypto import Keyring, keyring
from registry.platform.database import Database, Role
from registry.platform.mail import Message
from registry.platform.settings import Settings
from registry.sync.service import schedule
from registry.sync.service.notices import Notices
from registry.sync.service.pulls_fetch import Known
from registry.sync.source_errors import SourceRefuses
from registry.sync.tasks.schedule import warn_of_stale
from tests.support import territory as territories
from tests.support.database import BASE_URL, Server
from tests.support.members import Member
from tests.support.people import Person, join
from tests.support.sources import PUSH, Desk
from tests.support.transfers import Kept


class Place:
    """A landlord with a source, and what reaches it."""

    def __init__(self, desk: Desk, jobs: Database, auth: Database, keys: Keyring, server: Server, name: str) -> None:
        self.desk, self.jobs, self.keys = desk, jobs, keys
        self._auth, self._server, self._name = auth, server, name
        self.posted: list[tuple[uuid.UUID, str, dict[str, Any]]] = []
        self.notices = Notices(keys, BASE_URL, self._notify)

    async def _notify(self, session: AsyncSession, organisation: uuid.UUID, kind: str, data: dict[str, Any]) -> None:
        if organisation == self.desk.member.id:
            self.posted.append((organisation, kind, data))

    def set(self, source: str, values: str, table: str = "sync_sources") -> None:
        with self._server.connect(self._name) as admin:
            admin.execute(f"UPDATE registry.{table} SET {values} WHERE id = %s".encode(), (source,))

    async def messages(self) -> list[Message]:
        """Deliver what waits for the landlord's people, and return it."""
        kept = Kept()
        async with self._auth.transaction(Role.AUTH) as session:
            asked = text("SELECT id FROM mails WHERE organisation_id = :own AND kind LIKE 'source%' ORDER BY id")
            waiting = list((await session.execute(asked, {"own": self.desk.member.id})).scalars())
        for mail in waiting:
            await identity.deliver_mail(self.jobs, self.keys, kept, mail)
        return sorted(kept.messages, key=lambda message: message.recipient)

    async def warn(self) -> list[Message]:
        await warn_of_stale(self.jobs, self.notices)
        return await self.messages()


@pytest.fixture
def place(
    client: httpx.AsyncClient, landlord: Member, job_database: Database, database: Database, settings: Settings,
    server: Server, database_name: str,
) -> Place:  # fmt: skip
    return Place(Desk(client, landlord), job_database, database, keyring(settings), server, database_name)


@pytest.fixture
async def people(database: Database, settings: Settings, landlord: Member) -> dict[str, Person]:
    roles = ("landlord_admin", "landlord_publisher", "landlord_searcher", "landlord_reader")
    return {role: await join(database, settings, landlord.id, role) for role in roles}


async def test_who_may_do_something_about_it_is_written_to_once_in_a_row_of_failures(
    place: Place, people: dict[str, Person]
) -> None:
    source = await place.desk.put("erp", PUSH, 201)
    failure = SourceRefuses(Text("Le serveur répond 404.", "The server answers 404."))
    for _ in range(3):
        async with place.jobs.transaction(Role.JOB) as session:
            await schedule.failed(
                session=session, source=uuid.UUID(source["id"]), failure=failure, notices=place.notices
            )
    messages = await place.messages()
    told = {people[role].email for role in ("landlord_admin", "landlord_publisher")}
    assert [message.recipient for message in messages] == sorted(told)
    assert "« erp »" in messages[0].subject
    assert "Le serveur répond 404." in messages[0].text
    assert place.desk.member.name in messages[0].text
    assert f"\n{BASE_URL}/console/sources\n" in messages[0].text, "without software of one's own too"
    assert "GET /v1/sources/erp" in messages[0].text
    ((_, kind, data),) = place.posted
    assert kind == "source.failed"
    assert data == {
        "source": "erp", "source_id": source["id"], "code": "source-refuses", "failures": 1, "next_run_at": None,
    }  # fmt: skip


async def test_failure_is_told_in_the_language_of_who_reads_it(
    place: Place, database: Database, settings: Settings, landlord: Member
) -> None:
    await join(database, settings, landlord.id, "landlord_admin", language="en")
    source = uuid.UUID((await place.desk.put("erp", PUSH, 201))["id"])
    failure = SourceRefuses(Text("Le serveur répond 404.", "The server answers 404."))
    async with place.jobs.transaction(Role.JOB) as session:
        await schedule.failed(session=session, source=source, failure=failure, notices=place.notices)
    (message,) = await place.messages()
    assert "The server answers 404." in message.text
    assert f"The console shows how the source stands:\n{BASE_URL}/console/sources\n" in message.text
    place.set(str(source), "created_at = timestamptz '2026-04-03 22:30Z'")
    (warned,) = await place.warn()
    assert "Since 4 Apr 2026, 00:30 (Paris time)" in warned.text


async def test_next_row_of_failures_is_told_again(place: Place, people: dict[str, Person]) -> None:
    source = uuid.UUID((await place.desk.put("erp", PUSH, 201))["id"])
    for _ in range(2):
        async with place.jobs.transaction(Role.JOB) as session:
            await schedule.failed(session=session, source=source, failure=SourceRefuses(), notices=place.notices)
        async with place.jobs.transaction(Role.JOB) as session:
            await schedule.succeeded(session=session, source=source, known=Known())
    assert len(place.posted) == 2


async def test_source_that_says_nothing_is_warned_of_each_week_until_it_does(
    place: Place, people: dict[str, Person]
) -> None:
    source = (await place.desk.put("erp", PUSH, 201))["id"]
    assert await place.warn() == [], "it is new"
    place.set(source, "created_at = now() - interval '34 days'")
    assert await place.warn() == []
    place.set(source, "created_at = now() - interval '36 days'")
    messages = await place.warn()
    assert len(messages) == 2
    assert "36 jours" in messages[0].text
    assert "35 jours" in messages[0].text
    assert f"\n{BASE_URL}/console/sources\n" in messages[0].text
    ((_, kind, data),) = place.posted
    assert (kind, data["source"], data["freshness_days"]) == ("source.stale", "erp", 35)
    assert await place.warn() == [], "once a week"
    place.set(source, "stale_warned_at = now() - interval '6 days 23 hours'")
    assert await place.warn() == []
    place.set(source, "stale_warned_at = now() - interval '7 days 1 minute'")
    assert len(await place.warn()) == 2
    place.set(source, "confirmed_at = now()", "stock_sources")
    assert await place.warn() == []
    place.set(source, "confirmed_at = now() - interval '36 days'", "stock_sources")
    place.set(source, "stale_warned_at = now() - interval '37 days'")
    assert len(await place.warn()) == 2, "another staleness"


async def test_charter_says_how_long_is_too_long(
    place: Place, database: Database, job_database: Database, client: httpx.AsyncClient, people: dict[str, Person]
) -> None:
    source = (await place.desk.put("erp", PUSH, 201))["id"]
    place.set(source, "confirmed_at = now() - interval '12 days'", "stock_sources")
    assert await place.warn() == []
    there = await territories.create(database, job_database, client, terms=Terms(freshness_days=10))
    await territories.sign(database, there, [place.desk.member])
    assert len(await place.warn()) == 2


async def test_source_of_changes_is_fresh_while_they_come(place: Place, people: dict[str, Person]) -> None:
    source = (await place.desk.put("erp", {**PUSH, "mode": "delta"}, 201))["id"]
    place.set(source, "created_at = now() - interval '90 days', applied_at = now() - interval '30 days'")
    assert await place.warn() == []
    place.set(source, "applied_at = now() - interval '40 days'")
    assert len(await place.warn()) == 2


async def test_suspended_organisation_is_not_warned(place: Place, people: dict[str, Person]) -> None:
    source = (await place.desk.put("erp", PUSH, 201))["id"]
    place.set(source, "created_at = now() - interval '90 days'")
    place.set(str(place.desk.member.id), "status = 'suspended'", "organisations")
    assert await place.warn() == []
