"""A territory in which there is something on every page: what the walk over all pages looks at."""

import secrets
import uuid
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry import wiring
from registry.access.preconditions import Precondition
from registry.access.principal import Principal
from registry.access.scopes import Scope
from registry.charter import service as charter
from registry.charter.schemas import Terms
from registry.charter.schemas.versions import CharterDraft
from registry.identity.service import account, create_organisation
from registry.identity.service.account import Sessions
from registry.platform.crypto import keyring
from registry.platform.database import Database, Role, create_engine
from registry.platform.settings import Settings
from registry.reports.repository import editions
from registry.stock import service as stock
from registry.stock.schemas import HomeIn, ResidenceIn
from registry.sync.service import mappings
from registry.sync.service.editing import parse_mapping
from registry.territories import service as territories
from registry.transfers.schemas.cases import CaseIn
from registry.transfers.schemas.proposals import ProposalIn, StepIn
from registry.transfers.service import cases, proposals
from registry.transfers.service.demand import count_months
from registry.transfers.workflow import Action
from tests.support.charters import REPLY_BY, article
from tests.support.members import Member
from tests.support.months import after_this_month
from tests.support.people import join, register_app
from tests.support.reports import report
from tests.support.stock import home
from tests.support.territory import Territory, add_commune, commune_code
from tests.support.territory import sign as sign_there
from tests.support.transfers import case, reference

YEAR: Final = 2026
REF, WEBHOOK, ARTICLE = "A/1", "erp", "1"
LON, LAT = -0.5792, 44.8378
_RUNS: Final = """
    WITH source AS (
        INSERT INTO sync_sources (id, organisation_id, name, kind, format, mode, mapping_name, mapping_version)
        VALUES (gen_random_uuid(), :organisation, :name, 'push', '{"kind": "csv"}', 'full', :name, 1)
        RETURNING id, organisation_id, format)
    INSERT INTO sync_runs (id, organisation_id, source_id, file_sha256, format, mode, dry_run, accept_partially, as_of,
        cause, status, created_by, error)
    SELECT CAST(:run AS uuid), organisation_id, id, '', format, 'full', false, false, now(), 'push', 'failed', 'tests',
        CAST(:error AS jsonb) FROM source
"""
ERROR: Final = (
    '{"code": "file-unreadable", "faults": [], "message": {"fr": "Illisible", "en": "Unreadable"}, "remedy": null}'
)
_VACATED: Final = """
    INSERT INTO vacated_homes (organisation_id, territory_id, home_ref, listing_id, rooms, home_class, month, opened_on)
    SELECT organisation_id, :territory, ref, listing_id, rooms, 4, CURRENT_DATE, CURRENT_DATE FROM homes
    WHERE organisation_id = :organisation AND listing_id = :listing
    RETURNING id
"""
_WEBHOOK: Final = """
    INSERT INTO webhook_endpoints (id, organisation_id, name, url, events, secret)
    VALUES (gen_random_uuid(), :organisation, :name, 'https://hooks.example/', '{import.failed}', '\\x00')
"""


@dataclass
class Scene:
    """A territory, and what its pages show.

    Attributes:
        run: A file of the landlord's that failed.
        edition: Of the report of :data:`YEAR`, published; that of the year before is being counted.
        listing: Of the landlord's one home; ``case``: of somebody who lives there.
        proposal: Of that home for another case of the landlord's, its address told; ``vacated``: the same home, as one
            that fell vacant.
        client_id: Of a client of the landlord's; ``user``: somebody of it.
    """

    database: Database
    settings: Settings
    territory: Territory
    landlord: uuid.UUID
    run: uuid.UUID
    edition: int
    listing: uuid.UUID
    case: uuid.UUID
    proposal: uuid.UUID
    vacated: uuid.UUID
    client_id: str
    user: uuid.UUID
    invitation: str = ""

    @property
    def coordinator(self) -> uuid.UUID:
        return self.territory.coordinator.id

    async def sign_in(self, role: str) -> str:
        """Return the session of somebody with a role, who has proved all that is asked."""
        organisation = self.coordinator if role.startswith("coordinator_") else self.landlord
        person = await join(self.database, self.settings, organisation, role)
        sessions = Sessions(keyring(self.settings))
        async with self.database.transaction(Role.AUTH, actor="tests") as session:
            opened = await sessions.open(session=session, user=person.id)
            found = await sessions.find(session=session, token=opened.token)
            assert found is not None
            proven = await sessions.strengthen(session=session, signed_in=found, first=True)
            found = await sessions.find(session=session, token=proven.token)
            assert found is not None
            await account.choose_organisation(session=session, signed_in=found, organisation=organisation)
        return proven.token


async def _organisation(database: Database, kind: str) -> Member:
    async with database.transaction(Role.AUTH, actor="tests") as session:
        name = f"{kind} {secrets.token_hex(3)}"
        made = await create_organisation(session=session, name=name, kind=kind)
    return Member(made.id, name, kind, "", "")


