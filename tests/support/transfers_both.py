"""The service and its model side by side: the same is done to both, and compared."""

import asyncio
import copy
import uuid
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

import psycopg
import pytest
from fastapi import FastAPI

from registry.charter import service as charter
from registry.listings.service.place import place_requested
from registry.platform.crypto import keyring
from registry.platform.database import Role
from registry.platform.settings import Settings
from registry.transfers.service import deadlines, retention
from tests.integration.isolation.world import forget_tokens
from tests.support import members
from tests.support import territory as territories
from tests.support.members import Member
from tests.support.proposals import NEED, Affairs
from tests.support.stock import home
from tests.support.transfers import case, open_case
from tests.support.transfers_model import LATER, REASONS, Model, Proposal

BASE: Final = "https://registry.example"
Command = tuple[Any, ...]
"""What is asked of the service: the name of what the model does then, and its values."""


@dataclass
class Both:
    """The service and the model, to which the same is done."""

    affairs: Affairs
    app: FastAPI
    settings: Settings
    landlords: list[Member]
    homes: list[str]
    admin: psycopg.Connection
    """Of the database's administrator, whom no policy hides a row from."""
    model: Model = field(default_factory=Model)
    refs: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)
    """What was done, by name."""

    async def begin(self) -> None:
        """Forget the run before, and have two landlords with two cases and a free home each."""
        self.done["runs"] += 1
        if self.done["runs"] % 100 == 0:
            for member in self.landlords:
                await members.renew(member, self.affairs.client)
        for landlord, adhesion in enumerate(self.model.members):
            if adhesion != "in_force":
                await self.adhere(landlord, "in_force")
        both = [member.id for member in self.landlords]
        await self.affairs.as_job("DELETE FROM transfer_cases WHERE organisation_id = ANY(:both)", both=both)
        await self.affairs.as_job("DELETE FROM transfer_proposals WHERE organisation_id = ANY(:both)", both=both)
        self.model = Model()
        for landlord in range(2):
            await self.put(landlord, "vacant")
        self.model.cases.clear()
        self.model.consents.clear()
        self.refs.clear()
        self.ids.clear()
        for _ in range(2):
            await self.open_cases()

    async def open_cases(self) -> None:
        """Open a case of each landlord."""
        for member in self.landlords:
            made = await open_case(self.affairs.client, member, case(NEED, kind="first_entry"))
            self.refs.append(made["ref"])
            self.ids.append(made["id"])
            self.model.cases.append("open")
            self.model.consents.append(True)

    async def ask(self, command: Command) -> tuple[str | None, str]:
        """Ask the service for what the model is asked for; return the problem's code and the id of what was made."""
        name, *values = command
        client = self.affairs.client
        match name:
            case "propose":
                number, home_ = values
                answer = await self.affairs.propose(self.refs[number], self.homes[home_], self.landlords[number % 2])
            case "step":
                id_, landlord, action = values
                answer = await self.affairs.step(id_, self.landlords[landlord], action, REASONS.get(action))
            case "address":
                id_, landlord = values
                answer = await client.get(f"/v1/proposals/{id_}/address", headers=self.landlords[landlord].headers)
            case "close":
                address, headers = f"/v1/transfer-cases/{self.refs[values[0]]}/close", self.headers(values[0])
                answer = await client.post(address, json={"reason": "other"}, headers=headers)
            case _:
                answer = await client.delete(
                    f"/v1/transfer-cases/{self.refs[values[0]]}", headers=self.headers(values[0])
                )
        given = answer.json() if answer.content else {}
        assert answer.is_success or answer.status_code < 500, (command, answer.text)
        self.done[f"{name} {given.get('code', '')}".strip()] += 1
        return given.get("code"), given.get("id", "")

    def headers(self, number: int) -> dict[str, str]:
        """Return the headers of the landlord of a case."""
        return self.landlords[number % 2].headers

    async def same(self, command: Command) -> str | None:
        """Do the same to both, and compare the answers."""
        given, made = await self.ask(command)
        expected = _do(self.model, command, made)
        assert given == expected, (command, self.model)
        return given

    async def at_once(self, commands: tuple[Command, Command]) -> None:
        """Ask the service for two things at once: it must answer, and end, as if one had come before the other."""
        answers = await asyncio.gather(*(self.ask(command) for command in commands))
        found = self.found()
        told = []
        for order in ((0, 1), (1, 0)):
            model = copy.deepcopy(self.model)
            expected = {number: _do(model, commands[number], answers[number][1]) for number in order}
            told.append(([expected[0], expected[1]], self.expected(model)))
            if told[-1] == ([code for code, _ in answers], found):
                self.model = model
                return
        pytest.fail(f"{commands}: {answers}, {found}, neither of {told}")

    async def put(self, landlord: int, status: str) -> None:
        headers = self.landlords[landlord].headers
        answer = await self.affairs.client.put("/v1/homes/D-1", json=home(status=status), headers=headers)
        assert answer.is_success, answer.text
        self.model.homes[landlord] = status

    async def adhere(self, landlord: int, adhesion: str) -> None:
        """Suspend a landlord or lift that, have it leave or come back."""
        place, member = self.affairs.market, self.landlords[landlord]
        before, self.model.members[landlord] = self.model.members[landlord], adhesion
        given: dict[str, Any] = {"organisation": member.id, "territory_id": place.territory.id}
        if "left" in {before, adhesion}:
            async with place.database.transaction(Role.LANDLORD, organisation=member.id, actor="tests") as session:
                if adhesion == "left":
                    await charter.withdraw(session=session, **given)
                else:
                    await charter.sign(session=session, signed_by="Test Person", **given)
            if adhesion == "in_force":
                await territories.admit(place.database, place.territory, member)
        else:
            async with place.database.transaction(
                Role.COORDINATOR, organisation=place.territory.coordinator.id, actor="tests"
            ) as session:
                await (charter.suspend if adhesion == "suspended" else charter.reinstate)(session=session, **given)
        await place_requested(place.jobs)
        forget_tokens(self.app)

    async def expire(self, id_: str) -> None:
        self.model.proposals[id_].kept &= self.model.proposals[id_].state == "leased"
        await self.affairs.as_job(
            "UPDATE home_holds SET during = tstzrange(lower(during), clock_timestamp()) WHERE proposal_id = :id"
            " AND NOT upper_inf(during) AND during @> clock_timestamp()", id=uuid.UUID(id_),
        )  # fmt: skip
        await self.affairs.as_job(
            "UPDATE transfer_proposals SET held_until = now() WHERE id = :id AND held_until > now()", id=uuid.UUID(id_)
        )

    async def end_consent(self, number: int) -> None:
        self.model.consents[number] = False
        await self.affairs.as_job(
            "UPDATE transfer_cases SET consent_until = current_date - 2 WHERE id = :id", id=uuid.UUID(self.ids[number])
        )

    async def be_late(self, id_: str) -> None:
        """Have the day pass by which the owner is to answer, on which nothing ends."""
        await self.affairs.as_job(
            "UPDATE transfer_proposals SET answer_by = current_date - 1 WHERE id = :id", id=uuid.UUID(id_)
        )

    async def minute(self) -> None:
        self.model.minute()
        await deadlines.follow(self.affairs.market.jobs, keyring(self.settings), BASE)

    async def night(self) -> None:
        self.model.night()
        for job in (retention.keep_time, deadlines.remind):
            await job(self.affairs.market.jobs, keyring(self.settings), BASE)

    def found(self) -> Any:
        """Return what the database says of the run's proposals and cases, and for which a home is kept."""
        found = self.admin.execute(
            """
            SELECT (SELECT coalesce(json_object_agg(id, json_build_array(state, reason, closed_at IS NOT NULL,
                    EXISTS (SELECT FROM registry.home_holds h
                        WHERE h.proposal_id = p.id AND during @> clock_timestamp()))), '{}')
                FROM registry.transfer_proposals p WHERE listing_id = ANY(%(homes)s::uuid[])),
                (SELECT coalesce(json_object_agg(id, closed_at IS NOT NULL), '{}')
                FROM registry.transfer_cases WHERE id = ANY(%(cases)s::uuid[]))
            """,
            {"homes": self.homes, "cases": self.ids},
        ).fetchone()
        assert found is not None
        return list(found)

    def expected(self, model: Model) -> Any:
        proposals = {
            id_: [each.state, each.reason, each.over, each.kept] for id_, each in model.proposals.items()
        }  # fmt: skip
        states = zip(self.ids, model.cases, strict=True)
        return [proposals, {id_: state != "open" for id_, state in states if state != "erased"}]

    def compare(self) -> None:
        assert self.found() == self.expected(self.model)

    async def read(self) -> None:
        """Compare what each side reads of its proposals."""
        for landlord, member in enumerate(self.landlords):
            answer = await self.affairs.client.get("/v1/proposals", params={"limit": 100}, headers=member.headers)
            found = {
                each["id"]: (each["state"], each["closed_at"] is not None,
                             bool((await self.affairs.read(each["id"], member))["demands"]),
                             [step["action"] for step in each["possible"]])
                for each in answer.json()["items"]
            }  # fmt: skip
            assert found == {
                id_: (each.now, each.over, self._shared(each, landlord), each.possible(landlord))
                for id_, each in self.model.proposals.items() if landlord in each.sides.values()
            }  # fmt: skip

    def _shared(self, proposal: Proposal, landlord: int) -> bool:
        """Tell whether a side reads the demands on the home: the owner, only while the consent stands."""
        stands = landlord == proposal.sides["origin"] or self.model.consents[proposal.case]
        return stands and not proposal.over and proposal.state not in LATER


def _do(model: Model, command: Command, made: str) -> str | None:
    name, *values = command
    code: str | None = getattr(model, name)(*values, *([made] if name == "propose" else []))
    return code
