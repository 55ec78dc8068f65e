"""``python -m tests.perf.matching``: how long the homes for one case take, beside their SQL alone.

One web process as an operator starts it, on a territory of ``--listings`` generated listings; needs of several kinds,
one request after another, each answered with its page explained. Asked for: 95 of 100 within 50 ms on 50,000 listed
homes. Measured twice: with 4.5 % of them free or soon free, as in the benchmarks' country, and with every one free.
The processor time of the web process and of the database, on average, says more where others work on the machine too.
"""

import argparse
import asyncio
import contextlib
import secrets
import time
import uuid
from collections.abc import Sequence
from statistics import median, quantiles
from typing import Any, Final

import httpx
from rich.console import Console
from rich.table import Table
from sqlalchemy import event

from registry.access.scopes import Scope
from registry.identity import service as identity
from registry.listings import tags
from registry.platform.database import Database, Role, create_engine
from registry.transfers.matching.asked import asked_of
from registry.transfers.repository import matches as repository
from registry.transfers.service import matches
from tests.perf import stage
from tests.support.database import Server
from tests.support.transfers import case

DATABASE: Final = "bench_matching"
LIMIT_MS: Final = 50
REQUESTS: Final = 60
WARM_UP: Final = 5
OWN: Final = uuid.UUID("00000000-0000-7000-8000-000000000001")
NEEDS: Final[dict[str, dict[str, Any]]] = {
    "a shower": {"shower": "zero_step"},
    "shower and bars, two rooms": {"shower": "zero_step", "grab_bars": True, "rooms_min": 2, "rooms_max": 3},
    "a walker, rent": {"aid_indoors": "walker", "aid_outdoors": "walker", "shower": "zero_step", "grab_bars": True,
                       "ground_floor_or_lift": True, "rent_max_cents": 45_000},
    "a wheelchair": {"aid_indoors": "manual_wheelchair", "aid_outdoors": "manual_wheelchair", "steps_passable": 0,
                     "shower": "zero_step", "transfer_side": "either", "door_width_cm": 80, "parking": True},
}  # fmt: skip
"""By name; first entries, so that the whole territory is looked through."""
_FACTS: Final = {"step_free_entrance": 0.7, "zero_step_shower": 0.4, "grab_bars": 0.5, "lift": 0.5, "raised_wc": 0.3,
                 "bedroom_on_entrance_level": 0.8, "adapted_parking": 0.05, "wc_transfer_space": 0.1,
                 "interior_door_width": 0.4, "entrance_door_width": 0.4}  # fmt: skip
