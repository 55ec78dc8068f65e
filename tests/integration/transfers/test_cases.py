"""A case is opened, read, changed, ended and erased by its landlord, and nobody else reads what is needed."""

import datetime as dt
from typing import Any

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from registry.kernel.clock import today
from registry.platform.database import Database, Role
from tests.conftest import Register
from tests.support.market import Market, market
from tests.support.stock import home, publish, residence
from tests.support.transfers import case, need, open_case, reference


@pytest_asyncio.fixture
async def place(database: Database, job_database: Database, client: httpx.AsyncClient, register: Register) -> Market:
    found = await market(database, job_database, client, register, communes=2)
    await found.publish([{"ref": "H1", **home(rooms=4, typology="T4", rent_cents=61_000, charges_cents=9_000)}])
    return found


async def put(place: Market, ref: str, given: dict[str, Any], **headers: str) -> httpx.Response:
    return await place.client.put(f"/v1/transfer-cases/{ref}", json=given, headers={**place.owner.headers, **headers})


async def get(place: Market, path: str, **asked: Any) -> httpx.Response:
    return await place.client.get(f"/v1/transfer-cases{path}", params=asked, headers=place.owner.headers)


async def test_case_is_filled_from_the_present_home_and_sent_again_changes_nothing(place: Market) -> None:
    ref, given = reference(), case(home_ref="H1", ground="under_occupation")
    made = await put(place, ref, given)
    assert made.status_code == 201, made.text
    said = made.json()
    assert (said["ref"], said["territory"], said["home_ref"]) == (ref, place.territory.slug, "H1")
    assert said["need"]["current_rent_cents"] == 61_000
    assert said["need"]["current_charges_cents"] == 9_000
    assert said["need"]["current_rooms"] == 4
    assert said["need"]["communes"] == place.territory.communes[:1]
    again = await put(place, ref, given)
    assert (again.status_code, again.headers["ETag"], again.json()) == (200, '"1"', said)
    changed = await put(place, ref, {**given, "need": need(rent_max_cents=50_000)}, **{"If-Match": '"1"'})
    assert changed.headers["ETag"] == '"2"'
    late = await put(place, ref, given, **{"If-Match": '"1"'})
    assert (late.status_code, late.json()["code"]) == (412, "version-changed")


SAID = ("current_rent_cents", "current_charges_cents", "current_rooms", "communes")


async def figures(place: Market, ref: str, **changes: Any) -> list[Any]:
    """Send a case again as it is read, but for some changes; return what it says of the present home."""
    read = (await get(place, f"/{ref}")).json()
    given = {name: read[name] for name in ("kind", "home_ref", "need", "consent")}
    answer = await put(place, ref, {**given, **changes, "need": {**read["need"], **changes.get("need", {})}})
    assert answer.status_code == 200, answer.text
    return [answer.json()["need"][name] for name in SAID]


async def test_case_sent_again_as_it_was_read_takes_the_figures_of_another_home_and_of_today(
    place: Market, job_database: Database
) -> None:
    here, there = place.territory.communes
    given = {"R2": residence(there, place.territory.point())}
    other = {"ref": "H2", **home("R2", rooms=2, rent_cents=40_000, charges_cents=None)}
    await publish(place.client, place.owner, given, [other])
    ref = (await open_case(place.client, place.owner, case(home_ref="H1")))["ref"]
    assert await figures(place, ref) == [61_000, 9_000, 4, [here]]
    assert await figures(place, ref, home_ref="H2") == [40_000, None, 2, [there]]
    await publish(place.client, place.owner, {}, [{**other, "rent_cents": 42_000}])
    assert await figures(place, ref) == [42_000, None, 2, [there]]
    async with job_database.transaction(Role.JOB, actor="tests") as session:
        kept = text("SELECT rent_limit_cents, communes FROM transfer_cases WHERE id = :id")
        id_ = (await get(place, f"/{ref}")).json()["id"]
        assert tuple((await session.execute(kept, {"id": id_})).one()) == (42_000, [there])
    await publish(place.client, place.owner, {}, [{**other, "rent_cents": None}])
    assert await figures(place, ref) == [42_000, None, 2, [there]], "what the same home says no more is not unsaid"
    assert await figures(place, ref, home_ref=None) == [None, None, None, [there]], "nothing replaces the area"


