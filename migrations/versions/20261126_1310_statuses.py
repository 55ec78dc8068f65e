"""Every charter and adhesion is in one of the states that there are."""

from alembic import op

revision = "20261126_1310"
down_revision = "20261126_1300"


def upgrade() -> None:
    op.execute("ALTER TABLE charters VALIDATE CONSTRAINT ck_charters_status")
    op.execute("ALTER TABLE adhesions VALIDATE CONSTRAINT ck_adhesions_unsigned")


def downgrade() -> None:
    op.execute(
        """
        ALTER TABLE charters DROP CONSTRAINT ck_charters_status;
        ALTER TABLE charters ADD CONSTRAINT ck_charters_status
            CHECK (status IN ('draft', 'proposed', 'in_force', 'superseded')) NOT VALID;
        ALTER TABLE adhesions DROP CONSTRAINT ck_adhesions_unsigned;
        ALTER TABLE adhesions ADD CONSTRAINT ck_adhesions_unsigned
            CHECK (NOT unsigned OR status = 'suspended') NOT VALID;
        """
    )
