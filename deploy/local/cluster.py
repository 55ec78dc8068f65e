"""A private PostgreSQL cluster from the system's packages: made, started and stopped without touching any other.

Standard library only: the tests and the set-up use it before anything is installed. PostgreSQL never runs as root;
there it drops to the unprivileged user that its package brings.
"""

import contextlib
import grp
import hashlib
import os
import pwd
import re
import secrets
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final

from deploy.local.paths import CLUSTER, ROOT

ADMINISTRATOR: Final = "registry_admin"
LEAST_VERSION: Final = 15
VAR: Final = Path("/var/lib/accessibility-registry")
_PACKAGE_USER: Final = "postgres"

# A quarter of the memory for PostgreSQL's own cache, bounded: the developer's machine has other things to do.
_SETTINGS: Final = {
    "listen_addresses": "'127.0.0.1'",
    "unix_socket_directories": "''",
    "max_connections": "120",
    "password_encryption": "'scram-sha-256'",
    "work_mem": "16MB",
    "maintenance_work_mem": "512MB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "logging_collector": "off",
}
_THROWAWAY: Final = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class ClusterError(RuntimeError):
    """PostgreSQL cannot be used; the message says what to do."""


def binaries() -> Path:
    """Return the directory of the newest installed PostgreSQL that is new enough and has PostGIS.

    Raises:
        ClusterError: There is none.
    """
    found = [
        (int(server.parts[-3]), server.parent)
        for server in Path("/usr/lib/postgresql").glob("*/bin/postgres")
        if server.parts[-3].isdigit()
    ]
    for version, directory in sorted(found, reverse=True):
        if version >= LEAST_VERSION and Path(f"/usr/share/postgresql/{version}/extension/postgis.control").exists():
            return directory
    raise ClusterError(
        f"no PostgreSQL ≥ {LEAST_VERSION} with PostGIS is installed: run 'make setup', or point REGISTRY_DATABASE_URL"
        " at a server that has both"
    )


def free_port(preferred: int | None = None) -> int:
    """Return ``preferred`` if nothing listens there, otherwise a port that the system chooses."""
    for port in (preferred, 0):
        if port is None:
            continue
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return int(probe.getsockname()[1])
    raise ClusterError("no free port on 127.0.0.1")


class Cluster:
    """One cluster in ``directory`` (made if it is missing).

    Args:
        directory: Holds ``data``, ``log`` and the administrator's password.
        throwaway: Do not wait for the disk: what it holds may be lost with the machine.
        settings: Server settings in addition to the defaults.
    """

    def __init__(self, directory: Path, *, throwaway: bool = False, settings: dict[str, str] | None = None) -> None:
        self.directory = directory
        self.settings = {**_SETTINGS, **_memory(), **(_THROWAWAY if throwaway else {}), **(settings or {})}
        self._bin = binaries()

    @property
    def data(self) -> Path:
        return self.directory / "data"

    @property
    def log(self) -> Path:
        return self.directory / "log"

    def start(self) -> str:
        """Start the server, making the cluster first if need be; return the administrator's address.

        One that runs already is used as it is; one that a power cut left behind is started again, on another port
        where its own is taken.

        Raises:
            ClusterError: It does not start; the message ends with the last lines of its log.
        """
        if not (self.data / "PG_VERSION").exists():
            self._create()
        self._check_version()
        port = self._running_port()
        if port is None:
            (self.data / "postmaster.pid").unlink(missing_ok=True)
            port = free_port(self._last_port())
            self._configure(port)
            done = self._run("pg_ctl", "start", "-D", str(self.data), "-l", str(self.log), "-w", "-t", "60")
            if done.returncode:
                raise ClusterError(f"PostgreSQL does not start; the end of {self.log}:\n{self._end_of_log()}")
            (self.directory / "port").write_text(str(port))
        return self.url(port)

    def stop(self) -> None:
        """Stop the server if it runs; open transactions are rolled back."""
        if self._running_port() is not None:
            self._run("pg_ctl", "stop", "-D", str(self.data), "-m", "fast", "-w", "-t", "60")

    def url(self, port: int) -> str:
        password = (self.directory / "password").read_text().strip()
        return f"postgresql://{ADMINISTRATOR}:{password}@127.0.0.1:{port}/postgres"

    def _create(self) -> None:
        shutil.rmtree(self.data, ignore_errors=True)  # what a first run that was interrupted left
        self.directory.mkdir(parents=True, exist_ok=True)
        password = self.directory / "password"
        password.write_text(secrets.token_hex(16))
        password.chmod(0o600)
        user = _owner()
        if user is not None:
            for path in (self.directory, password):
                os.chown(path, user.pw_uid, user.pw_gid)
        done = self._run(
            "initdb", "-D", str(self.data), "-U", ADMINISTRATOR, "-E", "UTF8", "--locale=C.UTF-8",
            "--auth=scram-sha-256", f"--pwfile={password}", "--no-instructions",
        )  # fmt: skip
        if done.returncode:
            raise ClusterError(f"initdb failed:\n{done.stdout}")

    def _configure(self, port: int) -> None:
        lines = [f"{name} = {value}" for name, value in {**self.settings, "port": str(port)}.items()]
        own = self.data / "registry.conf"
        own.write_text("\n".join(lines) + "\n")
        main = self.data / "postgresql.conf"
        text = main.read_text()
        if "registry.conf" not in text:
            main.write_text(f"{text}\ninclude 'registry.conf'\n")
        user = _owner()
        if user is not None:
            os.chown(own, user.pw_uid, user.pw_gid)

    def _check_version(self) -> None:
        made_by, present = (self.data / "PG_VERSION").read_text().strip(), self._bin.parts[-2]
        if made_by != present:
            older = Path(f"/usr/lib/postgresql/{made_by}/bin")
            if not (older / "postgres").exists():
                raise ClusterError(
                    f"{self.data} was made by PostgreSQL {made_by}, and {present} is installed: 'make clean' makes a"
                    f" new one (the demo is seeded again), or install postgresql-{made_by}"
                )
            self._bin = older

    def _last_port(self) -> int | None:
        port = self.directory / "port"
        text = port.read_text().strip() if port.exists() else ""
        return int(text) if text.isdigit() else None

    def _running_port(self) -> int | None:
        """Return the port of the running server; a pid that is another program's now does not count."""
        pid_file = self.data / "postmaster.pid"
        if not pid_file.exists():
            return None
        lines = pid_file.read_text().splitlines()
        if len(lines) < 4 or not lines[0].isdigit():
            return None
        try:
            works_in = Path(f"/proc/{lines[0]}/cwd").readlink()
        except OSError:
            return None
        return int(lines[3]) if works_in == self.data.resolve() else None

    def _end_of_log(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-15:]) if self.log.exists() else "(no log)"

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        user = _owner()
        environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": str(self.directory)}
        with Path(os.devnull).open() as nothing, TemporaryFile("w+") as output:
            done = subprocess.run(
                [str(self._bin / program), *arguments], stdin=nothing, stdout=output, stderr=subprocess.STDOUT,
                user=user.pw_uid if user else None, group=user.pw_gid if user else None,
                extra_groups=[] if user else None, env=environment, cwd="/", check=False,
            )  # fmt: skip
            output.seek(0)
            return subprocess.CompletedProcess(done.args, done.returncode, output.read())


