"""What a landlord's reservation conventions say of transfers, by département and quota holder."""

from alembic import op

revision = "20261127_4210"
down_revision = "20261127_4110"

MERGING = "= ANY ((SELECT merging())::uuid[])"


def upgrade() -> None:
    op.execute(
        f"""
        CREATE TABLE reservation_conventions (
            organisation_id uuid NOT NULL,
            departement text COLLATE "C" NOT NULL,
            quota_holder text COLLATE "C" NOT NULL,
            own_transfers boolean,
            others_transfers boolean,
            dated date,
            updated_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT pk_reservation_conventions PRIMARY KEY (organisation_id, departement, quota_holder),
            CONSTRAINT fk_reservation_conventions_organisation_id_organisations
                FOREIGN KEY (organisation_id) REFERENCES organisations (id),
            CONSTRAINT ck_reservation_conventions_quota_holder
                CHECK (quota_holder IN ('1', '2', '3', '4', '5', '6'))
        );
        ALTER TABLE reservation_conventions ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        GRANT SELECT, INSERT, UPDATE, DELETE ON reservation_conventions TO registry_landlord;
        CREATE POLICY reservation_conventions_own ON reservation_conventions TO registry_landlord
            USING (organisation_id = (SELECT current_organisation()))
            WITH CHECK (organisation_id = (SELECT current_organisation()));
        CREATE POLICY reservation_conventions_merge ON reservation_conventions TO registry_owner
            USING (organisation_id {MERGING}) WITH CHECK (organisation_id {MERGING});
        """
    )


def downgrade() -> None:
    op.execute("DROP TABLE reservation_conventions")
