"""Rule 3 of the disclosure note: what a listing may carry, and never the rest, whatever a landlord registers.

Every text that a landlord may write freely carries a mark; the mark must not appear in anything another landlord
reads.
"""

import itertools
import os
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import httpx
import pytest_asyncio
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from registry.listings.service.place import place_requested
from registry.platform.database import Database
from registry.vocabulary.fact import Fact
from registry.vocabulary.facts import FEATURES_BY_CODE, HOME_FACTS
from registry.vocabulary.stock import EnergyLabel, Equipment, Financing, HousingForm, QuotaHolder, Source, Typology
from tests.conftest import Register
from tests.support import members, territory
from tests.support.members import Member
from tests.support.stock import agreeing, publish
from tests.support.territory import Territory

EXAMPLES: Final = 300 if os.environ.get("REGISTRY_TEST_SCALE") == "full" else 25
MARK: Final = "PRIV"
SHARED: Final = {
    "id", "territory", "landlord", "commune", "quarters", "location", "typology", "rooms", "area_band_m2",
    "rent_cents", "charges_cents", "floor_band", "home_class", "features", "residence_grade", "services",
    "availability", "available_month", "fresh_week",
}  # fmt: skip
"""Rule 3, key by key. A new key is a decision about disclosure, not a convenience."""
WITHIN: Final = {
    "landlord": {"id", "name"}, "commune": {"code", "name"}, "location": {"precision", "cell_m", "lon", "lat"},
    "home_class": {"proven", "possible"},
}  # fmt: skip
FEATURE: Final = {"value", "proven", "source", "month"}

Stage = tuple[Territory, Member, Member]
_refs = itertools.count(1)


@pytest_asyncio.fixture(scope="module")
async def stage(database: Database, job_database: Database, client: httpx.AsyncClient, register: Register) -> Stage:
    """A territory, a landlord that publishes, and one that reads."""
    made = await territory.create(database, job_database, client)
    owner, reader = await register(), await register()
    await territory.sign(database, made, [owner, reader])
    for member in (owner, reader):
        await members.renew(member, client)
    return made, owner, reader


words = st.text("abcdefghij éà-'", max_size=20).map(lambda text: f"{MARK} {text}x")
identifiers = st.text("ABCDEF_:-.", max_size=10).map(lambda text: f"{MARK}{text}x")
recently = st.dates(date(2026, 1, 1), date(2026, 3, 1))


def stated(fact: Fact) -> st.SearchStrategy[dict[str, Any]]:
    value: st.SearchStrategy[Any] = st.sampled_from(["yes", "no", "unknown"])
    if fact.kind == "measure":
        value = st.integers(fact.minimum, fact.maximum)
    if fact.kind == "choice":
        value = st.sampled_from([choice.code for choice in fact.choices])
    return st.fixed_dictionaries(
        {"value": value, "source": st.sampled_from(sorted(Source)), "date": recently.map(date.isoformat)}
    )


homes = st.fixed_dictionaries(
    {
        "typology": st.sampled_from(sorted(Typology)),
        "rooms": st.integers(1, 9),
        "status": st.sampled_from(["occupied", "notice", "vacant", "works", "reserved", "withdrawn"]),
        "facts": st.fixed_dictionaries({}, optional={fact.code: stated(fact) for fact in HOME_FACTS}).map(agreeing),
    },
    optional={
        "area_m2": st.integers(700, 20_000).map(lambda hundredths: hundredths / 100),
        "floor": st.integers(-2, 30),
        "rent_cents": st.integers(0, 200_000),
        "charges_cents": st.integers(0, 50_000),
        "financing": st.sampled_from(sorted(Financing)),
        "quota_holder": st.sampled_from(sorted(QuotaHolder)),
        "energy_label": st.sampled_from(sorted(EnergyLabel)),
        "rpls_id": identifiers,
        "available_on": recently.map(lambda day: (day + timedelta(days=365)).isoformat()),
        "housing_form": st.sampled_from(sorted(HousingForm)),
    },
)
buildings = st.fixed_dictionaries(
    {"ref": words}, optional={"name": words, "rnb_id": identifiers, "ban_id": identifiers, "levels": st.integers(1, 20)}
)
residences = st.fixed_dictionaries(
    {"name": words, "street": words, "number": st.just(f"{MARK} 7"), "postcode": st.just("33987")},
    optional={
        "owner_siren": st.sampled_from(["217500016", "552081317"]), "manager_siren": st.just("442395448"),
        "rnb_id": identifiers, "ban_id": identifiers, "construction_year": st.integers(1900, 2026),
        "declared_homes": st.integers(0, 100_000),
        "in_priority_quarter": st.booleans(), "housing_form": st.sampled_from(sorted(HousingForm)),
        "equipment": st.lists(st.sampled_from(sorted(Equipment)), unique=True),
        "buildings": st.lists(buildings, max_size=2, unique_by=lambda building: building["ref"]),
    },
)  # fmt: skip
offsets = st.tuples(st.floats(-3000, 3000), st.floats(-3000, 3000))


