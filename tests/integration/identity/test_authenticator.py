"""The verification of access tokens: what is believed, and for how long."""

import asyncio
import base64
import hmac
import json
import secrets
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from joserfc import jws
from joserfc.jwk import ECKey
from sqlalchemy import event, text

from registry.access.errors import TokenInvalid
from registry.access.principal import Presented, Principal
from registry.identity.models import AccessToken
from registry.identity.service import Authenticator, revoke_client, suspend_organisation
from registry.identity.service import authentication as authentication_module
from registry.identity.service import keys as signing_keys
from registry.platform.crypto import keyring
from registry.platform.database import Database, Role
from registry.platform.settings import Settings
from tests.support.database import BASE_URL
from tests.support.identity import Ask, Enrol, InsertClient, Member, claims_at

Forge = Callable[..., Awaitable[str]]
CACHE_S = 30.0
"""More than a busy machine takes between two lines of a test, and less than the public keys are kept."""


def as_bearer(token: str) -> Presented:
    return Presented(token, "GET", f"{BASE_URL}/v1/homes")


class Clock:
    """The authenticator's clock, which tests put ahead."""

    ahead_s = 0.0

    def monotonic(self) -> float:
        return time.monotonic() + self.ahead_s

    def time(self) -> float:
        return time.time() + self.ahead_s


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(authentication_module, "time", made)
    return made


@pytest.fixture
def authenticator(database: Database, settings: Settings) -> Authenticator:
    return Authenticator(database, settings.model_copy(update={"token_cache_s": CACHE_S}))


@pytest.fixture
async def token(ask: Ask, member: Member) -> str:
    issued: str = (await ask(member.basic)).json()["access_token"]
    return issued


@pytest.fixture
async def signing_key(database: Database, settings: Settings) -> ECKey:
    async with database.transaction(Role.AUTH) as session:
        return await signing_keys.signing_key(session=session, keys=keyring(settings), rotate_after_days=90)


@pytest.fixture
def forge(signing_key: ECKey, settings: Settings, member: Member, database: Database) -> Forge:
    """A token like ours, with ``claims`` and ``header`` overridden (``None`` leaves one out).

    Its ``jti`` is noted as issued to ``member``; with ``noted`` to the client and organisation that it names.
    """

    async def sign(*, header: dict[str, Any] | None = None, key: Any = None, noted: bool = False, **claims: Any) -> str:
        now = int(time.time())
        head = {"alg": "ES256", "typ": "at+jwt", "kid": signing_key.kid, **(header or {})}
        body = {
            "iss": settings.base_url,
            "aud": f"{settings.base_url}/v1",
            "sub": member.client_id,
            "client_id": member.client_id,
            "org": str(member.id),
            "scope": "stock:read",
            "iat": now,
            "exp": now + 600,
            "jti": str(uuid.uuid4()),
            **{name: str(value) if isinstance(value, uuid.UUID) else value for name, value in claims.items()},
        }
        async with database.transaction(Role.AUTH) as session:
            session.add(
                AccessToken(
                    jti=uuid.UUID(str(body["jti"])),
                    organisation_id=uuid.UUID(str(body["org"])) if noted else member.id,
                    client_id=body["client_id"] if noted else member.client_id,
                    credential="a secret",
                    expires_at=datetime.now(UTC) + timedelta(minutes=10),
                )
            )
        return jws.serialize_compact(
            {name: value for name, value in head.items() if value is not None},
            json.dumps(claims_at(now, body)),
            key or signing_key,
            algorithms=[head["alg"]],
        )

    return sign


@pytest.fixture
async def statements(database: Database) -> AsyncIterator[list[str]]:
    """What is sent to the database."""
    sent: list[str] = []

    def note(conn: Any, cursor: Any, statement: str, *rest: Any) -> None:
        sent.append(statement)

    event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    yield sent
    event.remove(database.engine.sync_engine, "before_cursor_execute", note)


def looks_at_standing(statements: list[str]) -> int:
    return sum("territories_in_force" in statement for statement in statements)


async def test_token_names_one_client_of_one_organisation(
    authenticator: Authenticator, token: str, member: Member
) -> None:
    claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    assert await authenticator.authenticate(as_bearer(token)) == Principal(
        organisation_id=member.id,
        kind="landlord",
        client_id=member.client_id,
        scopes=frozenset({"stock:read", "stock:write", "listings:read", "territories:read"}),
        territories={},
        expires_at=datetime.fromtimestamp(claims["exp"], UTC),
    )


async def test_token_forged_with_the_right_key_is_believed(authenticator: Authenticator, forge: Forge) -> None:
    assert (await authenticator.authenticate(as_bearer(await forge()))).scopes == {"stock:read"}


async def test_scopes_are_cut_to_what_client_and_kind_allow_now(
    authenticator: Authenticator, forge: Forge, enrol: Enrol, insert_client: InsertClient
) -> None:
    coordinator = await enrol(kind="coordinator", scopes=("listings:read",))
    client_id = await insert_client(coordinator.id, ["listings:read", "stock:read"])
    token = await forge(
        client_id=client_id,
        org=coordinator.id,
        noted=True,
        scope="listings:read territories:read stock:read invented",
    )
    principal = await authenticator.authenticate(as_bearer(token))
    assert principal.scopes == {"listings:read"}


