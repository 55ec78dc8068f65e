"""A quarter that is not known is no other quarter: what the door answers of it is not known either."""

from alembic import op

revision = "20261127_4340"
down_revision = "20261127_4330"

_FILL = """
    ALTER TABLE {0} NO FORCE ROW LEVEL SECURITY;
    UPDATE {0} SET {1};
    ALTER TABLE {0} FORCE ROW LEVEL SECURITY;
"""


def upgrade() -> None:
    op.execute(
        """
        ALTER TABLE case_nearness ALTER COLUMN same_quarter DROP NOT NULL;
        ALTER TABLE case_doors ADD COLUMN quarters_known boolean DEFAULT false NOT NULL;
        GRANT SELECT (quarters_known) ON case_doors TO registry_landlord;
        """
    )
    op.execute(_FILL.format("case_doors", "quarters_known = true WHERE cardinality(quarter_codes) > 0"))
    op.execute(
        _FILL.format(
            "case_nearness",
            """same_quarter = NULL WHERE NOT same_quarter AND EXISTS (SELECT FROM case_doors d
                WHERE d.organisation_id = case_nearness.organisation_id AND d.case_id = case_nearness.case_id
                    AND d.quarter_codes = '{}')""",
        )
    )


def downgrade() -> None:
    op.execute(_FILL.format("case_nearness", "same_quarter = false WHERE same_quarter IS NULL"))
    op.execute(
        """
        ALTER TABLE case_nearness ALTER COLUMN same_quarter SET NOT NULL;
        ALTER TABLE case_doors DROP COLUMN quarters_known;
        """
    )
