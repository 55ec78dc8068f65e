"""The demo: complete after any interruption, and a credentials file that always opens what runs."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pyotp
import pytest
import pytest_asyncio
from sqlalchemy import text

from deploy.local import demo
from registry.charter import service as charter
from registry.charter.schemas.versions import Part, by_part
from registry.identity.service import account, list_organisations
from registry.platform.crypto import keyring
from registry.platform.database import Database, Role, create_engine
from registry.platform.settings import Settings
from registry.territories import service as territories
from tests.support.commands import environment
from tests.support.database import Server, fresh_name

URL = "http://127.0.0.1:8000"


class Demo:
    """A database of its own, and the folder of the files."""

    def __init__(self, jobs: Database, auth: Database, folder: Path) -> None:
        self._jobs = jobs
        self._auth = auth
        self.file, self.shell = folder / "demo.json", folder / "demo.sh"

    async def seed(self) -> dict[str, dict[str, Any]]:
        """Seed, and return the file's organisations by name."""
        await demo.seed(URL)
        return {row["name"]: row for row in json.loads(self.file.read_text())["organisations"]}

    @property
    def people(self) -> dict[str, dict[str, str]]:
        """The file's people by the organisation they work for."""
        return {row["organisation"]: row for row in json.loads(self.file.read_text())["people"]}

    async def members(self) -> list[str]:
        """Return the address of everybody who has a role somewhere."""
        async with self._auth.transaction(Role.AUTH, actor="tests") as session:
            known = await list_organisations(session=session)
            return [
                member.email
                for row in known
                for member in await account.list_members(session=session, organisation=row.id)
            ]

    async def signs_in(self, person: dict[str, str]) -> None:
        """Prove both factors of a person, with the code of this moment."""
        async with self._auth.transaction(Role.AUTH, actor="tests") as session:
            user = await account.sign_in(
                session=session, email=person["email"], password=person["password"], network="192.0.2.0/24"
            )
            await account.prove_second_factor(
                session=session, keys=keyring(Settings()), user=user, code=pyotp.TOTP(person["totp_secret"]).now(),
                network="192.0.2.0/24",
            )  # fmt: skip

    async def articles(self) -> dict[Part, list[dict[str, Any]]]:
        """Return the articles of the charter in force, by part."""
        async with self._jobs.transaction(Role.JOB, actor="tests") as session:
            place = (await territories.territory_by_slug(session=session, slug=demo.SLUG)).id
            row = await charter.read_version(session=session, territory_id=place, version=1, drafts=False)
        return by_part(row.articles)

    async def counts(self) -> list[tuple[int, int, int]]:
        """Return each landlord's residences, homes and listings, the richest first."""
        async with self._jobs.transaction(Role.JOB, actor="tests") as session:
            rows = await session.execute(
                text(
                    "SELECT (SELECT count(*) FROM residences r WHERE r.organisation_id = o.id),"
                    " (SELECT count(*) FROM homes h WHERE h.organisation_id = o.id),"
                    " (SELECT count(*) FROM listings l WHERE l.organisation_id = o.id)"
                    " FROM organisations o WHERE o.kind = 'landlord' ORDER BY 1 DESC, 2 DESC, 3 DESC"
                )
            )
            return [(row[0], row[1], row[2]) for row in rows]


@pytest_asyncio.fixture
async def fresh(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Demo]:
    name = fresh_name()
    server.clone(name)
    settings = server.settings(name)
    put_in_environment(settings, monkeypatch)
    assert settings.worker_database_url
    jobs = Database(create_engine(settings.worker_database_url.get_secret_value()))
    assert settings.web_database_url
    auth = Database(create_engine(settings.web_database_url.get_secret_value()))
    made = Demo(jobs, auth, tmp_path)
    monkeypatch.setattr(demo, "DEMO", made.file)
    monkeypatch.setattr(demo, "DEMO_SHELL", made.shell)
    yield made
    await jobs.dispose()
    await auth.dispose()
    server.drop(name)


