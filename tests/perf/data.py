"""A synthetic country for the benchmarks: landlords, residences around town centres, homes with facts.

Made by the database from a fixed seed; the listings are then made by the product's own statements. One territory
covers it, so that a search of the whole country is one search. Of the homes 20 % have described facts and are
therefore listed, 4.5 % are free or soon free.
"""

import asyncio
from dataclasses import dataclass
from typing import Final

import psycopg
from sqlalchemy import text

from registry import wiring
from registry.listings.repository import projection
from registry.listings.service.place import place_territory
from registry.platform.database import Database, Role

LANDLORDS: Final = 600
TOWNS: Final = 330
COMMUNES: Final = 7_682
TERRITORY: Final = "pays"
HOMES_PER_RESIDENCE: Final = 12.3
CHUNK: Final = 5_000

_BASE: Final = (
    "SELECT setseed(0.42)",
    f"""
    CREATE TEMPORARY TABLE town AS
    SELECT i AS id, -1.5 + random() * 8 AS lon, 43.3 + random() * 6.5 AS lat, 1 / (i ^ 0.9) AS weight,
        0.02 + 0.06 / (i ^ 0.3) AS spread FROM generate_series(1, {TOWNS}) AS i
    """,
    """
    INSERT INTO organisations (id, name, kind, status)
    SELECT ('00000000-0000-7000-8000-' || lpad(i::text, 12, '0'))::uuid, 'Bailleur ' || i, 'landlord', 'active'
    FROM generate_series(1, %(landlords)s) AS i
    """,
    """
    INSERT INTO organisations (id, name, kind, status)
    VALUES ('00000000-0000-7000-8000-999999999999', 'Coordinateur', 'coordinator', 'active')
    """,
    f"""
    INSERT INTO communes (code, name, epci_code, departement, region, population, centre, vintage)
    SELECT lpad(i::text, 5, '0'), 'Commune ' || i, lpad((i / 30)::text, 9, '2'), lpad((1 + i % 95)::text, 2, '0'), '75',
        1000, ST_SetSRID(ST_Point(t.lon + (random() - 0.5) * 6 * t.spread,
            t.lat + (random() - 0.5) * 5 * t.spread), 4326), 2026
    FROM generate_series(1, {COMMUNES}) AS i JOIN town t ON t.id = 1 + i % {TOWNS}
    """,
    f"""
    INSERT INTO territories (slug, name, coordinator_id, srid)
    VALUES ('{TERRITORY}', 'Pays', '00000000-0000-7000-8000-999999999999', 2154)
    """,
    "INSERT INTO territory_communes (territory_id, commune_code) SELECT t.id, c.code FROM territories t, communes c",
    """
    INSERT INTO charters (id, territory_id, version, status, terms, in_force_from)
    SELECT gen_random_uuid(), id, 1, 'in_force', %(terms)s, now() FROM territories
    """,
    """
    INSERT INTO adhesions (territory_id, organisation_id, charter_version, status, signed_at, signed_by)
    SELECT t.id, o.id, 1, 'in_force', now(), 'bench' FROM territories t, organisations o WHERE o.kind = 'landlord'
    """,
)

# Zipf over towns and landlords by inversion of a power law; positions are normal around the town.
_RESIDENCES: Final = f"""
    INSERT INTO residences (id, organisation_id, ref, name, commune_code, position, quarter_codes)
    SELECT gen_random_uuid(),
        ('00000000-0000-7000-8000-' || lpad((1 + floor({LANDLORDS} * power(r.a, 2.2)))::int::text, 12, '0'))::uuid,
        'R' || r.i, 'Résidence ' || r.i, c.code,
        ST_SetSRID(ST_Point(
            t.lon + t.spread * sqrt(-2 * ln(r.c)) * cos(2 * pi() * r.d),
            t.lat + 0.7 * t.spread * sqrt(-2 * ln(r.c)) * sin(2 * pi() * r.d)), 4326), '{{}}'
    FROM (SELECT i, random() AS a, random() AS b, 1e-9 + random() AS c, random() AS d, random() AS e
          FROM generate_series(1, %(residences)s) AS i) r
    JOIN town t ON t.id = 1 + floor({TOWNS} * power(r.b, 3))::int
    CROSS JOIN LATERAL (SELECT lpad((t.id - 1 + CASE WHEN t.id = 1 THEN {TOWNS} ELSE 0 END
        + {TOWNS} * floor(r.e * {COMMUNES // TOWNS - 1})::int)::text, 5, '0') AS code) c
"""

