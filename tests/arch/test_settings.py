"""Every setting says what it is for, in the code and in the operator's document."""

import re

from registry.platform.settings import Settings
from tests.support.tree import ROOT

OPERATIONS = ROOT / "docs" / "operations.md"


def test_every_setting_says_what_it_is_for() -> None:
    assert [name for name, field in Settings.model_fields.items() if not (field.description or "").strip()] == []


def test_operators_document_names_every_setting_and_no_other() -> None:
    named = set(re.findall(r"\bREGISTRY_[A-Z_]+\b", OPERATIONS.read_text()))
    defined = {f"REGISTRY_{name.upper()}" for name in Settings.model_fields}
    assert defined - named == set()
    assert {name for name in named - defined if not name.endswith("_PASSWORD")} == set()
