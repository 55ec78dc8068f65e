"""The SQL that compares what is staged with what is held (see ``staging``), in one pass.

What it finds stays in temporary tables named ``reconciled``: the preview, and what ``reconcile`` writes.
"""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal, NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import OwnOrganisation
from registry.stock.repository.homes import COMPARED, NAMES
from registry.stock.repository.staging import OF_BUILDING, OF_RESIDENCE, rows, run

MAX_BUILDINGS: Final = 500
"""Of one residence, as its model allows."""
WITHDRAWN_BY_FILE: Final = 0
"""The ``line_hash`` of a home that is withdrawn because its source's full file no longer named it."""

_COMPLETE: Final = "jsonb_build_object('date', %(fact_date)s::text, 'source', %(fact_source)s::text) || given.fact"


def _completed(stated: str) -> str:
    """Return the SQL of stated facts, each with its date and source, without those that are withdrawn."""
    return f"""coalesce((SELECT jsonb_object_agg(given.code, {_COMPLETE})
        FROM jsonb_each({stated}) AS given (code, fact) WHERE given.fact <> 'null'), '{{}}')"""


def _facts(held: str, stated: str, completed: str) -> str:
    """Return the SQL of the facts that a row ``held`` has once others are ``stated`` beside them.

    A fact that a better source established stays until it ends; of two of one rank the newer counts; one that is stated
    again without a date keeps the date it has. The order of the sources is the vocabulary's.

    Args:
        held: Name of the row, with ``id`` (NULL: it is new) and ``facts``.
        stated: The facts, or NULL; one that is withdrawn is null.
        completed: As :func:`_completed` makes them.
    """
    return f"""
    CASE WHEN {stated} IS NULL THEN coalesce({held}.facts, '{{}}')
    WHEN {held}.id IS NULL OR {held}.facts = '{{}}' THEN {completed}
    ELSE ({held}.facts || coalesce((
        SELECT jsonb_object_agg(given.code, CASE
            WHEN held.fact IS NULL OR (held.fact->>'until')::date < CURRENT_DATE OR held.rank < given.rank
                OR held.rank = given.rank AND coalesce(given.fact->>'date', %(fact_date)s) >= held.fact->>'date'
                    AND (given.fact ? 'date' OR given.fact->'value' IS DISTINCT FROM held.fact->'value')
                THEN {_COMPLETE}
            ELSE held.fact END)
        FROM (SELECT code, fact, array_position(%(ranking)s, coalesce(fact->>'source', %(fact_source)s)) AS rank
            FROM jsonb_each({stated}) AS each (code, fact) WHERE fact <> 'null') given
        CROSS JOIN LATERAL (SELECT {held}.facts->given.code AS fact,
            array_position(%(ranking)s, {held}.facts->given.code->>'source') AS rank) held), '{{}}'))
        - coalesce(ARRAY(
            SELECT given.code FROM jsonb_each({stated}) AS given (code, fact)
            WHERE given.fact = 'null' AND array_position(%(ranking)s, {held}.facts->given.code->>'source')
                <= array_position(%(ranking)s, %(fact_source)s)), '{{}}') END
"""


# Most homes of which a first file states facts state the same ones: completed once, not for each home.
_STATED_FACTS: Final = f"""
    CREATE TEMPORARY TABLE stated_facts ON COMMIT DROP AS
    SELECT facts, {_completed("facts")} AS complete
    FROM (SELECT DISTINCT facts FROM pg_temp.staged_homes WHERE facts IS NOT NULL) s
"""


