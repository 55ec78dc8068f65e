"""A coordinator writes the articles of a draft, in French and English, in their order."""

from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import ValidationError

from registry.access.scopes import Scope
from registry.charter.errors import CharterDraftNotFound
from registry.charter.schemas import Terms
from registry.charter.schemas.versions import PARTS, Article, part_of
from registry.console.browsers import form_of, redirect
from registry.console.charter_words import label_of
from registry.console.charters import DRAFT, PAGE
from registry.console.drafts import DraftChanged, FormInvalid, Held, Shown, differences, held, write, wrong_with
from registry.console.members import Member, bound, member
from registry.console.pages.account import shown
from registry.console.pages.charter_drafts import overview
from registry.console.rendering import language_of
from registry.console.texts import TEXTS
from registry.kernel.errors import NotVisible, RegistryError
from registry.kernel.text import Language, Text

router = APIRouter(include_in_schema=False)
ARTICLES: Final = DRAFT + "/articles"
ARTICLE: Final = ARTICLES + "/{code}"
LONGEST: Final = 42_000
"""Of a field, in characters: a text of the greatest length whose lines end in two."""
MOST_FIELDS: Final = 100
FIELDS: Final = ("code", "part", "title_fr", "title_en", "text_fr", "text_en")
_NAMES: Final = {"title.fr": "title_fr", "title.en": "title_en", "text.fr": "text_fr", "text.en": "text_en"}
_TWICE: Final = Text("Un autre article du projet porte ce numéro", "Another article of the draft has this number")


class ArticleNotFound(NotVisible):
    title = Text("Le projet n'a pas cet article", "The draft has no such article")
    remedy = Text("La page du projet énumère ses articles.", "The draft's page lists its articles.")


@router.get(ARTICLES)
async def show_new_article(request: Request, territory: str) -> Response:
    return await _show(request, territory, None)


@router.get(ARTICLE)
async def show_article(request: Request, territory: str, code: str) -> Response:
    return await _show(request, territory, code)


async def _show(request: Request, territory: str, code: str | None) -> Response:
    seat = await member(request, Scope.CHARTER_MANAGE)
    async with bound(request, seat.principal) as session:
        found = await held(session, seat.principal, territory)
    return _form(request, seat, found, code, _values(_article(found, code)) if code is not None else {})


def _form(
    request: Request,
    seat: Member,
    found: Held,
    code: str | None,
    typed: dict[str, str],
    *,
    faults: list[Shown] | None = None,
    error: RegistryError | None = None,
) -> Response:
    language = language_of(request)
    changed = isinstance(error, DraftChanged)
    if faults:
        error = FormInvalid()
    now = _now(found, code) if changed else None
    return shown(
        request, "charter-article", signed_in=seat.found, error=error, place=found.place, code=code, typed=typed,
        revision=found.draft.revision, faults=faults or [], invalid={fault.field for fault in faults or ()},
        parts=PARTS, terms=[(name, label_of(name, language)) for name in Terms.model_fields],
        gone=changed and code is not None and now is None,
        now=differences(_said(typed, language), _said(now, language), _labels(language)) if now is not None else None,
    )  # fmt: skip


def _now(found: Held, code: str | None) -> dict[str, str] | None:
    if code is None:
        return None
    try:
        return _values(_article(found, code))
    except ArticleNotFound:
        return None


def _article(found: Held, code: str) -> dict[str, Any]:
    for article in found.draft.articles:
        if article["code"] == code:
            given: dict[str, Any] = article
            return given
    raise ArticleNotFound


def _values(article: dict[str, Any]) -> dict[str, str]:
    return {
        "code": article["code"],
        "part": part_of(article),
        **{f"{name}_{language}": article[name][language] for name in ("title", "text") for language in ("fr", "en")},
        **{f"terms.{name}": "true" for name in article.get("terms", ())},
    }


def _labels(language: Language) -> dict[str, str]:
    terms = {f"terms.{name}": label_of(name, language) for name in Terms.model_fields}
    return {name: TEXTS[f"drafts.{name}"].in_language(language) for name in FIELDS} | terms


def _said(values: dict[str, str], language: Language) -> dict[str, str]:
    """Return the values of the form as people read them: the part by what it is called."""
    part = values["part"]
    return values | {"part": TEXTS[f"charter.part_{part}"].in_language(language)} if part in PARTS else values


def _typed(fields: dict[str, str]) -> dict[str, str]:
    """Return what was typed: lines end in a line feed, and nothing blank stands around a text."""
    typed = {name: fields.get(name, "").replace("\r\n", "\n").strip() for name in FIELDS}
    return typed | {name: "true" for name in fields if name.startswith("terms.")}


