"""Listings: the shared projection, its zones, and the record of who looked."""

from alembic import op

revision = "20261123_0950"
down_revision = "20261123_0940"


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE location_zones (
            id integer GENERATED ALWAYS AS IDENTITY,
            territory_id integer NOT NULL,
            commune_code text NOT NULL,
            size_m smallint NOT NULL,
            x integer NOT NULL,
            y integer NOT NULL,
            quarters_shown boolean NOT NULL DEFAULT false,
            retired boolean NOT NULL DEFAULT false,
            region geometry,
            CONSTRAINT pk_location_zones PRIMARY KEY (id),
            CONSTRAINT uq_location_zones_territory_id_commune_code_size_m_x_y
                UNIQUE (territory_id, commune_code, size_m, x, y),
            CONSTRAINT fk_location_zones_territory_id_territories
                FOREIGN KEY (territory_id) REFERENCES territories (id)
        );
        -- Any number of rows for a territory: with a key, landlords that publish would wait for each other's commit.
        CREATE TABLE zoning_requests (
            id bigint GENERATED ALWAYS AS IDENTITY,
            territory_id integer NOT NULL,
            everything boolean NOT NULL,
            CONSTRAINT pk_zoning_requests PRIMARY KEY (id),
            CONSTRAINT fk_zoning_requests_territory_id_territories
                FOREIGN KEY (territory_id) REFERENCES territories (id)
        );
        CREATE TABLE zonings (
            territory_id integer NOT NULL,
            computed_at timestamptz NOT NULL,
            narrowed_at timestamptz,
            CONSTRAINT pk_zonings PRIMARY KEY (territory_id),
            CONSTRAINT fk_zonings_territory_id_territories FOREIGN KEY (territory_id) REFERENCES territories (id)
        );
        GRANT SELECT, INSERT, UPDATE, DELETE ON location_zones, zoning_requests, zonings TO registry_job;
        GRANT SELECT ON location_zones TO registry_landlord;
        GRANT INSERT ON zoning_requests TO registry_landlord, registry_coordinator;

        -- The zone of any place, lived in or not: of the smallest square around it that has one, or of its commune.
        CREATE FUNCTION zone_of(territory integer, commune text, cell_x integer, cell_y integer) RETURNS integer
        LANGUAGE sql STABLE RETURNS NULL ON NULL INPUT PARALLEL SAFE
        RETURN coalesce(
            (SELECT z.id FROM location_zones z WHERE z.territory_id = territory AND z.commune_code = commune
                AND z.size_m = 500 AND z.x = cell_x AND z.y = cell_y AND NOT z.retired),
            (SELECT z.id FROM location_zones z WHERE z.territory_id = territory AND z.commune_code = commune
                AND z.size_m = 1000 AND z.x = cell_x >> 1 AND z.y = cell_y >> 1 AND NOT z.retired),
            (SELECT z.id FROM location_zones z WHERE z.territory_id = territory AND z.commune_code = commune
                AND z.size_m = 2000 AND z.x = cell_x >> 2 AND z.y = cell_y >> 2 AND NOT z.retired),
            (SELECT z.id FROM location_zones z WHERE z.territory_id = territory AND z.commune_code = commune
                AND z.size_m = 0 AND NOT z.retired));
        REVOKE EXECUTE ON FUNCTION zone_of(integer, text, integer, integer) FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION zone_of(integer, text, integer, integer) TO registry_landlord, registry_job;
        """
    )
    op.execute(
        """
        CREATE TABLE listings (
            id uuid NOT NULL,
            organisation_id uuid NOT NULL,
            territory_id integer NOT NULL,
            zone_id integer,
            rent_order integer NOT NULL,
            available_month date,
            fresh_week date NOT NULL,
            area_low smallint,
            floor_top smallint,
            bookable boolean NOT NULL,
            commune_code text NOT NULL,
            quarter_codes text[] NOT NULL,
            point geometry(Point, 3857) NOT NULL,
            tags integer[] NOT NULL,
            document text NOT NULL,
            CONSTRAINT pk_listings PRIMARY KEY (id),
            CONSTRAINT fk_listings_organisation_id_organisations
                FOREIGN KEY (organisation_id) REFERENCES organisations (id),
            CONSTRAINT fk_listings_territory_id_territories FOREIGN KEY (territory_id) REFERENCES territories (id),
            CONSTRAINT fk_listings_zone_id_location_zones FOREIGN KEY (zone_id) REFERENCES location_zones (id)
        );
        CREATE INDEX ix_listings_commune_rent ON listings (commune_code, rent_order, id);
        CREATE INDEX ix_listings_commune_freshness ON listings (commune_code, fresh_week DESC, id);
        CREATE INDEX ix_listings_organisation_id ON listings (organisation_id);
        CREATE INDEX ix_listings_territory_rent ON listings (territory_id, rent_order, id);
        CREATE INDEX ix_listings_territory_freshness ON listings (territory_id, fresh_week DESC, id);
        CREATE INDEX ix_listings_zone_id ON listings (zone_id);

        ALTER TABLE listings ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        GRANT SELECT, INSERT, UPDATE, DELETE ON listings TO registry_landlord, registry_job;
        GRANT SELECT, DELETE ON listings TO registry_coordinator;
        CREATE POLICY listings_members_read ON listings FOR SELECT TO registry_landlord, registry_coordinator
            USING (territory_id = ANY ((SELECT current_territories())::integer[])
                   OR organisation_id = (SELECT current_organisation()));
        CREATE POLICY listings_owner_publishes ON listings FOR INSERT TO registry_landlord
            WITH CHECK (organisation_id = (SELECT current_organisation())
                        AND territory_id = ANY ((SELECT current_territories())::integer[]));
        CREATE POLICY listings_owner_changes ON listings FOR UPDATE TO registry_landlord
            USING (organisation_id = (SELECT current_organisation()))
            WITH CHECK (organisation_id = (SELECT current_organisation())
                        AND territory_id = ANY ((SELECT current_territories())::integer[]));
        CREATE POLICY listings_owner_withdraws ON listings FOR DELETE TO registry_landlord
            USING (organisation_id = (SELECT current_organisation()));
        CREATE POLICY listings_coordinator_suspends ON listings FOR DELETE TO registry_coordinator
            USING (territory_id = ANY ((SELECT current_territories())::integer[]));
        CREATE POLICY listings_jobs ON listings TO registry_job USING (true) WITH CHECK (true);
        """
    )
    # Without a superuser the operator classes are missing: the standard ones serve the order by distance, and the
    # rest of the search is then a filter (registry.platform.preparation).
    op.execute(
        """
        DO $$
        DECLARE ours boolean := EXISTS (SELECT FROM pg_opclass c JOIN pg_namespace n ON n.oid = c.opcnamespace
            WHERE n.nspname = 'registry' AND c.opcname = 'point_ops');
            place text := CASE WHEN ours THEN 'registry.point_ops' ELSE 'public.gist_geometry_ops_2d' END;
            codes text := CASE WHEN ours THEN 'registry.tags_ops' ELSE 'public.gist__intbig_ops' END;
        BEGIN
            EXECUTE format('CREATE INDEX ix_listings_place ON listings USING gist (point %s, tags %s (siglen=12))',
                place, codes);
            EXECUTE format('CREATE INDEX ix_listings_place_bookable ON listings'
                ' USING gist (point %s, tags %s (siglen=12)) WHERE bookable', place, codes);
        END $$
        """
    )
    op.execute(
        """
        CREATE TABLE listings_seen (
            client_id text NOT NULL,
            day date NOT NULL,
            listing_id uuid NOT NULL,
            organisation_id uuid NOT NULL,
            CONSTRAINT pk_listings_seen PRIMARY KEY (client_id, day, listing_id)
        );
        CREATE TABLE listing_reads (
            id bigint GENERATED ALWAYS AS IDENTITY,
            read_at timestamptz NOT NULL,
            organisation_id uuid NOT NULL,
            client_id text NOT NULL,
            listing_id uuid NOT NULL,
            chained boolean NOT NULL DEFAULT false,
            CONSTRAINT pk_listing_reads PRIMARY KEY (id)
        );
        CREATE INDEX ix_listing_reads_unchained ON listing_reads (id) WHERE NOT chained;
        CREATE INDEX ix_listing_reads_read_at ON listing_reads USING brin (read_at);
        CREATE TABLE listing_searches (
            minute timestamptz NOT NULL,
            client_id text NOT NULL,
            shape text NOT NULL,
            organisation_id uuid NOT NULL,
            searches integer NOT NULL,
            CONSTRAINT pk_listing_searches PRIMARY KEY (minute, client_id, shape)
        );
        ALTER TABLE listings_seen ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        ALTER TABLE listing_reads ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        ALTER TABLE listing_searches ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

        -- Written every two seconds for all clients of a process at once, hence by the service's own role; read by
        -- the organisation that looked, chained and deleted by the job.
        GRANT SELECT, INSERT ON listings_seen, listing_reads TO registry_auth;
        GRANT SELECT, INSERT, UPDATE ON listing_searches TO registry_auth;
        GRANT SELECT ON listings_seen, listing_reads, listing_searches TO registry_landlord, registry_coordinator;
        GRANT SELECT, DELETE ON listings_seen, listing_searches TO registry_job;
        GRANT SELECT, UPDATE (chained), DELETE ON listing_reads TO registry_job;
        CREATE POLICY listings_seen_meter ON listings_seen TO registry_auth USING (true) WITH CHECK (true);
        CREATE POLICY listings_seen_own ON listings_seen FOR SELECT TO registry_landlord, registry_coordinator
            USING (organisation_id = (SELECT current_organisation()));
        CREATE POLICY listings_seen_jobs ON listings_seen TO registry_job USING (true) WITH CHECK (true);
        CREATE POLICY listing_reads_meter ON listing_reads TO registry_auth USING (true) WITH CHECK (true);
        CREATE POLICY listing_reads_own ON listing_reads FOR SELECT TO registry_landlord, registry_coordinator
            USING (organisation_id = (SELECT current_organisation()));
        CREATE POLICY listing_reads_jobs ON listing_reads TO registry_job USING (true) WITH CHECK (true);
        CREATE POLICY listing_searches_meter ON listing_searches TO registry_auth USING (true) WITH CHECK (true);
        CREATE POLICY listing_searches_own ON listing_searches FOR SELECT
            TO registry_landlord, registry_coordinator
            USING (organisation_id = (SELECT current_organisation()));
        CREATE POLICY listing_searches_jobs ON listing_searches TO registry_job USING (true) WITH CHECK (true);
        """
    )


def downgrade() -> None:
    op.execute(
        """
        DROP TABLE listing_searches, listing_reads, listings_seen, listings;
        DROP FUNCTION zone_of(integer, text, integer, integer);
        DROP TABLE zonings, zoning_requests, location_zones;
        """
    )