def put_in_environment(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment(settings).items():
        monkeypatch.delenv(name, raising=False) if value is None else monkeypatch.setenv(name, value)


async def test_demo_seeded_twice_is_the_same_demo(fresh: Demo) -> None:
    first, counted, people = await fresh.seed(), await fresh.counts(), fresh.people

    assert await fresh.seed() == first
    assert fresh.people == people
    assert len(people) == 4
    assert sorted(await fresh.members()) == sorted(row["email"] for row in people.values())
    for person in people.values():
        await fresh.signs_in(person)
    assert await fresh.counts() == counted
    assert [row[0] for row in counted] == [demo.RESIDENCES] * 3
    assert all(listings >= 50 for _, _, listings in counted)
    assert {part: len(articles) for part, articles in (await fresh.articles()).items()} == {
        "charter": 1, "data_sharing": 3,
    }  # fmt: skip


async def test_demo_interrupted_in_the_middle_is_completed_by_the_next_run(
    fresh: Demo, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish = demo._publish
    published: list[Any] = []

    async def interrupted(*arguments: Any) -> None:
        if published:
            raise InterruptedError  # after the second landlord signed, before it published
        published.append(arguments)
        await publish(*arguments)

    monkeypatch.setattr(demo, "_publish", interrupted)
    with pytest.raises(InterruptedError):
        await fresh.seed()
    assert not fresh.file.exists()
    assert [row[0] for row in await fresh.counts()] == [demo.RESIDENCES, 0, 0]

    monkeypatch.setattr(demo, "_publish", publish)
    await fresh.seed()

    assert [row[0] for row in await fresh.counts()] == [demo.RESIDENCES] * 3
    assert all(listings >= 50 for _, _, listings in await fresh.counts())


def lost(file: Path) -> None:
    file.unlink()


def cut_off(file: Path) -> None:
    file.write_text(file.read_text()[:200])


def of_another_database(file: Path) -> None:
    described = json.loads(file.read_text())
    for row in described["organisations"]:
        row["id"] = "00000000-0000-4000-8000-" + row["id"][-12:]
    file.write_text(json.dumps(described))


def with_a_wrong_secret(file: Path) -> None:
    described = json.loads(file.read_text())
    for row in described["organisations"]:
        row["client_secret"] += "x"
    file.write_text(json.dumps(described))


def of_an_older_version(file: Path) -> None:
    described = json.loads(file.read_text())
    for row in described["organisations"]:
        row["scopes"] = "territories:read"
    file.write_text(json.dumps(described))


@pytest.mark.parametrize("damage", [lost, cut_off, of_another_database, with_a_wrong_secret, of_an_older_version])
async def test_credentials_file_that_opens_nothing_is_written_anew(fresh: Demo, damage: Any) -> None:
    before, counted = await fresh.seed(), await fresh.counts()
    damage(fresh.file)

    after = await fresh.seed()

    assert {name: row["id"] for name, row in after.items()} == {name: row["id"] for name, row in before.items()}
    assert all(after[name]["client_id"] != before[name]["client_id"] for name in before)
    assert {name: row["scopes"] for name, row in after.items()} == {name: row["scopes"] for name, row in before.items()}
    assert await fresh.counts() == counted


def lost_person(file: Path) -> None:
    described = json.loads(file.read_text())
    del described["people"]
    file.write_text(json.dumps(described))


def wrong_password(file: Path) -> None:
    described = json.loads(file.read_text())
    for row in described["people"]:
        row["password"] += "x"
    file.write_text(json.dumps(described))


def no_member(file: Path) -> None:
    described = json.loads(file.read_text())
    for row in described["people"]:
        row["email"] = f"other.{row['email']}"
    file.write_text(json.dumps(described))


@pytest.mark.parametrize("damage", [lost, lost_person, wrong_password, no_member])
async def test_person_who_does_not_get_in_gives_place_to_another(fresh: Demo, damage: Any) -> None:
    await fresh.seed()
    before = fresh.people
    damage(fresh.file)

    await fresh.seed()

    assert fresh.people.keys() == before.keys()
    assert all(fresh.people[name]["email"] != before[name]["email"] for name in before)
    assert sorted(await fresh.members()) == sorted(row["email"] for row in fresh.people.values())
    for person in fresh.people.values():
        await fresh.signs_in(person)
