"""Version 1 of the API: a list of what it includes."""

from typing import Final

from fastapi import APIRouter

from registry.assessment.routes import router as assessment
from registry.audit.routes import router as audit
from registry.census.routes import router as census
from registry.changes.routes import router as changes
from registry.charter.routes import organisation as kin
from registry.charter.routes import router as territories
from registry.exports.routes import router as exports
from registry.identity.routes.organisation import router as organisation
from registry.listings.routes import router as listings
from registry.listings.routes import tiles
from registry.obligations.routes import router as obligations
from registry.offboarding.routes import router as offboarding
from registry.reports.routes import router as reports
from registry.stock.routes import router as stock
from registry.surroundings.routes.distances import router as distances
from registry.surroundings.routes.services import router as services
from registry.sync.routes.forms import router as forms
from registry.sync.routes.imports import router as imports
from registry.sync.routes.mappings import router as mappings
from registry.sync.routes.sources import router as sources
from registry.sync.routes.trials import router as trials
from registry.transfers.routes import router as transfers
from registry.webhooks.routes import router as webhooks

router = APIRouter(prefix="/v1")
FIRST: Final = (listings, tiles)
"""Included before all others, and once more where the document has them. A request is compared with every route in
front of its own, and that at each level of routers anew: for the last ones it costs more than a search does."""
# The assessment and the distances before the stock: a reference may contain /, and takes all that is left of a path.
for included in (
    territories, obligations, assessment, distances, stock, listings, tiles, services, changes, census, reports,
    exports, forms, imports, sources, mappings, trials, transfers, organisation, kin, offboarding, webhooks, audit,
):  # fmt: skip
    router.include_router(included)
