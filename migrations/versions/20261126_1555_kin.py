"""Every parent and successor is an organisation that there is; every organisation is in one of the states."""

from alembic import op

revision = "20261126_1555"
down_revision = "20261126_1550"


def upgrade() -> None:
    op.execute("ALTER TABLE organisations VALIDATE CONSTRAINT fk_organisations_parent_id_organisations")
    op.execute("ALTER TABLE organisations VALIDATE CONSTRAINT fk_organisations_successor_id_organisations")
    op.execute("ALTER TABLE organisations VALIDATE CONSTRAINT ck_organisations_status")


def downgrade() -> None:
    op.execute(
        """
        ALTER TABLE organisations DROP CONSTRAINT fk_organisations_parent_id_organisations,
            DROP CONSTRAINT fk_organisations_successor_id_organisations, DROP CONSTRAINT ck_organisations_status;
        ALTER TABLE organisations
            ADD CONSTRAINT fk_organisations_parent_id_organisations
                FOREIGN KEY (parent_id) REFERENCES organisations (id) NOT VALID,
            ADD CONSTRAINT fk_organisations_successor_id_organisations
                FOREIGN KEY (successor_id) REFERENCES organisations (id) NOT VALID,
            ADD CONSTRAINT ck_organisations_status
                CHECK (status IN ('active', 'suspended', 'leaving', 'left', 'merged')) NOT VALID;
        """
    )
