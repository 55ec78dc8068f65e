"""The written documents as data: code blocks, links, headings."""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from tests.support.tree import ROOT

_FENCE: Final = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK: Final = re.compile(r"\[[^\]]+\]\(([^)\s]+)\)")
_HEADING: Final = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Document:
    """A Markdown file. ``name``: its path in the tree."""

    name: str
    text: str

    @property
    def path(self) -> Path:
        return ROOT / self.name

    def blocks(self, language: str) -> list[str]:
        """Return the code blocks of a language, in order."""
        return [code for found, code in _FENCE.findall(self.text) if found == language]

    @property
    def prose(self) -> str:
        """The text without its code blocks."""
        return _FENCE.sub("", self.text)

    @property
    def links(self) -> list[str]:
        return _LINK.findall(self.prose)

    @property
    def anchors(self) -> set[str]:
        """The fragments by which its headings are linked."""
        plain = (re.sub(r"[^\w\- ]", "", heading).strip() for heading in _HEADING.findall(self.prose))
        return {heading.lower().replace(" ", "-") for heading in plain}


@lru_cache
def document(name: str) -> Document:
    return Document(name, (ROOT / name).read_text(encoding="utf-8"))


@lru_cache
def documents() -> tuple[Document, ...]:
    """Return every document that people read, decisions included."""
    paths = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "registry" / "adr").glob("*.md")]
    return tuple(document(path.relative_to(ROOT).as_posix()) for path in sorted(paths))
