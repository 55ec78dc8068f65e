"""The transfers over HTTP: a list of what is included."""

from fastapi import APIRouter

from registry.transfers.routes import cases, matches, proposals, protections, sheets, vacated

router = APIRouter()
for part in (cases, matches, proposals, protections, sheets, vacated):
    router.include_router(part.router)
