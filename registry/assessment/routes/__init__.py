"""The classes of one's own homes and the indexes of one's own residences over HTTP."""

from fastapi import APIRouter

from registry.assessment.routes import homes, residences

router = APIRouter()
router.include_router(homes.router)
router.include_router(residences.router)
