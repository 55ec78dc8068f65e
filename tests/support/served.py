"""The service as it runs: its own process, its own command, on a port of this machine."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from registry.platform.settings import Settings
from tests.support.commands import environment
from tests.support.tree import ROOT

START_S = 120.0  # on a machine on which everything else runs too


@dataclass(frozen=True)
class Served:
    """A running web process."""

    port: int
    log: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def connect(self, timeout: float = 10.0) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout)

    def send(self, *parts: bytes, timeout: float = 10.0) -> bytes:
        """Send bytes as they are; return all that comes until the server closes or answers no more."""
        with self.connect(timeout) as connection:
            for part in parts:
                connection.sendall(part)
            return received(connection)

    def complaints(self) -> list[str]:
        """Return the lines of the log that tell of a failure inside the service."""
        return [
            line
            for line in self.log.read_text().splitlines()
            if re.search(r'"level": ?"(error|critical)"|Traceback', line)
        ]


def received(connection: socket.socket) -> bytes:
    """Return what comes until the connection ends, or one whole answer with a Content-Length has come."""
    found = b""
    while chunk := connection.recv(65_536):
        found += chunk
        head, _, body = found.partition(b"\r\n\r\n")
        length = re.search(rb"(?im)^content-length: (\d+)", head)
        if length and b"\r\n\r\n" in found and len(body) >= int(length[1]):
            break
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serve(
    settings: Settings, directory: Path, *, port: int | None = None, program: str = "registry.cli"
) -> Iterator[Served]:
    """Run ``registry web`` with ``settings`` until the end of the block; on ``port``, or on a free one.

    ``program``: the module that is the command line.
    """
    if port is None:
        port = free_port()
    given = {name: value for name, value in environment(settings).items() if value is not None}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("REGISTRY_")}
    log = directory / "web.log"
    with log.open("wb") as sink:
        process = subprocess.Popen(
            [sys.executable, "-m", program, "web", "--port", str(port)],
            cwd=directory, env={**kept, **given, "PYTHONPATH": str(ROOT)}, stdout=sink, stderr=sink,
        )  # fmt: skip
        try:
            served = Served(port, log)
            _await(served, process)
            yield served
        finally:
            process.terminate()
            process.wait(20)


def _await(served: Served, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_S
    while time.monotonic() < until:
        assert process.poll() is None, served.log.read_text()
        try:
            if httpx.get(f"{served.url}/readyz").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError(served.log.read_text())
