"""The transfers over HTTP: a list of what is included."""

from fastapi import APIRouter

from registry.transfers.routes import cases, matches

router = APIRouter()
for part in (cases, matches):
    router.include_router(part.router)
