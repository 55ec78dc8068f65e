"""The quarters that a case names are kept as its communes are, for the job that finds cases for homes."""

from alembic import op

revision = "20261127_4030"
down_revision = "20261127_4020"


def upgrade() -> None:
    op.execute(
        """
        ALTER TABLE transfer_cases ADD COLUMN quarters text[] DEFAULT '{}' NOT NULL;
        GRANT SELECT (quarters) ON transfer_cases TO registry_job;
        ALTER TABLE transfer_cases NO FORCE ROW LEVEL SECURITY;
        UPDATE transfer_cases SET quarters = ARRAY(
            SELECT code FROM jsonb_array_elements_text(need -> 'quarters') AS code ORDER BY code)
        WHERE need -> 'quarters' <> '[]';
        ALTER TABLE transfer_cases FORCE ROW LEVEL SECURITY;
        """
    )


def downgrade() -> None:
    op.execute("ALTER TABLE transfer_cases DROP COLUMN quarters")
