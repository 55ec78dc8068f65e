"""Questions whose answers would tell something of others: keys, cursors, versions, quotas, identifiers."""

import uuid
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from registry.access import repository as keys
from registry.access.principal import OwnOrganisation
from registry.access.scopes import Scope
from registry.charter.schemas import Terms
from registry.platform.database import Database, Role
from registry.territories.errors import CoordinatorInvalid
from registry.territories.service import create_territory
from tests.integration.isolation.requests import NDJSON
from tests.integration.isolation.world import COMMON, World
from tests.support import members
from tests.support import territory as territories
from tests.support.members import Member
from tests.support.stock import home, publish, residence

BATCH: Final = "/homes:batch"


async def test_key_that_another_organisation_is_using_is_free(world: World) -> None:
    """The owner's request with this key is in flight: it holds the key's lock, and its row is not committed."""
    owner, member = world.owner, world.people["member"]
    headers = {**member.headers, "Content-Type": NDJSON, "Idempotency-Key": "in-flight"}
    line = f'{{"ref": "{COMMON}", "residence_ref": "{COMMON}", "typology": "T2", "rooms": 2, "status": "vacant"}}'
    async with world.database.transaction(Role.LANDLORD, organisation=owner.id, actor="tests") as session:
        assert await keys.claim(session, OwnOrganisation(owner.id), BATCH, "in-flight")
        await keys.insert_key(session, OwnOrganisation(owner.id), BATCH, "in-flight", b"\0" * 32)
        answer = await world.client.post("/v1/homes:batch", content=line, headers=headers)
        assert answer.status_code == 200, answer.text
        own = await world.client.post("/v1/homes:batch", content=line, headers={**headers, **owner.headers})
        assert own.json()["code"] == "request-in-flight"


def _cursor(answer: httpx.Response) -> str:
    return parse_qs(urlsplit(str(answer.json()["next"])).query)["cursor"][0]


