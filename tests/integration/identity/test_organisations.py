"""Organisations: registered with what is known of them, suspended and reinstated."""

import secrets
from itertools import product

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncSession
from stdnum.fr import siren as siren_number
from stdnum.luhn import calc_check_digit

from registry.audit import service as audit
from registry.identity.errors import (
    OrganisationAlreadyRegistered,
    OrganisationKindUnknown,
    OrganisationNameInvalid,
    OrganisationUnknown,
    SirenInvalid,
)
from registry.identity.events import OrganisationReinstated, OrganisationSuspended
from registry.identity.service import (
    create_organisation,
    reinstate_organisation,
    set_siren,
    suspend_organisation,
)
from registry.kernel.ids import new_id
from registry.platform import events
from registry.platform.database import Database, Role
from registry.vocabulary.organisations import OrganisationKind
from tests.support.identity import Enrol, Member


def random_siren() -> str:
    digits = "".join(secrets.choice("0123456789") for _ in range(8))
    return digits + calc_check_digit(digits)


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The suspensions and reinstatements published, whoever else follows them."""
    seen: list[object] = []

    async def follow(session: AsyncSession, event: object) -> None:
        seen.append(event)

    for kind in (OrganisationSuspended, OrganisationReinstated):
        monkeypatch.setitem(events._handlers, kind, [*events._handlers.get(kind, []), follow])
    return seen


@pytest.mark.parametrize("kind", list(OrganisationKind))
async def test_organisation_of_every_kind_is_registered_without_a_siren(
    database: Database, kind: OrganisationKind
) -> None:
    async with database.transaction(Role.AUTH) as session:
        made = await create_organisation(session=session, name="  Ville   d'Arles ", kind=kind.value, siren=" ")
    assert (made.name, made.kind, made.siren, made.status) == ("Ville d'Arles", kind.value, None, "active")
    assert made.id.version == 4, "others see this id: it may not tell when it was made"


async def test_organisation_with_a_spaced_siren_keeps_its_digits(database: Database) -> None:
    siren = random_siren()
    async with database.transaction(Role.AUTH) as session:
        made = await create_organisation(session=session, name="A", kind="landlord", siren=siren_number.format(siren))
    assert made.siren == siren


async def test_siren_registered_twice_for_one_kind_is_refused(database: Database) -> None:
    siren = random_siren()
    async with database.transaction(Role.AUTH) as session:
        await create_organisation(session=session, name="Métropole", kind="coordinator", siren=siren)
        await create_organisation(session=session, name="Métropole", kind="local_authority", siren=siren)
        with pytest.raises(OrganisationAlreadyRegistered):
            await create_organisation(session=session, name="Again", kind="coordinator", siren=siren)


@pytest.mark.parametrize("siren", ["123456789", "73282932", "732829320x", "000 000 00A"])
async def test_siren_that_is_wrong_is_refused(database: Database, siren: str) -> None:
    async with database.transaction(Role.AUTH) as session:
        with pytest.raises(SirenInvalid):
            await create_organisation(session=session, name="A", kind="landlord", siren=siren)


async def test_siren_is_set_later_and_only_one_organisation_of_a_kind_has_it(job_database: Database) -> None:
    siren, other = random_siren(), random_siren()
    async with job_database.transaction(Role.JOB) as session:
        made = await create_organisation(session=session, name="A", kind="landlord")
        await create_organisation(session=session, name="B", kind="landlord", siren=other)
        await create_organisation(session=session, name="B", kind="local_authority", siren=siren)
        for _ in range(2):
            changed = await set_siren(session=session, organisation=made.id, siren=siren_number.format(siren))
            assert (changed.id, changed.siren) == (made.id, siren)
        with pytest.raises(OrganisationAlreadyRegistered):
            await set_siren(session=session, organisation=made.id, siren=other)
        for wrong in ("", "123456789"):
            with pytest.raises(SirenInvalid):
                await set_siren(session=session, organisation=made.id, siren=wrong)
        with pytest.raises(OrganisationUnknown):
            await set_siren(session=session, organisation=new_id(), siren=random_siren())
        actions = await session.scalars(
            text("SELECT action FROM audit_events WHERE organisation_id = :id ORDER BY sequence"), {"id": made.id}
        )
        assert actions.all() == ["identity:organisation:created", *["identity:organisation:siren-set"] * 2]


async def test_organisation_without_name_or_of_unknown_kind_is_refused(database: Database) -> None:
    async with database.transaction(Role.AUTH) as session:
        with pytest.raises(OrganisationNameInvalid):
            await create_organisation(session=session, name="  ", kind="landlord")
        with pytest.raises(OrganisationNameInvalid):
            await create_organisation(session=session, name="x" * 201, kind="landlord")
        with pytest.raises(OrganisationKindUnknown):
            await create_organisation(session=session, name="A", kind="bank")


async def test_suspension_and_reinstatement_tell_their_followers_once_and_are_audited(
    job_database: Database, member: Member, heard: list[object]
) -> None:
    for use_case in (
        suspend_organisation,
        suspend_organisation,
        reinstate_organisation,
        reinstate_organisation,
    ):
        async with job_database.transaction(Role.JOB) as session:
            await use_case(session=session, organisation=member.id)
    assert heard == [OrganisationSuspended(member.id), OrganisationReinstated(member.id)]
    async with job_database.transaction(Role.JOB) as session:
        actions = await session.scalars(
            text("SELECT action FROM audit_events WHERE organisation_id = :id ORDER BY sequence"),
            {"id": member.id},
        )
        assert actions.all() == [
            "identity:organisation:created",
            "identity:client:created",
            "identity:organisation:suspended",
            "identity:organisation:reinstated",
        ]
        assert await audit.verify(session, organisation=member.id) == (4, None)


async def test_suspension_is_undone_when_a_follower_fails(
    job_database: Database, member: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(session: AsyncSession, event: object) -> None:
        raise ConnectionError

    monkeypatch.setitem(events._handlers, OrganisationSuspended, [fail])
    with pytest.raises(ConnectionError):
        async with job_database.transaction(Role.JOB) as session:
            await suspend_organisation(session=session, organisation=member.id)
    async with job_database.transaction(Role.JOB) as session:
        status = await session.scalar(text("SELECT status FROM organisations WHERE id = :id"), {"id": member.id})
    assert status == "active"


@pytest.mark.parametrize("use_case", [suspend_organisation, reinstate_organisation])
async def test_status_of_an_unknown_organisation_cannot_change(job_database: Database, use_case: object) -> None:
    async with job_database.transaction(Role.JOB) as session:
        with pytest.raises(OrganisationUnknown):
            await use_case(session=session, organisation=new_id())  # type: ignore[operator]


@pytest.mark.parametrize("role", [Role.LANDLORD, Role.COORDINATOR])
async def test_member_reads_others_names_and_own_clients_only(database: Database, enrol: Enrol, role: Role) -> None:
    own, foreign = await enrol(), await enrol()
    async with database.transaction(role, organisation=own.id) as session:
        named = await session.scalars(
            text("SELECT id FROM organisations WHERE id IN (:own, :foreign) AND name <> '' AND status <> ''"),
            {"own": own.id, "foreign": foreign.id},
        )
        assert set(named) == {own.id, foreign.id}
        clients = await session.scalars(text("SELECT client_id FROM oauth_clients"))
        assert clients.all() == [own.client_id]


@pytest.mark.parametrize(
    ("role", "statement"),
    [
        *product(
            (Role.LANDLORD, Role.COORDINATOR, Role.JOB),
            (
                "SELECT digest FROM client_secrets",
                "SELECT private_key FROM signing_keys",
                "SELECT jti FROM assertion_ids",
                "UPDATE oauth_clients SET scopes = '{}'",
                "UPDATE organisations SET kind = 'coordinator'",
                "DELETE FROM organisations",
            ),
        ),
        # The job fetches public keys, and has to see which of them are gone.
        *product((Role.LANDLORD, Role.COORDINATOR), ("SELECT jwks FROM oauth_clients",)),
    ],
)
async def test_credentials_and_registrations_are_closed_to_other_roles(
    database: Database, job_database: Database, member: Member, role: Role, statement: str
) -> None:
    where = job_database if role is Role.JOB else database
    with pytest.raises(ProgrammingError, match="permission denied"):
        async with where.transaction(role, organisation=member.id) as session:
            await session.execute(text(statement))


@pytest.mark.parametrize("column", ["siren", "created_at"])
async def test_siren_of_an_organisation_is_closed_to_members(database: Database, member: Member, column: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        async with database.transaction(Role.LANDLORD, organisation=member.id) as session:
            await session.execute(text(f"SELECT {column} FROM organisations"))
