"""The audit chain: who joined and signed in is in it, and what is changed in it or taken out is found."""

import asyncio
import re
import uuid

import pytest
from fastapi import FastAPI
from sqlalchemy import text

from registry.audit import service as audit
from registry.identity.service import create_organisation
from registry.platform.database import Database, Role, create_engine
from registry.platform.settings import Settings
from tests.support.commands import invoke
from tests.support.database import Server
from tests.support.identity import Member
from tests.support.people import Browser, join

EVENTS = 5


async def chain(settings: Settings) -> uuid.UUID:
    """Write a chain of :data:`EVENTS` events; return whose it is."""
    assert settings.web_database_url
    database = Database(create_engine(settings.web_database_url.get_secret_value()))
    try:
        async with database.transaction(Role.AUTH, actor="tests") as session:
            made = await create_organisation(session=session, name="Bailleur", kind="landlord")
            (begun, _) = await audit.verify(session=session, organisation=made.id)
            for number in range(EVENTS - begun):
                await audit.record(
                    session=session, organisation=made.id, action="identity:key:added", subject=f"client-{number}",
                    detail={"kid": str(number)},
                )  # fmt: skip
    finally:
        await database.dispose()
    return made.id


@pytest.mark.parametrize(
    ("tampering", "found"),
    [
        ('UPDATE audit_events SET detail = detail || \'{"kid": "x"}\' WHERE {own} AND sequence = 3', 3),
        ("UPDATE audit_events SET subject = 'client-x' WHERE {own} AND sequence = 4", 4),
        ("UPDATE audit_events SET actor = 'somebody' WHERE {own} AND sequence = 2", 2),
        ("UPDATE audit_events SET happened_at = happened_at + interval '1 second' WHERE {own} AND sequence = 5", 5),
        ("DELETE FROM audit_events WHERE {own} AND sequence = 3", 4),
        ("DELETE FROM audit_events WHERE {own} AND sequence = 1", 2),
        # Closing the gap does not help: the hash of what came before is in what follows.
        (
            (
                "DELETE FROM audit_events WHERE {own} AND sequence = 3;"
                " UPDATE audit_events SET sequence = sequence - 1 WHERE {own} AND sequence = 4;"
                " UPDATE audit_events SET sequence = sequence - 1 WHERE {own} AND sequence = 5"
            ),
            3,
        ),
        # Nor does computing the hash of a changed event anew.
        (
            (
                "UPDATE audit_events SET subject = 'client-x', hash = audit_hash(previous_hash, organisation_id,"
                " sequence, happened_at, actor, action, 'client-x', detail) WHERE {own} AND sequence = 3"
            ),
            4,
        ),
    ],
    ids=["detail", "subject", "actor", "moment", "taken out", "the first taken out", "gap closed", "hashed anew"],
)
def test_event_that_was_changed_or_taken_out_is_named(
    apart: Settings, server: Server, tampering: str, found: int
) -> None:
    organisation = asyncio.run(chain(apart))
    before = invoke(apart, "audit", "verify", str(organisation))
    assert before.stdout == f"{organisation}: {EVENTS} events, unbroken\n"
    assert apart.web_database_url
    with server.connect(apart.web_database_url.get_secret_value().rpartition("/")[2].partition("?")[0]) as admin:
        admin.execute("SET session_replication_role = replica")  # past the triggers, as only a superuser can
        admin.execute("SET search_path = registry, public")
        for statement in tampering.split(";"):
            changed = admin.execute(statement.replace("{own}", f"organisation_id = '{organisation}'"))
            assert changed.rowcount == 1
    after = invoke(apart, "audit", "verify", str(organisation))
    assert after.exit_code == 1
    assert re.search(rf"event {found} of \d does not fit", after.stderr), after.stderr


async def test_invitation_joining_and_each_sign_in_are_in_the_chain(
    database: Database, settings: Settings, member: Member, app: FastAPI
) -> None:
    person = await join(database, settings, member.id, "landlord_reader")
    browser = Browser(app, settings)
    await browser.open("/account/sign-in")
    await browser.send("/account/sign-in", email=person.email, password=person.password)
    statement = text(
        "SELECT action, subject, detail FROM audit_events WHERE organisation_id = :own"
        " AND (subject = :user OR action = 'identity:member:invited') ORDER BY sequence"
    )

    async def recorded() -> list[tuple[object, ...]]:
        async with database.transaction(Role.LANDLORD, organisation=member.id, actor="tests") as session:
            return [tuple(row) for row in await session.execute(statement, {"own": member.id, "user": str(person.id)})]

    joined: list[tuple[object, ...]] = [
        ("identity:member:invited", "landlord_reader", {}),
        ("identity:member:joined", str(person.id), {"role": "landlord_reader"}),
    ]
    assert await recorded() == joined, "a password alone opens no session"
    await Browser(app, settings).sign_in(person)
    assert await recorded() == [
        *joined,
        ("identity:second_factor:set_up", str(person.id), {}),
        ("identity:session:opened", str(person.id), {}),
    ]
    assert person.email not in str(await recorded())
