"""The job knows from what status a home came: one that was let is emptied by works or a reservation as well."""

from alembic import op

revision = "20261127_4110"
down_revision = "20261127_4030"


def upgrade() -> None:
    op.execute("GRANT SELECT (organisation_id, home_id, status) ON home_status_history TO registry_job")


def downgrade() -> None:
    op.execute("REVOKE SELECT (organisation_id, home_id, status) ON home_status_history FROM registry_job")
