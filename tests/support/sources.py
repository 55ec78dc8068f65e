"""A landlord at its sources, and imports that take what they are given."""

import hashlib
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import text

from registry.kernel.errors import RegistryError
from registry.kernel.ids import new_id
from registry.platform.database import Database, Role
from tests.support.members import Member

CSV = {"kind": "csv", "content": "homes"}
PUSH: dict[str, Any] = {"kind": "push", "format": CSV}
DROP: dict[str, Any] = {"kind": "drop", "format": CSV}


class Desk:
    """A landlord at its sources."""

    def __init__(self, client: httpx.AsyncClient, member: Member) -> None:
        self.client, self.member = client, member

    async def put(self, name: str, given: dict[str, Any], status: int = 200, kind: str = "sources") -> dict[str, Any]:
        answer = await self.client.put(f"/v1/{kind}/{name}", json=given, headers=self.member.headers)
        assert answer.status_code == status, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def get(self, path: str, status: int = 200) -> dict[str, Any]:
        answer = await self.client.get(f"/v1/{path}", headers=self.member.headers)
        assert answer.status_code == status, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def delete(self, name: str) -> int:
        return (await self.client.delete(f"/v1/sources/{name}", headers=self.member.headers)).status_code


@dataclass
class Received:
    """A file as it was handed over."""

    source: uuid.UUID
    body: bytes
    name: str | None
    as_of: datetime
    cause: str


_RUN = text(
    "INSERT INTO sync_runs (id, organisation_id, source_id, file_sha256, format, mapping_name, mapping_version, mode,"
    " dry_run, accept_partially, as_of, cause, status, created_by)"
    " SELECT :id, organisation_id, id, :sha256, format, mapping_name, mapping_version, mode, false, accept_partially,"
    " :as_of, :cause, :status, :actor FROM sync_sources WHERE id = :source"
)
_APPLIED = text(
    "UPDATE sync_sources SET applied_run_id = :id, applied_at = now(), applied_as_of = :as_of WHERE id = :source"
)


@dataclass
class Imports:
    """Takes files, and has a run of each as the imports would have made of it.

    Attributes:
        status: Of the runs to come.
        refusal: Raised instead of taking the next files.
    """

    status: str = "applied"
    refusal: RegistryError | Exception | None = None
    received: list[Received] = field(default_factory=list)

    async def __call__(
        self, database: Database, *, organisation: uuid.UUID, source: uuid.UUID, path: Path, name: str | None,
        as_of: datetime, cause: str, dry_run: bool, actor: str,
    ) -> uuid.UUID:  # fmt: skip
        assert not dry_run
        if self.refusal:
            raise self.refusal
        body, run = path.read_bytes(), new_id()  # noqa: ASYNC240  # a few bytes
        self.received.append(Received(source, body, name, as_of, cause))
        values = {"id": run, "source": source, "as_of": as_of, "cause": cause, "status": self.status, "actor": actor}
        async with database.transaction(Role.LANDLORD, organisation=organisation, actor=actor) as session:
            await session.execute(_RUN, {**values, "sha256": hashlib.sha256(body).digest()})
            if self.status == "applied":
                await session.execute(_APPLIED, values)
        return run

    @property
    def bodies(self) -> list[bytes]:
        return [received.body for received in self.received]
