"""Changes: by which transaction each home, residence and listing was last changed, and what is left of deleted ones."""

from alembic import op

revision = "20261126_1010"
down_revision = "20261126_1000"

FEEDS = {"homes": "organisation_id", "residences": "organisation_id", "listings": "territory_id"}


def upgrade() -> None:
    # What stands already was changed before every cursor: by 3, the first transaction that a cluster runs. A constant
    # is kept in the catalogue, so that no table is rewritten.
    for table, reader in FEEDS.items():
        op.execute(
            f"""
            ALTER TABLE {table} ADD COLUMN changed_in xid8 NOT NULL DEFAULT '3'::xid8;
            ALTER TABLE {table} ALTER COLUMN changed_in SET DEFAULT pg_current_xact_id();
            CREATE INDEX ix_{table}_{reader}_changed_in ON {table} ({reader}, changed_in, id);
            """
        )
    op.execute(
        """
        CREATE TABLE stock_tombstones (
            organisation_id uuid NOT NULL,
            changed_in xid8 NOT NULL DEFAULT pg_current_xact_id(),
            id uuid NOT NULL,
            kind text NOT NULL,
            ref text COLLATE "C" NOT NULL,
            deleted_at timestamptz NOT NULL DEFAULT now(),
            CONSTRAINT pk_stock_tombstones PRIMARY KEY (organisation_id, changed_in, id),
            CONSTRAINT ck_stock_tombstones_kind CHECK (kind IN ('home', 'residence'))
        );
        CREATE INDEX ix_stock_tombstones_deleted_at ON stock_tombstones (deleted_at);
        CREATE TABLE listing_tombstones (
            territory_id integer NOT NULL,
            changed_in xid8 NOT NULL DEFAULT pg_current_xact_id(),
            id uuid NOT NULL,
            organisation_id uuid NOT NULL,
            deleted_at timestamptz NOT NULL DEFAULT now(),
            CONSTRAINT pk_listing_tombstones PRIMARY KEY (territory_id, changed_in, id)
        );
        CREATE INDEX ix_listing_tombstones_deleted_at ON listing_tombstones (deleted_at);
        CREATE TABLE listing_feed_usage (
            organisation_id uuid NOT NULL,
            day date NOT NULL,
            items integer NOT NULL,
            CONSTRAINT pk_listing_feed_usage PRIMARY KEY (organisation_id, day),
            CONSTRAINT fk_listing_feed_usage_organisation_id_organisations
                FOREIGN KEY (organisation_id) REFERENCES organisations (id)
        );
        """
    )
    # Which numbers of transactions the columns hold: those of one database on one line of one cluster's history. A
    # restore elsewhere, or to an earlier moment, begins others.
    op.execute(
        """
        CREATE FUNCTION history_of_database() RETURNS text LANGUAGE sql STABLE
        RETURN (SELECT system_identifier::text FROM pg_control_system())
            || '-' || left(pg_walfile_name(pg_current_wal_lsn()), 8)
            || '-' || (SELECT oid::text FROM pg_database WHERE datname = current_database());
        REVOKE EXECUTE ON FUNCTION history_of_database() FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION history_of_database() TO registry_landlord, registry_coordinator, registry_job;
        CREATE TABLE change_feeds (
            id boolean NOT NULL DEFAULT true,
            history text NOT NULL,
            forgotten xid8 NOT NULL,
            CONSTRAINT pk_change_feeds PRIMARY KEY (id),
            CONSTRAINT ck_change_feeds_one CHECK (id)
        );
        INSERT INTO change_feeds (history, forgotten) VALUES (history_of_database(), '0');
        GRANT SELECT (forgotten) ON change_feeds TO registry_landlord, registry_coordinator;
        GRANT SELECT, UPDATE (history, forgotten) ON change_feeds TO registry_job;
        """
    )
    # As whoever deletes, under the policies: no deleter can leave a tombstone in another's feed.
    op.execute(
        """
        CREATE FUNCTION bury_stock() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO stock_tombstones (organisation_id, id, kind, ref)
            SELECT organisation_id, id, TG_ARGV[0], ref FROM gone;
            RETURN NULL;
        END $$;
        CREATE TRIGGER bury AFTER DELETE ON homes REFERENCING OLD TABLE AS gone
            FOR EACH STATEMENT EXECUTE FUNCTION bury_stock('home');
        CREATE TRIGGER bury AFTER DELETE ON residences REFERENCING OLD TABLE AS gone
            FOR EACH STATEMENT EXECUTE FUNCTION bury_stock('residence');
        CREATE FUNCTION bury_listings() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO listing_tombstones (territory_id, id, organisation_id)
            SELECT territory_id, id, organisation_id FROM gone ON CONFLICT DO NOTHING;
            RETURN NULL;
        END $$;
        CREATE TRIGGER bury AFTER DELETE ON listings REFERENCING OLD TABLE AS gone
            FOR EACH STATEMENT EXECUTE FUNCTION bury_listings();
        CREATE FUNCTION bury_moved_listing() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO listing_tombstones (territory_id, id, organisation_id)
            VALUES (OLD.territory_id, OLD.id, OLD.organisation_id) ON CONFLICT DO NOTHING;
            RETURN NULL;
        END $$;
        CREATE TRIGGER bury_moved AFTER UPDATE OF territory_id ON listings FOR EACH ROW
            WHEN (OLD.territory_id <> NEW.territory_id) EXECUTE FUNCTION bury_moved_listing();
        REVOKE EXECUTE ON FUNCTION bury_stock(), bury_listings(), bury_moved_listing() FROM PUBLIC;
        """
    )
    op.execute(
        """
        ALTER TABLE stock_tombstones ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        GRANT SELECT, INSERT ON stock_tombstones TO registry_landlord;
        GRANT SELECT, DELETE ON stock_tombstones TO registry_job;
        CREATE POLICY stock_tombstones_own ON stock_tombstones TO registry_landlord
            USING (organisation_id = (SELECT current_organisation()))
            WITH CHECK (organisation_id = (SELECT current_organisation()));
        CREATE POLICY stock_tombstones_jobs ON stock_tombstones TO registry_job USING (true);

        ALTER TABLE listing_tombstones ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        GRANT SELECT, INSERT ON listing_tombstones TO registry_landlord, registry_coordinator;
        GRANT SELECT, INSERT, DELETE ON listing_tombstones TO registry_job;
        CREATE POLICY listing_tombstones_members_read ON listing_tombstones FOR SELECT
            TO registry_landlord, registry_coordinator
            USING (territory_id = ANY ((SELECT current_territories())::integer[]));
        CREATE POLICY listing_tombstones_owner_withdraws ON listing_tombstones FOR INSERT TO registry_landlord
            WITH CHECK (organisation_id = (SELECT current_organisation()));
        CREATE POLICY listing_tombstones_coordinator_suspends ON listing_tombstones FOR INSERT TO registry_coordinator
            WITH CHECK (territory_id = ANY ((SELECT current_territories())::integer[]));
        CREATE POLICY listing_tombstones_jobs ON listing_tombstones TO registry_job USING (true) WITH CHECK (true);

        ALTER TABLE listing_feed_usage ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        GRANT SELECT, INSERT, UPDATE ON listing_feed_usage TO registry_landlord, registry_coordinator;
        GRANT SELECT, DELETE ON listing_feed_usage TO registry_job;
        CREATE POLICY listing_feed_usage_own ON listing_feed_usage TO registry_landlord, registry_coordinator
            USING (organisation_id = (SELECT current_organisation()))
            WITH CHECK (organisation_id = (SELECT current_organisation()));
        CREATE POLICY listing_feed_usage_jobs ON listing_feed_usage TO registry_job USING (true);

        GRANT UPDATE (changed_in) ON homes, residences TO registry_job;
        CREATE POLICY homes_jobs_number ON homes FOR UPDATE TO registry_job USING (true) WITH CHECK (true);
        """
    )


def downgrade() -> None:
    op.execute(
        """
        DROP POLICY homes_jobs_number ON homes;
        DROP TRIGGER bury_moved ON listings; DROP TRIGGER bury ON listings; DROP TRIGGER bury ON residences;
        DROP TRIGGER bury ON homes;
        DROP FUNCTION bury_moved_listing(); DROP FUNCTION bury_listings(); DROP FUNCTION bury_stock();
        DROP TABLE change_feeds; DROP TABLE listing_feed_usage; DROP TABLE listing_tombstones;
        DROP TABLE stock_tombstones;
        DROP FUNCTION history_of_database();
        """
    )
    for table in FEEDS:
        op.execute(f"ALTER TABLE {table} DROP COLUMN changed_in")
