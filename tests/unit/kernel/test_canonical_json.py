"""RFC 8785: one text for one value, whoever writes it."""

from typing import Any

import pytest

from registry.kernel.canonical_json import canonical


@pytest.mark.parametrize(
    ("value", "text"),
    [
        # RFC 8785, appendix B
        (0.0, "0"), (-0.0, "0"), (5e-324, "5e-324"), (-5e-324, "-5e-324"),
        (1.7976931348623157e308, "1.7976931348623157e+308"), (9007199254740992.0, "9007199254740992"),
        (295147905179352830000.0, "295147905179352830000"), (9.999999999999997e22, "9.999999999999997e+22"),
        (1e23, "1e+23"), (999999999999999900000.0, "999999999999999900000"), (1e21, "1e+21"),
        (9.999999999999997e-7, "9.999999999999997e-7"), (0.000001, "0.000001"),
        (333333333.33333329, "333333333.3333333"), (-0.0000033333333333333333, "-0.0000033333333333333333"),
        # and the values of a grid
        (10.0, "10"), (0.3, "0.3"), (35, "35"), (True, "true"), (None, "null"),
    ],
)  # fmt: skip
def test_number_is_written_as_ecmascript_writes_it(value: Any, text: str) -> None:
    assert canonical(value).decode() == text


def test_names_are_sorted_by_utf_16_and_strings_escaped_as_little_as_may_be() -> None:
    """The example of RFC 8785 §3.2.3."""
    given = {
        "\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh", "1": "One",
        "\U0001f600": "Emoji: Grinning Face", "\u0080": "Control", "\u00f6": "Latin Small Letter O With Diaeresis",
    }  # fmt: skip
    assert canonical(given).decode() == (
        '{"\\r":"Carriage Return","1":"One","\u0080":"Control","ö":"Latin Small Letter O With Diaeresis",'
        '"€":"Euro Sign","😀":"Emoji: Grinning Face","\ufb33":"Hebrew Letter Dalet With Dagesh"}'
    )
    assert canonical('\u20ac$\u000f\nA\'B"\\\\"/').decode() == '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'


def test_lists_keep_their_order() -> None:
    assert canonical([{"b": 1, "a": [2, 1]}, "x"]) == b'[{"a":[2,1],"b":1},"x"]'
