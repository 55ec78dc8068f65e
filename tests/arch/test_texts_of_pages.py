"""Every word that a page names is in the catalogue, and every word of the catalogue is on a page."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from registry.console.texts import TEXTS
from tests.support.tree import ROOT

CONSOLE: Final = ROOT / "registry" / "console"
_NAMED: Final = re.compile(r"""["']([a-z_]+\.[a-z0-9_]*)["']""")
_BEGUN: Final = re.compile(r"""f["']([a-z_]+\.[a-z0-9_]*)\{""")
_PARTS: Final = {key.split(".")[0] for key in TEXTS}
"""What stands before the dot of a key; otherwise it is the name of a field: ``composition.epcis``."""
_NO_KEY: Final = (".html", ".css", ".js")


def sources() -> Iterator[Path]:
    """Yield templates and the code of pages; not the catalogues."""
    yield from (CONSOLE / "templates").rglob("*.html")
    yield from (path for path in CONSOLE.rglob("*.py") if "texts" not in path.parts)


def named(source: str) -> tuple[set[str], set[str]]:
    """Return the keys that a source names, and what keys begin with of which it makes the rest."""
    found = {name for name in _NAMED.findall(source) if not name.endswith(_NO_KEY) and name.split(".")[0] in _PARTS}
    begun = {name for name in found if name.endswith(("_", "."))} | set(_BEGUN.findall(source))
    return found - begun, begun


def test_templates_name_no_word_that_is_not_there() -> None:
    missing = []
    for path in (CONSOLE / "templates").rglob("*.html"):
        keys, begun = named(path.read_text())
        missing += [f"{path.name}: {key}" for key in keys if key not in TEXTS]
        missing += [f"{path.name}: {key}…" for key in begun if not any(text.startswith(key) for text in TEXTS)]
    assert missing == []


def test_every_word_is_on_a_page() -> None:
    keys, begun = set[str](), set[str]()
    for path in sources():
        some, others = named(path.read_text())
        keys |= some
        begun |= others
    unused = [key for key in TEXTS if key not in keys and not key.startswith(tuple(begun))]
    assert unused == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("""{{ t("site.next") }}""", ({"site.next"}, set())),
        ("""{{ t("sources.retry" if x else "sources.fetch") }}""", ({"sources.retry", "sources.fetch"}, set())),
        ("""{{ t("home." ~ kind) }} {{ t('imports.kind_' ~ kind) }}""", (set(), {"home.", "imports.kind_"})),
        ("""t(f"security.{done}_done")""", (set(), {"security."})),
        ("""{% extends "base.html" %}""", (set(), set())),
    ],
)
def test_keys_are_found_however_they_are_named(source: str, expected: tuple[set[str], set[str]]) -> None:
    assert named(source) == expected
