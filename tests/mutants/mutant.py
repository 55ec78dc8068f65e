"""A seeded defect, and what becomes of it in a copy of the tree."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

PATCHES: Final = Path(__file__).parent / "patches"
LONGEST_RUN_S: Final = 300
_PYTEST: Final = ("-q", "--tb=no", "-p", "no:randomly", "-p", "no:cacheprovider", "-n", "0")


class Outcome(StrEnum):
    CAUGHT = "caught"
    SURVIVED = "survived"
    BROKEN = "broken"
    """Nothing was found out: the tests could not run, or none of them is there."""


@dataclass(frozen=True)
class Mutant:
    """A defect. ``tests``: as pytest names them; ``diff``: relative to the tree."""

    name: str
    what: str
    tests: tuple[str, ...]
    diff: str

    @property
    def files(self) -> list[str]:
        """The files that it changes."""
        return re.findall(r"^\+\+\+ b/(\S+)$", self.diff, re.MULTILINE)


def read(path: Path) -> Mutant:
    """Read a patch with its header."""
    header, _, diff = path.read_text().partition("\n\n")
    what, *lines = header.splitlines()
    tests = tuple(line.removeprefix("Test: ") for line in lines if line.startswith("Test: "))
    return Mutant(path.stem, what, tests, diff)


def every() -> list[Mutant]:
    return [read(path) for path in sorted(PATCHES.glob("*.patch"))]


class ApplyError(Exception):
    """The patch does not fit the tree any more."""


@dataclass(frozen=True)
class Field:
    """A copy of a tree in which defects are sown, one at a time. ``environment``: of the tests there."""

    root: Path
    environment: Mapping[str, str]

    def apply(self, mutant: Mutant, *, reverse: bool = False) -> None:
        """Change the copy.

        Raises:
            ApplyError: The patch does not fit.
        """
        done = subprocess.run(
            ["git", "apply", "--whitespace=nowarn", *(["--reverse"] if reverse else []), "-"],
            cwd=self.root, input=mutant.diff, text=True, capture_output=True, check=False,
            env={**os.environ, "GIT_CEILING_DIRECTORIES": str(self.root.parent)},
        )  # fmt: skip
        if done.returncode:
            raise ApplyError(f"{mutant.name}: {done.stderr.strip()}")

    def run(self, tests: tuple[str, ...], *, first: bool = True) -> tuple[Outcome, str]:
        """Run tests of the copy; return what they make of it, and what pytest said. ``first``: stop at a failure."""
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *_PYTEST, *(["-x"] if first else []), *tests],
            cwd=self.root, text=True, capture_output=True, check=False, timeout=LONGEST_RUN_S,
            env={**self.environment, "PYTHONPATH": str(self.root), "PYTHONDONTWRITEBYTECODE": "1"},
        )  # fmt: skip
        said = done.stdout + done.stderr
        if done.returncode == 0:
            return Outcome.SURVIVED, said
        failed = re.search(r"\b\d+ failed\b", said)
        # A tree whose application does not even start shows errors, not failures: that is no defect that was noticed.
        return (Outcome.CAUGHT if done.returncode == 1 and failed else Outcome.BROKEN), said

    def sow(self, mutant: Mutant) -> tuple[Outcome, str]:
        """Apply a defect, run its tests, take it back."""
        self.apply(mutant)
        try:
            return self.run(mutant.tests)
        finally:
            self.apply(mutant, reverse=True)


def copy_tree(source: Path, target: Path) -> None:
    """Copy what is under version control, as it stands now, changes included."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=source, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    for name in filter(None, listed.split("\0")):
        if (source / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source / name, target / name)
