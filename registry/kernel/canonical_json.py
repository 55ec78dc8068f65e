"""One way to write a JSON value: the JSON Canonicalization Scheme (RFC 8785, June 2020)."""

import json
from decimal import Decimal
from typing import Any


def canonical(value: Any) -> bytes:
    """Return a value of JSON (``dict``, ``list``, ``str``, ``bool``, ``None``, finite numbers) as RFC 8785 writes it.

    Names in the order of their UTF-16 code units, no white space, strings in UTF-8 with the shortest escapes, numbers
    as ECMAScript writes them: 10, not 10.0.
    """
    return _written(value).encode()


def _written(value: Any) -> str:
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(f"{_written(name)}:{_written(value[name])}" for name in names) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(_written, value)) + "]"
    if isinstance(value, float):
        return _number(value)
    return json.dumps(value, ensure_ascii=False)


def _number(value: float) -> str:
    """Return a finite double by ECMAScript's Number::toString (ECMA-262 §6.1.6.1.20), to which §3.2.2.3 refers."""
    if value == 0:
        return "0"
    sign, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    assert isinstance(exponent, int)
    figures = "".join(map(str, digits))
    point = len(figures) + exponent  # figures before the decimal point
    if 0 < point <= 21:
        whole = figures[:point].ljust(point, "0")
        text = f"{whole}.{figures[point:]}" if point < len(figures) else whole
    elif -6 < point <= 0:
        text = f"0.{'0' * -point}{figures}"
    else:
        fraction = f".{figures[1:]}" if len(figures) > 1 else ""
        text = f"{figures[0]}{fraction}e{point - 1:+d}"
    return f"-{text}" if sign else text
