"""A landlord's stock becomes its successor's: all of it, once, and nothing of anybody else."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession
from typer.testing import Result

from registry.access.principal import Principal, own_organisation
from registry.identity import service as identity
from registry.identity.errors import OrganisationUnknown
from registry.listings.service.place import place_requested
from registry.mergers import service
from registry.mergers.errors import ImportRunning, MergerNotPossible, PrefixInvalid
from registry.mergers.repository import stock
from registry.mergers.repository.stock import MOVED
from registry.platform.crypto import keyring
from registry.platform.database import Database, Role, create_engine
from registry.platform.settings import Settings
from registry.sync.repository.claims import claim
from tests.conftest import Register
from tests.integration.sync.test_imports import Office
from tests.support import members
from tests.support import territory as territories
from tests.support.commands import invoke
from tests.support.market import Market
from tests.support.members import Member
from tests.support.proposals import Affairs, follow
from tests.support.stock import home, publish, residence

Run = Callable[..., Awaitable[Result]]
STAYS = {
    "audit_events": "the chain is never changed", "signatures": "who signed what", "adhesions": "ended, and on record",
    "oauth_clients": "revoked", "access_tokens": "revoked", "consents": "revoked", "authorization_codes": "so",
    "refresh_tokens": "so", "sessions": "ended", "single_use_links": "used", "memberships": "purged in time",
    "mails": "deleted in time", "webhook_endpoints": "disabled; each organisation follows its own events",
    "webhook_deliveries": "of those", "idempotency_keys": "of the client's own requests, for a day",
    "listing_feed_usage": "what it read itself", "listing_reads": "so", "listing_searches": "so", "listings_seen": "so",
    "token_counts": "of its own clients", "stock_tombstones": "nobody follows its stock any more",
    "listing_tombstones": "of listings that left while they were its own", "offboardings": "when the rest is purged",
    "obligation_scores": "how it stood by itself", "obligation_reminders": "of those",
    "standings": "of its own adhesions",
    "landlord_invitations": "a coordinator's",
    "case_door_days": "what it asked by itself, for a day",
}  # fmt: skip
OF_TWO = ("transfer_proposals", "transfer_steps", "home_holds", "moving_help")
OF_STOCK = (
    "residences",
    "buildings",
    "homes",
    "fact_history",
    "home_status_history",
    "adaptations",
    "lift_outages",
    "listings",
)


@pytest.fixture
def run(settings: Settings) -> Run:
    async def typed(*arguments: object) -> Result:
        return await asyncio.to_thread(invoke, settings, "organisation", "merge", *map(str, arguments))

    return typed


@pytest_asyncio.fixture(scope="session")
async def owner_database(owner_url: str) -> AsyncIterator[Database]:
    made = Database(create_engine(owner_url))
    yield made
    await made.dispose()


@dataclass
class Pair:
    """Two landlords and one who searches, all members of one territory."""

    market: Market
    old: Member
    new: Member

    @property
    def client(self) -> httpx.AsyncClient:
        return self.market.client

    async def stock(self, who: Member, prefix: str, homes: int, **changes: Any) -> None:
        place = self.market.territory
        given = residence(place.communes[0], place.point())
        given["buildings"] = [{"ref": "A"}]
        lines = [{"ref": f"{prefix}{n}", **home(f"{prefix}R", building_ref="A", **changes)} for n in range(homes)]
        answer = await publish(self.client, who, {f"{prefix}R": given}, lines)
        assert answer["rejected"] == 0

    async def multiply(self, who: Member, ref: str, times: int) -> None:
        """Have ``times`` more homes like one, that are not shared: by SQL, since so many take a while."""
        async with self.market.jobs.transaction(Role.LANDLORD, organisation=who.id, actor="tests") as session:
            await session.execute(
                text(
                    "INSERT INTO homes (id, organisation_id, residence_id, building_id, ref, typology, rooms, status)"
                    " SELECT gen_random_uuid(), organisation_id, residence_id, building_id, ref || '-' || n, typology,"
                    " rooms, status FROM homes, generate_series(1, :times) n WHERE organisation_id = :id AND ref = :ref"
                ),
                {"id": who.id, "ref": ref, "times": times},
            )

    async def read(self, who: Member, path: str) -> httpx.Response:
        return await self.client.get(f"/v1{path}", headers=who.headers)

    async def rows(self, table: str, who: Member) -> int:
        async with self.market.jobs.transaction(Role.LANDLORD, organisation=who.id, actor="tests") as session:
            found = await session.execute(
                text(f"SELECT count(*) FROM {table} WHERE organisation_id = :id"), {"id": who.id}
            )
            return int(found.scalar_one())


@pytest.fixture
async def pair(database: Database, job_database: Database, client: httpx.AsyncClient, register: Register) -> Pair:
    place = await territories.create(database, job_database, client)
    old, new, searcher = await register(), await register(), await register()
    await territories.sign(database, place, [old, new, searcher])
    for member in (old, new, searcher):
        await members.renew(member, client)
    return Pair(Market(client, database, job_database, place, old, searcher), old, new)


async def test_ten_thousand_homes_move_with_their_listings_and_ids(pair: Pair, run: Run) -> None:
    await pair.stock(pair.old, "O", 500)
    await pair.multiply(pair.old, "O0", 9_500)
    await pair.stock(pair.new, "N", 2)
    before = {row["id"]: row for row in await pair.market.listings(limit=50)}
    one = (await pair.read(pair.old, "/homes/O7")).json()

    told = await run(pair.old.id, "--into", pair.new.id, "--yes")
    assert told.exit_code == 0, told.output
    assert "10000 homes" in told.stdout
    assert f"{pair.market.territory.slug}: 500 listings stay" in told.stdout
    assert [await pair.rows(table, pair.old) for table in OF_STOCK] == [0] * len(OF_STOCK)
    assert await pair.rows("homes", pair.new) == 10_002
    assert await pair.rows("listings", pair.new) == 502
    assert (await pair.read(pair.new, "/homes/O7")).json() == one
    after = {row["id"]: row for row in await pair.market.listings(limit=50)}
    assert after.keys() == before.keys()
    assert {row["landlord"]["id"] for row in after.values()} == {str(pair.new.id)}
    assert {row["landlord"]["name"] for row in after.values()} == {pair.new.name}
    await place_requested(pair.market.jobs)
    placed = {row["id"]: row["landlord"] for row in await pair.market.listings(limit=50)}
    assert placed == {id_: row["landlord"] for id_, row in after.items()}, "as the job projects them"


async def merged(pair: Pair, owner_database: Database, prefix: str = "") -> service.Plan:
    async with owner_database.of_owner(actor="tests") as session:
        return await service.merge(session=session, old=pair.old.id, new=pair.new.id, prefix=prefix, retention_days=90)


async def everything(pair: Pair, who: Member) -> dict[str, int]:
    return {table: await pair.rows(table, who) for table in (*OF_STOCK, "sync_sources", "sync_runs")}


async def test_merger_ends_the_former_landlord_and_tells_both_chains(
    pair: Pair, owner_database: Database, run: Run, settings: Settings
) -> None:
    await pair.stock(pair.old, "O", 2)
    await merged(pair, owner_database)
    with pytest.raises(httpx.HTTPStatusError):
        await members.renew(pair.old, pair.client)
    async with pair.market.jobs.transaction(Role.JOB, actor="tests") as session:
        found = await session.execute(
            text(
                "SELECT organisation_id, detail FROM audit_events WHERE action IN"
                " ('identity:organisation:merged', 'identity:organisation:succeeded')"
                " AND organisation_id = ANY(CAST(:both AS uuid[]))"
            ),
            {"both": [str(pair.old.id), str(pair.new.id)]},
        )
        told = {row[0]: row[1] for row in found}
        standing = await session.execute(
            text("SELECT status FROM oauth_clients WHERE client_id = :id"), {"id": pair.old.client_id}
        )
        adhesion = await session.execute(
            text("SELECT status FROM adhesions WHERE organisation_id = :id"), {"id": pair.old.id}
        )
        assert (standing.scalar_one(), adhesion.scalar_one()) == ("revoked", "withdrawn")
    assert (told[pair.old.id]["successor"], told[pair.new.id]["former"]) == (str(pair.new.id), str(pair.old.id))
    assert told[pair.new.id]["homes"] == told[pair.new.id]["listings_kept"] == 2
    verified = await asyncio.to_thread(invoke, settings, "audit", "verify", str(pair.new.id))
    assert verified.exit_code == 0, verified.output


async def test_listings_leave_where_the_successor_has_not_signed_and_that_is_said_before(
    pair: Pair, register: Register, run: Run, owner_database: Database
) -> None:
    await pair.stock(pair.old, "O", 3)
    pair.new = await register()

    told = await run(pair.old.id, "--into", pair.new.id, "--dry-run")

    assert told.exit_code == 0, told.output
    assert f"{pair.market.territory.slug}: 3 listings leave" in told.stdout
    assert await pair.rows("homes", pair.old) == 3, "a trial changes nothing"
    found = await merged(pair, owner_database)
    assert (found.staying, found.leaving) == (0, 3)
    assert await pair.market.listings() == []
    assert (await everything(pair, pair.new))["homes"] == 3


async def test_successor_carries_on_the_proposals_of_both_sides(
    pair: Pair, owner_database: Database, settings: Settings
) -> None:
    """One of the former landlord's home that is before the committee, one for its case: both go on."""
    affairs, third = Affairs(pair.market), pair.market.searcher
    filed = await affairs.made()
    await affairs.through(filed, "study", "hold", "disclose", "agree", "file")
    await pair.stock(third, "T", 1)
    listing = next(row["id"] for row in await pair.market.listings() if row["landlord"]["id"] == str(third.id))
    case_ref = await affairs.case(pair.old)
    asked = await affairs.proposed(case_ref, listing, pair.old)
    assert (await affairs.step(asked, third, "study")).status_code == 200
    assert (await affairs.step(asked, pair.old, "hold")).status_code == 200
    before = await affairs.read(asked, third)

    await merged(pair, owner_database)
    await follow(pair.market.jobs, keyring(settings))

    pair.market.owner = pair.new
    assert (await affairs.through(filed, "grant", "lease"))["state"] == "leased"
    assert (await affairs.read(filed, third))["owner"]["id"] == str(pair.new.id)
    ours = await affairs.read(asked, pair.new)
    assert (ours["state"], ours["case_ref"], ours["held_until"]) == ("held", case_ref, before["held_until"])
    assert (await affairs.step(asked, pair.new, "disclose")).status_code == 200
    told = await affairs.client.get(f"/v1/proposals/{asked}/address", headers=pair.new.headers)
    assert told.status_code == 200, told.text
    assert (await affairs.read(asked, third))["origin"]["id"] == str(pair.new.id)
    assert [await pair.rows(table, pair.old) for table in ("transfer_proposals", "transfer_steps", "home_holds")] == [
        0, 0, 0
    ]  # fmt: skip


