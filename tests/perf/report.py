"""What is asked of the figures, and how they are told: a table for people, a file for machines."""

import json
import os
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Final

from rich.console import Console
from rich.table import Table

from tests.perf.stage import KEPT

Figures = Mapping[str, float]
FILE: Final = KEPT.with_suffix(".json")


@dataclass(frozen=True)
class Rule:
    """A figure of the largest size (``growth``: divided by that of the smallest) and what it must reach."""

    figure: str
    what: str
    floor: float
    goal: float
    at_most: bool = True
    growth: bool = False

    def reaches(self, value: float, bound: float) -> bool:
        return value <= bound if self.at_most else value >= bound


RULES: Final = (
    Rule("search_to_pgbench", "search of 20, 8 connections, one process / pgbench", 0.20, 0.30, at_most=False),
    Rule("item_to_pgbench", "one listing, 8 connections, one process / pgbench", 0.08, 0.11, at_most=False),
    Rule("list_to_pgbench", "1,000 own homes as JSON / pgbench's rows", 0.5, 0.75, at_most=False),
    Rule(
        "list_itself_to_pgbench", "1,000 own homes as JSON / pgbench with the same statement", 0.5, 0.75, at_most=False
    ),
    Rule("p99_to_median", "search in the database, p99 / median", 5, 5),
    Rule("policy_cost", "search with the policies / without, median", 1.5, 1.5),
    Rule("rare_to_common", "search of rare features / common, median", 5, 5),
    Rule("errors_at_32", "errors at 32 connections", 0, 0),
    Rule("database_median_ms", "search in the database, median: largest size / smallest", 5, 5, growth=True),
    Rule("http_p50_ms", "search over HTTP, one connection, p50: largest size / smallest", 2, 2, growth=True),
    Rule("publish_to_bare", "publishing one home by PUT / the bare SQL of its rows", 6, 6),
    Rule("publish_database_to_bare", "publishing one home, its SQL / the bare SQL of its rows", 6, 6),
    Rule(
        "batch_created_per_second", "new homes a second in a batch, one in five listed", 4_000, 4_000, at_most=False
    ),
    Rule(
        "batch_changed_per_second", "changed homes a second in a batch, one in five listed", 4_000, 4_000, at_most=False
    ),
    Rule("start_s", "a process starts, seconds", 2, 2),
    Rule("resident_mib", "memory of a process after the requests, MiB", 200, 200),
)  # fmt: skip


@dataclass(frozen=True)
class Verdict:
    what: str
    value: float
    floor: float
    goal: float
    verdict: str


def verdicts(figures: Mapping[int, Figures]) -> list[Verdict]:
    """Judge the largest size; growth only where there is more than one."""
    smallest, largest = figures[min(figures)], figures[max(figures)]
    found = []
    for rule in RULES:
        if rule.growth and len(figures) == 1:
            continue
        value = largest[rule.figure] / (smallest[rule.figure] if rule.growth else 1)
        verdict = "missed"
        if rule.reaches(value, rule.floor):
            verdict = "goal" if rule.reaches(value, rule.goal) else "floor"
        found.append(Verdict(rule.what, value, rule.floor, rule.goal, verdict))
    return found


def tell(figures: Mapping[int, Figures], judged: list[Verdict], notes: list[str]) -> None:
    """Print everything, and write ``.local/bench.json``."""
    console = Console()
    sizes = sorted(figures)
    table = Table("figure", *(f"{size:,}" for size in sizes), title="Figures by number of homes")
    for name in figures[sizes[-1]]:
        table.add_row(name, *(_number(figures[size].get(name)) for size in sizes))
    console.print(table)
    rules = Table("ratio", "value", "floor", "goal", "verdict", title=f"Judged at {sizes[-1]:,} homes")
    for one in judged:
        colour = {"missed": "red", "floor": "yellow", "goal": "green"}[one.verdict]
        rules.add_row(
            one.what, _number(one.value), _number(one.floor), _number(one.goal), f"[{colour}]{one.verdict}[/]"
        )
    console.print(rules)
    for note in notes:
        console.print(note)
    machine = {"cores": os.cpu_count(), "python": platform.python_version(), "system": platform.platform()}
    FILE.write_text(
        json.dumps(
            {
                "machine": machine, "notes": notes, "sizes": {str(size): dict(figures[size]) for size in sizes},
                "verdicts": [asdict(one) for one in judged],
            },
            indent=2,
        )
    )  # fmt: skip


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if value == int(value) or abs(value) >= 1_000 else f"{value:.3g}"
