"""A small world to attack: one landlord whose private data are known word by word, and everybody who may not see them.

``owner`` has signed the charter of ``here``, as have ``member``, ``lapsed`` (its adhesion is suspended) and ``stopped``
(the organisation is suspended). ``outsider`` has signed in ``there`` only. The two territories have a coordinator each;
``partner`` is an organisation of another kind. Tokens that must not work are the owner's own: what they fail to open
is not foreign.
"""

import json
import secrets
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import psycopg
from fastapi import FastAPI
from joserfc import jws

from registry.access.scopes import Scope, allowed_for
from registry.charter import service as charter
from registry.charter.schemas.versions import DRAFT_EXAMPLE
from registry.identity import service as identity
from registry.identity.service.keys import signing_key
from registry.platform.crypto import keyring
from registry.platform.database import Database, Role
from registry.platform.settings import Settings
from registry.reports.service import KINDS
from tests.support import members
from tests.support import territory as territories
from tests.support.database import BASE_URL
from tests.support.members import Member
from tests.support.reports import report
from tests.support.stock import fact, home, publish, residence
from tests.support.territory import Territory

COMMON = "COMMON"
"""A residence reference that every landlord uses for a residence of its own."""

# What only the owner may ever read of its stock. Each value is unlike anything else that an answer could hold.
RESIDENCE = "OWNER-RESIDENCE-7731"
BUILDING = "OWNER-BUILDING-7732"
NAME = "Residence Zephyrine"
STREET = "allee des Secrets"
RNB, BAN, RPLS = "RNB-OWNER-7733", "BAN-OWNER-7734", "RPLS-OWNER-7735"
AVAILABLE_ON, ESTABLISHED_ON, AREA = "2026-09-17", "2025-11-23", 63.87
SIGNATORY = "Odile Signataire-7736"
"""Who signs for the owner: a person, hence shown to it and to the coordinator alone."""

LISTING_FIELDS = frozenset(
    {
        "id", "territory", "landlord", "commune", "quarters", "location", "typology", "rooms", "area_band_m2",
        "rent_cents", "charges_cents", "floor_band", "features", "home_class", "residence_grade", "services",
        "availability", "available_month", "fresh_week", "distance_m",
    }
)  # fmt: skip
"""All that a listing may say. A new field is a decision about disclosure: add it here with the reason in an ADR."""


REPORTED, DRAFTED = 2026, 2025
"""Years of which the report is published, and of which the coordinator has a draft."""


