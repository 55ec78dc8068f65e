"""Quarters that are loaded later reach the residences that are there: the job may write their codes, no more."""

from alembic import op

revision = "20261126_0920"
down_revision = "20261126_0910"


def upgrade() -> None:
    op.execute(
        """
        GRANT UPDATE (quarter_codes) ON residences, buildings TO registry_job;
        CREATE POLICY residences_quarters ON residences FOR UPDATE TO registry_job USING (true) WITH CHECK (true);
        CREATE POLICY buildings_quarters ON buildings FOR UPDATE TO registry_job USING (true) WITH CHECK (true);
        """
    )


def downgrade() -> None:
    op.execute(
        """
        DROP POLICY buildings_quarters ON buildings;
        DROP POLICY residences_quarters ON residences;
        REVOKE UPDATE (quarter_codes) ON residences, buildings FROM registry_job;
        """
    )
