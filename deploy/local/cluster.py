"""A private PostgreSQL cluster from the system's packages: made, started and stopped without touching any other.

Standard library only: the tests and the set-up use it before anything is installed. PostgreSQL never runs as root;
there it drops to the unprivileged user that its package brings, or to the one who made the cluster.
"""

from __future__ import annotations

import contextlib
import grp
import hashlib
import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final

from deploy.local import console, processes
from deploy.local.console import SetUpError, write_whole
from deploy.local.paths import CLUSTER, ROOT

ADMINISTRATOR: Final = "registry_admin"
LEAST_VERSION: Final = 15
VAR: Final = Path("/var/lib/accessibility-registry")
_PACKAGE_USER: Final = "postgres"
_START_S: Final = 60  # after a crash the log is replayed first

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


class ClusterError(SetUpError):
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
        self._found: Path | None = None
        self._user = _user_for(directory)

    @property
    def _bin(self) -> Path:
        if self._found is None:
            self._found = binaries()
        return self._found

    @property
    def data(self) -> Path:
        return self.directory / "data"

    @property
    def log(self) -> Path:
        return self.directory / "log"

    def start(self) -> str:
        """Start the server, making the cluster first if need be; return the administrator's address.

        One that runs already is used as it is; one that a crash left behind is started again, on another port where
        its own is taken.

        Raises:
            ClusterError: It does not start; the message ends with the last lines of its log.
        """
        if not (self.data / "PG_VERSION").exists():
            self._create()
        self._check_version()
        port = self.port()
        if port is None:
            self._clear_the_dead()
            port = self._start_on(free_port(self._last_port())) or self._start_on(free_port())
            if port is None:
                raise ClusterError(f"PostgreSQL does not start; the end of {self.log}:\n{self._end_of_log()}")
            self._write("port", str(port))
        self._wait_until_ready()
        return self.url(port)

    def _start_on(self, port: int) -> int | None:
        """Start on ``port`` and return it; ``None`` where somebody took it in this very moment.

        Raises:
            ClusterError: It does not start for another reason.
        """
        self._configure(port)
        told = self.log.stat().st_size if self.log.exists() else 0
        done = self._run("pg_ctl", "start", "-D", str(self.data), "-l", str(self.log), "-w", "-t", str(_START_S))
        if not done.returncode:
            return port
        if b"Address already in use" in self.log.read_bytes()[told:]:
            return None
        raise ClusterError(f"PostgreSQL does not start; the end of {self.log}:\n{self._end_of_log()}")

    def _wait_until_ready(self) -> None:
        """Wait for a server that was found starting: somebody was interrupted while it did."""
        until = time.monotonic() + _START_S
        while time.monotonic() < until:
            if self._pid_file()[7:8] and self._pid_file()[7].strip() == "ready":
                return
            time.sleep(0.1)
        raise ClusterError(f"PostgreSQL is not ready after {_START_S} s; the end of {self.log}:\n{self._end_of_log()}")

    def _clear_the_dead(self) -> None:
        """Remove what a killed server left: processes of its own still at work, and a pid that is another's by now.

        A pid file whose process is gone is left to PostgreSQL: it checks the shared memory of that server too.
        """
        processes.end(processes.working_in(self.data.resolve()), first=signal.SIGQUIT)
        written = self._pid_file()[:1]
        if written and Path(f"/proc/{written[0]}").exists():
            (self.data / "postmaster.pid").unlink()

    def stop(self) -> None:
        """Stop the server if it runs; open transactions are rolled back."""
        if self.port() is None:
            return
        if self._run("pg_ctl", "stop", "-D", str(self.data), "-m", "fast", "-w", "-t", "30").returncode:
            self._run("pg_ctl", "stop", "-D", str(self.data), "-m", "immediate", "-w", "-t", "10")
        if self.port() is not None:
            raise ClusterError(f"PostgreSQL in {self.data} does not stop; the end of {self.log}:\n{self._end_of_log()}")

    def url(self, port: int) -> str:
        password = (self.directory / "password").read_text().strip()
        return f"postgresql://{ADMINISTRATOR}:{password}@127.0.0.1:{port}/postgres"

    def _create(self) -> None:
        unfinished = self.directory / "data.unfinished"  # a cluster exists whole or not at all
        shutil.rmtree(unfinished, ignore_errors=True)
        self.directory.mkdir(parents=True, exist_ok=True)
        if self._user is not None:
            os.chown(self.directory, self._user.pw_uid, self._user.pw_gid)
        self._write("password", secrets.token_hex(16))
        done = self._run(
            "initdb", "-D", str(unfinished), "-U", ADMINISTRATOR, "-E", "UTF8", "--locale=C.UTF-8",
            "--auth=scram-sha-256", f"--pwfile={self.directory / 'password'}", "--no-instructions",
        )  # fmt: skip
        if done.returncode:
            end = "\n".join(done.stdout.splitlines()[-8:])
            raise ClusterError(f"PostgreSQL cannot make a cluster in {self.directory}:\n{end}\n→ {_remedy(end)}")
        shutil.rmtree(self.data, ignore_errors=True)
        unfinished.rename(self.data)

    def _configure(self, port: int) -> None:
        lines = [f"{name} = {value}" for name, value in {**self.settings, "port": str(port)}.items()]
        self._write("data/registry.conf", "\n".join(lines) + "\n")
        text = (self.data / "postgresql.conf").read_text()
        if "registry.conf" not in text:
            self._write("data/postgresql.conf", f"{text}\ninclude 'registry.conf'\n")

    def _write(self, name: str, text: str) -> None:
        """Write one of the cluster's files, owned by the server's user."""
        write_whole(self.directory / name, text)
        if self._user is not None:
            os.chown(self.directory / name, self._user.pw_uid, self._user.pw_gid)

    def _check_version(self) -> None:
        made_by, present = (self.data / "PG_VERSION").read_text().strip(), self._bin.parts[-2]
        if made_by != present:
            older = Path(f"/usr/lib/postgresql/{made_by}/bin")
            if not (older / "postgres").exists():
                raise ClusterError(
                    f"{self.data} was made by PostgreSQL {made_by}, and {present} is installed: 'make clean' makes a"
                    f" new one (the demo is seeded again), or install postgresql-{made_by}"
                )
            self._found = older

    def _last_port(self) -> int | None:
        port = self.directory / "port"
        text = port.read_text().strip() if port.exists() else ""
        return int(text) if text.isdigit() else None

    def port(self) -> int | None:
        """Return the port of the running server; a pid that is another program's now does not count."""
        lines = self._pid_file()
        if len(lines) < 4 or not lines[0].isdigit():
            return None
        works_in = processes.working_directory(int(lines[0]))
        return int(lines[3]) if works_in == str(self.data.resolve()) else None

    def _pid_file(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []

    def _end_of_log(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-15:]) if self.log.exists() else "(no log)"

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        user = self._user
        environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": str(self.directory)}
        with Path(os.devnull).open() as nothing, TemporaryFile("w+") as output:
            done = subprocess.run(
                [str(self._bin / program), *arguments], stdin=nothing, stdout=output, stderr=subprocess.STDOUT,
                user=user.pw_uid if user else None, group=user.pw_gid if user else None,
                extra_groups=[] if user else None, env=environment, cwd="/", check=False,
                start_new_session=True,  # Ctrl-C is for whoever called this: it stops the server in order
            )  # fmt: skip
            output.seek(0)
            return subprocess.CompletedProcess(done.args, done.returncode, output.read())