async def test_successor_takes_the_conventions_over_and_its_own_go_on(pair: Pair, owner_database: Database) -> None:
    employers, towns = {"departement": "33", "quota_holder": "3"}, {"departement": "33", "quota_holder": "4"}
    for who, given in (
        (pair.old, [{**employers, "own_transfers": True}, {**towns, "own_transfers": True}]),
        (pair.new, [{**employers, "own_transfers": False}]),
    ):
        answer = await pair.client.put(
            "/v1/reservation-conventions", json={"conventions": given}, headers=who.headers
        )  # fmt: skip
        assert answer.status_code == 200, answer.text

    await merged(pair, owner_database)

    found = (await pair.read(pair.new, "/reservation-conventions")).json()["conventions"]
    assert [(row["quota_holder"], row["own_transfers"]) for row in found] == [("3", False), ("4", True)]
    assert await pair.rows("reservation_conventions", pair.old) == 0


async def test_references_that_both_have_are_refused_with_a_list(
    pair: Pair, owner_database: Database, run: Run
) -> None:
    await pair.stock(pair.old, "S", 3)
    await pair.stock(pair.new, "S", 2)
    before = [await everything(pair, who) for who in (pair.old, pair.new)]

    refused = await run(pair.old.id, "--into", pair.new.id, "--yes")

    assert refused.exit_code == 1
    assert [line.split(":")[1].strip() for line in refused.stderr.splitlines() if line.startswith("  homes")] == [
        "'S0'", "'S1'"
    ]  # fmt: skip
    assert "residences: 'SR'" in refused.stderr
    assert [await everything(pair, who) for who in (pair.old, pair.new)] == before


