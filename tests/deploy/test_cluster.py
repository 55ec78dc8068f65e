"""The private PostgreSQL cluster after all that happens to machines."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest

from deploy.local import cluster as clusters
from deploy.local import processes
from deploy.local.cluster import Cluster, ClusterError


@pytest.fixture(scope="module")
def made() -> Iterator[Cluster]:
    with TemporaryDirectory(prefix="registry-cluster-") as directory:
        cluster = Cluster(Path(directory), throwaway=True)
        yield cluster
        cluster.stop()


@pytest.fixture
def stopped(made: Cluster) -> Cluster:
    made.start()
    made.stop()
    return made


def answers(url: str) -> bool:
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT 1").fetchone() == (1,)


def kill_server(cluster: Cluster) -> None:
    pid = int((cluster.data / "postmaster.pid").read_text().split()[0])
    os.kill(pid, signal.SIGKILL)
    for _ in range(200):
        if cluster.port() is None:
            return
        time.sleep(0.02)
    raise AssertionError(f"{pid} does not die")


def write_pid(cluster: Cluster, pid: int) -> None:
    """Leave the pid file of a server that was killed, with the pid that ``pid`` has got since."""
    cluster._write("data/postmaster.pid", f"{pid}\n{cluster.data}\n1\n5432\n\n127.0.0.1\n\nready\n")


def test_start_of_a_running_cluster_uses_it_as_it_is(made: Cluster) -> None:
    first = made.start()
    port = made.port()

    assert made.start() == first
    assert made.port() == port
    assert answers(first)


def test_start_after_a_crash_starts_it_again(made: Cluster) -> None:
    made.start()
    kill_server(made)

    assert answers(made.start())


def test_start_after_a_crash_ends_the_server_processes_that_outlived_their_server(made: Cluster) -> None:
    url = made.start()
    with psycopg.connect(url, autocommit=True) as busy:
        backend = busy.info.backend_pid
        os.kill(backend, signal.SIGSTOP)  # hangs in a system call, so that it does not notice
        kill_server(made)
        assert backend in processes.working_in(made.data)

        assert answers(made.start())

    assert backend not in processes.working_in(made.data)


@pytest.mark.parametrize("whose", ["the same user's", "nobody's"])
def test_start_with_the_pid_file_of_before_the_reboot_starts_it(stopped: Cluster, whose: str) -> None:
    with subprocess.Popen(
        ["sleep", "60"], user=stopped._user.pw_uid if stopped._user else None, start_new_session=True
    ) as other:
        if whose == "nobody's":
            other.kill()
            other.wait()
        write_pid(stopped, other.pid)
        try:
            assert answers(stopped.start())
            assert whose == "nobody's" or other.poll() is None, "the other program is not ours to end"
        finally:
            other.kill()


def test_start_on_a_port_that_was_taken_meanwhile_takes_another(stopped: Cluster) -> None:
    port = int((stopped.directory / "port").read_text())
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", port))
        other.listen()

        assert answers(stopped.start())
        assert stopped.port() != port


def test_start_on_a_port_taken_in_the_last_moment_tries_another(
    stopped: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        free = clusters.free_port()
        offered = iter([taken, free])
        monkeypatch.setattr(clusters, "free_port", lambda preferred=None: next(offered))

        assert answers(stopped.start())
        assert stopped.port() == free


def test_start_after_an_interrupted_creation_creates_it_whole() -> None:
    with TemporaryDirectory(prefix="registry-cluster-") as directory:
        cluster = Cluster(Path(directory), throwaway=True)
        for left in ("data.unfinished", "data"):  # initdb writes its version long before it is done
            (cluster.directory / left).mkdir()
        (cluster.directory / "data.unfinished" / "PG_VERSION").write_text("15\n")
        try:
            assert answers(cluster.start())
        finally:
            cluster.stop()


def test_start_of_what_a_removed_version_made_says_both_ways_out(
    stopped: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = stopped.data / "PG_VERSION"
    before = version.read_text()
    version.write_text("9\n")
    try:
        with pytest.raises(ClusterError, match=r"made by PostgreSQL 9.*'make clean'.*install postgresql-9"):
            stopped.start()
    finally:
        version.write_text(before)


def test_start_that_postgresql_refuses_shows_the_end_of_its_log(stopped: Cluster) -> None:
    settings = dict(stopped.settings)
    stopped.settings["shared_buffers"] = "'nonsense'"
    try:
        with pytest.raises(ClusterError, match="nonsense"):
            stopped.start()
    finally:
        stopped.settings = settings


@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts servers for others")
def test_cluster_of_an_ordinary_user_is_run_as_that_user_by_root() -> None:
    import pwd

    somebody = pwd.getpwnam("daemon")
    with TemporaryDirectory(prefix="registry-cluster-") as directory:
        (Path(directory) / "data").mkdir()
        os.chown(directory, somebody.pw_uid, somebody.pw_gid)

        assert Cluster(Path(directory))._user == somebody


class Place:
    """A checkout's folders, with the system's folder for clusters beside them."""

    def __init__(self, base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root, self.var = base / "root" / "checkout", base / "var"
        self.root.mkdir(parents=True)
        self.local = self.root / ".local"
        monkeypatch.setattr(clusters, "ROOT", self.root)
        monkeypatch.setattr(clusters, "CLUSTER", self.local / "cluster")
        monkeypatch.setattr(clusters, "VAR", self.var)


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    with TemporaryDirectory(prefix="registry-place-") as base:
        Path(base).chmod(0o755)
        yield Place(Path(base), monkeypatch)
        clusters.remove_private_cluster()


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user enters its own checkout")
def test_cluster_of_a_checkout_that_postgresql_cannot_enter_lives_elsewhere_and_is_found_again(place: Place) -> None:
    (place.root.parent).chmod(0o700)
    previous = os.umask(0o077)
    try:
        assert answers(clusters.private_cluster().start())
    finally:
        os.umask(previous)
    (data,) = place.var.glob("checkout-*/data")
    assert (place.local / "cluster").resolve() == data.parent

    (place.local / "cluster").unlink()
    place.local.rmdir()  # .local deleted, the cluster lives on
    assert answers(clusters.private_cluster().start())
    assert clusters.private_cluster().data == data

    (place.local / "cluster").unlink()
    running = clusters.existing_cluster()
    assert running is not None
    running.stop()
    clusters.remove_private_cluster()
    assert not place.var.exists()


def test_cluster_of_a_checkout_that_postgresql_may_enter_lives_in_it(place: Place) -> None:
    assert clusters.private_cluster().directory == place.local / "cluster"
    assert not place.var.exists()
    assert clusters.existing_cluster() is None


def test_cluster_deleted_under_its_server_is_ended_and_made_anew(place: Place) -> None:
    import shutil

    clusters.private_cluster().start()
    old = set(processes.working_in(place.local / "cluster" / "data"))
    shutil.rmtree(place.local)

    assert answers(clusters.private_cluster().start())

    assert old
    assert not old & set(processes.working_in(place.local / "cluster" / "data"))


def test_free_port_is_the_preferred_one_or_another() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]

        assert clusters.free_port(taken) != taken
    assert clusters.free_port(taken) == taken


def test_processes_are_ended_politely_and_killed_where_they_do_not_listen() -> None:
    ignores = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); time.sleep(60)"
    with (
        subprocess.Popen(["sleep", "60"]) as polite,
        subprocess.Popen([sys.executable, "-c", ignores], stdout=subprocess.PIPE) as deaf,
    ):
        assert deaf.stdout
        deaf.stdout.readline()

        processes.end([polite.pid, deaf.pid, 2**22], grace_s=0.5)

        assert polite.wait(1) == -signal.SIGTERM
        assert deaf.wait(1) == -signal.SIGKILL