# Of several rows that state one residence each attribute takes the most frequent value, the least where several are.
_COMPARE_RESIDENCES: Final = f"""
    CREATE TEMPORARY TABLE reconciled_residences ON COMMIT DROP AS
    WITH stated AS (
        SELECT ref, min(n) AS n, count(*) FILTER (WHERE alone) > 1 AS twice, (array_agg(id ORDER BY n))[1] AS id,
            mode() WITHIN GROUP (
                ORDER BY CASE WHEN lon IS NOT NULL THEN ST_SetSRID(ST_Point(lon, lat), 4326) END) AS position,
            {", ".join(f"mode() WITHIN GROUP (ORDER BY {name}) AS {name}" for name in OF_RESIDENCE)}
        FROM pg_temp.staged_residences GROUP BY ref),
    -- Once: what facts become is asked of each row three times below.
    merged AS MATERIALIZED (
        SELECT s.n, s.ref, s.twice, coalesce(r.id, s.id) AS id, r.id IS NOT NULL AS known, r.version, r.quarter_codes,
            coalesce(s.position, r.position) AS position, s.position IS DISTINCT FROM r.position
                AND s.position IS NOT NULL AS moved,
            CASE WHEN %(coarse)s THEN coalesce(r.name, s.name) ELSE coalesce(s.name, r.name) END AS name,
            coalesce(s.housing_form, r.housing_form, 'ordinary') AS housing_form,
            coalesce(s.equipment, r.equipment, '{{}}') AS equipment,
            {
    ", ".join(
        f"coalesce(s.{name}, r.{name}) AS {name}"
        for name in OF_RESIDENCE
        if name not in {"name", "housing_form", "equipment"}
    )
},
            {_facts("r", "f.facts", _completed("f.facts"))} AS facts
        FROM stated s LEFT JOIN residences r ON r.organisation_id = %(organisation)s AND r.ref = s.ref
        LEFT JOIN (SELECT DISTINCT ON (ref) ref, facts FROM pg_temp.staged_facts ORDER BY ref, n) f ON f.ref = s.ref)
    SELECT m.*, CASE
            WHEN m.twice AND NOT %(coarse)s THEN 'ref-twice'
            WHEN m.commune_code IS NULL THEN 'commune-missing'
            WHEN c.code IS NULL THEN 'commune-unknown'
            WHEN m.moved AND m.ref IN (SELECT ref FROM pg_temp.refs_outside) THEN 'position-outside'
            WHEN m.territory_slug IS NOT NULL AND NOT m.territory_slug = ANY(%(slugs)s) THEN 'territory-unknown' END
            AS fault,
        CASE WHEN NOT m.known THEN 'created'
             WHEN ROW(m.position, m.facts, {", ".join(f"m.{name}" for name in OF_RESIDENCE)}) IS DISTINCT FROM
                  ROW(r.position, r.facts, {", ".join(f"r.{name}" for name in OF_RESIDENCE)}) THEN 'updated'
             ELSE 'unchanged' END AS kind,
        m.facts <> coalesce(r.facts, '{{}}') AS restated
    FROM merged m
    LEFT JOIN residences r ON r.organisation_id = %(organisation)s AND r.id = m.id
    LEFT JOIN communes c ON c.code = m.commune_code
"""


def _merged(name: str) -> str:
    stated = f"coalesce(s.{name}, h.{name})"
    if name == "status":
        # Silence about a home that an earlier file of this source left out: it is in the stock again.
        stated = f"""coalesce(CASE
            WHEN %(coarse)s AND (s.status, h.status) IN (('occupied', 'notice'), ('vacant', 'reserved')) THEN h.status
            ELSE s.status END,
            CASE WHEN h.line_hash = {WITHDRAWN_BY_FILE} AND h.source_id = %(source)s THEN NULL ELSE h.status END,
            %(default_status)s)"""
    elif name == "typology":
        stated = "CASE WHEN %(coarse)s AND h.rooms = s.rooms THEN h.typology ELSE coalesce(s.typology, h.typology) END"
    return f"CASE WHEN '{name}' = ANY(s.cleared) THEN NULL ELSE {stated} END"


