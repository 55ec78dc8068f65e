"""The SQL by which one landlord's rows become another's.

In one transaction of the database's owner, which row-level security holds to the two landlords that ``begin_merge()``
named. One statement moves what is connected by foreign keys: those are looked at when it ends.
"""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final, LiteralString, NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

LONGEST: Final = {"homes": 100, "residences": 100, "sync_mappings": 60, "sync_sources": 60}
"""What has references or names of the landlord's own, and how long one may be."""
_KEY: Final[Mapping[str, LiteralString]] = {
    "homes": "ref", "residences": "ref", "sync_mappings": "name", "sync_sources": "name",
}  # fmt: skip


class Landlord(NamedTuple):
    id: uuid.UUID
    name: str
    kind: str
    status: str
    successor_id: uuid.UUID | None


class TerritoryOf(NamedTuple):
    """A territory where the former landlord takes part or shares homes.

    Attributes:
        listings: How many homes it shares there.
        kept: Whether they stay: the successor's adhesion is in force, to the version that the other signed or a later.
    """

    id: int
    slug: str
    listings: int
    kept: bool


def _taken(table: str, column: LiteralString) -> LiteralString:
    return (
        f"CASE WHEN {column} = ANY(CAST(:{table} AS text[])) THEN CAST(:prefix_{table} AS text) || {column}"
        f" ELSE {column} END"
    )