_HOMES: Final = """
    INSERT INTO homes (id, organisation_id, residence_id, ref, typology, rooms, area_m2, floor, rent_cents,
        charges_cents, status, available_on, facts, confirmed_at)
    SELECT gen_random_uuid(), r.organisation_id, r.id, r.ref || '-' || n, 'T' || k.rooms, k.rooms,
        18 + 16 * k.rooms + floor(random() * 12), floor(random() * 6), 18000 + 9000 * k.rooms + floor(random() * 9000),
        4000 + 1500 * k.rooms,
        CASE WHEN k.free < 0.025 THEN 'vacant' WHEN k.free < 0.04 THEN 'notice' WHEN k.free < 0.045 THEN 'works'
             ELSE 'occupied' END,
        CASE WHEN k.free < 0.045 THEN current_date + (random() * 150)::int END,
        CASE WHEN k.level > 0.2 THEN '{}'::jsonb ELSE jsonb_strip_nulls(jsonb_build_object(
            'step_free_entrance', f.fact[1 + (random() < 0.7)::int], 'lift', f.fact[1 + (random() < 0.5)::int],
            'zero_step_shower', f.fact[1 + (random() < 0.4)::int], 'grab_bars', f.fact[1 + (random() < 0.5)::int],
            'raised_wc', f.fact[1 + (random() < 0.3)::int], 'turning_space', f.fact[1 + (random() < 0.15)::int],
            'wc_transfer_space', f.fact[1 + (random() < 0.1)::int],
            'adapted_parking', f.fact[1 + (random() < 0.05)::int],
            'video_intercom', f.fact[1 + (random() < 0.03)::int],
            'motorised_shutters', f.fact[1 + (random() < 0.02)::int],
            'entrance_door_width', jsonb_build_object('value', 75 + floor(random() * 20), 'source', 'measured',
                'date', '2026-03-01'))) END,
        now() - random() * interval '60 days'
    FROM residences r
    CROSS JOIN LATERAL generate_series(1,
        1 + floor(random() * 2 * (%(per_residence)s - 0.5) + 0 * length(r.ref))::int) AS n
    CROSS JOIN LATERAL (SELECT 1 + floor(random() * 5)::int + 0 * n AS rooms, random() + 0 * n AS free,
        random() + 0 * n AS level) k
    CROSS JOIN (SELECT ARRAY['{"value": "no", "source": "declared", "date": "2026-03-01"}'::jsonb,
        '{"value": "yes", "source": "declared", "date": "2026-03-01"}'::jsonb] AS fact) f
"""

TERMS: Final = """{"vocabulary_version": "2026.2", "shared_statuses": ["vacant", "notice", "works", "occupied"],
    "shared_features": ["step_free_entrance", "lift", "zero_step_shower", "grab_bars", "raised_wc", "turning_space"],
    "location_precision": "cell", "k": 11, "k_residences": 3, "listing_daily_homes": null}"""


@dataclass(frozen=True)
class Size:
    homes: int
    residences: int
    listings: int
    bookable: int


def make_stock(admin_url: str, homes: int) -> None:
    """Fill a migrated database with ``homes`` private homes; as the administrator, past every policy."""
    with psycopg.connect(admin_url, autocommit=True) as admin:
        admin.execute("SET search_path = registry, public")
        admin.execute("SET synchronous_commit = off")
        residences = round(homes / HOMES_PER_RESIDENCE)
        values = {
            "landlords": LANDLORDS, "terms": TERMS, "residences": residences, "per_residence": HOMES_PER_RESIDENCE,
        }  # fmt: skip
        for statement in (*_BASE, _RESIDENCES, _HOMES):
            used = {name: value for name, value in values.items() if f"%({name})s" in statement}
            admin.execute(statement, used or None)
        for table in ("communes", "residences", "homes", "territory_communes", "adhesions"):
            admin.execute(f"VACUUM (ANALYZE) {table}")


async def make_listings(jobs: Database) -> None:
    """Make zones and listings with the product's own statements, two chunks at a time."""
    wiring.wire()
    async with jobs.transaction(Role.JOB, actor="bench") as session:
        await place_territory(session=session, territory=1)
        described = text("SELECT id FROM homes WHERE facts <> '{}' ORDER BY residence_id")
        homes = (await session.execute(described)).scalars().all()
    chunks = iter([homes[start : start + CHUNK] for start in range(0, len(homes), CHUNK)])

    async def project() -> None:
        for chunk in chunks:
            async with jobs.transaction(Role.JOB, actor="bench") as session:
                await projection.project(session, chunk)

    await asyncio.gather(project(), project())


def settle(admin_url: str) -> None:
    """Leave the tables as autovacuum would, so that no run meets it."""
    with psycopg.connect(admin_url, autocommit=True) as admin:
        admin.execute("VACUUM (ANALYZE)")
        admin.execute("CHECKPOINT")


def measure(admin_url: str) -> Size:
    """Count what was made."""
    with psycopg.connect(admin_url, autocommit=True) as admin:
        admin.execute("SET search_path = registry, public")
        row = admin.execute(
            "SELECT (SELECT count(*) FROM homes), (SELECT count(*) FROM residences),"
            " count(*), count(*) FILTER (WHERE bookable) FROM listings"
        ).fetchone()
        assert row
        return Size(*row)
