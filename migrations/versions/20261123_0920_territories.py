"""Territories: communes with their history, EPCI, quarters of any layer, and the territories made of them."""

from alembic import op

revision = "20261123_0920"
down_revision = "20261123_0915"


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE epcis (
            code text NOT NULL,
            name text NOT NULL,
            kind text,
            CONSTRAINT pk_epcis PRIMARY KEY (code)
        );
        CREATE TABLE communes (
            code text NOT NULL,
            name text NOT NULL,
            epci_code text,
            departement text NOT NULL,
            region text,
            population integer,
            centre geometry(Point, 4326),
            contour geometry(MultiPolygon, 4326),
            vintage smallint NOT NULL,
            CONSTRAINT pk_communes PRIMARY KEY (code)
        );
        CREATE INDEX ix_communes_epci_code ON communes (epci_code);
        CREATE INDEX ix_communes_departement ON communes (departement);
        CREATE INDEX ix_communes_contour ON communes USING gist (contour);
        CREATE TABLE former_communes (
            code text NOT NULL,
            name text NOT NULL,
            kind text NOT NULL,
            current_code text NOT NULL,
            CONSTRAINT pk_former_communes PRIMARY KEY (code)
        );
        CREATE TABLE quarters (
            id integer GENERATED ALWAYS AS IDENTITY,
            layer text NOT NULL,
            code text NOT NULL,
            name text NOT NULL,
            commune_code text,
            vintage smallint NOT NULL,
            shape geometry(MultiPolygon, 4326) NOT NULL,
            CONSTRAINT pk_quarters PRIMARY KEY (id),
            CONSTRAINT uq_quarters_layer_code_vintage UNIQUE (layer, code, vintage)
        );
        CREATE INDEX ix_quarters_shape ON quarters USING gist (shape);
        CREATE INDEX ix_quarters_commune_code ON quarters (commune_code);

        -- Reference data: public facts, the same for everybody, loaded by the operator or a weekly job.
        GRANT SELECT ON epcis, communes, former_communes, quarters
            TO registry_landlord, registry_coordinator, registry_auth, registry_job;
        GRANT INSERT, UPDATE, DELETE ON epcis, communes, former_communes, quarters TO registry_job;

        CREATE TABLE territories (
            id integer GENERATED ALWAYS AS IDENTITY,
            slug text NOT NULL,
            name text NOT NULL,
            coordinator_id uuid NOT NULL,
            srid integer NOT NULL,
            created_at timestamptz NOT NULL DEFAULT now(),
            CONSTRAINT pk_territories PRIMARY KEY (id),
            CONSTRAINT uq_territories_slug UNIQUE (slug),
            CONSTRAINT fk_territories_coordinator_id_organisations
                FOREIGN KEY (coordinator_id) REFERENCES organisations (id),
            CONSTRAINT ck_territories_slug CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND length(slug) <= 60)
        );
        CREATE INDEX ix_territories_coordinator_id ON territories (coordinator_id);
        CREATE TABLE territory_communes (
            territory_id integer NOT NULL,
            commune_code text NOT NULL,
            CONSTRAINT pk_territory_communes PRIMARY KEY (territory_id, commune_code),
            CONSTRAINT fk_territory_communes_territory_id_territories
                FOREIGN KEY (territory_id) REFERENCES territories (id),
            CONSTRAINT fk_territory_communes_commune_code_communes
                FOREIGN KEY (commune_code) REFERENCES communes (code)
        );
        CREATE INDEX ix_territory_communes_commune_code ON territory_communes (commune_code);
        ALTER TABLE territories ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        ALTER TABLE territory_communes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

        -- That a territory exists, and which communes it covers, is public among members; who is in it is not.
        GRANT SELECT ON territories, territory_communes
            TO registry_landlord, registry_coordinator, registry_auth, registry_job;
        GRANT INSERT, UPDATE (name) ON territories TO registry_coordinator;
        GRANT INSERT, DELETE ON territory_communes TO registry_coordinator;
        CREATE POLICY territories_read ON territories FOR SELECT
            TO registry_landlord, registry_coordinator, registry_auth, registry_job, registry_owner USING (true);
        CREATE POLICY territories_create ON territories FOR INSERT TO registry_coordinator
            WITH CHECK (coordinator_id = (SELECT current_organisation()));
        CREATE POLICY territories_change ON territories FOR UPDATE TO registry_coordinator
            USING (coordinator_id = (SELECT current_organisation()))
            WITH CHECK (coordinator_id = (SELECT current_organisation()));
        CREATE POLICY territory_communes_read ON territory_communes FOR SELECT
            TO registry_landlord, registry_coordinator, registry_auth, registry_job USING (true);
        CREATE POLICY territory_communes_add ON territory_communes FOR INSERT TO registry_coordinator
            WITH CHECK (EXISTS (SELECT FROM territories t WHERE t.id = territory_id
                AND t.coordinator_id = (SELECT current_organisation())));
        CREATE POLICY territory_communes_remove ON territory_communes FOR DELETE TO registry_coordinator
            USING (EXISTS (SELECT FROM territories t WHERE t.id = territory_id
                AND t.coordinator_id = (SELECT current_organisation())));
        """
    )


def downgrade() -> None:
    op.execute(
        "DROP TABLE territory_communes; DROP TABLE territories; DROP TABLE quarters;"
        " DROP TABLE former_communes; DROP TABLE communes; DROP TABLE epcis;"
    )
