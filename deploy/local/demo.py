"""The demo: one territory, a coordinator and three landlords that do not exist, homes made up by this code.

Only the communes are real (INSEE codes, names, centres). Everything else says that it is a demonstration. Seeding can
be interrupted and run again: what is there is found by its name.
"""

import csv
import json
import random
import shlex
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from deploy.local import people
from deploy.local.console import write_whole
from deploy.local.paths import DEMO, DEMO_SHELL
from registry import wiring
from registry.access.principal import Principal
from registry.access.scopes import allowed_for
from registry.charter import service as charter
from registry.charter.schemas import Terms
from registry.charter.schemas.versions import CharterDraft
from registry.identity import service as identity
from registry.identity.service.clients import secret_digest
from registry.listings.service.place import place_requested
from registry.platform.crypto import keyring
from registry.platform.database import Database, Role, create_engine
from registry.platform.settings import Settings
from registry.stock import service as stock
from registry.stock.schemas import ResidenceIn
from registry.territories import service as territories
from registry.territories.service.load import load_file

COMMUNES: Final = Path(__file__).with_name("demo-data") / "communes.csv"
EPCI: Final = COMMUNES.with_name("epci.csv")
CHARTER: Final = COMMUNES.with_name("charter.json")
VINTAGE: Final = 2026
SLUG: Final = "bordeaux-metropole-demo"
NAME: Final = "Bordeaux Métropole (démonstration)"
COORDINATOR: Final = "Coordination de démonstration (fictive)"
LANDLORDS: Final = (
    "Bailleur de démonstration A (fictif)",
    "Bailleur de démonstration B (fictif)",
    "Bailleur de démonstration C (fictif)",
)
RESIDENCES: Final = 40
SEED: Final = 33_063
DATE: Final = "2026-09-01"
_STREETS: Final = ("allée des Tilleuls", "rue du Jardin", "cours des Platanes", "place du Marché", "rue de la Fontaine")


@dataclass(frozen=True)
class Organisation:
    id: uuid.UUID
    name: str
    kind: str


async def seed(base_url: str) -> None:
    """Seed what is missing, and write ``.local/demo.json`` and ``.local/demo.sh`` for ``base_url``."""
    wiring.wire()
    settings = Settings()
    assert settings.web_database_url is not None
    assert settings.worker_database_url is not None
    web = Database(create_engine(settings.web_database_url.get_secret_value()))
    jobs = Database(create_engine(settings.worker_database_url.get_secret_value()))
    try:
        organisations = [await _organisation(web, COORDINATOR, "coordinator")]
        organisations += [await _organisation(web, name, "landlord") for name in LANDLORDS]
        territory = await _territory(web, jobs, organisations[0])
        for number, landlord in enumerate(organisations[1:]):
            await _join(web, territory, organisations[0], landlord, number)
        await place_requested(jobs)
        clients = await _clients(web, organisations)
        persons = await people.seed(
            web=web, keys=keyring(settings), base_url=base_url, kept=_written().get("people", []),
            places=[people.Place(row.id, row.name, row.kind, number) for number, row in enumerate(organisations)],
        )  # fmt: skip
    finally:
        await web.dispose()
        await jobs.dispose()
    _write(base_url, organisations, clients, persons)


async def _organisation(web: Database, name: str, kind: str) -> Organisation:
    async with web.transaction(Role.AUTH, actor="demo") as session:
        for known in await identity.list_organisations(session=session):
            if known.name == name:
                return Organisation(known.id, known.name, known.kind)
        made = await identity.create_organisation(session=session, name=name, kind=kind)
        return Organisation(made.id, made.name, made.kind)


async def _territory(web: Database, jobs: Database, coordinator: Organisation) -> int:
    async with jobs.transaction(Role.JOB, actor="demo") as session:
        for known in await territories.list_territories(session=session):
            if known.slug == SLUG:
                return known.id
        for path in (EPCI, COMMUNES):
            await load_file(session=session, path=path, vintage=VINTAGE)
    async with web.transaction(Role.COORDINATOR, organisation=coordinator.id, actor="demo") as session:
        made = await territories.create_territory(
            session=session, coordinator=coordinator.id, slug=SLUG, name=NAME,
            communes=[row["code_insee"] for row in _communes()],
        )  # fmt: skip
        written = CharterDraft.model_validate_json(CHARTER.read_bytes())
        await charter.put_in_force(
            session=session, organisation=coordinator.id, territory_id=made, terms=Terms(),
            articles=[article.model_dump(mode="json") for article in written.articles or ()],
        )  # fmt: skip
        return made


def _communes() -> list[dict[str, str]]:
    with COMMUNES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


async def _join(
    web: Database, territory: int, coordinator: Organisation, landlord: Organisation, number: int
) -> None:  # fmt: skip
    """Have a landlord sign, be admitted and publish, unless it has: a run may have ended in between."""
    principal = Principal(landlord.id, landlord.kind, "demo", frozenset())
    async with web.transaction(Role.LANDLORD, organisation=landlord.id, actor="demo") as session:
        seen = await charter.list_seen(session=session, principal=principal, after="", limit=1)
        if not seen:
            await charter.sign(
                session=session, organisation=landlord.id, territory_id=territory, signed_by="Personne de démonstration"
            )
    if not seen or seen[0]["adhesion"]["status"] == "pending":
        async with web.transaction(Role.COORDINATOR, organisation=coordinator.id, actor="demo") as session:
            await charter.admit(session=session, organisation=landlord.id, territory_id=territory)
    async with web.transaction(Role.LANDLORD, organisation=landlord.id, actor="demo") as session:
        if not await stock.list_residences(session=session, principal=principal, after="", limit=1):
            await _publish(session, principal, number)