@pytest.mark.parametrize(
    ("header", "claims"),
    [
        ({"typ": "JWT"}, {}),
        ({"typ": None}, {}),
        ({"kid": None}, {}),
        ({"kid": "unknown"}, {}),
        ({}, {"iss": "https://elsewhere.example"}),
        ({}, {"iss": None}),
        ({}, {"aud": "https://elsewhere.example/v1"}),
        ({}, {"aud": None}),
        ({}, {"aud": []}),
        ({}, {"exp": timedelta(0)}),
        ({}, {"exp": timedelta(seconds=-3)}),
        ({}, {"exp": None}),
        ({}, {"exp": "later"}),
        ({}, {"iat": timedelta(minutes=15)}),
        ({}, {"iat": None}),
        ({}, {"nbf": timedelta(minutes=15)}),
        ({}, {"client_id": "client-0000000000000000"}),
        ({}, {"client_id": None}),
        ({}, {"org": "00000000-0000-4000-8000-000000000000"}),
        ({}, {"org": None}),
        ({}, {"org": "not-a-uuid"}),
        ({}, {"org": [1]}),
        ({}, {"scope": None}),
    ],
    ids=str,
)
async def test_token_that_is_not_quite_ours_is_refused(
    authenticator: Authenticator, forge: Forge, header: dict[str, Any], claims: dict[str, Any]
) -> None:
    with pytest.raises(TokenInvalid):
        await authenticator.authenticate(as_bearer(await forge(header=header, **claims)))


async def test_token_of_one_client_for_another_organisation_is_refused(
    authenticator: Authenticator, forge: Forge, enrol: Enrol
) -> None:
    other = await enrol()
    with pytest.raises(TokenInvalid):
        await authenticator.authenticate(as_bearer(await forge(org=str(other.id))))


async def test_principal_knows_the_territories_in_force_for_it(
    authenticator: Authenticator, forge: Forge, enrol: Enrol, database: Database
) -> None:
    coordinator = await enrol(kind="coordinator", scopes=("listings:read",))
    slugs = [f"territoire-{secrets.token_hex(4)}" for _ in range(2)]
    async with database.transaction(Role.COORDINATOR, organisation=coordinator.id) as session:
        first, second = [
            await session.scalar(
                text(
                    "INSERT INTO territories (slug, name, coordinator_id, srid)"
                    " VALUES (:slug, 'T', :coordinator, 2154) RETURNING id"
                ),
                {"slug": slug, "coordinator": coordinator.id},
            )
            for slug in slugs
        ]
        for territory, status in ((first, "in_force"), (second, "draft")):
            await session.execute(
                text(
                    "INSERT INTO charters (id, territory_id, version, status, terms, in_force_from)"
                    " VALUES (gen_random_uuid(), :territory, 1, :status, '{}', now())"
                ),
                {"territory": territory, "status": status},
            )
    token = await forge(client_id=coordinator.client_id, org=coordinator.id, noted=True, scope="listings:read")
    assert (await authenticator.authenticate(as_bearer(token))).territories == {slugs[0]: first}


async def test_token_that_proves_nothing_is_refused(
    authenticator: Authenticator, forge: Forge, signing_key: ECKey
) -> None:
    good = await forge()
    header, claims, signature = good.split(".")

    def segment(value: Any) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    attacker = ECKey.generate_key("P-256", {"kid": str(signing_key.kid)})
    public = attacker.as_dict(private=False)

    def keyed(secret: bytes) -> str:
        """Return a token by HS256, as a careless verifier would check it with our public key."""
        signed = f"{segment({'alg': 'HS256', 'typ': 'at+jwt', 'kid': signing_key.kid})}.{claims}"
        mac = hmac.digest(secret, signed.encode(), "sha256")
        return f"{signed}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"

    pem = signing_key.as_pem(private=False)
    bad = [
        "",
        "x",
        "é" * 10,
        "\ud800",
        f"{segment({'alg': 'none', 'typ': 'at+jwt', 'kid': signing_key.kid})}.{claims}.",
        f"{header}.{claims}.",
        f"{header}.{claims}.{signature[:-4]}AAAA",
        f"{header}.{segment({'client_id': 'x'})}.{signature}",
        f"{header}.{segment(json.loads('[' * 500 + ']' * 500))}.{signature}",
        f"{header}.{claims}.{signature}" + "A" * 4096,
        await forge(key=attacker),
        await forge(key=attacker, header={"jwk": public}),
        await forge(header={"jwk": public}),
        keyed(pem),
        keyed(pem.strip()),
        keyed(signing_key.as_der(private=False)),
        keyed(json.dumps(signing_key.as_dict(private=False)).encode()),
        await forge(header={"crit": ["typ"]}),
    ]
    for token in bad:
        with pytest.raises(TokenInvalid):
            await authenticator.authenticate(as_bearer(token))
    assert (await authenticator.authenticate(as_bearer(good))).scopes == {"stock:read"}