# A table with its size known, not a subquery: a landlord that is new has thousands of residences of which the server's
# statistics do not know yet, and would be looked for one by one.
_PLACE: Final = """
    CREATE TEMPORARY TABLE placed ON COMMIT DROP AS
    SELECT ref, id FROM pg_temp.reconciled_residences WHERE fault IS NULL
    UNION ALL
    SELECT r.ref, r.id FROM residences r
    WHERE r.organisation_id = %(organisation)s AND r.ref IN (SELECT residence_ref FROM pg_temp.staged_homes)
        AND r.ref NOT IN (SELECT ref FROM pg_temp.reconciled_residences)
"""
# Where homes are held: one by one, as most records of a file are passed over. Where none is: known before the plan is
# made, or what is never looked up costs so much that the other joins seem to cost nothing, however they are done.
_HELD_HOME: Final = {
    True: """LEFT JOIN LATERAL (
        SELECT * FROM homes WHERE organisation_id = %(organisation)s AND ref = s.ref LIMIT 1) h ON true""",
    False: "LEFT JOIN homes h ON false",
}
_FROM: Final = {
    held: f"""
    pg_temp.staged_homes s
    LEFT JOIN pg_temp.repeated_refs repeated ON repeated.ref = s.ref
    {_HELD_HOME[held]}
    LEFT JOIN pg_temp.placed r ON r.ref = s.residence_ref
    CROSS JOIN LATERAL (
        SELECT CASE WHEN s.residence_ref IS NULL THEN h.residence_id ELSE r.id END AS residence_id) place
"""
    for held in (True, False)
}
_REPEATED: Final = """
    CREATE TEMPORARY TABLE repeated_refs ON COMMIT DROP AS
    SELECT ref, min(n) AS first_n FROM pg_temp.staged_homes WHERE %(held)s GROUP BY ref HAVING count(*) > 1
"""
# A home may name a building that nobody has stated: it is made with its reference. Random ids: a file names few.
_COMPARE_BUILDINGS: Final = {
    held: f"""
    CREATE TEMPORARY TABLE reconciled_buildings ON COMMIT DROP AS
    WITH stated AS (
        SELECT r.id AS residence_id, s.ref, min(s.n) AS n,
            {", ".join(f"mode() WITHIN GROUP (ORDER BY s.{name}) AS {name}" for name in OF_BUILDING)}
        FROM pg_temp.staged_buildings s JOIN pg_temp.placed r ON r.ref = s.residence_ref GROUP BY 1, 2),
    named AS (
        SELECT residence_id, ref, min(n) AS n FROM (
            SELECT place.residence_id, s.building_ref AS ref, s.n FROM {_FROM[held]}
            WHERE s.building_ref IS NOT NULL AND place.residence_id IS NOT NULL
            UNION ALL SELECT residence_id, ref, n FROM stated) every GROUP BY 1, 2),
    ranked AS (
        SELECT n.residence_id, n.ref, b.id, row_number() OVER (PARTITION BY n.residence_id ORDER BY b.id, n.n)
                - count(b.id) OVER (PARTITION BY n.residence_id) + present.count AS rank,
            s.ref IS NOT NULL AS stated,
            {", ".join(f"coalesce(s.{name}, b.{name}) AS {name}" for name in OF_BUILDING)},
            b.id IS NOT NULL AND s.ref IS NOT NULL AND ({
        " OR ".join(f"coalesce(s.{name}, b.{name}) IS DISTINCT FROM b.{name}" for name in OF_BUILDING)
    }) AS changed
        FROM named n
        LEFT JOIN stated s ON s.residence_id = n.residence_id AND s.ref = n.ref
        LEFT JOIN buildings b ON b.organisation_id = %(organisation)s AND b.residence_id = n.residence_id
            AND b.ref = n.ref
        CROSS JOIN LATERAL (SELECT count(*) FROM buildings p
            WHERE p.organisation_id = %(organisation)s AND p.residence_id = n.residence_id) present)
    SELECT residence_id, ref, coalesce(id, gen_random_uuid()) AS id, id IS NULL AS new, changed, stated,
        {", ".join(OF_BUILDING)}
    FROM ranked WHERE id IS NOT NULL OR rank <= {MAX_BUILDINGS}
"""
    for held in (True, False)
}
_COMPARE_HOMES: Final = {
    held: f"""
    CREATE TEMPORARY TABLE reconciled_homes ON COMMIT DROP AS
    SELECT s.n, coalesce(repeated.first_n, s.n) AS first_n, s.ref, coalesce(h.id, s.id) AS id, h.version, s.line_hash,
        s.residence_ref, s.building_ref, m.*, h.facts AS held_facts, coalesce(h.source_id = %(source)s, true) AS own,
        h.status <> 'withdrawn' AS held,
        CASE
            -- Its line stands in this file as well, unchanged: the reference is there twice.
            WHEN s.n > repeated.first_n OR (h.source_id = %(source)s AND h.line_hash <> {WITHDRAWN_BY_FILE}
                AND NOT EXISTS (SELECT FROM pg_temp.unseen_lines u WHERE u.line_hash = h.line_hash)) THEN 'ref-twice'
            WHEN m.residence_id IS NULL AND s.residence_ref IS NULL THEN 'residence-missing'
            WHEN m.residence_id IS NULL THEN 'residence-unknown'
            WHEN s.building_ref IS NOT NULL AND b.id IS NULL THEN 'buildings-too-many'
            WHEN m.rooms IS NULL THEN 'rooms-missing'
            WHEN m.typology IS NULL THEN 'typology-missing' END AS fault,
        CASE WHEN h.id IS NULL THEN 'created'
             WHEN ROW({", ".join(f"m.{name}" for name in COMPARED)}) IS DISTINCT FROM
                  ROW({", ".join(f"h.{name}" for name in COMPARED)}) THEN 'updated'
             ELSE 'unchanged' END AS kind
    FROM {_FROM[held]}
    LEFT JOIN pg_temp.stated_facts stated ON stated.facts = s.facts
    LEFT JOIN pg_temp.reconciled_buildings b ON b.residence_id = place.residence_id AND b.ref = s.building_ref
    CROSS JOIN LATERAL (
        SELECT place.residence_id, CASE WHEN 'building_ref' = ANY(s.cleared) THEN NULL
                WHEN s.building_ref IS NOT NULL THEN b.id
                WHEN place.residence_id = h.residence_id THEN h.building_id END AS building_id,
            {", ".join(f"{_merged(name)} AS {name}" for name in NAMES)},
            {_facts("h", "s.facts", "stated.complete")} AS facts) m
"""
    for held in (True, False)
}
# A building is made for a home that is taken; what it stands on is another one then, for whoever read it before.
_DROP_BUILDINGS: Final = """
    DELETE FROM pg_temp.reconciled_buildings b WHERE b.new AND NOT b.stated AND NOT EXISTS (
        SELECT FROM pg_temp.reconciled_homes m WHERE m.building_id = b.id AND m.fault IS NULL)
"""
_UPDATE_REBUILT: Final = """
    UPDATE pg_temp.reconciled_residences SET kind = 'updated'
    WHERE kind = 'unchanged' AND fault IS NULL
        AND id IN (SELECT residence_id FROM pg_temp.reconciled_buildings WHERE new OR changed)
"""
_ADD_REBUILT: Final = f"""
    INSERT INTO pg_temp.reconciled_residences (n, ref, twice, id, known, version, quarter_codes, moved, kind, position,
        facts, restated, {", ".join(OF_RESIDENCE)})
    SELECT 0, ref, false, id, true, version, quarter_codes, false, 'updated', position,
        facts, false, {", ".join(OF_RESIDENCE)}
    FROM residences WHERE organisation_id = %(organisation)s
        AND id IN (SELECT residence_id FROM pg_temp.reconciled_buildings WHERE new OR changed)
        AND id NOT IN (SELECT id FROM pg_temp.reconciled_residences)
"""
_COMPARE_ABSENT: Final = """
    CREATE TEMPORARY TABLE reconciled_absent ON COMMIT DROP AS
    SELECT h.id, h.ref, h.version, h.facts FROM homes h
    WHERE %(full)s AND h.organisation_id = %(organisation)s AND h.source_id = %(source)s AND h.status <> 'withdrawn'
        AND (h.line_hash IS NULL OR h.line_hash IN (SELECT line_hash FROM pg_temp.unseen_lines))
        AND h.ref NOT IN (SELECT ref FROM pg_temp.staged_homes) AND h.ref NOT IN (SELECT ref FROM pg_temp.unread_refs)
"""
_OUTCOMES: Final = """
    SELECT 'homes', CASE WHEN fault IS NULL THEN kind ELSE 'rejected' END, count(*) FROM pg_temp.reconciled_homes
        GROUP BY 1, 2
    UNION ALL
    SELECT 'residences', CASE WHEN fault IS NULL THEN kind ELSE 'rejected' END, count(*)
        FROM pg_temp.reconciled_residences GROUP BY 1, 2
    UNION ALL
    SELECT 'records', CASE WHEN m.fault IS NULL THEN m.kind ELSE 'rejected' END, count(*)
        FROM pg_temp.staged_residences s JOIN pg_temp.reconciled_residences m ON m.ref = s.ref
        WHERE s.alone GROUP BY 1, 2
    UNION ALL SELECT 'homes', 'withdrawn', count(*) FROM pg_temp.reconciled_absent
"""
_HELD: Final = """
    SELECT (SELECT count(*) FROM homes
            WHERE organisation_id = %(organisation)s AND source_id = %(source)s AND status <> 'withdrawn')
        + (SELECT count(*) FROM pg_temp.reconciled_homes WHERE held AND NOT own)
"""
_FAULTS: Final = """
    SELECT 'homes', n, ref, fault, first_n, residence_ref, building_ref FROM pg_temp.reconciled_homes
    WHERE fault IS NOT NULL
    UNION ALL
    SELECT 'residences', n, ref, fault, n, commune_code, territory_slug FROM pg_temp.reconciled_residences
    WHERE fault IS NOT NULL ORDER BY 2
"""


