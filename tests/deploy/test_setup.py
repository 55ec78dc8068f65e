"""Installing what is missing: packages, environment; interrupted, refused, without rights."""

import errno
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from deploy.local import console, processes, setup
from deploy.local.console import SetUpError
from tests.support.tree import ROOT


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place of its own for everything that the set-up writes."""
    (tmp_path / ".local").mkdir()
    monkeypatch.setattr(setup, "LOG", tmp_path / ".local" / "setup.log")
    monkeypatch.setattr(setup, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(setup, "_MADE_FOR", tmp_path / ".venv" / ".made-for")
    monkeypatch.setattr(setup, "_UNFINISHED", tmp_path / ".venv" / ".unfinished")
    return tmp_path


class Installers:
    """Records what would be run, and answers for it."""

    def __init__(self) -> None:
        self.ran: list[str] = []
        self.fails: tuple[str, ...] = ()
        self.then: Callable[[str], None] = lambda command: None

    def logged(self, command: list[str], *, what: str, needed: bool = True, **_: Any) -> bool:
        line = " ".join(command)
        self.ran.append(line)
        self.then(line)
        if any(word in line for word in self.fails):
            if needed:
                raise SetUpError(what)
            return False
        return True

    def ran_any(self, words: str) -> bool:
        return any(words in line for line in self.ran)


@pytest.fixture
def installers(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Installers:
    made = Installers()

    def venv(line: str) -> None:
        if "-m venv" in line:
            (folder / ".venv").mkdir()

    made.then = venv
    monkeypatch.setattr(setup, "logged", made.logged)
    return made


@pytest.fixture
def lock(folder: Path) -> Path:
    path = folder / "requirements.txt"
    path.write_text("a==1\n")
    return path


def test_environment_is_installed_once_and_again_when_the_lock_changes(installers: Installers, lock: Path) -> None:
    setup.install_environment(lock)
    assert installers.ran_any("-m venv")
    installers.ran.clear()

    setup.install_environment(lock)
    assert not installers.ran

    lock.write_text("a==2\n")
    setup.install_environment(lock)
    assert installers.ran
    assert not installers.ran_any("-m venv"), "the environment itself still stands"


def test_environment_whose_installation_was_cut_off_is_made_anew(
    installers: Installers, lock: Path, folder: Path
) -> None:
    def cut_off(line: str) -> None:
        if "-m venv" in line:
            (folder / ".venv").mkdir()
        if "uv pip install" in line:
            (folder / ".venv" / "half-a-package").touch()
            raise KeyboardInterrupt

    good, installers.then = installers.then, cut_off
    with pytest.raises(KeyboardInterrupt):
        setup.install_environment(lock)
    installers.then = good
    installers.ran.clear()

    setup.install_environment(lock)

    assert installers.ran_any("-m venv")
    assert not (folder / ".venv" / "half-a-package").exists()


def test_environment_of_another_python_or_place_is_made_anew(
    installers: Installers, lock: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    setup.install_environment(lock)
    installers.ran.clear()
    monkeypatch.setattr(setup, "ROOT", Path("/moved/to/another/place"))

    setup.install_environment(lock)

    assert installers.ran_any("-m venv")


def test_index_that_only_pip_reaches_is_used_through_pip(installers: Installers, lock: Path) -> None:
    installers.fails = ("bin/uv pip",)

    setup.install_environment(lock)

    assert installers.ran_any(
        f"-m pip install --quiet --disable-pip-version-check --no-input --require-hashes -r {lock}"
    )
    assert setup.environment_stands()


def test_packages_that_are_there_need_neither_apt_nor_root(
    installers: Installers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setup, "has_postgresql", lambda: True)
    monkeypatch.setattr(setup, "missing_packages", lambda **_: [])
    monkeypatch.setattr(setup, "as_root", lambda command, **_: pytest.fail(f"asked for root: {command}"))

    setup.install_packages(postgresql=True)

    assert not installers.ran


@pytest.mark.parametrize("missing", [["curl"], ["libpango-1.0-0", "fonts-dejavu-core"]])
def test_what_the_service_runs_without_is_no_reason_to_ask_for_a_password(
    installers: Installers, monkeypatch: pytest.MonkeyPatch, missing: list[str]
) -> None:
    monkeypatch.setattr(setup, "has_postgresql", lambda: True)
    monkeypatch.setattr(setup, "missing_packages", lambda **_: missing)
    monkeypatch.setattr(setup, "may_be_root", lambda: False)

    setup.install_packages(postgresql=True)

    assert not installers.ran


def without_root(monkeypatch: pytest.MonkeyPatch, listed: str) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(shutil, "which", lambda name: None if name in {"sudo", "curl"} else f"/usr/bin/{name}")
    monkeypatch.setattr(setup, "has_postgresql", lambda: False)
    monkeypatch.setattr(setup, "environment_stands", lambda: True)
    monkeypatch.setattr(setup, "answer", lambda command: listed if "apt-cache" in command else "")


@pytest.mark.parametrize(
    ("listed", "asked"),
    [
        (
            "postgresql-17-postgis-3\npostgresql-9-postgis-3\n",
            "curl postgresql-17 postgresql-17-postgis-3",
        ),
        ("", "curl postgresql postgresql-postgis"),
    ],
)
def test_user_who_may_not_install_is_told_what_to_ask_for(
    installers: Installers, monkeypatch: pytest.MonkeyPatch, listed: str, asked: str
) -> None:
    without_root(monkeypatch, listed)

    with pytest.raises(SetUpError, match=f"apt-get install --no-install-recommends {asked}\n") as refused:
        setup.install_packages(postgresql=True)

    assert "run the same command again" in str(refused.value)
    assert not installers.ran


def test_node_and_chromium_are_asked_for_by_the_tests_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        shutil, "which", lambda name: None if name in {"node", "npm", "chromium"} else f"/usr/bin/{name}"
    )
    monkeypatch.setattr(setup, "environment_stands", lambda: True)

    assert setup.missing_packages() == []
    assert setup.missing_packages(development=True) == ["nodejs", "npm", "chromium"]


def test_npm_that_comes_with_node_is_not_installed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(setup, "environment_stands", lambda: True)

    assert setup.missing_packages(development=True) == []


def test_user_who_may_not_install_is_told_of_what_tests_need(
    installers: Installers, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_root(monkeypatch, "")
    monkeypatch.setattr(shutil, "which", lambda name: "/usr/bin/apt-get" if name == "apt-get" else None)

    with pytest.raises(SetUpError, match="curl nodejs npm chromium postgresql postgresql-postgis\n"):
        setup.install_packages(postgresql=True, development=True)


@pytest.fixture
def scripts(folder: Path) -> Path:
    path = folder / "scripts"
    path.mkdir()
    (path / "package-lock.json").write_text("{}")
    return path


def install(scripts: Path) -> None:
    setup.install_javascript(scripts, scripts.parent / ".local" / "javascript", what="the tests")


def test_node_that_the_machine_lacks_comes_from_the_lock(
    installers: Installers, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    (folder / ".venv" / "bin").mkdir(parents=True)

    assert setup.npm() == str(folder / ".venv" / "bin" / "npm")

    assert installers.ran_any(f"--require-hashes -r {ROOT / 'requirements-node.txt'}")


def test_javascript_is_installed_once_and_again_when_the_lock_changes(installers: Installers, scripts: Path) -> None:
    installers.then = lambda line: (scripts / "node_modules").mkdir(exist_ok=True)
    install(scripts)
    assert installers.ran_any(f"npm --prefix {scripts} ci --ignore-scripts")
    installers.ran.clear()

    install(scripts)
    assert not installers.ran

    (scripts / "package-lock.json").write_text('{"lockfileVersion": 3}')
    install(scripts)
    assert installers.ran_any("ci")


def test_javascript_whose_installation_was_cut_off_is_installed_anew(installers: Installers, scripts: Path) -> None:
    installers.then = lambda line: (scripts / "node_modules").mkdir(exist_ok=True)
    install(scripts)
    (scripts / "package-lock.json").write_text('{"lockfileVersion": 3}')
    installers.fails = ("npm",)
    with pytest.raises(SetUpError, match="npm ci"):
        install(scripts)
    installers.fails, installers.ran = (), []
    (scripts / "package-lock.json").write_text("{}")

    install(scripts)

    assert installers.ran, "what stands there is neither the one nor the other"


def as_if_root_on(monkeypatch: pytest.MonkeyPatch, folder: Path, *, audit: str = "") -> None:
    monkeypatch.setattr(setup, "as_root", lambda command, **_: command)
    monkeypatch.setattr(setup, "has_postgresql", lambda: False)
    monkeypatch.setattr(setup, "missing_packages", lambda **_: [])
    monkeypatch.setattr(setup, "_NO_OWN_CLUSTER", folder / "createcluster.d" / "ours.conf")
    monkeypatch.setattr(
        setup, "answer",
        lambda command: audit if "--audit" in command else "postgresql-15-postgis-3" if "apt-cache" in command else "",
    )  # fmt: skip


@pytest.fixture
def no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    exists, glob = Path.exists, Path.glob
    monkeypatch.setattr(Path, "exists", lambda self: "/usr/lib/postgresql" not in str(self) and exists(self))
    monkeypatch.setattr(Path, "glob", lambda self, pattern: [] if "postgresql" in str(self) else glob(self, pattern))


def test_sources_that_do_not_answer_are_no_failure_where_the_installation_succeeds(
    installers: Installers, monkeypatch: pytest.MonkeyPatch, folder: Path, no_server: None
) -> None:
    as_if_root_on(monkeypatch, folder)
    installers.fails = (" update",)

    setup.install_packages(postgresql=True)

    assert installers.ran_any("install -y --no-install-recommends postgresql-15 postgresql-15-postgis-3")


def test_server_package_is_kept_from_starting_a_cluster_and_the_setting_is_removed_again(
    installers: Installers, monkeypatch: pytest.MonkeyPatch, folder: Path, no_server: None
) -> None:
    as_if_root_on(monkeypatch, folder)
    installers.fails = (" install ",)

    with pytest.raises(SetUpError):
        setup.install_packages(postgresql=True)

    writing, removing = installers.ran[-3], installers.ran[-1]
    assert "create_main_cluster = false" in writing
    assert removing == f"rm -f {folder / 'createcluster.d' / 'ours.conf'}"


def test_installation_that_dpkg_had_to_break_off_is_finished_first(
    installers: Installers, monkeypatch: pytest.MonkeyPatch, folder: Path, no_server: None
) -> None:
    as_if_root_on(monkeypatch, folder, audit="The following packages are only half configured")

    setup.install_packages(postgresql=True)

    assert "dpkg --configure -a" in installers.ran[0]


def test_failure_shows_the_end_of_the_log_and_the_remedy(folder: Path) -> None:
    with pytest.raises(SetUpError, match=r"(?s)making it failed.*the reason\n→ do that") as failed:
        setup.logged(["sh", "-c", "echo the reason; exit 3"], what="making it", remedy="do that")
    assert str(folder / ".local/setup.log") in str(failed.value)


@pytest.mark.parametrize(("interruptible", "finished"), [(True, False), (False, True)])
def test_interruption_ends_a_download_and_waits_for_the_package_manager(
    folder: Path, interruptible: bool, finished: bool
) -> None:
    done, log = folder / "done", folder / ".local/setup.log"
    script = (
        "import signal, sys; from deploy.local import console, setup; from pathlib import Path;"
        "setup.LOG = Path(sys.argv[1]);"
        "console.ending(lambda: setup.logged(['sh', '-c', 'echo begun; sleep 2; touch $0', sys.argv[2]],"
        f" what='this', remedy='that', interruptible={interruptible}) and 0)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(log), str(done)], cwd=ROOT, text=True, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as process:  # fmt: skip
        until = time.monotonic() + 30
        while (not log.exists() or "begun\n" not in log.read_text()) and time.monotonic() < until:
            time.sleep(0.02)

        process.send_signal(signal.SIGINT)

        said, _ = process.communicate(timeout=30)
    assert process.returncode == console.INTERRUPTED
    assert said.endswith("stopped\n")
    assert "Traceback" not in said
    assert done.exists() is finished


def test_interruption_while_a_program_starts_waits_for_it_all_the_same(folder: Path) -> None:
    """Between the program's first word and the moment that its number is known there is one to be lost."""
    done = folder / "done"
    script = (
        "import os, signal, subprocess, sys; from deploy.local import console, setup; from pathlib import Path;"
        "setup.LOG = Path(sys.argv[1]); start = subprocess.Popen.__init__;"
        "subprocess.Popen.__init__ = lambda *a, **k: (start(*a, **k), os.kill(os.getpid(), signal.SIGINT))[0];"
        "console.ending(lambda: setup.logged(['sh', '-c', 'sleep 1; touch $0', sys.argv[2]],"
        " what='this', remedy='that', interruptible=False) and 0)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script, str(folder / "log"), str(done)], cwd=ROOT, text=True, capture_output=True,
        timeout=30, check=False,
    )  # fmt: skip
    assert ended.returncode == console.INTERRUPTED, ended.stderr
    assert done.exists()


