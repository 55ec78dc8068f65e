"""Where the benchmark plays: a cluster of its own, a database for each size, the real web process, real tokens."""

import asyncio
import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx
import psycopg
from psycopg import sql

from deploy.local.cluster import Cluster, ClusterError, binaries, free_port
from deploy.local.paths import LOCAL, ROOT
from registry.identity import service as identity
from registry.platform.database import Database, Role, create_engine
from tests.perf import data
from tests.support.database import MASTER_KEY, Server

KEPT: Final = LOCAL / "bench"
DAILY_HOMES: Final = 1_000_000_000
SCOPES: Final = ("listings:read", "stock:read", "stock:write")
READY_S: Final = 120  # on a machine on which everything else runs too
_MAKES_THE_DATA: Final = (
    "migrations/versions/*.py", "registry/platform/preparation.py", "registry/listings/**/*.py",
    "registry/vocabulary/*.py", "tests/perf/data.py",
)  # fmt: skip


@contextlib.contextmanager
def cluster() -> Iterator[Server]:
    """A PostgreSQL of the benchmark's own, with the defaults of ``make run``: fsync on, no parallel query, warm.

    It stays under ``.local/bench`` with the generated databases, for the next run; where PostgreSQL's user may not go
    there it lives in a temporary directory and everything is made anew.
    """
    settings = {"max_parallel_workers_per_gather": "0", "jit": "off"}
    with contextlib.ExitStack() as stack:
        stack.enter_context(_alone())
        kept = Cluster(KEPT / "cluster", settings=settings)
        try:
            url = kept.start()
            stack.callback(kept.stop)
        except ClusterError:
            shutil.rmtree(kept.directory, ignore_errors=True)
            directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="registry-bench-")))
            directory.chmod(0o755)
            other = Cluster(directory / "cluster", settings=settings)
            url = other.start()
            stack.callback(other.stop)
        yield Server(url)


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Hold the place: two benchmarks would measure each other, and one would clear the other's cluster away.

    Raises:
        SystemExit: Another one is running here.
    """
    KEPT.parent.mkdir(exist_ok=True)
    with KEPT.with_suffix(".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SystemExit(f"another benchmark of {ROOT} is running: wait for it, or stop it") from None
        yield


def program(name: str) -> str:
    """Return the path of a program that comes with PostgreSQL."""
    return str(binaries() / name)


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for pattern in _MAKES_THE_DATA:
        for path in sorted(ROOT.glob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:10]


def _databases(server: Server) -> set[str]:
    with server.connect() as admin:
        return {name for (name,) in admin.execute("SELECT datname FROM pg_database WHERE datname LIKE 'bench\\_%'")}


def prepared(server: Server, homes: int) -> str:
    """Return the name of a migrated database with ``homes`` homes and their listings, making it if it is not kept."""
    name = f"bench_{homes}_{_fingerprint()}"
    present = _databases(server)
    if name in present:
        return name
    for stale in present:
        if stale.startswith(f"bench_{homes}_"):
            server.drop(stale)
    making = f"bench_making_{homes}"
    server.create_template(making)
    data.make_stock(server.url(making), homes)

    async def listed() -> None:
        jobs = Database(create_engine(server.url(making, "registry_worker")))
        await data.make_listings(jobs)
        await jobs.dispose()

    asyncio.run(listed())
    data.settle(server.url(making))
    with server.connect() as admin:
        admin.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(making), sql.Identifier(name)))
    return name


@contextlib.contextmanager
def copied(server: Server, template: str) -> Iterator[str]:
    """A copy of a prepared database that a run may write to, in memory as far as it fits."""
    name = "bench_run"
    server.clone(name, template)
    try:
        with server.connect(name) as admin:
            admin.execute("CREATE EXTENSION IF NOT EXISTS pg_prewarm")
            admin.execute(
                "SELECT pg_prewarm(c.oid) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                " WHERE n.nspname = 'registry' AND c.relkind IN ('r', 'i') ORDER BY c.relname LIKE '%listings%'"
            )
        yield name
    finally:
        server.drop(name)


@dataclass(frozen=True)
class Landlord:
    """A landlord with an OAuth client."""

    id: uuid.UUID
    client_id: str
    client_secret: str


async def landlord(server: Server, database: str) -> Landlord:
    """Give the country's largest landlord a client."""
    id_ = uuid.UUID("00000000-0000-7000-8000-000000000001")
    web = Database(create_engine(server.url(database, "registry_web")))
    async with web.transaction(Role.AUTH, actor="bench") as session:
        made = await identity.create_client(session=session, organisation=id_, name="bench", scopes=SCOPES)
    await web.dispose()
    assert made.secret is not None
    return Landlord(id_, made.client_id, made.secret)


class Web:
    """One web process as an operator starts it, with token check, row-level security, quotas and audit."""

    def __init__(self, server: Server, database: str) -> None:
        self.port = free_port()
        self.origin = f"http://127.0.0.1:{self.port}"
        self._directory = tempfile.TemporaryDirectory(prefix="registry-bench-web-")
        environment = {
            "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "REGISTRY_BASE_URL": self.origin,
            "REGISTRY_MASTER_KEY": MASTER_KEY, "REGISTRY_LISTING_DAILY_HOMES": str(DAILY_HOMES),
            "REGISTRY_WEB_DATABASE_URL": server.url(database, "registry_web"),
        }  # fmt: skip
        command = [sys.executable, "-m", "registry.cli", "web", "--port", str(self.port)]
        started = time.perf_counter()
        with Path(self._directory.name, "log").open("wb") as log:
            self._process = subprocess.Popen(command, cwd=self._directory.name, env=environment, stdout=log, stderr=log)
        try:
            self._wait()
        except BaseException:
            self.close()
            raise
        self.started_in_s = time.perf_counter() - started

    def _wait(self) -> None:
        give_up = time.monotonic() + READY_S
        while time.monotonic() < give_up and self._process.poll() is None:
            with contextlib.suppress(httpx.TransportError):
                if httpx.get(f"{self.origin}/readyz").status_code == 200:
                    return
            time.sleep(0.01)
        raise RuntimeError(f"the web process does not answer:\n{self.last_words()}")

    def last_words(self) -> str:
        return Path(self._directory.name, "log").read_text(errors="replace")[-3000:]

    def resident_mib(self) -> float:
        """Return the memory that the process holds now."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1024

    def processor_s(self) -> float:
        """Return the processor time that the process has used."""
        return processor_s(self._process.pid)

    def token(self, caller: Landlord) -> str:
        """Ask the token endpoint."""
        answer = httpx.post(
            f"{self.origin}/oauth/token",
            data={"grant_type": "client_credentials"},
            auth=(caller.client_id, caller.client_secret),
        )
        answer.raise_for_status()
        return str(answer.json()["access_token"])

    def close(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(5)
        self._directory.cleanup()


def processor_s(process: int) -> float:
    """Return the processor time that a process of this machine has used."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def database_s(server: Server) -> float:
    """Return the processor time that the web process's connections have used in the database."""
    with server.connect() as admin:
        rows = admin.execute("SELECT pid FROM pg_stat_activity WHERE usename = 'registry_web'").fetchall()
    return sum(processor_s(pid) for (pid,) in rows)


def administrator(server: Server, database: str) -> psycopg.Connection:
    return server.connect(database)
