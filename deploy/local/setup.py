"""Install what is missing: system packages, the virtual environment, locked packages. Standard library only.

``python3 -m deploy.local.setup`` prepares for ``make run``; with ``--dev`` for ``make test`` as well. Run again it
finds everything in place in a fraction of a second. Interrupted, it goes on where it stopped.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from ctypes.util import find_library
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

from deploy.local import console, front_end, processes
from deploy.local.cluster import LEAST_VERSION, ClusterError, binaries
from deploy.local.console import SetUpError, Stopped
from deploy.local.paths import FRONT_END, JAVASCRIPT, LOCAL, ROOT, SETUP_LOCK, VENV
from deploy.local.paths import SETUP_LOG as LOG

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

LEAST_PYTHON: Final = (3, 11)
_APT: Final = ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=120", "-o", "Dpkg::Use-Pty=0"]
_NO_OWN_CLUSTER: Final = Path("/etc/postgresql-common/createcluster.d/accessibility-registry.conf")
_MADE_FOR: Final = VENV / ".made-for"
_UNFINISHED: Final = VENV / ".unfinished"
_JAVASCRIPT_STAMP: Final = LOCAL / "javascript"
_FRONT_END_STAMP: Final = LOCAL / "front-end"
_BUILT_STAMP: Final = LOCAL / "front-end-built"
_FOR_TESTS: Final = {"node": "nodejs", "npm": "npm", "chromium": "chromium"}
_PRINTING: Final = {
    "pango-1.0": "libpango-1.0-0", "pangoft2-1.0": "libpangoft2-1.0-0", "harfbuzz-subset": "libharfbuzz-subset0",
}  # fmt: skip
"""What reports are printed with, as the linker and as Debian call it."""
_FONTS, _FONT_PACKAGE = Path("/usr/share/fonts"), "fonts-dejavu-core"
_OPTIONAL: Final = frozenset({"curl", _FONT_PACKAGE, *_PRINTING.values()})
"""Packages without which the service runs: reports are not printed then."""
_ENDING: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_AGAIN: Final = "then run the same command again: it resumes"


def fail(message: str) -> NoReturn:
    raise SetUpError(f"set-up: {message}")


def say(message: str) -> None:
    console.say(f"set-up: {message}")


def logged(command: list[str], *, what: str, remedy: str, needed: bool = True, interruptible: bool = True) -> bool:
    """Run ``command`` with its output in the log; return whether it succeeded.

    Args:
        command: The program and its arguments.
        what: What it does, for the message.
        remedy: What a person can do where it fails.
        needed: Where it fails, show the end of the log and stop.
        interruptible: Whether it may be ended half-way; the package manager may not, and is waited for.
    """
    with LOG.open("a") as log:
        log.write(f"\n$ {' '.join(command)}\n")
        log.flush()
        with _interruption_kept() as interrupted:
            process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        with process:
            try:
                for number in interrupted:
                    signal.raise_signal(number)
                status = process.wait()
            except KeyboardInterrupt:
                signal.signal(signal.SIGINT, signal.SIG_IGN)
                if interruptible:
                    process.terminate()
                elif process.poll() is None:
                    say(f"waiting for the package manager ({what}): half-way it would leave the machine unusable")
                process.wait()
                raise
    if status and needed:
        end = "\n".join(LOG.read_text(errors="replace").splitlines()[-12:])
        fail(f"{what} failed (all of it in {LOG}):\n{end}\n→ {remedy}")
    return status == 0


@contextlib.contextmanager
def _interruption_kept() -> Iterator[list[int]]:
    """Let an end that is asked for wait: while a program starts nobody knows yet which to end or to wait for.

    Yields:
        The signals that came meanwhile.
    """
    came: list[int] = []
    before = {number: signal.signal(number, lambda number, _: came.append(number)) for number in _ENDING}
    try:
        yield came
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def answer(command: list[str]) -> str:
    """Return what a command prints; nothing where it fails or is absent."""
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout
    except OSError:
        return ""


def may_be_root() -> bool:
    """Tell whether this is root or can be it without asking anybody for a password."""
    return os.geteuid() == 0 or (
        shutil.which("sudo") is not None
        and subprocess.run(["sudo", "--non-interactive", "true"], capture_output=True, check=False).returncode == 0
    )


def as_root(command: list[str], *, development: bool = False) -> list[str]:
    """Return ``command`` as root runs it; ``development`` is for what to ask for.

    Raises:
        SetUpError: There is no way to be root; the message has what root has to do.
    """
    if os.geteuid() == 0:
        return command
    if may_be_root():
        return ["sudo", "--non-interactive", *command]
    if shutil.which("sudo") is not None and sys.stdin.isatty():
        return ["sudo", *command]
    database = () if has_postgresql() else known_postgresql_packages() or ("postgresql", "postgresql-postgis")
    needed = " ".join([*missing_packages(development=development), *database])
    fail(
        f"system packages are missing and this is neither root nor a user with sudo; ask for\n"
        f"    apt-get install --no-install-recommends {needed}\n→ {_AGAIN}"
    )


def has_postgresql() -> bool:
    try:
        binaries()
    except ClusterError:
        return False
    return True


def postgresql_packages() -> list[str]:
    """Return the server and PostGIS packages of the newest version that the distribution has."""
    if known := known_postgresql_packages():
        return known
    fail(
        f"this distribution has no PostgreSQL ≥ {LEAST_VERSION} with PostGIS; point REGISTRY_DATABASE_URL at a server"
        " that has both"
    )


def known_postgresql_packages() -> list[str]:
    """Return the same, or nothing where the lists of packages name none."""
    listed = answer(["apt-cache", "pkgnames", "postgresql-"]).split()
    matches = (re.fullmatch(r"postgresql-(\d+)-postgis-3", name) for name in listed)
    versions = sorted((int(match[1]) for match in matches if match), reverse=True)
    # PostGIS beside the server that is there, rather than a second server.
    installed = [version for version in versions if Path(f"/usr/lib/postgresql/{version}/bin/postgres").exists()]
    for version in [*installed, *versions]:
        if version >= LEAST_VERSION:
            return [f"postgresql-{version}", f"postgresql-{version}-postgis-3"]
    return []


def missing_packages(*, development: bool = False) -> list[str]:
    """Return what is missing besides PostgreSQL; :data:`_OPTIONAL` are not needed to run.

    Args:
        development: Count what the tests use as well: Node for clients in JavaScript, Chromium for the pages.
    """
    packages = []
    if not environment_stands() and not _can_make_environments():
        packages.append("python3-venv")
    if shutil.which("curl") is None:
        packages.append("curl")
    packages += _missing_for_printing()
    if development:
        packages += [package for program, package in _FOR_TESTS.items() if shutil.which(program) is None]
    return packages


def _missing_for_printing() -> list[str]:
    packages = [package for library, package in _PRINTING.items() if find_library(library) is None]
    return packages if any(_FONTS.rglob("*.[to]tf")) else [*packages, _FONT_PACKAGE]


def _can_make_environments() -> bool:
    command = [sys.executable, "-c", "import ensurepip, venv"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def install_packages(*, postgresql: bool, development: bool = False) -> None:
    """Install the system packages that are missing, PostgreSQL and what the tests use where they are wanted."""
    packages = missing_packages(development=development)
    database = postgresql and not has_postgresql()
    if not packages and not database:
        return
    optional = not database and _OPTIONAL.issuperset(packages)
    if optional and not may_be_root():
        return  # the service runs without them
    if shutil.which("apt-get") is None:
        if optional:
            return
        tests = ", Node with npm, Chromium" if development else ""
        fail(
            f"no apt-get here; install PostgreSQL ≥ {LEAST_VERSION} with PostGIS{tests}, and Python's venv module,"
            f" {_AGAIN}"
        )
    if answer(["dpkg", "--audit"]).strip():
        say("finishing an installation that was interrupted")
        configure = ["env", "DEBIAN_FRONTEND=noninteractive", "dpkg", "--configure", "-a"]
        finish = as_root(configure, development=development)
        logged(finish, what="dpkg --configure -a", remedy=f"put right what dpkg says, {_AGAIN}", interruptible=False)
    say("reading the lists of packages")
    network = f"check the machine's package sources and network, {_AGAIN}"
    # A source that does not answer may not be one that is needed: what is missing is said by the installation.
    update = as_root([*_APT, "update"], development=development)
    logged(update, what="apt-get update", remedy=network, needed=False)
    if not database:
        apt_install(packages, network)
        return
    packages += postgresql_packages()
    if any(Path("/usr/lib/postgresql").glob("*/bin/postgres")):
        apt_install(packages, network)
        return
    # Otherwise the package starts a cluster of its own on port 5432, which nobody asked for.
    folder, own = _NO_OWN_CLUSTER.parent, "create_main_cluster = false"
    write = as_root(["sh", "-c", f"mkdir -p {folder} && echo '{own}' > {_NO_OWN_CLUSTER}"])
    logged(write, what=f"writing {_NO_OWN_CLUSTER}", remedy=network)
    try:
        apt_install(packages, network)
    finally:
        logged(as_root(["rm", "-f", str(_NO_OWN_CLUSTER)]), what="removing a setting", remedy=network, needed=False)


def apt_install(packages: list[str], remedy: str) -> None:
    say(f"installing {' '.join(packages)}")
    command = ["env", "DEBIAN_FRONTEND=noninteractive", *_APT, "install", "-y", "--no-install-recommends", *packages]
    logged(as_root(command), what=f"installing {' '.join(packages)}", remedy=remedy, interruptible=False)


def install_environment(lock: Path) -> None:
    """Make the virtual environment what ``lock`` says; a stamp tells whether it is.

    An installation that was cut off may have left half a package that looks whole, so the environment is made anew
    then: what was downloaded is in the installers' caches.
    """
    made_with, stamp = digest(lock), VENV / f".{lock.stem}"
    sound = environment_stands()
    if sound and stamp.exists() and stamp.read_text() == made_with:
        return
    python = VENV / "bin" / "python"
    if not sound:
        shutil.rmtree(VENV, ignore_errors=True)
        say("making the virtual environment")
        remedy = "install python3-venv, or name another Python: make PYTHON=python3.12 run"
        logged([sys.executable, "-m", "venv", str(VENV)], what="python3 -m venv", remedy=remedy)
        _MADE_FOR.write_text(made_for(ROOT))
    say(f"installing the locked packages of {lock.name}")
    _UNFINISHED.touch()
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    uv = [str(VENV / "bin" / "uv"), "pip", "install", "--quiet", "--python", str(python)]
    remedy = f"check that pip reaches its package index, {_AGAIN}"
    logged([*pip, "--require-hashes", "-r", str(ROOT / "requirements-uv.txt")], what="pip install uv", remedy=remedy)
    itself = ["--no-deps", "--no-build-isolation", "-e", str(ROOT)]
    # uv installs in a tenth of pip's time; where it does not reach an index that only pip is configured for, pip does.
    for arguments in (["--require-hashes", "-r", str(lock)], itself):
        if not logged([*uv, *arguments], what="uv pip install", remedy=remedy, needed=False):
            logged([*pip, *arguments], what="pip install", remedy=remedy)
    stamp.write_text(made_with)
    _UNFINISHED.unlink()


def npm() -> str:
    """Return the npm to use: the machine's, or, where Node is absent, the one that a locked wheel brings."""
    if shutil.which("node") and (found := shutil.which("npm")):
        return found
    brought, lock, stamp = VENV / "bin" / "npm", ROOT / "requirements-node.txt", VENV / ".requirements-node"
    if not brought.exists() or not stamp.exists() or stamp.read_text() != digest(lock):
        say("installing Node")
        pip = [str(VENV / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        remedy = f"check that pip reaches its package index, or install Node with npm, {_AGAIN}"
        logged([*pip, "--no-input", "--require-hashes", "-r", str(lock)], what="pip install node", remedy=remedy)
        stamp.write_text(digest(lock))
    return str(brought)


def install_javascript(folder: Path, stamp: Path, *, what: str) -> None:
    """Install what ``folder`` locks, beside its scripts; a stamp tells whether it is."""
    made_with = digest(folder / "package-lock.json")
    if (folder / "node_modules").is_dir() and stamp.exists() and stamp.read_text() == made_with:
        return
    say(f"installing the locked JavaScript packages of {what}")
    stamp.unlink(missing_ok=True)  # what is cut off is made anew: npm deletes what is there first
    command = [npm(), "--prefix", str(folder), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    command = ["env", f"PATH={VENV / 'bin'}{os.pathsep}{os.environ['PATH']}", *command]  # npm asks for node there
    logged(command, what="npm ci", remedy=f"check that npm reaches its package registry, {_AGAIN}")
    stamp.write_text(made_with)


def build_front_end() -> None:
    """Build what the pages load, where its sources changed."""
    made_of = front_end.made_of()
    if front_end.MANIFEST.exists() and _BUILT_STAMP.exists() and _BUILT_STAMP.read_text() == made_of:
        return
    install_javascript(FRONT_END, _FRONT_END_STAMP, what="the console")
    front_end.build()
    _BUILT_STAMP.write_text(made_of)


def environment_stands() -> bool:
    """Tell whether there is a virtual environment for this Python at this place, with no installation cut off."""
    return _MADE_FOR.exists() and _MADE_FOR.read_text() == made_for(ROOT) and not _UNFINISHED.exists()


def made_for(root: Path) -> str:
    return f"{sys.version}\n{root}\n"  # the scripts in it name the place


def digest(lock: Path) -> str:
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def check_python() -> None:
    if sys.version_info >= LEAST_PYTHON:
        return
    newer = next((name for minor in range(19, 10, -1) if shutil.which(name := f"python3.{minor}")), None)
    remedy = f"make PYTHON={newer} run" if newer else "install one, then: make PYTHON=python3.12 run"
    fail(f"Python {'.'.join(map(str, LEAST_PYTHON))} or newer is needed, this is {sys.version.split()[0]}\n→ {remedy}")


def on_signal(number: int, frame: FrameType | None) -> Any:
    del frame
    raise Stopped(signal.Signals(number).name)


def main() -> None:
    check_python()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, on_signal)
    development = "--dev" in sys.argv[1:]
    started = time.monotonic()
    LOCAL.mkdir(exist_ok=True)
    console.put_aside(LOG)
    with processes.locked(SETUP_LOCK, wait=False) as first:
        if not first:
            say("another set-up of this checkout is at work; waiting for it")
    with processes.locked(SETUP_LOCK, wait=True):
        postgresql = development or not os.environ.get("REGISTRY_DATABASE_URL")
        install_packages(postgresql=postgresql, development=development)
        install_environment(ROOT / ("requirements-dev.txt" if development else "requirements.txt"))
        build_front_end()
        if development:
            install_javascript(JAVASCRIPT, _JAVASCRIPT_STAMP, what="the tests")
    if (took := time.monotonic() - started) > 2:
        say(f"done in {took:.0f} s")


if __name__ == "__main__":
    console.ending(main)
