"""Tokens issued and refused stand as counts in the organisation's chain, by client and hour."""

import asyncio
import uuid
from datetime import timedelta
from typing import Any

import httpx
import pytest
import time_machine
from fastapi import FastAPI
from sqlalchemy import text

from registry.audit import service as audit
from registry.identity import tasks
from registry.identity.service.token_counts import TokenCounts
from registry.kernel.clock import now
from registry.platform.database import Database, Role
from registry.platform.settings import Settings
from tests.support.commands import invoke
from tests.support.identity import Ask, Member, Sign


async def counted(database: Database, organisation: uuid.UUID) -> list[tuple[str, dict[str, Any]]]:
    async with database.transaction(Role.AUTH) as session:
        rows = await session.execute(
            text("SELECT subject, detail FROM audit_events WHERE organisation_id = :o"
                 " AND action = 'identity:tokens:counted' ORDER BY sequence"), {"o": organisation},
        )  # fmt: skip
        return [(subject, {**detail}) for subject, detail in rows]


async def chain_later(app: FastAPI, job_database: Database, *, hours: float = 1.1) -> int:
    """Flush what this process has counted, and run the job when the hour is over."""
    await app.state.authorization_server.counts.flush()
    with time_machine.travel(now() + timedelta(hours=hours), tick=True):
        return await tasks.chain_token_counts(job_database)


async def test_issued_and_refused_tokens_are_chained_by_client_and_hour(
    app: FastAPI, database: Database, job_database: Database, member: Member, key_member: Member, ask: Ask,
    assertion: Sign, settings: Settings,
) -> None:  # fmt: skip
    hour = now().replace(minute=0, second=0, microsecond=0)
    for _ in range(3):
        assert (await ask(member.basic)).status_code == 200
    for _ in range(2):
        assert (await ask((member.client_id, "wrong"))).status_code == 401
    assert (await ask(member.basic, scope="stock:delete")).json()["error"] == "invalid_scope"
    signed = assertion(key_member)
    assert [(await ask(**signed)).status_code for _ in range(2)] == [200, 401]
    assert await counted(database, member.id) == []
    assert await chain_later(app, job_database) >= 2
    refused = {"invalid_client": 2, "invalid_scope": 1}
    (found,) = await counted(database, member.id)
    if now().replace(minute=0, second=0, microsecond=0) == hour:  # the hour did not end meanwhile
        assert found == (member.client_id, {"hour": hour.isoformat(), "issued": 3, "refused": refused})
    assert [detail["issued"] for _, detail in await counted(database, key_member.id)] == [1]
    await chain_later(app, job_database, hours=2.1)
    assert len(await counted(database, member.id)) == 1, "what is chained is not chained again"
    async with database.transaction(Role.AUTH) as session:
        count, broken = await audit.verify(session=session, organisation=member.id)
    assert broken is None
    verified = await asyncio.to_thread(invoke, settings, "audit", "verify", str(member.id))
    assert verified.stdout == f"{member.id}: {count} events, unbroken\n"


async def test_present_hour_is_left_until_it_is_over(
    app: FastAPI, database: Database, job_database: Database, member: Member, ask: Ask
) -> None:
    await ask(member.basic)
    await app.state.authorization_server.counts.flush()
    with time_machine.travel(now().replace(minute=30), tick=True):
        await tasks.chain_token_counts(job_database)
    assert await counted(database, member.id) == []


async def test_client_that_does_not_exist_is_counted_for_nobody(
    app: FastAPI, database: Database, ask: Ask, member: Member
) -> None:
    await app.state.authorization_server.counts.flush()
    await ask(("client-0123456789abcdef", "wrong"))
    await ask(("nobody's", "wrong"))
    assert not app.state.authorization_server.counts._counts


async def test_counts_of_processes_add_up_and_survive_a_failed_flush(
    database: Database, member: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = TokenCounts(database), TokenCounts(database)
    for counts in (one, other):
        for _ in range(2):
            counts.count(member.id, member.client_id, "issued")

    def broken(*_: object, **__: object) -> None:
        raise failure

    for failure in (httpx.ConnectError("no database"), asyncio.CancelledError()):
        with monkeypatch.context() as patch:
            patch.setattr(database, "transaction", broken)
            with pytest.raises(type(failure)):
                await one.flush()
    one.count(member.id, member.client_id, "issued")
    await one.flush()
    await other.flush()
    async with database.transaction(Role.AUTH, organisation=member.id, actor="tests") as session:
        rows = await session.execute(text("SELECT sum(answers) FROM token_counts"))
        assert rows.scalar_one() == 5
