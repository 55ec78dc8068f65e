"""Thousands of requests at once on one small pool; some are abandoned, under some the database fails."""

import asyncio
import os
import random
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Final
from unittest.mock import patch

import httpx
import psycopg
from psycopg.pq import PipelineStatus, TransactionStatus
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncEngine

from registry.asgi import at_the_edge, create_application
from registry.listings.service.place import place_requested
from registry.platform import database as database_module
from registry.platform import round_trip
from registry.platform.database import Database, create_engine, raw_driver_connection
from registry.platform.round_trip import Statement
from registry.platform.settings import Settings
from tests.integration.isolation.crowd import ANCHOR, TAG, Crowd
from tests.integration.isolation.traffic import Request, Traffic, Violation
from tests.support.database import BASE_URL

FULL: Final = os.environ.get("REGISTRY_TEST_SCALE") == "full"
POOL: Final = 8
AT_ONCE: Final = 16


@dataclass
class Harm:
    """What the database does to one request: its connection is "killed", or a statement of it is "timed out".

    Attributes:
        after: At which of the request's statements and round trips, one for the first.
        place: Before which statement of a round trip, which has several; at the end where it has fewer.
        where: Where it happened: at a "statement" of SQLAlchemy's, or in what does not pass there: the "binding" of a
            transaction, or the "hot path", which is a transaction in one round trip (searches, one listing).
    """

    kind: str
    after: int
    place: int = 0
    task: asyncio.Task[Any] | None = None
    done: bool = False
    where: str = ""

    @property
    def due(self) -> bool:
        """Whether the present statement is the one; others of the same context, of shared tasks, are left alone."""
        if self.done or self.task is not asyncio.current_task():
            return False
        self.after -= 1
        self.done = self.after <= 0
        return self.done


HARM: Final[ContextVar[Harm | None]] = ContextVar("harm", default=None)


@dataclass
class Report:
    """What a storm saw."""

    violations: list[Violation] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def kinds(self) -> set[str]:
        return {violation.kind for violation in self.violations}


@dataclass
class Sky:
    """One process of the service, with a client and the administrator's connection."""

    client: httpx.AsyncClient
    engine: AsyncEngine
    admin: psycopg.Connection
    crowd: Crowd
    connections: int

    def kill(self, connection: Any) -> None:
        self.admin.execute("SELECT pg_terminate_backend(%s)", (connection.info.backend_pid,))

    async def storm(
        self,
        seed: int,
        requests: int,
        *,
        abandoned: float = 0.10,
        failing: float = 0.08,
        wrong: float = 0.03,
        worker: Database | None = None,
    ) -> Report:
        """Send ``requests``, of which these parts are abandoned, fail and are refused; judge answers and what is left.

        Args:
            seed: Draws the requests and what befalls them.
            abandoned: Callers that do not wait for the answer.
            failing: Requests under which the database is told to fail; some end before it would.
            wrong: Requests that must be refused.
            worker: Where the zones are computed meanwhile, as the worker does.
        """
        random_ = random.Random(seed)
        traffic = Traffic(self.crowd, random_)
        report = Report()
        drawn = iter([_drawn(traffic, random_, abandoned, failing, wrong) for _ in range(requests)])

        async def work() -> None:
            for request, harm, patience in drawn:
                await self._send(request, harm, patience, report)

        placing = asyncio.create_task(_place(worker)) if worker else None
        async with asyncio.TaskGroup() as callers:
            for _ in range(AT_ONCE):
                callers.create_task(work())
        if placing:
            placing.cancel()
            await asyncio.wait([placing])
            if not placing.cancelled():
                raise AssertionError("the worker failed") from placing.exception()
        report.violations += self.foreign_writes()
        report.violations += [violation async for violation in self.left_on_connections()]
        return report

    async def _send(self, request: Request, harm: Harm | None, patience: float | None, report: Report) -> None:
        task = asyncio.create_task(self._ask(request, harm))
        if patience is not None:
            await _wait(task, patience)
            report.counts["abandoned" if task.cancel() else "answered before"] += 1
        try:
            answer = await task
        except asyncio.CancelledError:
            return
        hurt = harm is not None and harm.done
        report.counts[f"{harm.kind}, {harm.where}" if harm and hurt else f"{answer.status_code // 100}xx"] += 1
        report.violations += request.judge(answer, hurt=hurt)

    async def _ask(self, request: Request, harm: Harm | None) -> httpx.Response:
        if harm is not None:
            harm.task = asyncio.current_task()
            HARM.set(harm)
        return await request.send(self.client)

    def foreign_writes(self) -> Iterator[Violation]:
        """Yield what stands under another organisation than the one whose words it holds, and anchors that are gone."""
        tags = {person.member.id: person.tag for person in self.crowd.people}
        for table, words in (("homes", "ref || rpls_id"), ("residences", "ref || name || street || rnb_id")):
            for organisation, ref in self.admin.execute(
                f"SELECT organisation_id, {words} FROM registry.{table} WHERE organisation_id = ANY (%s)", ([*tags],)
            ):
                if set(TAG.findall(ref)) != {tags[organisation]}:
                    yield Violation("foreign write", f"{ref} in {table} of {tags[organisation]}")
        clients = {person.member.client_id: person.member.id for person in self.crowd.people}
        for organisation, actor, subject in self.admin.execute(
            "SELECT organisation_id, actor, subject FROM registry.audit_events WHERE organisation_id = ANY (%s)",
            ([*tags],),
        ):
            foreign = set(TAG.findall(subject)) - {tags[organisation]}
            if clients.get(actor, organisation) != organisation or foreign:
                yield Violation("foreign write", f"{actor} did {subject} in the chain of {tags[organisation]}")
        for (listing,) in self.admin.execute(
            "SELECT l.id FROM registry.listings l JOIN registry.homes h ON h.listing_id = l.id"
            " WHERE l.organisation_id <> h.organisation_id AND l.organisation_id = ANY (%s)",
            ([*tags],),
        ):
            yield Violation("foreign write", f"listing {listing} is another's than its home")
        for person in self.crowd.landlords:
            if not self.admin.execute(
                "SELECT FROM registry.listings l JOIN registry.homes h ON h.listing_id = l.id"
                " WHERE h.ref = %s AND h.organisation_id = %s", (person.ref(ANCHOR), person.member.id)
            ).fetchall():  # fmt: skip
                yield Violation("missing", f"the anchor of {person.tag} is gone")

    async def left_on_connections(self) -> AsyncIterator[Violation]:
        """Yield what every connection of the pool still carries: a role, a binding, a setting, a result, a lock."""
        held = [await self.engine.connect() for _ in range(self.connections)]
        try:
            for connection in held:
                raw = raw_driver_connection(await connection.get_raw_connection())
                state = raw.pgconn.transaction_status, raw.pgconn.pipeline_status
                if state != (TransactionStatus.IDLE, PipelineStatus.OFF):
                    yield Violation("left bound", f"the connection comes out of the pool as {state}")
                    continue
                found = (await connection.execute(_CARRIED)).one()
                if tuple(found) != ("registry_web", "none", "", "", "", "", [], 0):
                    yield Violation("left bound", f"a connection carries {tuple(found)}")
        finally:
            for connection in held:
                await connection.close()


