"""Every word of the pages, in French and English. A template names a text by its key: ``t("sign_in.title")``."""

from typing import Final

from registry.console.texts import (
    account,
    audit,
    charter,
    charter_drafts,
    clients,
    home,
    homes,
    imports,
    known,
    landlord_links,
    listings,
    maps,
    members,
    navigation,
    obligations,
    people,
    positions,
    residences,
    search,
    site,
    territories,
    webhooks,
)
from registry.kernel.text import Text

_PAGES: Final = (
    account,
    audit,
    charter,
    charter_drafts,
    clients,
    home,
    homes,
    imports,
    known,
    landlord_links,
    listings,
    maps,
    members,
    navigation,
    obligations,
    people,
    positions,
    residences,
    search,
    site,
    territories,
    webhooks,
)
TEXTS: Final[dict[str, Text]] = {key: said for page in _PAGES for key, said in page.TEXTS.items()}
