"""Unmet demand is read month by month, and a transfers report is made of it, by coordinator and landlord."""

import csv
import io
import secrets
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final

import pytest
from playwright.async_api import Locator, expect

from registry.access.preconditions import Precondition
from registry.access.principal import Principal
from registry.identity.service import create_organisation
from registry.kernel.clock import month_after
from registry.kernel.text import month_said
from registry.platform.database import Database, Role, create_engine
from registry.reports import service as reports
from registry.transfers.schemas.cases import CaseIn
from registry.transfers.service import cases
from registry.transfers.service.demand import count_months
from tests.console.desk import Desk
from tests.console.scene import Scene, set_scene
from tests.console.steps import count, sit_down
from tests.support.members import Member
from tests.support.months import after_this_month
from tests.support.pdfs import unpacked
from tests.support.territory import sign
from tests.support.transfers import case, move, need, reference

DEMAND, REPORTS = "Besoins sans réponse", "Rapports"
CSV, PDF = "Télécharger ce mois (CSV)", "PDF balisé (PDF/UA)"
LEFT_OUT: Final = "n. d."
WALKER: Final = {"aid_indoors": "walker", "rooms_min": 2, "rent_max_cents": 40_000}


@dataclass
class Asked:
    """A territory in which nearly nobody asked for a home in one month, and people of two landlords in the next.

    Attributes:
        months: The two, as pages say them.
    """

    scene: Scene
    months: tuple[str, str]


@pytest.fixture
async def asked(desk: Desk) -> AsyncIterator[Asked]:
    scene = await set_scene(desk.database, desk.settings)
    assert desk.settings.worker_database_url
    jobs = Database(create_engine(desk.settings.worker_database_url.get_secret_value()))
    first = Member(scene.landlord, "", "landlord", "", "")
    second = await _neighbour(desk.database)
    await sign(desk.database, scene.territory, [second])
    for member, many in ((first, 14), (second, 13)):
        await _open_cases(desk.database, scene, member.id, many)
        await move(desk.database, scene.territory.id, member, 12, (4, 2))
    night = after_this_month()
    following = month_after(night.date(), 1)
    await count_months(jobs, at=night.replace(year=following.year, month=following.month))
    yield Asked(scene, (month_said(month_after(following, -2)).fr, month_said(month_after(following, -1)).fr))
    await jobs.dispose()


async def _neighbour(database: Database) -> Member:
    async with database.transaction(Role.AUTH, actor="tests") as session:
        name = f"Logis de la Vallée {secrets.token_hex(3)}"
        made = await create_organisation(session=session, name=name, kind="landlord")
    return Member(made.id, name, "landlord", "", "")


async def _open_cases(database: Database, scene: Scene, landlord: uuid.UUID, many: int) -> None:
    place = scene.territory
    principal = Principal(landlord, "landlord", "tests", frozenset(), {place.slug: place.id})
    given = CaseIn.model_validate(case(need(communes=place.communes, **WALKER)))
    async with database.transaction(Role.LANDLORD, organisation=landlord, actor="tests") as session:
        for _ in range(many):
            await cases.put_case(
                session=session, principal=principal, ref=reference(), given=given, precondition=Precondition()
            )


async def test_demand_is_read_month_by_month_and_the_transfers_report_made_of_it(desk: Desk, asked: Asked) -> None:
    await sit_down(desk, asked.scene, "coordinator_admin")
    await desk.open("/console")
    await compare_months(desk, asked)
    await make_the_report(desk, asked)
    await sit_down(desk, asked.scene, "landlord_reader")
    await desk.open("/console")
    await read_as_a_landlord(desk, asked)


def whole(desk: Desk) -> Locator:
    """What is said of all cases of the whole territory."""
    return desk.page.get_by_role("row", name="Tout le territoire").get_by_role("cell").first


