"""What a case took of its present home is known; found places are told; time alone ends no lease that was signed."""

from alembic import op

revision = "20261127_4350"
down_revision = "20261127_4340"

_TAKEN = """
    UPDATE transfer_cases c SET filled = array_remove(ARRAY[
        CASE WHEN (c.need ->> 'current_rent_cents')::integer = h.rent_cents THEN 'current_rent_cents' END,
        CASE WHEN (c.need ->> 'current_charges_cents')::integer = h.charges_cents THEN 'current_charges_cents' END,
        CASE WHEN (c.need ->> 'current_rooms')::integer = h.rooms THEN 'current_rooms' END,
        CASE WHEN c.need -> 'communes' = jsonb_build_array(r.commune_code) AND c.quarters = '{}' THEN 'communes' END
        ], NULL)
    FROM homes h JOIN residences r ON r.organisation_id = h.organisation_id AND r.id = h.residence_id
    WHERE h.organisation_id = c.organisation_id AND h.ref = c.home_ref AND c.closed_at IS NULL
"""
_READ = ("transfer_cases", "homes", "residences")
_PLACE = ("coalesce(b.position, r.position)", "coalesce(b.position, r.position, r.found_position)")
# Its landlord erases a case; the job deletes it in time, and means no more by it than the end of the consent.
_LEASE = (
    "AND NOT (why IN ('housed_elsewhere', 'consent_ended') AND state = 'leased')",
    """AND NOT (state = 'leased' AND (why IN ('housed_elsewhere', 'consent_ended')
                        OR why = 'case_erased' AND current_user <> 'registry_landlord'))""",
)


def _rewrite(function: str, old: str, new: str) -> None:
    """Replace words of a function's body; who owns it, who may call it and what it runs under stay as they are."""
    op.execute(
        f"DO $do$ BEGIN EXECUTE replace(pg_get_functiondef('{function}'::regprocedure), $t${old}$t$, $t${new}$t$);"
        " END $do$"
    )


def upgrade() -> None:
    op.execute("ALTER TABLE transfer_cases ADD COLUMN filled text[] DEFAULT '{}' NOT NULL")
    for table in _READ:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute(_TAKEN)
    for table in _READ:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    _rewrite("tell_address(uuid)", *_PLACE)
    _rewrite("end_proposals_of_case()", *_LEASE)


def downgrade() -> None:
    _rewrite("end_proposals_of_case()", *reversed(_LEASE))
    _rewrite("tell_address(uuid)", *reversed(_PLACE))
    op.execute("ALTER TABLE transfer_cases DROP COLUMN filled")
