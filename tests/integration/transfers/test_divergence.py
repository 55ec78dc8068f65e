"""The service against a model of it, over anything that two landlords and time may do in any order."""

import asyncio
import logging
import os
import secrets
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, Final, cast

import httpx
import pytest
import pytest_asyncio
import structlog
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from registry.platform.database import Database
from registry.platform.settings import Settings
from tests.conftest import Register
from tests.support.database import Server
from tests.support.market import market
from tests.support.proposals import Affairs
from tests.support.stock import home, residence
from tests.support.transfers_both import Both, Command
from tests.support.transfers_model import STEPS

FULL: Final = os.environ.get("REGISTRY_TEST_SCALE") == "full"
RUNS, LENGTH = (int(os.environ.get("RUNS", "1000")), 50) if FULL else (5, 25)
PROCESSES: Final = int(os.environ.get("PROCESSES", "2")) if FULL else 1
"""How many sequences of how many commands; dealt to so many processes, each with a database of its own."""
SEED: Final = int(os.environ.get("SEED") or (secrets.randbits(32) if FULL else 1))
"""As the report of a run names it: the same sequences again."""
_PHASES: Final = tuple(Phase) if os.environ.get("SHRINK", "yes") == "yes" else (Phase.generate,)
"""With SHRINK=no, a divergence is told as it was found, without a search of minutes for the least that leads there."""
_CASES: Final = st.integers(0, 3)
_SIDES: Final = st.integers(0, 1)
_NUMBERS: Final = st.integers(0, 31)
_LIFE: Final = [action for action in STEPS if action not in {"decline", "refuse", "reject", "withdraw"}]
_ACTIONS: Final = st.integers(0, 6 * len(STEPS) - 1)