async def test_what_a_landlord_states_of_the_present_home_stays_whatever_home_it_is(place: Market) -> None:
    await place.publish([{"ref": "H2", **home(rooms=2, rent_cents=40_000, charges_cents=8_000)}])
    ref = (await open_case(place.client, place.owner, case(need(current_rent_cents=61_000), home_ref="H1")))["ref"]
    assert (await figures(place, ref, home_ref="H2"))[:3] == [61_000, 8_000, 2]
    assert (await figures(place, ref, need={"current_rooms": 3}))[:3] == [61_000, 8_000, 3]
    assert (await figures(place, ref, home_ref="H1"))[:3] == [61_000, 9_000, 3]
    assert (await figures(place, ref, need={"current_rooms": None}))[:3] == [61_000, 9_000, 4]


async def test_commune_that_was_filled_stays_beside_quarters_that_are_stated(place: Market) -> None:
    here = place.territory.communes[0]
    quarter = f"cases-{here}"
    async with place.jobs.transaction(Role.JOB, actor="tests") as session:
        await session.execute(
            text("INSERT INTO quarters (layer, code, name, commune_code, vintage, shape) SELECT 'quarter', :code,"
                 " :code, code, 2026, contour FROM communes WHERE code = :commune"),
            {"code": quarter, "commune": here},
        )  # fmt: skip
    ref = (await open_case(place.client, place.owner, case(home_ref="H1")))["ref"]
    stated = {"quarters": [f"quarter:{quarter}"]}
    assert (await figures(place, ref, need=stated))[3] == [here]


async def test_what_matching_asks_is_compiled_at_each_write(place: Market, job_database: Database) -> None:
    made = await open_case(place.client, place.owner, case(need(rent_max_cents=50_000, rooms_max=3), home_ref="H1"))
    async with job_database.transaction(Role.JOB, actor="tests") as session:
        row = (
            await session.execute(
                text("SELECT wanted, rent_limit_cents, rooms_least, rooms_most FROM transfer_cases WHERE id = :id"),
                {"id": made["id"]},
            )
        ).one()
    assert len(row.wanted) == 2
    assert (row.rent_limit_cents, row.rooms_least, row.rooms_most) == (50_000, 1, 3)


async def test_home_is_asked_for_that_is_large_enough_for_the_household_and_not_too_large(
    place: Market, job_database: Database
) -> None:
    async def asked(**given: Any) -> tuple[int, int]:
        made = await open_case(place.client, place.owner, case(need(**given), home_ref="H1"))
        async with job_database.transaction(Role.JOB, actor="tests") as session:
            bounds = text("SELECT rooms_least, rooms_most FROM transfer_cases WHERE id = :id")
            return tuple((await session.execute(bounds, {"id": made["id"]})).one())

    assert await asked() == (1, 2)
    assert await asked(residents=5) == (4, 6)
    assert await asked(residents=5, rooms_max=3) == (3, 3)
    assert await asked(residents=5, rooms_min=7) == (7, 7)


async def test_place_of_the_week_is_kept_as_the_middle_of_its_square(place: Market) -> None:
    here = place.territory.point()

    async def kept(*points: dict[str, float]) -> list[dict[str, Any]]:
        near = [{"family": "pharmacy", "within_m": 300, **point} for point in points]
        made = await open_case(place.client, place.owner, case(need(places=near), home_ref="H1"))
        found: list[dict[str, Any]] = made["need"]["places"]
        return found

    (said,) = await kept(here)
    middle = {key: said[key] for key in ("lon", "lat")}
    assert middle != here
    beside = {"lon": middle["lon"] + 0.0001, "lat": middle["lat"] - 0.0001}
    assert await kept(beside, middle) == [said, said]