def _owner() -> pwd.struct_passwd | None:
    """Return the user to drop to, or ``None`` where this is not root."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(_PACKAGE_USER)
    except KeyError:
        raise ClusterError(f"the user '{_PACKAGE_USER}' is missing: run 'make setup'") from None


def _memory() -> dict[str, str]:
    pages, page = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    megabytes = pages * page // 2**20
    return {
        "shared_buffers": f"{max(64, min(4096, megabytes // 8))}MB",
        "effective_cache_size": f"{max(256, megabytes // 2)}MB",
    }


def _may_enter(user: pwd.struct_passwd, directory: Path) -> bool:
    """Tell whether ``user`` can reach ``directory``: every folder above must be open to it."""
    groups = {user.pw_gid, *(group.gr_gid for group in grp.getgrall() if user.pw_name in group.gr_mem)}
    for folder in (directory, *directory.parents):
        if not folder.exists():
            continue
        stat = folder.stat()
        bit = 0o100 if stat.st_uid == user.pw_uid else 0o010 if stat.st_gid in groups else 0o001
        if not stat.st_mode & bit:
            return False
    return True


def private_cluster() -> Cluster:
    """Return this checkout's cluster: ``.local/cluster``, or where that links to.

    As root in a checkout that PostgreSQL's user cannot enter (``/root`` for instance), it lives under
    ``/var/lib/accessibility-registry``.
    """
    user = _owner()
    CLUSTER.parent.mkdir(exist_ok=True)
    if not CLUSTER.exists():
        CLUSTER.unlink(missing_ok=True)  # a link whose target is gone
        if user is not None and not _may_enter(user, CLUSTER.parent):
            name = re.sub(r"[^A-Za-z0-9]+", "-", ROOT.name) + "-" + hashlib.sha256(str(ROOT).encode()).hexdigest()[:8]
            elsewhere = VAR / name
            elsewhere.mkdir(parents=True, exist_ok=True)
            CLUSTER.symlink_to(elsewhere)
    return Cluster(CLUSTER.resolve())


def remove_private_cluster() -> None:
    """Stop the cluster and delete it with all its data."""
    if CLUSTER.exists():
        with contextlib.suppress(ClusterError):
            private_cluster().stop()
        shutil.rmtree(CLUSTER.resolve())
    CLUSTER.unlink(missing_ok=True)


if __name__ == "__main__":
    actions = {"start": lambda: print(private_cluster().start()), "stop": lambda: private_cluster().stop(),
               "remove": remove_private_cluster}  # fmt: skip
    try:
        actions[sys.argv[1]]()
    except ClusterError as error:
        sys.exit(str(error))
