"""How many residences of each member wait for somebody to look at their place, for the coordinator: numbers alone."""

from alembic import op

revision = "20261127_2100"
down_revision = "20261126_1900"


def upgrade() -> None:
    # SECURITY DEFINER: the coordinator reads no residence. Those of other communes are left out, and so is who is no
    # member.
    op.execute(
        """
        CREATE POLICY residences_doubtful ON residences FOR SELECT TO registry_owner USING (
            (SELECT current_organisation()) IS NOT NULL AND candidate_position IS NOT NULL AND position IS NULL);
        CREATE POLICY territory_communes_owner ON territory_communes FOR SELECT TO registry_owner USING (true);
        CREATE FUNCTION doubtful_positions() RETURNS TABLE (organisation_id uuid, residences bigint)
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = registry, public, pg_temp
        BEGIN ATOMIC
            SELECT r.organisation_id, count(*)
            FROM residences r
            WHERE r.candidate_position IS NOT NULL AND r.position IS NULL AND EXISTS (
                SELECT FROM territories t
                JOIN adhesions a ON a.territory_id = t.id AND a.status IN ('in_force', 'suspended')
                JOIN territory_communes c ON c.territory_id = t.id
                WHERE t.coordinator_id = (SELECT current_organisation())
                    AND a.organisation_id = r.organisation_id AND c.commune_code = r.commune_code)
            GROUP BY r.organisation_id;
        END;
        REVOKE EXECUTE ON FUNCTION doubtful_positions() FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION doubtful_positions() TO registry_coordinator;
        """
    )


def downgrade() -> None:
    op.execute(
        """
        DROP FUNCTION doubtful_positions();
        DROP POLICY territory_communes_owner ON territory_communes;
        DROP POLICY residences_doubtful ON residences;
        """
    )
