"""The zone of a place as a relation: planned within the statement that asks, it takes a place a fifth of the time.

``zone_of`` stays while processes of the version before may still ask it.
"""

from alembic import op

revision = "20261126_1070"
down_revision = "20261126_1060"


def upgrade() -> None:
    op.execute(
        """
        -- The zone of any place, lived in or not: of the smallest square around it that has one, or of its commune.
        CREATE FUNCTION zone_at(territory integer, commune text, cell_x integer, cell_y integer)
        RETURNS TABLE (id integer) LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
        BEGIN ATOMIC
            SELECT coalesce(
                (SELECT z.id FROM location_zones z WHERE z.territory_id = territory AND z.commune_code = commune
                    AND z.size_m = 500 AND z.x = cell_x AND z.y = cell_y AND NOT z.retired),
                (SELECT z.id FROM location_zones z WHERE z.territory_id = territory AND z.commune_code = commune
                    AND z.size_m = 1000 AND z.x = cell_x >> 1 AND z.y = cell_y >> 1 AND NOT z.retired),
                (SELECT z.id FROM location_zones z WHERE z.territory_id = territory AND z.commune_code = commune
                    AND z.size_m = 2000 AND z.x = cell_x >> 2 AND z.y = cell_y >> 2 AND NOT z.retired),
                (SELECT z.id FROM location_zones z WHERE z.territory_id = territory AND z.commune_code = commune
                    AND z.size_m = 0 AND NOT z.retired))
            WHERE cell_x IS NOT NULL AND cell_y IS NOT NULL;
        END;
        REVOKE EXECUTE ON FUNCTION zone_at(integer, text, integer, integer) FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION zone_at(integer, text, integer, integer) TO registry_landlord, registry_job;
        """
    )


def downgrade() -> None:
    op.execute("DROP FUNCTION zone_at(integer, text, integer, integer)")
