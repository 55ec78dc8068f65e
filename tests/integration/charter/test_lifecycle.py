"""A version of a charter is drafted, proposed, in force and superseded; who sees it when, and what it says."""

import hashlib
import json
from typing import Any

import psycopg
import pytest
from sqlalchemy import text

from registry.audit import service as audit
from registry.charter import service as charter
from registry.charter.errors import CharterDraftExists
from registry.charter.schemas import Terms
from registry.platform.database import Database, Role
from tests.conftest import Register
from tests.support.charters import REPLY_BY, Charters, article
from tests.support.database import Server
from tests.support.market import Market


def seen(page: dict[str, Any]) -> list[tuple[int, str]]:
    return [(item["version"], item["status"]) for item in page["items"]]


async def test_draft_is_seen_by_its_coordinator_alone_and_proposal_by_every_landlord(
    here: Market, charters: Charters, register: Register
) -> None:
    coordinator, stranger = here.territory.coordinator, await register()
    made = await charters.draft(articles=[article("1")])
    assert (made["version"], made["status"], made["proposed_at"]) == (2, "draft", None)
    assert seen(await charters.ok(coordinator, "GET", "/charters")) == [(1, "in_force"), (2, "draft")]
    for landlord in (here.owner, stranger):
        assert seen(await charters.ok(landlord, "GET", "/charters")) == [(1, "in_force")]
        await charters.ok(landlord, "GET", "/charters/2", 404)
        await charters.ok(landlord, "GET", "/charters/2/comparison", 404, params={"compared_with": 1})

    proposed = await charters.ok(coordinator, "POST", "/charters/draft/propose", json={"reply_by": REPLY_BY})

    assert (proposed["status"], proposed["reply_by"]) == ("proposed", REPLY_BY)
    assert proposed["text_sha256"] == made["text_sha256"]
    for landlord in (here.owner, stranger):
        assert seen(await charters.ok(landlord, "GET", "/charters")) == [(1, "in_force"), (2, "proposed")]
        assert await charters.ok(landlord, "GET", "/charters/2") == proposed
    await charters.ok(coordinator, "GET", "/charters/draft", 404)


async def test_others_neither_read_nor_write_a_territory_s_charters(
    here: Market, charters: Charters, register: Register
) -> None:
    await charters.draft()
    other, partner = await register(kind="coordinator"), await register(kind="partner")
    for who in (other, partner):
        for path in ("/charters", "/charters/1", "/signatures"):
            assert (await charters.ok(who, "GET", path, 404))["code"] == "territory-not-visible"
    for method, path, body in (
        ("GET", "/charters/draft", None), ("PUT", "/charters/draft", {}), ("DELETE", "/charters/draft", None),
        ("POST", "/charters/draft/propose", {"reply_by": REPLY_BY}), ("POST", "/charters/1/enact", None),
    ):  # fmt: skip
        answer = await charters.ok(other, method, path, 404, json=body)
        assert answer["code"] == "territory-not-visible"
        assert (await charters.ok(here.owner, method, path, 403, json=body))["code"] == "scope-missing"
    assert seen(await charters.ok(here.territory.coordinator, "GET", "/charters"))[-1] == (2, "draft")


async def test_draft_is_replaced_by_whoever_knows_it_and_deleted(here: Market, charters: Charters) -> None:
    who = here.territory.coordinator
    first = await charters.ask(who, "PUT", "/charters/draft", json={}, headers={"If-None-Match": "*"})
    assert (first.status_code, first.headers["ETag"]) == (201, '"1"')
    await charters.ok(who, "PUT", "/charters/draft", 412, json={}, headers={"If-None-Match": "*"})

    given = {"articles": [article("1"), article("2", terms=["k", "freshness_days"])], "terms": {"k": 20}}
    second = await charters.ask(who, "PUT", "/charters/draft", json=given, headers={"If-Match": '"1"'})

    assert (second.status_code, second.headers["ETag"]) == (200, '"2"')
    body = second.json()
    assert [(one["code"], one["terms"]) for one in body["articles"]] == [("1", []), ("2", ["k", "freshness_days"])]
    assert (body["version"], body["terms"]["k"], body["terms"]["freshness_days"]) == (2, 20, 35)
    assert body["text_sha256"] != first.json()["text_sha256"]
    for method, path, more in (("PUT", "", {"json": {}}), ("DELETE", "", {}),
                               ("POST", "/propose", {"json": {"reply_by": REPLY_BY}})):  # fmt: skip
        await charters.ok(who, method, f"/charters/draft{path}", 412, headers={"If-Match": '"1"'}, **more)
    await charters.ok(who, "DELETE", "/charters/draft", 204, headers={"If-Match": '"2"'})
    assert (await charters.ok(who, "DELETE", "/charters/draft", 404))["code"] == "charter-draft-not-found"
    assert (await charters.draft())["version"] == 2, "the number of what nobody else saw"


