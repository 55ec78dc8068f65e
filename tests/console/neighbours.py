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
from registry.platform.crypto import keyring
from registry.platform.database import Database, Role, create_engine
from registry.stock import service as stock
from registry.stock.schemas import HomeIn, ResidenceIn
from registry.surroundings.service import Grounds, networks
from registry.surroundings.service.ground import projected
from registry.territories import service as territories
from registry.transfers.service.nearness import compare
from registry.transfers.tasks import match
from tests.console.conftest import SitDown
from tests.console.desk import Desk
from tests.support.stock import fact, home
from tests.support.streets import streets
from tests.support.territory import add_commune, commune_code

LAT: Final = 46.5
PRESENT, OFFERED, NEARLY, LATER = "A-12", "B-7", "B-9", "B-11"
"""References: the home in which somebody lives; across the street one that is free, one that lacks grab bars, and one
that is let."""
STREET: Final = "rue des Lilas"
ADAPTED: Final = {"zero_step_shower": fact(), "lift": fact(), "step_free_entrance": fact()}
_numbers = itertools.count()


@dataclass
class Neighbours:
    """A territory of one quarter.

    Attributes:
        agent: A caseworker of the landlord in whose home somebody lives; ``owner``: the stock manager of the landlord
            across the street; ``coordinator``: a reader of the coordination.
        address: The caseworker's, for mail.
        across: The landlord across the street.
    """

    jobs: Database
    across: Principal
    agent: Desk
    owner: Desk
    coordinator: Desk
    address: str

    async def work(self) -> None:
        """Do as the worker does every minute: compare places, tell of homes that came free."""
        await compare(self.jobs, Grounds())
        await match(self.jobs, keyring(self.owner.settings), self.owner.settings.base_url)

    async def set_free(self, ref: str) -> None:
        """Have a home across the street fall vacant, as its landlord's software says."""
        await self.state(ref, {**_later(), "status": "vacant"})
        await self.work()

    async def state(self, ref: str, given: dict[str, Any]) -> None:
        """Have the landlord across the street state a home of its residence."""
        await _put_homes(self.owner, self.across, {ref: given})


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
    ground = _Ground(jobs, commune_code(), 1.0 + 0.2 * next(_numbers))
    await ground.lay_out()
    coordination = await coordinator.organisation("Métropole", kind="coordinator")
    first, second = await agent.organisation("Habitat des Tilleuls"), await owner.organisation("Logis de la Vallée")
    territory = await _found(coordinator, coordination, ground.commune, (first, second))
    present, across = _as(first, territory), _as(second, territory)
    await _publish(agent, present, ("Les Acacias", "3", "rue des Acacias", ground.at(0)), ground.commune, {
        PRESENT: home("R1", typology="T4", rooms=4, area_m2=82, floor=2, status="occupied", rent_cents=62_000,
                      charges_cents=9_000, facts={"zero_step_shower": fact("no"), "lift": fact("no")}),
    })  # fmt: skip
    await _publish(owner, across, ("Les Glycines", "12", STREET, ground.at(250)), ground.commune, {
        OFFERED: home("R1", floor=1, rent_cents=43_000, facts=ADAPTED),
        NEARLY: home("R1", floor=3, rent_cents=42_000, facts={**ADAPTED, "grab_bars": fact("no")}),
        LATER: _later(),
    })  # fmt: skip
    await place_requested(jobs)
    people = ((agent, first, "landlord_searcher"), (owner, second, "landlord_publisher"),
              (coordinator, coordination, "coordinator_reader"))  # fmt: skip
    addresses = []
    for desk, organisation, role in people:
        addresses.append(await desk.accept(organisation, role=role))
        await desk.give_password(addresses[-1])
        await desk.enrol()
        await desk.follow("Je les ai gardés, continuer")
    try:
        yield Neighbours(jobs, across, agent, owner, coordinator, addresses[0])
    finally:
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


def _as(landlord: uuid.UUID, territory: int) -> Principal:
    return Principal(landlord, "landlord", "tests", frozenset(), {f"territory-{territory}": territory})


def _later() -> dict[str, Any]:
    facts = {**ADAPTED, "grab_bars": fact()}
    return home("R1", floor=2, status="occupied", rent_cents=44_000, facts=facts)


async def _publish(
    desk: Desk, landlord: Principal, where: tuple[str, str, str, dict[str, float]], commune: str,
    homes: dict[str, dict[str, Any]],
) -> None:  # fmt: skip
    """Have a landlord state one residence and its homes."""
    name, number, street, position = where
    given = ResidenceIn.model_validate(
        {"name": name, "number": number, "street": street, "commune_code": commune, "position": position}
    )
    own = landlord.organisation_id
    async with desk.database.transaction(Role.LANDLORD, organisation=own, actor="tests") as session:
        await stock.put_residence(
            session=session, principal=landlord, ref="R1", given=given, precondition=stock.Precondition()
        )
    await _put_homes(desk, landlord, homes)


async def _put_homes(desk: Desk, landlord: Principal, homes: dict[str, dict[str, Any]]) -> None:
    own = landlord.organisation_id
    async with desk.database.transaction(Role.LANDLORD, organisation=own, actor="tests") as session:
        for ref, stated in homes.items():
            await stock.put_home(
                session=session, principal=landlord, ref=ref, given=HomeIn.model_validate(stated),
                precondition=stock.Precondition(),
            )  # fmt: skip
