"""The classes of one's own homes, the indexes of one's own residences, and previews of a grid over HTTP."""

from fastapi import APIRouter

from registry.assessment.routes import homes, previews, residences

router = APIRouter()
router.include_router(homes.router)
router.include_router(previews.router)
router.include_router(residences.router)
