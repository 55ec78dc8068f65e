"""A landlord's own stock over HTTP, and the vocabulary it is stated in."""

from fastapi import APIRouter

from registry.stock.routes import conventions, facts, homes, outages, residences, words, works

router = APIRouter()
for part in (facts, works, outages, conventions, residences, homes, words):
    router.include_router(part.router)
