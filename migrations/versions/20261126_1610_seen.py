"""How many homes of a territory each of its members has seen today, for its coordinator: numbers, never which."""

from alembic import op

revision = "20261126_1610"
down_revision = "20261126_1600"


def upgrade() -> None:
    # SECURITY DEFINER: the coordinator reads no row of what its members saw. Homes of other territories are left out,
    # and so is who is no member.
    op.execute(
        """
        CREATE POLICY listings_seen_counted ON listings_seen FOR SELECT TO registry_owner
            USING ((SELECT current_organisation()) IS NOT NULL);
        CREATE POLICY listings_counted ON listings FOR SELECT TO registry_owner
            USING (territory_id = ANY ((SELECT current_territories())::integer[]));
        CREATE FUNCTION homes_seen_today(territory integer) RETURNS TABLE (organisation_id uuid, homes bigint)
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = registry, public, pg_temp
        BEGIN ATOMIC
            SELECT s.organisation_id, count(DISTINCT s.listing_id)
            FROM territories t
            JOIN adhesions a ON a.territory_id = t.id AND a.status IN ('in_force', 'suspended')
            JOIN listings_seen s ON s.organisation_id = a.organisation_id AND s.day = (now() AT TIME ZONE 'UTC')::date
            JOIN listings l ON l.id = s.listing_id AND l.territory_id = t.id
            WHERE t.id = territory AND t.coordinator_id = (SELECT current_organisation())
            GROUP BY s.organisation_id;
        END;
        REVOKE EXECUTE ON FUNCTION homes_seen_today(integer) FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION homes_seen_today(integer) TO registry_coordinator;
        """
    )


def downgrade() -> None:
    op.execute(
        """
        DROP FUNCTION homes_seen_today(integer);
        DROP POLICY listings_counted ON listings;
        DROP POLICY listings_seen_counted ON listings_seen;
        """
    )
