"""The transfers over HTTP: a list of what is included."""

from fastapi import APIRouter

from registry.transfers.routes import vacated

router = APIRouter()
for part in (vacated,):
    router.include_router(part.router)
