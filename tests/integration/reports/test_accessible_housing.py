"""The yearly report of accessible housing: counted by the job, published by the coordinator, read by members."""

import csv
import hashlib
import io
import zipfile
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from registry.access.principal import Principal
from registry.assessment import service as assessment
from registry.charter import service as charter
from registry.charter.schemas import Terms
from registry.kernel.canonical_json import canonical
from registry.platform.database import Database, Role
from registry.reports import service, tasks
from registry.reports.errors import ReportNotCounted, ReportNotVisible, ReportPublished, YearNotReportable
from registry.territories import service as territories
from registry.territories.errors import TerritoryNotVisible
from registry.vocabulary.grid import Grid
from tests.conftest import Register
from tests.support.market import Market, market
from tests.support.members import Member
from tests.support.pdfs import unpacked
from tests.support.stock import home, publish, residence
from tests.support.territory import Territory, sign

YEAR = service.years_open()[1]
_CHANGE = text("UPDATE territory_reports SET sha256 = '' WHERE territory_id = :territory")
STEP_FREE: dict[str, Any] = {
    code: {"value": "yes", "source": "declared", "date": "2026-01-05"}
    for code in ("step_free_entrance", "bedroom_on_entrance_level")
}


GRADING = Terms(index_grid=Grid(completeness_floor=0))
"""A grid that grades whatever is known."""


@dataclass
class Office:
    """The coordinator at the registry's own use cases, as its pages are."""

    place: Market

    @property
    def principal(self) -> Principal:
        territory = self.place.territory
        return Principal(territory.coordinator.id, "coordinator", "tests", frozenset(), {territory.slug: territory.id})

    async def prepare(self, year: int = YEAR) -> int:
        async with self._session() as session:
            return await service.prepare(
                session=session, principal=self.principal, kind="accessible-housing",
                territory=self.place.territory.slug, year=year,
            )  # fmt: skip

    async def publish(self, edition: int) -> None:
        async with self._session() as session:
            await service.publish(
                session=session, principal=self.principal, kind="accessible-housing",
                territory=self.place.territory.slug, year=YEAR, edition=edition,
            )  # fmt: skip

    async def states(self) -> list[tuple[int, str]]:
        async with self._session() as session:
            found = await service.list_editions(session=session, principal=self.principal)
        return [(each.edition, each.state) for each in found]

    def _session(self) -> Any:
        return self.place.database.transaction(
            Role.COORDINATOR, organisation=self.place.territory.coordinator.id, actor="tests"
        )

    async def read(self, member: Member, accept: str = "application/json", **asked: Any) -> httpx.Response:
        address = f"/v1/territories/{self.place.territory.slug}/reports/accessible-housing/{YEAR}"
        headers = {**member.headers, "Accept": accept, "Accept-Language": "fr"}
        return await self.place.client.get(address, params=asked, headers=headers)


@pytest.fixture
async def office(database: Database, job_database: Database, client: httpx.AsyncClient, register: Register) -> Office:
    """Two landlords: of 32 homes 12 are step-free on the ground floor, 3 more in another commune."""
    made = await market(database, job_database, client, register, communes=2)
    here, there = made.territory.communes[0], made.territory.communes[1]
    for member, commune, free, other in ((made.owner, here, 12, 20), (made.searcher, there, 3, 0)):
        given = residence(commune, made.territory.point())
        lines = [
            {"ref": f"H{n}", **home("R1", floor=0 if n < free else 3, facts=STEP_FREE if n < free else {})}
            for n in range(free + other)
        ]
        assert (await publish(client, member, {"R1": given}, lines))["rejected"] == 0
    return Office(made)


def cells(document: dict[str, Any], table: str, commune: str | None) -> dict[str, int | None]:
    rows = next(each["rows"] for each in document["tables"] if each["code"] == table)
    found: dict[str, int | None] = next(row["cells"] for row in rows if row["commune_code"] == commune)
    return found


async def test_report_counts_by_commune_and_leaves_out_what_is_small_or_would_tell_it(
    office: Office, job_database: Database
) -> None:
    edition = await office.prepare()
    assert await office.states() == [(edition, "requested")]
    await tasks.count(job_database)
    assert await office.states() == [(edition, "counted")]
    await office.publish(edition)
    answer = await office.read(office.place.owner)
    assert answer.status_code == 200, answer.text
    document = answer.json()["document"]
    assert document["landlords"] == {"signatories": 2, "declaring": 2}
    here, there = office.place.territory.communes[:2]
    assert cells(document, "homes", there)["homes"] is None, "three homes"
    whole = cells(document, "homes", None)
    assert whole["homes"] == 35
    assert cells(document, "homes", here)["homes"] is None, "the other commune would follow from it"
    assert whole["accessible"] == 15
    assert cells(document, "residences", None)["residences"] is None, "two residences"
    sealed = hashlib.sha256(canonical(document)).hexdigest()
    assert answer.json()["sha256"] == sealed


