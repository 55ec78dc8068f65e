"""``/v1/organisation``: what an organisation is to others."""

from typing import Any

from fastapi import APIRouter

from registry.access.dependencies import OrganisationReader
from registry.charter.schemas.kin import OwnOrganisationOut
from registry.charter.service import kin as service

router = APIRouter(tags=["organisation"])


@router.get("/organisation", response_model=OwnOrganisationOut)
async def read_organisation(caller: OrganisationReader) -> Any:
    """Read your organisation: its group, and the charters that those it is the parent of hold to."""
    return await service.read_own(session=caller.session, principal=caller.principal)
