"""Every check that CI runs, in order of cost; ``python -m deploy.checks lint`` runs the ones that start no server."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from deploy.local.paths import LOCAL, ROOT, VENV

BIN: Final = VENV / "bin"
LINT: Final[dict[str, list[str]]] = {
    "ruff": ["ruff", "check", "--quiet", "."],
    "ruff format": ["ruff", "format", "--check", "--quiet", "."],
    "mypy": ["mypy"],
    "import-linter": ["lint-imports", "--no-logo"],
    "djlint": ["djlint", "--quiet", "--lint", "registry/console/templates"],
    "squawk": ["python", "-m", "deploy.migration_lint"],
}
BYTECODE: Final = LOCAL / "bytecode"
"""Where what Python compiled is kept, even where the environment says not to keep it.

Without it every process that the tests start compiles the service and half of its packages anew, for seconds.
"""
AT_ONCE: Final = 2
TESTS: Final = ["python", "-m", "pytest", "-n", str(AT_ONCE), "--dist", "worksteal", "-q"]


def run(name: str, command: list[str], *, quiet: bool) -> bool:
    """Run one check; print its output where it fails, or always where it is not ``quiet``."""
    started = time.monotonic()
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(
        [str(BIN / command[0]), *command[1:]], cwd=ROOT, text=True, check=False, capture_output=quiet,
        env={**environment, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", "PYTHONPYCACHEPREFIX": str(BYTECODE)},
    )  # fmt: skip
    good = done.returncode == 0
    print(f"{'ok  ' if good else 'FAIL'} {name} ({time.monotonic() - started:.0f} s)", flush=True)
    if quiet and not good:
        print(done.stdout, done.stderr, sep="", flush=True)
    return good


def order() -> list[str]:
    """Return the lot by which tests are ordered: that of what is committed, which is judged the same way each time.

    Another commit draws another order; ``make test`` prints the lot, and pytest takes any: ``--randomly-seed=7``.
    Without git each run draws one.
    """
    git = ["git", "-c", f"safe.directory={ROOT}", "rev-parse", "--verify", "--quiet", "HEAD^{tree}"]
    try:
        tree = subprocess.run(git, cwd=ROOT, text=True, check=False, capture_output=True).stdout
    except FileNotFoundError:
        return []
    return [f"--randomly-seed={int(tree[:8], 16)}"] if tree else []


def main(arguments: list[str]) -> int:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        good = list(pool.map(lambda check: run(*check, quiet=True), LINT.items()))
    if "lint" not in arguments:
        good.append(run("tests", [*TESTS, *order(), *arguments], quiet=False))
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
