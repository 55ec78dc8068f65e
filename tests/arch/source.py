"""The product's source as syntax trees."""

import ast
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from tests.support.tree import ROOT


class Module(NamedTuple):
    """A module of the product. ``name``: ``registry.stock.service.homes``."""

    name: str
    tree: ast.Module


def parsed(name: str, text: str) -> Module:
    return Module(name, ast.parse(text))


@lru_cache
def modules() -> tuple[Module, ...]:
    """Return every module of the product."""
    return tuple(parsed(_name(path), path.read_text()) for path in sorted((ROOT / "registry").rglob("*.py")))


def _name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(module: Module) -> Iterator[tuple[int, str]]:
    """Yield line and full name of everything that a module imports; ``from a import b`` is ``a.b``."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def functions(module: Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(module.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
