"""Adapted homes that fell vacant, with what became of each."""

from alembic import op

revision = "20261127_3400"
down_revision = "20261127_3300"

MERGING = "= ANY ((SELECT merging())::uuid[])"


def upgrade() -> None:
    op.execute(
        f"""
        CREATE TABLE vacated_homes (
            id uuid DEFAULT gen_random_uuid() NOT NULL,
            organisation_id uuid NOT NULL,
            territory_id integer NOT NULL,
            home_ref text COLLATE "C" NOT NULL,
            listing_id uuid NOT NULL,
            rooms smallint NOT NULL,
            home_class smallint NOT NULL,
            works text[] DEFAULT '{{}}' NOT NULL,
            month date,
            opened_on date NOT NULL,
            relet_on date,
            examined boolean,
            under_occupied boolean,
            outcome text,
            loss text,
            stated_at timestamptz,
            announced_at timestamptz,
            version integer DEFAULT 1 NOT NULL,
            CONSTRAINT pk_vacated_homes PRIMARY KEY (id),
            CONSTRAINT fk_vacated_homes_organisation_id_organisations
                FOREIGN KEY (organisation_id) REFERENCES organisations (id),
            CONSTRAINT fk_vacated_homes_territory_id_territories
                FOREIGN KEY (territory_id) REFERENCES territories (id),
            CONSTRAINT ck_vacated_homes_stated CHECK (
                (outcome IS NULL) = (stated_at IS NULL) AND (outcome IS NULL) = (examined IS NULL)),
            CONSTRAINT ck_vacated_homes_loss CHECK ((loss IS NOT NULL) = (outcome IS NOT DISTINCT FROM 'lost'))
        );
        CREATE UNIQUE INDEX uq_vacated_homes_vacancy ON vacated_homes (organisation_id, home_ref)
            WHERE relet_on IS NULL;
        CREATE INDEX ix_vacated_homes_listing_id ON vacated_homes (listing_id);
        CREATE INDEX ix_vacated_homes_organisation_id ON vacated_homes (organisation_id, id);
        CREATE INDEX ix_vacated_homes_territory_id ON vacated_homes (territory_id, stated_at);
        CREATE INDEX ix_vacated_homes_unannounced ON vacated_homes (territory_id)
            WHERE announced_at IS NULL AND relet_on IS NULL AND outcome IS NULL;
        ALTER TABLE vacated_homes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        GRANT SELECT, INSERT, UPDATE, DELETE ON vacated_homes TO registry_job;
        CREATE POLICY vacated_homes_jobs ON vacated_homes TO registry_job USING (true) WITH CHECK (true);
        -- The coordinator reads what the job counts of them, never a home.
        GRANT SELECT, INSERT ON vacated_homes TO registry_landlord;
        GRANT UPDATE (home_ref, relet_on, examined, under_occupied, outcome, loss, stated_at, version)
            ON vacated_homes TO registry_landlord;
        CREATE POLICY vacated_homes_own_read ON vacated_homes FOR SELECT TO registry_landlord
            USING (organisation_id = (SELECT current_organisation()));
        CREATE POLICY vacated_homes_own_open ON vacated_homes FOR INSERT TO registry_landlord
            WITH CHECK (organisation_id = (SELECT current_organisation())
                AND territory_id = ANY ((SELECT current_territories())::integer[]));
        CREATE POLICY vacated_homes_merge ON vacated_homes TO registry_owner
            USING (organisation_id {MERGING}) WITH CHECK (organisation_id {MERGING});
        CREATE POLICY vacated_homes_own_write ON vacated_homes FOR UPDATE TO registry_landlord
            USING (organisation_id = (SELECT current_organisation()))
            WITH CHECK (organisation_id = (SELECT current_organisation()));
        """
    )


def downgrade() -> None:
    op.execute("DROP TABLE vacated_homes")
