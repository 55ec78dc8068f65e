"""What is measured at one size: everything that is compared is measured in turns, within one run."""

import asyncio
import time
import uuid
from collections import defaultdict
from collections.abc import Sequence
from statistics import median
from typing import Final

import httpx
import orjson
import psycopg

from registry.listings.repository.search import _READ
from registry.stock.repository import homes
from tests.perf import inside, load, publishing
from tests.perf.pgbench import Bench, Result, Script
from tests.perf.publishing import Publication
from tests.perf.searches import Asked, Questions, request
from tests.perf.stage import Landlord, Web
from tests.support.database import Server

Figures = dict[str, float]

CLIENTS: Final = 8
ROUNDS: Final = 3
OWN_LIST: Final = 1_000
BATCH: Final = 5_000


def quantile(values: list[float], q: float) -> float:
    return sorted(values)[min(len(values) - 1, int(q * len(values)))]


class Measures:
    """The measures of one size; each returns its figures by name."""

    def __init__(self, server: Server, database: str, web: Web, caller: Landlord, admin: psycopg.Connection) -> None:
        self.server, self.database, self.web, self.caller, self.admin = server, database, web, caller, admin
        self.questions = Questions(admin, caller.id)
        self.bench = Bench(server, database)

    @property
    def bound(self) -> tuple[str, uuid.UUID]:
        return inside.LANDLORD, self.caller.id

    def in_the_database(self) -> Figures:
        """Medians and tail of the server's own times, run by run, with the policies and past them."""
        sides = inside.sides(self.server, self.database, self.caller.id)
        held, free = inside.times(sides, self.questions.common(300))
        (rare,) = inside.times(sides[:1], self.questions.rare(150))
        for side in sides:
            side.close()
        return {
            "database_median_ms": median(held), "database_p99_ms": quantile(held, 0.99),
            "p99_to_median": quantile(held, 0.99) / median(held), "policy_cost": median(held) / median(free),
            "rare_median_ms": median(rare), "rare_to_common": median(rare) / median(held),
        }  # fmt: skip

    def search(self) -> Figures:
        """A page of 20 around a place, with filters: over HTTP, and as pgbench runs the same statements."""
        asked = self.questions.common(400)
        shapes: dict[str, list[Asked]] = defaultdict(list)
        for one in asked:
            shapes[one.sql].append(one)
        scripts = [Script([statement], [one.values for one in ones]) for statement, ones in shapes.items()]
        paths = [f"/v1/listings?{one.query}" for one in asked]
        figures = self.compared("search", scripts, paths, seconds=4)
        alone = [load.drive(self.web.port, self._gets(paths), connections=1, seconds=2) for _ in range(ROUNDS)]
        crowd = load.drive(self.web.port, self._gets(paths), connections=32, seconds=4)
        return figures | {
            "http_p50_ms": median(one.quantile_ms(0.5) for one in alone),
            "errors_at_32": crowd.errors, "search_at_32_per_second": crowd.per_second,
            "search_at_32_p99_ms": crowd.quantile_ms(0.99),
        }  # fmt: skip

    def item(self) -> Figures:
        """One listing of another landlord by its id."""
        ids = [
            id_ for (id_,) in self.admin.execute(
                "SELECT id FROM registry.listings WHERE organisation_id <> %s ORDER BY id LIMIT 2000", [self.caller.id]
            )
        ]  # fmt: skip
        rows = [{"listing": id_, "own": self.caller.id, "territories": [1]} for id_ in ids]
        return self.compared("item", [Script([_READ[False]], rows)], [f"/v1/listings/{id_}" for id_ in ids], seconds=3)

    def own_list(self) -> Figures:
        """A thousand homes of one's own stock; pgbench reads them as rows, and by the product's own statement."""
        values = [{"organisation": self.caller.id, "after": "", "limit": OWN_LIST}]
        paths = [f"/v1/homes?limit={OWN_LIST}"]
        rows = Script([homes.page_rows(())], values)
        own = self.compared("list_itself", [Script([homes.page_query(())], values)], paths, seconds=4)
        return self.compared("list", [rows], paths, seconds=4) | {
            name: own[name] for name in ("list_itself_pgbench_per_second", "list_itself_to_pgbench")
        }

    def publishing(self) -> Figures:
        """A home that is published gets another rent: PUT, the product's SQL, and the bare SQL of the same rows."""
        published = publishing.publications(self.admin, self.caller.id, 400)
        recorded = asyncio.run(publishing.recorded(self.server, self.database, self.caller.id, published))
        own = self.bench.workload([recorded], bound=self.bound)
        bare = self.bench.workload([publishing.bare(published)], bound=None)
        seen: dict[str, list[float]] = defaultdict(list)
        for turn in range(ROUNDS):
            again = publishing.publications(self.admin, self.caller.id, 400, seed=turn)
            answered = self._drive(self._puts(again), connections=1, count=len(again))
            seen["http"].append(answered.quantile_ms(0.5))
            seen["product"].append(self.bench.run(own, clients=1, seconds=3).median_ms)
            seen["bare"].append(self.bench.run(bare, clients=1, seconds=3).median_ms)
        return {
            "publish_http_ms": median(seen["http"]), "publish_database_ms": median(seen["product"]),
            "publish_bare_ms": median(seen["bare"]),
            "publish_to_bare": _ratio(seen["http"], seen["bare"]),
            "publish_database_to_bare": _ratio(seen["product"], seen["bare"]),
        }  # fmt: skip

    def batch(self) -> Figures:
        """NDJSON: homes a second, created and changed; one in five described and so listed, then all of them."""
        figures: Figures = {}
        for name, described in (("batch", 0.2), ("batch_all_listed", 1.0)):
            seen: dict[str, list[float]] = defaultdict(list)
            for turn in range(ROUNDS):
                lines = publishing.batch(
                    self.admin, self.caller.id, BATCH, described=described, prefix=f"{name}-{turn}"
                )
                seen["created"].append(self._post_batch(lines, "created"))
                seen["changed"].append(self._post_batch(publishing.with_other_rents(lines), "updated"))
            figures |= {f"{name}_{what}_per_second": median(rates) for what, rates in seen.items()}
        return figures

    def footprint(self, requests: int) -> Figures:
        """What the process holds after ``requests`` searches on top of everything before."""
        paths = [f"/v1/listings?{one.query}" for one in self.questions.common(400)]
        self._drive(self._gets(paths), connections=CLIENTS, count=requests)
        return {"requests": requests, "resident_mib": self.web.resident_mib()}

    def compared(
        self,
        name: str,
        scripts: Sequence[Script],
        paths: Sequence[str],
        *,
        seconds: float,
        clients: int = CLIENTS,
        rounds: int = ROUNDS,
    ) -> Figures:
        """Run HTTP and pgbench in turns with the same number of clients; return both and the median of the ratios.

        ``…_cpu_us`` is the service's own processor time for a request, which others on the machine change less.
        """
        workload = self.bench.workload(scripts, bound=self.bound)
        requests = self._gets(paths)
        self._drive(requests, connections=clients, seconds=1)
        limits: list[Result] = []
        answers: list[load.Result] = []
        used: list[float] = []
        for _ in range(rounds):
            limits.append(self.bench.run(workload, clients=clients, seconds=seconds))
            before = self.web.processor_s()
            answers.append(self._drive(requests, connections=clients, seconds=seconds))
            used.append((self.web.processor_s() - before) / len(answers[-1].latencies_ms))
        return {
            f"{name}_cpu_us": 1e6 * median(used),
            f"{name}_per_second": median(one.per_second for one in answers),
            f"{name}_p50_ms": median(one.quantile_ms(0.5) for one in answers),
            f"{name}_p95_ms": median(one.quantile_ms(0.95) for one in answers),
            f"{name}_pgbench_per_second": median(one.per_second for one in limits),
            f"{name}_to_pgbench": _ratio([one.per_second for one in answers], [one.per_second for one in limits]),
        }

    def _drive(
        self, requests: Sequence[bytes], *, connections: int, seconds: float | None = None, count: int | None = None
    ) -> load.Result:
        answered = load.drive(self.web.port, requests, connections=connections, seconds=seconds, count=count)
        if answered.errors:
            raise RuntimeError(f"the service answered {answered.statuses}:\n{self.web.last_words()}")
        return answered

    def _gets(self, paths: Sequence[str]) -> list[bytes]:
        token = self.web.token(self.caller)
        return [request(path, token, self.web.port) for path in paths]

    def _puts(self, published: Sequence[Publication]) -> list[bytes]:
        token = self.web.token(self.caller)
        return [
            request(
                f"/v1/homes/{one.ref}", token, self.web.port,
                method="PUT", body=orjson.dumps(one.body), kind="application/json",
            )
            for one in published
        ]  # fmt: skip

    def _post_batch(self, lines: Sequence[bytes], expected: str) -> float:
        """Return homes a second."""
        headers = {"Authorization": f"Bearer {self.web.token(self.caller)}", "Content-Type": "application/x-ndjson"}
        started = time.perf_counter()
        answer = httpx.post(
            f"{self.web.origin}/v1/homes:batch", content=b"\n".join(lines), headers=headers, timeout=120
        )
        took = time.perf_counter() - started
        if answer.status_code != 200 or answer.json()[expected] != len(lines):
            raise RuntimeError(f"the batch was answered {answer.status_code}: {answer.text[:500]}")
        return len(lines) / took


def _ratio(above: Sequence[float], below: Sequence[float]) -> float:
    """Return the median of the rounds' ratios."""
    return median(one / other for one, other in zip(above, below, strict=True))
