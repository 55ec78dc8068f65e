"""The SQL that deletes what an organisation leaves behind, some at a time.

What it leaves is deleted as the landlord itself, whom row-level security lets delete its own rows and no other's; the
rest as the job, which policies of its own let delete what is due, and nothing before that.
"""

from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import OwnOrganisation

OWN: Final = (
    ("transfer_cases", 1_000), ("homes", 2_000), ("residences", 1_000), ("fact_history", 5_000),
    ("home_status_history", 5_000), ("reservation_conventions", 1_000),
    ("stock_sources", 1_000), ("sync_runs", 1_000), ("sync_sources", 1_000), ("sync_mappings", 1_000),
    ("sync_files", 20), ("former_references", 5_000), ("idempotency_keys", 1_000),
)  # fmt: skip
"""What the landlord itself may delete, in the order that foreign keys ask for, and how many rows at a time.

Works and listed facts go with homes; buildings, outages, distances and indexes with residences; pieces with files.
"""
CASCADED: Final = frozenset(
    {
        "adaptations", "feasible_works", "buildings", "lift_outages", "shown_residences", "distance_runs",
        "accessible_distances", "residence_indexes", "residence_index_history", "sync_file_parts",
        "case_alerts", "case_doors", "case_nearness", "webhook_deliveries", "consents", "authorization_codes",
        "refresh_tokens",
    }
)  # fmt: skip
"""What goes with something else that is deleted."""
BY_JOB: Final = (
    "stock_duplicates", "stock_tombstones", "webhook_endpoints", "standings", "obligation_reminders",
    "transfer_tombstones", "case_door_days", "vacated_homes",
)  # fmt: skip
PEOPLE: Final = "memberships"
_DELETE_OWN: Final = {
    table: text(
        f"DELETE FROM {table} WHERE organisation_id = :organisation AND ctid = ANY(ARRAY("
        f"SELECT ctid FROM {table} WHERE organisation_id = :organisation LIMIT :most))"
    )
    for table, _ in OWN
}
_DELETE_BY_JOB: Final = [text(f"DELETE FROM {table} WHERE organisation_id = :organisation") for table in BY_JOB]
_MEMBERS: Final = text(
    "WITH gone AS (DELETE FROM memberships WHERE organisation_id = :organisation RETURNING user_id)"
    " SELECT DISTINCT user_id FROM gone"
)
_USERS: Final = text(
    "DELETE FROM users u WHERE id = ANY(CAST(:users AS uuid[]))"
    " AND NOT EXISTS (SELECT FROM memberships m WHERE m.user_id = u.id)"
)
_COUNTS: Final = text(
    "SELECT (SELECT count(*) FROM residences WHERE organisation_id = :organisation) AS residences,"
    " (SELECT count(*) FROM buildings WHERE organisation_id = :organisation) AS buildings,"
    " (SELECT count(*) FROM homes WHERE organisation_id = :organisation) AS homes,"
    " (SELECT count(*) FROM sync_runs WHERE organisation_id = :organisation) AS imports,"
    " (SELECT count(*) FROM sync_sources WHERE organisation_id = :organisation) AS sources"
)


async def counts(session: AsyncSession, organisation: OwnOrganisation) -> dict[str, Any]:
    """Return how much there is to purge."""
    return dict((await session.execute(_COUNTS, {"organisation": organisation})).mappings().one())


async def delete_own(session: AsyncSession, organisation: OwnOrganisation, table: str, most: int) -> int:
    """Delete some rows of a table as the landlord itself; return how many."""
    values = {"organisation": organisation, "most": most}
    gone = await session.execute(_DELETE_OWN[table], values)
    return int(gone.rowcount)  # type: ignore[attr-defined]  # of a statement without rows


async def delete_rest(session: AsyncSession, organisation: OwnOrganisation) -> int:
    """Delete what the job alone may: what was found of the stock, webhooks, people that belong nowhere else.

    Returns:
        How many people's accounts were deleted.
    """
    values = {"organisation": organisation}
    for statement in _DELETE_BY_JOB:
        await session.execute(statement, values)
    users = list((await session.execute(_MEMBERS, values)).scalars())
    gone = await session.execute(_USERS, {"users": [str(user) for user in users]})
    return int(gone.rowcount)  # type: ignore[attr-defined]  # as above
