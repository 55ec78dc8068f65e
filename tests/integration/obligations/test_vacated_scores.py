"""What is measured of adapted homes that fell vacant and of answers to proposals, and who reads how much of it."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import text

from registry.charter import service as charter
from registry.charter.schemas import Terms
from registry.platform.database import Role
from tests.integration.obligations.conftest import Scene

_ROW = text(
    "INSERT INTO vacated_homes (organisation_id, territory_id, home_ref, listing_id, rooms, home_class, opened_on,"
    " relet_on, gone, examined, outcome, loss, stated_at)"
    " SELECT :owner, :territory, :ref, coalesce((SELECT listing_id FROM homes WHERE organisation_id = :owner"
    " AND ref = :ref), gen_random_uuid()), 2, 4, CAST(:relet AS date), CAST(:relet AS date), :gone,"
    " :examined, :outcome, :loss, CASE WHEN CAST(:outcome AS text) IS NULL THEN NULL ELSE CAST(:relet AS date) END"
)
_PROPOSAL = text(
    "INSERT INTO transfer_proposals (organisation_id, owner_id, territory_id, listing_id, state, answer_by,"
    " shared_until, created_at, answered_at) SELECT :searcher, :owner, :territory, listing_id, 'proposed',"
    " CAST(:by AS date), CAST(:by AS date), CAST(:by AS date) - 10, CAST(:answered AS timestamptz)"
    " FROM homes WHERE organisation_id = :owner AND ref = :ref"
)


_refs = itertools.count(1)


@dataclass(frozen=True)
class Ended:
    """A vacancy that ended 75 days ago; ``ref``: of its home, otherwise it is of one that is registered no more."""

    outcome: str | None = None
    loss: str = "urgency"
    gone: bool = False
    ref: str | None = None


async def vacate(scene: Scene, outcomes: Sequence[str | Ended | None]) -> None:
    market, relet = scene.market, (scene.today - timedelta(days=75)).date()
    async with market.jobs.transaction(Role.JOB, actor="tests") as session:
        for each in outcomes:
            ended = each if isinstance(each, Ended) else Ended(each)
            outcome, ref = ended.outcome, ended.ref or f"V{next(_refs)}"
            values = {
                "owner": market.owner.id, "territory": market.territory.id, "ref": ref, "relet": relet,
                "gone": ended.gone, "outcome": outcome, "loss": ended.loss if outcome == "lost" else None,
                "examined": None if outcome is None else outcome != "lost",
            }  # fmt: skip
            await session.execute(_ROW, values)


async def read(scene: Scene, reader: Any) -> dict[str, Any]:
    board = (await scene.read(reader, "/obligations"))["items"]
    (line,) = [line for line in board if line["organisation"]["id"] == str(scene.market.owner.id)]
    return {score["obligation"]: score for score in line["scores"]}


async def test_large_homes_stand_apart_what_is_not_stated_counts_as_lost_and_others_read_a_rounded_share(
    scene: Scene,
) -> None:
    outcomes = ["allotted_to_need"] * 6 + ["allotted_to_elderly"] * 2 + ["lost"] * 3 + [None]
    await vacate(scene, [*outcomes, "large_home_to_family", "tenant_stayed"])
    await scene.night()
    owner, searcher = scene.market.owner, scene.market.searcher
    own = await read(scene, owner)
    assert (own["relet"]["met"], own["relet"]["counted"], own["relet"]["share_percent"]) == (8, 12, 66)
    assert (own["examined"]["met"], own["examined"]["counted"], own["examined"]["holds"]) == (9, 13, False)
    for reader in (searcher, scene.market.territory.coordinator):
        seen = (await read(scene, reader))["relet"]
        assert (seen["met"], seen["counted"], seen["share_percent"]) == (65, 100, 65)
        history = (await scene.read(reader, f"/obligations/{owner.id}"))["items"]
        assert {(row["met"], row["counted"]) for row in history if row["obligation"] == "relet"} == {(65, 100)}
    (reminder,) = await scene.mails(owner)
    assert "69 % des logements adaptés reloués, pour un plancher de 100 % ; 4 l'ont été sans examen" in reminder.text


async def test_home_that_is_let_no_more_is_no_allotment_and_no_loss_and_nobody_is_reminded_of_it(scene: Scene) -> None:
    sold = Ended("lost", loss="no_longer_let")
    await vacate(scene, [Ended(gone=True), sold, Ended("lost", loss="no_longer_let", gone=True)])
    await scene.night()
    own = await read(scene, scene.market.owner)
    assert [(own[code]["met"], own[code]["counted"]) for code in ("examined", "relet")] == [(0, 0), (0, 0)]
    assert await scene.mails(scene.market.owner) == []


async def test_home_that_left_the_stock_counts_by_the_allotment_that_is_stated(scene: Scene) -> None:
    await vacate(scene, [Ended("allotted_to_need", gone=True), Ended("lost", gone=True), Ended(gone=True)])
    await scene.night()
    own = await read(scene, scene.market.owner)
    assert [(own[code]["met"], own[code]["counted"]) for code in ("examined", "relet")] == [(1, 2), (1, 2)]


async def test_rows_behind_a_score_add_up_to_it_whether_the_home_is_registered_or_fell_vacant_twice(
    scene: Scene,
) -> None:
    twice = [Ended(ref="H1"), Ended("lost", ref="H1")]
    await vacate(
        scene, [*twice, "lost", None, "allotted_to_need", Ended("allotted_to_need", ref="H2"), Ended(gone=True)]
    )
    await scene.night()
    owner = scene.market.owner
    own = await read(scene, owner)
    for code in ("examined", "relet"):
        assert own[code]["counted"] == 6
        behind = (await scene.read(owner, f"/standing/{code}"))["items"]
        assert len(behind) == own[code]["counted"] - own[code]["met"] == 4
        assert [(row["ref"], row["residence_ref"]) for row in behind[:2]] == [("H1", "R1")] * 2
        assert [row["residence_ref"] for row in behind[2:]] == [None, None]
        paged, address = [], f"{scene.path}/standing/{code}?limit=1"
        while address:
            page = (await scene.ask(owner, address)).json()
            paged += page["items"]
            address = page["next"]
        assert paged == behind
        assert len({row["vacated_id"] for row in paged}) == 4
        answer = await scene.ask(owner, f"/v1/vacated-homes/{behind[0]['vacated_id']}")
        assert answer.json()["home_ref"] == "H1"
        assert (await scene.read(scene.market.searcher, f"/standing/{code}"))["items"] == []


async def test_fewer_than_eleven_homes_are_no_share_to_others(scene: Scene) -> None:
    await vacate(scene, ["allotted_to_need"] * 9 + ["lost"])
    await scene.night()
    assert (await read(scene, scene.market.owner))["relet"]["share_percent"] == 90
    seen = (await read(scene, scene.market.searcher))["relet"]
    assert (seen["met"], seen["counted"], seen["share_percent"]) == (0, 0, None)


async def test_answer_within_the_days_of_the_charter_is_measured_and_the_late_ones_listed(scene: Scene) -> None:
    market, today = scene.market, scene.today
    given = [("H1", today - timedelta(days=5)), ("H1", today), ("H2", None)]
    async with market.database.transaction(Role.LANDLORD, organisation=market.owner.id, actor="tests") as session:
        for ref, answered in given:
            by = (today - timedelta(days=3)).date()
            values = {"searcher": market.owner.id, "owner": market.owner.id, "territory": market.territory.id,
                      "by": by, "answered": answered, "ref": ref}  # fmt: skip
            await session.execute(_PROPOSAL, values)
    await scene.night()
    found = (await read(scene, market.owner))["answer"]
    assert (found["met"], found["counted"], found["asked"], found["holds"]) == (1, 3, 10, False)
    behind = (await scene.read(market.owner, "/standing/answer"))["items"]
    assert [row["ref"] for row in behind] == ["H1", "H2"]
    assert (await scene.read(market.searcher, "/standing/answer"))["items"] == []


async def floors(scene: Scene, **terms: int) -> None:
    """Put a charter of these terms in force, and have the owner sign it."""
    place, owner = scene.market.territory, scene.market.owner
    async with scene.market.database.transaction(
        Role.COORDINATOR, organisation=place.coordinator.id, actor="tests"
    ) as session:
        await charter.put_in_force(
            session=session, organisation=place.coordinator.id, territory_id=place.id, terms=Terms(**terms)
        )
    async with scene.market.database.transaction(Role.LANDLORD, organisation=owner.id, actor="tests") as session:
        await charter.sign(session=session, organisation=owner.id, territory_id=place.id, signed_by="A. B.")


async def test_landlord_under_each_floor_is_reminded_though_it_stated_every_outcome(scene: Scene) -> None:
    await floors(scene, examined_floor_percent=60, relet_floor_percent=65)
    await vacate(scene, ["allotted_to_need"] + ["lost"] * 2)
    await scene.night()
    (reminder,) = await scene.mails(scene.market.owner)
    assert "33 % des logements adaptés reloués, pour un plancher de 60 % ; 2 l'ont été sans examen" in reminder.text
    assert "33 %, pour un plancher de 65 % ; 2 sont perdus ou sans issue déclarée" in reminder.text
    await scene.night(days=29)
    assert await scene.mails(scene.market.owner) == [], "what was let again stays so for a year"
    await scene.night(days=1)
    assert len(await scene.mails(scene.market.owner)) == 1


async def test_floors_of_the_charter_hold_and_others_judge_by_what_they_read(scene: Scene) -> None:
    await floors(scene, examined_floor_percent=60, relet_floor_percent=65)
    await vacate(scene, ["allotted_to_need"] * 8 + ["lost"] * 4)
    await scene.night()
    own = await read(scene, scene.market.owner)
    held = {
        code: (own[code]["asked"], own[code]["floor_percent"], own[code]["holds"]) for code in ("examined", "relet")
    }
    assert held == {"examined": (60, 60, True), "relet": (65, 65, True)}
    seen = (await read(scene, scene.market.searcher))["relet"]
    assert (seen["share_percent"], seen["floor_percent"], seen["holds"]) == (65, 65, True), "8 of 12 are 66 per cent"
