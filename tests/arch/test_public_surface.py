"""Of another domain, only what it offers is used: its service, schemas, answers, errors and events."""

from collections.abc import Iterator
from typing import Final

import pytest

from tests.arch.source import Module, imports, modules, parsed
from tests.support.tree import ROOT

DOMAINS: Final = frozenset(
    path.parent.name for path in (ROOT / "registry").glob("*/service*") if path.stem == "service"
)
OFFERED: Final = frozenset({"service", "schemas", "answers", "errors", "events"})
DOORS: Final = frozenset({"asgi", "cli", "wiring", "worker"})
TO_DOORS: Final = frozenset({"commands", "events", "routes", "service", "tasks"})
TO_API: Final = frozenset({"errors", "routes", "schemas"})


def used_past_the_offer(module: Module) -> Iterator[str]:
    own = module.name.split(".")[1] if "." in module.name else ""
    allowed = TO_DOORS if own in DOORS else TO_API if own == "api" else OFFERED
    for line, name in imports(module):
        parts = name.split(".")
        if parts[0] == "registry" and len(parts) > 2 and parts[1] in DOMAINS - {own} and parts[2] not in allowed:
            yield f"{module.name}:{line} {name}"


def test_nothing_of_another_domain_is_used_but_what_it_offers() -> None:
    assert {"identity", "stock", "listings"} < DOMAINS
    assert [use for module in modules() for use in used_past_the_offer(module)] == []


@pytest.mark.parametrize(
    ("importer", "line"),
    [
        ("registry.listings.service.place", "from registry.stock.repository import homes"),
        ("registry.listings.service.place", "from registry.stock import models"),
        ("registry.listings.routes", "from registry.stock.routes import router"),
        ("registry.charter.service", "from registry.territories.legal_projection import srid_of"),
        ("registry.api.v1", "from registry.stock import service"),
        ("registry.worker", "from registry.listings.repository import usage"),
    ],
)
def test_use_past_the_offer_is_found(importer: str, line: str) -> None:
    assert list(used_past_the_offer(parsed(importer, line)))


@pytest.mark.parametrize(
    ("importer", "line"),
    [
        ("registry.listings.service.place", "from registry.charter import service as charter"),
        ("registry.listings.service.place", "from registry.listings.repository import zones"),
        ("registry.cli", "from registry.stock import commands"),
    ],
)
def test_use_of_what_is_offered_passes(importer: str, line: str) -> None:
    assert not list(used_past_the_offer(parsed(importer, line)))
