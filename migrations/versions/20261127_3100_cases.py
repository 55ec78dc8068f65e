"""Cases in lists, opened where the charter is in force, reminded of their consent; alerts of homes for them."""

from alembic import op

revision = "20261127_3100"
down_revision = "20261127_3000"

MERGING = "= ANY ((SELECT merging())::uuid[])"
MOVED = ("transfer_cases", "transfer_tombstones", "case_alerts")
"""What becomes the successor's when two landlords merge."""


def upgrade() -> None:
    op.execute(
        """
        ALTER TABLE transfer_cases
            ADD COLUMN needs_lift boolean NOT NULL DEFAULT false,
            ADD COLUMN matched boolean NOT NULL DEFAULT false,
            ADD COLUMN reminded_until date;
        GRANT SELECT (needs_lift, matched, reminded_until) ON transfer_cases TO registry_job;

        -- A case is opened only where its landlord may search; it is read, ended and erased wherever it stands.
        DROP POLICY transfer_cases_own ON transfer_cases;
        CREATE POLICY transfer_cases_own_read ON transfer_cases FOR SELECT TO registry_landlord
            USING (organisation_id = (SELECT current_organisation()));
        CREATE POLICY transfer_cases_own_open ON transfer_cases FOR INSERT TO registry_landlord
            WITH CHECK (organisation_id = (SELECT current_organisation())
                AND territory_id = ANY ((SELECT current_territories())::integer[]));
        CREATE POLICY transfer_cases_own_change ON transfer_cases FOR UPDATE TO registry_landlord
            USING (organisation_id = (SELECT current_organisation()))
            WITH CHECK (organisation_id = (SELECT current_organisation()));
        CREATE POLICY transfer_cases_own_erase ON transfer_cases FOR DELETE TO registry_landlord
            USING (organisation_id = (SELECT current_organisation()));

        CREATE TABLE case_alerts (
            id uuid DEFAULT gen_random_uuid() NOT NULL,
            organisation_id uuid NOT NULL,
            case_id uuid NOT NULL,
            territory_id integer NOT NULL,
            listing_id uuid NOT NULL,
            month date,
            known boolean DEFAULT false NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            told_at timestamptz,
            ended_at timestamptz,
            CONSTRAINT pk_case_alerts PRIMARY KEY (id),
            CONSTRAINT fk_case_alerts_organisation_id_case_id_transfer_cases FOREIGN KEY (organisation_id, case_id)
                REFERENCES transfer_cases (organisation_id, id) ON DELETE CASCADE
        );
        CREATE UNIQUE INDEX uq_case_alerts_month ON case_alerts (case_id, listing_id, month) WHERE month IS NOT NULL;
        CREATE UNIQUE INDEX uq_case_alerts_now ON case_alerts (case_id, listing_id)
            WHERE month IS NULL AND ended_at IS NULL;
        CREATE INDEX ix_case_alerts_organisation_id ON case_alerts (organisation_id, created_at, id);
        CREATE INDEX ix_case_alerts_case_id ON case_alerts (organisation_id, case_id);
        CREATE INDEX ix_case_alerts_untold ON case_alerts (organisation_id) WHERE told_at IS NULL AND NOT known;
        CREATE INDEX ix_case_alerts_listing_id ON case_alerts (listing_id) WHERE ended_at IS NULL;
        ALTER TABLE case_alerts ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        CREATE POLICY case_alerts_jobs ON case_alerts TO registry_job USING (true) WITH CHECK (true);
        CREATE POLICY case_alerts_own_read ON case_alerts FOR SELECT TO registry_landlord
            USING (organisation_id = (SELECT current_organisation()));
        GRANT SELECT ON case_alerts TO registry_landlord;
        GRANT SELECT, INSERT, UPDATE, DELETE ON case_alerts TO registry_job;

        CREATE TABLE case_alert_horizons (
            territory_id integer NOT NULL,
            horizon xid8 NOT NULL,
            CONSTRAINT pk_case_alert_horizons PRIMARY KEY (territory_id),
            CONSTRAINT fk_case_alert_horizons_territory_id_territories
                FOREIGN KEY (territory_id) REFERENCES territories (id)
        );
        ALTER TABLE case_alert_horizons ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        CREATE POLICY case_alert_horizons_jobs ON case_alert_horizons TO registry_job USING (true) WITH CHECK (true);
        GRANT SELECT, INSERT, UPDATE, DELETE ON case_alert_horizons TO registry_job;
        """
    )
    for table in MOVED:
        op.execute(
            f"CREATE POLICY {table}_merge ON {table} TO registry_owner"
            f" USING (organisation_id {MERGING}) WITH CHECK (organisation_id {MERGING})"
        )


def downgrade() -> None:
    op.execute(
        """
        DROP TABLE case_alert_horizons, case_alerts;
        DROP POLICY transfer_cases_merge ON transfer_cases;
        DROP POLICY transfer_tombstones_merge ON transfer_tombstones;
        DROP POLICY transfer_cases_own_read ON transfer_cases;
        DROP POLICY transfer_cases_own_open ON transfer_cases;
        DROP POLICY transfer_cases_own_change ON transfer_cases;
        DROP POLICY transfer_cases_own_erase ON transfer_cases;
        CREATE POLICY transfer_cases_own ON transfer_cases TO registry_landlord
            USING (organisation_id = (SELECT current_organisation()))
            WITH CHECK (organisation_id = (SELECT current_organisation()));
        REVOKE SELECT (needs_lift, matched, reminded_until) ON transfer_cases FROM registry_job;
        ALTER TABLE transfer_cases DROP COLUMN needs_lift, DROP COLUMN matched, DROP COLUMN reminded_until;
        """
    )
