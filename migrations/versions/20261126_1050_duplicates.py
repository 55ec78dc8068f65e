"""Homes whose RPLS id another landlord states too: flagged to each, by the job that alone sees both."""

from alembic import op

revision = "20261126_1050"
down_revision = "20261126_1040"


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE stock_duplicates (
            organisation_id uuid NOT NULL,
            ref text COLLATE "C" NOT NULL,
            rpls_id text NOT NULL,
            found_at timestamptz NOT NULL DEFAULT now(),
            CONSTRAINT pk_stock_duplicates PRIMARY KEY (organisation_id, ref)
        );
        ALTER TABLE stock_duplicates ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        GRANT SELECT ON stock_duplicates TO registry_landlord;
        GRANT SELECT, INSERT, UPDATE, DELETE ON stock_duplicates TO registry_job;
        CREATE POLICY stock_duplicates_own ON stock_duplicates FOR SELECT TO registry_landlord
            USING (organisation_id = (SELECT current_organisation()));
        CREATE POLICY stock_duplicates_jobs ON stock_duplicates TO registry_job USING (true) WITH CHECK (true);
        """
    )


def downgrade() -> None:
    op.execute("DROP TABLE stock_duplicates")
