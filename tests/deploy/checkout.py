"""A copy of this checkout to run, interrupt and break: what `make run` does in it touches nothing here."""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from deploy.local import setup
from deploy.local.cluster import free_port
from tests.support.tree import ROOT

COPIED = ("deploy", "registry", "migrations", "Makefile", "alembic.ini", "pyproject.toml", "README.md")
LOCKS = ("requirements.txt", "requirements-dev.txt", "requirements-uv.txt", "requirements-node.txt")
STARTS_IN_S = 90.0
STOPS_IN_S = 40.0
MARK = "REGISTRY_SUPERVISED_IN"


class Run:
    """One `make run` in a process group of its own, as a terminal would start it."""

    def __init__(self, checkout: "Checkout", target: str, variables: dict[str, str], options: list[str]) -> None:
        self.process = subprocess.Popen(
            ["make", "PYTHON=.venv/bin/python", target, *options], cwd=checkout.root, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, process_group=0,
            env={**checkout.environment, **variables},
        )  # fmt: skip
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout:
            self.lines.extend(self.process.stdout)

    @property
    def said(self) -> str:
        return "".join(self.lines)

    @property
    def url(self) -> str:
        found = re.search(r"runs at (\S+)", self.said)
        assert found, self.said
        return found[1]

    def until(self, text: str, seconds: float = STARTS_IN_S) -> "Run":
        """Wait until it has said ``text``."""
        until = time.monotonic() + seconds
        while text not in self.said:
            assert self.process.poll() is None, f"ended before it said {text!r}: {self.said}"
            assert time.monotonic() < until, f"did not say {text!r} within {seconds} s: {self.said}"
            time.sleep(0.02)
        return self

    def until_it_serves(self) -> "Run":
        return self.until("Ctrl-C stops it")

    def send(self, number: signal.Signals = signal.SIGINT) -> "Run":
        """Send a signal as a terminal does: to make and to all in its process group."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)
        return self

    def ended(self, seconds: float = STOPS_IN_S) -> int:
        status = self.process.wait(seconds)
        self._reader.join(5)
        interpreter_was_starting = "init_import_site" in self.said  # its own words, before a line of ours was read
        assert interpreter_was_starting or "Traceback" not in self.said, self.said
        return status


class Checkout:
    """A copy with the environment of this one; its processes and files are its own."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.local = root / ".local"
        self.python = root / ".venv" / "bin" / "python"
        foreign = ("REGISTRY_", "MAKE", "MFLAGS", "PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX")
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        self._begun: list[Run] = []
        for name in (*COPIED, *LOCKS):
            _copy(ROOT / name, root / name)
        self._adopt_environment()

    def _adopt_environment(self) -> None:
        """Make this process's packages the copy's, as if its set-up had installed them there."""
        real, own = Path(sys.prefix), self.root / ".venv"
        (own / "bin").mkdir(parents=True)
        shutil.copy(real / "pyvenv.cfg", own)
        (own / "lib").symlink_to(real / "lib")
        self.python.symlink_to(real / "bin" / "python")
        (own / ".made-for").write_text(setup.made_for(self.root))
        for lock in LOCKS:
            (own / f".{Path(lock).stem}").write_text(setup.digest(self.root / lock))

    def make(self, target: str, *options: str, **variables: str) -> Run:
        if target == "run" and not any(option.startswith("PORT=") for option in options):
            options = (*options, f"PORT={free_port()}")  # two processes of the tests may start at the same moment
        self._begun.append(Run(self, target, variables, list(options)))
        return self._begun[-1]

    def made(self, target: str, *options: str, **variables: str) -> str:
        """Run a target to its good end; return what it said."""
        run = self.make(target, *options, **variables)
        assert run.ended() == 0, run.said
        return run.said

    def module(self, name: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(self.python), "-m", name, *arguments], cwd=self.root, text=True, capture_output=True, check=False,
            timeout=STARTS_IN_S, env={**self.environment, **variables},
        )  # fmt: skip

    def shell(self, lines: str) -> subprocess.CompletedProcess[str]:
        """Run lines as a newcomer pastes them."""
        return subprocess.run(
            ["sh", "-eu", "-c", lines], cwd=self.root, text=True, capture_output=True, check=False, timeout=30,
            env=self.environment,
        )  # fmt: skip

    def demo(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.local / "demo.json").read_text())
        return found

    def setting(self, name: str) -> str:
        (found,) = re.findall(rf"^{name}=(.*)$", (self.local / "env").read_text(), re.MULTILINE)
        return str(found)

    def pids(self) -> dict[int, str]:
        """Return every process of the copy: by its folder, its environment or its arguments."""
        return dict(self._processes())

    def _processes(self) -> Iterator[tuple[int, str]]:
        data = str((self.local / "cluster").resolve() / "data")
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit() or int(entry.name) == os.getpid():
                continue
            try:
                arguments = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                environment = (entry / "environ").read_bytes().decode(errors="replace").split("\0")
                folder = str((entry / "cwd").readlink())
            except OSError:
                continue
            if f"{MARK}={self.root}" in environment or folder.startswith((str(self.root), data)):
                yield int(entry.name), arguments

    def pid_of(self, words: str) -> int:
        (found,) = [pid for pid, arguments in self.pids().items() if words in arguments]
        return found

    def postmaster(self) -> int:
        return int((self.local / "cluster" / "data" / "postmaster.pid").read_text().split()[0])

    def assert_nothing_runs(self) -> None:
        until = time.monotonic() + 5
        while (left := self.pids()) and time.monotonic() < until:
            time.sleep(0.05)
        assert not left, left

    def assert_web_port(self, port: int) -> None:
        assert f"--port {port} " in self.pids()[self.pid_of("registry.cli web")]

    def forget_database(self) -> None:
        """Go back to before the first run; the packages stay."""
        cluster = self.local / "cluster"
        shutil.rmtree(cluster.resolve(), ignore_errors=True)
        shutil.rmtree(self.local, ignore_errors=True)

    def kill_everything(self) -> None:
        """A power cut: nobody has a chance to clean up."""
        for pid in self.pids():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.assert_nothing_runs()
        for run in self._begun:
            run.process.wait(STOPS_IN_S)
        self._begun.clear()


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    elif source.exists():
        shutil.copy(source, target)


@contextlib.contextmanager
def checkout_in(name: str) -> Iterator[Checkout]:
    """A copy in a folder that PostgreSQL's user may enter, removed with all that ran in it."""
    with tempfile.TemporaryDirectory(prefix="registry-deploy-") as base:
        Path(base).chmod(0o755)
        root = Path(base) / name
        root.mkdir()
        made = Checkout(root)
        try:
            yield made
        finally:
            made.kill_everything()
            made.make("clean").ended()


def answered(url: str, **headers: str) -> Any:
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=10) as answer:
        return json.load(answer)
