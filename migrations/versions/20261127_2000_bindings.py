"""What every transaction asks first keeps its plan: the body of a function in SQL is planned at each call."""

from alembic import op

revision = "20261127_2000"
down_revision = "20261126_1900"

IN_FORCE = """coalesce((
            SELECT array_agg(DISTINCT standing.territory_id) FROM (
                SELECT a.territory_id FROM adhesions a
                WHERE a.organisation_id = organisation AND a.status = 'in_force'
                UNION ALL
                SELECT t.id FROM territories t WHERE t.coordinator_id = organisation) standing
            JOIN charters c ON c.territory_id = standing.territory_id AND c.status = 'in_force'
            JOIN organisations o ON o.id = organisation AND o.status = 'active'), '{}')"""
SEARCHED = """coalesce((SELECT array_agg(f.id) FROM unnest(in_force) AS f (id)
            WHERE NOT EXISTS (SELECT FROM standings s WHERE s.organisation_id = organisation
                AND s.territory_id = f.id AND s.state = 'barred')), '{}')"""
FUNCTIONS = (
    ("territories_in_force(organisation uuid)", IN_FORCE),
    ("territories_searched(organisation uuid, in_force integer[])", SEARCHED),
)


def upgrade() -> None:
    for signature, asked in FUNCTIONS:
        op.execute(
            f"""
            CREATE OR REPLACE FUNCTION {signature} RETURNS integer[]
            LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = registry, public, pg_temp AS $$
            BEGIN
                RETURN {asked};
            END $$;
            """
        )


def downgrade() -> None:
    for signature, asked in FUNCTIONS:
        op.execute(
            f"""
            CREATE OR REPLACE FUNCTION {signature} RETURNS integer[]
            LANGUAGE sql STABLE SECURITY DEFINER SET search_path = registry, public, pg_temp
            RETURN {asked};
            """
        )
