"""Each contract of pyproject.toml catches the import that it is there against; on the product itself all hold."""

import itertools
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from tests.support.tree import ROOT

CONFIGURATION: Final[dict[str, Any]] = tomllib.loads((ROOT / "pyproject.toml").read_text())
CONTRACTS: Final[dict[str, dict[str, Any]]] = {
    contract["id"]: contract for contract in CONFIGURATION["tool"]["importlinter"]["contracts"]
}
DOMAINS: Final = sorted(path.parent.name for path in (ROOT / "registry").glob("*/models*") if path.stem == "models")

Edge = tuple[str, str]
"""Importer and imported."""


def exists(module: str) -> bool:
    return file_of(ROOT, module).exists()


def file_of(tree: Path, module: str) -> Path:
    """Return the file of ``module``; of a package, its ``__init__.py``."""
    path = tree.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def inside_of(module: str) -> list[Path]:
    """Return the files of a package, none for a module that is one file."""
    return sorted(ROOT.joinpath(*module.split(".")).glob("[!_]*.py"))


def upward(contract: dict[str, Any]) -> list[Edge]:
    """Return one wrong import for each two layers that follow each other, and for each two beside each other."""
    edges: list[Edge] = []
    for container in contract["containers"]:
        layers = [
            [name for part in layer.split("|") if exists(name := f"{container}.{part.strip(' ()')}")]
            for layer in contract["layers"]
        ]
        present = [layer for layer in layers if layer]
        edges += [(lower[0], upper[0]) for upper, lower in itertools.pairwise(present)]
        edges += [(first, second) for layer in present for first, second in itertools.pairwise(layer)]
    return edges


def into_rows(contract: dict[str, Any]) -> list[Edge]:
    """Return the import of each protected module from outside, and from the domain's own handlers."""
    protected: list[str] = contract["protected_modules"]
    rows = [*protected, *(f"{name}.{path.stem}" for name in protected for path in inside_of(name))]
    domain = protected[0].rsplit(".", 1)[0]
    inside = [name for part in ("routes", "commands") if exists(name := f"{domain}.{part}")]
    strangers = [f"registry.{other}.service" for other in DOMAINS if exists(f"registry.{other}.service")]
    importers = [*inside, "registry.api.v1", *(name for name in strangers if not name.startswith(f"{domain}."))]
    return [(importer, row) for importer in importers for row in rows]


def to_the_framework(contract: dict[str, Any]) -> list[Edge]:
    """Return the import of the framework from one file of each module that the contract names."""
    edges: list[Edge] = []
    for expression in contract["source_modules"]:
        named = [ROOT.joinpath(*expression.split("."))]
        if "*" in expression:
            named = sorted({path.with_suffix("") for path in ROOT.glob(expression.replace(".", "/") + "*")})
        for path in named:
            files = sorted(path.glob("[!_]*.py")) if path.is_dir() else [path.with_suffix(".py")]
            module = ".".join(files[0].with_suffix("").relative_to(ROOT).parts)
            edges += [(module, framework) for framework in contract["forbidden_modules"]]
    return edges


WRONG_OF: Final[dict[str, Callable[[dict[str, Any]], list[Edge]]]] = {
    "layers": upward,
    "protected": into_rows,
    "forbidden": to_the_framework,
}
WRONG: Final = {name: WRONG_OF[contract["type"]](contract) for name, contract in CONTRACTS.items()}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the product that may be spoilt."""
    shutil.copytree(ROOT / "registry", tmp_path / "registry", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def check(tree: Path, *contracts: str) -> subprocess.CompletedProcess[str]:
    """Run import-linter on ``tree``, not on the checkout that is installed."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-logo", "--no-cache"]
    return subprocess.run(
        [*command, *(part for name in contracts for part in ("--contract", name))],
        cwd=tree, env={**os.environ, "PYTHONPATH": str(tree), "COLUMNS": "400"}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip


def add_import(tree: Path, importer: str, imported: str) -> None:
    with file_of(tree, importer).open("a") as file:
        file.write(f"\nimport {imported}\n")


def test_product_as_it_is_keeps_every_contract(tree: Path) -> None:
    done = check(tree)
    assert done.returncode == 0, done.stdout
    assert f"{len(CONTRACTS)} kept, 0 broken" in done.stdout


@pytest.mark.parametrize("name", CONTRACTS)
def test_contract_names_every_import_it_is_there_against(tree: Path, name: str) -> None:
    wrong = WRONG[name]
    assert wrong, "a contract that nothing can break"
    for importer, imported in wrong:
        add_import(tree, importer, imported)
    done = check(tree, name)
    assert done.returncode == 1, done.stderr
    said = {line.strip(" -").split(" (")[0] for line in done.stdout.splitlines() if " -> " in line}
    assert not {f"{importer} -> {imported}" for importer, imported in wrong} - said


def test_service_that_reaches_the_framework_by_way_of_another_module_breaks_the_contract(tree: Path) -> None:
    add_import(tree, "registry.stock.service.homes", "registry.access.pages")
    done = check(tree, "no-web-below-routes")
    assert done.returncode == 1
    assert "registry.access.pages -> fastapi" in done.stdout


def test_package_without_a_place_breaks_the_contract(tree: Path) -> None:
    (tree / "registry" / "novelty").mkdir()
    (tree / "registry" / "novelty" / "__init__.py").touch()
    (tree / "registry" / "stock" / "queries.py").touch()
    assert "novelty" in check(tree, "packages").stdout
    assert "queries" in check(tree, "files").stdout


def test_every_domain_with_rows_is_held_by_its_contracts() -> None:
    files = {
        container
        for name in (
            "files",
            "files-of-access",
            "files-of-assessment",
            "files-of-surroundings",
            "files-of-sync",
            "files-of-transfers",
        )
        for container in CONTRACTS[name]["containers"]
    }
    assert files == {f"registry.{domain}" for domain in DOMAINS}
    for domain in DOMAINS:
        assert CONTRACTS[f"rows-of-{domain}"]["protected_modules"] == [
            f"registry.{domain}.models", f"registry.{domain}.repository"
        ]  # fmt: skip
