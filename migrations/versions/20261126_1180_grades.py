"""What listings show of their residences: the grade of the index and how far services are, in coarse bands."""

from alembic import op

revision = "20261126_1180"
down_revision = "20261126_1156"


def upgrade() -> None:
    # The zone is none where places are exact: no foreign key. The job drops what names a zone that is no more.
    op.execute(
        """
        CREATE TABLE shown_residences (
            organisation_id uuid NOT NULL,
            residence_id uuid NOT NULL,
            territory_id integer NOT NULL,
            zone_id integer NOT NULL,
            quarter_codes text[] NOT NULL,
            group_id uuid,
            core_id uuid,
            founding boolean NOT NULL,
            grade text,
            services bigint NOT NULL,
            document text NOT NULL,
            CONSTRAINT pk_shown_residences
                PRIMARY KEY (organisation_id, residence_id, territory_id, zone_id, quarter_codes),
            CONSTRAINT fk_shown_residences_organisation_id_residence_id_residences
                FOREIGN KEY (organisation_id, residence_id) REFERENCES residences (organisation_id, id)
                ON DELETE CASCADE
        );
        CREATE INDEX ix_shown_residences_territory_id ON shown_residences (territory_id);
        ALTER TABLE shown_residences ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        -- Who a residence is grouped with is nobody's business.
        GRANT SELECT (organisation_id, residence_id, territory_id, zone_id, quarter_codes, grade, services, document)
            ON shown_residences TO registry_landlord;
        GRANT SELECT, INSERT, UPDATE, DELETE ON shown_residences TO registry_job;
        CREATE POLICY shown_residences_own ON shown_residences FOR SELECT TO registry_landlord
            USING (organisation_id = (SELECT current_organisation()));
        CREATE POLICY shown_residences_jobs ON shown_residences TO registry_job USING (true) WITH CHECK (true);
        ALTER TABLE listings
            ADD COLUMN residence_grade text,
            ADD COLUMN services bigint NOT NULL DEFAULT 0;
        ALTER TABLE zonings ADD COLUMN split_at timestamptz;
        -- Every listing says of its residence what may be said of it from now on.
        INSERT INTO zoning_requests (territory_id, everything)
        SELECT territory_id, true FROM charters WHERE status = 'in_force';
        """
    )


def downgrade() -> None:
    op.execute(
        """
        ALTER TABLE zonings DROP COLUMN split_at;
        ALTER TABLE listings DROP COLUMN residence_grade, DROP COLUMN services;
        DROP TABLE shown_residences;
        """
    )
