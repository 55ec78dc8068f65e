"""Validate what the migration before demands of rows that were there, which writers do not wait for."""

from alembic import op

revision = "20261126_1156"
down_revision = "20261126_1155"


def upgrade() -> None:
    op.execute("ALTER TABLE distance_runs VALIDATE CONSTRAINT ck_distance_runs_around")


def downgrade() -> None:
    """Nothing was made."""
