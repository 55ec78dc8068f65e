"""Every word of the pages, in French and English. A template names a text by its key: ``t("sign_in.title")``."""

from typing import Final

from registry.console.texts import (
    accessibility,
    account,
    home,
    imports,
    navigation,
    positions,
    reports,
    site,
    syncs,
    webhooks,
)
from registry.kernel.text import Text

_PAGES: Final = (accessibility, account, home, imports, navigation, positions, reports, site, syncs, webhooks)
TEXTS: Final[dict[str, Text]] = {key: said for page in _PAGES for key, said in page.TEXTS.items()}
