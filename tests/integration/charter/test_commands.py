"""``registry charter …`` as it is typed."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text
from typer.testing import Result

from registry.charter.schemas import Terms
from registry.platform.database import Database, Role
from registry.platform.settings import Settings
from tests.conftest import Register
from tests.support import territory as territories
from tests.support.charters import article
from tests.support.commands import invoke
from tests.support.territory import Territory

Run = Callable[..., Awaitable[Result]]


@pytest.fixture
def run(settings: Settings) -> Run:
    async def typed(*arguments: object) -> Result:
        """Run in a thread: the command has an event loop of its own."""
        return await asyncio.to_thread(invoke, settings, "charter", *map(str, arguments))

    return typed


@pytest.fixture
async def territory(database: Database, job_database: Database, client: httpx.AsyncClient) -> Territory:
    return await territories.create(database, job_database, client)


def said(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return result.stdout.strip()


def refused(result: Result) -> str:
    assert result.exit_code == 1, result.output
    return result.stderr


async def status(jobs: Database, territory: Territory) -> list[tuple[str, str]]:
    """Return the state of each adhesion, and who signed it."""
    async with jobs.transaction(Role.JOB, actor="tests") as session:
        found = await session.execute(
            text("SELECT status, signed_by FROM adhesions WHERE territory_id = :territory"), {"territory": territory.id}
        )
        return [(row[0], row[1]) for row in found]


async def test_versions_are_enacted_and_the_one_in_force_is_shown(
    run: Run, territory: Territory, tmp_path: Path
) -> None:
    assert Terms.model_validate_json(said(await run("show", "--territory", territory.slug))) == Terms()
    terms = tmp_path / "terms.json"
    terms.write_text(json.dumps({"k": 15, "shared_statuses": ["vacant"]}))

    line = said(await run("enact", "--territory", territory.slug, "--terms", terms))

    assert line == f"charter of {territory.slug}: version 2 in force"
    shown = json.loads(said(await run("show", "--territory", territory.slug)))
    assert (shown["k"], shown["shared_statuses"]) == (15, ["vacant"])
    assert said(await run("enact", "--territory", territory.slug)).endswith("version 3 in force")
    assert Terms.model_validate_json(said(await run("show", "--territory", territory.slug))) == Terms()


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ('{"k": 10}', "k"),
        ('{"shared_features": ["sauna"]}', "shared_features"),
        ('{"vocabulary_version": "2026.0"}', "vocabulary_version"),
        (
            '{"vocabulary_version": "2026.1", "shared_features": ["grab_bars", "lighting_path"]}',
            """shared_features: 'lighting_path': Of vocabulary 2026.2; the charter pins 2026.1
    Leave it out, or set 'vocabulary_version' to 2026.2.""",
        ),
        ('{"more": 1}', "more"),
        ("{", "JSON"),
    ],
)
async def test_terms_that_may_not_be_are_refused_and_the_charter_stays(
    run: Run, territory: Territory, tmp_path: Path, terms: str, field: str
) -> None:
    path = tmp_path / "terms.json"
    path.write_text(terms)

    assert field in refused(await run("enact", "--territory", territory.slug, "--terms", path))

    assert Terms.model_validate_json(said(await run("show", "--territory", territory.slug))) == Terms()


async def test_adhesion_is_signed_suspended_reinstated_and_withdrawn(
    run: Run, territory: Territory, job_database: Database, register: Register
) -> None:
    landlord = await register()
    where = ("--territory", territory.slug, "--organisation", landlord.id)

    assert said(await run("sign", *where, "--signed-by", "Jeanne  Essai")) == "version 1 signed"
    assert await status(job_database, territory) == [("in_force", "Jeanne Essai")]
    for command, line, after in (
        ("suspend", "suspended", "suspended"),
        ("suspend", "suspended", "suspended"),
        ("reinstate", "reinstated", "in_force"),
        ("withdraw", "withdrawn", "withdrawn"),
    ):
        assert said(await run(command, *where)) == line
        assert await status(job_database, territory) == [(after, "Jeanne Essai")]
    assert refused(await run("suspend", *where))
    assert said(await run("sign", *where, "--signed-by", "Paul Essai")) == "version 1 signed"
    assert await status(job_database, territory) == [("in_force", "Paul Essai")]


async def test_what_cannot_be_signed_or_changed_is_refused_with_the_reason(
    run: Run, territory: Territory, job_database: Database, register: Register
) -> None:
    landlord = await register()
    where = ("--territory", territory.slug, "--organisation", landlord.id)

    for command in ("withdraw", "suspend", "reinstate", "admit", "refuse"):
        assert refused(await run(command, *where))
    assert "signed_by" in refused(await run("sign", *where, "--signed-by", " "))
    elsewhere = ("--territory", "nowhere", "--organisation", landlord.id)
    for command, more in (("sign", ("--signed-by", "X")), ("suspend", ()), ("reinstate", ()), ("withdraw", ())):
        assert "Territory not found" in refused(await run(command, *elsewhere, *more))
    for command in ("enact", "show"):
        assert "Territory not found" in refused(await run(command, "--territory", "nowhere"))
    assert await status(job_database, territory) == []


async def test_version_is_drafted_compared_proposed_signed_and_enacted(
    run: Run, territory: Territory, job_database: Database, register: Register, tmp_path: Path
) -> None:
    landlord = await register()
    here, member = ("--territory", territory.slug), ("--organisation", landlord.id)
    file = tmp_path / "charter.json"
    file.write_text(json.dumps({"articles": [article("1", part="data_sharing")], "terms": {"k": 15}}))

    assert said(await run("draft", *here, "--file", file)) == f"draft of {territory.slug}: version 2 made"
    assert said(await run("draft", *here, "--file", file, "--based-on", 1)).endswith("version 2 replaced")
    assert "draft" in refused(await run("enact", *here)).lower()
    found = json.loads(said(await run("compare", *here, "--version", 2, "--compared-with", 1)))
    assert ([one["code"] for one in found["articles"]], [one["term"] for one in found["terms"]]) == (["1"], ["k"])
    assert "not proposed" in refused(await run("enact", *here, "--version", 2))
    assert "reply_by" in refused(await run("propose", *here, "--reply-by", "2020-01-01"))
    assert said(await run("propose", *here, "--reply-by", "2999-03-31")).endswith("version 2 proposed")
    signed = await run("sign", *here, *member, "--signed-by", "Jeanne", "--signed-as", "Directrice", "--version", 2)
    assert said(signed) == "version 2 signed"
    assert await status(job_database, territory) == [("pending", "Jeanne")]
    assert "not come into force" in refused(await run("admit", *here, *member))
    assert said(await run("enact", *here, "--version", 2)).endswith("version 2 in force")
    assert await status(job_database, territory) == [("pending", "Jeanne")]
    assert said(await run("admit", *here, *member)) == "admitted"
    assert "admitted" in refused(await run("refuse", *here, *member))
    assert await status(job_database, territory) == [("in_force", "Jeanne")]
    shown = json.loads(said(await run("show", *here, "--version", 2)))
    assert (shown["articles"][0]["code"], shown["terms"]["k"]) == ("1", 15)
    assert shown["articles"][0]["part"] == "data_sharing"
    assert [line.split()[:2] for line in said(await run("versions", *here)).splitlines()] == [
        ["1", "superseded"], ["2", "in_force"],
    ]  # fmt: skip
    assert said(await run("draft", *here)).endswith("version 3 made")
    assert said(await run("propose", *here, "--reply-by", "2999-03-31")).endswith("version 3 proposed")
    other = ("--organisation", (await register()).id)
    assert said(await run("sign", *here, *other, "--signed-by", "Paul", "--version", 3)) == "version 3 signed"
    assert said(await run("refuse", *here, *other)) == "refused"
    assert sorted(await status(job_database, territory)) == [("in_force", "Jeanne"), ("withdrawn", "Paul")]
    assert said(await run("draft", *here)).endswith("version 4 made")
    assert said(await run("discard", *here)) == "draft deleted"
    assert "no draft" in refused(await run("discard", *here))


async def test_landlord_is_invited_again_and_no_more(run: Run, territory: Territory) -> None:
    of_one = ("--territory", territory.slug, "--siren", "732829320")
    given = ("--name", "Habitat Essai", "--email", "jeanne@habitat.example")
    assert said(await run("invite", *of_one, *given)).startswith("invited until ")
    assert said(await run("reinvite", *of_one)).startswith("invited until ")
    assert "732829320  sent" in said(await run("invitations", "--territory", territory.slug))
    assert said(await run("disinvite", *of_one)) == "revoked"
    assert "732829320  revoked" in said(await run("invitations", "--territory", territory.slug))
    assert "has ended" in refused(await run("reinvite", *of_one))
    assert "SIREN" in refused(await run("invite", "--territory", territory.slug, "--siren", "123456789", *given))
