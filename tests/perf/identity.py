"""``python -m tests.perf.identity``: what tokens cost beside the bare signature (``make bench-identity``).

Everything is measured in one run, in turns, on a PostgreSQL of the benchmark's own: ES256 as the cryptographic library
alone does it, the issuing and verifying of tokens inside this process, and a real web process under load. The ratios
are what to compare between machines and versions; nothing is judged.
"""

import asyncio
import json
import os
import platform
import secrets
import time
from base64 import b64encode
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final
from urllib.parse import urlencode

import jwt as pyjwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc.jwk import ECKey
from rich.console import Console
from rich.table import Table

from deploy.local.paths import LOCAL
from registry.access.principal import Presented
from registry.identity.service import Authenticator, AuthorizationServer, create_client, create_organisation
from registry.identity.service.authorization import FORM, Posted
from registry.platform.database import Database, Role, create_engine
from registry.platform.settings import Settings
from tests.perf import load, stage
from tests.support.database import Server

FILE: Final = LOCAL / "bench-identity.json"
DATABASE: Final = "bench_identity"
ROUNDS: Final = 7
BATCH: Final = 200  # tokens of a round: few enough to be used again while they are believed
CONNECTIONS: Final = 8
REQUESTS: Final = 2_000
ASSERTION: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
Figures = dict[str, float]


@dataclass(frozen=True)
class Clients:
    """Two clients of one landlord: one by secret, one by key."""

    by_secret: str
    secret: str
    by_key: str
    key: ECKey

    @property
    def basic(self) -> str:
        return f"Basic {b64encode(f'{self.by_secret}:{self.secret}'.encode()).decode()}"

    def assertions(self, issuer: str, count: int) -> list[str]:
        """Sign as many assertions, each for one use."""
        now, pem = int(time.time()), self.key.as_pem(private=True).decode()
        claims = {"iss": self.by_key, "sub": self.by_key, "aud": issuer, "iat": now, "exp": now + 300}
        return [
            pyjwt.encode({**claims, "jti": secrets.token_hex(16)}, pem, "ES256", headers={"kid": self.key.kid})
            for _ in range(count)
        ]


async def enrolled(database: Database) -> Clients:
    key = ECKey.generate_key("P-256", {"kid": "bench"})
    async with database.transaction(Role.AUTH, actor="bench") as session:
        landlord = await create_organisation(session=session, name="Bench", kind="landlord")
        by_secret = await create_client(session=session, organisation=landlord.id, name="secret", scopes=stage.SCOPES)
        by_key = await create_client(
            session=session, organisation=landlord.id, name="key", scopes=stage.SCOPES,
            auth_method="private_key_jwt", jwks={"keys": [key.as_dict(private=False)]},
        )  # fmt: skip
    assert by_secret.secret is not None
    return Clients(by_secret.client_id, by_secret.secret, by_key.client_id, key)


def bare(data: bytes, times: int) -> tuple[float, float]:
    """Return microseconds of one ES256 signature and of one verification, by the library alone."""
    private, algorithm = ec.generate_private_key(ec.SECP256R1()), ec.ECDSA(SHA256())
    public, signature = private.public_key(), private.sign(data, algorithm)
    started = time.perf_counter()
    for _ in range(times):
        private.sign(data, algorithm)
    signed = time.perf_counter()
    for _ in range(times):
        public.verify(signature, data, algorithm)
    return 1e6 * (signed - started) / times, 1e6 * (time.perf_counter() - signed) / times


async def each(call: Callable[[str], Awaitable[object]], given: Sequence[str]) -> float:
    """Return microseconds of one call, one after the other."""
    started = time.perf_counter()
    for one in given:
        await call(one)
    return 1e6 * (time.perf_counter() - started) / len(given)


async def inside(settings: Settings) -> Figures:
    """Issue and verify in this process, the bare signature in turns with them; medians of the rounds."""
    assert settings.web_database_url
    database = Database(create_engine(settings.web_database_url.get_secret_value()))
    try:
        clients = await enrolled(database)
        server, authenticator = AuthorizationServer(database, settings), Authenticator(database, settings)
        rounds = [await one_round(server, authenticator, clients, settings) for _ in range(ROUNDS + 1)]
    finally:
        await database.dispose()
    return {name: median(figures[name] for figures in rounds[1:]) for name in rounds[0]}  # the first round warms


