"""Transfers over HTTP."""

from fastapi import APIRouter

from registry.transfers.routes.proposals import router as proposals

router = APIRouter()
for included in (proposals,):
    router.include_router(included)
