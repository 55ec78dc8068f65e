"""The service against a model of it, over anything that two landlords and time may do in any order."""

import os
import secrets
import uuid
from dataclasses import dataclass, field
from typing import Any, Final

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.charter import service as charter
from registry.listings.service.place import place_requested
from registry.platform.crypto import keyring
from registry.platform.database import Database, Role
from registry.platform.settings import Settings
from registry.transfers.service import deadlines
from tests.conftest import Register
from tests.integration.isolation.world import forget_tokens
from tests.support.market import market
from tests.support.members import Member
from tests.support.proposals import Affairs
from tests.support.stock import home, residence
from tests.support.transfers_model import REASONS, STEPS, Model, Proposal

FULL: Final = os.environ.get("REGISTRY_TEST_SCALE") == "full"
RUNS, LENGTH = (int(os.environ.get("RUNS", "1000")), 50) if FULL else (5, 25)
_SIDE: Final = st.integers(0, 1)
_PAIR: Final = st.tuples(_SIDE, _SIDE)
# What leads on is drawn more often than what ends all: a run that is over after three steps proves little.
_LIFE: Final = [action for action in STEPS if action not in {"decline", "refuse", "reject", "withdraw"}]
_STEP: Final = st.one_of(*[st.sampled_from(_LIFE)] * 4, st.sampled_from(list(STEPS)))
_COMMANDS: Final = st.one_of(
    *[st.tuples(st.just("propose"), _PAIR, st.none())] * 2,
    *[st.tuples(st.just("step"), _PAIR, _STEP)] * 9,
    *[st.tuples(st.just("on"), _PAIR, st.integers(1, 9))] * 3,
    st.tuples(st.just("expire"), _PAIR, st.none()),
    st.tuples(st.sampled_from(["close", "erase", "occupy", "vacate", "suspend"]), _PAIR, st.none()),
    st.tuples(st.just("job"), _PAIR, st.none()),
)


