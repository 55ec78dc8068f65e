"""The seeded defects fit the tree and name tests that exist; what is made of a run is right. All: `make mutants`."""

import ast
import os
import shutil
from functools import lru_cache
from pathlib import Path

import pytest

from tests.mutants.mutant import ApplyError, Field, Mutant, Outcome, every
from tests.support.tree import ROOT

MUTANTS = {mutant.name: mutant for mutant in every()}
FEWEST = 20


@lru_cache
def names_in(file: str) -> frozenset[str]:
    tree = ast.parse((ROOT / file).read_text())
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def test_there_are_enough_defects() -> None:
    assert len(MUTANTS) >= FEWEST


@pytest.mark.parametrize("name", MUTANTS)
def test_defect_fits_the_tree_and_leaves_it_readable(name: str, tmp_path: Path) -> None:
    mutant = MUTANTS[name]
    assert mutant.files
    for file in mutant.files:
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / file, tmp_path / file)
    Field(tmp_path, {}).apply(mutant)
    for file in mutant.files:
        changed = (tmp_path / file).read_text()
        assert changed != (ROOT / file).read_text()
        ast.parse(changed)


@pytest.mark.parametrize("name", MUTANTS)
def test_defect_says_what_it_is_and_names_tests_that_exist(name: str) -> None:
    mutant = MUTANTS[name]
    assert mutant.what.endswith(".")
    assert mutant.tests
    for test in mutant.tests:
        file, _, function = test.partition("::")
        assert (ROOT / file).is_file(), test
        assert not function or function in names_in(file), test


def field_in(directory: Path) -> Field:
    """A tree of three lines with one test."""
    (directory / "sums.py").write_text("def double(number):\n    return 2 * number\n")
    (directory / "test_sums.py").write_text(
        "import sums\n\n\ndef test_double():\n    assert sums.double(3) == 6\n\n\n"
        "def test_nothing():\n    assert sums.double(0) == 0\n"
    )
    (directory / "pytest.ini").write_text("[pytest]\n")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    return Field(directory, environment)


def defect(line: str, test: str) -> Mutant:
    diff = f"--- a/sums.py\n+++ b/sums.py\n@@ -1,2 +1,2 @@\n def double(number):\n-    return 2 * number\n+    {line}\n"
    return Mutant("defect", "It is wrong.", (f"test_sums.py{test}",), diff)


@pytest.mark.parametrize(
    ("line", "test", "outcome"),
    [
        ("return 3 * number", "", Outcome.CAUGHT),
        ("return 3 * number", "::test_nothing", Outcome.SURVIVED),
        ("return 3 * number", "::test_that_is_not_there", Outcome.BROKEN),
        ("this is no Python", "", Outcome.BROKEN),
    ],
)
def test_defect_is_judged_by_what_its_tests_do(line: str, test: str, outcome: Outcome, tmp_path: Path) -> None:
    field = field_in(tmp_path)
    before = (tmp_path / "sums.py").read_text()
    judged, said = field.sow(defect(line, test))
    assert judged == outcome, said
    assert (tmp_path / "sums.py").read_text() == before, "it is taken back"
    assert field.run(("test_sums.py",))[0] == Outcome.SURVIVED


def test_defect_that_does_not_fit_is_said_to(tmp_path: Path) -> None:
    field = field_in(tmp_path)
    (tmp_path / "sums.py").write_text("def double(number):\n    return number + number\n")
    with pytest.raises(ApplyError, match="defect"):
        field.sow(defect("return 3 * number", ""))