def _user_for(directory: Path) -> pwd.struct_passwd | None:
    """Return the user to drop to, or ``None`` where this is not root.

    Raises:
        ClusterError: PostgreSQL's package is not installed, or the cluster is somebody else's.
    """
    owner = directory.stat().st_uid if (directory / "data").exists() else None
    if os.geteuid() != 0:
        if owner not in {None, os.geteuid()}:
            raise ClusterError(
                f"{directory} belongs to {console.user_name(owner)}, this is {console.user_name()}: use the same user"
                " as before (root, with sudo), or let that user say 'make clean' once"
            )
        return None
    with contextlib.suppress(KeyError):
        return pwd.getpwuid(owner) if owner else pwd.getpwnam(_PACKAGE_USER)
    raise ClusterError(
        f"the user '{_PACKAGE_USER}' is missing: 'make setup' installs PostgreSQL's package, which has it"
    )


def _remedy(said: str) -> str:
    if "No space left" in said:
        return f"make room ('df -h {ROOT}'), then run the same command again"
    return "put that right, then run the same command again"


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
    ``/var/lib/accessibility-registry``; found there again when ``.local`` was deleted meanwhile.
    """
    CLUSTER.parent.mkdir(exist_ok=True)
    if not CLUSTER.exists():
        CLUSTER.unlink(missing_ok=True)  # a link whose target is gone
        user = _user_for(CLUSTER)
        if user is not None and not _may_enter(user, CLUSTER.parent):
            elsewhere = _elsewhere()
            for folder in (VAR, elsewhere):
                folder.mkdir(exist_ok=True)
            VAR.chmod(0o755)  # whatever the umask is
            CLUSTER.symlink_to(elsewhere)
    processes.end(_of_deleted(CLUSTER.resolve()), first=signal.SIGQUIT)
    return Cluster(CLUSTER.resolve())


def existing_cluster() -> Cluster | None:
    """Return this checkout's cluster where there is one; make nothing."""
    directory = _existing()
    return Cluster(directory) if directory is not None and (directory / "data").exists() else None


def remove_private_cluster() -> None:
    """Stop the cluster and delete it with all its data."""
    directory = _existing()
    if directory is not None:
        if (directory / "data").exists():
            with contextlib.suppress(ClusterError):  # PostgreSQL itself may be gone
                Cluster(directory).stop()
        processes.end(processes.working_in(directory / "data"), first=signal.SIGQUIT)
        shutil.rmtree(directory)
    CLUSTER.unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        VAR.rmdir()  # the last checkout's


def _existing() -> Path | None:
    if CLUSTER.exists():
        return CLUSTER.resolve()
    elsewhere = _elsewhere()
    return elsewhere if os.geteuid() == 0 and elsewhere.exists() else None


def _elsewhere() -> Path:
    name = re.sub(r"[^A-Za-z0-9]+", "-", ROOT.name)
    return VAR / f"{name}-{hashlib.sha256(os.fsencode(ROOT)).hexdigest()[:8]}"


def _of_deleted(directory: Path) -> list[int]:
    """Return servers that still run on files of ``directory`` which were deleted under them."""
    gone = f"{directory / 'data'} (deleted)"
    return [pid for pid in processes.working_in(directory / "data") if processes.working_directory(pid) == gone]


if __name__ == "__main__":
    actions = {"start": lambda: print(private_cluster().start()), "stop": lambda: private_cluster().stop(),
               "remove": remove_private_cluster}  # fmt: skip
    console.ending(actions[sys.argv[1]])
