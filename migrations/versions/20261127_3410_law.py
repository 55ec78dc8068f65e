"""Texts of law that were loaded in place of those that the service comes with."""

from alembic import op

revision = "20261127_3410"
down_revision = "20261127_3400"


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE legal_rules (
            code text NOT NULL,
            in_force_from date NOT NULL,
            rule jsonb NOT NULL,
            loaded_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT pk_legal_rules PRIMARY KEY (code, in_force_from)
        );
        ALTER TABLE legal_rules ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        GRANT SELECT ON legal_rules TO registry_landlord, registry_coordinator;
        GRANT SELECT, INSERT, UPDATE, DELETE ON legal_rules TO registry_job;
        CREATE POLICY legal_rules_everybody_reads ON legal_rules FOR SELECT
            TO registry_landlord, registry_coordinator USING (true);
        CREATE POLICY legal_rules_jobs ON legal_rules TO registry_job USING (true) WITH CHECK (true);
        """
    )


def downgrade() -> None:
    op.execute("DROP TABLE legal_rules")
