"""Install what is missing: system packages, the virtual environment, the locked wheels. Standard library only.

``python3 -m deploy.local.setup`` prepares for ``make run``; with ``--dev`` for ``make test`` as well. Run again it
finds everything in place in a fraction of a second. Interrupted, it goes on where it stopped.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Final, NoReturn

from deploy.local.cluster import LEAST_VERSION, ClusterError, binaries
from deploy.local.paths import LOCAL, ROOT, VENV

_APT: Final = ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=120", "-o", "Dpkg::Use-Pty=0"]
_NO_OWN_CLUSTER: Final = Path("/etc/postgresql-common/createcluster.d/accessibility-registry.conf")
LOG: Final = LOCAL / "setup.log"


def fail(message: str) -> NoReturn:
    sys.exit(f"set-up: {message}")


def say(message: str) -> None:
    print(f"set-up: {message}", flush=True)


def logged(command: list[str], *, what: str, remedy: str, environment: dict[str, str] | None = None) -> None:
    """Run ``command`` with its output in the log; on failure show the end of it and say what to do."""
    LOCAL.mkdir(exist_ok=True)
    with LOG.open("a") as log:
        log.write(f"\n$ {' '.join(command)}\n")
        log.flush()
        done = subprocess.run(
            command, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, check=False,
            env={**os.environ, **(environment or {})},
        )  # fmt: skip
    if done.returncode:
        end = "\n".join(LOG.read_text(errors="replace").splitlines()[-12:])
        fail(f"{what} failed (all of it in {LOG}):\n{end}\n→ {remedy}")


def as_root(command: list[str]) -> list[str]:
    if os.geteuid() == 0:
        return command
    if shutil.which("sudo") is None:
        fail(f"this needs root and there is no sudo; as root run: {' '.join(command)}")
    return ["sudo", *(["--non-interactive"] if not sys.stdin.isatty() else []), *command]


def postgresql_packages() -> list[str]:
    """Return the server and PostGIS packages of the newest version that the distribution has."""
    listed = subprocess.run(
        ["apt-cache", "pkgnames", "postgresql-"], capture_output=True, text=True, check=False
    ).stdout.split()
    versions = sorted(
        (int(match[1]) for name in listed if (match := re.fullmatch(r"postgresql-(\d+)-postgis-3", name))),
        reverse=True,
    )
    installed = [
        version for version in versions if Path(f"/usr/lib/postgresql/{version}/bin/postgres").exists()
    ]  # PostGIS beside the server that is there, rather than a second server
    for version in [*installed, *versions]:
        if version >= LEAST_VERSION:
            return [f"postgresql-{version}", f"postgresql-{version}-postgis-3"]
    fail(
        f"this distribution has no PostgreSQL ≥ {LEAST_VERSION} with PostGIS; point REGISTRY_DATABASE_URL at a server"
        " that has both"
    )


def missing_packages() -> tuple[list[str], bool]:
    """Return the system packages to install, and whether PostgreSQL is among them."""
    packages = []
    if subprocess.run([sys.executable, "-c", "import ensurepip, venv"], capture_output=True, check=False).returncode:
        packages.append("python3-venv")
    try:
        binaries()
    except ClusterError:
        return packages, True
    return packages, False


def install_packages() -> None:
    packages, database = missing_packages()
    if not packages and not database:
        return
    if shutil.which("apt-get") is None:
        fail(f"no apt-get here; install PostgreSQL ≥ {LEAST_VERSION} with PostGIS, and Python's venv module")
    say("reading the lists of packages")
    remedy = "check the machine's package sources and network, then run the same command again: it resumes"
    logged(as_root([*_APT, "update"]), what="apt-get update", remedy=remedy)
    if database:
        wanted = postgresql_packages()
        packages += wanted
        if not Path(f"/usr/lib/postgresql/{wanted[0].split('-')[1]}/bin/postgres").exists():
            # The package would start a cluster of its own on port 5432, which nobody asked for.
            apt_install(["postgresql-common"], remedy)
            own = f"printf 'create_main_cluster = false\\n' > {_NO_OWN_CLUSTER}"
            logged(as_root(["sh", "-c", own]), what="writing a setting", remedy=remedy)
            try:
                apt_install(packages, remedy)
            finally:
                logged(as_root(["rm", "-f", str(_NO_OWN_CLUSTER)]), what="removing a setting", remedy=remedy)
            return
    apt_install(packages, remedy)


def apt_install(packages: list[str], remedy: str) -> None:
    say(f"installing {' '.join(packages)}")
    command = ["env", "DEBIAN_FRONTEND=noninteractive", *_APT, "install", "-y", "--no-install-recommends", *packages]
    logged(as_root(command), what=f"installing {' '.join(packages)}", remedy=remedy)


def install_environment(lock: Path) -> None:
    """Make the virtual environment what ``lock`` says; a stamp tells whether it is."""
    made_with = hashlib.sha256(lock.read_bytes() + sys.version.encode() + str(ROOT).encode()).hexdigest()
    stamp = VENV / f".{lock.stem}"
    if stamp.exists() and stamp.read_text() == made_with:
        return
    python = VENV / "bin" / "python"
    if not python.exists() or not _same_python(python):
        shutil.rmtree(VENV, ignore_errors=True)
        say("making the virtual environment")
        logged([sys.executable, "-m", "venv", str(VENV)], what="python3 -m venv", remedy="install python3-venv")
    say(f"installing the locked packages of {lock.name}")
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    remedy = "check that pip reaches its package index, then run the same command again: it resumes"
    logged([*pip, "--require-hashes", "-r", str(ROOT / "requirements-uv.txt")], what="pip install uv", remedy=remedy)
    # uv installs in a tenth of pip's time; where it does not reach an index that only pip is configured for, pip does.
    if not _quietly(
        [str(VENV / "bin" / "uv"), "pip", "install", "--python", str(python), "--require-hashes", "-r", str(lock)]
    ):
        logged([*pip, "--require-hashes", "-r", str(lock)], what="pip install", remedy=remedy)
    logged([*pip, "--no-deps", "--no-build-isolation", "-e", str(ROOT)], what="pip install -e .", remedy=remedy)
    stamp.write_text(made_with)


def _quietly(command: list[str]) -> bool:
    with LOG.open("a") as log:
        return subprocess.run(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, check=False).returncode == 0


def _same_python(python: Path) -> bool:
    done = subprocess.run(
        [str(python), "-c", "import sys; print(sys.version)"], capture_output=True, text=True, check=False
    )
    return done.stdout.strip() == sys.version.strip()


def main(arguments: list[str]) -> None:
    if sys.version_info < (3, 11):
        fail(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}")
    started = time.monotonic()
    if "--dev" in arguments or not os.environ.get("REGISTRY_DATABASE_URL"):
        install_packages()
    install_environment(ROOT / ("requirements-dev.txt" if "--dev" in arguments else "requirements.txt"))
    if (took := time.monotonic() - started) > 2:
        say(f"done in {took:.0f} s")


if __name__ == "__main__":
    main(sys.argv[1:])
