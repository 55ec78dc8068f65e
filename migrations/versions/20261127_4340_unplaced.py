"""A quarter that is not known is no other quarter: what the door answers of it is not known either."""

from alembic import op

revision = "20261127_4340"
down_revision = "20261127_4330"

_FILL = """
    ALTER TABLE case_doors NO FORCE ROW LEVEL SECURITY;
    ALTER TABLE case_nearness NO FORCE ROW LEVEL SECURITY;
    {}
    ALTER TABLE case_nearness FORCE ROW LEVEL SECURITY;
    ALTER TABLE case_doors FORCE ROW LEVEL SECURITY;
"""


def upgrade() -> None:
    op.execute(
        """
        ALTER TABLE case_nearness ADD COLUMN quarter_known boolean DEFAULT true NOT NULL;
        ALTER TABLE case_doors ADD COLUMN quarters_known boolean DEFAULT false NOT NULL;
        GRANT SELECT (quarters_known) ON case_doors TO registry_landlord;
        """
    )
    op.execute(
        _FILL.format(
            """
            UPDATE case_doors SET quarters_known = true WHERE cardinality(quarter_codes) > 0;
            UPDATE case_nearness n SET quarter_known = false FROM case_doors d
            WHERE d.organisation_id = n.organisation_id AND d.case_id = n.case_id AND NOT d.quarters_known;
            """
        )
    )


def downgrade() -> None:
    op.execute("ALTER TABLE case_nearness DROP COLUMN quarter_known; ALTER TABLE case_doors DROP COLUMN quarters_known")
