"""One module a noun; :data:`ROUTERS` is what the application takes in."""

from typing import Final

from fastapi import APIRouter

from registry.console.pages import (
    accessibility,
    account,
    assets,
    consent,
    home,
    import_details,
    imports,
    links,
    positions,
    reports,
    security,
    sources,
    syncs,
    upstream,
    webhooks,
)

_PAGES: Final = (
    accessibility,
    account,
    assets,
    consent,
    home,
    import_details,
    imports,
    links,
    positions,
    reports,
    security,
    sources,
    syncs,
    upstream,
    webhooks,
)
ROUTERS: Final[tuple[APIRouter, ...]] = tuple(page.router for page in _PAGES)
