"""A text in the two languages in which everything a person reads exists."""

from typing import Any, Literal, NamedTuple

Language = Literal["fr", "en"]


class Text(NamedTuple):
    """French and English beside each other; ``{placeholders}`` are filled by :meth:`format`."""

    fr: str
    en: str

    def in_language(self, language: Language) -> str:
        return self.fr if language == "fr" else self.en

    def format(self, **values: Any) -> "Text":
        return Text(self.fr.format(**values), self.en.format(**values))
