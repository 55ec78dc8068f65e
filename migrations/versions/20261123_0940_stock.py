"""Stock: residences, buildings, homes with their facts; keys of idempotent requests."""

from alembic import op

revision = "20261123_0940"
down_revision = "20261123_0930"


def upgrade() -> None:
    # Foreign keys and unique constraints look past row-level security: all are keyed by the organisation first.
    op.execute(
        """
        CREATE TABLE residences (
            id uuid NOT NULL,
            organisation_id uuid NOT NULL,
            ref text COLLATE "C" NOT NULL,
            name text,
            number text,
            street text,
            postcode text,
            commune_code text NOT NULL,
            position geometry(Point, 4326),
            quarter_codes text[] NOT NULL DEFAULT '{}',
            territory_slug text,
            housing_form text NOT NULL DEFAULT 'ordinary',
            equipment text[] NOT NULL DEFAULT '{}',
            construction_year smallint,
            in_priority_quarter boolean,
            rnb_id text,
            ban_id text,
            version integer NOT NULL DEFAULT 1,
            created_at timestamptz NOT NULL DEFAULT now(),
            updated_at timestamptz NOT NULL DEFAULT now(),
            CONSTRAINT pk_residences PRIMARY KEY (id),
            CONSTRAINT uq_residences_organisation_id_ref UNIQUE (organisation_id, ref),
            CONSTRAINT uq_residences_organisation_id_id UNIQUE (organisation_id, id),
            CONSTRAINT fk_residences_organisation_id_organisations
                FOREIGN KEY (organisation_id) REFERENCES organisations (id),
            CONSTRAINT fk_residences_commune_code_communes FOREIGN KEY (commune_code) REFERENCES communes (code)
        );
        CREATE INDEX ix_residences_commune_code ON residences (commune_code);
        CREATE TABLE buildings (
            id uuid NOT NULL,
            organisation_id uuid NOT NULL,
            residence_id uuid NOT NULL,
            ref text COLLATE "C" NOT NULL,
            name text,
            position geometry(Point, 4326),
            quarter_codes text[] NOT NULL DEFAULT '{}',
            levels smallint,
            rnb_id text,
            ban_id text,
            CONSTRAINT pk_buildings PRIMARY KEY (id),
            CONSTRAINT uq_buildings_organisation_id_residence_id_ref UNIQUE (organisation_id, residence_id, ref),
            CONSTRAINT uq_buildings_organisation_id_residence_id_id UNIQUE (organisation_id, residence_id, id),
            CONSTRAINT fk_buildings_organisation_id_residence_id_residences
                FOREIGN KEY (organisation_id, residence_id) REFERENCES residences (organisation_id, id)
                ON DELETE CASCADE
        );
        CREATE TABLE homes (
            id uuid NOT NULL,
            organisation_id uuid NOT NULL,
            residence_id uuid NOT NULL,
            building_id uuid,
            listing_id uuid NOT NULL DEFAULT gen_random_uuid(),
            created_at timestamptz NOT NULL DEFAULT now(),
            updated_at timestamptz NOT NULL DEFAULT now(),
            confirmed_at timestamptz NOT NULL DEFAULT now(),
            rent_cents integer,
            charges_cents integer,
            available_on date,
            version integer NOT NULL DEFAULT 1,
            rooms smallint NOT NULL,
            floor smallint,
            area_m2 numeric(6, 2),
            ref text COLLATE "C" NOT NULL,
            typology text NOT NULL,
            status text NOT NULL,
            financing text,
            quota_holder text,
            energy_label text,
            rpls_id text,
            housing_form text,
            facts jsonb NOT NULL DEFAULT '{}',
            CONSTRAINT pk_homes PRIMARY KEY (id),
            CONSTRAINT uq_homes_organisation_id_ref UNIQUE (organisation_id, ref),
            CONSTRAINT uq_homes_listing_id UNIQUE (listing_id),
            CONSTRAINT fk_homes_organisation_id_residence_id_residences
                FOREIGN KEY (organisation_id, residence_id) REFERENCES residences (organisation_id, id),
            CONSTRAINT fk_homes_organisation_id_residence_id_building_id_buildings
                FOREIGN KEY (organisation_id, residence_id, building_id)
                REFERENCES buildings (organisation_id, residence_id, id),
            CONSTRAINT ck_homes_status
                CHECK (status IN ('occupied', 'notice', 'vacant', 'works', 'reserved', 'withdrawn'))
        );
        CREATE INDEX ix_homes_organisation_id_residence_id_building_id
            ON homes (organisation_id, residence_id, building_id);
        CREATE TABLE idempotency_keys (
            organisation_id uuid NOT NULL,
            route text NOT NULL,
            key text NOT NULL,
            body_sha256 bytea NOT NULL,
            created_at timestamptz NOT NULL DEFAULT now(),
            status smallint,
            media_type text,
            body bytea,
            CONSTRAINT pk_idempotency_keys PRIMARY KEY (organisation_id, route, key)
        );
        CREATE INDEX ix_idempotency_keys_created_at ON idempotency_keys (created_at);
        """
    )
    for table in ("residences", "buildings", "homes", "idempotency_keys"):
        op.execute(
            f"""
            ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
            GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO registry_landlord;
            CREATE POLICY {table}_own ON {table} TO registry_landlord
                USING (organisation_id = (SELECT current_organisation()))
                WITH CHECK (organisation_id = (SELECT current_organisation()));
            """
        )
    op.execute(
        """
        -- The job counts dwellings and projects listings for all; it changes nobody's stock.
        GRANT SELECT ON residences, buildings, homes TO registry_job;
        CREATE POLICY residences_jobs ON residences FOR SELECT TO registry_job USING (true);
        CREATE POLICY buildings_jobs ON buildings FOR SELECT TO registry_job USING (true);
        CREATE POLICY homes_jobs ON homes FOR SELECT TO registry_job USING (true);
        GRANT SELECT (created_at), DELETE ON idempotency_keys TO registry_job;
        CREATE POLICY idempotency_keys_jobs ON idempotency_keys TO registry_job USING (true);
        """
    )


def downgrade() -> None:
    op.execute("DROP TABLE idempotency_keys; DROP TABLE homes; DROP TABLE buildings; DROP TABLE residences;")
