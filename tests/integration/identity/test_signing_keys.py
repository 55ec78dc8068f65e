"""The keys of the authorization server: sealed, and changed without a failed request."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from sqlalchemy import text

from registry.identity.errors import NextKeyTooYoung
from registry.identity.service.keys import (
    key_set,
    list_signing_keys,
    public_keys,
    rotate,
    signing_key,
    verification_key,
)
from registry.platform.crypto import Keyring, SealBroken, keyring
from registry.platform.database import Database, Role, create_engine
from registry.platform.settings import Settings
from tests.support.database import Server, fresh_name


async def test_signing_key_is_made_once_by_any_number_of_processes(database: Database, settings: Settings) -> None:
    async def ensure() -> str | None:
        async with database.transaction(Role.AUTH) as session:
            return (await signing_key(session=session, keys=keyring(settings), rotate_after_days=90)).kid

    kids = await asyncio.gather(*(ensure() for _ in range(8)))
    assert len(set(kids)) == 1
    assert kids[0]


async def test_signing_key_is_stored_sealed(database: Database, settings: Settings) -> None:
    async with database.transaction(Role.AUTH) as session:
        key = await signing_key(session=session, keys=keyring(settings), rotate_after_days=90)
        row = (
            await session.execute(
                text("SELECT public_jwk, private_key FROM signing_keys WHERE kid = :kid"), {"kid": key.kid}
            )
        ).one()
    assert "d" not in row.public_jwk
    assert key.as_dict(private=True)["d"].encode() not in row.private_key  # type: ignore[union-attr]


async def test_signing_key_under_another_master_key_is_refused(database: Database, settings: Settings) -> None:
    async with database.transaction(Role.AUTH) as session:
        await signing_key(session=session, keys=keyring(settings), rotate_after_days=90)
        with pytest.raises(SealBroken):
            await signing_key(session=session, keys=Keyring(b"x" * 32), rotate_after_days=90)


@dataclass(frozen=True)
class Keys:
    """The keys of a database of their own, which a test may make older."""

    server: Server
    name: str
    database: Database
    keyring: Keyring

    def age(self, status: str, column: str, interval: str) -> None:
        with self.server.connect(self.name) as admin:
            changed = admin.execute(
                f"UPDATE registry.signing_keys SET {column} = now() - CAST(%s AS interval) WHERE status = %s",
                [interval, status],
            )
            assert changed.rowcount == 1

    async def signing(self) -> str:
        async with self.database.transaction(Role.AUTH, actor="tests") as session:
            found = await signing_key(session=session, keys=self.keyring, rotate_after_days=90)
        return str(found.kid)

    async def rotate(self) -> str:
        async with self.database.transaction(Role.AUTH, actor="tests") as session:
            return await rotate(session=session, keys=self.keyring)

    async def named(self, status: str) -> str:
        async with self.database.transaction(Role.AUTH, actor="tests") as session:
            (found,) = [row.kid for row in await list_signing_keys(session=session) if row.status == status]
        return found

    async def published(self) -> set[str]:
        async with self.database.transaction(Role.AUTH, actor="tests") as session:
            return {key["kid"] for key in (await key_set(session=session))["keys"]}


@pytest.fixture
async def keys(server: Server, settings: Settings) -> AsyncIterator[Keys]:
    name = fresh_name()
    server.clone(name)
    database = Database(create_engine(server.url(name, "registry_web")))
    yield Keys(server, name, database, keyring(settings))
    await database.dispose()
    server.drop(name)


async def test_key_signs_only_once_it_was_published_for_ten_minutes(keys: Keys) -> None:
    first = await keys.signing()
    following = await keys.named("next")
    for interval in ("0 seconds", "595 seconds"):
        keys.age("next", "created_at", interval)
        with pytest.raises(NextKeyTooYoung):
            await keys.rotate()
        assert await keys.signing() == first
    keys.age("next", "created_at", "601 seconds")
    assert await keys.rotate() == following
    assert await keys.signing() == following
    with pytest.raises(NextKeyTooYoung):
        await keys.rotate()


async def test_next_and_retired_keys_are_published(keys: Keys) -> None:
    first = await keys.signing()
    second = await keys.named("next")
    assert await keys.published() == {first, second}
    keys.age("next", "created_at", "1 hour")
    await keys.rotate()
    third = await keys.named("next")
    assert await keys.published() == {first, second, third}
    keys.age("retired", "retired_at", "25 hours")
    keys.age("next", "created_at", "1 hour")
    await keys.rotate()
    assert await keys.published() == {second, third, await keys.named("next")}, "nothing of the first is in use"


async def test_retired_key_is_published_for_a_day_and_then_forgotten_without_another_rotation(keys: Keys) -> None:
    first = await keys.signing()
    keys.age("next", "created_at", "1 hour")
    await keys.rotate()
    async with keys.database.transaction(Role.AUTH, actor="tests") as session:
        assert await session.run_sync(verification_key, first)
    keys.age("retired", "retired_at", "23 hours 59 minutes")
    assert first in await keys.published()
    keys.age("retired", "retired_at", "24 hours 1 minute")
    assert first not in await keys.published()
    async with keys.database.transaction(Role.AUTH, actor="tests") as session:
        assert await session.run_sync(verification_key, first) is None
        assert first not in {key["kid"] for key in await public_keys(session=session)}
    assert await keys.named("retired") == first, "nobody published or signed since"
    await keys.signing()
    async with keys.database.transaction(Role.AUTH, actor="tests") as session:
        assert {row.status for row in await list_signing_keys(session=session)} == {"active", "next"}


async def test_key_changes_by_schedule(keys: Keys) -> None:
    first = await keys.signing()
    following = await keys.named("next")
    keys.age("active", "activated_at", "89 days 23 hours")
    keys.age("next", "created_at", "89 days 23 hours")
    assert await keys.signing() == first
    keys.age("active", "activated_at", "91 days")
    assert set(await asyncio.gather(*(keys.signing() for _ in range(8)))) == {following}
    assert await keys.signing() == following


async def test_key_that_is_too_old_signs_on_where_the_next_one_is_too_young(keys: Keys) -> None:
    first = await keys.signing()
    keys.age("active", "activated_at", "91 days")
    assert await keys.signing() == first