_CARRIED: Final = text(
    """
    SELECT current_user, current_setting('role'), coalesce(current_setting('registry.organisation', true), ''),
        coalesce(current_setting('registry.actor', true), ''),
        coalesce(current_setting('registry.territories', true), ''),
        coalesce(current_setting('registry.searched', true), ''),
        ARRAY(SELECT name FROM pg_settings WHERE source = 'session'),
        (SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'advisory')
    """
)


def _drawn(
    traffic: Traffic, random_: random.Random, abandoned: float, failing: float, wrong: float
) -> tuple[Request, Harm | None, float | None]:
    """Return a request, what the database does to it, and how long its caller waits (turns if below zero)."""
    chance = random_.random()
    if chance < abandoned:
        return traffic.draw(), None, random_.choice([-random_.randrange(60), random_.uniform(0, 0.02)])
    if chance < abandoned + wrong:
        return traffic.draw_wrong(), None, None
    if chance < abandoned + wrong + failing:
        # Early ones more often: a search is one round trip where its token is known, a home is put in four.
        nth = min(random_.randrange(1, 5) for _ in range(3))
        return traffic.draw(), Harm(random_.choice(["killed", "timed out"]), nth, random_.randrange(1, 7)), None
    return traffic.draw(), None, None


async def _place(worker: Database) -> None:
    while True:
        await place_requested(worker)
        await asyncio.sleep(0.2)


async def _wait(task: asyncio.Task[Any], patience: float) -> None:
    """Wait some turns of the event loop (a negative number), or some seconds: every place where a request can stand."""
    if patience >= 0:
        await asyncio.wait([task], timeout=patience)
        return
    for _ in range(int(-patience)):
        await asyncio.sleep(0)


@asynccontextmanager
async def sky(settings: Settings, admin: psycopg.Connection, crowd: Crowd, *, pool: int = POOL) -> AsyncIterator[Sky]:
    """Start the service on a pool of its own."""
    assert settings.web_database_url
    engine = create_engine(settings.web_database_url.get_secret_value(), pool_size=pool, statement_timeout_ms=20_000)
    generous = settings.model_copy(update={"listing_daily_homes": 1_000_000})
    app = create_application(generous, Database(engine))
    transport = httpx.ASGITransport(at_the_edge(app, generous), raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url=BASE_URL) as client,
    ):
        made = Sky(client, engine, admin, crowd, pool)
        with _harm(made):
            yield made


@contextmanager
def _harm(sky: Sky) -> Iterator[None]:
    """Let the database fail under the requests that carry a :class:`Harm`, on both ways to it."""

    def before_statement(
        connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool
    ) -> tuple[str, Any]:
        harm = HARM.get()
        if harm is None or not harm.due:
            return statement, parameters
        harm.where = "statement"
        if harm.kind == "killed":
            sky.kill(raw_driver_connection(connection.connection))
            return statement, parameters
        cursor.execute("SET LOCAL statement_timeout = 5")
        return "SELECT pg_sleep(5)", {}

    async def send(connection: Any, statements: Sequence[Statement]) -> Any:
        """Run what is sent in one round trip with a wait amid it, in which the connection dies or the time runs out."""
        harm = HARM.get()
        if harm is None or not harm.due:
            return await round_trip.send(connection, statements)
        harm.where = "hot path" if statements[-1][0] == "COMMIT" else "binding"
        hurting: list[Statement] = [("SELECT pg_sleep(5)", {})]
        if harm.kind == "timed out":
            hurting.insert(0, ("SET LOCAL statement_timeout = 5", {}))
        else:
            asyncio.get_running_loop().call_later(0.003, sky.kill, connection)
        return await round_trip.send(connection, [*statements[: harm.place], *hurting, *statements[harm.place :]])

    event.listen(sky.engine.sync_engine, "before_cursor_execute", before_statement, retval=True)
    with patch.object(database_module, "send", send):
        yield
