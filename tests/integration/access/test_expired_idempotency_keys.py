"""An idempotency key, and the answer it keeps, does not outlive its day."""

import uuid

from sqlalchemy import text

from registry.access import idempotency, repository
from registry.access.principal import OwnOrganisation
from registry.platform.database import Database, Role
from tests.support.members import Member


async def test_keys_of_yesterday_are_deleted_and_those_of_today_stay(
    database: Database, job_database: Database, landlord: Member
) -> None:
    own = OwnOrganisation(uuid.UUID(str(landlord.id)))
    async with database.transaction(Role.LANDLORD, organisation=own, actor="tests") as session:
        for key in ("yesterday", "today"):
            await repository.insert_key(session, own, "/homes:batch", key, b"\x00" * 32)
        await session.execute(
            text("UPDATE idempotency_keys SET created_at = now() - interval '25 hours' WHERE key = 'yesterday'")
        )

    await idempotency.expire(job_database)

    async with database.transaction(Role.LANDLORD, organisation=own, actor="tests") as session:
        kept = await session.execute(text("SELECT key FROM idempotency_keys"))
        assert kept.scalars().all() == ["today"]
