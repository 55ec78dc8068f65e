"""``python -m tests.perf.matching``: how long the homes for one case take, beside their SQL alone.

One web process as an operator starts it, on a country of ``--homes`` homes, of which a fifth are listed; needs of
several kinds, one request after another, each answered with its page explained. Asked for: 95 of 100 within 50 ms on
50,000 listed homes. Measured twice: with as many homes free as in the country, and with every listed home free.
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
from registry.platform.database import Database, Role, create_engine
from registry.transfers.repository import matches as repository
from registry.transfers.service import matches
from tests.perf import data, stage
from tests.support.database import Server
from tests.support.transfers import case

HOMES: Final = 250_000
LIMIT_MS: Final = 50
REQUESTS: Final = 200
WARM_UP: Final = 10
LARGEST: Final = uuid.UUID("00000000-0000-7000-8000-000000000001")
NEEDS: Final[dict[str, dict[str, Any]]] = {
    "a shower": {"shower": "zero_step"},
    "shower and bars, two rooms": {"shower": "zero_step", "grab_bars": True, "rooms_min": 2, "rooms_max": 3},
    "a walker, rent": {"aid_indoors": "walker", "aid_outdoors": "walker", "shower": "zero_step", "grab_bars": True,
                       "ground_floor_or_lift": True, "rent_max_cents": 45_000},
    "a wheelchair": {"aid_indoors": "manual_wheelchair", "aid_outdoors": "manual_wheelchair", "steps_passable": 0,
                     "shower": "zero_step", "transfer_side": "either", "door_width_cm": 80, "parking": True},
}  # fmt: skip
"""By name; first entries, so that the whole territory is looked through."""
_FREE: Final = "UPDATE registry.listings SET bookable = true"


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.perf.matching", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("--homes", type=int, default=HOMES)
    homes = parser.parse_args().homes
    table = Table("listed homes free", "need", "server median", "p95", "SQL alone, median", "ratio", title="ms")
    with stage.cluster() as server:
        database = stage.prepared(server, homes)
        with (
            stage.copied(server, database) as copy,
            stage.administrator(server, copy) as admin,
            contextlib.closing(stage.Web(server, copy)) as web,
        ):
            size = data.measure(server.url(copy))
            for free in (f"{size.bookable:,} of {size.listings:,}", "all"):
                if free == "all":
                    admin.execute(_FREE)
                    admin.execute("VACUUM ANALYZE registry.listings")
                for name, seconds, bare in asyncio.run(_measured(server, copy, web)):
                    p95 = quantiles(seconds, n=20)[-1] * 1_000
                    mark = "" if p95 <= LIMIT_MS else " [bold]slow[/]"
                    table.add_row(
                        free, name, f"{median(seconds) * 1_000:.1f}", f"{p95:.1f}{mark}", f"{median(bare) * 1_000:.1f}",
                        f"{median(seconds) / median(bare):.2f}",
                    )  # fmt: skip
    Console(width=130).print(table)


async def _measured(server: Server, copy: str, web: stage.Web) -> list[tuple[str, list[float], list[float]]]:
    database = Database(create_engine(server.url(copy, "registry_web")))
    scopes = tuple(scope.value for scope in (Scope.TRANSFERS_READ, Scope.TRANSFERS_WRITE, Scope.LISTINGS_READ))
    async with database.transaction(Role.AUTH, actor="bench") as session:
        made = await identity.create_client(session=session, organisation=LARGEST, name="bench", scopes=scopes)
    assert made.secret is not None
    caller = stage.Landlord(LARGEST, made.client_id, made.secret)
    found = []
    async with httpx.AsyncClient(base_url=web.origin, timeout=60) as client:
        client.headers["Authorization"] = f"Bearer {web.token(caller)}"
        for name, need in NEEDS.items():
            ref = secrets.token_hex(16)
            answer = await client.put(f"/v1/transfer-cases/{ref}", json=case(need, kind="first_entry"))
            answer.raise_for_status()
            path = f"/v1/transfer-cases/{ref}/matches"
            seconds = await _asked(client, path)
            found.append((name, seconds, await _bare(server, copy, ref)))
    await database.dispose()
    return found


async def _asked(client: httpx.AsyncClient, path: str) -> list[float]:
    seconds = []
    for _ in range(WARM_UP + REQUESTS):
        started = time.perf_counter()
        answer = await client.get(path)
        seconds.append(time.perf_counter() - started)
        assert answer.status_code == 200, answer.text
    return seconds[WARM_UP:]


async def _bare(server: Server, copy: str, ref: str) -> list[float]:
    """Time the statement alone, as the administrator: past every policy, without a web process."""
    told: list[tuple[str, Any]] = []
    web = Database(create_engine(server.url(copy, "registry_web")))

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if "ranked AS" in statement:
            told.append((statement, values))

    event.listen(web.engine.sync_engine, "before_cursor_execute", note)
    async with web.transaction(Role.LANDLORD, organisation=LARGEST, actor="bench") as session:
        row = await repository.read_case(session, LARGEST, ref=ref)  # type: ignore[arg-type]  # the landlord itself
        assert row is not None
        asked = matches.asked_of(await matches._case(session, row))
        await repository.find(session, LARGEST, asked, "walking", beyond=False)  # type: ignore[arg-type]  # so
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
