"""People at the pages, and a landlord that sends files."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from registry.platform.database import Database
from registry.platform.settings import Settings
from registry.sync.service.run import Runner
from tests.conftest import Register
from tests.support import members
from tests.support import territory as territories
from tests.support.lines import open_lines
from tests.support.members import Member
from tests.support.seats import Seats
from tests.support.territory import Territory


@dataclass
class Office:
    """A landlord that sends files, and the worker that runs them."""

    client: httpx.AsyncClient
    database: Database
    jobs: Database
    owner: Member
    place: Territory

    def home(self, ref: str, **changes: Any) -> dict[str, Any]:
        residence = {"ref": "R1", "commune_code": self.place.communes[0], "street": "rue des Acacias"}
        stated = {"ref": ref, "residence_ref": "R1", "typology": "T2", "rooms": 2, "status": "vacant", **changes}
        return {"home": stated, "residence": residence}

    async def send(self, lines: Iterable[dict[str, Any]], **asked: Any) -> str:
        """Send a file; return the import's id."""
        content = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
        headers = {**self.owner.headers, "Content-Type": "application/x-ndjson"}
        query = {"mode": "full", **asked}
        answer = await self.client.post("/v1/imports", params=query, content=content, headers=headers)
        assert answer.status_code == 202, answer.text
        return str(answer.json()["id"])

    async def bring(self, lines: Iterable[dict[str, Any]], **asked: Any) -> str:
        """Send a file and have it run; return the import's id."""
        sent = await self.send(lines, **asked)
        await self.work()
        return sent

    async def work(self) -> None:
        """Run what waits for a worker."""
        await Runner(self.jobs, open_file=open_lines).run_waiting(self.owner.id)

    async def status(self, run: str) -> str:
        answer = await self.client.get(f"/v1/imports/{run}", headers=self.owner.headers)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["status"])

    async def declare(self, name: str, **changes: Any) -> None:
        given = {"kind": "push", "format": {"kind": "ndjson"}, **changes}
        answer = await self.client.put(f"/v1/sources/{name}", json=given, headers=self.owner.headers)
        assert answer.status_code in {200, 201}, answer.text


@pytest.fixture
def seats(app: FastAPI, settings: Settings, database: Database) -> Seats:
    return Seats(app, settings, database)


@pytest.fixture
async def office(client: httpx.AsyncClient, database: Database, job_database: Database, register: Register) -> Office:
    place = await territories.create(database, job_database, client)
    owner = await register()
    await territories.sign(database, place, [owner])
    await members.renew(owner, client)
    return Office(client, database, job_database, owner, place)