async def test_draft_is_based_on_a_version_and_says_otherwise_what_is_given(here: Market, charters: Charters) -> None:
    await charters.proposed(articles=[article("1")], terms={"k": 20, "hold_days": 14})
    await charters.enact(2)

    copied = await charters.draft(based_on=2)
    assert ([one["code"] for one in copied["articles"]], copied["terms"]["k"]) == (["1"], 20)
    who = here.territory.coordinator
    mixed = await charters.ok(who, "PUT", "/charters/draft", json={"based_on": 2, "terms": {"k": 30}})
    assert ([one["code"] for one in mixed["articles"]], mixed["terms"]["k"], mixed["terms"]["hold_days"]) == (
        ["1"], 30, 30,
    )  # fmt: skip
    refused = await charters.ok(who, "PUT", "/charters/draft", 422, json={"based_on": 9})
    assert (refused["code"], refused["errors"][0]["field"]) == ("base-version-unknown", "based_on")


def digest_of(read: dict[str, Any]) -> str:
    """Return what a signatory computes of a version that it reads."""

    def plain(value: Any) -> Any:  # 1.0 is 1 to every reader but Python
        if isinstance(value, dict):
            return {name: plain(each) for name, each in value.items()}
        if isinstance(value, list):
            return [plain(each) for each in value]
        return int(value) if isinstance(value, float) and value.is_integer() else value

    written = json.dumps(
        {"articles": plain(read["articles"]), "terms": plain(read["terms"])},
        ensure_ascii=False, sort_keys=True, separators=(",", ":"),
    )  # fmt: skip
    return hashlib.sha256(written.encode()).hexdigest()


async def test_digest_is_what_a_signatory_computes_from_what_it_reads(here: Market, charters: Charters) -> None:
    await charters.proposed(
        articles=[article("1", "Première ligne\nSeconde « ligne »"), article("D1", part="data_sharing")]
    )
    read = await charters.ok(here.owner, "GET", "/charters/2")
    grid = read["terms"]["index_grid"]
    assert grid["weights"] == {"L": 0.3, "P": 0.3, "A": 0.2, "S": 0.2}
    assert [one["part"] for one in read["articles"]] == ["charter", "data_sharing"]
    assert digest_of(read) == read["text_sha256"]


async def test_version_of_before_there_were_parts_reads_and_hashes_as_it_was_signed(
    here: Market, charters: Charters, database: Database
) -> None:
    coordinator = here.territory.coordinator.id
    of_before = [article("1", terms=["k"])]
    async with database.transaction(Role.COORDINATOR, organisation=coordinator, actor="tests") as session:
        await charter.put_in_force(
            session=session, organisation=coordinator, territory_id=here.territory.id, terms=Terms(),
            articles=of_before,
        )  # fmt: skip

    read = await charters.ok(here.owner, "GET", "/charters/2")

    assert read["articles"] == of_before, "without a part"
    assert digest_of(read) == read["text_sha256"]
    signed = await charters.sign(here.owner, 2)
    assert (signed.status_code, signed.json()["text_sha256"]) == (200, read["text_sha256"])
    copied = await charters.draft(based_on=2)
    assert (copied["articles"], copied["text_sha256"]) == (of_before, read["text_sha256"])
    rewritten = await charters.ok(
        here.territory.coordinator, "PUT", "/charters/draft", json={"articles": of_before, "terms": read["terms"]}
    )
    assert rewritten["articles"] == [{**of_before[0], "part": "charter"}]
    found = await charters.ok(here.territory.coordinator, "GET", "/charters/3/comparison", params={"compared_with": 2})
    assert (found["articles"], found["terms"]) == ([], [])
    agreed = [*of_before, article("D1", part="data_sharing")]
    await charters.ok(here.territory.coordinator, "PUT", "/charters/draft", json={"articles": agreed})
    found = await charters.ok(here.territory.coordinator, "GET", "/charters/3/comparison", params={"compared_with": 2})
    assert [(each["code"], each["change"], each["after"]["part"]) for each in found["articles"]] == [
        ("D1", "added", "data_sharing")
    ]