async def set_scene(database: Database, settings: Settings) -> Scene:
    """Make it, as the service's own use cases do."""
    wiring.wire()
    assert settings.worker_database_url
    jobs = Database(create_engine(settings.worker_database_url.get_secret_value()))
    commune = commune_code()
    await add_commune(jobs, commune, LON, LAT)
    coordinator, landlord = await _organisation(database, "coordinator"), await _organisation(database, "landlord")
    slug = f"t-{secrets.token_hex(4)}"
    async with database.transaction(Role.COORDINATOR, organisation=coordinator.id, actor="tests") as session:
        place = await territories.create_territory(
            session=session, coordinator=coordinator.id, slug=slug, name=slug, communes=[commune]
        )
        await charter.put_in_force(session=session, organisation=coordinator.id, territory_id=place, terms=Terms())
    territory = Territory(place, slug, coordinator, [commune], LON, LAT)
    await sign_there(database, territory, [landlord])
    run = uuid.uuid4()
    listing, found = await _give(database, landlord.id, territory, run)
    edition = await report(database, jobs, territory, YEAR)
    await count_months(jobs, at=after_this_month())
    async with database.transaction(Role.COORDINATOR, organisation=coordinator.id, actor="tests") as session:
        await editions.request(session, place, "accessible-housing", YEAR - 1)
        await _write_charters(session, territory)
    async with jobs.transaction(Role.JOB, actor="tests") as session:
        vacated: uuid.UUID = (
            await session.execute(text(_VACATED), {"organisation": landlord.id, "territory": place, "listing": listing})
        ).scalar_one()
    await jobs.dispose()
    proposal = await _propose(database, landlord.id, territory, listing)
    app = await register_app(database, landlord.id)
    person = await join(database, settings, landlord.id, "landlord_reader")
    scene = Scene(
        database, settings, territory, landlord.id, run, edition, listing, found, proposal, vacated, app.client_id,
        person.id,
    )  # fmt: skip
    await _write_links(scene)
    return scene


async def _write_charters(session: AsyncSession, territory: Territory) -> None:
    """Propose a second version, and begin a third."""
    written = CharterDraft.model_validate({"articles": [article(ARTICLE)], "terms": {}})
    for propose in (True, False):
        await charter.put_draft(
            session=session, organisation=territory.coordinator.id, territory_id=territory.id, given=written
        )
        if propose:
            await charter.propose(
                session=session, organisation=territory.coordinator.id, territory_id=territory.id,
                reply_by=date.fromisoformat(REPLY_BY),
            )  # fmt: skip


async def _give(
    database: Database, landlord: uuid.UUID, territory: Territory, run: uuid.UUID
) -> tuple[uuid.UUID, uuid.UUID]:
    """Give the landlord a home, a case, a file that failed and a webhook; return the home's listing and the case."""
    principal = Principal(landlord, "landlord", "tests", frozenset(), {territory.slug: territory.id})
    async with database.transaction(Role.LANDLORD, organisation=landlord, actor="tests") as session:
        given = ResidenceIn(name="Les Acacias", commune_code=territory.communes[0])
        await stock.put_residence(
            session=session, principal=principal, ref=REF, given=given, precondition=Precondition()
        )
        given_home = HomeIn.model_validate(home(REF))
        await stock.put_home(
            session=session, principal=principal, ref=REF, given=given_home, precondition=Precondition()
        )
        _, found = await cases.put_case(
            session=session, principal=principal, ref=reference(), given=CaseIn.model_validate(case(home_ref=REF)),
            precondition=Precondition(),
        )  # fmt: skip
        for column in ("LOYER", "LOYER HC"):
            columns = [{"from": "NUM", "to": "ref"}, {"from": column, "to": "rent_cents"}]
            read_by = parse_mapping({"columns": columns})
            await mappings.put_mapping(session=session, principal=principal, name=WEBHOOK, given=read_by)
        await session.execute(
            text(_RUNS), {"organisation": landlord, "run": run, "error": ERROR, "name": WEBHOOK}
        )  # fmt: skip
    async with database.transaction(Role.AUTH, organisation=landlord, actor="tests") as session:
        await session.execute(text(_WEBHOOK), {"organisation": landlord, "name": WEBHOOK})
    async with database.transaction(Role.LANDLORD, organisation=landlord, actor="tests") as session:
        listed: uuid.UUID = (await session.execute(text("SELECT id FROM listings"))).scalar_one()
    return listed, found.id


async def _propose(database: Database, landlord: uuid.UUID, territory: Territory, listing: uuid.UUID) -> uuid.UUID:
    """Propose the landlord's home for a case of its own, up to where its address is told."""
    scopes = frozenset({Scope.CASES_READ, Scope.TRANSFERS_READ, Scope.TRANSFERS_WRITE, Scope.TRANSFERS_ANSWER})
    principal = Principal(landlord, "landlord", "tests", scopes, {territory.slug: territory.id})
    ref = reference()
    async with database.transaction(Role.LANDLORD, organisation=landlord, actor="tests") as session:
        await cases.put_case(
            session=session, principal=principal, ref=ref, given=CaseIn.model_validate(case(kind="first_entry")),
            precondition=Precondition(),
        )  # fmt: skip
        made = await proposals.propose(
            session=session, principal=principal, given=ProposalIn(case_ref=ref, listing_id=listing)
        )
        for action in (Action.STUDY, Action.HOLD, Action.DISCLOSE):
            await proposals.take_step(
                session=session, principal=principal, id_=made.id, given=StepIn(action=action),
                precondition=Precondition(),
            )  # fmt: skip
    return made.id


async def _write_links(scene: Scene) -> None:
    """Have an invitation written."""
    async with scene.database.transaction(Role.AUTH, actor="tests") as session:
        link = await account.invite(
            session=session, keys=keyring(scene.settings), base_url=scene.settings.base_url,
            organisation=scene.landlord, email=f"{secrets.token_hex(4)}@bailleur.example", role="landlord_reader",
        )  # fmt: skip
    scene.invitation = link.rpartition("/")[2]
