"""Many organisations at once, each with words that only its own rows hold: whoever reads one knows whose it is."""

import random
import re
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

from registry.platform.database import Database
from tests.support import members
from tests.support import territory as territories
from tests.support.members import Member
from tests.support.stock import fact, home, publish, residence
from tests.support.territory import Territory

HOMES: Final = 8
"""Homes that come and go, for each landlord."""
ANCHOR: Final = "ANCHOR"
"""A home of each landlord that is changed and never deleted, always listed: whoever may see it must find it."""
TAG: Final = re.compile(r"Q[0-9]+Q[0-9a-f]{8}")


@dataclass
class Person:
    """An organisation in the crowd.

    Attributes:
        tag: Stands in every reference, name, street and identifier of its own, and nowhere else.
        territories: Where its charter is in force.
        landlords: Whose listings it may see: organisation ids.
        anchor: The id under which its anchor is listed.
    """

    member: Member
    tag: str
    territories: list[Territory]
    landlords: set[str] = field(default_factory=set)
    anchor: str = ""

    @property
    def is_landlord(self) -> bool:
        return self.member.kind == "landlord"

    @property
    def slugs(self) -> set[str]:
        return {territory.slug for territory in self.territories}

    @property
    def residence(self) -> str:
        return f"R-{self.tag}"

    def ref(self, name: object) -> str:
        return f"H-{self.tag}-{name}"

    def home(self, random_: random.Random, *, anchor: bool = False) -> dict[str, Any]:
        """Return a home as it may be next; the anchor is always one that is shared."""
        facts = {"zero_step_shower": fact(), "grab_bars": fact(random_.choice(["yes", "no"]))}
        status = "vacant" if anchor else random_.choice(["vacant", "notice", "occupied", "reserved", "withdrawn"])
        return home(
            self.residence, facts, status=status, rent_cents=random_.randrange(30_000, 60_000),
            rpls_id=f"{self.tag}.{random_.randrange(99)}",
        )  # fmt: skip

    def building(self, random_: random.Random) -> dict[str, Any]:
        where = self.territories[0]
        return residence(
            where.communes[0], where.point(random_.randrange(-900, 900), random_.randrange(-900, 900)),
            name=f"Residence {self.tag}", street=f"rue {self.tag}", rnb_id=self.tag,
        )  # fmt: skip


@dataclass
class Crowd:
    """All of them, in two territories."""

    people: list[Person]
    places: tuple[Territory, Territory]

    @property
    def landlords(self) -> list[Person]:
        return [person for person in self.people if person.is_landlord]

    def person_of(self, organisation: str) -> Person | None:
        return next((person for person in self.people if str(person.member.id) == organisation), None)

    async def renew(self, client: httpx.AsyncClient) -> None:
        for person in self.people:
            await members.renew(person.member, client)


Gather = Callable[[], Awaitable[Crowd]]


async def gather(database: Database, jobs: Database, client: httpx.AsyncClient) -> Crowd:
    """Make seven landlords and two coordinators: three landlords in either territory alone or in both, in any order."""
    first = await territories.create(database, jobs, client)
    second = await territories.create(database, jobs, client)
    signed: Sequence[list[Territory]] = (
        [first], [first], [first, second], [second, first], [second], [second], [second],
    )  # fmt: skip
    people = []
    for number, places in enumerate(signed):
        person = Person(await members.register(database, client), f"Q{number}Q{secrets.token_hex(4)}", list(places))
        for territory in places:
            await territories.sign(database, territory, [person.member])
        people.append(person)
    for number, territory in enumerate((first, second), start=len(signed)):
        people.append(Person(territory.coordinator, f"Q{number}Q{secrets.token_hex(4)}", [territory]))
    crowd = Crowd(people, (first, second))
    await crowd.renew(client)
    random_ = random.Random(1)
    for person in crowd.landlords:
        refs = [ANCHOR, *range(HOMES)]
        await publish(
            client, person.member, {person.residence: person.building(random_)},
            [{"ref": person.ref(name), **person.home(random_, anchor=name == ANCHOR)} for name in refs],
        )  # fmt: skip
        answer = await client.get(f"/v1/homes/{person.ref(ANCHOR)}", headers=person.member.headers)
        person.anchor = answer.json()["listing_id"]
    for person in people:
        # One who has signed in both territories shows in that of its residence only.
        person.landlords = {
            str(other.member.id)
            for other in crowd.landlords
            if other is person or other.territories[0].slug in person.slugs
        }
    return crowd
