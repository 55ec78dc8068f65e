"""A lease by a proposal says what became of a vacated home."""

from alembic import op

revision = "20261127_3610"
down_revision = "20261127_3600"


def upgrade() -> None:
    op.execute(
        """
        ALTER TABLE vacated_homes ADD COLUMN proposal_id uuid;
        GRANT UPDATE (proposal_id) ON vacated_homes TO registry_landlord;
        """
    )


def downgrade() -> None:
    op.execute("ALTER TABLE vacated_homes DROP COLUMN proposal_id")
