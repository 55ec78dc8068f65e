"""The keys change while clients work: by the operator's command, over several processes, without a failed request."""

import asyncio
import contextlib
import itertools
import os
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import jwt
import pytest

from registry.platform.settings import Settings
from tests.contract.oauth.conftest import Client, Enrol, Service
from tests.support.commands import environment
from tests.support.database import Server
from tests.support.served import serve

FULL = os.environ.get("REGISTRY_TEST_SCALE") == "full"
CALLERS = 4
AFTERWARDS_S = 3.0
FOLLOW_S = 75.0
"""How long a process may go on with the key before: a minute, and some patience."""


def let_next_key_be_published_since(server: Server, database_name: str, minutes: int) -> None:
    with server.connect(database_name) as admin:
        changed = admin.execute(
            "UPDATE registry.signing_keys SET created_at = now() - make_interval(mins => %s) WHERE status = 'next'",
            [minutes],
        )
        assert changed.rowcount == 1


async def registry(settings: Settings, directory: Path, *arguments: str) -> tuple[int, str]:
    """Run an operator's command in a process of its own; return its exit status and all that it said."""
    given = {name: value for name, value in environment(settings).items() if value is not None}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "registry.cli", *arguments, cwd=directory, env={**os.environ, **given},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode is not None
    return process.returncode, said.decode()


@pytest.fixture
def two_processes(service: Service, tmp_path: Path) -> Iterator[list[str]]:
    """Addresses of two processes that are one service."""
    with serve(service.settings, tmp_path) as second:
        yield [service.served.url, second.url]
        assert second.complaints() == []


class Load:
    """Clients that ask for tokens at one process and use them at another, and verify them with what is published."""

    def __init__(self, service: Service, processes: list[str], clients: list[Client]) -> None:
        self.service, self.processes, self.clients = service, processes, clients
        self.outcomes: Counter[str] = Counter()
        self.kids: Counter[str] = Counter()
        self.signers: dict[str, str] = {}
        self._stopped = False
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Let every client finish what it began; raise what went wrong."""
        self._stopped = True
        await self._task

    async def _run(self) -> None:
        async with httpx.AsyncClient(timeout=30) as http, asyncio.TaskGroup() as group:
            for client in self.clients:
                group.create_task(self._work(http, client))

    async def _work(self, http: httpx.AsyncClient, client: Client) -> None:
        for turn in itertools.count():
            if self._stopped:
                return
            issuing, using = (self.processes[(turn + step) % len(self.processes)] for step in (0, 1))
            form = {"grant_type": "client_credentials"}
            issued = await http.post(f"{issuing}/oauth/token", data=form, auth=client.basic)
            self.outcomes[f"token {issued.status_code}"] += 1
            if issued.status_code != 200:
                continue
            token = issued.json()["access_token"]
            self.signers[issuing] = jwt.get_unverified_header(token)["kid"]
            used = await http.get(f"{using}/v1/homes?limit=1", headers={"Authorization": f"Bearer {token}"})
            self.outcomes[f"use {used.status_code}"] += 1
            published = (await http.get(f"{using}/oauth/jwks")).json()
            self._verify(token, published)

    def _verify(self, token: str, published: dict[str, list[dict[str, str]]]) -> None:
        kid = jwt.get_unverified_header(token)["kid"]
        try:
            key = jwt.PyJWKSet.from_dict(published)[kid]
            jwt.decode(token, key, algorithms=["ES256"], audience=self.service.api, issuer=self.service.issuer)
        except (KeyError, jwt.PyJWTError) as error:
            self.outcomes[f"verify {error!r}"] += 1
        else:
            self.outcomes["verify good"] += 1
            self.kids[kid] += 1


@pytest.fixture
async def clients(enrol: Enrol) -> list[Client]:
    return [await enrol() for _ in range(CALLERS)]


@pytest.fixture
async def load(service: Service, two_processes: list[str], clients: list[Client]) -> AsyncIterator[Load]:
    made = Load(service, two_processes, clients)
    yield made
    await made.stop()


async def until(load: Load, reached: int) -> None:
    """Wait until so many tokens of any key were verified."""
    end = time.monotonic() + 180
    while load.kids.total() < reached:
        assert time.monotonic() < end, load.outcomes
        await asyncio.sleep(0.05)


async def test_no_request_fails_while_the_key_changes_and_a_new_process_signs_with_it(
    load: Load, service: Service, server: Server, database_name: str, tmp_path: Path
) -> None:
    await until(load, 20)
    let_next_key_be_published_since(server, database_name, minutes=10)
    status, said = await registry(service.settings, tmp_path, "keys", "rotate")
    assert status == 0, said
    rotated = said.partition(" signs now")[0].split()[-1]
    assert rotated not in load.kids
    (tmp_path / "third").mkdir()
    with contextlib.ExitStack() as stack:  # as in a rolling deployment
        third = await asyncio.to_thread(stack.enter_context, serve(service.settings, tmp_path / "third"))
        load.processes.append(third.url)
        await asyncio.sleep(FOLLOW_S if FULL else AFTERWARDS_S)
        await until(load, load.kids.total() + 20)
        await load.stop()
    assert load.kids[rotated] > 0, "the other processes took tokens of a key that was new to them"
    assert len(load.kids) == 2, "tokens of both keys were in use at once"
    assert set(load.outcomes) == {"token 200", "use 200", "verify good"}, load.outcomes
    if FULL:
        assert set(load.signers.values()) == {rotated}, "every process follows within a minute"


async def test_key_does_not_sign_before_it_was_published_long_enough(
    service: Service, server: Server, database_name: str, tmp_path: Path
) -> None:
    let_next_key_be_published_since(server, database_name, minutes=9)
    _, before = await registry(service.settings, tmp_path, "keys", "list")
    status, said = await registry(service.settings, tmp_path, "keys", "rotate")
    assert status == 1
    assert "has not been published for long enough" in said
    _, after = await registry(service.settings, tmp_path, "keys", "list")
    assert after == before
