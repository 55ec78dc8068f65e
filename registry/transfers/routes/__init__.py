"""The transfers over HTTP: a list of what is included."""

from fastapi import APIRouter

from registry.transfers.routes import alerts, cases

router = APIRouter()
for part in (alerts, cases):
    router.include_router(part.router)
