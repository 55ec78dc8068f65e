"""The SQL that writes what a comparison found (see ``comparison``): one statement a kind."""

import uuid
from collections import defaultdict
from collections.abc import AsyncIterator
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import OwnOrganisation
from registry.stock.repository.comparison import WITHDRAWN_BY_FILE
from registry.stock.repository.homes import COMPARED
from registry.stock.repository.staging import OF_RESIDENCE, rows, run

MANY: Final = 100
"""Residences from which on it is quicker to read all that their landlord has than to look each up."""
_MOVED: Final = (
    "SELECT id, ST_X(position), ST_Y(position) FROM pg_temp.reconciled_residences WHERE moved AND fault IS NULL"
)
_QUARTERS: Final = """
    UPDATE pg_temp.reconciled_residences m SET quarter_codes = g.codes
    FROM jsonb_to_recordset(CAST(%(quarters)s AS jsonb)) AS g (id uuid, codes text[]) WHERE m.id = g.id
"""
# Held in the order in which everybody holds them; what somebody changed since it was compared is counted.
_HOLD_RESIDENCES: Final = """
    SELECT count(*) FROM (
        SELECT r.version, m.version AS compared FROM pg_temp.reconciled_residences m
        JOIN residences r ON r.organisation_id = %(organisation)s AND r.id = m.id
        WHERE m.kind = 'updated' AND m.fault IS NULL ORDER BY r.ref FOR UPDATE OF r) held
    WHERE version <> compared
"""
_HOLD_HOMES: Final = """
    SELECT count(*) FROM (
        SELECT h.version, m.version AS compared FROM (
            SELECT id, version FROM pg_temp.reconciled_homes WHERE kind = 'updated' AND fault IS NULL
            UNION ALL SELECT id, version FROM pg_temp.reconciled_absent) m
        JOIN homes h ON h.organisation_id = %(organisation)s AND h.id = m.id ORDER BY h.ref FOR UPDATE OF h) held
    WHERE version <> compared
"""
_CREATE_RESIDENCES: Final = f"""
    INSERT INTO residences (id, organisation_id, ref, position, quarter_codes, facts, {", ".join(OF_RESIDENCE)})
    SELECT id, %(organisation)s, ref, position, coalesce(quarter_codes, '{{}}'), facts, {", ".join(OF_RESIDENCE)}
    FROM pg_temp.reconciled_residences WHERE kind = 'created' AND fault IS NULL ORDER BY n
"""
_UPDATE_RESIDENCES: Final = f"""
    UPDATE residences r SET position = m.position, quarter_codes = m.quarter_codes, facts = m.facts,
        {", ".join(f"{name} = m.{name}" for name in OF_RESIDENCE)}, version = r.version + 1, updated_at = now(),
        changed_in = pg_current_xact_id()
    FROM pg_temp.reconciled_residences m
    WHERE r.organisation_id = %(organisation)s AND r.id = m.id AND m.kind = 'updated' AND m.fault IS NULL
"""
_CREATE_BUILDINGS: Final = """
    INSERT INTO buildings (id, organisation_id, residence_id, ref, name, levels, rnb_id, ban_id)
    SELECT id, %(organisation)s, residence_id, ref, name, levels, rnb_id, ban_id
    FROM pg_temp.reconciled_buildings WHERE new
"""
_UPDATE_BUILDINGS: Final = """
    UPDATE buildings b SET name = m.name, levels = m.levels, rnb_id = m.rnb_id, ban_id = m.ban_id
    FROM pg_temp.reconciled_buildings m WHERE b.organisation_id = %(organisation)s AND b.id = m.id AND m.changed
"""
_CREATE_HOMES: Final = f"""
    INSERT INTO homes (id, organisation_id, ref, {", ".join(COMPARED)}, source_id, line_hash)
    SELECT id, %(organisation)s, ref, {", ".join(COMPARED)}, %(source)s, line_hash
    FROM pg_temp.reconciled_homes WHERE kind = 'created' AND fault IS NULL
"""
_UPDATE_HOMES: Final = f"""
    UPDATE homes h SET {", ".join(f"{name} = m.{name}" for name in COMPARED)}, version = h.version + 1,
        updated_at = now(), confirmed_at = now(), changed_in = pg_current_xact_id(),
        line_hash = CASE WHEN m.own THEN m.line_hash END
    FROM pg_temp.reconciled_homes m
    WHERE h.organisation_id = %(organisation)s AND h.id = m.id AND m.kind = 'updated' AND m.fault IS NULL
"""
_WITHDRAW: Final = f"""
    UPDATE homes h SET status = 'withdrawn', version = h.version + 1, updated_at = now(),
        changed_in = pg_current_xact_id(),
        line_hash = {WITHDRAWN_BY_FILE}
    FROM pg_temp.reconciled_absent m WHERE h.organisation_id = %(organisation)s AND h.id = m.id
"""
# Homes whose listing may differ now: a home that has no fact and had none is shared nowhere. In the order in which they
# were made, those of a residence are together.
_SHOWN: Final = """
    DECLARE shown NO SCROLL CURSOR FOR SELECT id FROM pg_temp.reconciled_homes
    WHERE fault IS NULL AND kind <> 'unchanged' AND (facts <> '{}' OR held_facts <> '{}')
    UNION SELECT id FROM pg_temp.reconciled_absent WHERE facts <> '{}'
    UNION SELECT h.id FROM pg_temp.reconciled_residences m CROSS JOIN LATERAL (
            SELECT id FROM homes WHERE organisation_id = %(organisation)s AND residence_id = m.id AND facts <> '{}'
            OFFSET 0) h  -- one by one, as in ``comparison``
        WHERE m.kind = 'updated' AND m.fault IS NULL
    ORDER BY 1
"""
_RESTATED: Final = "SELECT id FROM pg_temp.reconciled_residences WHERE restated AND fault IS NULL"
_DIFFERENCE: Final = f"""
    SELECT sha256(coalesce(string_agg(line, '' ORDER BY id), '')) FROM (
        SELECT id, sha256(record_send(ROW(kind, id, ref, {", ".join(COMPARED)}))) FROM pg_temp.reconciled_homes
            WHERE fault IS NULL AND kind <> 'unchanged'
        UNION ALL SELECT id, sha256(record_send(ROW(kind, id, ref, position, facts, {", ".join(OF_RESIDENCE)})))
            FROM pg_temp.reconciled_residences WHERE fault IS NULL AND kind <> 'unchanged'
        UNION ALL SELECT id, sha256(record_send(ROW('withdrawn', id, ref))) FROM pg_temp.reconciled_absent) d (id, line)
"""
_EXPECTED: Final = """
    SELECT kind || ' residences', count(*) FROM pg_temp.reconciled_residences WHERE fault IS NULL GROUP BY kind
    UNION ALL SELECT kind || ' homes', count(*) FROM pg_temp.reconciled_homes WHERE fault IS NULL GROUP BY kind
    UNION ALL SELECT 'created buildings', count(*) FROM pg_temp.reconciled_buildings WHERE new
    UNION ALL SELECT 'updated buildings', count(*) FROM pg_temp.reconciled_buildings WHERE changed
    UNION ALL SELECT 'withdrawn homes', count(*) FROM pg_temp.reconciled_absent
"""


