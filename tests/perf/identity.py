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
from collections.abc import Iterator
from contextlib import contextmanager
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
ROUNDS: Final = 5
BATCH: Final = 100
CONNECTIONS: Final = 8
REQUESTS: Final = 1_000
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


class Watch:
    """Adds up what calls of one kind cost: on the clock, and of this process's processor time."""

    def __init__(self) -> None:
        self.wall = self.processor = 0.0
        self.calls = 0

    @contextmanager
    def running(self, calls: int = 1) -> Iterator[None]:
        wall, processor = time.perf_counter(), time.process_time()
        yield
        self.wall += time.perf_counter() - wall
        self.processor += time.process_time() - processor
        self.calls += calls

    def told(self, name: str) -> Figures:
        """Return microseconds of one call."""
        return {f"{name}_us": 1e6 * self.wall / self.calls, f"{name}_cpu_us": 1e6 * self.processor / self.calls}


def bare(data: bytes, times: int) -> Figures:
    """Return the cost of one ES256 signature and of one verification, by the library alone."""
    private, algorithm = ec.generate_private_key(ec.SECP256R1()), ec.ECDSA(SHA256())
    public, signature = private.public_key(), private.sign(data, algorithm)
    sign, verify = Watch(), Watch()
    with sign.running(times):
        for _ in range(times):
            private.sign(data, algorithm)
    with verify.running(times):
        for _ in range(times):
            public.verify(signature, data, algorithm)
    return sign.told("bare_sign") | verify.told("bare_verify")


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
    by_secret, by_key, claims, first, again = (Watch() for _ in range(5))
    tokens: list[str] = []
    for assertion in clients.assertions(settings.base_url, BATCH):
        with by_secret.running():
            answer = await server.token(Posted([clients.basic], FORM, b"grant_type=client_credentials"))
        tokens.append(answer.body["access_token"])
        with by_key.running():
            answer = await server.token(Posted([], FORM, key_form(assertion).encode()))
        assert answer.status == 200, answer.body
    figures = bare(tokens[0].rpartition(".")[0].encode(), 2 * BATCH)
    for token in tokens:
        presented = Presented(token, "GET", f"{settings.base_url}/v1/homes")
        with claims.running():
            await authenticator._verified_claims(token)
        with first.running():
            await authenticator.authenticate(presented)
        with again.running():
            await authenticator.authenticate(presented)
    return {
        **figures, **claims.told("verify_claims"), **first.told("verify_first"), **again.told("verify_again"),
        **by_secret.told("issue_by_secret"), **by_key.told("issue_by_key"),
    }  # fmt: skip


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


RATIOS: Final = {
    "verify_claims": "signature and claims of a token / bare ES256 verification",
    "verify_first": "first use of a token, with its standing / bare ES256 verification",
    "verify_again": "a token that is believed already / bare ES256 verification",
    "issue_by_secret": "a token by client_secret_basic / bare ES256 signature",
    "issue_by_key": "a token by private_key_jwt / bare ES256 signature",
    "core_by_secret": "a token by client_secret_basic over HTTP, the web process / bare ES256 signature",
    "core_by_key": "a token by private_key_jwt over HTTP, the web process / bare ES256 signature",
}


def ratios(figures: Figures) -> Figures:
    """Put processor time beside the bare cost: of verifying what is verified, of signing what is issued.

    The clock would count what PostgreSQL and the neighbours do as well; it is among the figures.
    """
    spent = {name: figures[f"{name}_cpu_us"] for name in RATIOS if f"{name}_cpu_us" in figures}
    for kind in ("secret", "key"):
        spent[f"core_by_{kind}"] = 1e6 / figures[f"tokens_by_{kind}_per_core_second"]
    return {
        name: spent[name] / figures["bare_verify_cpu_us" if name.startswith("verify") else "bare_sign_cpu_us"]
        for name in RATIOS
    }


def tell(figures: Figures, found: Figures) -> None:
    """Print everything, and write ``.local/bench-identity.json``."""
    console = Console()
    for title, rows in (("Figures", figures), ("Ratios of processor time", found)):
        table = Table("figure" if rows is figures else "ratio", "value", title=title)
        for name, value in rows.items():
            table.add_row(RATIOS[name] if rows is found else name, f"{value:,.1f}")
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
