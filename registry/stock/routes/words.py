"""The vocabulary over HTTP."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from registry.access.bodies import JsonRoute
from registry.access.dependencies import TerritoryReader
from registry.vocabulary.catalogue import Vocabulary, vocabulary

router = APIRouter(route_class=JsonRoute)


@router.get("/vocabulary", tags=["vocabulary"], response_model=Vocabulary)
async def read_vocabulary(caller: TerritoryReader) -> Any:
    """Read every code list with its French and English labels, thresholds and sources."""
    del caller
    return JSONResponse(vocabulary(), headers={"Cache-Control": "private, max-age=3600"})