async def compare_months(desk: Desk, asked: Asked) -> None:
    """Read the last month with what its figures mean, then the one before; take each along."""
    before, last = asked.months
    await desk.follow(DEMAND)
    await desk.at(DEMAND)
    told = desk.page.get_by_role("region", name=f"Dossiers sans réponse, {last}")
    await expect(whole(desk)).to_have_text("30")  # 29, rounded
    await expect(told).to_contain_text("Un logement de classe 4 est nécessaire.")
    freed = desk.page.get_by_role("region", name="Logements libérés par les mutations")
    await expect(freed).to_contain_text("Ont libéré un logement plus grand 25")
    assert (await figures(desk))["cases"] == "30"
    await desk.choose("Mois", before)
    await desk.press("Afficher")
    await expect(desk.page.get_by_role("region", name=f"Dossiers sans réponse, {before}")).to_be_visible()
    await expect(whole(desk)).to_have_text(LEFT_OUT)
    await desk.at(DEMAND)
    assert (await figures(desk))["cases"] == ""


async def figures(desk: Desk) -> dict[str, str]:
    """Return what the month's file says of the whole territory, by column."""
    text = (await desk.download(CSV)).decode()
    lines = list(csv.DictReader(io.StringIO(text, newline="")))
    assert all(line["definition"] for line in lines)
    return {line["column"]: line["count"] for line in lines if line["zone"] == "territory"}


async def make_the_report(desk: Desk, asked: Asked) -> None:
    """Have the transfers of a year counted, look at them, publish them, and take the report along."""
    slug, year = asked.scene.territory.slug, reports.years_open()[1]
    await desk.follow(REPORTS)
    await desk.choose("Rapport", "Mutations")
    await desk.choose("Année", str(year))
    await desk.press("Compter")
    await count(desk)
    row = desk.page.get_by_role("row").filter(has_text=f"Mutations, {slug}, {year}")
    if not desk.javascript:
        await desk.follow("Regarder où en est le comptage")
    await expect(row).to_contain_text("Compté, à publier")
    await desk.at(REPORTS)
    await desk.use(row.get_by_role("link"))
    await desk.at(title(asked))
    await read_the_report(desk)
    await desk.press("Publier ce rapport")
    await expect(desk.page.get_by_role("status")).to_have_text("Le rapport est publié.")
    await desk.at(title(asked))
    table = (await desk.download("Tableau CSV")).decode("utf-8-sig")
    assert "Ont libéré un logement plus grand" in table
    assert await read_the_pdf(desk)


def title(asked: Asked) -> str:
    return f"Rapport des mutations : {asked.scene.territory.slug}, {reports.years_open()[1]}"


async def read_the_report(desk: Desk) -> None:
    """Read what became of proposals, who moved, and what that means."""
    moves = desk.page.get_by_role("region", name="Emménagements de l'année")
    row = moves.get_by_role("row", name="Ont libéré un logement plus grand")
    await expect(row.get_by_role("cell").first).to_have_text("25")  # 24, rounded
    await expect(moves).to_contain_text("Emménagements par mutation pendant l'année civile.")


async def read_the_pdf(desk: Desk) -> bool:
    pdf = unpacked(await desk.download(PDF))
    return all(said in pdf for said in (b"Rapport des mutations", b"pdfuaid", b"/Lang (fr)"))


async def read_as_a_landlord(desk: Desk, asked: Asked) -> None:
    """Read the same of one's territory; make no report, and read the one that is published."""
    await desk.follow(DEMAND)
    await desk.at(DEMAND)
    await expect(whole(desk)).to_have_text("30")
    assert (await figures(desk))["cases"] == "30"
    await desk.follow(REPORTS)
    await desk.at(REPORTS)
    await expect(desk.page.get_by_role("button", name="Compter")).to_have_count(0)
    await desk.use(desk.page.get_by_role("row").filter(has_text="Mutations").get_by_role("link"))
    await desk.at(title(asked))
    await read_the_report(desk)
    await expect(desk.page.get_by_role("button", name="Publier ce rapport")).to_have_count(0)
    assert await read_the_pdf(desk)
