"""The accessibility statement says what the journeys of tests/console show: in both languages, no more and no less."""

import inspect

from registry.console.texts import TEXTS
from tests.console import conftest, test_search


def test_map_that_is_used_by_keyboard_is_not_declared_to_need_a_pointing_device() -> None:
    assert "by_keyboard" in test_search.test_map_shows_what_the_list_shows_and_an_area_is_drawn_by_keyboard.__name__
    failure = TEXTS["accessibility.content_map"]
    assert "pointage" not in failure.fr
    assert "pointing" not in failure.en
    assert "JavaScript" in failure.fr
    assert "JavaScript" in failure.en


def test_every_way_in_which_the_journeys_are_gone_is_declared() -> None:
    gone = inspect.getsource(conftest).partition("@pytest.fixture(params=[")[2].partition("]")[0]
    said = {
        "with-javascript": ("avec JavaScript", "with JavaScript"),
        "without-javascript": ("sans lui", "without it"),
        "by-keyboard": ("au clavier seul", "by keyboard alone"),
    }
    done = TEXTS["accessibility.tests_script"]
    assert gone == ", ".join(f'"{way}"' for way in said)
    for french, english in said.values():
        assert french in done.fr
        assert english in done.en