@given(residence=residences, lines=st.lists(homes, min_size=1, max_size=6), offset=offsets)
@settings(
    max_examples=EXAMPLES, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate),  # shrinking: minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
async def test_listing_of_any_home_carries_what_may_be_shared_and_nothing_else(
    client: httpx.AsyncClient,
    job_database: Database,
    stage: Stage,
    residence: dict[str, Any],
    lines: list[dict[str, Any]],
    offset: tuple[float, float],
) -> None:
    made, owner, reader = stage
    number = next(_refs)
    ref, position = f"{MARK}-{number}", made.point(*offset)
    building = residence.get("buildings", [])[:1]
    given_residence = {**residence, "commune_code": made.communes[0], "position": position}
    given_homes = [
        {
            **line, "ref": f"{ref}/{n}", "residence_ref": ref,
            **({"building_ref": building[0]["ref"]} if building else {}),
        }
        for n, line in enumerate(lines)
    ]  # fmt: skip
    result = await publish(client, owner, {ref: given_residence}, given_homes)
    assert result["rejected"] == 0, result
    if number % 3 == 0:
        await place_requested(job_database)
    listed = await _listed(client, owner, ref)
    seen = await _seen(client, reader, made, owner)
    for listing, home in listed.items():
        shared = _is_shared(home)
        assert (listing in seen) == shared
        answer = await client.get(f"/v1/listings/{listing}", headers=reader.headers)
        assert answer.status_code == (200 if shared else 404)
        if shared:
            assert answer.json() == seen[listing]
            _check(seen[listing], home, position, answer.text)


async def _listed(client: httpx.AsyncClient, owner: Member, ref: str) -> dict[str, dict[str, Any]]:
    answer = await client.get("/v1/homes", params={"residence_ref": ref}, headers=owner.headers)
    return {item["listing_id"]: item for item in answer.json()["items"]}


async def _seen(client: httpx.AsyncClient, reader: Member, made: Territory, owner: Member) -> dict[str, dict[str, Any]]:
    """Read every page, as JSON and as GeoJSON: the same items."""
    found: dict[str, dict[str, Any]] = {}
    for accept in ("application/json", "application/geo+json"):
        following = f"/v1/listings?territory={made.slug}&landlord={owner.id}&limit=50"
        while following:
            answer = await client.get(following, headers={**reader.headers, "Accept": accept})
            assert answer.status_code == 200, answer.text
            assert MARK not in answer.text
            page = answer.json()
            for feature in page.get("features", ()):
                assert set(feature) == {"type", "id", "geometry", "properties"}
                where = feature["properties"]["location"]
                assert feature["geometry"]["coordinates"] == [where["lon"], where["lat"]]
                assert found[feature["id"]] == feature["properties"]
            found |= {item["id"]: item for item in page.get("items", ())}
            following = page["next"]
    return found


def _is_shared(home: dict[str, Any]) -> bool:
    """A home is shared where its status may be, and one of the charter's features is proven (the default terms)."""
    features = {
        "step_free_entrance", "zero_step_shower", "grab_bars", "raised_wc", "turning_space", "wc_transfer_space",
        "adapted_parking",
    }  # fmt: skip
    proven = any(home["facts"].get(code, {}).get("value") == "yes" for code in features)
    return proven and home["status"] in {"occupied", "notice", "vacant", "works"}


def _check(document: dict[str, Any], home: dict[str, Any], position: dict[str, float], text: str) -> None:
    assert set(document) == SHARED
    for name, keys in WITHIN.items():
        assert set(document[name]) == keys, name
    assert set(document["features"]) == set(home["facts"]) & set(FEATURES_BY_CODE)
    for code, feature in document["features"].items():
        assert set(feature) == FEATURE
        assert feature["month"] == home["facts"][code]["date"][:7], "the month, not the day"
    assert MARK not in text
    assert not re.search(r"\d{4}-\d{2}-\d{2}", text), "no day of anything"
    assert document["id"][14] == "4", "a random id: no other version"
    low = home["area_m2"] // 10 * 10 if home["area_m2"] is not None else None
    assert document["area_band_m2"] == (None if low is None else [low, low + 10])
    assert document["available_month"] == (home["available_on"] or "")[:7] or document["available_month"] is None
    assert document["floor_band"] in {None, "ground", "1", "2-3", "4+"}
    week = datetime.now(UTC).isocalendar()
    assert document["fresh_week"] == f"{week.year}-W{week.week:02d}"
    shown = document["location"]
    assert (shown["lon"], shown["lat"]) != (round(position["lon"], 5), round(position["lat"], 5))
    assert shown["precision"] in {"cell", "commune"}
