"""What is different between two versions of a charter."""

from collections.abc import Iterator, Sequence
from typing import Any

from registry.charter.repository.versions import VersionRow
from registry.charter.schemas import Terms
from registry.charter.schemas.versions import ArticleChange, CharterComparison, TermChange, by_part


def compare(version: VersionRow, earlier: VersionRow) -> CharterComparison:
    """Return what ``version`` says otherwise than ``earlier``.

    Articles are the same by their code, and stand among those of their part. A part or a term that one of them does
    not name is compared as its default, which is how it is read; ``index_grid`` by its parts.
    """
    before, after = (Terms.model_validate(row.terms).model_dump(mode="json") for row in (earlier, version))
    return CharterComparison(
        version=version.version,
        compared_with=earlier.version,
        articles=list(_articles(earlier.articles, version.articles)),
        terms=[TermChange(term=name, before=old, after=new) for name, old, new in _values(before, after)],
    )


def _articles(before: Sequence[Any], after: Sequence[Any]) -> Iterator[ArticleChange]:
    """Yield the changes in the order in which ``after`` is read, part by part, then what is gone."""
    was, is_now = _by_code(before), _by_code(after)
    place_before, place_now = _places(was, is_now), _places(is_now, was)
    for code, article in is_now.items():
        old = was.get(code)
        if old is None:
            yield ArticleChange(code=code, change="added", before=None, after=article)
        elif old != article:
            yield ArticleChange(code=code, change="changed", before=old, after=article)
        elif place_before[code] != place_now[code]:
            yield ArticleChange(code=code, change="moved", before=old, after=article)
    for code in [code for code in was if code not in is_now]:
        yield ArticleChange(code=code, change="removed", before=was[code], after=None)


def _by_code(articles: Sequence[Any]) -> dict[str, dict[str, Any]]:
    return {article["code"]: article for part in by_part(articles).values() for article in part}


def _places(articles: dict[str, dict[str, Any]], others: dict[str, dict[str, Any]]) -> dict[str, int]:
    """Return where articles stand among those that the other version has in the same part."""
    kept = [code for code, each in articles.items() if code in others and others[code]["part"] == each["part"]]
    return {code: place for place, code in enumerate(kept)}


def _values(before: Any, after: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    if isinstance(before, dict) and isinstance(after, dict):
        for name in {**before, **after}:
            dotted = f"{path}.{name}" if path else name
            yield from _values(before.get(name), after.get(name), dotted)
    elif before != after:
        yield path, before, after
