"""Two landlords of one quarter and the coordinator of their territory, each with somebody at a browser of their own."""

import itertools
import json
import math
import secrets
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from sqlalchemy import text

from registry import wiring
from registry.access.principal import Principal
from registry.charter import service as charter
from registry.charter.schemas import Terms
from registry.listings.service.place import place_requested
from registry.platform.database import Database, Role, create_engine
from registry.stock import service as stock
from registry.stock.schemas import HomeIn, ResidenceIn
from registry.surroundings.service import Grounds, networks
from registry.surroundings.service.ground import projected
from registry.territories import service as territories
from registry.transfers.service.nearness import compare
from tests.console.conftest import SitDown
from tests.console.desk import Desk
from tests.support.stock import fact, home
from tests.support.streets import streets
from tests.support.territory import add_commune

LAT: Final = 46.5
PRESENT, OFFERED, NEARLY = "A-12", "B-7", "B-9"
"""References: the home in which somebody lives, the one across the street, and one that lacks grab bars."""
STREET: Final = "rue des Lilas"
_numbers = itertools.count()


@dataclass
class Neighbours:
    """A territory of one quarter.

    Attributes:
        agent: A caseworker of the landlord in whose home somebody lives; ``owner``: the stock manager of the landlord
            across the street; ``coordinator``: a reader of the coordination.
    """

    jobs: Database
    agent: Desk
    owner: Desk
    coordinator: Desk

    async def compare_places(self) -> None:
        """Do as the worker does every minute."""
        await compare(self.jobs, Grounds())


@dataclass
class _Ground:
    """A street eastwards through the middle of a commune that no other test has."""

    jobs: Database
    commune: str
    lon: float

    def at(self, east_m: float, north_m: float = 0) -> dict[str, float]:
        east_m_per_degree = 111_320 * math.cos(math.radians(LAT))
        return {"lon": self.lon + east_m / east_m_per_degree, "lat": LAT + north_m / 111_200}

    async def lay_out(self) -> None:
        """Make the commune, its quarter, and the street's network."""
        await add_commune(self.jobs, self.commune, self.lon, LAT)
        corners = [self.at(x, y) for x, y in ((-900, -900), (900, -900), (900, 900), (-900, 900), (-900, -900))]
        ring = {"type": "Polygon", "coordinates": [[[at["lon"], at["lat"]] for at in corners]]}
        places = [self.at(x, y) for x, y in ((-900, 0), (900, 0), (-900, 900), (-900, -900))]
        nodes = projected(2154, np.array([(at["lon"], at["lat"]) for at in places]))
        graph = streets([tuple(node) for node in nodes], [(0, 1), (0, 2), (0, 3)])
        async with self.jobs.transaction(Role.JOB, actor="tests") as session:
            await session.execute(
                text(
                    "INSERT INTO quarters (layer, code, name, commune_code, vintage, shape) VALUES ('quarter', :code,"
                    " 'Les Tilleuls', :commune, 2026, ST_Multi(ST_SetSRID(ST_GeomFromGeoJSON(:ring), 4326)))"
                ),
                {"code": f"q{self.commune}", "commune": self.commune, "ring": json.dumps(ring)},
            )
            await networks.store_network(session=session, name=f"street-{self.commune}", graphs=[graph])

    async def clear(self) -> None:
        async with self.jobs.transaction(Role.JOB, actor="tests") as session:
            await session.execute(
                text("UPDATE networks SET active = false WHERE name = :name"), {"name": f"street-{self.commune}"}
            )


@asynccontextmanager
async def neighbours(sit_down: SitDown) -> AsyncIterator[Neighbours]:
    """Set the scene; nobody has signed in yet."""
    wiring.wire()
    agent, owner, coordinator = [await sit_down(person) for person in ("agent", "owner", "coordinator")]
    assert agent.settings.worker_database_url
    jobs = Database(create_engine(agent.settings.worker_database_url.get_secret_value()))
    ground = _Ground(jobs, f"94{secrets.randbelow(1_000):03}", 1.0 + 0.2 * next(_numbers))
    await ground.lay_out()
    coordination = await coordinator.organisation("Métropole", kind="coordinator")
    first, second = await agent.organisation("Habitat des Tilleuls"), await owner.organisation("Logis de la Vallée")
    territory = await _found(coordinator, coordination, ground.commune, (first, second))
    await _publish(agent, first, territory, ("Les Acacias", "3", "rue des Acacias", ground.at(0)), ground.commune, {
        PRESENT: home("R1", typology="T4", rooms=4, area_m2=82, floor=2, status="occupied", rent_cents=62_000,
                      charges_cents=9_000, facts={"zero_step_shower": fact("no"), "lift": fact("no")}),
    })  # fmt: skip
    adapted = {"zero_step_shower": fact(), "lift": fact(), "step_free_entrance": fact()}
    await _publish(owner, second, territory, ("Les Glycines", "12", STREET, ground.at(250)), ground.commune, {
        OFFERED: home("R1", floor=1, rent_cents=43_000, facts=adapted),
        NEARLY: home("R1", floor=3, rent_cents=42_000, facts={**adapted, "grab_bars": fact("no")}),
    })  # fmt: skip
    await place_requested(jobs)
    people = ((agent, first, "landlord_searcher"), (owner, second, "landlord_publisher"),
              (coordinator, coordination, "coordinator_reader"))  # fmt: skip
    for desk, organisation, role in people:
        await desk.give_password(await desk.accept(organisation, role=role))
        await desk.enrol()
        await desk.follow("Je les ai gardés, continuer")
    yield Neighbours(jobs, agent, owner, coordinator)
    await ground.clear()
    await jobs.dispose()


async def _found(desk: Desk, coordination: uuid.UUID, commune: str, landlords: tuple[uuid.UUID, ...]) -> int:
    """Create the territory, put its charter in force, have the landlords sign and be admitted."""
    slug = f"t-{secrets.token_hex(3)}"
    async with desk.database.transaction(Role.COORDINATOR, organisation=coordination, actor="tests") as session:
        made = await territories.create_territory(
            session=session, coordinator=coordination, slug=slug, name=f"Vallée {slug}", communes=[commune]
        )
        await charter.put_in_force(session=session, organisation=coordination, territory_id=made, terms=Terms())
    for landlord in landlords:
        async with desk.database.transaction(Role.LANDLORD, organisation=landlord, actor="tests") as session:
            await charter.sign(session=session, organisation=landlord, territory_id=made, signed_by="Ali Essai")
        async with desk.database.transaction(Role.COORDINATOR, organisation=coordination, actor="tests") as session:
            await charter.admit(session=session, organisation=landlord, territory_id=made)
    return made


async def _publish(
    desk: Desk, landlord: uuid.UUID, territory: int, where: tuple[str, str, str, dict[str, float]], commune: str,
    homes: dict[str, dict[str, Any]],
) -> None:  # fmt: skip
    """Have a landlord state one residence and its homes."""
    name, number, street, position = where
    principal = Principal(landlord, "landlord", "tests", frozenset(), {f"territory-{territory}": territory})
    given = ResidenceIn.model_validate(
        {"name": name, "number": number, "street": street, "commune_code": commune, "position": position}
    )
    async with desk.database.transaction(Role.LANDLORD, organisation=landlord, actor="tests") as session:
        await stock.put_residence(
            session=session, principal=principal, ref="R1", given=given, precondition=stock.Precondition()
        )
        for ref, stated in homes.items():
            await stock.put_home(
                session=session, principal=principal, ref=ref, given=HomeIn.model_validate(stated),
                precondition=stock.Precondition(),
            )  # fmt: skip
