"""What is different between two versions of a charter."""

from collections.abc import Iterator, Sequence
from typing import Any

from registry.charter.repository.versions import VersionRow
from registry.charter.schemas import Terms
from registry.charter.schemas.versions import ArticleChange, CharterComparison, TermChange


def compare(version: VersionRow, earlier: VersionRow) -> CharterComparison:
    """Return what ``version`` says otherwise than ``earlier``.

    Articles are the same by their code. A term that one of them does not name is compared as its default, which is
    how it is read; ``index_grid`` by its parts.
    """
    before, after = (Terms.model_validate(row.terms).model_dump(mode="json") for row in (earlier, version))
    return CharterComparison(
        version=version.version,
        compared_with=earlier.version,
        articles=list(_articles(earlier.articles, version.articles)),
        terms=[TermChange(term=name, before=old, after=new) for name, old, new in _values(before, after)],
    )


def _articles(before: Sequence[Any], after: Sequence[Any]) -> Iterator[ArticleChange]:
    """Yield the changes in the order of ``after``, then what is gone."""
    was, is_now = ({article["code"]: article for article in articles} for articles in (before, after))
    kept_before = [code for code in was if code in is_now]
    kept_after = [code for code in is_now if code in was]
    places = {code: place for place, code in enumerate(kept_before)}
    for code, article in is_now.items():
        old = was.get(code)
        if old is None:
            yield ArticleChange(code=code, change="added", before=None, after=article)
        elif old != article:
            yield ArticleChange(code=code, change="changed", before=old, after=article)
        elif places[code] != kept_after.index(code):
            yield ArticleChange(code=code, change="moved", before=old, after=article)
    for code in [code for code in was if code not in is_now]:
        yield ArticleChange(code=code, change="removed", before=was[code], after=None)


def _values(before: Any, after: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    if isinstance(before, dict) and isinstance(after, dict):
        for name in {**before, **after}:
            dotted = f"{path}.{name}" if path else name
            yield from _values(before.get(name), after.get(name), dotted)
    elif before != after:
        yield path, before, after