@dataclass
class World:
    """Everybody, and what the owner has."""

    client: httpx.AsyncClient
    app: FastAPI
    database: Database
    jobs: Database
    settings: Settings
    admin: psycopg.Connection
    here: Territory
    there: Territory
    people: dict[str, Member]
    position: dict[str, float]
    narrow: dict[Scope, dict[str, str]] = field(default_factory=dict)
    headers: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def owner(self) -> Member:
        return self.people["owner"]

    def fresh_ref(self) -> str:
        """Return a reference that nobody has used; all have one length, so that answers can be compared."""
        return f"OWNER-HOME-{secrets.token_hex(6)}"

    def forget_fresh(self) -> None:
        """Take away the homes of fresh references with their listings: searches are read by one page of fifty."""
        fresh = "FROM registry.homes WHERE ref ~ '^OWNER-HOME-[0-9a-f]{12}$' AND organisation_id = ANY(%s)"
        people = [person.id for person in self.people.values()]
        self.admin.execute(f"DELETE FROM registry.listings WHERE id IN (SELECT listing_id {fresh})", (people,))
        self.admin.execute(f"DELETE {fresh}", (people,))

    def authorization(self, actor: str, scope: Scope | None) -> dict[str, str]:
        """Return the actor's headers; ``narrow`` is the owner without the very scope that the route needs."""
        if actor == "narrow":
            return self.narrow[scope or Scope.STOCK_READ]
        return self.headers[actor]

    async def publish(self, ref: str, residence_ref: str = RESIDENCE, **changes: Any) -> str:
        """Write a home of the owner; return the id under which it is, or would be, listed."""
        answer = await self.client.put(
            f"/v1/homes/{ref}", json=owners_home(residence_ref, **changes), headers=self.owner.headers
        )
        assert answer.status_code in {200, 201}, answer.text
        listing: str = answer.json()["listing_id"]
        return listing

    def owners_state(self) -> str:
        """Return a digest of every row that is the owner's: what another caller's request must not change."""
        tables = (
            "residences", "buildings", "homes", "listings", "audit_events", "idempotency_keys", "oauth_clients",
            "memberships", "single_use_links", "sessions", "consents", "authorization_codes", "refresh_tokens", "mails",
            "webhook_endpoints", "webhook_deliveries", "stock_sources", "sync_mappings", "sync_sources", "sync_files",
            "sync_file_parts", "sync_runs", "lift_outages", "adaptations", "feasible_works",
            "reservation_conventions",
            "fact_history", "home_status_history", "residence_indexes", "residence_index_history", "adhesions",
            "signatures", "transfer_tombstones", "vacated_homes",
            "transfer_cases", "transfer_proposals", "transfer_steps", "home_holds", "moving_help", "transfer_moves",
        )  # fmt: skip
        rows = " UNION ALL ".join(
            f"SELECT '{table}', t::text FROM registry.{table} t WHERE organisation_id = %(owner)s" for table in tables
        )
        row = self.admin.execute(
            f"SELECT md5(string_agg(t::text, ' ' ORDER BY t::text)) FROM ({rows}) t", {"owner": self.owner.id}
        ).fetchone()
        assert row is not None
        return str(row[0])

    def listed(self, territory: Territory) -> set[str]:
        """Return the ids of all listings of a territory."""
        rows = self.admin.execute("SELECT id FROM registry.listings WHERE territory_id = %s", (territory.id,))
        return {str(identifier) for (identifier,) in rows}

    def refs_of(self, organisation: uuid.UUID, table: str) -> set[str]:
        """Return the references that an organisation uses."""
        rows = self.admin.execute(f"SELECT ref FROM registry.{table} WHERE organisation_id = %s", (organisation,))
        return {ref for (ref,) in rows}

    def secrets(self) -> Iterator[str]:
        """Yield every text that may stand in no answer to another organisation."""
        yield from (
            RESIDENCE,
            BUILDING,
            NAME,
            STREET,
            RNB,
            BAN,
            RPLS,
            AVAILABLE_ON,
            ESTABLISHED_ON,
            str(AREA),
            SIGNATORY,
        )
        yield from (str(degrees) for degrees in self.position.values())
        yield from (self.owner.client_id, self.owner.client_secret)
        for table in ("residences", "buildings", "homes"):
            for (identifier,) in self.admin.execute(
                f"SELECT id FROM registry.{table} WHERE organisation_id = %s", (self.owner.id,)
            ):
                yield str(identifier)
        for user, email in self.admin.execute(
            "SELECT u.id, u.email FROM registry.users u JOIN registry.memberships m ON m.user_id = u.id"
            " WHERE m.organisation_id = %s",
            (self.owner.id,),
        ):
            yield from (str(user), email)
        for (ref,) in self.admin.execute(
            "SELECT ref FROM registry.transfer_cases WHERE organisation_id = %s", (self.owner.id,)
        ):
            yield ref
        for ref, *moments in self.admin.execute(
            "SELECT ref, created_at, updated_at, confirmed_at FROM registry.homes"
            " WHERE organisation_id = %s AND ref <> 'COMMON'",
            (self.owner.id,),
        ):
            yield ref
            yield from (moment.isoformat().split("+")[0].rstrip("0") for moment in moments)


def owners_home(residence_ref: str = RESIDENCE, **changes: Any) -> dict[str, Any]:
    building = {"building_ref": BUILDING} if residence_ref == RESIDENCE else {}
    return home(
        residence_ref, {"zero_step_shower": fact(date=ESTABLISHED_ON), "grab_bars": fact(date=ESTABLISHED_ON)},
        **{"area_m2": AREA, "available_on": AVAILABLE_ON, "status": "notice", "rpls_id": RPLS, **building, **changes},
    )  # fmt: skip


def owners_residence(world: World, **changes: Any) -> dict[str, Any]:
    return residence(
        world.here.communes[0], world.position, name=NAME, street=STREET, rnb_id=RNB, ban_id=BAN,
        buildings=[{"ref": BUILDING, "position": world.position}, {"ref": "B1"}], **changes,
    )  # fmt: skip


async def build(
    app: FastAPI, client: httpx.AsyncClient, database: Database, jobs: Database, settings: Settings, admin: Any
) -> World:
    """Make the world; it stays as it is until a test adds objects of its own."""
    here = await territories.create(database, jobs, client)
    there = await territories.create(database, jobs, client)
    people = {
        name: await members.register(database, client) for name in ("owner", "member", "outsider", "stopped", "lapsed")
    }
    people["partner"] = await members.register(database, client, kind="partner")
    people |= {"coordinator": here.coordinator, "far": there.coordinator}
    await territories.sign(database, here, [people["owner"]], signed_by=SIGNATORY)
    await territories.sign(database, here, [people[name] for name in ("member", "stopped", "lapsed")])
    await territories.sign(database, there, [people["outsider"]])
    position = {"lon": round(here.lon, 4) + 0.000012347, "lat": round(here.lat, 4) + 0.000045673}
    world = World(client, app, database, jobs, settings, admin, here, there, people, position)
    for member in people.values():
        await members.renew(member, client)
    answer = await client.put(f"/v1/residences/{RESIDENCE}", json=owners_residence(world), headers=world.owner.headers)
    assert answer.status_code == 201, answer.text
    for name in ("owner", "member", "outsider", "stopped", "lapsed"):
        where = there if name == "outsider" else here
        await publish(
            client, people[name], {COMMON: residence(where.communes[0], where.point(300, 300))},
            [{"ref": COMMON, **home(COMMON)}],
        )  # fmt: skip
    await world.publish("OWNER-HOME-LISTED")
    await draft_here(world)
    for place in (here, there):
        for kind in KINDS:
            await report(database, jobs, place, REPORTED, kind=kind)
    for kind in KINDS:
        await report(database, jobs, here, DRAFTED, kind=kind, published=False)
    await _give_credentials(world)
    await _stop(world)
    assert len(world.listed(here)) == 3, "two of the owner, one of the member; the suspended ones left"
    return world


