"""``python -m tests.perf.geocoding``: how often the local geocoder is right, and how fast (``make bench-geocoding``).

The addresses of a whole city are asked for, written as they are, badly, and with a name that the city has not; on a
PostgreSQL of the benchmark's own. "Of bare" compares with reading as many houses by their keys, a thousand a statement,
in the same run. Shares are of the addresses asked; "wrong" is a house in another street, or another
house, that the rule would have used without a person's look; "near": within 150 m. Nothing is judged: ADR 0014 has the
figures of one run.
"""

import asyncio
import math
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final

from rich.console import Console
from rich.table import Table
from sqlalchemy import text

from registry import wiring
from registry.platform.database import Database, Role, create_engine
from registry.territories import service
from registry.territories.service import Address, Located, Verdict
from registry.territories.spelling import house_number, plain_street
from tests.perf import stage
from tests.support import montpellier
from tests.support.database import Server
from tests.support.montpellier import COMMUNE, House
from tests.support.territory import add_commune

DATABASE: Final = "bench_geocoding"
SAMPLE: Final = 10_000
SINGLES: Final = 300
SEED: Final = 20261126
NEAR_M: Final = 150
_SHORT: Final = {"Avenue": "av", "Boulevard": "bd", "Rue": "R", "Place": "pl", "Impasse": "imp.", "Allée": "all",
                 "Chemin": "Che", "Route": "rte", "Square": "sq"}  # fmt: skip
Spoil = Callable[[str, random.Random], str]


def _abbreviated(street: str, chance: random.Random) -> str:
    del chance
    first, _, rest = street.partition(" ")
    return f"{_SHORT.get(first, first)} {rest}".upper().replace("SAINT ", "ST ").replace("GENERAL ", "GAL ")


def _two_letters_swapped(street: str, chance: random.Random) -> str:
    place = chance.randrange(len(street) - 1)
    return street[:place] + street[place + 1] + street[place] + street[place + 2 :]


def _without_type(street: str, chance: random.Random) -> str:
    del chance
    return street.partition(" ")[2] or street


def _other_type(street: str, chance: random.Random) -> str:
    return f"{chance.choice(['Rue', 'Impasse', 'Allée', 'Place', 'Avenue'])} {street.partition(' ')[2]}"


SPOILT: Final[dict[str, Spoil]] = {
    "as written": lambda street, _: street,
    "abbreviated, capitals": _abbreviated,
    "one letter missing": montpellier.one_letter_missing,
    "two letters missing": lambda street, chance: montpellier.one_letter_missing(
        montpellier.one_letter_missing(street, chance), chance
    ),
    "two letters swapped": _two_letters_swapped,
    "without its type": _without_type,
    "another type": _other_type,
}


def main() -> None:
    if not montpellier.PRESENT:
        raise SystemExit(f"{montpellier.PATH.name} is not at hand: there is nothing to measure with")
    with stage.cluster() as server:
        server.create_template(DATABASE)
        try:
            asyncio.run(_measured(server))
        finally:
            server.drop(DATABASE)


async def _measured(server: Server) -> None:
    wiring.wire()
    jobs = Database(create_engine(server.url(DATABASE, "registry_worker")))
    await add_commune(jobs, COMMUNE, 3.8767, 43.6108, half=0.2)
    started = time.perf_counter()
    async with jobs.transaction(Role.JOB, actor="bench") as session:
        done = await service.load_addresses(session=session, file=montpellier.FILE)
    loaded = time.perf_counter() - started
    with server.connect(DATABASE) as admin:
        admin.execute("ANALYZE registry.streets; ANALYZE registry.addresses")
    console = Console(width=110)
    console.print(f"{done.houses:,} houses loaded, {done.houses / loaded:,.0f}/s; {done.left_out} rows left out")
    table = Table("spelling", "street right", "exact", "wrong", "doubtful", "of it near", "none", "per s", "of bare")
    bare = await _bare(jobs)
    houses = random.Random(SEED).sample(montpellier.houses(), SAMPLE)
    for name, spoil in SPOILT.items():
        chance = random.Random(SEED)
        asked = [Address(COMMUNE, spoil(house.street, chance), house.number) for house in houses]
        started = time.perf_counter()
        async with jobs.transaction(Role.JOB, actor="bench") as session:
            found = await service.locate(session=session, addresses=asked)
        rate = SAMPLE / (time.perf_counter() - started)
        table.add_row(name, *_shares(houses, found), f"{rate:,.0f}", f"{rate / bare:.3f}")
    console.print(table)
    await _singles(jobs, console, houses)
    await jobs.dispose()


async def _bare(jobs: Database) -> float:
    """Return how many houses are read by their keys in a second."""
    asked = text(
        "SELECT a.id, s.name, a.number, ST_X(a.position), ST_Y(a.position)"
        " FROM unnest(CAST(:ids AS bigint[])) AS g (id)"
        " JOIN addresses a ON a.id = g.id JOIN streets s ON s.id = a.street_id"
    )
    async with jobs.transaction(Role.JOB, actor="bench") as session:
        ids = list(await session.scalars(text("SELECT id FROM addresses ORDER BY ban_id LIMIT :n"), {"n": SAMPLE}))
        started = time.perf_counter()
        for start in range(0, SAMPLE, 1_000):
            (await session.execute(asked, {"ids": ids[start : start + 1_000]})).all()
        return SAMPLE / (time.perf_counter() - started)


def _shares(houses: Sequence[House], found: Sequence[Located]) -> list[str]:
    counts: Counter[str] = Counter()
    for house, one in zip(houses, found, strict=True):
        counts[one.verdict] += 1
        street = (one.label or "").partition(" ")[2] if one.kind == "housenumber" else one.label or ""
        right = plain_street(street) == plain_street(house.street)
        counts["street"] += right
        near = one.lon is not None and one.lat is not None and _metres(house, one.lon, one.lat) <= NEAR_M
        asked, given = house_number(house.number), house_number(one.label)
        same = asked is not None and given is not None and asked.number == given.number
        counts["wrong"] += one.verdict is Verdict.EXACT and not (right and same)
        counts["near"] += one.verdict is Verdict.DOUBTFUL and near
    shares = (counts[name] / len(houses) for name in
              ("street", Verdict.EXACT, "wrong", Verdict.DOUBTFUL, "near", Verdict.NONE))  # fmt: skip
    return [f"{100 * share:.2f} %" for share in shares]


def _metres(house: House, lon: float, lat: float) -> float:
    return math.hypot((house.lon - lon) * 80_600, (house.lat - lat) * 111_200)


async def _singles(jobs: Database, console: Console, houses: Sequence[House]) -> None:
    """Tell how long one address alone takes, in one transaction."""
    for name in ("as written", "one letter missing"):
        chance, spent = random.Random(SEED), []
        async with jobs.transaction(Role.JOB, actor="bench") as session:
            for house in houses[:SINGLES]:
                asked = Address(COMMUNE, SPOILT[name](house.street, chance), house.number)
                started = time.perf_counter()
                await service.locate(session=session, addresses=[asked])
                spent.append(1_000 * (time.perf_counter() - started))
        spent.sort()
        console.print(
            f"one alone, {name}: median {spent[SINGLES // 2]:.2f} ms, p95 {spent[SINGLES * 95 // 100]:.2f} ms"
        )


if __name__ == "__main__":
    main()