@pytest.mark.parametrize(
    "ref",
    [
        "42", "dossier-2026-0001", "20261127000000000000000000000001", "0123456789abcdef0123456789abcdef",
        "Dupont-Marie-2026-11-27-x", "DossierDupontMarieEtage4", "a" * 32, "jeanne.dupont@example.org-xx",
        "b7c1d9e04f", "ABCDEFGHIJKLMNOPQRSTUVWXyz",
    ],
)  # fmt: skip
async def test_reference_that_can_be_guessed_is_refused_with_a_way_to_mint_one(place: Market, ref: str) -> None:
    refused = await put(place, ref, case(home_ref="H1"))
    assert (refused.status_code, refused.json()["code"]) == (400, "case-reference-weak")
    assert "secrets.token_urlsafe(16)" in refused.json()["errors"][0]["remedy"]


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"home_ref": "nobody's"}, "home_ref", "home-unknown"),
        ({"home_ref": None}, "home_ref", "input-invalid"),
        ({"kind": "first_entry"}, "home_ref", "input-invalid"),
        ({"territory": "elsewhere"}, "territory", "territory-unknown"),
        ({"need": need(communes=["99999"])}, "need.communes.0", "case-area-unknown"),
        ({"need": need(quarters=["iris:Mme Dupont"])}, "need.quarters.0", "case-area-unknown"),
        ({"need": need(diagnosis="x")}, "need.diagnosis", "input-invalid"),
        ({"need": need(rooms_min=4, rooms_max=2)}, "need.rooms_min", "input-invalid"),
        ({"deadline": "2050-01-01"}, "deadline", "input-invalid"),
    ],
)
async def test_case_that_breaks_a_rule_is_refused_at_its_field(
    place: Market, changes: dict[str, Any], field: str, code: str
) -> None:
    refused = await put(place, reference(), {**case(home_ref="H1"), **changes})
    assert (refused.status_code, refused.json()["code"], refused.json()["errors"][0]["field"]) == (422, code, field)


@pytest.mark.parametrize(
    "consent",
    [
        {"until": (today() - dt.timedelta(days=3)).isoformat()},
        {"until": (today() + dt.timedelta(days=800)).isoformat()},
        {"version": "06 12 34 56 78"}, {"version": "0612345678"}, {"basis": "tacit"},
    ],
)  # fmt: skip
async def test_consent_that_is_none_is_refused(place: Market, consent: dict[str, str]) -> None:
    given = case(home_ref="H1")
    refused = await put(place, reference(), {**given, "consent": {**given["consent"], **consent}})
    assert (refused.status_code, refused.json()["code"]) == (422, "input-invalid")


async def test_each_reading_of_a_need_is_told_in_the_audit_and_lists_carry_none(place: Market) -> None:
    made = await open_case(place.client, place.owner, case(home_ref="H1", ground="adaptation_refused"))
    listed = (await get(place, "", ground="adaptation_refused", state="open")).json()["items"]
    assert [line["id"] for line in listed] == [made["id"]]
    assert "need" not in listed[0]
    assert (await get(place, "", state="closed")).json()["items"] == []
    for _ in range(2):
        assert (await get(place, f"/{made['ref']}")).json() == made
    events = await place.client.get("/v1/audit/events", params={"action": "transfers:"}, headers=place.owner.headers)
    actions = [event["action"] for event in events.json()["items"] if event["subject"] == made["id"]]
    assert actions == ["transfers:need:read", "transfers:need:read", "transfers:case:created"]
    assert made["ref"] not in events.text