async def one_round(
    server: AuthorizationServer, authenticator: Authenticator, clients: Clients, settings: Settings
) -> Figures:
    tokens: list[str] = []

    async def by_secret(_: str) -> None:
        answer = await server.token(Posted([clients.basic], FORM, b"grant_type=client_credentials"))
        tokens.append(answer.body["access_token"])

    async def by_key(assertion: str) -> None:
        answer = await server.token(Posted([], FORM, key_form(assertion).encode()))
        assert answer.status == 200, answer.body

    async def verify(token: str) -> None:
        await authenticator.authenticate(Presented(token, "GET", f"{settings.base_url}/v1/homes"))

    figures = {
        "issue_by_secret_us": await each(by_secret, [""] * BATCH),
        "issue_by_key_us": await each(by_key, clients.assertions(settings.base_url, BATCH)),
    }
    figures["bare_sign_us"], figures["bare_verify_us"] = bare(tokens[0].rpartition(".")[0].encode(), 2 * BATCH)
    return figures | {
        "verify_claims_us": await each(authenticator._verified_claims, tokens),
        "verify_first_us": await each(verify, tokens),
        "verify_again_us": await each(verify, tokens),
    }


def key_form(assertion: str) -> str:
    return urlencode(
        {"grant_type": "client_credentials", "client_assertion_type": ASSERTION, "client_assertion": assertion}
    )


def post(port: int, body: str, authorization: str | None = None) -> bytes:
    """Return a request to the token endpoint as it goes over the wire."""
    lines = [
        "POST /oauth/token HTTP/1.1", f"Host: 127.0.0.1:{port}", f"Content-Type: {FORM}",
        f"Content-Length: {len(body)}", *([f"Authorization: {authorization}"] if authorization else []), "", body,
    ]  # fmt: skip
    return "\r\n".join(lines).encode()


def under_load(server: Server) -> Figures:
    """Have one web process issue tokens over HTTP: how many a second, and how many a second of its own core."""
    web = stage.Web(server, DATABASE)
    try:

        async def enrol() -> Clients:
            database = Database(create_engine(server.url(DATABASE, "registry_web")))
            try:
                return await enrolled(database)
            finally:
                await database.dispose()

        clients = asyncio.run(enrol())
        secret = post(web.port, "grant_type=client_credentials", clients.basic)
        keys = [post(web.port, key_form(one)) for one in clients.assertions(web.origin, REQUESTS)]
        load.drive(web.port, [secret], connections=CONNECTIONS, count=REQUESTS // 4)  # warms
        return tokens_of(web, "secret", [secret]) | tokens_of(web, "key", keys)
    finally:
        web.close()


def tokens_of(web: stage.Web, name: str, requests: list[bytes]) -> Figures:
    before = web.processor_s()
    seen = load.drive(web.port, requests, connections=CONNECTIONS, count=REQUESTS)
    used = web.processor_s() - before
    if set(seen.statuses) != {"200"}:
        raise RuntimeError(f"the token endpoint answered {seen.statuses}")
    return {f"tokens_by_{name}_per_second": seen.per_second, f"tokens_by_{name}_per_core_second": REQUESTS / used}


RATIOS: Final = (
    ("verify_claims_to_bare", "signature and claims of a token / bare ES256 verification", "verify_claims_us"),
    ("verify_first_to_bare", "first use of a token, with its standing / bare ES256 verification", "verify_first_us"),
    ("verify_again_to_bare", "a token that is believed already / bare ES256 verification", "verify_again_us"),
    ("issue_by_secret_to_bare", "a token by client_secret_basic / bare ES256 signature", "issue_by_secret_us"),
    ("issue_by_key_to_bare", "a token by private_key_jwt / bare ES256 signature", "issue_by_key_us"),
)  # fmt: skip


def ratios(figures: Figures) -> Figures:
    """Put each figure beside the bare cost: of verifying what is verified, of signing what is issued."""
    found = {
        name: figures[figure] / figures["bare_verify_us" if figure.startswith("verify") else "bare_sign_us"]
        for name, _, figure in RATIOS
    }
    for kind in ("secret", "key"):
        core_us = 1e6 / figures[f"tokens_by_{kind}_per_core_second"]
        found[f"core_by_{kind}_to_bare"] = core_us / figures["bare_sign_us"]
    return found


def tell(figures: Figures, found: Figures) -> None:
    """Print everything, and write ``.local/bench-identity.json``."""
    console = Console()
    words = {name: what for name, what, _ in RATIOS} | {
        "core_by_secret_to_bare": "processor time of the web process for one token by secret / bare ES256 signature",
        "core_by_key_to_bare": "processor time of the web process for one token by key / bare ES256 signature",
    }
    for title, rows in (("Figures", figures), ("Ratios", found)):
        table = Table("figure" if rows is figures else "ratio", "value", title=title)
        for name, value in rows.items():
            table.add_row(words.get(name, name), f"{value:,.1f}")
        console.print(table)
    machine = {"cores": os.cpu_count(), "python": platform.python_version(), "system": platform.platform()}
    FILE.write_text(json.dumps({"machine": machine, "figures": figures, "ratios": found}, indent=2))


def main() -> None:
    with stage.cluster() as server:
        server.create_template(DATABASE)
        try:
            figures = asyncio.run(inside(server.settings(DATABASE, token_lifetime_s=600))) | under_load(server)
        finally:
            server.drop(DATABASE)
    tell(figures, ratios(figures))


if __name__ == "__main__":
    main()
