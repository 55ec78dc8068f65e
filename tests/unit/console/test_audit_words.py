"""Every event that the service writes has words in the console's page of the audit."""

import re

from registry.console.texts.audit import ACTIONS, GROUPS
from tests.support.tree import ROOT

TAG = re.compile(r"""["']([a-z_-]+:[a-z_-]+:[a-z_-]+)["']""")


def test_every_event_has_words_in_both_languages() -> None:
    written = {
        tag
        for path in sorted((ROOT / "registry").glob("*/service/**/*.py"))
        for tag in TAG.findall(path.read_text(encoding="utf-8"))
    }
    assert len(written) > 60, "the events are no longer found in the code"
    assert written - ACTIONS.keys() == set()


def test_every_event_is_in_a_group_that_the_search_offers() -> None:
    assert [action for action in ACTIONS if not action.startswith(tuple(GROUPS))] == []
