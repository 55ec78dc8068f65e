"""A landlord that sends a file every week to a site that is killed, and what must be true whatever happened to it."""

import json
import random
import uuid
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

import httpx
from sqlalchemy import text

from registry.listings.repository import projection
from registry.listings.service.place import place_requested
from registry.platform.database import Database, Role, create_engine
from tests.support.members import Member
from tests.support.site import Site
from tests.support.stock import fact
from tests.support.territory import Territory

PER_RESIDENCE: Final = 12
ENDPOINTS: Final = ("first", "second")
TRIES: Final = 40
_HOMES: Final = "SELECT ref, version, rent_cents, status FROM homes WHERE organisation_id = %s"
_ONCE: Final = """
    SELECT (SELECT count(*) FROM audit_events a WHERE a.action = 'sync:file:applied' AND a.detail->>'run' = r.id::text),
        (SELECT count(*) FROM sync_files f
            WHERE f.organisation_id = r.organisation_id AND f.sha256 = r.report_sha256),
        (SELECT array_agg(n) FROM (SELECT count(*) AS n FROM webhook_deliveries d
            WHERE d.kind = 'import.applied' AND d.data->>'import_id' = r.id::text GROUP BY d.endpoint_id) posted)
    FROM sync_runs r WHERE r.id = %s
"""
_LISTINGS: Final = text("SELECT to_jsonb(l) FROM listings l WHERE organisation_id = :organisation ORDER BY id")
_OWN_HOMES: Final = text("SELECT id FROM homes WHERE organisation_id = :organisation")

Held = dict[str, tuple[int, int, str]]
"""By reference: version, rent, status."""


@dataclass
class Week:
    """One file and what it must do."""

    lines: list[dict[str, Any]]
    after: Held
    changes: dict[str, str]

    @property
    def body(self) -> bytes:
        return b"".join(json.dumps(line).encode() + b"\n" for line in self.lines)

    @property
    def counts(self) -> dict[str, int]:
        kinds = Counter(self.changes.values())
        written = kinds["created"] + kinds["updated"]
        return {"rows": len(self.lines), "rejected": 0, "unchanged": len(self.lines) - written,
                **{kind: kinds[kind] for kind in ("created", "updated", "withdrawn")}}  # fmt: skip


@dataclass
class Sender:
    """The landlord, and what its stock must be."""

    site: Site
    client: httpx.AsyncClient
    owner: Member
    place: Territory
    draw: random.Random
    homes: int
    held: Held = field(default_factory=dict)
    sent: int = 0

    def week(self) -> Week:
        """Make the next file: a few percent are changed, new, gone or back again."""
        after: Held = {}
        changes: dict[str, str] = {}
        fresh = self.homes if not self.held else max(1, self.homes // 100)
        for ref, (version, rent, status) in self.held.items():
            luck = self.draw.random()
            if status == "withdrawn":
                back = luck < 0.2
                after[ref] = (version + 1, rent, "vacant") if back else (version, rent, status)
                changes |= {ref: "updated"} if back else {}
            elif luck < 0.01:
                after[ref] = (version + 1, rent, "withdrawn")
                changes[ref] = "withdrawn"
            elif luck < 0.05:
                after[ref] = (version + 1, rent + 100, status)
                changes[ref] = "updated"
            else:
                after[ref] = (version, rent, status)
        for n in range(len(self.held), len(self.held) + fresh):
            after[f"H{n}"] = (1, 30_000 + n % 500, self.draw.choice(("vacant", "occupied")))
            changes[f"H{n}"] = "created"
        lines = [self._line(ref, rent, status) for ref, (_, rent, status) in after.items() if status != "withdrawn"]
        return Week(lines, after, changes)

    def _line(self, ref: str, rent: int, status: str) -> dict[str, Any]:
        n = int(ref[1:])
        residence = {
            "commune_code": self.place.communes[0], "street": "rue des Acacias",
            "position": self.place.point(n // PER_RESIDENCE % 40 * 50, n // PER_RESIDENCE // 40 * 50),
        }  # fmt: skip
        facts = {"facts": {"zero_step_shower": fact()}} if n % 5 == 0 else {}
        return {"ref": ref, "residence_ref": f"R{n // PER_RESIDENCE}", "typology": "T2", "rooms": 2, "rent_cents": rent,
                "status": status, **facts, "residence": residence}  # fmt: skip

    async def send(self, week: Week) -> str:
        """Send the file until the answer says that it was received, as a client with any sense does."""
        key = uuid.uuid4().hex
        for _ in range(TRIES):
            answer = await self.post(self.client, week, key)
            if answer.status_code == httpx.codes.ACCEPTED:
                self.sent += 1
                return str(answer.json()["id"])
            assert answer.status_code in {409, 503}, answer.text
        raise AssertionError(answer.text)

    async def post(self, client: httpx.AsyncClient, week: Week, key: str) -> httpx.Response:
        """Send the file once."""
        headers = {**self.owner.headers, "Content-Type": "application/x-ndjson", "Idempotency-Key": key}
        return await client.post("/v1/imports?mode=full", content=week.body, headers=headers)

    async def read(self, path: str) -> httpx.Response:
        """Read what may be asked for again while PostgreSQL comes back."""
        for _ in range(TRIES):
            answer = await self.client.get(path, headers=self.owner.headers)
            if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                break
        assert answer.status_code == httpx.codes.OK, answer.text
        return answer

    def found(self) -> Held:
        """Return the stock as it is."""
        return {ref: (version, rent, status) for ref, version, rent, status in self.site.rows(_HOMES, self.owner.id)}

    def check_whole(self, week: Week) -> None:
        """Whatever was killed: either nothing of the file is there, or all of it."""
        assert self.found() in (self.held, week.after), "a part of a file"

    async def check_once(self, run: str, week: Week) -> None:
        """Once the run is over: every change of the file was applied once, and told of once."""
        ((status, counts, error),) = self.site.rows("SELECT status, counts, error FROM sync_runs WHERE id = %s", run)
        assert status == "applied", error
        assert {name: counts[name] for name in week.counts} == week.counts
        found = self.found()
        wrong = {ref: (found.get(ref), week.after.get(ref)) for ref in found.keys() | week.after.keys()}
        assert not {ref: each for ref, each in wrong.items() if each[0] != each[1]}
        assert self.site.rows(_ONCE, run) == [(1, 1, [1] * len(ENDPOINTS))]
        assert self.site.rows("SELECT count(*) FROM sync_runs WHERE organisation_id = %s", self.owner.id) == [
            (self.sent,)
        ]
        answer = await self.read(f"/v1/imports/{run}/report")
        if len(week.changes) < 1_000:  # of more it shows a part
            assert {change["ref"]: change["kind"] for change in answer.json()["changes"]} == week.changes
        self.held = week.after

    async def check_listings(self) -> None:
        """Nothing is shared that would not be, and as it would be, were all projected anew.

        Zones that were asked for when the worker was killed are placed first, as the next worker does: a home that was
        written while a territory was placed is shown as it was before until then.
        """
        assert self.site.settings.worker_database_url is not None
        database = Database(create_engine(self.site.settings.worker_database_url.get_secret_value()))
        organisation = {"organisation": self.owner.id}
        try:
            await place_requested(database)
            async with database.transaction(Role.JOB, actor="tests") as session:
                held = (await session.scalars(_LISTINGS, organisation)).all()
                assert len(held) > self.homes / 10
                await projection.project(session, (await session.scalars(_OWN_HOMES, organisation)).all())
                assert (await session.scalars(_LISTINGS, organisation)).all() == held
                await session.rollback()
        finally:
            await database.dispose()
