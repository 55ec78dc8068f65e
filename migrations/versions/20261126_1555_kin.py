"""Every parent and successor is an organisation that there is; every organisation is in one of the states."""

from alembic import op

revision = "20261126_1555"
down_revision = "20261126_1550"


def upgrade() -> None:
    op.execute("ALTER TABLE organisations VALIDATE CONSTRAINT fk_organisations_parent_id_organisations")
    op.execute("ALTER TABLE organisations VALIDATE CONSTRAINT fk_organisations_successor_id_organisations")
    op.execute("ALTER TABLE organisations VALIDATE CONSTRAINT ck_organisations_status")


def downgrade() -> None:
    """Nothing: what was found valid stays so."""