async def test_version_comes_into_force_once_it_was_proposed_and_supersedes_the_one_before(
    here: Market, charters: Charters
) -> None:
    who = here.territory.coordinator
    assert (await charters.ok(who, "POST", "/charters/1/enact", 409))["code"] == "charter-not-proposed"
    assert (await charters.ok(who, "POST", "/charters/7/enact", 404))["code"] == "charter-version-not-found"
    await charters.draft(terms={"k": 20})
    assert (await charters.ok(who, "POST", "/charters/2/enact", 409))["code"] == "charter-not-proposed"
    past = await charters.ok(who, "POST", "/charters/draft/propose", 422, json={"reply_by": "2020-01-01"})
    assert (past["code"], past["errors"][0]["field"]) == ("reply-date-past", "reply_by")
    await charters.ok(who, "POST", "/charters/draft/propose", json={"reply_by": REPLY_BY})

    enacted = await charters.enact(2)

    assert (enacted["status"], enacted["superseded_at"]) == ("in_force", None)
    page = await charters.ok(here.owner, "GET", "/charters")
    assert seen(page) == [(1, "superseded"), (2, "in_force")]
    assert page["items"][0]["superseded_at"] == enacted["in_force_from"]
    assert (await charters.ok(here.owner, "GET", ""))["charter"]["terms"]["k"] == 20
    assert (await charters.ok(who, "POST", "/charters/2/enact", 409))["code"] == "charter-not-proposed"


async def test_second_proposal_takes_the_place_of_the_first(here: Market, charters: Charters) -> None:
    await charters.proposed()
    await charters.proposed(terms={"k": 12})

    assert seen(await charters.ok(here.owner, "GET", "/charters")) == [
        (1, "in_force"), (2, "superseded"), (3, "proposed"),
    ]  # fmt: skip
    refused = await charters.sign(here.owner, 2)
    assert (refused.status_code, refused.json()["code"]) == (409, "charter-superseded")
    assert "1" in refused.json()["errors"][0]["remedy"]
    await charters.ok(here.territory.coordinator, "POST", "/charters/2/enact", 409)
    await charters.enact(3)


async def test_versions_are_read_page_by_page_and_compared(here: Market, charters: Charters) -> None:
    await charters.proposed(articles=[article("1"), article("2")], terms={"k": 12})
    first = await charters.ok(here.owner, "GET", "/charters", params={"limit": 1})
    assert seen(first) == [(1, "in_force")]
    second = (await here.client.get(first["next"], headers=here.owner.headers)).json()
    assert (seen(second), second["next"]) == ([(2, "proposed")], None)

    found = await charters.ok(here.owner, "GET", "/charters/2/comparison", params={"compared_with": 1})

    assert [(each["code"], each["change"]) for each in found["articles"]] == [("1", "added"), ("2", "added")]
    assert found["terms"] == [{"term": "k", "before": 11, "after": 12}]
    back = await charters.ok(here.owner, "GET", "/charters/1/comparison", params={"compared_with": 2})
    assert [each["change"] for each in back["articles"]] == ["removed", "removed"]
    missing = await charters.ok(here.owner, "GET", "/charters/1/comparison", 404, params={"compared_with": 9})
    assert missing["errors"][0]["value"] == 9


