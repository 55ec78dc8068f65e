"""The transfers over HTTP: a list of what is included."""

from fastapi import APIRouter

from registry.transfers.routes import cases, matches, vacated

router = APIRouter()
for part in (cases, matches, vacated):
    router.include_router(part.router)