"""Shares of the homes of which each is proven; of a third of the others it is not known."""
_TAGS: Final = " || ".join(
    f"CASE WHEN random() < {share}"
    f" THEN ARRAY[{tags.feature(code, possible=False)}, {tags.feature(code, possible=True)}]"
    f" WHEN random() < 0.3 THEN ARRAY[{tags.feature(code, possible=True)}] ELSE '{{}}' END"
    for code, share in _FACTS.items()
)
_CLASS_TAGS: Final = " || ".join(
    f"CASE WHEN class >= {n} THEN ARRAY[{tags.at_least(n, possible=False)}, {tags.at_least(n, possible=True)}]"
    f" WHEN class + 1 >= {n} THEN ARRAY[{tags.at_least(n, possible=True)}] ELSE '{{}}' END"
    for n in range(2, 7)
)
_FILL: Final = (
    "SELECT setseed(0.42)",
    (
        "INSERT INTO organisations (id, name, kind) VALUES (%(own)s, 'own', 'landlord'),"
        " (%(other)s, 'other', 'landlord'), (%(coordinator)s, 'coordinator', 'coordinator')"
    ),
    (
        "INSERT INTO communes (code, name, epci_code, departement, population, centre, vintage)"
        " VALUES ('33063', 'Commune', '243300316', '33', 1000, ST_SetSRID(ST_Point(-0.58, 44.84), 4326), 2026)"
    ),
    "INSERT INTO territories (slug, name, coordinator_id, srid) VALUES ('bench', 'Bench', %(coordinator)s, 2154)",
    "INSERT INTO territory_communes (territory_id, commune_code) SELECT id, '33063' FROM territories",
    (
        "INSERT INTO charters (id, territory_id, version, status, terms, in_force_from)"
        " SELECT gen_random_uuid(), id, 1, 'in_force', '{}', now() FROM territories"
    ),
    (
        "INSERT INTO adhesions (territory_id, organisation_id, charter_version, status, signed_at, signed_by)"
        " SELECT t.id, o.id, 1, 'in_force', now(), 'bench' FROM territories t, organisations o"
        " WHERE o.kind = 'landlord'"
    ),
    f"""
    INSERT INTO listings (id, organisation_id, territory_id, rent_order, available_month, fresh_week, area_low,
        floor_top, bookable, commune_code, quarter_codes, point, tags, residence_grade, document)
    SELECT made.id, owner, t.id, rent, month, date_trunc('week', current_date)::date - 7 * (random() * 9)::integer, 40,
        floor, free, '33063', '{{}}', ST_Transform(ST_SetSRID(ST_Point(-0.58 + 0.1 * (random() - 0.5),
            44.84 + 0.1 * (random() - 0.5)), 4326), 3857),
        {_TAGS} || {_CLASS_TAGS} || ARRAY[{tags.LISTED}, {tags.ROOMS_BASE} + rooms, {tags.AVAILABLE_SOON},
            {tags.RENT_BASE} + least((rent + 9999) / 10000, {tags.MAX_RENT_BAND})], 'B',
        json_build_object('id', made.id, 'territory', 'bench', 'landlord', json_build_object('id', owner, 'name', 'x'),
            'commune', json_build_object('code', '33063', 'name', 'Commune'), 'quarters', '[]'::json,
            'location', json_build_object('precision', 'cell', 'cell_m', 500, 'lon', -0.58, 'lat', 44.84),
            'typology', 'T' || rooms, 'rooms', rooms, 'area_band_m2', json_build_array(40, 50), 'rent_cents', rent,
            'charges_cents', 6000, 'floor_band', '1', 'home_class', json_build_object('proven', class,
            'possible', least(class + 1, 6)), 'features', (SELECT json_object_agg(code,
                json_build_object('value', 'yes', 'proven', true, 'source', 'declared', 'month', '2026-03'))
                FROM unnest(%(codes)s::text[]) AS code),
            'residence_grade', 'B', 'services', '{{}}'::json, 'availability', 'soon',
            'available_month', to_char(month, 'YYYY-MM'), 'fresh_week', '2026-W47')::text
    FROM territories t CROSS JOIN LATERAL (
        SELECT gen_random_uuid() AS id, CASE WHEN random() < 0.1 THEN %(own)s ELSE %(other)s END::uuid AS owner,
            20000 + (random() * 60000)::integer AS rent, (random() * 4)::integer AS floor, random() < 0.045 AS free,
            1 + (random() * 4)::integer AS rooms, 1 + (random() * 5)::integer AS class,
            date_trunc('month', current_date + (random() * 150)::integer)::date AS month
        FROM generate_series(1, %(listings)s)) made
    """,
    "VACUUM ANALYZE listings",
)
_FREE: Final = "UPDATE listings SET bookable = true"


def main() -> None:
    about = (__doc__ or "").partition("\n")[0]
    parser = argparse.ArgumentParser(prog="python -m tests.perf.matching", description=about)
    parser.add_argument("--listings", type=int, default=50_000)
    listings = parser.parse_args().listings
    columns = ("free", "need", "server median", "p95", "CPU web", "CPU database", "SQL alone, median", "ratio")
    table = Table(*columns, title=f"{listings:,} homes, ms")
    with stage.cluster() as server:
        server.create_template(DATABASE)
        try:
            for free in ("4.5 %", "all"):
                _filled(server, listings if free == "4.5 %" else 0)
                with contextlib.closing(stage.Web(server, DATABASE)) as web:
                    for name, seconds, used, bare in asyncio.run(_measured(server, DATABASE, web)):
                        p95 = quantiles(seconds, n=20)[-1] * 1_000
                        mark = "" if p95 <= LIMIT_MS else " [bold]slow[/]"
                        table.add_row(
                            free, name, f"{median(seconds) * 1_000:.1f}", f"{p95:.1f}{mark}",
                            *(f"{each / REQUESTS * 1_000:.1f}" for each in used),
                            f"{median(bare) * 1_000:.1f}", f"{median(seconds) / median(bare):.2f}",
                        )  # fmt: skip
        finally:
            server.drop(DATABASE)
    Console(width=130).print(table)