async def draft_here(world: World) -> None:
    """Have the coordinator of ``here`` prepare a version, where it prepares none."""
    path = f"/v1/territories/{world.here.slug}/charters/draft"
    answer = await world.client.put(path, json=DRAFT_EXAMPLE, headers=world.here.coordinator.headers)
    assert answer.status_code in {200, 201}, answer.text


async def _stop(world: World) -> None:
    """Suspend what is to be suspended, and forget the tokens that were verified before."""
    stopped, lapsed = world.people["stopped"], world.people["lapsed"]
    async with world.jobs.transaction(Role.JOB, actor="tests") as session:
        await identity.suspend_organisation(session=session, organisation=stopped.id)
    async with world.database.transaction(
        Role.COORDINATOR, organisation=world.here.coordinator.id, actor="tests"
    ) as session:
        await charter.suspend(session=session, organisation=lapsed.id, territory_id=world.here.id)
    forget_tokens(world.app)


def forget_tokens(app: FastAPI) -> None:
    """Have every token verified anew: a suspension is seen by the first wall at the latest after two seconds."""
    app.state.authenticate.__self__._trusted.clear()


async def _give_credentials(world: World) -> None:
    world.headers = {name: member.headers for name, member in world.people.items()}
    world.headers |= {
        "anonymous": {},
        "garbage": {"Authorization": "Bearer eyJhbGciOiJFUzI1NiJ9.e30.AAAA"},
        "expired": {"Authorization": f"Bearer {await _expired(world)}"},
        "revoked": await _revoked(world),
    }
    await _narrow(world)


async def renew(world: World) -> None:
    """Give the owner new tokens: all of its tokens were stopped."""
    forget_tokens(world.app)
    await members.renew(world.owner, world.client)
    world.headers["owner"] = world.owner.headers
    await _narrow(world)


async def _narrow(world: World) -> None:
    for scope in Scope:
        others = " ".join(sorted(allowed_for("landlord") - {scope}))
        world.narrow[scope] = await _token(world, world.owner.client_id, world.owner.client_secret, scope=others)


async def _token(world: World, client_id: str, secret: str, **form: str) -> dict[str, str]:
    answer = await world.client.post(
        "/oauth/token", data={"grant_type": "client_credentials", **form}, auth=(client_id, secret)
    )
    assert answer.status_code == 200, answer.text
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


async def _revoked(world: World) -> dict[str, str]:
    """A token of a client of the owner that was revoked after the token was issued."""
    async with world.database.transaction(Role.AUTH, actor="tests") as session:
        made = await identity.create_client(
            session=session,
            organisation=world.owner.id,
            name="lost",
            scopes=tuple(scope.value for scope in allowed_for("landlord")),
        )
    assert made.secret is not None
    headers = await _token(world, made.client_id, made.secret)
    world.people["revoked"] = Member(world.owner.id, "lost", "landlord", made.client_id, made.secret, headers)
    async with world.database.transaction(Role.AUTH, actor="tests") as session:
        await identity.revoke_client(session=session, client_id=made.client_id)
    return headers


async def _expired(world: World) -> str:
    """A token of the owner, signed with the service's own key, that ended a minute ago."""
    async with world.database.transaction(Role.AUTH, actor="tests") as session:
        key = await signing_key(session=session, keys=keyring(world.settings), rotate_after_days=90)
    ended = int(time.time()) - 60
    claims = {
        "iss": BASE_URL, "aud": f"{BASE_URL}/v1", "sub": world.owner.client_id, "client_id": world.owner.client_id,
        "org": str(world.owner.id), "scope": " ".join(allowed_for("landlord")), "iat": ended - 600, "exp": ended,
        "jti": str(uuid.uuid4()),
    }  # fmt: skip
    return jws.serialize_compact(
        {"alg": "ES256", "typ": "at+jwt", "kid": key.kid}, json.dumps(claims), key, algorithms=["ES256"]
    )