async def test_shortcut_goes_through_the_same_states_keeps_the_articles_and_waits_for_no_draft(
    here: Market, charters: Charters, database: Database
) -> None:
    await charters.proposed(articles=[article("1")])
    await charters.enact(2)
    coordinator = here.territory.coordinator.id

    async def enact() -> int:
        async with database.transaction(Role.COORDINATOR, organisation=coordinator, actor="tests") as session:
            return await charter.put_in_force(
                session=session, organisation=coordinator, territory_id=here.territory.id, terms=Terms(k=15)
            )

    assert await enact() == 3
    third = await charters.ok(here.owner, "GET", "/charters/3")
    assert (third["status"], [one["code"] for one in third["articles"]]) == ("in_force", ["1"])
    assert third["proposed_at"] is not None
    await charters.draft()
    with pytest.raises(CharterDraftExists):
        await enact()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"articles": [article("1"), article("1")]}, "articles"),
        ({"articles": [article("1", terms=["colour"])]}, "articles.0.terms.0"),
        ({"articles": [{**article("1"), "title": {"fr": "x"}}]}, "articles.0.title.en"),
        ({"articles": [article("1", "a\x00b")]}, "articles.0.text.fr"),
        ({"articles": [article("1", part="annex")]}, "articles.0.part"),
        ({"terms": {"unsigned": "fined"}}, "terms.unsigned"),
        ({"terms": {"case_retention_months": 25}}, "terms.case_retention_months"),
        ({"terms": {"k": "12"}}, "terms.k"),
    ],
)
async def test_draft_that_says_what_cannot_be_is_refused_by_its_field(
    here: Market, charters: Charters, given: dict[str, Any], field: str
) -> None:
    refused = await charters.ok(here.territory.coordinator, "PUT", "/charters/draft", 422, json=given)
    assert field in {fault["field"] for fault in refused["errors"]}
    await charters.ok(here.territory.coordinator, "GET", "/charters/draft", 404)


async def test_every_step_is_in_the_coordinator_s_chain_with_the_digest_of_the_text(
    here: Market, charters: Charters, job_database: Database, server: Server, database_name: str
) -> None:
    digest = (await charters.proposed(terms={"k": 13}))["text_sha256"]
    await charters.enact(2)
    coordinator = here.territory.coordinator.id
    with server.connect(database_name) as admin:
        found = admin.execute(
            "SELECT action, detail->>'text_sha256' FROM registry.audit_events WHERE organisation_id = %s"
            " AND subject = %s ORDER BY sequence",
            (coordinator, f"{here.territory.id}/2"),
        ).fetchall()
    assert found == [(f"charter:version:{verb}", digest) for verb in ("drafted", "proposed", "enacted")]
    async with job_database.transaction(Role.JOB, actor="tests") as session:
        assert (await audit.verify(session, organisation=coordinator))[1] is None


@pytest.mark.parametrize("change", ["terms = '{}'", "articles = '[1]'", "status = 'draft'"])
async def test_what_is_proposed_is_changed_by_nobody_not_even_in_the_database(
    here: Market, charters: Charters, server: Server, database_name: str, change: str
) -> None:
    await charters.proposed()
    statement = f"UPDATE registry.charters SET {change} WHERE territory_id = {here.territory.id} AND version = 2"
    with server.connect(database_name) as admin, pytest.raises(psycopg.errors.RestrictViolation):
        admin.execute(statement.encode())


async def test_draft_of_a_territory_is_hidden_by_the_database_too(
    here: Market, charters: Charters, database: Database, register: Register
) -> None:
    await charters.draft()
    far = await register(kind="coordinator")
    query = text("SELECT count(*) FROM charters WHERE territory_id = :territory AND status = 'draft'")
    counts = []
    for role, who in (
        (Role.COORDINATOR, here.territory.coordinator), (Role.COORDINATOR, far), (Role.LANDLORD, here.owner),
    ):  # fmt: skip
        async with database.transaction(role, organisation=who.id, actor="tests") as session:
            counts.append((await session.execute(query, {"territory": here.territory.id})).scalar_one())
    assert counts == [1, 0, 0]
