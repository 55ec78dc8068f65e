"""A site of a test's own that may be killed: PostgreSQL, web, worker, each a real process set up as in production."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import psycopg

from deploy.local import processes
from deploy.local.cluster import Cluster
from registry.platform.settings import Settings
from tests.support.commands import environment
from tests.support.database import Server
from tests.support.tree import ROOT

NAME: Final = "registry_site"
SMALL: Final = {"shared_buffers": "64MB", "max_connections": "60"}
PATIENCE_S: Final = 90.0
_MINUTE: Final = (
    "INSERT INTO procrastinate_jobs (queue_name, task_name, queueing_lock, args) VALUES ('default', %s, %s, %s)"
)


@dataclass
class Site:
    """One PostgreSQL with one database, on which a worker runs that is started again whenever it ends."""

    cluster: Cluster
    server: Server
    directory: Path
    settings: Settings
    worker: "subprocess.Popen[bytes] | None" = None
    starts: int = 0
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def spool(self) -> Path:
        """Where the worker has its temporary files, and nobody else."""
        made = self.directory / "spool"
        made.mkdir(exist_ok=True)
        return made

    def start_worker(self) -> None:
        """Start the worker, unless it runs."""
        if self.worker is not None and self.worker.poll() is None:
            return
        self.starts += 1
        stated = {name: value for name, value in environment(self.settings).items() if value is not None}
        kept = {name: value for name, value in os.environ.items() if not name.startswith("REGISTRY_")}
        with (self.directory / "worker.log").open("ab") as output:
            self.worker = subprocess.Popen(
                [sys.executable, "-m", "registry.cli", "worker"], cwd=self.directory, stdout=output, stderr=output,
                env={**kept, **stated, **self.variables, "PYTHONPATH": str(ROOT), "TMPDIR": str(self.spool)},
            )  # fmt: skip

    def kill_worker(self) -> None:
        """``kill -9`` the worker."""
        if self.worker is not None:
            self.worker.kill()
            self.worker.wait()

    def kill_postgresql(self) -> None:
        """``kill -9`` the server and every process of it, at the same time."""
        processes.end(processes.working_in(self.cluster.data.resolve()), first=signal.SIGKILL)

    def start_postgresql(self) -> None:
        """Start it again, where it was; it recovers from its log."""
        assert self.cluster.start() == self.server.admin_url, "its port was taken meanwhile"

    def rows(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Run a statement as the administrator: nothing is hidden from it."""
        with self.server.connect(NAME) as admin:
            admin.execute("SET search_path = registry, public")
            done = admin.execute(statement.encode(), values)
            return done.fetchall() if done.description else []

    def let_a_minute_pass(self, task: str) -> None:
        """Have the job done that is due every minute, and what waits for a while before it is tried again."""
        with contextlib.suppress(psycopg.errors.UniqueViolation):
            self.rows(_MINUTE, task, task, '{"timestamp": 0}')
        self.rows("UPDATE sync_runs SET started_at = started_at - interval '1 hour' WHERE status = 'received'")

    async def until_ended(self, run: str) -> str:
        """Keep the worker up and the minutes passing until a run is over; return how it ended."""
        until = time.monotonic() + PATIENCE_S
        beat = 0
        while time.monotonic() < until:
            self.start_worker()
            ((status, told),) = self.rows("SELECT status, told_at IS NOT NULL FROM sync_runs WHERE id = %s", run)
            if told and status not in {"received", "running", "confirmed"}:
                return str(status)
            if beat % 10 == 0:
                await asyncio.to_thread(self.let_a_minute_pass, "sync.run_waiting")
            beat += 1
            await asyncio.sleep(0.1)
        raise AssertionError((self.rows("SELECT * FROM sync_runs WHERE id = %s", run), self.log()))

    def log(self) -> str:
        """Return the end of the worker's log."""
        return (self.directory / "worker.log").read_text()[-6_000:]

    def spooled(self) -> list[Path]:
        return list(self.spool.glob("registry-sync-*"))


@contextmanager
def site(directory: Path, **changes: Any) -> Iterator[Site]:
    """Make a site, and end all of it."""
    with tempfile.TemporaryDirectory(prefix="registry-site-") as held:  # PostgreSQL's user must be able to enter
        hasty = Cluster(Path(held), throwaway=True)  # to migrate; from then on it waits for the disk, as it must
        Server(hasty.start()).create_template(NAME)
        hasty.stop()
        cluster = Cluster(Path(held), settings=SMALL)
        server = Server(cluster.start())
        made = None
        try:
            made = Site(cluster, server, directory, server.settings(NAME, **changes))
            yield made
        finally:
            if made is not None:
                made.kill_worker()
            cluster.stop()
