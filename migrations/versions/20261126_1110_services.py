"""Services that a tenant can reach, by source, each with what is known of its entrance."""

from alembic import op

revision = "20261126_1110"
down_revision = "20261126_1100"


def upgrade() -> None:
    # Public reference data: kept until the source's next import no longer has them.
    op.execute(
        """
        CREATE TABLE service_sources (
            id integer GENERATED ALWAYS AS IDENTITY,
            version integer NOT NULL,
            data_date date,
            imported_at timestamptz NOT NULL DEFAULT now(),
            name text COLLATE "C" NOT NULL,
            kind text NOT NULL,
            licence text NOT NULL,
            attribution text NOT NULL,
            counts jsonb NOT NULL,
            CONSTRAINT pk_service_sources PRIMARY KEY (id),
            CONSTRAINT uq_service_sources_name UNIQUE (name),
            CONSTRAINT ck_service_sources_kind CHECK (kind IN ('osm', 'acceslibre', 'table'))
        );
        CREATE TABLE services (
            id bigint GENERATED ALWAYS AS IDENTITY,
            same_as bigint,
            source_id integer NOT NULL,
            version integer NOT NULL,
            checked_on date,
            family smallint NOT NULL,
            steps smallint,
            door_width_cm smallint,
            ref text COLLATE "C" NOT NULL,
            name text,
            acceslibre_id text,
            wheelchair text NOT NULL,
            reasons text[] NOT NULL,
            facts jsonb NOT NULL,
            position geometry(Point, 4326) NOT NULL,
            content bytea NOT NULL,
            CONSTRAINT pk_services PRIMARY KEY (id),
            CONSTRAINT uq_services_source_id_ref UNIQUE (source_id, ref),
            CONSTRAINT fk_services_source_id_service_sources
                FOREIGN KEY (source_id) REFERENCES service_sources (id) ON DELETE CASCADE,
            CONSTRAINT fk_services_same_as_services FOREIGN KEY (same_as) REFERENCES services (id) ON DELETE SET NULL,
            CONSTRAINT ck_services_wheelchair CHECK (wheelchair IN ('yes', 'limited', 'no', 'unknown'))
        );
        CREATE INDEX ix_services_position ON services USING gist (position);
        CREATE INDEX ix_services_same_as ON services (same_as) WHERE same_as IS NOT NULL;
        CREATE INDEX ix_services_acceslibre_id ON services (acceslibre_id) WHERE acceslibre_id IS NOT NULL;
        GRANT SELECT ON service_sources, services TO registry_landlord, registry_coordinator, registry_job;
        GRANT INSERT, UPDATE, DELETE ON service_sources, services TO registry_job;
        """
    )


def downgrade() -> None:
    op.execute("DROP TABLE services; DROP TABLE service_sources;")
