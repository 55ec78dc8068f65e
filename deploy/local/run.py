"""``make run``: PostgreSQL, its preparation, the demo, then web and worker until Ctrl-C.

This process only starts, watches and ends the others. A signal sets a mark that is looked at between steps; so
nothing is ever half begun, and everything that was begun is ended, in order. Standard library only.
"""

import argparse
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from types import FrameType
from typing import Final

from deploy.local import console, processes
from deploy.local.cluster import Cluster, free_port, private_cluster
from deploy.local.console import SetUpError, Stopped, say
from deploy.local.greeting import greeting
from deploy.local.paths import LOCAL, ROOT, RUN_LOCK

DATABASE_URL: Final = "REGISTRY_DATABASE_URL"
DEFAULT_PORT: Final = 8000
READY_S: Final = 60
STOP_S: Final = 15
_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)


class Stop:
    """Whether somebody asked for the end: Ctrl-C, ``make stop``, or a terminal that was closed."""

    def __init__(self) -> None:
        self.asked = False
        for number in _SIGNALS:
            if number is not signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:  # nohup make run
                signal.signal(number, self._on_signal)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        if not self.asked:
            with contextlib.suppress(OSError):
                os.write(1, b"\nstopping\n")  # not print: the signal may have come in the middle of one
        self.asked = True

    def check(self) -> None:
        if self.asked:
            raise Stopped

    def sleep(self, seconds: float) -> None:
        """Wait, and raise :class:`Stopped` where the end was asked for."""
        self.check()
        time.sleep(seconds)  # goes on after a signal, so it is kept short
        self.check()


class Child:
    """A process of the service, in a session of its own: Ctrl-C reaches it through us, in order."""

    def __init__(self, name: str, module: str, arguments: list[str], environment: dict[str, str], *, log: bool) -> None:
        self.name = name
        self.log = LOCAL / f"{name}.log"
        console.put_aside(self.log)
        output = self.log.open("ab") if log else None
        with output or contextlib.nullcontext():
            self._process = subprocess.Popen(
                [sys.executable, "-m", module, *arguments], cwd=ROOT, stdin=subprocess.DEVNULL,
                stdout=output, stderr=output, start_new_session=True,
                env={**os.environ, **environment, processes.MARK: str(ROOT)},
            )  # fmt: skip

    def status(self) -> int | None:
        return self._process.poll()

    def ended(self) -> SetUpError:
        """Return the error that tells of an end nobody asked for."""
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        end = "\n".join(f"  {line[:400]}" for line in lines[-3:])
        return SetUpError(
            f"{self.name} ended by itself with status {self.status()}; the end of {self.log}:\n{end}\n"
            "→ '.venv/bin/registry doctor' looks at each part, once PostgreSQL runs"
        )

    def terminate(self) -> None:
        if self.status() is None:
            self._process.terminate()

    def wait_or_kill(self, until: float) -> None:
        try:
            self._process.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            say(f"{self.name} did not stop within {STOP_S} s and is killed")
            self._process.kill()
            self._process.wait()


@contextlib.contextmanager
def only_one() -> Iterator[None]:
    """Be the only ``make run`` of this checkout, and end what a killed one left."""
    with processes.locked(RUN_LOCK, wait=False) as free:
        others = processes.supervisors()
        if others or not free:
            named = f"process {others[0]}" if others else f"somebody holds {RUN_LOCK}"
            raise SetUpError(f"it runs already ({named}); use it, or 'make stop' first")
        if orphans := processes.supervised():
            say("ending what an earlier run left behind")
            processes.end(orphans)
        yield


def chosen_port(asked: int | None) -> int:
    """Return the port for the web: the one asked for or an error, otherwise 8000 or a free one."""
    if asked is None:
        port = free_port(DEFAULT_PORT)
        if port != DEFAULT_PORT:
            say(f"port {DEFAULT_PORT} is taken; using {port}")
        return port
    another = "choose one with 'make run PORT=…', or leave PORT out"
    if not 1 <= asked <= 65_535:
        raise SetUpError(f"PORT={asked} is no port: 1 to 65535; {another}")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", asked))
        except PermissionError:
            raise SetUpError(f"port {asked} is reserved to root; {another}") from None
        except OSError:
            raise SetUpError(f"port {asked} is taken by another program; {another}") from None
    return asked


def run(stop: Stop, base_url: str, port: int) -> None:
    """Start everything, serve until the end is asked for or something ends by itself, and end everything."""
    cluster: Cluster | None = None
    children: list[Child] = []
    begun = time.monotonic()

    def start(name: str, module: str, *arguments: str, log: bool = True) -> Child:
        stop.check()
        child = Child(name, module, list(arguments), environment, log=log)
        children.append(child)
        return child

    environment = {DATABASE_URL: os.environ.get(DATABASE_URL, "")}
    private = not environment[DATABASE_URL]
    try:
        if private:
            cluster = private_cluster()
            environment[DATABASE_URL] = cluster.start().rpartition("/")[0] + "/registry"
        arguments = ["--base-url", base_url, *(["--private"] if private else [])]
        preparation = start("preparation", "deploy.local.prepare", *arguments, log=False)
        while (status := preparation.status()) is None:
            stop.sleep(0.05)
        if status:
            raise SystemExit(status)  # it said why
        environment = settings_of_processes()
        watched = [start("worker", "registry.cli", "worker"), start("web", "registry.cli", "web", "--port", str(port))]
        wait_until_ready(stop, base_url, watched)
        say(f"started in {time.monotonic() - begun:.0f} s")
        say(greeting(base_url))
        while True:
            stop.sleep(0.3)
            raise_if_ended(watched, cluster)
    finally:
        end(children, cluster)


def settings_of_processes() -> dict[str, str]:
    """Return what the preparation wrote for web and worker; the administrator's address is not for them."""
    lines = (line.partition("=") for line in (LOCAL / "env").read_text().splitlines())
    return {DATABASE_URL: "", **{name: value for name, _, value in lines}}


def wait_until_ready(stop: Stop, base_url: str, watched: list[Child]) -> None:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # whatever proxy the machine uses
    until = time.monotonic() + READY_S
    while time.monotonic() < until:
        raise_if_ended(watched, None)
        with contextlib.suppress(OSError), direct.open(f"{base_url}/readyz", timeout=2) as answer:
            if answer.status == 200:
                return
        stop.sleep(0.05)
    raise SetUpError(f"the web process is not ready after {READY_S} s; its log: {LOCAL / 'web.log'}")


def raise_if_ended(watched: list[Child], cluster: Cluster | None) -> None:
    if cluster is not None and cluster.port() is None:
        raise SetUpError(f"PostgreSQL ended; its log: {cluster.log}\n→ run the same command again")
    for child in watched:
        if child.status() is not None:
            raise child.ended()


def end(children: list[Child], cluster: Cluster | None) -> None:
    for child in children:
        child.terminate()
    until = time.monotonic() + STOP_S
    for child in children:
        child.wait_or_kill(until)
    if cluster is not None:
        cluster.stop()


def main() -> None:
    parser = argparse.ArgumentParser(prog="make run", description=__doc__)
    parser.add_argument("--port", type=int, help="port of the web process; without it 8000, or a free one")
    asked = parser.parse_args().port
    stop = Stop()
    with only_one():
        port = chosen_port(asked)
        try:
            run(stop, f"http://127.0.0.1:{port}", port)
        except Stopped:
            say("stopped")


if __name__ == "__main__":
    console.ending(main)
