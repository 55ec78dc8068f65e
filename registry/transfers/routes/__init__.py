"""The transfers over HTTP: a list of what is included."""

from fastapi import APIRouter

from registry.transfers.routes import matches

router = APIRouter()
for part in (matches,):
    router.include_router(part.router)
