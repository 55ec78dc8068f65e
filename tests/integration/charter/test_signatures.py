"""A charter is signed by a person for a landlord: what is recorded, when it binds, what comes of not signing."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import CursorResult, text
from sqlalchemy.exc import DBAPIError

from registry.charter import service as charter
from registry.charter.errors import AdhesionSuspended, AdhesionUnsigned
from registry.kernel.clock import now
from registry.listings.service.place import place_requested
from registry.platform.database import Database, Role
from tests.conftest import Register
from tests.support import members
from tests.support.charters import Charters, article
from tests.support.database import Server
from tests.support.market import Market
from tests.support.members import Member
from tests.support.stock import home


async def suspend(here: Market, member: Member) -> None:
    await as_coordinator(here, "suspend", member)


async def as_coordinator(here: Market, verb: str, member: Member) -> None:
    own = here.territory.coordinator.id
    async with here.database.transaction(Role.COORDINATOR, organisation=own, actor="tests") as session:
        await getattr(charter, verb)(session=session, organisation=member.id, territory_id=here.territory.id)


async def lapse(here: Market) -> None:
    async with here.jobs.transaction(Role.JOB, actor="tests") as session:
        await charter.suspend_unsigned(session=session)


async def test_landlord_signs_what_is_in_force_and_takes_part_once_it_is_admitted(
    here: Market, charters: Charters, register: Register
) -> None:
    newcomer = await register()

    answer = await charters.sign(newcomer, 1, signed_by="  Jeanne   Essai ", signed_as="Directrice générale")

    assert answer.status_code == 200, answer.text
    signature = answer.json()
    assert signature["organisation"] == {"id": str(newcomer.id), "name": newcomer.name}
    assert (signature["charter_version"], signature["signed_by"], signature["signed_as"]) == (
        1, "Jeanne Essai", "Directrice générale",
    )  # fmt: skip
    assert signature["text_sha256"] == (await charters.ok(newcomer, "GET", "/charters/1"))["text_sha256"]
    waiting = {"charter_version": 1, "status": "pending", "signed_at": signature["signed_at"], "unsigned": False}
    assert await charters.adhesion(newcomer) == waiting
    await members.renew(newcomer, here.client)
    refused = await here.client.get("/v1/listings", headers=newcomer.headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "adhesion-required")
    admitted = await charters.decide(newcomer, "admit")
    assert admitted == {
        **waiting, "status": "in_force", "organisation": {"id": str(newcomer.id), "name": newcomer.name},
    }  # fmt: skip
    assert await charters.decide(newcomer, "admit") == admitted, "admitted again is the same"
    assert await charters.adhesion(newcomer) == {**waiting, "status": "in_force"}
    await members.renew(newcomer, here.client)
    assert (await here.client.get("/v1/listings", headers=newcomer.headers)).status_code == 200
    again = await charters.sign(newcomer, 1, signed_by="Jeanne Essai", signed_as="Directrice générale")
    assert again.json() == signature, "the same signature again is the same"


async def test_digest_of_another_text_is_refused_and_the_right_one_named(here: Market, charters: Charters) -> None:
    right = (await charters.proposed(terms={"k": 12}))["text_sha256"]
    answer = await charters.sign(here.owner, 2, text_sha256="0" * 64)

    assert (answer.status_code, answer.json()["code"]) == (422, "text-hash-mismatch")
    (fault,) = answer.json()["errors"]
    assert (fault["field"], fault["value"]) == ("text_sha256", "0" * 64)
    assert right in fault["remedy"]
    page = await charters.ok(here.owner, "GET", "/signatures")
    assert {item["charter_version"] for item in page["items"]} == {1}


async def test_signature_of_a_proposal_binds_once_it_is_enacted(
    here: Market, charters: Charters, register: Register
) -> None:
    newcomer = await register()
    await charters.proposed(terms={"k": 12})
    for member in (here.owner, newcomer):
        assert (await charters.sign(member, 2)).status_code == 200
    adhesion = await charters.adhesion(here.owner)
    assert adhesion
    assert adhesion["charter_version"] == 1
    early = await charters.decide(newcomer, "admit", 409)
    assert (early["code"], early["errors"][0]["value"]) == ("signed-version-not-in-force", str(newcomer.id))

    await charters.enact(2)

    adhesion = await charters.adhesion(newcomer)
    assert adhesion
    assert adhesion["status"] == "pending", "a version in force admits nobody"
    await charters.decide(newcomer, "admit")
    for member, version in ((here.owner, 2), (newcomer, 2), (here.searcher, 1)):
        adhesion = await charters.adhesion(member)
        assert adhesion
        assert (adhesion["status"], adhesion["charter_version"]) == ("in_force", version)


async def test_version_that_is_not_signed_widens_nothing_and_signing_it_does(here: Market, charters: Charters) -> None:
    await charters.proposed(terms={"shared_statuses": ["vacant"]})
    for member in (here.owner, here.searcher):
        await charters.sign(member, 2)
    await charters.enact(2)
    await here.publish([{"ref": status, **home(status=status)} for status in ("vacant", "occupied")])
    assert await here.shown() == {"vacant"}

    await charters.proposed()
    await charters.enact(3)
    assert await here.shown() == {"vacant"}, "as signed"
    assert (await charters.sign(here.owner, 3)).status_code == 200
    assert await here.shown() == {"vacant", "occupied"}


async def test_who_signed_is_seen_by_its_organisation_and_the_coordinator_alone(
    here: Market, charters: Charters
) -> None:
    await charters.sign(here.owner, 1, signed_by="Paul Essai")

    own = await charters.ok(here.owner, "GET", "/signatures")
    other = await charters.ok(here.searcher, "GET", "/signatures")
    everybody = await charters.ok(here.territory.coordinator, "GET", "/signatures")

    assert [item["signed_by"] for item in own["items"]] == ["Test Person", "Paul Essai"]
    assert [item["organisation"]["id"] for item in other["items"]] == [str(here.searcher.id)]
    assert {item["organisation"]["id"] for item in everybody["items"]} == {str(here.owner.id), str(here.searcher.id)}
    first = await charters.ok(here.territory.coordinator, "GET", "/signatures", params={"limit": 2})
    rest = (await here.client.get(first["next"], headers=here.territory.coordinator.headers)).json()
    assert [*first["items"], *rest["items"]] == everybody["items"]


async def test_landlord_ends_its_adhesion_and_its_signatures_stay_on_record(here: Market, charters: Charters) -> None:
    await here.publish([{"ref": "here", **home()}])
    assert await here.shown() == {"here"}
    await charters.proposed()
    await charters.sign(here.owner, 2)

    await charters.ok(here.owner, "DELETE", "/adhesion", 204)

    assert await here.listings() == [], "at once"
    page = await charters.ok(here.owner, "GET", "/signatures")
    assert [item["charter_version"] for item in page["items"]] == [1, 2]
    assert all(item["withdrawn_at"] for item in page["items"])
    await charters.enact(2)
    adhesion = await charters.adhesion(here.owner)
    assert adhesion
    assert adhesion["status"] == "withdrawn", "what it signed before binds it no more"
    await charters.ok(here.owner, "DELETE", "/adhesion", 204)
    assert (await charters.sign(here.owner, 2)).status_code == 200
    assert await here.shown() == set(), "it waits as a newcomer does"
    await charters.decide(here.owner, "admit")
    assert await here.shown() == {"here"}


async def test_newcomer_takes_back_its_signature_of_a_proposal(
    here: Market, charters: Charters, register: Register
) -> None:
    newcomer = await register()
    assert (await charters.ok(newcomer, "DELETE", "/adhesion", 404))["code"] == "adhesion-not-found"
    await charters.proposed()
    await charters.sign(newcomer, 2)
    await charters.ok(newcomer, "DELETE", "/adhesion", 204)
    assert (await charters.decide(newcomer, "admit", 404))["code"] == "adhesion-not-found"
    await charters.enact(2)
    adhesion = await charters.adhesion(newcomer)
    assert adhesion
    assert adhesion["status"] == "withdrawn"


async def test_suspension_by_the_coordinator_is_not_ended_by_signing(here: Market, charters: Charters) -> None:
    await charters.proposed()
    assert (await charters.sign(here.owner, 2)).status_code == 200
    await suspend(here, here.owner)
    for version in (1, 2):
        answer = await charters.sign(here.owner, version)
        assert (answer.status_code, answer.json()["code"]) == (409, "adhesion-suspended")
    await charters.ok(here.owner, "DELETE", "/adhesion", 409)

    await charters.enact(2)

    adhesion = await charters.adhesion(here.owner)
    assert adhesion
    assert (adhesion["status"], adhesion["charter_version"]) == ("suspended", 2)
    await as_coordinator(here, "reinstate", here.owner)
    adhesion = await charters.adhesion(here.owner)
    assert adhesion
    assert adhesion["status"] == "in_force"


def in_force_since(server: Server, name: str, here: Market, days: int) -> None:
    with server.connect(name) as admin:
        admin.execute(
            "UPDATE registry.charters SET in_force_from = %s WHERE territory_id = %s AND status = 'in_force'",
            (now() - timedelta(days=days), here.territory.id),
        )


async def test_who_does_not_sign_in_the_days_that_the_charter_gives_is_suspended_until_it_signs(
    here: Market, charters: Charters, server: Server, database_name: str
) -> None:
    await here.publish([{"ref": "here", **home()}])
    assert await here.shown() == {"here"}
    await charters.proposed(terms={"unsigned": "suspended", "unsigned_grace_days": 10})
    await charters.sign(here.searcher, 2)
    await charters.enact(2)
    in_force_since(server, database_name, here, 9)
    await lapse(here)
    assert await here.shown() == {"here"}, "it has its ten days"

    in_force_since(server, database_name, here, 10)
    await lapse(here)

    assert await here.listings() == [], "at once"
    await place_requested(here.jobs)
    assert await here.listings() == []
    adhesion = await charters.adhesion(here.owner)
    assert adhesion
    assert (adhesion["status"], adhesion["unsigned"]) == ("suspended", True)
    with server.connect(database_name) as admin:
        found = admin.execute(
            "SELECT detail FROM registry.audit_events"
            " WHERE organisation_id = %s AND action = 'charter:adhesion:lapsed'",
            (here.owner.id,),
        ).fetchall()
    assert found == [({"organisation": str(here.owner.id), "version": 2},)]
    with pytest.raises(AdhesionUnsigned):
        await as_coordinator(here, "reinstate", here.owner)

    assert (await charters.sign(here.owner, 2)).status_code == 200
    assert await here.shown() == {"here"}
    await lapse(here)
    assert await here.shown() == {"here"}


async def test_charter_that_asks_for_the_stricter_alone_suspends_nobody(
    here: Market, charters: Charters, server: Server, database_name: str
) -> None:
    await charters.proposed()
    await charters.enact(2)
    in_force_since(server, database_name, here, 400)
    await lapse(here)
    adhesion = await charters.adhesion(here.owner)
    assert adhesion
    assert (adhesion["status"], adhesion["charter_version"]) == ("in_force", 1)


async def test_suspension_for_not_signing_ends_with_a_charter_that_has_none_or_by_signing_the_next(
    here: Market, charters: Charters, server: Server, database_name: str
) -> None:
    await charters.proposed(terms={"unsigned": "suspended"})
    await charters.enact(2)
    in_force_since(server, database_name, here, 400)
    await lapse(here)
    await suspend(here, here.searcher)  # its own reason now
    await charters.proposed(terms={"unsigned": "suspended", "k": 12})
    await charters.sign(here.owner, 3)
    await charters.enact(3)
    adhesion = await charters.adhesion(here.owner)
    assert adhesion
    assert (adhesion["status"], adhesion["charter_version"]) == ("in_force", 3)

    await charters.proposed(terms={"unsigned": "suspended", "k": 13})
    await charters.enact(4)
    in_force_since(server, database_name, here, 400)
    await lapse(here)
    await charters.proposed()
    await charters.enact(5)

    adhesion = await charters.adhesion(here.owner)
    assert adhesion
    assert (adhesion["status"], adhesion["unsigned"], adhesion["charter_version"]) == ("in_force", False, 3)
    adhesion = await charters.adhesion(here.searcher)
    assert adhesion
    assert (adhesion["status"], adhesion["unsigned"]) == ("suspended", False)
    with pytest.raises(AdhesionSuspended):
        async with here.database.transaction(Role.LANDLORD, organisation=here.searcher.id, actor="tests") as session:
            await charter.withdraw(session=session, organisation=here.searcher.id, territory_id=here.territory.id)


async def test_landlord_suspended_for_not_signing_may_leave(
    here: Market, charters: Charters, server: Server, database_name: str
) -> None:
    await charters.proposed(terms={"unsigned": "suspended"})
    await charters.enact(2)
    in_force_since(server, database_name, here, 400)
    await lapse(here)
    await charters.ok(here.owner, "DELETE", "/adhesion", 204)
    adhesion = await charters.adhesion(here.owner)
    assert adhesion
    assert adhesion["status"] == "withdrawn"


async def attempted(database: Database, role: Role, who: uuid.UUID, statement: str, **values: object) -> str | int:
    """Return how many rows a statement touched, or the SQLSTATE of its refusal."""
    try:
        async with database.transaction(role, organisation=who, actor="tests") as session:
            done = await session.execute(text(statement), values)
            assert isinstance(done, CursorResult)
            return done.rowcount
    except DBAPIError as error:
        return str(getattr(error.orig, "sqlstate", "?"))


async def test_database_lets_nobody_hold_a_landlord_to_what_it_did_not_sign(
    here: Market, charters: Charters, server: Server, database_name: str, register: Register
) -> None:
    await charters.proposed()
    await charters.enact(2)
    database, place, owner = here.database, here.territory.id, here.owner.id
    move = "UPDATE adhesions SET charter_version = 2 WHERE territory_id = :place AND organisation_id = :owner"
    coordinator, stranger = here.territory.coordinator.id, (await register()).id
    assert await attempted(database, Role.COORDINATOR, coordinator, move, place=place, owner=owner) == "42501"
    assert await attempted(database, Role.LANDLORD, owner, move, place=place, owner=owner) == "42501"
    join = (
        "INSERT INTO adhesions (territory_id, organisation_id, charter_version, status, signed_at, signed_by)"
        " VALUES (:place, :owner, 2, 'in_force', now(), 'x')"
    )
    assert await attempted(database, Role.COORDINATOR, coordinator, join, place=place, owner=stranger) == "42501"
    wait = join.replace("in_force", "pending")
    assert await attempted(database, Role.LANDLORD, stranger, wait, place=place, owner=stranger) == "42501", "unsigned"
    assert await attempted(database, Role.LANDLORD, stranger, join, place=place, owner=stranger) == "42501"
    sign = (
        "INSERT INTO signatures (organisation_id, id, territory_id, charter_version, signed_by)"
        " VALUES (:owner, gen_random_uuid(), :place, 1, 'x')"
    )
    assert await attempted(database, Role.LANDLORD, owner, sign, place=place, owner=owner) == "42501", "superseded"
    forge = sign.replace("1, 'x'", "2, 'x'")
    assert await attempted(database, Role.COORDINATOR, coordinator, forge, place=place, owner=owner) == "42501"
    assert await attempted(database, Role.LANDLORD, stranger, forge, place=place, owner=owner) == "42501"
    change = "UPDATE signatures SET signed_by = 'y' WHERE territory_id = :place"
    assert await attempted(database, Role.LANDLORD, owner, change, place=place) == "42501"
    in_force_since(server, database_name, here, 400)
    with server.connect(database_name) as admin:
        admin.execute(
            "UPDATE registry.adhesions SET status = 'suspended', unsigned = true WHERE organisation_id = %s", (owner,)
        )
    lift = "UPDATE adhesions SET status = 'in_force', unsigned = false WHERE organisation_id = :owner"
    assert await attempted(database, Role.LANDLORD, owner, lift, owner=owner) == "42501", "it has not signed"


async def test_articles_of_a_version_are_read_by_who_signs_it(here: Market, charters: Charters) -> None:
    written = [article("1", terms=["answer_days"], part="charter"), article("2", terms=["k"], part="data_sharing")]
    await charters.proposed(articles=written)
    read = await charters.ok(here.owner, "GET", "/charters/2")
    assert read["articles"] == written
