"""Addresses: streets and houses of the Base Adresse Nationale; where a residence without a stated position stands."""

from alembic import op

revision = "20261126_1030"
down_revision = "20261126_1020"


def upgrade() -> None:
    # Two tables: a street stands once for all its houses, so its trigrams are indexed once. The index of trigrams gives
    # the streets of one commune in the order of their likeness (btree_gist for the code, pg_trgm for the name).
    op.execute(
        """
        CREATE TABLE streets (
            id bigint GENERATED ALWAYS AS IDENTITY,
            commune_code text NOT NULL,
            postcode text,
            name text NOT NULL,
            plain text NOT NULL,
            CONSTRAINT pk_streets PRIMARY KEY (id)
        );
        CREATE INDEX ix_streets_commune_code_plain ON streets (commune_code, plain);
        CREATE INDEX ix_streets_likeness ON streets USING gist (commune_code, plain gist_trgm_ops);
        CREATE TABLE addresses (
            id bigint GENERATED ALWAYS AS IDENTITY,
            street_id bigint NOT NULL,
            number integer NOT NULL,
            repetition text NOT NULL,
            position geometry(Point, 4326) NOT NULL,
            ban_id text,
            CONSTRAINT pk_addresses PRIMARY KEY (id),
            CONSTRAINT fk_addresses_street_id_streets
                FOREIGN KEY (street_id) REFERENCES streets (id) ON DELETE CASCADE
        );
        CREATE INDEX ix_addresses_street_id_number ON addresses (street_id, number);
        GRANT SELECT ON streets, addresses TO registry_landlord, registry_job;
        GRANT INSERT, DELETE ON streets, addresses TO registry_job;
        """
    )
    # What is found stands beside what the landlord states, never in its place: a file that says nothing of a position
    # blanks no find, and a find is never taken for a statement.
    op.execute(
        """
        ALTER TABLE residences
            ADD COLUMN located_at timestamptz,
            ADD COLUMN found_position geometry(Point, 4326),
            ADD COLUMN found_quarter_codes text[] NOT NULL DEFAULT '{}',
            ADD COLUMN candidate_position geometry(Point, 4326)
                CONSTRAINT ck_residences_found_once CHECK (found_position IS NULL OR candidate_position IS NULL),
            ADD COLUMN found_method text CONSTRAINT ck_residences_found_method
                CHECK (found_method IN ('ban', 'geoplateforme', 'reviewed', 'refused')),
            ADD COLUMN found_score real,
            ADD COLUMN found_gap real,
            ADD COLUMN found_type text,
            ADD COLUMN found_label text,
            ADD COLUMN found_ban_id text;
        CREATE INDEX ix_residences_waiting ON residences (organisation_id, id)
            WHERE located_at IS NULL AND position IS NULL AND street IS NOT NULL;
        CREATE INDEX ix_residences_to_review ON residences (organisation_id, ref)
            WHERE candidate_position IS NOT NULL AND position IS NULL;

        -- A find belongs to the address that was asked for: whoever writes another address, the find goes.
        CREATE FUNCTION forget_find() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            NEW.located_at := NULL;
            NEW.found_position := NULL;
            NEW.found_quarter_codes := '{}';
            NEW.candidate_position := NULL;
            NEW.found_method := NULL;
            NEW.found_score := NULL;
            NEW.found_gap := NULL;
            NEW.found_type := NULL;
            NEW.found_label := NULL;
            NEW.found_ban_id := NULL;
            RETURN NEW;
        END
        $$;
        REVOKE EXECUTE ON FUNCTION forget_find() FROM PUBLIC;
        CREATE TRIGGER residences_forget_find
            BEFORE UPDATE OF number, street, postcode, commune_code ON residences
            FOR EACH ROW WHEN ((OLD.number, OLD.street, OLD.postcode, OLD.commune_code)
                IS DISTINCT FROM (NEW.number, NEW.street, NEW.postcode, NEW.commune_code))
            EXECUTE FUNCTION forget_find();

        -- Addresses that are loaded later have the job ask again; quarters that are loaded later reach the finds.
        GRANT UPDATE (located_at, found_quarter_codes) ON residences TO registry_job;
        """
    )


def downgrade() -> None:
    op.execute(
        """
        REVOKE UPDATE (located_at, found_quarter_codes) ON residences FROM registry_job;
        DROP TRIGGER residences_forget_find ON residences;
        DROP FUNCTION forget_find();
        ALTER TABLE residences
            DROP COLUMN located_at, DROP COLUMN found_position, DROP COLUMN found_quarter_codes,
            DROP COLUMN candidate_position, DROP COLUMN found_method, DROP COLUMN found_score, DROP COLUMN found_gap,
            DROP COLUMN found_type, DROP COLUMN found_label, DROP COLUMN found_ban_id;
        DROP TABLE addresses; DROP TABLE streets;
        """
    )