async def confirmed(office: Office, ran: dict[str, Any]) -> None:
    """Let a file through that changes much of the little that there is."""
    assert (await office.post(f"/v1/imports/{ran['id']}/confirm")).status_code == 200, ran
    await office.runner.run_waiting(office.owner.id)


async def test_file_of_the_former_landlord_reaches_its_own_homes_by_the_references_it_states(
    pair: Pair, owner_database: Database, database: Database
) -> None:
    old, new = (Office(pair.client, pair.market.jobs, who, pair.market.territory) for who in (pair.old, pair.new))
    assert (await old.bring([old.home("H1"), old.home("H2")]))["status"] == "applied"
    await new.declare()
    await new.bring([new.home("H1", rooms=4, typology="T4")])
    ids = {row["ref"]: row["listing_id"] for row in (await old.read("/v1/homes"))["items"]}

    await merged(pair, owner_database, prefix="OPH-")

    homes = {row["ref"]: row for row in (await new.read("/v1/homes"))["items"]}
    assert homes.keys() == {"H1", "OPH-H1", "H2"}
    assert (homes["OPH-H1"]["listing_id"], homes["H2"]["listing_id"]) == (ids["H1"], ids["H2"])
    assert homes["H2"]["residence_ref"] == homes["OPH-H1"]["residence_ref"] == "OPH-R1"
    sources = {row["name"] for row in (await new.read("/v1/sources"))["items"]}
    assert sources == {"default", "oph-default"}
    # What its file always stated, with one home changed and one left out.
    ran = await new.bring([new.home("H1", rooms=3, typology="T3")], source="oph-default")
    await confirmed(new, ran)
    after = {row["ref"]: row for row in (await new.read("/v1/homes"))["items"]}
    assert {ref: (row["rooms"], row["status"]) for ref, row in after.items()} == {
        "H1": (4, "vacant"), "OPH-H1": (3, "vacant"), "H2": (2, "withdrawn")
    }  # fmt: skip
    # And the successor's own file means its own.
    await confirmed(new, await new.bring([new.home("H1", rooms=5, typology="T5")]))
    assert (await new.read("/v1/homes/H1"))["rooms"] == 5
    assert (await new.read("/v1/homes/OPH-H1"))["rooms"] == 3


