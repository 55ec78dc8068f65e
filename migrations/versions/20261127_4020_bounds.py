"""The bounds of all cases are looked at."""

from alembic import op

revision = "20261127_4020"
down_revision = "20261127_4010"


def upgrade() -> None:
    op.execute("ALTER TABLE transfer_cases VALIDATE CONSTRAINT ck_transfer_cases_rooms")


def downgrade() -> None:
    op.execute(
        """
        ALTER TABLE transfer_cases DROP CONSTRAINT ck_transfer_cases_rooms;
        ALTER TABLE transfer_cases ADD CONSTRAINT ck_transfer_cases_rooms
            CHECK (rooms_least BETWEEN 1 AND rooms_most AND rooms_most <= 9) NOT VALID
        """
    )