async def test_oversized_token_is_refused_without_a_look_at_keys_or_database(
    authenticator: Authenticator, statements: list[str]
) -> None:
    with pytest.raises(TokenInvalid):
        await authenticator.authenticate(as_bearer("a." * 100_000))
    assert statements == []


async def test_verified_token_is_believed_for_the_time_of_the_cache(
    authenticator: Authenticator, token: str, statements: list[str], clock: Clock
) -> None:
    first = await authenticator.authenticate(as_bearer(token))
    assert looks_at_standing(statements) == 1
    assert await authenticator.authenticate(as_bearer(token)) is first
    assert looks_at_standing(statements) == 1
    clock.ahead_s = CACHE_S
    await authenticator.authenticate(as_bearer(token))
    assert looks_at_standing(statements) == 2


async def test_cached_token_is_not_believed_past_its_end(
    authenticator: Authenticator, forge: Forge, clock: Clock
) -> None:
    token = await forge(exp=time.time() + CACHE_S - 5)
    await authenticator.authenticate(as_bearer(token))
    clock.ahead_s = CACHE_S - 5
    with pytest.raises(TokenInvalid):
        await authenticator.authenticate(as_bearer(token))


async def test_parallel_first_uses_of_a_token_share_one_look(
    authenticator: Authenticator, token: str, statements: list[str]
) -> None:
    principals = await asyncio.gather(*(authenticator.authenticate(as_bearer(token)) for _ in range(50)))
    assert len(set(map(id, principals))) == 1
    assert looks_at_standing(statements) == 1


async def test_caller_that_goes_away_does_not_take_the_others_with_it(
    authenticator: Authenticator, token: str, member: Member
) -> None:
    first = asyncio.create_task(authenticator.authenticate(as_bearer(token)))
    second = asyncio.create_task(authenticator.authenticate(as_bearer(token)))
    await asyncio.sleep(0)
    first.cancel()
    assert (await second).client_id == member.client_id
    assert first.cancelled() or first.cancelling()


async def test_refused_token_is_not_remembered_as_pending(authenticator: Authenticator) -> None:
    for _ in range(3):
        results = await asyncio.gather(
            *(authenticator.authenticate(as_bearer("x")) for _ in range(3)), return_exceptions=True
        )
        assert [type(result) for result in results] == [TokenInvalid] * 3
    assert authenticator._pending == {}


async def test_cache_keeps_the_newest_tokens_within_its_bound(
    authenticator: Authenticator, forge: Forge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(authentication_module, "CACHE_ENTRIES", 2)
    tokens = [await forge() for _ in range(3)]
    principals = [await authenticator.authenticate(as_bearer(token)) for token in tokens]
    assert len(authenticator._trusted) == 2
    assert await authenticator.authenticate(as_bearer(tokens[2])) is principals[2]
    assert await authenticator.authenticate(as_bearer(tokens[0])) is not principals[0]


async def test_suspended_organisation_stops_within_the_time_of_the_cache(
    authenticator: Authenticator, token: str, member: Member, job_database: Database, clock: Clock
) -> None:
    await authenticator.authenticate(as_bearer(token))
    async with job_database.transaction(Role.JOB) as session:
        await suspend_organisation(session=session, organisation=member.id)
    clock.ahead_s = CACHE_S
    with pytest.raises(TokenInvalid):
        await authenticator.authenticate(as_bearer(token))


async def test_revoked_client_stops_within_the_time_of_the_cache(
    authenticator: Authenticator, token: str, member: Member, database: Database, clock: Clock
) -> None:
    await authenticator.authenticate(as_bearer(token))
    async with database.transaction(Role.AUTH) as session:
        await revoke_client(session=session, client_id=member.client_id)
    clock.ahead_s = CACHE_S
    with pytest.raises(TokenInvalid):
        await authenticator.authenticate(as_bearer(token))


async def test_unknown_key_ids_cost_one_query_an_interval(
    authenticator: Authenticator, forge: Forge, statements: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(authentication_module, "KEYS_ASKED_EVERY_S", 30.0)
    for i in range(20):
        with pytest.raises(TokenInvalid):
            await authenticator.authenticate(as_bearer(await forge(header={"kid": f"invented{i}"})))
    assert sum("signing_keys" in statement for statement in statements) == 1


async def test_key_made_after_the_keys_were_read_is_found(
    authenticator: Authenticator,
    forge: Forge,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await authenticator.authenticate(as_bearer(await forge()))
    new = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"})
    kid = new.thumbprint()
    async with database.transaction(Role.AUTH) as session:
        await session.execute(
            text("INSERT INTO signing_keys (kid, public_jwk, private_key, status) VALUES (:kid, :jwk, '', 'retired')"),
            {"kid": kid, "jwk": json.dumps({**new.as_dict(private=False), "kid": kid})},
        )
    monkeypatch.setattr(authentication_module, "KEYS_ASKED_EVERY_S", 0.0)
    assert (await authenticator.authenticate(as_bearer(await forge(key=new, header={"kid": kid})))).scopes == {
        "stock:read"
    }