_LANDLORDS: Final = text(
    "SELECT id, name, kind, status, successor_id FROM organisations WHERE id = ANY(CAST(:both AS uuid[]))"
)
_BEGIN: Final = text("SELECT begin_merge(:old, :new)")
# The check of a foreign key is a statement as well: planned for an average landlord, it may read a large one's rows.
_PLANS: Final = text("SET LOCAL plan_cache_mode = auto")
# As an import and a fetch hold a landlord (registry.sync): neither runs meanwhile.
_CLAIM: Final = text(
    "SELECT bool_and(pg_try_advisory_xact_lock(number, hashtext(id)))"
    " FROM unnest(ARRAY[7301952, 7301953]) number, unnest(CAST(:both AS text[])) id"
)
# Who writes a home holds its residence: what was begun is over once all are held, and the next statement sees it.
_HOLD: Final = text("SELECT FROM residences WHERE organisation_id = :old ORDER BY ref FOR UPDATE")
_TERRITORIES: Final = text(
    """
    SELECT t.id, t.slug, coalesce(l.listings, 0), coalesce(n.status = 'in_force' AND o.status = 'in_force'
        AND n.charter_version >= o.charter_version, false)
    FROM territories t
    LEFT JOIN adhesions o ON o.territory_id = t.id AND o.organisation_id = :old AND o.status <> 'withdrawn'
    LEFT JOIN adhesions n ON n.territory_id = t.id AND n.organisation_id = :new
    LEFT JOIN (SELECT territory_id, count(*) AS listings FROM listings WHERE organisation_id = :old
        GROUP BY territory_id) l ON l.territory_id = t.id
    WHERE o.territory_id IS NOT NULL OR l.territory_id IS NOT NULL ORDER BY t.slug
    """
)
_COUNTS: Final = text(
    "SELECT (SELECT count(*) FROM residences WHERE organisation_id = :old) AS residences,"
    " (SELECT count(*) FROM buildings WHERE organisation_id = :old) AS buildings,"
    " (SELECT count(*) FROM homes WHERE organisation_id = :old) AS homes,"
    " (SELECT count(*) FROM sync_sources WHERE organisation_id = :old) AS sources,"
    " (SELECT count(*) FROM sync_runs WHERE organisation_id = :old) AS imports,"
    " (SELECT count(*) FROM transfer_cases WHERE organisation_id = :old) AS cases,"
    " (SELECT count(*) FROM transfer_proposals WHERE organisation_id = :old OR owner_id = :old) AS proposals"
)
_COLLIDING: Final = {
    table: text(
        f"SELECT DISTINCT o.{key} FROM {table} o JOIN {table} n ON n.organisation_id = :new AND n.{key} = o.{key}"
        f" WHERE o.organisation_id = :old ORDER BY 1"
    )
    for table, key in _KEY.items()
}
_UNFIT: Final = {
    table: text(
        f"SELECT given.ref FROM unnest(CAST(:refs AS text[])) AS given (ref) WHERE length(:prefix || given.ref) > :most"
        f" OR EXISTS (SELECT FROM {table} taken WHERE taken.organisation_id IN (:old, :new)"
        f" AND taken.{key} = :prefix || given.ref) ORDER BY 1"
    )
    for table, key in _KEY.items()
}
# What was a former reference before is one again, of the same landlord; what changes now is one of the former landlord,
# and of those before it whose files state it.
_MOVE_FORMER: Final = text(
    f"""
    UPDATE former_references f SET organisation_id = :new,
        ref = CASE kind WHEN 'home' THEN {_taken("homes", "f.ref")} ELSE {_taken("residences", "f.ref")} END
    WHERE organisation_id = :old
    """
)
_ADD_FORMER: Final = text(
    """
    INSERT INTO former_references (organisation_id, kind, former_organisation_id, former_ref, ref)
    SELECT :new, changed.kind, former.id, changed.ref, :prefix_homes || changed.ref
    FROM (SELECT 'home' AS kind, unnest(CAST(:homes AS text[])) AS ref
        UNION ALL SELECT 'residence', unnest(CAST(:residences AS text[]))) changed
    CROSS JOIN (SELECT CAST(:old AS uuid) UNION SELECT former_organisation_id FROM stock_sources
        WHERE organisation_id = :old AND former_organisation_id IS NOT NULL) former (id)
    ON CONFLICT DO NOTHING
    """
)
_SAME_CONVENTION: Final = "n.departement = o.departement AND n.quota_holder = o.quota_holder"
_FORGET: Final = [
    text(f"DELETE FROM {table} o WHERE organisation_id = :old AND {condition}")
    for table, condition in (
        ("stock_duplicates", "true"),  # found anew every night
        ("sync_files", "EXISTS (SELECT FROM sync_files n WHERE n.organisation_id = :new AND n.sha256 = o.sha256)"),
        (
            "reservation_conventions",  # the successor's own goes on
            f"EXISTS (SELECT FROM reservation_conventions n WHERE n.organisation_id = :new AND {_SAME_CONVENTION})",
        ),
    )
]
_AS_IT_IS: Final = (
    "buildings", "fact_history", "home_status_history", "lift_outages", "shown_residences", "distance_runs",
    "accessible_distances", "residence_indexes", "residence_index_history", "assessment_requests", "sync_files",
    "sync_file_parts", "case_alerts", "case_nearness", "transfer_tombstones", "transfer_moves",
    "reservation_conventions",
)  # fmt: skip
_CHANGED: Final[Mapping[str, LiteralString]] = {
    "residences": f"ref = {_taken('residences', 't.ref')}, changed_in = pg_current_xact_id()",
    "homes": f"ref = {_taken('homes', 't.ref')}, changed_in = pg_current_xact_id()",
    "adaptations": f"home_ref = {_taken('homes', 't.home_ref')}",
    "feasible_works": f"home_ref = {_taken('homes', 't.home_ref')},"
    f" residence_ref = {_taken('residences', 't.residence_ref')}",
    "vacated_homes": f"home_ref = {_taken('homes', 't.home_ref')}",
    "transfer_cases": f"home_ref = {_taken('homes', 't.home_ref')}",
    "case_doors": f"home_ref = {_taken('homes', 't.home_ref')}",
    "stock_sources": "former_organisation_id = coalesce(t.former_organisation_id, :old)",
    "sync_mappings": f"name = {_taken('sync_mappings', 't.name')}",
    "sync_sources": f"name = {_taken('sync_sources', 't.name')},"
    f" mapping_name = {_taken('sync_mappings', 't.mapping_name')}",
    "sync_runs": f"mapping_name = {_taken('sync_mappings', 't.mapping_name')}",
}  # fmt: skip
_OF_TWO: Final = ("transfer_proposals", "transfer_steps", "home_holds", "moving_help")
"""What two landlords have together: the former one may be either, or with its successor both."""
MOVED: Final = frozenset({*_AS_IT_IS, *_CHANGED, *_OF_TWO, "former_references", "stock_duplicates", "listings"})
"""What becomes the successor's. A test asks of every other table with an organisation why it stays."""
_STEPS: Final = [
    f"moved_{table} AS (UPDATE {table} t SET organisation_id = :new{', ' if also else ''}{also}"
    " WHERE organisation_id = :old RETURNING 1)"
    for table, also in {**dict.fromkeys(_AS_IT_IS, ""), **_CHANGED}.items()
] + [
    f"moved_{table} AS (UPDATE {table} SET"
    " organisation_id = CASE organisation_id WHEN :old THEN CAST(:new AS uuid) ELSE organisation_id END,"
    " owner_id = CASE owner_id WHEN :old THEN CAST(:new AS uuid) ELSE owner_id END"
    " WHERE organisation_id = :old OR owner_id = :old RETURNING 1)"
    for table in _OF_TWO
]
_MOVE: Final = text(f"WITH {', '.join(_STEPS)} SELECT count(*) FROM moved_homes")
# The document names the landlord as the projection writes it; the job projects all of them again soon.
_NAMED: Final = (
    "(SELECT trim('{}' FROM json_build_object('landlord', json_build_object('id', id, 'name', name))::text) || '}'"
    " FROM organisations WHERE id = %s)"
)
_MOVE_LISTINGS: Final = text(
    f"""
    UPDATE listings SET organisation_id = :new, changed_in = pg_current_xact_id(),
        document = replace(document, {_NAMED % ":old"}, {_NAMED % ":new"})
    WHERE organisation_id = :old AND territory_id = ANY(CAST(:kept AS integer[]))
    """
)
_WITHDRAW: Final = text("DELETE FROM listings WHERE organisation_id = :old")
_REQUEST: Final = text(
    "INSERT INTO zoning_requests (territory_id, everything)"
    " SELECT territory_id, true FROM unnest(CAST(:territories AS integer[])) AS asked (territory_id)"
)
_END: Final = [
    text("UPDATE organisations SET status = 'merged', successor_id = :new WHERE id = :old"),
    text(
        "UPDATE organisations SET parent_id = CASE WHEN id <> :new THEN CAST(:new AS uuid) END WHERE parent_id = :old"
    ),
    text(
        "INSERT INTO offboardings (organisation_id, due_at, left_at, purge_at)"
        " VALUES (:old, now(), now(), now() + make_interval(days => :days))"
        " ON CONFLICT (organisation_id) DO UPDATE SET left_at = now(), purge_at = excluded.purge_at"
    ),
]
_DEPART: Final = text("SELECT depart(:old)")