def _given(typed: dict[str, str]) -> Article:
    return Article.model_validate(
        {
            "code": typed["code"],
            "part": typed["part"],
            **{name: {"fr": typed[f"{name}_fr"], "en": typed[f"{name}_en"]} for name in ("title", "text")},
            "terms": [name for name in Terms.model_fields if f"terms.{name}" in typed],
        }
    )


@router.post(ARTICLES)
async def add_article(request: Request, territory: str) -> Response:
    return await _save(request, territory, None)


@router.post(ARTICLE)
async def change_article(request: Request, territory: str, code: str) -> Response:
    return await _save(request, territory, code)


async def _save(request: Request, territory: str, code: str | None) -> Response:
    fields = await form_of(request, most=MOST_FIELDS, longest=LONGEST)
    seat = await member(request, Scope.CHARTER_MANAGE)
    typed, language = _typed(fields), language_of(request)
    labels = _labels(language)
    try:
        async with bound(request, seat.principal) as session:
            found = await held(session, seat.principal, territory)
            present = found.draft.articles
            try:
                given = _given(typed)
            except ValidationError as error:
                faults = wrong_with(error, language, labels, _NAMES)
                return _form(request, seat, found, code, typed, faults=faults)
            if given.code != code and any(each["code"] == given.code for each in present):
                fault = Shown("code", labels["code"], _TWICE.in_language(language))
                return _form(request, seat, found, code, typed, faults=[fault])
            new = given.model_dump(mode="json")
            articles = [*present, new] if code is None else [new if each["code"] == code else each for each in present]
            await write(session, seat.principal, found, fields.get("revision", ""), articles=articles)
    except DraftChanged as changed:
        async with bound(request, seat.principal) as session:
            found = await held(session, seat.principal, territory)
        return _form(request, seat, found, code, typed, error=changed)
    except CharterDraftNotFound as gone:
        return lost(request, seat, gone, _said(typed, language), labels)
    return redirect(f"{PAGE}/{found.place.slug}/draft?done=saved")


def lost(
    request: Request, seat: Member, error: RegistryError, typed: dict[str, str], labels: dict[str, str]
) -> Response:
    """Return what somebody typed for a draft that is no more, so that it can be copied."""
    said = [(label, typed[name]) for name, label in labels.items() if typed.get(name)]
    return shown(request, "charter-draft-gone", signed_in=seat.found, error=error, said=said)


@router.post(ARTICLE + "/move")
async def move_article(request: Request, territory: str, code: str) -> Response:
    fields = await form_of(request)
    seat = await member(request, Scope.CHARTER_MANAGE)
    try:
        async with bound(request, seat.principal) as session:
            found = await held(session, seat.principal, territory)
            articles = list(found.draft.articles)
            place = articles.index(_article(found, code))
            places = [n for n, each in enumerate(articles) if part_of(each) == part_of(articles[place])]
            to = places.index(place) + (-1 if fields.get("to") == "up" else 1)
            if 0 <= to < len(places):
                other = places[to]
                articles[place], articles[other] = articles[other], articles[place]
                await write(session, seat.principal, found, fields.get("revision", ""), articles=articles)
    except DraftChanged as error:
        return await overview(request, seat, territory, error=error)
    return redirect(f"{PAGE}/{found.place.slug}/draft?done=saved")


@router.get(ARTICLE + "/remove")
async def show_removal(request: Request, territory: str, code: str) -> Response:
    seat = await member(request, Scope.CHARTER_MANAGE)
    return await _removal(request, seat, territory, code)


async def _removal(
    request: Request, seat: Member, territory: str, code: str, error: RegistryError | None = None
) -> Response:
    async with bound(request, seat.principal) as session:
        found = await held(session, seat.principal, territory)
    article = _article(found, code)
    return shown(
        request, "charter-article-remove", signed_in=seat.found, error=error, place=found.place, article=article,
        revision=found.draft.revision,
    )  # fmt: skip


@router.post(ARTICLE + "/remove")
async def remove_article(request: Request, territory: str, code: str) -> Response:
    fields = await form_of(request)
    seat = await member(request, Scope.CHARTER_MANAGE)
    try:
        async with bound(request, seat.principal) as session:
            found = await held(session, seat.principal, territory)
            gone = _article(found, code)
            articles = [each for each in found.draft.articles if each is not gone]
            await write(session, seat.principal, found, fields.get("revision", ""), articles=articles)
    except DraftChanged as error:
        return await _removal(request, seat, territory, code, error)
    return redirect(f"{PAGE}/{found.place.slug}/draft?done=saved")
