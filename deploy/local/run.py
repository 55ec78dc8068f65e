"""``make run``: the database, its schema, the demo, then web and worker until Ctrl-C."""

import argparse
import asyncio
import contextlib
import os
import secrets
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Final
from urllib.parse import quote, urlencode

import psycopg
from psycopg import conninfo, sql

from deploy.local import demo
from deploy.local.cluster import ClusterError, free_port, private_cluster
from deploy.local.paths import ENVIRONMENT, LOCAL, ROOT, RUNNING
from registry.platform import schema_version
from registry.platform.crypto import generate_master_key
from registry.platform.preparation import LOGINS, prepare_cluster, prepare_database

DATABASE: Final = "registry"
DEFAULT_PORT: Final = 8000
READY_S: Final = 60
STOP_S: Final = 15


class Stopped(Exception):
    """Somebody asked for the end."""


def say(message: str) -> None:
    print(message, flush=True)


def administrators_url() -> str:
    """Return the address at which an administrator works on our database, starting the private cluster if need be."""
    given = os.environ.get("REGISTRY_DATABASE_URL")
    if given:
        return given
    url = private_cluster().start()
    with psycopg.connect(url, autocommit=True) as admin:
        if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
    return url.rsplit("/", 1)[0] + "/" + DATABASE


def login_url(admin_url: str, login: str, password: str) -> str:
    """Return the address of the same database for another login."""
    parts = conninfo.conninfo_to_dict(admin_url)
    host, port, name = str(parts.pop("host", "")), parts.pop("port", None), parts.pop("dbname", login)
    for private in ("user", "password"):
        parts.pop(private, None)
    if host.startswith("/") or not host:
        parts |= {"host": host or "/var/run/postgresql"}
        host = ""
    query = f"?{urlencode(parts)}" if parts else ""
    return f"postgresql://{login}:{quote(password)}@{host}{f':{port}' if port else ''}/{quote(str(name))}{query}"


def kept_environment() -> dict[str, str]:
    """Return what an earlier run wrote: passwords and the master key stay the same."""
    if not ENVIRONMENT.exists():
        return {}
    lines = (line.partition("=") for line in ENVIRONMENT.read_text().splitlines() if "=" in line)
    return {name: value for name, _, value in lines}


def write_environment(values: dict[str, str]) -> None:
    LOCAL.mkdir(exist_ok=True)
    ENVIRONMENT.touch(mode=0o600)
    ENVIRONMENT.write_text("".join(f"{name}={value}\n" for name, value in values.items()))


def prepare(admin_url: str, base_url: str) -> dict[str, str]:
    """Bring roles, extensions and schema to what this version needs; return the settings of the processes."""
    kept = kept_environment()
    passwords = {login: kept.get(f"{login.upper()}_PASSWORD") or secrets.token_hex(16) for login in LOGINS}
    with psycopg.connect(admin_url, autocommit=True) as admin:
        prepare_cluster(admin, passwords)
        for sentence in prepare_database(admin):
            say(f"note: {sentence}")
    environment = {
        "REGISTRY_ENVIRONMENT": "development",
        "REGISTRY_BASE_URL": base_url,
        "REGISTRY_MASTER_KEY": kept.get("REGISTRY_MASTER_KEY") or generate_master_key(),
        "REGISTRY_OWNER_DATABASE_URL": login_url(admin_url, "registry_owner", passwords["registry_owner"]),
        "REGISTRY_WEB_DATABASE_URL": login_url(admin_url, "registry_web", passwords["registry_web"]),
        "REGISTRY_WORKER_DATABASE_URL": login_url(admin_url, "registry_worker", passwords["registry_worker"]),
        **{f"{login.upper()}_PASSWORD": password for login, password in passwords.items()},
    }
    write_environment(environment)
    schema_version.migrate(environment["REGISTRY_OWNER_DATABASE_URL"])
    return environment


def wait_until_ready(base_url: str, web: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + READY_S
    while time.monotonic() < until:
        if web.poll() is not None:
            sys.exit(f"the web process ended with status {web.returncode}; its log: {LOCAL / 'web.log'}")
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{base_url}/readyz", timeout=2) as answer:
            if answer.status == 200:
                return
        time.sleep(0.05)
    sys.exit(f"the web process is not ready after {READY_S} s; its log: {LOCAL / 'web.log'}")


def start(name: str, arguments: list[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """Start a process of the service in a session of its own: Ctrl-C reaches it through us, in order."""
    with (LOCAL / f"{name}.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "registry.cli", *arguments], cwd=ROOT, env={**os.environ, **environment},
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip


def stop(processes: list[tuple[str, subprocess.Popen[bytes]]]) -> None:
    for _, process in processes:
        if process.poll() is None:
            process.terminate()
    until = time.monotonic() + STOP_S
    for name, process in processes:
        try:
            process.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            say(f"{name} did not stop within {STOP_S} s and is killed")
            process.kill()
            process.wait()


@contextlib.contextmanager
def only_one() -> Iterator[None]:
    """Hold the pid file; refuse while another run of this checkout is alive."""
    LOCAL.mkdir(exist_ok=True)
    other = RUNNING.read_text().strip() if RUNNING.exists() else ""
    if other.isdigit() and _is_ours(int(other)):
        sys.exit(f"it runs already (process {other}); 'make stop' stops it")
    RUNNING.write_text(str(os.getpid()))
    try:
        yield
    finally:
        RUNNING.unlink(missing_ok=True)


def _is_ours(pid: int) -> bool:
    try:
        return b"deploy.local.run" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def chosen_port(asked: int | None) -> int:
    port = free_port(asked or DEFAULT_PORT)
    if asked and port != asked:
        sys.exit(f"port {asked} is taken by another program; choose one with 'make run PORT=…', or leave PORT out")
    if port != (asked or DEFAULT_PORT):
        say(f"port {DEFAULT_PORT} is taken; using {port}")
    return port


def serve(base_url: str, port: int, environment: dict[str, str]) -> None:
    """Run web and worker until asked to stop, or until one of them ends by itself."""
    processes = [("worker", start("worker", ["worker"], environment))]
    try:
        web = start("web", ["web", "--port", str(port)], environment)
        processes.append(("web", web))
        wait_until_ready(base_url, web)
        say(demo.greeting(base_url))
        while True:
            for name, process in processes:
                if process.poll() is not None:
                    sys.exit(f"{name} ended with status {process.returncode}; its log: {LOCAL / f'{name}.log'}")
            time.sleep(0.5)
    finally:
        stop(processes)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, help="port of the web process; without it 8000, or a free one")
    asked = parser.parse_args().port

    def on_signal(number: int, frame: FrameType | None) -> None:
        del frame
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        raise Stopped(signal.Signals(number).name)

    signal.signal(signal.SIGINT, on_signal)
    signal.signal(signal.SIGTERM, on_signal)
    with only_one():
        try:
            port = chosen_port(asked)
            base_url = f"http://127.0.0.1:{port}"
            environment = prepare(administrators_url(), base_url)
            os.environ.update(environment)
            asyncio.run(demo.seed(base_url))
            serve(base_url, port, environment)
        except Stopped:
            say("stopped")
        except (ClusterError, schema_version.SchemaOutdated) as error:
            sys.exit(str(error))
        except psycopg.OperationalError as error:
            sys.exit(f"PostgreSQL does not answer as expected: {error}→ 'registry doctor' looks at each part")
        finally:
            if not os.environ.get("REGISTRY_DATABASE_URL"):
                with contextlib.suppress(ClusterError):
                    private_cluster().stop()


if __name__ == "__main__":
    main()
