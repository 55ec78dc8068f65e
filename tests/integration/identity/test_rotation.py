"""Keys change while the service works: the signing key under load, and the master key that seals what is kept."""

import asyncio
import base64
import json
import secrets
import uuid
from typing import Any

import httpx
import pyotp
import pytest
from fastapi import FastAPI
from joserfc import jwt
from joserfc.jwk import KeySet
from pydantic import SecretStr
from sqlalchemy import text

from registry.access.principal import Principal
from registry.audit import service as audit
from registry.identity.service import (
    AuthorizationServer,
    create_organisation,
    list_signing_keys,
    rotate,
)
from registry.identity.service import authorization as authorization_module
from registry.identity.service import mail as mails
from registry.identity.service.account import Sessions, begin_enrolment, confirm_enrolment
from registry.identity.service.keys import signing_key
from registry.platform.crypto import Keyring, SealBroken, generate_master_key, keyring
from registry.platform.database import Database, Role, create_engine
from registry.platform.outbound import Outbound
from registry.platform.settings import Settings
from registry.sync.schemas.sources import SOURCE_EXAMPLE, SourceIn
from registry.sync.service.sources import Vault, put_source
from tests.support.commands import invoke
from tests.support.database import Server
from tests.support.identity import Ask, Member
from tests.support.people import join


def kid_of(token: str) -> str:
    head = token.split(".", maxsplit=1)[0]
    kid: str = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))["kid"]
    return kid


