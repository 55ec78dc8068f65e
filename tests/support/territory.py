"""A territory of its own for a test: communes that no other test has, a coordinator, a charter, signatures."""

import itertools
import math
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

import httpx
from sqlalchemy import text

from registry.charter import service as charter
from registry.charter.schemas import Terms
from registry.platform.database import Database, Role
from registry.territories import service as territories
from tests.support import members
from tests.support.members import Member

_numbers = itertools.count(1)
_codes = itertools.count(1)
_process = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))


@dataclass
class Territory:
    """``communes``: INSEE-like codes of its own, around ``lon``, ``lat``; contours are squares of 0.1 degree."""

    id: int
    slug: str
    coordinator: Member
    communes: list[str]
    lon: float
    lat: float
    members: list[Member] = field(default_factory=list)

    def point(self, east_m: float = 0, north_m: float = 0) -> dict[str, float]:
        """Return a position some metres from the centre of the first commune."""
        east_m_per_degree = 111_320 * math.cos(math.radians(self.lat))
        return {"lon": self.lon + east_m / east_m_per_degree, "lat": self.lat + north_m / 111_200}


def commune_code() -> str:
    """Return an INSEE-like code that no other test of this process has."""
    return f"9{next(_codes):04d}"


async def add_commune(
    jobs: Database, code: str, lon: float, lat: float, *, half: float = 0.05, departement: str = "33"
) -> None:
    """Create a square commune around a point, ``half`` of a side (degrees) to each side."""
    async with jobs.transaction(Role.JOB, actor="tests") as session:
        await session.execute(
            text(
                "INSERT INTO communes (code, name, epci_code, departement, population, centre, contour, vintage)"
                " VALUES (:code, :name, :epci, :departement, 1000, ST_SetSRID(ST_Point(:lon, :lat), 4326),"
                " ST_Multi(ST_MakeEnvelope(:west, :south, :east, :north, 4326)), 2026)"
            ),
            {
                "code": code, "name": f"Commune {code}", "epci": f"2{code[:5]:0>8}", "lon": lon, "lat": lat,
                "departement": departement,
                "west": lon - half, "south": lat - half, "east": lon + half, "north": lat + half,
            },
        )  # fmt: skip


async def create(
    database: Database, jobs: Database, client: httpx.AsyncClient, *, communes: int = 1, terms: Terms | None = None
) -> Territory:
    """Create a territory with a charter in force; landlords sign with :func:`sign`."""
    number = next(_numbers) * 8 + _process
    lon, lat = -1.0 + (number % 70) * 0.1, 43.5 + (number // 70 % 75) * 0.1
    codes = []
    for place in range(communes):
        code = f"{number:04d}{place}"
        await add_commune(jobs, code, lon + place * 0.1, lat)
        codes.append(code)
    coordinator = await members.register(database, client, kind="coordinator")
    slug = f"t-{secrets.token_hex(4)}"
    async with database.transaction(Role.COORDINATOR, organisation=coordinator.id, actor="tests") as session:
        made = await territories.create_territory(
            session=session, coordinator=coordinator.id, slug=slug, name=slug, communes=codes
        )
        await charter.put_in_force(
            session=session, organisation=coordinator.id, territory_id=made, terms=terms or Terms()
        )
    await members.renew(coordinator, client)
    return Territory(made, slug, coordinator, codes, lon, lat)


async def sign(
    database: Database, territory: Territory, landlords: Sequence[Member], *, signed_by: str = "Test Person"
) -> None:
    """Have landlords sign what is in force, and the coordinator admit them."""
    for member in landlords:
        async with database.transaction(Role.LANDLORD, organisation=member.id, actor="tests") as session:
            await charter.sign(session=session, organisation=member.id, territory_id=territory.id, signed_by=signed_by)
        await admit(database, territory, member)
        territory.members.append(member)


async def admit(database: Database, territory: Territory, member: Member) -> None:
    async with database.transaction(Role.COORDINATOR, organisation=territory.coordinator.id, actor="tests") as session:
        await charter.admit(session=session, organisation=member.id, territory_id=territory.id)
