"""Which of the offered media types a caller gets (RFC 9110 §12.5.1)."""

import pytest
from fastapi import Request

from registry.access.errors import MediaTypeUnavailable
from registry.access.media import GEOJSON, JSON, chosen


def asking(*accept: str) -> Request:
    return Request({"type": "http", "headers": [(b"accept", value.encode()) for value in accept]})


@pytest.mark.parametrize(
    ("accept", "got"),
    [
        ([], JSON), ([""], JSON), (["*/*"], JSON), ([JSON], JSON), ([GEOJSON], GEOJSON), (["application/*"], JSON),
        ([f"{GEOJSON}, {JSON}"], JSON), ([f"{GEOJSON}, {JSON};q=0.9"], GEOJSON), ([f"{JSON};q=0, */*"], GEOJSON),
        ([f"text/html, {GEOJSON};q=0.1"], GEOJSON), (["text/html, */*;q=0.1"], JSON), ([GEOJSON, "text/html"], GEOJSON),
        ([f"{GEOJSON};q=1;x=y"], GEOJSON), (["APPLICATION/GEO+JSON"], GEOJSON),
        ([f"{GEOJSON}; charset=utf-8"], GEOJSON),
        ([f"application/*;q=0.1, {GEOJSON};q=0.5"], GEOJSON), ([f"nonsense, {GEOJSON}"], GEOJSON),
    ],
)  # fmt: skip
def test_caller_gets_what_it_likes_best(accept: list[str], got: str) -> None:
    assert chosen(asking(*accept), (JSON, GEOJSON)) == got


@pytest.mark.parametrize(
    "accept",
    [
        "text/html",
        "application/xml",
        "*/*;q=0",
        f"{JSON};q=0",
        "nonsense",
        f"{GEOJSON};q=x",
        "text/*",
        ",",
        f"{JSON};q=2",
    ],
)
def test_caller_that_takes_nothing_of_it_is_told_what_there_is(accept: str) -> None:
    with pytest.raises(MediaTypeUnavailable) as raised:
        chosen(asking(accept), (JSON, GEOJSON))
    assert raised.value.own_remedy
    assert GEOJSON in raised.value.own_remedy.fr
