"""Every adhesion is in one of the states that there are, the one that waits included."""

from alembic import op

revision = "20261126_1335"
down_revision = "20261126_1330"


def upgrade() -> None:
    op.execute("ALTER TABLE adhesions VALIDATE CONSTRAINT ck_adhesions_status")


def downgrade() -> None:
    op.execute(
        """
        ALTER TABLE adhesions DROP CONSTRAINT ck_adhesions_status;
        ALTER TABLE adhesions ADD CONSTRAINT ck_adhesions_status
            CHECK (status IN ('pending', 'in_force', 'suspended', 'withdrawn')) NOT VALID;
        """
    )