def _differing(held: str, names: Sequence[str]) -> str:
    """Return the SQL of what differs between ``m`` and the row that is held: name to before and after."""
    return f"""CASE WHEN m.kind = 'updated' THEN (
        SELECT coalesce(jsonb_object_agg(new.key, jsonb_build_array(old.value, new.value)), '{{}}')
        FROM jsonb_each(to_jsonb(m) - ARRAY['residence_id', 'building_id', 'position']) new
        JOIN jsonb_each(to_jsonb({held})) old ON old.key = new.key
        WHERE new.key = ANY(ARRAY[{", ".join(f"'{name}'" for name in (*names, "facts"))}])
            AND new.value IS DISTINCT FROM old.value) END"""


# Of residences those that have a record of their own: what homes say beside themselves is counted.
_SAMPLE: Final = f"""
    (SELECT 'home', m.ref, m.kind, {_differing("h", NAMES)}
    FROM pg_temp.reconciled_homes m LEFT JOIN homes h ON h.organisation_id = %(organisation)s AND h.id = m.id
    WHERE m.fault IS NULL AND m.kind <> 'unchanged' ORDER BY m.kind DESC, m.n LIMIT %(limit)s)
    UNION ALL
    (SELECT 'residence', m.ref, m.kind, {_differing("r", OF_RESIDENCE)}
    FROM pg_temp.reconciled_residences m
    LEFT JOIN residences r ON r.organisation_id = %(organisation)s AND r.id = m.id
    WHERE m.fault IS NULL AND m.kind <> 'unchanged'
        AND m.ref IN (SELECT ref FROM pg_temp.staged_residences WHERE alone) ORDER BY m.kind DESC, m.n LIMIT %(limit)s)
    UNION ALL
    (SELECT 'home', ref, 'withdrawn', NULL FROM pg_temp.reconciled_absent ORDER BY ref LIMIT %(limit)s)
"""
_COMPARED_TABLES: Final = (
    "repeated_refs", "stated_facts", "reconciled_residences", "placed", "reconciled_buildings", "reconciled_homes",
    "reconciled_absent",
)  # fmt: skip