async def _publish(session: AsyncSession, principal: Principal, number: int) -> None:
    chance = random.Random(SEED + number)  # noqa: S311 # the same demo everywhere, nothing secret
    communes = _communes()
    centre = next(row for row in communes if row["nom"] == "Bordeaux")
    lines: list[dict[str, Any]] = []
    for n in range(1, RESIDENCES + 1):
        commune = centre if n % 2 else chance.choice(communes)  # half of them in one commune: dense enough for cells
        ref = f"RES-{n:03d}"
        given = ResidenceIn.model_validate(
            {
                "name": f"Résidence de démonstration {n}", "number": str(chance.randint(1, 90)),
                "street": chance.choice(_STREETS), "commune_code": commune["code_insee"],
                "position": {
                    "lon": round(float(commune["lon"]) + chance.gauss(0, 0.012), 6),
                    "lat": round(float(commune["lat"]) + chance.gauss(0, 0.008), 6),
                },
                "construction_year": chance.randint(1958, 2024),
            }
        )  # fmt: skip
        await stock.put_residence(
            session=session, principal=principal, ref=ref, given=given, precondition=stock.Precondition()
        )
        adapted, lift = chance.random() < 0.4, chance.random() < 0.5
        lines += [_home(chance, ref, k, adapted=adapted, lift=lift) for k in range(1, chance.randint(6, 14))]
    body = "\n".join(json.dumps(line) for line in lines).encode()
    await stock.write_batch(session=session, principal=principal, body=body)


def _home(chance: random.Random, residence: str, number: int, *, adapted: bool, lift: bool) -> dict[str, Any]:
    rooms, floor = chance.choice((1, 2, 2, 3, 3, 4)), chance.randint(0, 5)
    status = chance.choices(("occupied", "vacant", "notice", "works"), (80, 8, 8, 4))[0]
    facts: dict[str, Any] = {}
    if adapted and chance.random() < 0.7:
        stated = {
            "step_free_entrance": 0.8, "zero_step_shower": 0.7, "grab_bars": 0.6, "raised_wc": 0.5,
            "turning_space": 0.3, "adapted_parking": 0.15,
        }  # fmt: skip
        facts = {code: _fact("yes" if chance.random() < share else "no") for code, share in stated.items()}
        facts["entrance_door_width"] = _fact(chance.choice((78, 83, 90)))
        facts["steps_to_door"] = _fact(0 if lift or floor == 0 else floor * 17)
    facts["lift"] = _fact("yes" if lift else "no")
    return {
        "ref": f"{residence}/LGT-{number:02d}", "residence_ref": residence, "typology": f"T{rooms}", "rooms": rooms,
        "area_m2": round(18 + 14.5 * rooms + chance.random() * 8, 1), "floor": floor,
        "rent_cents": round((180 + 95 * rooms + chance.random() * 60) * 100), "charges_cents": 4_500 + 1_500 * rooms,
        "status": status, "available_on": "2027-02-15" if status in {"notice", "works"} else None, "facts": facts,
    }  # fmt: skip


def _fact(value: str | int) -> dict[str, Any]:
    return {"value": value, "source": "declared", "date": DATE}


async def _clients(web: Database, organisations: list[Organisation]) -> dict[uuid.UUID, dict[str, str]]:
    """Return each organisation's client: the one of the file where it still opens this database, else a new one."""
    kept = {row["id"]: row for row in _written().get("organisations", ())}
    found = {}
    async with web.transaction(Role.AUTH, actor="demo") as session:
        for organisation in organisations:
            scopes = sorted(scope.value for scope in allowed_for(organisation.kind))
            row = kept.get(str(organisation.id), {})
            if row.get("scopes") != " ".join(scopes) or not await _opens(session, organisation, row):
                made = await identity.create_client(
                    session=session, organisation=organisation.id, name="demo", scopes=scopes
                )
                row = {"client_id": made.client_id, "client_secret": made.secret, "scopes": " ".join(scopes)}
            found[organisation.id] = {name: row[name] for name in ("client_id", "client_secret", "scopes")}
    return found


async def _opens(session: AsyncSession, organisation: Organisation, row: dict[str, str]) -> bool:
    clients = await identity.list_clients(session=session, organisation=organisation.id)
    if row["client_id"] not in {client.client_id for client in clients if client.status == "active"}:
        return False
    usable = await identity.list_secrets(session=session, client_id=row["client_id"])
    return secret_digest(row["client_secret"]) in {secret.digest for secret in usable}


def _written() -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(DEMO.read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return found


def _write(
    base_url: str,
    organisations: list[Organisation],
    clients: dict[uuid.UUID, dict[str, str]],
    persons: list[dict[str, str]],
) -> None:
    landlord_a = persons[1]
    described = {
        "base_url": base_url,
        "issuer": base_url,
        "territory": {"id": SLUG, "name": NAME},
        "organisations": [
            {"id": str(row.id), "name": row.name, "kind": row.kind, **clients[row.id]} for row in organisations
        ],
        "console": {
            "url": f"{base_url}/console", **{name: landlord_a[name] for name in ("email", "password", "totp_secret")},
        },
        "people": persons,
    }  # fmt: skip
    first, second = (clients[row.id] for row in organisations[1:3])
    variables = {
        "BASE": base_url,
        "LANDLORD_A": f"{first['client_id']}:{first['client_secret']}",
        "LANDLORD_B": f"{second['client_id']}:{second['client_secret']}",
    }
    write_whole(DEMO_SHELL, "".join(f"{name}={shlex.quote(value)}\n" for name, value in variables.items()))
    write_whole(DEMO, json.dumps(described, ensure_ascii=False, indent=2) + "\n")
