"""A text in the two languages in which everything a person reads exists."""

from datetime import date, datetime
from typing import Any, Final, Literal, NamedTuple
from zoneinfo import ZoneInfo

Language = Literal["fr", "en"]
_LANGUAGES: Final[dict[str, Language]] = {"fr": "fr", "en": "en"}
_PARIS: Final = ZoneInfo("Europe/Paris")


class Text(NamedTuple):
    """French and English beside each other; ``{placeholders}`` are filled by :meth:`format`."""

    fr: str
    en: str

    def in_language(self, language: Language) -> str:
        return self.fr if language == "fr" else self.en

    def format(self, **values: Any) -> "Text":
        return Text(self.fr.format(**values), self.en.format(**values))


MONTHS: Final = (
    Text("janvier", "January"), Text("février", "February"), Text("mars", "March"), Text("avril", "April"),
    Text("mai", "May"), Text("juin", "June"), Text("juillet", "July"), Text("août", "August"),
    Text("septembre", "September"), Text("octobre", "October"), Text("novembre", "November"),
    Text("décembre", "December"),
)  # fmt: skip
"""From January on."""


def month_said(month: date) -> Text:
    """Return the month of a day in words, with its year."""
    name = MONTHS[month.month - 1]
    return Text(f"{name.fr} {month.year}", f"{name.en} {month.year}")


def day_said(day: date) -> Text:
    """Return a day as a sentence writes it; English names the month: 03/04/2026 is another day to an American."""
    return Text(f"{day:%d/%m/%Y}", f"{day.day} {MONTHS[day.month - 1].en[:3]} {day.year}")


def moment_said(moment: datetime) -> Text:
    """Return a moment as a clock in Paris shows it."""
    local = moment.astimezone(_PARIS)
    day = day_said(local)
    return Text(f"{day.fr} à {local:%H:%M}", f"{day.en}, {local:%H:%M}")


def preferred(accept_language: str) -> Language:
    """Return the language that a caller prefers (RFC 9110 §12.5.4); English where it says nothing of the two."""
    best: Language = "en"
    weight = 0.0
    for part in accept_language.lower().split(","):
        name, _, quality = part.partition(";")
        language = name.strip().split("-")[0]
        try:
            given = float(quality.strip().removeprefix("q=") or 1)
        except ValueError:
            continue
        if given > weight and language in _LANGUAGES:
            best, weight = _LANGUAGES[language], given
    return best