async def test_published_report_stays_as_it_is_and_a_later_count_is_another_edition(
    office: Office, job_database: Database
) -> None:
    first = await office.prepare()
    await tasks.count(job_database)
    await office.publish(first)
    before = (await office.read(office.place.owner)).json()
    with pytest.raises(ReportPublished):
        await office.publish(first)
    async with job_database.transaction(Role.JOB, actor="tests") as session:
        with pytest.raises(IntegrityError, match="kept as it was published"):
            await session.execute(_CHANGE, {"territory": office.place.territory.id})
    second = await office.prepare()
    assert second == first + 1
    await tasks.count(job_database)
    assert (await office.read(office.place.owner)).json() == before, "a draft is read by nobody"
    await office.publish(second)
    assert (await office.read(office.place.owner)).json()["document"]["edition"] == second
    assert (await office.read(office.place.owner, edition=first)).json() == before


async def test_report_is_a_table_a_spreadsheet_and_a_tagged_pdf_too(office: Office, job_database: Database) -> None:
    edition = await office.prepare()
    await tasks.count(job_database)
    await office.publish(edition)
    member = office.place.territory.coordinator
    table = await office.read(member, "text/csv")
    lines = list(csv.DictReader(io.StringIO(table.text, newline="")))
    total = next(line for line in lines if line["column"] == "homes" and not line["commune_code"])
    assert (total["count"], total["label"]) == ("35", "Logements recensés")
    sheet = await office.read(member, "application/vnd.oasis.opendocument.spreadsheet")
    with zipfile.ZipFile(io.BytesIO(sheet.content)) as packed:
        assert packed.read("mimetype") == b"application/vnd.oasis.opendocument.spreadsheet"
        content = packed.read("content.xml").decode()
    assert "Logements recensés, accessibles" in content
    assert 'office:value="35"' in content
    printed = await office.read(member, "application/pdf")
    assert printed.headers["content-disposition"].endswith(f'-{YEAR}-{edition}-fr.pdf"')
    inside = unpacked(printed.content)
    for said in (b"/MarkInfo", b"/StructTreeRoot", b"/Lang (fr)", b"pdfuaid", b"/Table", b"/TH"):
        assert said in inside, said
    assert (await office.read(member, "text/html")).status_code == 406


async def test_only_the_coordinator_prepares_and_only_what_can_be_counted(
    office: Office, coordinator: Member, job_database: Database
) -> None:
    with pytest.raises(YearNotReportable):
        await office.prepare(YEAR - 2)
    edition = await office.prepare()
    with pytest.raises(ReportNotCounted):
        await office.publish(edition)
    with pytest.raises(ReportNotVisible):
        await office.publish(edition + 1)
    place = office.place
    for member, kind in ((place.owner, "landlord"), (coordinator, "coordinator")):
        known = {place.territory.slug: place.territory.id} if kind == "landlord" else {}
        principal = Principal(member.id, kind, "tests", frozenset(), known)
        async with place.database.transaction(principal.role, organisation=member.id, actor="tests") as session:
            with pytest.raises(TerritoryNotVisible):
                await service.prepare(
                    session=session, principal=principal, kind="accessible-housing", territory=place.territory.slug,
                    year=YEAR,
                )  # fmt: skip
            assert await service.list_editions(session=session, principal=principal) == []
    await tasks.count(job_database)
    assert (await office.read(place.owner)).json()["code"] == "report-not-published", "a draft is the coordinator's"
    assert (await office.read(coordinator)).json()["code"] == "territory-not-visible"


async def overlapping(place: Market, coordinator: Member) -> Territory:
    """Found another territory of the same communes, which the owner signs too."""
    here, slug = place.territory, f"{place.territory.slug}-too"
    async with place.database.transaction(Role.COORDINATOR, organisation=coordinator.id, actor="tests") as session:
        made = await territories.create_territory(
            session=session, coordinator=coordinator.id, slug=slug, name=slug, communes=here.communes
        )
        await charter.put_in_force(session=session, organisation=coordinator.id, territory_id=made, terms=GRADING)
    there = Territory(made, slug, coordinator, here.communes, here.lon, here.lat)
    await sign(place.database, there, [place.owner])
    return there


async def test_residence_that_another_territory_grades_is_without_a_grade(
    database: Database, job_database: Database, client: httpx.AsyncClient, register: Register, coordinator: Member
) -> None:
    place = await market(database, job_database, client, register, GRADING)
    there = await overlapping(place, coordinator)
    named = {"A": place.territory.slug, "B": there.slug, "N": None}
    given = {
        f"{code}{n}": residence(place.territory.communes[0], place.territory.point(), territory=slug)
        for code, slug in named.items()
        for n in range(3)
    }
    lines = [{"ref": f"H{ref}", **home(ref)} for ref in given]
    assert (await publish(client, place.owner, given, lines))["rejected"] == 0
    await assessment.compute_requested(job_database)
    office = Office(place)
    edition = await office.prepare()
    await tasks.count(job_database)
    await office.publish(edition)
    document = (await office.read(place.owner)).json()["document"]
    found = cells(document, "residences", None)
    assert (found["residences"], found["ungraded"]) == (9, 6)
    assert sum(count or 0 for name, count in found.items() if name.startswith("grade_")) == 3
