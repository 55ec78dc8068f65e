"""One module a noun; :data:`ROUTERS` is what the application takes in."""

from typing import Final

from fastapi import APIRouter

from registry.console.pages import (
    account,
    assets,
    consent,
    home,
    import_details,
    imports,
    links,
    listings,
    maps,
    positions,
    search,
    security,
    sources,
    upstream,
    webhooks,
)

_PAGES: Final = (
    account,
    assets,
    consent,
    home,
    import_details,
    imports,
    links,
    listings,
    maps,
    positions,
    search,
    security,
    sources,
    upstream,
    webhooks,
)
ROUTERS: Final[tuple[APIRouter, ...]] = tuple(page.router for page in _PAGES)