def _filled(server: Server, listings: int) -> None:
    """Make the territory, or, of none, free every home that is listed."""
    values: dict[str, Any] = {
        "own": OWN, "other": uuid.uuid4(), "coordinator": uuid.uuid4(), "listings": listings, "codes": list(_FACTS),
    }  # fmt: skip
    with server.connect(DATABASE) as admin:
        admin.execute("SET search_path = registry, public")
        for query in _FILL if listings else (_FREE, "VACUUM ANALYZE listings"):
            given = {name: value for name, value in values.items() if f"%({name})s" in query}
            admin.execute(query.encode(), given or None)


Used = tuple[float, float]
"""Seconds of processor time of the web process and of its connections in the database."""


async def _measured(server: Server, copy: str, web: stage.Web) -> list[tuple[str, list[float], Used, list[float]]]:
    database = Database(create_engine(server.url(copy, "registry_web")))
    scopes = tuple(
        scope.value for scope in (Scope.CASES_READ, Scope.TRANSFERS_READ, Scope.TRANSFERS_WRITE, Scope.LISTINGS_READ)
    )
    async with database.transaction(Role.AUTH, actor="bench") as session:
        made = await identity.create_client(session=session, organisation=OWN, name="bench", scopes=scopes)
    assert made.secret is not None
    caller = stage.Landlord(OWN, made.client_id, made.secret)
    found = []
    async with httpx.AsyncClient(base_url=web.origin, timeout=60) as client:
        client.headers["Authorization"] = f"Bearer {web.token(caller)}"
        for name, need in NEEDS.items():
            ref = secrets.token_hex(16)
            answer = await client.put(f"/v1/transfer-cases/{ref}", json=case(need, kind="first_entry"))
            answer.raise_for_status()
            path = f"/v1/transfer-cases/{ref}/matches"
            seconds, used = await _asked(client, path, web, server)
            found.append((name, seconds, used, await _bare(server, copy, ref)))
    await database.dispose()
    return found


async def _asked(client: httpx.AsyncClient, path: str, web: stage.Web, server: Server) -> tuple[list[float], Used]:
    seconds = []
    for _ in range(WARM_UP):
        await client.get(path)
    before = web.processor_s(), stage.database_s(server)
    for _ in range(REQUESTS):
        started = time.perf_counter()
        answer = await client.get(path)
        seconds.append(time.perf_counter() - started)
        assert answer.status_code == 200, answer.text
    return seconds, (web.processor_s() - before[0], stage.database_s(server) - before[1])


async def _bare(server: Server, copy: str, ref: str) -> list[float]:
    """Time the statement alone, as the administrator: past every policy, without a web process."""
    told: list[tuple[str, Any]] = []
    web = Database(create_engine(server.url(copy, "registry_web")))

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if "ranked AS" in statement:
            told.append((statement, values))

    event.listen(web.engine.sync_engine, "before_cursor_execute", note)
    async with web.transaction(Role.LANDLORD, organisation=OWN, actor="bench") as session:
        row = await repository.read_case(session, OWN, ref=ref)  # type: ignore[arg-type]  # the landlord itself
        assert row is not None
        asked = asked_of(await matches._case(session, row))
        await repository.find(session, OWN, asked, "walking", limit=20, beyond=False)  # type: ignore[arg-type]  # so
    await web.dispose()
    return await asyncio.to_thread(_timed, server, copy, told)


def _timed(server: Server, copy: str, told: Sequence[tuple[str, Any]]) -> list[float]:
    statement, values = told[-1]
    seconds = []
    with server.connect(copy) as admin:
        admin.execute("SET search_path = registry, public")
        admin.execute("SET plan_cache_mode = force_generic_plan")
        admin.execute("SET jit = off")
        for _ in range(WARM_UP + REQUESTS):
            started = time.perf_counter()
            admin.execute(statement, values, prepare=True).fetchall()
            seconds.append(time.perf_counter() - started)
    return seconds[WARM_UP:]


if __name__ == "__main__":
    main()
