"""private_key_jwt (RFC 7523): what a signed assertion must be, and that it works once."""

import asyncio
import base64
import json
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from registry.identity.service import create_client
from registry.identity.service.oauth import client as oauth_client
from registry.platform.database import Database, Role
from registry.platform.settings import Settings
from tests.support.identity import ASSERTION_TYPE, Ask, Member, Sign


def segment(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def refused(answer: httpx.Response) -> bool:
    assert answer.headers["cache-control"] == "no-store"
    return (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


@pytest.mark.parametrize("path", ["", "/oauth/token"])
async def test_assertion_for_the_issuer_or_the_token_endpoint_is_accepted(
    ask: Ask, key_member: Member, assertion: Sign, settings: Settings, path: str
) -> None:
    answer = await ask(**assertion(key_member, aud=settings.base_url + path))
    assert answer.status_code == 200
    assert answer.json()["scope"].split()


@pytest.mark.parametrize("algorithm", ["RS256", "PS256"])
async def test_assertion_by_an_rsa_key_among_several_is_accepted(
    ask: Ask, database: Database, key_member: Member, assertion: Sign, algorithm: str
) -> None:
    keys = [RSAKey.generate_key(2048, {"kid": f"rsa{i}"}) for i in range(2)]
    async with database.transaction(Role.AUTH) as session:
        made = await create_client(
            session=session,
            organisation=key_member.id,
            name="rsa",
            scopes=["stock:read"],
            auth_method="private_key_jwt",
            jwks={"keys": [key.as_dict(private=False) for key in keys] + [key_member.key.as_dict(private=False)]},
        )
    member = Member(key_member.id, made.client_id, "", key_member.key)
    for key in keys:
        for kid in (key.kid, None):
            form = assertion(member, key=key, header={"alg": algorithm, "kid": kid})
            assert (await ask(**form)).status_code == 200
    assert refused(await ask(**assertion(member, key=keys[0], header={"alg": algorithm, "kid": "rsa1"})))


async def test_assertion_is_accepted_once_of_twenty_parallel_uses(
    ask: Ask, key_member: Member, assertion: Sign
) -> None:
    form = assertion(key_member)
    answers = await asyncio.gather(*(ask(**form) for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [200] + [401] * 19
    assert all(refused(answer) for answer in answers if answer.status_code == 401)


async def test_assertion_id_used_by_one_client_is_free_for_another(ask: Ask, enrol: Any, assertion: Sign) -> None:
    one, other = await enrol(by_key=True), await enrol(by_key=True)
    assert (await ask(**assertion(one, jti="same"))).status_code == 200
    assert (await ask(**assertion(other, jti="same"))).status_code == 200
    assert refused(await ask(**assertion(one, jti="same")))


async def test_assertion_is_used_up_even_when_the_scope_is_refused(
    ask: Ask, key_member: Member, assertion: Sign
) -> None:
    form = assertion(key_member)
    assert (await ask(**form, scope="admin")).json()["error"] == "invalid_scope"
    assert refused(await ask(**form))


async def test_assertion_signed_for_an_hour_works_for_five_minutes(
    ask: Ask, key_member: Member, assertion: Sign
) -> None:
    async def answer(age: timedelta) -> httpx.Response:
        return await ask(**assertion(key_member, iat=-age, exp=timedelta(hours=1) - age))

    assert (await answer(timedelta(0))).status_code == 200
    assert (await answer(timedelta(seconds=280))).status_code == 200
    assert refused(await answer(timedelta(seconds=400)))


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "https://elsewhere.example"},
        {"aud": None},
        {"aud": ["https://elsewhere.example"]},
        {"iss": "client-other"},
        {"iss": None},
        {"sub": None},
        {"sub": 1},
        {"sub": "client\x00"},
        {"sub": "\ud800"},
        {"jti": None},
        {"jti": ""},
        {"jti": 1},
        {"jti": "j" * 257},
        {"iat": None},
        {"iat": "now"},
        {"iat": True},
        {"iat": 1e300},
        {"iat": -1},
        {"iat": 10**30},
        {"exp": None},
        {"exp": "later"},
        {"exp": 0},
        {"iat": timedelta(seconds=-200), "exp": timedelta(seconds=-100)},
        {"iat": timedelta(minutes=15), "exp": timedelta(minutes=16)},
        {"exp": timedelta(hours=2)},
        {"nbf": timedelta(minutes=15)},
        {"nbf": "later"},
    ],
    ids=str,
)
async def test_assertion_with_a_claim_that_does_not_hold_is_refused(
    ask: Ask, key_member: Member, assertion: Sign, claims: dict[str, Any]
) -> None:
    assert refused(await ask(**assertion(key_member, **claims)))


async def test_assertion_for_an_audience_list_is_refused(
    ask: Ask, key_member: Member, assertion: Sign, settings: Settings
) -> None:
    answer = await ask(**assertion(key_member, aud=[settings.base_url]))
    assert refused(answer)
    assert "'aud'" in answer.json()["error_description"]


async def test_assertion_that_nobody_may_trust_gets_the_answer_of_an_unknown_client(
    ask: Ask, key_member: Member, assertion: Sign
) -> None:
    stranger = ECKey.generate_key("P-256", {"kid": str(key_member.key.kid)})
    good = assertion(key_member)["client_assertion"]
    header, claims, signature = good.split(".")
    public = key_member.key.as_dict(private=False)
    symmetric = OctKey.import_key(json.dumps(public))
    nobody = Member(key_member.id, "client-0000000000000000", "", key_member.key)
    bad = {
        "unknown client": assertion(nobody)["client_assertion"],
        "foreign key": assertion(key_member, key=stranger)["client_assertion"],
        "foreign kid": assertion(key_member, key=stranger, header={"kid": "x"})["client_assertion"],
        "alg none": f"{segment({'alg': 'none'})}.{claims}.",
        "alg HS256 with the public key": jwt.encode(
            {"alg": "HS256", "kid": key_member.key.kid},
            json.loads(base64.urlsafe_b64decode(claims + "==")),
            symmetric,
            algorithms=["HS256"],
        ),
        "embedded jwk": assertion(key_member, key=stranger, header={"jwk": stranger.as_dict(private=False)})[
            "client_assertion"
        ],
        "RS256 for an EC key": assertion(key_member, key=RSAKey.generate_key(2048), header={"alg": "RS256"})[
            "client_assertion"
        ],
        "no signature": f"{header}.{claims}.",
        "a signature that is no base64": f"{header}.{claims}.!!!",
        "other claims": f"{header}.{segment({'sub': key_member.client_id})}.{signature}",
        "claims not an object": f"{header}.{segment([1])}.{signature}",
        "nested": f"{header}.{segment(json.loads('[' * 500 + ']' * 500))}.{signature}",
        "oversized": f"{header}.{segment({'sub': key_member.client_id, 'x': 'x' * 8000})}.{signature}",
        "not a token": "not-a-token",
        "not ASCII": "é.é.é",
    }
    answers = {name: await ask(client_assertion_type=ASSERTION_TYPE, client_assertion=bad[name]) for name in bad}
    assert {name: refused(answer) for name, answer in answers.items()} == dict.fromkeys(bad, True)
    assert len({answer.content for answer in answers.values()}) == 1
    assert (await ask(client_assertion_type=ASSERTION_TYPE, client_assertion=good)).status_code == 200


@pytest.mark.parametrize("header", [{}, {"kid": None}, {"kid": "another"}, {"alg": "RS256", "kid": None}], ids=str)
async def test_assertion_that_fails_costs_the_same_work_whoever_the_client_is(
    ask: Ask, key_member: Member, assertion: Sign, database: Database, monkeypatch: pytest.MonkeyPatch,
    header: dict[str, Any],
) -> None:  # fmt: skip
    """Counted, not timed: the signatures verified."""
    others = [ECKey.generate_key("P-256", {"kid": kid}) for kid in ("one", "two")]
    others.append(key_member.key)
    rsa = RSAKey.generate_key(2048, {"kid": "rsa"})
    public = [*(key.as_dict(private=False) for key in others), rsa.as_dict(private=False)]
    async with database.transaction(Role.AUTH) as session:
        several = await create_client(
            session=session, organisation=key_member.id, name="several", scopes=["stock:read"],
            auth_method="private_key_jwt", jwks={"keys": public},
        )  # fmt: skip
    verified = 0

    def decode(*given: Any, **how: Any) -> Any:
        nonlocal verified
        verified += 1
        return jwt.decode(*given, **how)

    monkeypatch.setattr(oauth_client, "jwt", SimpleNamespace(decode=decode))
    stranger = RSAKey.generate_key(2048) if "alg" in header else ECKey.generate_key("P-256")
    work = []
    for client_id in (key_member.client_id, several.client_id, "client-0000000000000000"):
        verified = 0
        member = Member(key_member.id, client_id, "", key_member.key)
        assert refused(await ask(**assertion(member, key=stranger, header=header)))
        work.append(verified)
    assert work == [10 if header.get("kid", "") is None else 1] * 3


async def test_assertion_without_its_type_is_refused(ask: Ask, key_member: Member, assertion: Sign) -> None:
    form = assertion(key_member)
    assert refused(await ask(client_assertion=form["client_assertion"]))
    assert refused(await ask(client_assertion=form["client_assertion"], client_assertion_type="other"))


async def test_assertion_beside_basic_credentials_is_an_invalid_request(
    ask: Ask, key_member: Member, assertion: Sign
) -> None:
    answer = await ask(("a", "b"), **assertion(key_member))
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


async def test_assertion_by_a_client_with_a_secret_is_refused(ask: Ask, member: Member, assertion: Sign) -> None:
    assert refused(await ask(**assertion(member)))
