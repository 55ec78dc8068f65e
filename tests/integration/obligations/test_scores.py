"""What is measured of members' homes, who is reminded of it, and how long it is kept."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from registry.kernel.clock import date_in_france
from registry.obligations import service
from registry.platform.database import Role
from tests.integration.obligations.conftest import GOOD, Scene
from tests.support.stock import fact, home, publish, residence


async def scores(scene: Scene) -> dict[str, Any]:
    standing = await scene.read(scene.market.owner, "/standing")
    return {score["obligation"]: score for score in standing["scores"]}


async def age(scene: Scene, ref: str, days: int) -> None:
    """Have a home confirmed last so many days ago."""
    owner = scene.market.owner.id
    async with scene.market.database.transaction(Role.LANDLORD, organisation=owner, actor="tests") as session:
        await session.execute(
            text(
                "UPDATE homes SET confirmed_at = now() - make_interval(days => :days)"
                " WHERE organisation_id = :owner AND ref = :ref"
            ),
            {"days": days, "owner": owner, "ref": ref},
        )


async def test_completeness_counts_as_the_assessment_of_each_home_does(scene: Scene) -> None:
    owner, ended = scene.market.owner, {**fact(), "until": "2026-04-01"}
    await scene.states(owner, "H3", {**GOOD, "lift": fact("no"), "bedroom_on_entrance_level": ended})
    await scene.states(owner, "H4", {**GOOD, "lift": fact()})
    stated = {"facts": {"step_free_entrance": fact(), "lift_standard": fact("no")}}
    answer = await scene.market.client.put("/v1/residences/R1/facts", json=stated, headers=owner.headers)
    assert answer.status_code == 200, answer.text
    await scene.night()

    homes = [
        (await scene.ask(owner, f"/v1/homes/{ref}/assessment")).json()["completeness"]
        for ref in ("H1", "H2", "H3", "H4")
    ]
    found = (await scores(scene))["completeness"]
    assert found["met"] == sum(each["known"] for each in homes)
    assert found["counted"] == sum(each["counted"] for each in homes)
    assert len({each["counted"] for each in homes}) > 1, "what does not apply to a home is not asked of it"
    behind = (await scene.read(owner, "/standing/completeness"))["items"]
    assert [(row["ref"], len(row["missing"])) for row in behind] == [
        (f"H{n}", each["counted"] - each["known"]) for n, each in enumerate(homes, 1)
    ]


async def test_home_that_nobody_confirms_is_listed_reminded_of_once_a_week_and_no_longer_once_it_is(
    scene: Scene,
) -> None:
    owner = scene.market.owner
    await age(scene, "H2", days=36)
    await scene.night()
    found = (await scores(scene))["freshness"]
    assert (found["met"], found["counted"], found["asked"], found["holds"]) == (1, 2, 35, False)
    assert [row["ref"] for row in (await scene.read(owner, "/standing/freshness"))["items"]] == ["H2"]
    (reminder,) = await scene.mails(owner)
    assert "1 logement(s) partagé(s) non confirmé(s) depuis plus de 35 jours" in reminder.text

    await scene.night(days=6)
    assert await scene.mails(owner) == []
    await scene.night(days=1)
    assert len(await scene.mails(owner)) == 1
    await scene.states(owner, "H2", GOOD)
    assert await scene.minute() == 1
    assert (await scores(scene))["freshness"]["holds"] is True
    await scene.night(days=7)
    assert await scene.mails(owner) == []


async def test_member_that_is_warned_is_not_reminded_of_the_same(scene: Scene) -> None:
    less = {"zero_step_shower": fact(), "grab_bars": None, "turning_space": None, "non_slip_floor": None}
    await scene.states(scene.market.owner, "H1", less)
    await scene.states(scene.market.owner, "H2", less)
    await scene.night()
    (warning,) = await scene.mails(scene.market.owner)
    assert "caractéristique(s) sur" in warning.text
    await scene.night(days=7)
    (reminder,) = await scene.mails(scene.market.owner)
    assert "Complétude" in reminder.text


async def test_members_and_coordinator_read_the_board_and_nobody_another_ones_rows(scene: Scene) -> None:
    await scene.night()
    await scene.night(days=30)
    owner, searcher = scene.market.owner, scene.market.searcher
    for reader, standings in ((searcher, 1), (scene.market.territory.coordinator, 2)):
        board = (await scene.read(reader, "/obligations"))["items"]
        assert {line["organisation"]["id"] for line in board} == {str(owner.id), str(searcher.id)}
        assert sum(line["standing"] is not None for line in board) == standings
        (line,) = [line for line in board if line["organisation"]["id"] == str(owner.id)]
        assert line["scores"][0]["before_percent"] == 100
        history = (await scene.read(reader, f"/obligations/{owner.id}", limit=7))["items"]
        assert [score["obligation"] for score in history] == [
            "answer", "census", "completeness", "examined", "freshness", "relet", "answer",
        ]  # fmt: skip
    assert (await scene.read(searcher, "/standing/freshness"))["items"] == []


async def test_homes_of_members_that_did_not_change_since_midnight_are_fresh_in_the_figures(scene: Scene) -> None:
    place, searcher = scene.market, scene.market.searcher
    midnight = scene.today.astimezone(ZoneInfo("Europe/Paris")).replace(
        hour=0, minute=0, second=0, microsecond=0
    ) + timedelta(days=1)
    scene.today = midnight - timedelta(hours=1)
    await scene.night()
    given = {"R1": residence(place.territory.communes[0], place.territory.point())}
    assert (await publish(place.client, searcher, given, [{"ref": "S1", **home("R1", facts=GOOD)}]))["rejected"] == 0
    scene.today = midnight + timedelta(minutes=30)
    assert await scene.minute() == 1
    async with place.jobs.transaction(Role.JOB, actor="tests") as session:
        asked = text("SELECT day, listings, fresh FROM territory_figures WHERE territory_id = :territory ORDER BY day")
        rows = [tuple(row) for row in await session.execute(asked, {"territory": place.territory.id})]
    assert rows == [(scene.today.date() - timedelta(days=1), 2, 2), (scene.today.date(), 3, 3)]


@pytest.mark.parametrize("table", ["obligation_scores", "territory_figures"])
async def test_measures_are_kept_for_three_years(scene: Scene, table: str) -> None:
    await scene.night()
    asked = text(f"SELECT count(*) FROM {table} WHERE territory_id = :territory")  # names of ours
    old = text(f"UPDATE {table} SET day = :day WHERE territory_id = :territory")  # as above
    for days, kept in ((service.RETENTION_DAYS, 2), (service.RETENTION_DAYS + 2, 1)):
        async with scene.market.jobs.transaction(Role.JOB) as session:
            delete = text(f"DELETE FROM {table} WHERE territory_id = :territory AND day < :day")
            day = date_in_france(scene.today)
            await session.execute(delete, {"territory": scene.market.territory.id, "day": day})
            before = (await session.execute(asked, {"territory": scene.market.territory.id})).scalar_one()
            values = {"territory": scene.market.territory.id, "day": day - timedelta(days=days)}
            await session.execute(old, values)
        await scene.night()
        async with scene.market.jobs.transaction(Role.JOB) as session:
            after = (await session.execute(asked, {"territory": scene.market.territory.id})).scalar_one()
        assert after == kept * before