@dataclass
class Both:
    """The service and the model, to which the same is done."""

    affairs: Affairs
    app: FastAPI
    settings: Settings
    landlords: list[Member]
    model: Model = field(default_factory=Model)
    cases: list[str] = field(default_factory=list)
    homes: list[tuple[str, str]] = field(default_factory=list)
    ids: dict[int, str] = field(default_factory=dict)

    async def begin(self) -> None:
        self.model, self.ids = Model(), {}
        self.cases = [await self.affairs.case(member) for member in self.landlords]
        self.homes = []
        for landlord in range(2):
            ref = f"D-{secrets.token_hex(5)}"
            await self.put(landlord, ref, "vacant")
            answer = await self.affairs.client.get(f"/v1/homes/{ref}", headers=self.landlords[landlord].headers)
            self.homes.append((ref, answer.json()["listing_id"]))

    async def put(self, landlord: int, ref: str, status: str) -> None:
        answer = await self.affairs.client.put(
            f"/v1/homes/{ref}", json=home(status=status), headers=self.landlords[landlord].headers
        )
        assert answer.is_success, answer.text

    async def do(self, command: str, pair: tuple[int, int], more: Any) -> None:
        proposal = self.model.last(*pair)
        if command == "propose":
            await self.propose(*pair)
        elif command == "step" and proposal:
            # By the side whose it is, or now and then by the other, which must be told that it is not.
            party, _, _ = STEPS[more]
            whose = proposal.case if party == "origin" else proposal.home
            await self.step(proposal, whose, more)
            if pair[0] and whose != pair[1]:
                await self.step(proposal, pair[1], more)
        elif command == "on" and proposal:
            for action in _LIFE[:more]:
                party, _, _ = STEPS[action]
                await self.step(proposal, proposal.case if party == "origin" else proposal.home, action)
        elif command == "expire" and proposal:
            await self.expire(proposal)
        elif command == "job":
            await self.job()
        else:
            await self.do_to(command, pair[0])

    async def do_to(self, command: str, landlord: int) -> None:
        if command in {"close", "erase"}:
            await self.end(command, landlord)
        elif command in {"occupy", "vacate"}:
            self.model.free[landlord] = command == "vacate"
            await self.put(landlord, self.homes[landlord][0], "vacant" if command == "vacate" else "occupied")
        elif command == "suspend":
            await self.suspend(landlord)

    async def job(self) -> None:
        self.model.job()
        await deadlines.follow(self.affairs.market.jobs, keyring(self.settings), "https://registry.example")
        await self.compare()

    async def propose(self, case: int, home_: int) -> None:
        expected = self.model.propose(case, home_)
        answer = await self.affairs.propose(self.cases[case], self.homes[home_][1], self.landlords[case])
        assert answer.json().get("code") == expected, (case, home_, answer.text)
        if expected is None:
            self.ids[id(self.model.last(case, home_))] = answer.json()["id"]

    async def step(self, proposal: Proposal, landlord: int, action: str) -> None:
        expected = self.model.step(proposal, landlord, action)
        involved = landlord in {proposal.case, proposal.home}
        expected = expected if involved else "proposal-not-found"
        answer = await self.affairs.step(self.ids[id(proposal)], self.landlords[landlord], action, REASONS.get(action))
        assert answer.json().get("code") == expected, (proposal, landlord, action, answer.text)

    async def expire(self, proposal: Proposal) -> None:
        self.model.expire(proposal)
        id_ = uuid.UUID(self.ids[id(proposal)])
        await self.affairs.as_job(
            "UPDATE home_holds SET during = tstzrange(lower(during), clock_timestamp()) WHERE proposal_id = :id"
            " AND NOT upper_inf(during) AND during @> clock_timestamp()", id=id_,
        )  # fmt: skip
        await self.affairs.as_job(
            "UPDATE transfer_proposals SET held_until = now() WHERE id = :id AND held_until > now()", id=id_
        )

    async def end(self, command: str, case: int) -> None:
        expected = self.model.close(case) if command == "close" else self.model.erase(case)
        client, ref, headers = self.affairs.client, self.cases[case], self.landlords[case].headers
        if command == "close":
            answer = await client.post(f"/v1/transfer-cases/{ref}/close", json={"reason": "other"}, headers=headers)
        else:
            answer = await client.delete(f"/v1/transfer-cases/{ref}", headers=headers)
        code = answer.json().get("code") if answer.content else None
        assert code in {expected, "case-closed" if expected is None else expected}, answer.text
        await self.compare()

    async def suspend(self, landlord: int) -> None:
        """Suspend an adhesion, or lift that."""
        place, lift = self.affairs.market, landlord in self.model.suspended
        change = charter.reinstate if lift else charter.suspend
        async with place.database.transaction(
            Role.COORDINATOR, organisation=place.territory.coordinator.id, actor="tests"
        ) as session:
            await change(session=session, organisation=self.landlords[landlord].id, territory_id=place.territory.id)
        await place_requested(place.jobs)
        forget_tokens(self.app)
        self.model.suspended ^= {landlord}

    async def compare(self) -> None:
        for proposal in self.model.proposals:
            for landlord in {proposal.case, proposal.home}:
                found = await self.affairs.read(self.ids[id(proposal)], self.landlords[landlord])
                assert (found["state"], found["closed_at"] is not None) == (proposal.state, proposal.over), proposal
        kept = await self.affairs.as_job(
            "SELECT count(*) FROM home_holds WHERE listing_id = ANY(CAST(:homes AS uuid[]))"
            " AND during @> clock_timestamp()",
            homes=[listing for _, listing in self.homes],
        )  # fmt: skip
        assert kept == sum(proposal.kept for proposal in self.model.proposals), self.model.proposals


@pytest_asyncio.fixture(scope="module")
async def both(
    database: Database, job_database: Database, client: httpx.AsyncClient, register: Register, app: FastAPI,
    settings: Settings,
) -> Both:  # fmt: skip
    place = await market(database, job_database, client, register)
    made = Both(Affairs(place), app, settings, [place.searcher, place.owner])
    for member in made.landlords:
        given = residence(place.territory.communes[0], place.territory.point())
        answer = await client.put("/v1/residences/R1", json=given, headers=member.headers)
        assert answer.status_code == 201, answer.text
    return made


@pytest.mark.filterwarnings("ignore::hypothesis.errors.NonInteractiveExampleWarning")
@settings(
    max_examples=RUNS, deadline=None, database=None, derandomize=not FULL,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large],
)  # fmt: skip
@given(commands=st.lists(_COMMANDS, min_size=LENGTH, max_size=LENGTH))
async def test_service_and_model_never_differ(both: Both, commands: list[tuple[str, tuple[int, int], Any]]) -> None:
    for landlord in sorted(both.model.suspended):  # what a run before left
        await both.suspend(landlord)
    await both.begin()
    for command in commands:
        await both.do(*command)
    await both.compare()
