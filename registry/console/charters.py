"""What the pages of a charter have in common: whose it is, a version as it is read, addresses."""

import re
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import Principal
from registry.charter import service
from registry.charter.errors import CharterVersionNotFound
from registry.charter.schemas.versions import MAX_VERSION, by_part
from registry.charter.schemas.wording import SHARING
from registry.charter.service import CharterVersion, Place
from registry.console.charter_words import label_of, read_terms
from registry.kernel.text import Language, Text
from registry.territories.errors import TerritoryNotVisible

PAGE: Final = "/console/charter"
ONE: Final = PAGE + "/{territory}"
DRAFT: Final = ONE + "/draft"
VERSION: Final = ONE + "/versions/{number}"
MOST: Final = 500
"""Versions and members that a page lists."""
_SLUG: Final = re.compile(r"[a-z0-9-]{1,60}")
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,6}")
_CHARTERS: Final = Text("La rubrique Charte énumère les vôtres.", "The section Charter lists yours.")
_VERSIONS: Final = Text("La page de la charte énumère ses versions.", "The charter's page lists its versions.")


async def place_of(session: AsyncSession, principal: Principal, slug: str) -> Place:
    """Return the territory of an address, if its charter is open to the caller.

    Raises:
        TerritoryNotVisible: There is none, or it is not.
    """
    if not _SLUG.fullmatch(slug):
        raise TerritoryNotVisible(remedy=_CHARTERS)
    try:
        return await service.open_to(session=session, principal=principal, slug=slug)
    except TerritoryNotVisible:
        raise TerritoryNotVisible(remedy=_CHARTERS) from None


async def coordinated_place(session: AsyncSession, principal: Principal, slug: str) -> Place:
    """Return the territory of an address, if the caller coordinates it.

    Raises:
        TerritoryNotVisible: There is none, or somebody else does.
    """
    place = await place_of(session, principal, slug)
    if not place.coordinated:
        raise TerritoryNotVisible(remedy=_CHARTERS)
    return place


def number_of(given: str) -> int:
    """Return the number of a version as an address gives it.

    Raises:
        CharterVersionNotFound: It is none.
    """
    number = int(given) if _NUMBER.fullmatch(given) else 0
    if not 1 <= number <= MAX_VERSION:
        raise CharterVersionNotFound(remedy=_VERSIONS)
    return number


async def version_of(session: AsyncSession, place: Place, given: str) -> CharterVersion:
    """Return a version; a draft to its coordinator alone.

    Raises:
        CharterVersionNotFound: There is none that the caller may see.
    """
    number = number_of(given)
    try:
        return await service.read_version(
            session=session, territory_id=place.id, version=number, drafts=place.coordinated
        )
    except CharterVersionNotFound:
        raise CharterVersionNotFound(remedy=_VERSIONS) from None


async def versions_of(session: AsyncSession, place: Place) -> list[CharterVersion]:
    """Return the versions of a charter, the newest first; a draft to its coordinator alone."""
    rows = await service.list_versions(
        session=session, territory_id=place.id, after=0, limit=MOST, drafts=place.coordinated
    )
    return rows[::-1]


def summary(row: CharterVersion) -> dict[str, Any]:
    """Return a version without its text, as lists show it."""
    return service.stated(row)


def read(row: CharterVersion, language: Language) -> dict[str, Any]:
    """Return a version as people read it: articles of each part in their language, terms in words."""
    terms, grid = read_terms(row.terms, language)
    articles = {
        part: [article_words(article, language) for article in those] for part, those in by_part(row.articles).items()
    }
    sharing = [label_of(name, language) for name in SHARING]
    return {**service.stated(row), "articles": articles, "terms": terms, "grid": grid, "sharing": sharing}


def article_words(article: Any, language: Language) -> dict[str, Any]:
    """Return an article as people read it; lines of its text apart."""
    return {
        "code": article["code"],
        "part": article["part"],
        "title": article["title"][language],
        "lines": [line for line in article["text"][language].split("\n") if line.strip()],
        "terms": [label_of(name, language) for name in article.get("terms", ())],
    }
