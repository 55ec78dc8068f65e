"""``make clean``: delete all that the set-up and the tools made in this checkout. Standard library only."""

import shutil

from deploy.local import console
from deploy.local.cluster import remove_private_cluster
from deploy.local.paths import FRONT_END, FRONT_END_BUILT, JAVASCRIPT, LOCAL, ROOT, VENV

GENERATED = (".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", ".import_linter_cache", "build", "dist")


def main() -> None:
    remove_private_cluster()
    generated = (ROOT / name for name in GENERATED)
    for directory in (
        LOCAL,
        VENV,
        *(folder / "node_modules" for folder in (JAVASCRIPT, FRONT_END)),
        FRONT_END_BUILT,
        *generated,
        *ROOT.glob("*.egg-info"),
    ):
        if directory.is_dir() and not directory.is_symlink():
            shutil.rmtree(directory)
        else:
            directory.unlink(missing_ok=True)


if __name__ == "__main__":
    console.ending(main)
