"""Members are told of vacated homes on the console's first page, and once a day by mail if they want."""

from alembic import op

revision = "20261127_3600"
down_revision = "20261127_3510"


def upgrade() -> None:
    op.execute(
        """
        ALTER TABLE users ADD COLUMN vacated_digest boolean DEFAULT true NOT NULL;
        GRANT SELECT (vacated_digest) ON users TO registry_job;
        ALTER TABLE vacated_homes ADD COLUMN digested_at timestamptz;
        -- What was announced before this is no news any more.
        ALTER TABLE vacated_homes NO FORCE ROW LEVEL SECURITY;
        UPDATE vacated_homes SET digested_at = announced_at;
        ALTER TABLE vacated_homes FORCE ROW LEVEL SECURITY;

        -- SECURITY DEFINER: a member learns which listings are of vacated homes, as the webhook tells it, and nothing
        -- else of the record; only while they are vacant, and only where it takes part.
        CREATE POLICY vacated_homes_told ON vacated_homes FOR SELECT TO registry_owner
            USING (announced_at IS NOT NULL AND relet_on IS NULL AND outcome IS NULL
                AND (SELECT current_organisation()) IS NOT NULL);
        CREATE FUNCTION vacated_lately(since timestamptz)
            RETURNS TABLE (listing_id uuid, territory_id integer, announced_on date)
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = registry, public, pg_temp
        BEGIN ATOMIC
            SELECT v.listing_id, v.territory_id, (v.announced_at AT TIME ZONE 'Europe/Paris')::date
            FROM vacated_homes v
            WHERE v.announced_at >= since AND v.relet_on IS NULL AND v.outcome IS NULL
                AND v.territory_id = ANY ((SELECT current_territories())::integer[])
                AND v.organisation_id <> (SELECT current_organisation());
        END;
        REVOKE EXECUTE ON FUNCTION vacated_lately(timestamptz) FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION vacated_lately(timestamptz) TO registry_landlord;
        """
    )


def downgrade() -> None:
    op.execute(
        """
        DROP FUNCTION vacated_lately(timestamptz);
        DROP POLICY vacated_homes_told ON vacated_homes;
        ALTER TABLE vacated_homes DROP COLUMN digested_at;
        REVOKE SELECT (vacated_digest) ON users FROM registry_job;
        ALTER TABLE users DROP COLUMN vacated_digest;
        """
    )