async def test_list_goes_on_where_it_ended(place: Market) -> None:
    made = [(await open_case(place.client, place.owner, case(home_ref="H1")))["id"] for _ in range(3)]
    first = (await get(place, "", limit=2)).json()
    rest = (await place.client.get(first["next"], headers=place.owner.headers)).json()
    assert [line["id"] for line in [*first["items"], *rest["items"]]] == made[::-1]
    assert rest["next"] is None


async def test_closed_case_takes_no_change(place: Market) -> None:
    given = case(home_ref="H1")
    made = await open_case(place.client, place.owner, given)
    path = f"/v1/transfer-cases/{made['ref']}"

    async def close(reason: str) -> httpx.Response:
        return await place.client.post(f"{path}/close", json={"reason": reason}, headers=place.owner.headers)

    closed = await close("wishes_to_stay")
    assert (closed.status_code, closed.json()["closing"]) == (200, "wishes_to_stay")
    assert (await close("wishes_to_stay")).json() == closed.json()
    assert (await close("moved")).json()["code"] == "case-closed"
    assert (await put(place, made["ref"], given)).json()["code"] == "case-closed"


async def test_erased_case_leaves_a_digest_and_never_comes_back(place: Market) -> None:
    given = case(home_ref="H1")
    made = await open_case(place.client, place.owner, given)
    path = f"/v1/transfer-cases/{made['ref']}"
    assert (await place.client.delete(path, headers=place.owner.headers)).status_code == 204
    assert (await get(place, f"/{made['ref']}")).json()["code"] == "case-not-found"
    again = await put(place, made["ref"], given)
    assert (again.status_code, again.json()["code"]) == (410, "case-erased")
    async with place.database.transaction(Role.LANDLORD, organisation=place.owner.id, actor="tests") as session:
        left = (await session.execute(text("SELECT ref_sha256 FROM transfer_tombstones"))).scalars().all()
    assert len(left) == 1
    assert made["ref"] not in left[0]


async def test_another_landlord_finds_nothing_and_may_use_the_same_reference(place: Market) -> None:
    made = await open_case(place.client, place.owner, case(home_ref="H1"))
    path, others = f"/v1/transfer-cases/{made['ref']}", place.searcher.headers
    assert (await place.client.get(path, headers=others)).json()["code"] == "case-not-found"
    assert (await place.client.delete(path, headers=others)).json()["code"] == "case-not-found"
    theirs = await open_case(place.client, place.searcher, case(need(communes=place.territory.communes)), made["ref"])
    assert theirs["id"] != made["id"]


async def test_coordinator_reads_states_and_neither_need_nor_reference(place: Market) -> None:
    made = await open_case(place.client, place.owner, case(home_ref="H1", ground="under_occupation"))
    coordinator = place.territory.coordinator
    here = f"/v1/territories/{place.territory.slug}/transfer-cases"
    answer = await place.client.get(here, headers=coordinator.headers)
    (line,) = answer.json()["items"]
    assert line.pop("created_at") == made["created_at"]
    assert line == {
        "id": made["id"], "organisation_id": str(place.owner.id), "kind": "transfer", "ground": "under_occupation",
        "closing": None, "closed_at": None,
    }  # fmt: skip
    assert (await place.client.get(here, headers=place.owner.headers)).status_code == 404
    for column in ("need", "ref", "home_ref", "deadline", "consent_until", "wanted", "communes"):
        with pytest.raises(ProgrammingError, match="permission denied"):
            async with place.database.transaction(
                Role.COORDINATOR, organisation=coordinator.id, actor="tests"
            ) as session:
                await session.execute(text(f"SELECT {column} FROM transfer_cases"))  # our own names


async def test_job_reads_neither_need_nor_reference(job_database: Database) -> None:
    for column in ("need", "ref", "consent_version"):
        with pytest.raises(ProgrammingError, match="permission denied"):
            async with job_database.transaction(Role.JOB, actor="tests") as session:
                await session.execute(text(f"SELECT {column} FROM transfer_cases"))  # our own names
