"""Which state of a charter's version its members have been written to about."""

from alembic import op

revision = "20261126_1320"
down_revision = "20261126_1310"


def upgrade() -> None:
    # Nobody is written to about what is in force already.
    op.execute(
        """
        ALTER TABLE charters ADD COLUMN told text DEFAULT 'in_force';
        ALTER TABLE charters ALTER COLUMN told DROP DEFAULT;
        GRANT UPDATE (told) ON charters TO registry_job;
        GRANT SELECT (organisation_id, territory_id, charter_version, withdrawn_at) ON signatures TO registry_job;
        CREATE POLICY signatures_jobs ON signatures FOR SELECT TO registry_job USING (true);
        CREATE POLICY charters_tell ON charters FOR UPDATE TO registry_job USING (true) WITH CHECK (true);
        """
    )


def downgrade() -> None:
    op.execute("DROP POLICY charters_tell ON charters")
    op.execute("DROP POLICY signatures_jobs ON signatures")
    op.execute(
        "REVOKE SELECT (organisation_id, territory_id, charter_version, withdrawn_at) ON signatures FROM registry_job"
    )
    op.execute("ALTER TABLE charters DROP COLUMN told")
