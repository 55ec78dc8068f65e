"""Every word of the pages, in French and English. A template names a text by its key: ``t("sign_in.title")``."""

from typing import Final

from registry.console.texts import (
    account,
    clients,
    home,
    imports,
    landlord_links,
    members,
    navigation,
    people,
    positions,
    site,
    territories,
    webhooks,
)
from registry.kernel.text import Text

_PAGES: Final = (
    account,
    clients,
    home,
    imports,
    landlord_links,
    members,
    navigation,
    people,
    positions,
    site,
    territories,
    webhooks,
)
TEXTS: Final[dict[str, Text]] = {key: said for page in _PAGES for key, said in page.TEXTS.items()}