async def landlords(session: AsyncSession, old: uuid.UUID, new: uuid.UUID) -> dict[uuid.UUID, Landlord]:
    rows = await session.execute(_LANDLORDS, {"both": [str(old), str(new)]})
    return {row[0]: Landlord(*row) for row in rows}


async def begin(session: AsyncSession, old: uuid.UUID, new: uuid.UUID) -> None:
    """Open the rows of the two landlords to this transaction, and nobody else's."""
    await session.execute(_PLANS)
    await session.execute(_BEGIN, {"old": old, "new": new})


async def claim(session: AsyncSession, old: uuid.UUID, new: uuid.UUID) -> bool:
    """Keep the files of both out until the commit; return whether none is being read or fetched."""
    held: bool = (await session.execute(_CLAIM, {"both": [str(old), str(new)]})).scalar_one()
    return held


async def hold(session: AsyncSession, old: uuid.UUID) -> None:
    """Wait for whoever writes the former landlord's stock, and hold it."""
    await session.execute(_HOLD, {"old": old})


async def territories(session: AsyncSession, old: uuid.UUID, new: uuid.UUID) -> list[TerritoryOf]:
    return [TerritoryOf(*row) for row in await session.execute(_TERRITORIES, {"old": old, "new": new})]


async def counts(session: AsyncSession, old: uuid.UUID) -> dict[str, int]:
    return dict((await session.execute(_COUNTS, {"old": old})).mappings().one())


async def colliding(session: AsyncSession, table: str, old: uuid.UUID, new: uuid.UUID) -> list[str]:
    """Return the references, or names, that both have."""
    return list((await session.execute(_COLLIDING[table], {"old": old, "new": new})).scalars())


async def unfit(
    session: AsyncSession, table: str, old: uuid.UUID, new: uuid.UUID, *, refs: Sequence[str], prefix: str
) -> list[str]:
    """Return those of the references before which the prefix cannot be put."""
    values = {"old": old, "new": new, "refs": list(refs), "prefix": prefix, "most": LONGEST[table]}
    return list((await session.execute(_UNFIT[table], values)).scalars())


async def move(
    session: AsyncSession,
    old: uuid.UUID,
    new: uuid.UUID,
    *,
    changed: Mapping[str, Sequence[str]],
    prefixes: Mapping[str, str],
    kept: Sequence[int],
) -> None:
    """Make all stock, files and sources of the former landlord the successor's; its listings where they are kept.

    Args:
        changed: The references and names, by table, before which a prefix is put; of homes and residences the same.
        prefixes: The prefixes, by table.
        kept: Territories in which the listings stay.
    """
    refs = {table: list(changed[table]) for table in _KEY}
    named = {f"prefix_{table}": prefixes[table] for table in _KEY}
    values: dict[str, Any] = {"old": old, "new": new, **refs, **named}
    for statement in (_MOVE_FORMER, _ADD_FORMER, *_FORGET, _MOVE):
        await session.execute(statement, values)
    await session.execute(_MOVE_LISTINGS, {"old": old, "new": new, "kept": list(kept)})
    await session.execute(_WITHDRAW, {"old": old})


async def end(
    session: AsyncSession, old: uuid.UUID, new: uuid.UUID, *, territories: Sequence[int], days: int
) -> dict[str, int]:
    """Note the successor, end what the former landlord was part of, and have all listings there projected anew.

    Returns:
        How many signatures, adhesions, clients and so on ended.
    """
    values = {"old": old, "new": new, "days": days}
    for statement in _END:
        await session.execute(statement, values)
    await session.execute(_REQUEST, {"territories": list(territories)})
    ended: dict[str, int] = (await session.execute(_DEPART, {"old": old})).scalar_one()
    return ended