async def moved(session: AsyncSession) -> list[tuple[uuid.UUID, float, float]]:
    """Return the residences that have another position now: id, lon, lat."""
    return [(id_, lon, lat) for id_, lon, lat in await rows(session, _MOVED, {})]


async def set_quarters(session: AsyncSession, quarters: str) -> None:
    """Note the quarter codes of residences: a JSON array of ``{"id", "codes"}``."""
    await run(session, _QUARTERS, {"quarters": quarters})


async def apply(session: AsyncSession, organisation: OwnOrganisation, source: uuid.UUID) -> bool:
    """Write what differs.

    Returns:
        ``False``, with a part of it written, where somebody changed something of it since it was compared.

    Raises:
        IntegrityError: Somebody created something of it since; to look for that row by row would cost a tenth.
    """
    values = {"organisation": organisation, "source": source}
    for held in (_HOLD_RESIDENCES, _HOLD_HOMES):
        ((changed,),) = await rows(session, held, values)
        if changed:
            return False
    expected = defaultdict(int, await rows(session, _EXPECTED, values))
    # The check of a foreign key is a statement as well: planned anew, it takes a row ten times as long.
    await run(session, "SET LOCAL plan_cache_mode = auto", {})
    for name, statement in (
        ("created residences", _CREATE_RESIDENCES), ("updated residences", _UPDATE_RESIDENCES),
        ("created buildings", _CREATE_BUILDINGS), ("updated buildings", _UPDATE_BUILDINGS),
        ("created homes", _CREATE_HOMES), ("updated homes", _UPDATE_HOMES), ("withdrawn homes", _WITHDRAW),
    ):  # fmt: skip
        if not expected[name]:
            continue
        # Statistics do not know a landlord that is new: each of its residences would be held against each of the file.
        hashed = name == "updated residences" and expected[name] > MANY
        if hashed:
            await run(session, "SET LOCAL enable_nestloop = off", {})
        if await run(session, statement, values) != expected[name]:
            return False
        if hashed:
            await run(session, "SET LOCAL enable_nestloop = on", {})
    return True


async def shown(session: AsyncSession, organisation: OwnOrganisation, at_once: int) -> AsyncIterator[list[uuid.UUID]]:
    """Yield the homes whose listing may differ now, ``at_once`` of them: all may be half a million."""
    await run(session, _SHOWN, {"organisation": organisation})
    while found := [id_ for (id_,) in await rows(session, f"FETCH {at_once:d} FROM shown", {})]:
        yield found
    await run(session, "CLOSE shown", {})


async def restated(session: AsyncSession) -> list[uuid.UUID]:
    """Return the residences whose facts are other ones now."""
    return [id_ for (id_,) in await rows(session, _RESTATED, {})]


async def difference(session: AsyncSession) -> bytes:
    """Return the digest of everything that is written."""
    ((digest,),) = await rows(session, _DIFFERENCE, {})
    return bytes(digest)
