"""Looking at a page for everybody who reads it, once for each state it is in, whichever process of a run does."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from axe_playwright_python.base import AXE_SCRIPT
from playwright.async_api import Page

_RULES: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
"""Named, or axe leaves out what it does not do by default: the least size of targets, of WCAG 2.2 (2.5.8)."""
_JUDGED: Final = f"""async () => (await axe.run({{
    runOnly: {{type: 'tag', values: {list(_RULES)}}}, resultTypes: ['violations'],
}})).violations.map(v => v.id + ': ' + v.nodes.map(n => n.html).join(' | '))"""


@dataclass(frozen=True)
class Looked:
    """The states that were looked at: the roles, languages and ways of working share many."""

    directory: Path

    def is_new(self, *state: object) -> bool:
        """Tell whether nobody has asked for this state yet: who is told so looks at it."""
        try:
            (self.directory / sha256(repr(state).encode()).hexdigest()).touch(exist_ok=False)
        except FileExistsError:
            return False
        return True


async def violations(page: Page) -> list[str]:
    """Return what axe finds against WCAG 2.2 A and AA and its own best practices, with the elements."""
    # Through the debugger, which the page's policy does not bind: it forbids what is not served with the page.
    await page.evaluate(AXE_SCRIPT)
    found: Any = await page.evaluate(_JUDGED)
    return list(found)