def test_second_set_up_waits_for_the_first(tmp_path: Path) -> None:
    order: list[str] = []

    def second() -> None:
        with processes.locked(tmp_path / "lock", wait=True):
            order.append("second")

    with processes.locked(tmp_path / "lock", wait=False) as free:
        assert free
        with processes.locked(tmp_path / "lock", wait=False) as also:
            assert not also
        waiting = threading.Thread(target=second)
        waiting.start()
        time.sleep(0.2)
        order.append("first")
    waiting.join(5)
    assert order == ["first", "second"]


def test_python_that_is_too_old_is_told_of_a_newer_one(monkeypatch: pytest.MonkeyPatch) -> None:
    old = SimpleNamespace(version_info=(3, 9, 2), version="3.9.2 (default)")
    monkeypatch.setattr("deploy.local.setup.sys", old)
    monkeypatch.setattr(shutil, "which", lambda name: name if name == "python3.12" else None)

    with pytest.raises(SetUpError, match=r"3\.11 or newer is needed, this is 3\.9\.2\n→ make PYTHON=python3\.12 run"):
        setup.check_python()


@pytest.mark.parametrize("module", ["console", "paths", "processes", "cluster", "setup"])
def test_set_up_is_readable_by_a_python_too_old_for_the_rest(module: str) -> None:
    """It must come as far as the sentence that says so."""
    import ast

    source = (ROOT / "deploy" / "local" / f"{module}.py").read_text()

    tree = ast.parse(source, feature_version=(3, 8))

    assert not [node for node in ast.walk(tree) if type(node).__name__ in {"Match", "TryStar"}]
    assert module == "paths" or "from __future__ import annotations" in source


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "no space left for /x/y: make room"),
        (errno.EROFS, "cannot use /x/y"),
        (errno.EACCES, "run it as the user who ran it before"),
    ],
)
def test_file_system_that_refuses_is_explained(number: int, words: str) -> None:
    assert words in str(console.explained(OSError(number, os.strerror(number), "/x/y")))


def test_other_errors_of_the_system_are_not_explained_away() -> None:
    assert console.explained(OSError(errno.EIO, "I/O error", "/x")) is None


def test_file_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "env"
    console.write_whole(target, "before")

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        console.write_whole(target, "after, which is longer")

    assert target.read_text() == "before"
    assert [path.name for path in tmp_path.iterdir()] == ["env"]
    assert target.stat().st_mode & 0o777 == 0o600
