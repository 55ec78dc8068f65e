"""``make clean``: delete all that the set-up and the tools made in this checkout. Standard library only."""

import shutil

from deploy.local.cluster import remove_private_cluster
from deploy.local.paths import LOCAL, ROOT, VENV

GENERATED = (".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", ".import_linter_cache", "build", "dist")


def main() -> None:
    remove_private_cluster()
    for directory in (LOCAL, VENV, *(ROOT / name for name in GENERATED), *ROOT.glob("*.egg-info")):
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    main()