class Life(RuleBasedStateMachine):
    """Two landlords, what each may ask for, and what time brings."""

    def __init__(self, both: Both, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self.both, self.loop = both, loop
        self.wait(both.begin())

    def wait(self, what: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(what, self.loop).result()

    def chosen(self, which: int) -> str:
        """Return a proposal: rather one that is open."""
        proposals = self.both.model.proposals
        open_ = [id_ for id_, each in proposals.items() if not each.over]
        among = open_ if open_ and which % 4 else list(proposals)
        return among[which // 4 % len(among)]

    def case(self, number: int) -> int:
        """Return one of the four cases that were opened last."""
        return len(self.both.model.cases) - 4 + number

    def stepped(self, which: int, action: int) -> Command:
        """Return a step: one that is possible, or any, by the side whose it is or by the other."""
        id_ = self.chosen(which)
        proposal = self.both.model.proposals[id_]
        able = [(landlord, name) for landlord in range(2) for name in proposal.possible(landlord)]
        if action >= 2 * len(STEPS) and able:
            return ("step", id_, *able[action % len(able)])
        name = list(STEPS)[action % len(STEPS)]
        whose = proposal.sides[STEPS[name][0]]
        return ("step", id_, whose if action < len(STEPS) else 1 - whose, name)

    @initialize(number=_CASES, homes=st.tuples(_SIDES, _SIDES), steps=st.tuples(st.integers(0, 9), st.integers(0, 9)))
    def first(self, number: int, homes: tuple[int, int], steps: tuple[int, int]) -> None:
        """Begin with two proposals on their way: a run in which little can happen proves little."""
        for case_, home_, far in zip((number, (number + 1) % 4), homes, steps, strict=True):
            self.wait(self.both.same(("propose", case_, home_)))
            self.lead(list(self.both.model.proposals)[-1], far)

    def lead(self, id_: str, steps: int) -> None:
        """Take what leads on, each step by the side whose it is."""
        for _ in range(steps):
            proposal = self.both.model.proposals[id_]
            able = [(proposal.sides[STEPS[action][0]], action) for action in _LIFE]
            able = [(side, action) for side, action in able if action in proposal.possible(side)]
            if not able or self.wait(self.both.same(("step", id_, *able[0]))):
                return

    @rule(number=_CASES, home=_SIDES)
    def propose(self, number: int, home: int) -> None:
        self.wait(self.both.same(("propose", self.case(number), home)))

    @rule(which=_NUMBERS, action=_ACTIONS)
    def step(self, which: int, action: int) -> None:
        self.wait(self.both.same(self.stepped(which, action)))

    @rule(which=_NUMBERS, steps=st.integers(1, 9))
    def go_on(self, which: int, steps: int) -> None:
        self.lead(self.chosen(which), steps)

    @rule(one=_NUMBERS, other=_NUMBERS, actions=st.tuples(_ACTIONS, _ACTIONS), number=_CASES, kind=st.integers(0, 5))
    def at_once(self, one: int, other: int, actions: tuple[int, int], number: int, kind: int) -> None:
        case_ = self.case(number)
        second: Command = self.stepped(other, actions[1])
        if kind < 3:
            second = (("close", case_), ("erase", case_), ("propose", case_, one % 2))[kind]
        self.wait(self.both.at_once((self.stepped(one, actions[0]), second)))

    @rule(which=_NUMBERS, landlord=_SIDES)
    def address(self, which: int, landlord: int) -> None:
        self.wait(self.both.same(("address", self.chosen(which), landlord)))

    @rule(what=st.sampled_from(["expire", "be_late", "minute", "minute", "night"]), which=_NUMBERS)
    def pass_time(self, what: str, which: int) -> None:
        both = self.both
        if what == "minute":
            self.wait(both.minute())
            self.wait(both.read())
        elif what == "night":
            self.wait(both.night())
        else:
            self.wait(both.expire(self.chosen(which)) if what == "expire" else both.be_late(self.chosen(which)))

    @rule(what=st.sampled_from(["close", "erase", "end_consent", "open"]), number=_CASES)
    def change_cases(self, what: str, number: int) -> None:
        both, case_ = self.both, self.case(number)
        if what == "end_consent":
            self.wait(both.end_consent(case_))
        elif what != "open":
            self.wait(both.same((what, case_)))
        elif set(both.model.members) == {"in_force"}:
            self.wait(both.open_cases())

    @rule(landlord=_SIDES, status=st.sampled_from(["vacant", "vacant", "occupied", "reserved", "withdrawn"]))
    def put(self, landlord: int, status: str) -> None:
        self.wait(self.both.put(landlord, status))

    @rule(landlord=_SIDES, adhesion=st.sampled_from(["suspended", "left"]))
    def adhere(self, landlord: int, adhesion: str) -> None:
        present = self.both.model.members[landlord]
        self.wait(self.both.adhere(landlord, adhesion if present == "in_force" else "in_force"))

    @invariant()
    def same(self) -> None:
        self.both.done["comparisons"] += 1
        self.both.compare()

    def teardown(self) -> None:
        self.wait(self.both.read())


@pytest_asyncio.fixture(scope="module")
async def both(
    database: Database, job_database: Database, client: httpx.AsyncClient, register: Register, app: FastAPI,
    settings: Settings, server: Server, database_name: str,
) -> AsyncIterator[Both]:  # fmt: skip
    place = await market(database, job_database, client, register)
    landlords, homes = [place.searcher, place.owner], []
    for member in landlords:
        given = residence(place.territory.communes[0], place.territory.point())
        await client.put("/v1/residences/R1", json=given, headers=member.headers)
        await client.put("/v1/homes/D-1", json=home(), headers=member.headers)
        answer = await client.get("/v1/homes/D-1", headers=member.headers)
        homes.append(answer.json()["listing_id"])
    with server.connect(database_name) as admin:
        yield Both(Affairs(place), app, settings, landlords, homes, admin)


@contextmanager
def quiet() -> Iterator[None]:
    """Write no log: it is a line for each of many thousand requests."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    try:
        yield
    finally:
        structlog.configure(**before)


@pytest.mark.parametrize("share", range(PROCESSES))
async def test_service_and_model_never_differ(both: Both, share: int) -> None:
    loop, runs = asyncio.get_running_loop(), RUNS // PROCESSES
    both.done.clear()

    @seed(SEED + share)
    def life() -> RuleBasedStateMachine:
        return Life(both, loop)

    asked = settings(
        max_examples=runs, stateful_step_count=LENGTH, deadline=None, database=None,
        suppress_health_check=list(HealthCheck), print_blob=False, report_multiple_bugs=False, phases=_PHASES,
    )  # fmt: skip
    with quiet():
        await asyncio.to_thread(run_state_machine_as_test, cast("Any", life), settings=asked)
    print(f"{RUNS=} {LENGTH=} {SEED=} {share=}: {dict(sorted(both.done.items()))}")  # noqa: T201  # the long version's report
    assert both.done["runs"] >= runs
