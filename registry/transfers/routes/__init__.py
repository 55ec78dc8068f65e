"""The transfers over HTTP: a list of what is included."""

from fastapi import APIRouter

from registry.transfers.routes import alerts, cases, demand, matches, proposals, protections, sheets, vacated

router = APIRouter()
for part in (alerts, cases, demand, matches, proposals, protections, sheets, vacated):
    router.include_router(part.router)
