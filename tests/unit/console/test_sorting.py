"""Tables sorted by the heads of their columns."""

from registry.console.sorting import in_order

ROWS = [("b", 2), ("A", None), ("c", 2), ("d", 1)]
COLUMNS = {"name": lambda row: row[0], "count": lambda row: row[1]}


def _sorted(sort: str) -> str:
    return "".join(name for name, _ in in_order(ROWS, COLUMNS, sort))


def test_text_is_sorted_without_regard_to_case() -> None:
    assert (_sorted("name"), _sorted("-name")) == ("Abcd", "dcbA")


def test_unknown_comes_last_either_way_and_equals_keep_their_order() -> None:
    assert (_sorted("count"), _sorted("-count")) == ("dbcA", "bcdA")


def test_order_of_another_table_leaves_the_rows_as_they_are() -> None:
    assert _sorted("rent") == _sorted("") == "bAcd"