class Fault(NamedTuple):
    """Why a stated home or residence is refused. ``values``: the residence and building, or commune and territory."""

    table: str
    n: int
    ref: str
    code: str
    first_n: int
    values: tuple[str | None, str | None]


class Change(NamedTuple):
    """One difference. ``fields``: name to the value before and after, of what is updated."""

    subject: Literal["home", "residence"]
    ref: str
    kind: str
    fields: Mapping[str, Sequence[Any]] | None


async def compare(
    session: AsyncSession, organisation: OwnOrganisation, values: Mapping[str, Any]
) -> dict[tuple[str, str], int]:
    """Compare what is staged with what is held; return counts by table and outcome.

    Args:
        values: ``source``, ``held`` (homes are held to compare with, and a reference that is repeated is a fault; else
            the table itself refuses it), ``full`` (what is not named is absent), ``coarse`` (a value that says no
            more than a finer one that is held leaves it), ``slugs`` (territories that a residence may name),
            ``default_status``, ``fact_source``, ``fact_date``, ``ranking`` (sources of facts from the weakest).
    """
    values, held = {**values, "organisation": organisation}, bool(values["held"])
    await run(session, "SET LOCAL plan_cache_mode = force_custom_plan", {})
    for analysed in ("staged_homes (ref, residence_ref)", "staged_residences (ref)", "staged_facts", "unseen_lines"):
        await run(session, f"ANALYZE pg_temp.{analysed}", {})
    for compared, statement in (
        ("repeated_refs", _REPEATED), ("stated_facts (facts)", _STATED_FACTS),
        ("reconciled_residences (id, ref, kind)", _COMPARE_RESIDENCES), ("placed", _PLACE),
        ("reconciled_buildings", _COMPARE_BUILDINGS[held]), ("reconciled_homes (id, kind)", _COMPARE_HOMES[held]),
        ("reconciled_absent (id)", _COMPARE_ABSENT),
    ):  # fmt: skip
        await run(session, statement, values)
        await run(session, f"ANALYZE pg_temp.{compared}", {})
    for statement in (_DROP_BUILDINGS, _UPDATE_REBUILT, _ADD_REBUILT):
        await run(session, statement, values)
    return {(table, outcome): count for table, outcome, count in await rows(session, _OUTCOMES, values)}


async def held(session: AsyncSession, organisation: OwnOrganisation, source: uuid.UUID) -> int:
    """Return how many homes the source holds, with those of others that the file names."""
    ((count,),) = await rows(session, _HELD, {"organisation": organisation, "source": source})
    return int(count)


async def faults(session: AsyncSession) -> list[Fault]:
    """Return what was refused beside the other rows and what is held, by line."""
    found = await rows(session, _FAULTS, {})
    return [Fault(table, n, ref, code, first, (one, two)) for table, n, ref, code, first, one, two in found]


async def sample(session: AsyncSession, organisation: OwnOrganisation, limit: int) -> list[Change]:
    """Return up to ``limit`` homes that would be written, as many residences, and as many homes to be withdrawn."""
    values = {"organisation": organisation, "limit": limit}
    return [Change(*row) for row in await rows(session, _SAMPLE, values)]


async def clear(session: AsyncSession) -> None:
    """Forget what was staged of homes and how it compared, for what is staged next."""
    await run(session, f"DROP TABLE {', '.join(f'pg_temp.{name}' for name in _COMPARED_TABLES)}", {})
    await run(session, "TRUNCATE pg_temp.staged_homes", {})