async def test_signing_key_changes_under_load_without_one_failed_request(
    app: FastAPI, database: Database, settings: Settings, server: Server, database_name: str,
    client: httpx.AsyncClient, member: Member, ask: Ask, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Tokens are asked for and used all the while; a reader of our JWKS keeps it for as long as it may."""
    monkeypatch.setattr(authorization_module, "KEY_KEPT_S", 0.2)
    app.state.authorization_server._issuer = None
    statuses: list[int] = []
    signers: list[str] = []
    going = True

    async def use() -> None:
        while going:
            answer = await ask(member.basic)
            statuses.append(answer.status_code)
            token = answer.json()["access_token"]
            signers.append(kid_of(token))
            used = await client.get("/v1/whoami", headers={"Authorization": f"Bearer {token}"})
            statuses.append(used.status_code)
            jwt.decode(token, known, algorithms=["ES256"])  # by a key that was published before

    async def published() -> KeySet:
        return KeySet.import_key_set((await client.get("/oauth/jwks")).json())

    await ask(member.basic)
    known = await published()
    users = [asyncio.create_task(use()) for _ in range(4)]
    try:
        for _ in range(3):
            await asyncio.sleep(1.3)
            known = await published()
            with server.connect(database_name) as admin:  # as if it had been published for long enough
                admin.execute(
                    "UPDATE registry.signing_keys SET created_at = now() - interval '11 minutes' WHERE status = 'next'"
                )
            async with database.transaction(Role.AUTH, actor="tests") as session:
                await rotate(session=session, keys=keyring(settings))
        await asyncio.sleep(1.3)
    finally:
        going = False
        await asyncio.gather(*users)
    assert set(statuses) == {200}
    assert len(set(signers)) == 4, "each of the keys has signed"
    assert len(statuses) > 50


async def test_next_key_that_was_published_just_now_does_not_sign_yet(
    settings: Settings, database: Database, server: Server, database_name: str
) -> None:
    async with database.transaction(Role.AUTH, actor="tests") as session:
        await signing_key(session=session, keys=keyring(settings), rotate_after_days=90)
    with server.connect(database_name) as admin:
        admin.execute("UPDATE registry.signing_keys SET created_at = now() WHERE status = 'next'")
    refused = await asyncio.to_thread(invoke, settings, "keys", "rotate")
    assert refused.exit_code == 1
    assert "Try again in ten minutes" in refused.stderr
    with server.connect(database_name) as admin:
        admin.execute("UPDATE registry.signing_keys SET created_at = now() - interval '1 hour' WHERE status = 'next'")
    done = await asyncio.to_thread(invoke, settings, "keys", "rotate")
    assert done.stdout.endswith(" signs now\n")
    async with database.transaction(Role.AUTH, actor="tests") as session:
        recorded = await session.execute(
            text("SELECT actor, subject FROM audit_events WHERE organisation_id = :service AND action = :action"),
            {"service": audit.SERVICE, "action": "identity:signing_key:rotated"},
        )
        assert ("operator", done.stdout.splitlines()[-1].removesuffix(" signs now")) in [tuple(row) for row in recorded]
    verified = await asyncio.to_thread(invoke, settings, "audit", "verify")
    assert (verified.exit_code, verified.stdout.startswith(f"{audit.SERVICE}: ")) == (0, True)


async def test_rewrap_seals_everything_under_the_new_master_key_and_the_old_one_may_go(apart: Settings) -> None:
    assert apart.web_database_url
    database = Database(create_engine(apart.web_database_url.get_secret_value()))
    old = keyring(apart)
    try:
        await AuthorizationServer(database, apart).start()
        async with database.transaction(Role.AUTH, actor="tests") as session:
            landlord = await create_organisation(session=session, name="Bailleur", kind="landlord")
        person = await join(database, apart, landlord.id, "landlord_admin")
        async with database.transaction(Role.AUTH, actor="tests") as session:
            seed = (await begin_enrolment(session=session, keys=old, user=person.id)).secret
        new = SecretStr(generate_master_key())
        both = apart.model_copy(update={"master_key": new, "previous_master_key": apart.master_key})
        both.model_fields_set.add("previous_master_key")
        only = apart.model_copy(update={"master_key": new})
        with pytest.raises(SealBroken):
            await AuthorizationServer(database, only).start()
        await AuthorizationServer(database, both).start()  # meanwhile, with both
        without = await asyncio.to_thread(invoke, only, "keys", "rewrap")
        assert (without.exit_code, "REGISTRY_PREVIOUS_MASTER_KEY is not set" in without.stderr) == (1, True)
        done = await asyncio.to_thread(invoke, both, "keys", "rewrap")
        assert done.exit_code == 0, done.output
        async with database.transaction(Role.AUTH, actor="tests") as session:
            recorded = await session.execute(
                text("SELECT detail FROM audit_events WHERE organisation_id = :service AND action = :action"),
                {"service": audit.SERVICE, "action": "identity:master_key:changed"},
            )
            assert recorded.scalar_one()["second factors"] == 1
        counted = dict(line.split(": ") for line in done.stdout.splitlines()[:-1])
        assert counted["signing keys"] == "2"
        assert counted["second factors"] == "1"
        assert int(counted["mails"]) >= 1
        await AuthorizationServer(database, only).start()
        async with database.transaction(Role.AUTH, actor="tests") as session:
            again = await begin_enrolment(session=session, keys=keyring(only), user=person.id)
            assert again.secret == seed
            for id_, sealed in await session.execute(text("SELECT id, sealed FROM mails")):
                assert keyring(only).decrypt(bytes(sealed), place=mails._place(id_))
                with pytest.raises(SealBroken):
                    old.decrypt(bytes(sealed), place=mails._place(id_))
        with pytest.raises(SealBroken):
            await AuthorizationServer(database, apart).start()
    finally:
        await database.dispose()


async def test_rewrap_with_the_wrong_previous_key_changes_nothing(apart: Settings) -> None:
    assert apart.web_database_url
    database = Database(create_engine(apart.web_database_url.get_secret_value()))
    try:
        await AuthorizationServer(database, apart).start()

        async def sealed() -> list[Any]:
            async with database.transaction(Role.AUTH) as session:
                return [(row.kid, bytes(row.private_key)) for row in await list_signing_keys(session=session)]

        before = await sealed()
        wrong = SecretStr(generate_master_key())
        changes = {"master_key": SecretStr(generate_master_key()), "previous_master_key": wrong}
        both = apart.model_copy(update=changes)
        both.model_fields_set.add("previous_master_key")
        refused = await asyncio.to_thread(invoke, both, "keys", "rewrap")
        assert refused.exit_code != 0
        assert await sealed() == before
    finally:
        await database.dispose()


async def with_a_source(database: Database, settings: Settings, landlord: uuid.UUID) -> None:
    """Give a landlord a source with a secret."""
    vault = Vault(keyring(settings), Outbound(frozenset({"exports.example"})))
    given = SourceIn.model_validate(SOURCE_EXAMPLE)
    async with database.transaction(Role.LANDLORD, organisation=landlord, actor="tests") as session:
        await put_source(
            session=session, principal=Principal(landlord, "landlord", "tests", frozenset()), vault=vault, name="erp",
            given=given,
        )  # fmt: skip


async def test_service_goes_on_without_what_a_lost_master_key_sealed(apart: Settings) -> None:
    assert apart.web_database_url
    database = Database(create_engine(apart.web_database_url.get_secret_value()))
    new = apart.model_copy(update={"master_key": SecretStr(generate_master_key())})

    async def value(statement: str) -> Any:
        async with database.transaction(Role.AUTH, actor="tests") as session:
            return await session.scalar(text(statement))

    try:
        await AuthorizationServer(database, apart).start()
        async with database.transaction(Role.AUTH, actor="tests") as session:
            landlord = await create_organisation(session=session, name="Bailleur", kind="landlord")
            sealed = keyring(apart).encrypt(b"x", place=f"warning_hooks:{landlord.id}")
            await session.execute(
                text(
                    "INSERT INTO webhook_endpoints (id, organisation_id, name, url, events, secret)"
                    " VALUES (gen_random_uuid(), :o, 'erp', 'https://h.example', '{import.failed}', :s)"
                ),
                {"o": landlord.id, "s": sealed},
            )
        await with_a_source(database, apart, landlord.id)
        loses, keeps = [await join(database, apart, landlord.id, "landlord_admin") for _ in range(2)]
        for person, settings in ((loses, apart), (keeps, new)):  # one set theirs up since
            async with database.transaction(Role.AUTH, actor="tests") as session:
                begun = await begin_enrolment(session=session, keys=keyring(settings), user=person.id)
                await confirm_enrolment(
                    session=session, keys=keyring(settings), user=person.id, code=pyotp.TOTP(begun.secret).now(),
                    network="127.0.0.0/24",
                )  # fmt: skip
                await Sessions(keyring(settings)).open(session=session, user=person.id, strong=True)
        with pytest.raises(SealBroken):
            await AuthorizationServer(database, new).start()
        asked = await asyncio.to_thread(invoke, new, "keys", "forget-sealed")
        assert asked.exit_code == 1
        assert await value("SELECT count(*) FROM signing_keys") == 2
        done = await asyncio.to_thread(invoke, new, "keys", "forget-sealed", "--yes")
        assert done.exit_code == 0, done.output
        assert dict(line.split(": ") for line in done.stdout.splitlines()) == {
            "signing keys": "2", "second factors": "1", "webhook secrets": "1", "replaced webhook secrets": "0",
            "upstream ID tokens": "0", "upstream requests": "0", "mails": "2", "secrets of sources": "1",
        }  # fmt: skip
        await AuthorizationServer(database, new).start()
        for person, left in ((loses, None), (keeps, 10)):
            set_up = await value(
                f"SELECT totp_confirmed_at FROM users WHERE id = '{person.id}' AND totp_seed IS NOT NULL"
            )
            assert (set_up is None) == (left is None)
            assert await value(f"SELECT count(*) FROM recovery_codes WHERE user_id = '{person.id}'") == (left or 0)
            open_ = await value(f"SELECT count(*) FROM sessions WHERE user_id = '{person.id}' AND ended_at IS NULL")
            assert open_ == (1 if left else 0)
        again = await asyncio.to_thread(invoke, new, "keys", "forget-sealed", "--yes")
        assert {line.split(": ")[1] for line in again.stdout.splitlines()} == {"0"}
        listed = await asyncio.to_thread(invoke, new, "audit", "verify", str(landlord.id))
        assert "unbroken" in listed.stdout
        recorded = "SELECT count(*) FROM audit_events WHERE action IN"
        assert (
            await value(f"{recorded} ('identity:member:second_factor_forgotten', 'webhooks:endpoint:forgotten')") == 2
        )
        assert await value(f"{recorded} ('identity:signing_key:forgotten')") == 2
    finally:
        await database.dispose()


def test_keyring_opens_with_the_previous_key_what_it_sealed_and_seals_with_the_new_one() -> None:
    old, new = secrets.token_bytes(32), secrets.token_bytes(32)
    sealed = Keyring(old).encrypt(b"x", place="p")
    both = Keyring(new, old)
    assert both.decrypt(sealed, place="p") == b"x"
    assert Keyring(new).decrypt(both.encrypt(b"y", place="p"), place="p") == b"y"
