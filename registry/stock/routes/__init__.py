"""A landlord's own stock over HTTP, and the vocabulary it is stated in."""

from fastapi import APIRouter

from registry.stock.routes import facts, homes, outages, residences, words, works

router = APIRouter()
for part in (facts, works, outages, residences, homes, words):
    router.include_router(part.router)
