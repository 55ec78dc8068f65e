"""Resolve the dependencies of pyproject.toml into the lock files, with hashes and without any index's address."""

import subprocess
import sys
from typing import Final

from deploy.local.paths import ROOT, VENV

LOCKS: Final = {
    "requirements.txt": ("--extra=local", "pyproject.toml"),
    "requirements-dev.txt": ("--extra=local", "--extra=dev", "pyproject.toml"),
    "requirements-uv.txt": ("--group=uv",),
    "requirements-node.txt": ("--group=node",),
}


def main() -> None:
    for name, source in LOCKS.items():
        subprocess.run(
            [
                str(VENV / "bin" / "uv"), "pip", "compile", *source,
                "--generate-hashes", "--universal", "--python-version=3.11", "--no-emit-index-url",
                "--no-emit-find-links", "--custom-compile-command=make lock", "--quiet", "--output-file", name,
                *sys.argv[1:],
            ],
            cwd=ROOT, check=True,
        )  # fmt: skip


if __name__ == "__main__":
    main()
