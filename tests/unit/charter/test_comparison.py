"""Two versions of a charter beside each other."""

from typing import Any

from registry.charter import service
from registry.charter.schemas import Terms


def article(code: str, text: str = "x", **more: str) -> dict[str, Any]:
    return {"code": code, "title": {"fr": code, "en": code}, "text": {"fr": text, "en": text}, "terms": [], **more}


def changes(later: list[dict[str, Any]], earlier: list[dict[str, Any]]) -> list[tuple[str, str]]:
    found = service.compare(version(2, later, {}), version(1, earlier, {}))
    return [(each.code, each.change) for each in found.articles]


def version(number: int, articles: list[dict[str, Any]], terms: dict[str, Any]) -> service.CharterVersion:
    return service.CharterVersion(number, "proposed", articles, terms, 1, None, None, None, None)


def test_articles_are_told_apart_by_their_code() -> None:
    earlier = version(1, [article("1"), article("2"), article("3"), article("4")], {})
    later = version(2, [article("3"), article("1"), article("5"), article("2", "y")], {})

    found = service.compare(later, earlier)

    assert (found.version, found.compared_with) == (2, 1)
    changes = [(each.code, each.change, each.before is None, each.after is None) for each in found.articles]
    assert changes == [
        ("3", "moved", False, False), ("1", "moved", False, False), ("5", "added", True, False),
        ("2", "changed", False, False), ("4", "removed", False, True),
    ]  # fmt: skip
    assert found.terms == []


def test_article_written_before_there_were_parts_is_the_same_as_one_of_the_charter() -> None:
    assert changes([article("1", part="charter")], [article("1")]) == []
    assert changes([article("1", part="data_sharing")], [article("1")]) == [("1", "changed")]


def test_articles_stand_among_those_of_their_part() -> None:
    agreed = {"part": "data_sharing"}
    earlier = [article("1"), article("2"), article("D1", **agreed), article("D2", **agreed)]
    between = [article("D1", **agreed), article("1"), article("D2", **agreed), article("2")]
    assert changes(between, earlier) == []
    turned = [article("1"), article("2"), article("D2", **agreed), article("D1", **agreed)]
    assert changes(turned, earlier) == [("D2", "moved"), ("D1", "moved")]
    given_over = [article("2"), article("D1", **agreed), article("D2", **agreed), article("1", **agreed)]
    assert changes(given_over, earlier) == [("1", "changed")], "the others stay where they were"


def test_terms_are_compared_as_they_are_read_and_the_grid_by_its_parts() -> None:
    terms = Terms().model_dump(mode="json")
    weights = {"L": 0.4, "P": 0.2, "A": 0.2, "S": 0.2}
    grid = {**terms["index_grid"], "weights": weights}
    older = {name: value for name, value in terms.items() if name != "answer_days"}

    found = service.compare(
        version(2, [], {**terms, "k": 20, "index_grid": grid, "answer_days": 5}), version(1, [], older)
    )

    assert {each.term: (each.before, each.after) for each in found.terms} == {
        "k": (11, 20), "answer_days": (10, 5), "index_grid.weights.L": (0.3, 0.4), "index_grid.weights.P": (0.3, 0.2),
    }  # fmt: skip


def test_version_compared_with_itself_says_nothing() -> None:
    one = version(1, [article("1"), article("2")], Terms().model_dump(mode="json"))
    assert (service.compare(one, one).articles, service.compare(one, one).terms) == ([], [])
