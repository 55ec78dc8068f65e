"""``python -m tests.perf``: measure the hot paths as ratios in one run (``make bench``, ``make bench-full``).

Everything is the benchmark's own: a PostgreSQL cluster, generated data, one real web process with token check,
row-level security, quotas and audit, and a load generator. No figure is a test: they are read by people, and judged
with ``--judge`` only.
"""

import argparse
import asyncio
import contextlib
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Final

from registry.platform.settings import Settings
from tests.perf import data, report, stage
from tests.perf.measures import Figures, Measures
from tests.support.database import Server

FOOTPRINT_REQUESTS: Final = 10_000
STARTS: Final = 3


def main() -> int:
    """Return 1 where a floor is missed and judging was asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.perf", description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("--sizes", default="50000,500000", help="numbers of homes, with commas between")
    parser.add_argument("--judge", action="store_true", help="exit with 1 where a floor is missed")
    parser.add_argument("--requests", type=int, default=FOOTPRINT_REQUESTS, help="requests before memory is read")
    given = parser.parse_args()
    sizes = sorted(int(size) for size in given.sizes.split(","))
    started = time.monotonic()
    quota = Settings.model_fields["listing_daily_homes"].default
    notes = [
        f"The daily quota of distinct homes was raised from {quota:,} to {stage.DAILY_HOMES:,}; it is still counted.",
    ]
    figures: dict[int, Figures] = {}
    with stage.cluster() as server:
        for size in sizes:
            requests = given.requests if size == sizes[-1] else 0
            figures[size] = _measured(server, size, requests)
    notes.append(f"The run took {time.monotonic() - started:.0f} s.")
    judged = report.verdicts(figures)
    report.tell(figures, judged, notes)
    return int(given.judge and any(one.verdict == "missed" for one in judged))


def _measured(server: Server, homes: int, requests: int) -> Figures:
    _say(f"{homes:,} homes: data")
    database = stage.prepared(server, homes)
    with (
        stage.copied(server, database) as copy,
        stage.administrator(server, copy) as admin,
        contextlib.closing(stage.Web(server, copy)) as web,
    ):
        size = data.measure(server.url(copy))
        figures: Figures = dict(vars(size))
        starts = [web.started_in_s]
        for _ in range(STARTS - 1):
            with contextlib.closing(stage.Web(server, copy)) as other:
                starts.append(other.started_in_s)
        figures["start_s"] = median(starts)
        measures = Measures(server, copy, web, asyncio.run(stage.landlord(server, copy)), admin)
        parts: list[tuple[str, Callable[[], Figures]]] = [
            ("in the database", measures.in_the_database), ("search", measures.search), ("item", measures.item),
            ("own list", measures.own_list), ("publishing", measures.publishing), ("batch", measures.batch),
        ]  # fmt: skip
        if requests:
            parts.append(("memory", lambda: measures.footprint(requests)))
        for name, part in parts:
            _say(f"{homes:,} homes: {name}")
            figures |= part()
        return figures


def _say(what: str) -> None:
    sys.stderr.write(f"{what}\n")


if __name__ == "__main__":
    sys.exit(main())
