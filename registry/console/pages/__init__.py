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
    landlord_links,
    links,
    members,
    organisation,
    organisation_clients,
    positions,
    security,
    sources,
    territories,
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
    landlord_links,
    links,
    members,
    organisation,
    organisation_clients,
    positions,
    security,
    sources,
    territories,
    upstream,
    webhooks,
)
ROUTERS: Final[tuple[APIRouter, ...]] = tuple(page.router for page in _PAGES)