async def test_old_reference_that_nobody_else_has_stays_what_it_is(pair: Pair, owner_database: Database) -> None:
    await pair.stock(pair.old, "O", 1)
    read = (await pair.read(pair.old, "/homes/O0")).json()
    await merged(pair, owner_database)
    written = await pair.client.put(
        "/v1/homes/O0", json=home("OR", building_ref="A", rooms=3, typology="T3"), headers=pair.new.headers
    )
    assert (written.status_code, written.json()["listing_id"]) == (200, read["listing_id"])
    assert await pair.rows("homes", pair.new) == 1


async def test_prefix_with_which_a_reference_is_taken_or_too_long_is_refused(
    pair: Pair, owner_database: Database
) -> None:
    await pair.stock(pair.old, "S", 1)
    await pair.stock(pair.new, "S", 1)
    await pair.stock(pair.new, "PS", 1)
    for prefix in ("P", "x" * 99):
        with pytest.raises(PrefixInvalid):
            await merged(pair, owner_database, prefix)
    assert await pair.rows("homes", pair.old) == 1


async def test_interruption_in_the_middle_changes_nothing(
    pair: Pair, owner_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL ends the connection after the stock has moved, before the former landlord is ended."""
    await pair.stock(pair.old, "O", 5)
    before = [await everything(pair, who) for who in (pair.old, pair.new)]
    shown = await pair.market.listings()

    async def killed(session: AsyncSession, *_: Any, **__: Any) -> None:
        await session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    with monkeypatch.context() as patched:
        patched.setattr(stock, "end", killed)
        with pytest.raises(DBAPIError):
            await merged(pair, owner_database)
    assert [await everything(pair, who) for who in (pair.old, pair.new)] == before
    assert await pair.market.listings() == shown
    assert (await pair.read(pair.old, "/homes/O0")).status_code == 200
    await merged(pair, owner_database)
    assert (await everything(pair, pair.new))["homes"] == 5


async def test_merger_waits_for_files_that_are_being_read(pair: Pair, owner_database: Database) -> None:
    async with pair.market.jobs.transaction(Role.LANDLORD, organisation=pair.old.id, actor="tests") as session:
        await claim(session, own_organisation(Principal(pair.old.id, "landlord", "tests", frozenset())))
        with pytest.raises(ImportRunning):
            await merged(pair, owner_database)


async def test_what_came_meanwhile_is_moved_by_merging_again(pair: Pair, owner_database: Database) -> None:
    await merged(pair, owner_database)
    async with pair.market.jobs.transaction(Role.LANDLORD, organisation=pair.old.id, actor="tests") as session:
        await session.execute(
            text("INSERT INTO residences (id, organisation_id, ref, commune_code) VALUES (:id, :own, 'LATE', :code)"),
            {"id": uuid.uuid4(), "own": pair.old.id, "code": pair.market.territory.communes[0]},
        )
    await merged(pair, owner_database)
    assert (await pair.read(pair.new, "/residences/LATE")).status_code == 200


@pytest.mark.parametrize("case", ["itself", "coordinator", "suspended successor", "other successor", "unknown"])
async def test_merger_of_others_than_two_landlords_that_stand_is_refused(
    pair: Pair, register: Register, owner_database: Database, case: str
) -> None:
    if case == "itself":
        pair.new = pair.old
    elif case == "coordinator":
        pair.new = pair.market.territory.coordinator
    elif case == "suspended successor":
        async with pair.market.jobs.transaction(Role.JOB, actor="tests") as session:
            await identity.suspend_organisation(session=session, organisation=pair.new.id)
    elif case == "other successor":
        await merged(pair, owner_database)
        pair.new = await register()
    else:
        pair.new = Member(uuid.uuid4(), "", "landlord", "", "")
    with pytest.raises((MergerNotPossible, OrganisationUnknown)):
        await merged(pair, owner_database)
    # The database refuses it as well, whoever asks.
    with pytest.raises(DBAPIError):
        async with owner_database.of_owner(actor="tests") as session:
            await session.execute(text("SELECT begin_merge(:old, :new)"), {"old": pair.old.id, "new": pair.new.id})


async def test_third_landlord_is_out_of_reach_of_a_merger(pair: Pair, owner_database: Database) -> None:
    """Within the transaction of a merger, the owner sees and changes the rows of two landlords."""
    await pair.stock(pair.market.searcher, "T", 2)
    await pair.stock(pair.old, "O", 1)
    async with owner_database.of_owner(actor="tests") as session:
        seen = "SELECT count(*) FROM homes"
        assert (await session.execute(text(seen))).scalar_one() == 0, "before it begins, nobody's"
        await session.execute(text("SELECT begin_merge(:old, :new)"), {"old": pair.old.id, "new": pair.new.id})
        for table in MOVED:
            own = "organisation_id" + (", owner_id" if table in OF_TWO else "")
            beyond = text(f"SELECT count(*) FROM {table} WHERE NOT CAST(:both AS uuid[]) && ARRAY[{own}]")
            found = await session.execute(beyond, {"both": [str(pair.old.id), str(pair.new.id)]})
            assert found.scalar_one() == 0 or table == "audit_events", table
        assert (await session.execute(text(seen))).scalar_one() == 1
        with pytest.raises(DBAPIError):
            await session.execute(
                text("UPDATE residences SET organisation_id = :third"), {"third": pair.market.searcher.id}
            )


@pytest.mark.parametrize("login", ["web", "worker"])
async def test_no_process_that_serves_can_merge(
    pair: Pair, database: Database, job_database: Database, login: str
) -> None:
    roles = [Role.JOB, Role.LANDLORD] if login == "worker" else [Role.LANDLORD, Role.COORDINATOR, Role.AUTH]
    for role in roles:
        with pytest.raises(DBAPIError, match="permission denied"):
            async with (job_database if login == "worker" else database).transaction(role, actor="tests") as session:
                await session.execute(text("SELECT begin_merge(:old, :new)"), {"old": pair.old.id, "new": pair.new.id})


async def test_job_ends_nothing_of_who_is_a_member(pair: Pair) -> None:
    with pytest.raises(DBAPIError, match="is a member"):
        async with pair.market.jobs.transaction(Role.JOB, actor="tests") as session:
            await session.execute(text("SELECT depart(:id)"), {"id": pair.old.id})


async def test_every_table_of_an_organisation_is_moved_or_stays_for_a_reason(owner_database: Database) -> None:
    async with owner_database.of_owner(actor="tests") as session:
        found = await session.execute(
            text(
                "SELECT relname FROM pg_attribute JOIN pg_class c ON c.oid = attrelid AND relkind IN ('r', 'p')"
                " WHERE attname = 'organisation_id' AND relnamespace = 'registry'::regnamespace"
            )
        )
    assert set(found.scalars()) == MOVED | STAYS.keys()
