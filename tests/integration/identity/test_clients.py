"""OAuth clients and their secrets."""

import asyncio
import hashlib
import re
from datetime import timedelta

import pytest
from sqlalchemy import text

from registry.identity.errors import (
    AuthMethodInvalid,
    ClientNameInvalid,
    ClientRevoked,
    ClientUnknown,
    OrganisationUnknown,
    ScopeNotAllowed,
    SecretExpiryInvalid,
    SecretUnknown,
    TooManySecrets,
)
from registry.identity.service import (
    NewSecret,
    add_secret,
    create_client,
    list_clients,
    list_secrets,
    revoke_client,
    revoke_secret,
)
from registry.kernel.clock import now
from registry.kernel.ids import new_id
from registry.platform.database import Database, Role
from tests.support.identity import Ask, Enrol, Member


async def test_secret_is_scannable_and_only_its_digest_is_stored(database: Database, member: Member) -> None:
    assert re.fullmatch(r"areg_[A-Za-z0-9_-]{43}", member.client_secret)
    async with database.transaction(Role.AUTH) as session:
        [stored] = await list_secrets(session=session, client_id=member.client_id)
    assert stored.digest == hashlib.sha256(member.client_secret.encode()).digest()


async def test_client_by_key_has_no_secret_and_cannot_get_one(database: Database, key_member: Member) -> None:
    assert key_member.client_secret == ""
    async with database.transaction(Role.AUTH) as session:
        assert await list_secrets(session=session, client_id=key_member.client_id) == []
        with pytest.raises(AuthMethodInvalid):
            await add_secret(session=session, client_id=key_member.client_id)


@pytest.mark.parametrize("scopes", [(), ("stock:delete",), ("stock:read",)])
async def test_client_with_scopes_beyond_its_organisations_kind_is_refused(
    enrol: Enrol, scopes: tuple[str, ...]
) -> None:
    with pytest.raises(ScopeNotAllowed):
        await enrol(kind="coordinator", scopes=scopes)


@pytest.mark.parametrize(
    ("auth_method", "jwks"),
    [("none", None), ("private_key_jwt", None), ("client_secret_basic", {"keys": []})],
)
async def test_client_whose_method_and_keys_do_not_fit_is_refused(
    database: Database, member: Member, auth_method: str, jwks: dict[str, list[str]] | None
) -> None:
    async with database.transaction(Role.AUTH) as session:
        with pytest.raises(AuthMethodInvalid):
            await create_client(
                session=session,
                organisation=member.id,
                name="x",
                scopes=["stock:read"],
                auth_method=auth_method,
                jwks=jwks,
            )


async def test_client_of_nobody_or_without_a_name_is_refused(database: Database, member: Member) -> None:
    async with database.transaction(Role.AUTH) as session:
        with pytest.raises(OrganisationUnknown):
            await create_client(session=session, organisation=new_id(), name="x", scopes=["stock:read"])
        with pytest.raises(ClientNameInvalid):
            await create_client(session=session, organisation=member.id, name=" ", scopes=["stock:read"])


async def test_third_secret_is_refused_even_in_parallel(database: Database, member: Member) -> None:
    async def add() -> NewSecret:
        async with database.transaction(Role.AUTH) as session:
            return await add_secret(session=session, client_id=member.client_id)

    results = await asyncio.gather(*(add() for _ in range(5)), return_exceptions=True)
    assert sorted(type(result).__name__ for result in results) == ["NewSecret"] + ["TooManySecrets"] * 4
    async with database.transaction(Role.AUTH) as session:
        assert len(await list_secrets(session=session, client_id=member.client_id)) == 2


async def test_secrets_overlap_until_the_old_one_is_revoked(database: Database, member: Member, ask: Ask) -> None:
    async with database.transaction(Role.AUTH) as session:
        new = await add_secret(session=session, client_id=member.client_id)
    assert (await ask(member.basic)).status_code == 200
    assert (await ask((member.client_id, new.secret))).status_code == 200
    async with database.transaction(Role.AUTH) as session:
        old = (await list_secrets(session=session, client_id=member.client_id))[0]
        assert old.last_used_at is not None
        await revoke_secret(session=session, client_id=member.client_id, secret_id=old.id)
    assert (await ask(member.basic)).status_code == 401
    assert (await ask((member.client_id, new.secret))).status_code == 200
    async with database.transaction(Role.AUTH) as session:
        with pytest.raises(SecretUnknown):
            await revoke_secret(session=session, client_id=member.client_id, secret_id=old.id)
        await add_secret(session=session, client_id=member.client_id)  # there is room again


async def test_secret_past_its_date_is_refused_and_makes_room(database: Database, member: Member, ask: Ask) -> None:
    async with database.transaction(Role.AUTH) as session:
        with pytest.raises(SecretExpiryInvalid):
            await add_secret(session=session, client_id=member.client_id, expires_at=now() - timedelta(seconds=1))
        end = now() + timedelta(seconds=0.5)
        expired = await add_secret(session=session, client_id=member.client_id, expires_at=end)
    await asyncio.sleep((end - now()).total_seconds() + 0.1)
    assert (await ask((member.client_id, expired.secret))).status_code == 401
    async with database.transaction(Role.AUTH) as session:
        await add_secret(session=session, client_id=member.client_id)
        with pytest.raises(TooManySecrets):
            await add_secret(session=session, client_id=member.client_id)


async def test_revoked_client_gets_no_token_and_no_secret(database: Database, member: Member, ask: Ask) -> None:
    async with database.transaction(Role.AUTH) as session:
        await revoke_client(session=session, client_id=member.client_id)
    assert (await ask(member.basic)).json()["error"] == "invalid_client"
    async with database.transaction(Role.AUTH) as session:
        with pytest.raises(ClientRevoked):
            await add_secret(session=session, client_id=member.client_id)
        with pytest.raises(ClientRevoked):
            await revoke_client(session=session, client_id=member.client_id)
        [listed] = await list_clients(session=session, organisation=member.id)
    assert (listed.client_id, listed.status) == (member.client_id, "revoked")


async def test_secret_of_another_client_cannot_be_revoked(database: Database, enrol: Enrol) -> None:
    one, other = await enrol(), await enrol()
    async with database.transaction(Role.AUTH) as session:
        [secret] = await list_secrets(session=session, client_id=other.client_id)
        with pytest.raises(SecretUnknown):
            await revoke_secret(session=session, client_id=one.client_id, secret_id=secret.id)
        with pytest.raises(ClientUnknown):
            await revoke_secret(session=session, client_id="client-nobody", secret_id=secret.id)
        with pytest.raises(ClientUnknown):
            await revoke_client(session=session, client_id="client-nobody")
        with pytest.raises(ClientUnknown):
            await add_secret(session=session, client_id="client-nobody")


async def test_credential_changes_are_audited_without_the_secret(database: Database, member: Member) -> None:
    async with database.transaction(Role.AUTH) as session:
        added = await add_secret(session=session, client_id=member.client_id)
        await revoke_secret(session=session, client_id=member.client_id, secret_id=added.id)
        await revoke_client(session=session, client_id=member.client_id)
        events = (
            await session.execute(
                text("SELECT action, subject, detail::text FROM audit_events WHERE organisation_id = :id"
                     " ORDER BY sequence"),
                {"id": member.id},
            )
        ).all()  # fmt: skip
    assert [event.action for event in events[1:]] == [
        "identity:client:created",
        "identity:secret:added",
        "identity:secret:revoked",
        "identity:client:revoked",
    ]
    assert {event.subject for event in events[1:]} == {member.client_id}
    assert not any("areg_" in event.detail for event in events)