async def test_cursor_opens_one_list_of_one_organisation_with_one_set_of_filters(world: World) -> None:
    headers = world.owner.headers
    for n in range(3):
        await world.publish(world.fresh_ref(), status=("vacant", "notice", "works")[n])
    get = world.client.get
    cursor = _cursor(await get("/v1/homes?limit=1", headers=headers))
    assert (await get(f"/v1/homes?limit=2&cursor={cursor}", headers=headers)).status_code == 200
    altered = cursor[:-2] + ("AA" if cursor[-2:] != "AA" else "BB")
    for url in (
        f"/v1/homes?status=vacant&cursor={cursor}", f"/v1/residences?cursor={cursor}", f"/v1/listings?cursor={cursor}",
        f"/v1/territories?cursor={cursor}", f"/v1/homes?cursor={altered}", "/v1/homes?cursor=" + "A" * 40,
    ):  # fmt: skip
        answer = await get(url, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (400, "cursor-invalid"), url
    assert (await get(f"/v1/homes?cursor={cursor}", headers=world.people["member"].headers)).json()[
        "code"
    ] == "cursor-invalid"


async def test_another_client_of_the_organisation_continues_its_list(world: World) -> None:
    """What is bound is the organisation, not the client: both may see the same."""
    cursor = _cursor(await world.client.get("/v1/homes?limit=1", headers=world.owner.headers))
    reading = world.narrow[Scope.LISTINGS_READ]
    answer = await world.client.get(f"/v1/homes?limit=1&cursor={cursor}", headers=reading)
    assert answer.status_code == 200


async def test_precondition_says_nothing_of_what_others_have(world: World) -> None:
    """A reference that is another's does not exist: ``If-None-Match: *`` holds, ``If-Match: *`` does not."""
    ref = world.fresh_ref()
    await world.publish(ref)
    member, body = world.people["member"], home(COMMON)
    for header, status in (("If-Match", 412), ("If-None-Match", 201), ("If-None-Match", 412)):
        answer = await world.client.put(f"/v1/homes/{ref}", json=body, headers={**member.headers, header: "*"})
        assert answer.status_code == status, header


@pytest.mark.parametrize("field", ["organisation_id", "organisation", "listing_id", "id", "version"])
async def test_body_cannot_say_whose_a_row_is_or_under_which_id(world: World, field: str) -> None:
    member, victim = world.people["member"], str(world.owner.id)
    given = {**home(COMMON), field: victim}
    single = await world.client.put(f"/v1/homes/{world.fresh_ref()}", json=given, headers=member.headers)
    assert (single.status_code, single.json()["errors"][0]["field"]) == (422, field)
    given = {**residence(world.here.communes[0]), field: victim}
    building = await world.client.put(f"/v1/residences/{world.fresh_ref()}", json=given, headers=member.headers)
    assert building.status_code == 422


async def test_identifier_that_others_see_tells_neither_when_nor_what(world: World) -> None:
    """Listings and organisations have random ids (UUIDv4), and a listing's is none of its home's private ones."""
    ref = world.fresh_ref()
    listing = uuid.UUID(await world.publish(ref))
    assert (listing.version, world.owner.id.version) == (4, 4)
    row = world.admin.execute("SELECT id FROM registry.homes WHERE listing_id = %s", (listing,)).fetchone()
    assert row is not None
    assert row[0] != listing
    assert uuid.UUID(await world.publish(ref, status="withdrawn")) == listing, "kept, so that coming back says nothing"


async def test_landlord_filter_answers_the_same_for_unknown_foreign_and_unlisted(world: World) -> None:
    answers = set()
    for landlord in (uuid.uuid4(), world.people["outsider"].id, world.people["lapsed"].id, world.people["partner"].id):
        answer = await world.client.get(
            f"/v1/listings?landlord={landlord}&count=true", headers=world.people["member"].headers
        )
        answers.add((answer.status_code, answer.text))
    assert answers == {(200, '{"items":[],"next":null,"count":0}')}


async def test_count_and_commune_of_a_foreign_territory_are_empty(world: World) -> None:
    for query in (f"commune={world.there.communes[0]}", f"near={world.there.lon},{world.there.lat}&within_m=30000"):
        answer = await world.client.get(f"/v1/listings?{query}&count=true", headers=world.people["member"].headers)
        assert answer.text == '{"items":[],"next":null,"count":0}', query


async def test_landlord_does_not_coordinate_a_territory_and_so_search_it_unsigned(world: World) -> None:
    landlord = world.people["outsider"].id
    async with world.database.transaction(Role.COORDINATOR, organisation=landlord, actor="tests") as session:
        with pytest.raises(CoordinatorInvalid):
            await create_territory(
                session=session, coordinator=landlord, slug="mine", name="Mine", communes=world.here.communes
            )


async def test_quota_of_one_organisation_is_nobody_else_s(
    database: Database, job_database: Database, client: httpx.AsyncClient
) -> None:
    """Three homes a day: the fourth distinct foreign one is refused, one's own never count, others are not touched."""
    territory = await territories.create(database, job_database, client, terms=Terms(listing_daily_homes=3))
    owner, first, second = [await members.register(database, client) for _ in range(3)]
    await territories.sign(database, territory, [owner, first, second])
    for member in (owner, first, second):
        await members.renew(member, client)
    given = {"R1": residence(territory.communes[0], territory.point())}
    await publish(client, owner, given, [{"ref": f"H{n}", **home()} for n in range(6)])

    async def search(member: Member, limit: int) -> httpx.Response:
        return await client.get(f"/v1/listings?limit={limit}", headers=member.headers)

    assert (await search(first, 3)).status_code == 200
    refused = await search(first, 4)
    assert (refused.status_code, refused.json()["code"]) == (429, "daily-homes-used-up")
    assert str(owner.id) not in refused.text
    assert (await search(first, 3)).status_code == 200, "the same three again"
    assert (await search(second, 3)).status_code == 200
    assert (await search(owner, 6)).status_code == 200
    seen: list[dict[str, Any]] = (await search(owner, 6)).json()["items"]
    unseen = seen[-1]["id"]
    assert (await client.get(f"/v1/listings/{unseen}", headers=first.headers)).status_code == 429
    assert (await client.get(f"/v1/listings/{uuid.uuid4()}", headers=first.headers)).status_code == 404


async def test_metrics_and_problems_name_no_organisation(world: World) -> None:
    secrets = {str(member.id) for member in world.people.values()} | {world.here.slug, world.owner.client_id}
    for url in ("/metrics", "/problems", "/readyz", "/healthz"):
        text = (await world.client.get(url)).text
        assert not [secret for secret in secrets if secret in text], url
