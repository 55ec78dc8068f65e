"""The key of the authorization server: one, sealed."""

import asyncio

import pytest
from sqlalchemy import text

from registry.identity.service.keys import signing_key
from registry.platform.crypto import Keyring, SealBroken, keyring
from registry.platform.database import Database, Role
from registry.platform.settings import Settings


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
