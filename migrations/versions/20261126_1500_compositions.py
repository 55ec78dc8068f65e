"""What a territory is made of, with the vintage of its communes; départements, and the vintage of each EPCI."""

from alembic import op

revision = "20261126_1500"
down_revision = "20261126_1400"


def upgrade() -> None:
    op.execute(
        """
        ALTER TABLE territories
            ADD COLUMN made_of jsonb NOT NULL DEFAULT '{}',
            ADD COLUMN outline geometry(MultiPolygon, 4326),
            ADD COLUMN vintage smallint,
            ADD COLUMN revision integer NOT NULL DEFAULT 1;
        ALTER TABLE epcis ADD COLUMN vintage smallint;
        CREATE TABLE departements (
            code text NOT NULL,
            name text NOT NULL,
            region text,
            vintage smallint NOT NULL,
            CONSTRAINT pk_departements PRIMARY KEY (code)
        );
        GRANT SELECT ON departements TO registry_landlord, registry_coordinator, registry_auth, registry_job;
        GRANT INSERT, UPDATE, DELETE ON departements TO registry_job;

        -- Communes that left a territory: their residences are assessed anew, though no territory leads to them.
        ALTER TABLE assessment_sweeps ADD COLUMN commune_codes text[] NOT NULL DEFAULT '{}';

        -- A territory of before is made of the communes that it has.
        ALTER TABLE territories NO FORCE ROW LEVEL SECURITY;
        ALTER TABLE territory_communes NO FORCE ROW LEVEL SECURITY;
        UPDATE territories t SET made_of = jsonb_build_object('communes', made.codes), vintage = made.vintage
        FROM (SELECT tc.territory_id, jsonb_agg(tc.commune_code ORDER BY tc.commune_code) AS codes,
                max(c.vintage) AS vintage
            FROM territory_communes tc JOIN communes c ON c.code = tc.commune_code GROUP BY tc.territory_id) made
        WHERE made.territory_id = t.id;
        ALTER TABLE territory_communes FORCE ROW LEVEL SECURITY;
        ALTER TABLE territories FORCE ROW LEVEL SECURITY;

        GRANT UPDATE (made_of, outline, vintage, revision) ON territories TO registry_coordinator;
        -- A newer vintage of the communes is followed by the job that loads it: the communes, and of which year.
        GRANT UPDATE (vintage, revision) ON territories TO registry_job;
        GRANT INSERT, DELETE ON territory_communes TO registry_job;
        CREATE POLICY territories_follow ON territories FOR UPDATE TO registry_job USING (true) WITH CHECK (true);
        CREATE POLICY territory_communes_join ON territory_communes FOR INSERT TO registry_job WITH CHECK (true);
        CREATE POLICY territory_communes_leave ON territory_communes FOR DELETE TO registry_job USING (true);

        -- A coordinator that creates a territory may send it again.
        GRANT SELECT, INSERT, UPDATE, DELETE ON idempotency_keys TO registry_coordinator;
        CREATE POLICY idempotency_keys_coordinator ON idempotency_keys TO registry_coordinator
            USING (organisation_id = (SELECT current_organisation()))
            WITH CHECK (organisation_id = (SELECT current_organisation()));
        """
    )


def downgrade() -> None:
    op.execute(
        """
        DROP POLICY idempotency_keys_coordinator ON idempotency_keys;
        REVOKE ALL ON idempotency_keys FROM registry_coordinator;
        DROP POLICY territory_communes_leave ON territory_communes;
        DROP POLICY territory_communes_join ON territory_communes;
        DROP POLICY territories_follow ON territories;
        REVOKE INSERT, DELETE ON territory_communes FROM registry_job;
        REVOKE UPDATE (vintage, revision) ON territories FROM registry_job;
        ALTER TABLE assessment_sweeps DROP COLUMN commune_codes;
        DROP TABLE departements;
        ALTER TABLE epcis DROP COLUMN vintage;
        ALTER TABLE territories DROP COLUMN revision, DROP COLUMN vintage, DROP COLUMN outline, DROP COLUMN made_of;
        """
    )
