"""What is signed of a version: the digest of its text as it was written, whichever part its articles are of."""

import hashlib
from typing import Any

from registry.charter.schemas.versions import Article, by_part, text_sha256

OF_BEFORE = (
    '{"articles":[{"code":"1","terms":["k"],"text":{"en":"Text","fr":"Texte"},"title":{"en":"One","fr":"Un"}}],'
    '"terms":{"k":11}}'
)
"""A version of before there were parts, as RFC 8785 writes it."""
ARTICLE: dict[str, Any] = {
    "code": "1", "title": {"fr": "Un", "en": "One"}, "text": {"fr": "Texte", "en": "Text"}, "terms": ["k"],
}  # fmt: skip


def test_version_written_before_there_were_parts_keeps_its_digest() -> None:
    assert text_sha256([ARTICLE], {"k": 11}) == hashlib.sha256(OF_BEFORE.encode()).hexdigest()
    by_part([ARTICLE])
    assert "part" not in ARTICLE, "reading it writes nothing into it"


def test_part_of_an_article_is_signed_with_it() -> None:
    written = [Article.model_validate({**ARTICLE, "part": part}).model_dump(mode="json") for part in by_part([])]
    digests = {text_sha256([each], {"k": 11}) for each in [ARTICLE, *written]}
    assert len(digests) == 3


def test_article_without_a_part_is_the_charter_s_and_parts_are_read_one_after_the_other() -> None:
    articles = [{**ARTICLE, "code": code, **more} for code, more in (
        ("D1", {"part": "data_sharing"}), ("1", {}), ("D2", {"part": "data_sharing"}), ("2", {"part": "charter"}),
    )]  # fmt: skip
    read = by_part(articles)
    assert list(read) == ["charter", "data_sharing"]
    assert {part: [each["code"] for each in those] for part, those in read.items()} == {
        "charter": ["1", "2"], "data_sharing": ["D1", "D2"],
    }  # fmt: skip
    assert by_part([]) == {"charter": [], "data_sharing": []}
