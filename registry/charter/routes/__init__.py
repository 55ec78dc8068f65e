"""Territories over HTTP: what they are made of, what their charters say, who signed."""

from fastapi import APIRouter

from registry.charter.routes import (
    adhesions,
    charters,
    definitions,
    invitations,
    kin,
    signatures,
    territories,
)

organisation = kin.router
router = APIRouter(tags=["territories"])
for part in (territories, definitions, charters, signatures, adhesions, invitations):
    router.include_router(part.router)
