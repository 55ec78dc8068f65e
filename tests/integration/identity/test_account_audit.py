"""What happens to the credentials of a person stands in the chains of their organisations."""

import secrets
from datetime import timedelta

from fastapi import FastAPI
from sqlalchemy import text

from registry.audit import service as audit
from registry.identity.repository import people
from registry.identity.service import account
from registry.identity.service.account import links
from registry.kernel.clock import now
from registry.platform.crypto import keyring
from registry.platform.database import Database, Role
from registry.platform.settings import Settings
from tests.support.identity import Enrol, Member
from tests.support.people import Browser, Person, join

NEW = "une girafe bleue danse"


async def recorded(database: Database, member: Member, person: Person) -> list[str]:
    """Return what the chain says of a person, and prove that it holds."""
    async with database.transaction(Role.AUTH, actor="tests") as session:
        assert (await audit.verify(session=session, organisation=member.id))[1] is None
        rows = await session.execute(
            text(
                "SELECT action FROM audit_events WHERE organisation_id = :own AND subject = :user"
                " AND action NOT LIKE 'identity:session:%' ORDER BY sequence"
            ),
            {"own": member.id, "user": str(person.id)},
        )
        return list(rows.scalars())


async def test_second_factor_and_password_reset_are_recorded_wherever_the_person_works(
    app: FastAPI, database: Database, settings: Settings, member: Member, enrol: Enrol
) -> None:
    person, other = await join(database, settings, member.id, "landlord_admin"), await enrol()
    await join(database, settings, other.id, "landlord_reader", email=person.email)
    await Browser(app, settings).sign_in(person)
    token = secrets.token_urlsafe(32)
    async with database.transaction(Role.AUTH, actor="tests") as session:
        await people.insert_link(
            session,
            {
                "digest": links.digest(token), "purpose": "password_reset", "email": person.email, "user_id": person.id,
                "expires_at": now() + timedelta(hours=1),
            },
        )  # fmt: skip
    async with database.transaction(Role.AUTH, actor="tests") as session:
        await account.reset_password(session=session, keys=keyring(settings), token=token, password=NEW)
    for own in (member, other):
        assert await recorded(database, own, person) == [
            "identity:member:joined", "identity:second_factor:set_up", "identity:password:reset",
        ]  # fmt: skip
