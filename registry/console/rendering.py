"""Make a page: its language, its words, its headers."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from registry.console.assets import address_of
from registry.console.navigation import sections_of
from registry.console.texts import TEXTS
from registry.identity.service.account import SignedIn
from registry.kernel.numbers import decimal_said, money_said, money_typed
from registry.kernel.text import Language, day_said, moment_said, month_said
from registry.platform.settings import Settings

HERE: Final = Path(__file__).parent
PARIS: Final = ZoneInfo("Europe/Paris")
LANGUAGE_COOKIE: Final = "language"
LANGUAGES: Final[dict[str | None, Language]] = {"fr": "fr", "en": "en"}
_ENVIRONMENT: Final = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def options_of(choices: Iterable[tuple[str, str]], chosen: Collection[str]) -> Markup:
    """Return the options of a list, by value and label, written at once: a territory may have thousands of communes."""
    written = [
        f'<option value="{escape(value)}"{" selected" if value in chosen else ""}>{escape(label)}</option>'
        for value, label in choices
    ]
    return Markup("\n".join(written))  # noqa: S704  # escaped above


_ENVIRONMENT.globals |= {"asset": address_of, "options_of": options_of}
_POLICY: Final = {
    "default-src": "'none'",
    "script-src": "'self'",
    "connect-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
"""What a page may load and ask: what this service serves, nothing inline, nothing of others."""


def language_of(request: Request) -> Language:
    """Return the language that was asked for: by the link, by the cookie, by the browser; French otherwise."""
    for given in (request.query_params.get("lang"), request.cookies.get(LANGUAGE_COOKIE)):
        if given in LANGUAGES:
            return LANGUAGES[given]
    first = request.headers.get("accept-language", "fr").split(",")[0].strip().lower()
    return "en" if first.startswith("en") else "fr"


def page(
    request: Request,
    template: str,
    *,
    status: int = 200,
    form_action: str = "",
    policy: Mapping[str, str] | None = None,
    **context: Any,
) -> HTMLResponse:
    """Return a page, or the part of it that htmx asked for: its block ``fragment``, where it has one.

    Args:
        request: The request, for the language and for what is asked.
        template: Name of the template under ``templates/pages``.
        status: HTTP status.
        form_action: Origin, besides ours, to which a form of the page may lead.
        policy: Directives of the Content-Security-Policy that this page needs otherwise than others.
        context: What the template shows.
    """
    language = language_of(request)
    other = "en" if language == "fr" else "fr"
    settings: Settings = request.app.state.settings
    signed_in: SignedIn | None = context.get("signed_in")
    principal = signed_in.principal if signed_in else None

    def translate(key: str, **values: Any) -> str:
        return TEXTS[key].in_language(language).format(**values)

    made = _ENVIRONMENT.get_template(f"pages/{template}.html")
    words = {
        "t": translate,
        "language": language,
        "other_language": other,
        "moment": partial(stated_moment, language=language),
        "day": partial(stated_day, language=language),
        "month": partial(stated_month, language=language),
        "number": partial(stated_number, language=language),
        "decimal": lambda number, places=None: decimal_said(number, language, places),
        "money": partial(stated_money, language=language),
        "money_typed": partial(money_typed, language=language),
        "path": request.url.path,
        "development": settings.environment == "development",
        "sections": sections_of(principal) if principal else (),
        "signed_in": None,
        "form_token": "",
        "error": None,
        "notice": None,
        "other_page": _in(request, other),
        **context,
    }
    body = _fragment(made, words) if wants_fragment(request) and "fragment" in made.blocks else made.render(words)
    response = HTMLResponse(body, status_code=status, headers=_headers(settings, form_action, policy or {}))
    response.headers["Content-Language"] = language
    if request.query_params.get("lang") == language:
        secure = settings.base_url.startswith("https:")
        response.set_cookie(LANGUAGE_COOKIE, language, max_age=31_536_000, samesite="lax", secure=secure, httponly=True)
    return response


def wants_fragment(request: Request) -> bool:
    """Tell whether htmx asks for a part of a page, not the browser for the whole one."""
    return "hx-request" in request.headers and "hx-boosted" not in request.headers


def _fragment(made: Template, words: Mapping[str, Any]) -> str:
    return "".join(made.blocks["fragment"](made.new_context(dict(words))))


def stated_moment(moment: datetime, language: Language) -> Markup:
    """Return a moment as it is read on a clock in Paris, and by machines as it is."""
    return Markup('<time datetime="{}">{}</time>').format(moment.isoformat(), moment_said(moment).in_language(language))


def stated_day(day: date | str | None, language: Language) -> Markup:
    """Return a day (a date, or its ISO form) as the language writes it; a dash where there is none."""
    if not day:
        return Markup("–")
    stated = date.fromisoformat(day) if isinstance(day, str) else day
    return Markup('<time datetime="{}">{}</time>').format(stated.isoformat(), day_said(stated).in_language(language))


def stated_month(month: date | str | None, language: Language) -> str:
    """Return a month (a day of it, or ``YYYY-MM``) in words; a dash where there is none."""
    if not month:
        return "–"
    day = date.fromisoformat(f"{month}-01") if isinstance(month, str) else month
    return month_said(day).in_language(language)


def stated_number(number: int, language: Language) -> str:
    """Return a whole number, its thousands set apart as the language does it."""
    return f"{number:,}".replace(",", "\u202f") if language == "fr" else f"{number:,}"


def stated_money(cents: int | None, language: Language) -> str:
    """Return an amount in euros; that it is not stated, where there is none."""
    return (TEXTS["site.not_stated"] if cents is None else money_said(cents)).in_language(language)


def _in(request: Request, language: str) -> str:
    """Return the address of the same page in another language, with what it was asked."""
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "lang"]
    return f"{quote(request.scope['path'])}?{urlencode([*kept, ('lang', language)])}"


def _headers(settings: Settings, form_action: str, policy: Mapping[str, str]) -> dict[str, str]:
    directives = {**_POLICY, "form-action": f"'self' {form_action}".rstrip(), **policy}
    headers = {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in directives.items()),
        "Cache-Control": "no-store",
        "Vary": "HX-Request",
    }
    if settings.base_url.startswith("https:"):
        headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
    return headers
