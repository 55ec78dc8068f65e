"""Transfers: cases with their needs, proposals between two landlords, and the time for which a home is kept."""

from alembic import op

revision = "20261127_3000"
down_revision = "20261127_2100"

TABLES = ("transfer_cases", "transfer_tombstones", "transfer_proposals", "transfer_steps", "home_holds")


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE transfer_cases (
            id uuid DEFAULT gen_random_uuid() NOT NULL,
            organisation_id uuid NOT NULL,
            territory_id integer NOT NULL,
            ref text COLLATE "C" NOT NULL,
            kind text NOT NULL,
            ground text,
            home_ref text COLLATE "C",
            need jsonb NOT NULL,
            deadline date,
            consent_basis text NOT NULL,
            consent_version text NOT NULL,
            consent_until date NOT NULL,
            wanted integer[] DEFAULT '{}' NOT NULL,
            rent_limit_cents integer,
            rooms_least smallint NOT NULL,
            rooms_most smallint NOT NULL,
            communes text[] DEFAULT '{}' NOT NULL,
            version integer DEFAULT 1 NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            closed_at timestamptz,
            closing text,
            CONSTRAINT pk_transfer_cases PRIMARY KEY (id),
            CONSTRAINT uq_transfer_cases_organisation_id_ref UNIQUE (organisation_id, ref),
            CONSTRAINT uq_transfer_cases_organisation_id_id UNIQUE (organisation_id, id),
            CONSTRAINT fk_transfer_cases_organisation_id_organisations
                FOREIGN KEY (organisation_id) REFERENCES organisations (id),
            CONSTRAINT fk_transfer_cases_territory_id_territories
                FOREIGN KEY (territory_id) REFERENCES territories (id),
            CONSTRAINT fk_transfer_cases_organisation_id_home_ref_homes FOREIGN KEY (organisation_id, home_ref)
                REFERENCES homes (organisation_id, ref) ON DELETE SET NULL (home_ref),
            CONSTRAINT ck_transfer_cases_closed CHECK ((closed_at IS NULL) = (closing IS NULL))
        );
        CREATE INDEX ix_transfer_cases_open ON transfer_cases (territory_id) WHERE closed_at IS NULL;
        CREATE INDEX ix_transfer_cases_closed_at ON transfer_cases (closed_at) WHERE closed_at IS NOT NULL;
        CREATE INDEX ix_transfer_cases_organisation_id_home_ref ON transfer_cases (organisation_id, home_ref);
        CREATE INDEX ix_transfer_cases_organisation_id_created_at
            ON transfer_cases (organisation_id, created_at, id);
        CREATE INDEX ix_transfer_cases_territory_id_created_at ON transfer_cases (territory_id, created_at, id);
        CREATE TABLE transfer_tombstones (
            organisation_id uuid NOT NULL,
            ref_sha256 text NOT NULL,
            erased_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT pk_transfer_tombstones PRIMARY KEY (organisation_id, ref_sha256),
            CONSTRAINT fk_transfer_tombstones_organisation_id_organisations
                FOREIGN KEY (organisation_id) REFERENCES organisations (id)
        );
        CREATE INDEX ix_transfer_tombstones_erased_at ON transfer_tombstones (erased_at);
        CREATE TABLE transfer_proposals (
            id uuid DEFAULT gen_random_uuid() NOT NULL,
            organisation_id uuid NOT NULL,
            owner_id uuid NOT NULL,
            territory_id integer NOT NULL,
            case_id uuid,
            listing_id uuid NOT NULL,
            state text DEFAULT 'proposed' NOT NULL,
            reason text,
            shared jsonb DEFAULT '{}' NOT NULL,
            shared_until date NOT NULL,
            month date,
            answer_by date NOT NULL,
            held_until timestamptz,
            disclosed_at timestamptz,
            version integer DEFAULT 1 NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            answered_at timestamptz,
            closed_at timestamptz,
            CONSTRAINT pk_transfer_proposals PRIMARY KEY (id),
            CONSTRAINT fk_transfer_proposals_organisation_id_organisations
                FOREIGN KEY (organisation_id) REFERENCES organisations (id),
            CONSTRAINT fk_transfer_proposals_owner_id_organisations
                FOREIGN KEY (owner_id) REFERENCES organisations (id),
            CONSTRAINT fk_transfer_proposals_territory_id_territories
                FOREIGN KEY (territory_id) REFERENCES territories (id)
        );
        CREATE UNIQUE INDEX uq_transfer_proposals_open ON transfer_proposals (case_id, listing_id)
            WHERE closed_at IS NULL;
        -- Nobody lives in two homes: of two landlords that let one at once, the second is refused.
        CREATE UNIQUE INDEX uq_transfer_proposals_housed ON transfer_proposals (case_id)
            WHERE state IN ('leased', 'moved', 'followed_3_months', 'followed_12_months');
        CREATE INDEX ix_transfer_proposals_organisation_id ON transfer_proposals (organisation_id, created_at, id);
        CREATE INDEX ix_transfer_proposals_owner_id ON transfer_proposals (owner_id, created_at, id);
        CREATE INDEX ix_transfer_proposals_territory_id ON transfer_proposals (territory_id, created_at, id);
        CREATE INDEX ix_transfer_proposals_listing_id ON transfer_proposals (listing_id);
        CREATE INDEX ix_transfer_proposals_held_until ON transfer_proposals (held_until)
            WHERE held_until IS NOT NULL;
        CREATE TABLE transfer_steps (
            id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
            proposal_id uuid NOT NULL,
            organisation_id uuid NOT NULL,
            owner_id uuid NOT NULL,
            territory_id integer NOT NULL,
            party text NOT NULL,
            action text NOT NULL,
            state text NOT NULL,
            reason text,
            happened_at timestamptz DEFAULT clock_timestamp() NOT NULL,
            told boolean DEFAULT false NOT NULL,
            CONSTRAINT pk_transfer_steps PRIMARY KEY (id),
            CONSTRAINT fk_transfer_steps_proposal_id_transfer_proposals
                FOREIGN KEY (proposal_id) REFERENCES transfer_proposals (id) ON DELETE CASCADE
        );
        CREATE INDEX ix_transfer_steps_proposal_id ON transfer_steps (proposal_id, id);
        CREATE INDEX ix_transfer_steps_untold ON transfer_steps (id) WHERE NOT told;
        CREATE TABLE home_holds (
            id uuid DEFAULT gen_random_uuid() NOT NULL,
            proposal_id uuid NOT NULL,
            organisation_id uuid NOT NULL,
            owner_id uuid NOT NULL,
            listing_id uuid NOT NULL,
            during tstzrange NOT NULL,
            CONSTRAINT pk_home_holds PRIMARY KEY (id),
            CONSTRAINT fk_home_holds_proposal_id_transfer_proposals
                FOREIGN KEY (proposal_id) REFERENCES transfer_proposals (id) ON DELETE CASCADE,
            -- Looks past row-level security, as it must: of one home no two landlords may have it at once.
            CONSTRAINT ex_home_holds_listing_id_during
                EXCLUDE USING gist (listing_id WITH =, during WITH &&)
        );
        CREATE INDEX ix_home_holds_proposal_id ON home_holds (proposal_id);
        """
    )
    for table in TABLES:
        op.execute(
            f"""
            ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
            CREATE POLICY {table}_jobs ON {table} TO registry_job USING (true) WITH CHECK (true);
            """
        )
    op.execute(
        """
        -- The job finds cases for a home, ends and deletes them in time, and never reads a need or a reference.
        GRANT SELECT (id, organisation_id, territory_id, kind, ground, home_ref, deadline, consent_until, wanted,
            rent_limit_cents, rooms_least, rooms_most, communes, version, created_at, updated_at, closed_at, closing),
            UPDATE, DELETE ON transfer_cases TO registry_job;
        GRANT SELECT, UPDATE, DELETE ON transfer_tombstones, transfer_proposals, home_holds TO registry_job;
        GRANT SELECT, INSERT, UPDATE, DELETE ON transfer_steps TO registry_job;

        GRANT SELECT, INSERT, UPDATE, DELETE ON transfer_cases TO registry_landlord;
        GRANT SELECT, INSERT ON transfer_tombstones TO registry_landlord;
        CREATE POLICY transfer_cases_own ON transfer_cases TO registry_landlord
            USING (organisation_id = (SELECT current_organisation()))
            WITH CHECK (organisation_id = (SELECT current_organisation()));
        CREATE POLICY transfer_tombstones_own ON transfer_tombstones TO registry_landlord
            USING (organisation_id = (SELECT current_organisation()))
            WITH CHECK (organisation_id = (SELECT current_organisation()));
        -- The coordinator reads states, delays and coded reasons, never a need or a reference: column by column.
        GRANT SELECT (id, organisation_id, territory_id, kind, ground, created_at, closed_at, closing)
            ON transfer_cases TO registry_coordinator;
        CREATE POLICY transfer_cases_coordinator_read ON transfer_cases FOR SELECT TO registry_coordinator
            USING (territory_id = ANY ((SELECT current_territories())::integer[]));

        -- Both sides read a proposal; only the origin makes one, where its charter is in force; what it is about never
        -- changes.
        GRANT SELECT, INSERT ON transfer_proposals, transfer_steps, home_holds TO registry_landlord;
        GRANT UPDATE (case_id, state, reason, shared, shared_until, held_until, disclosed_at, version, updated_at,
            answered_at, closed_at) ON transfer_proposals TO registry_landlord;
        GRANT UPDATE (during) ON home_holds TO registry_landlord;
        CREATE POLICY transfer_proposals_sides_read ON transfer_proposals FOR SELECT TO registry_landlord
            USING (organisation_id = (SELECT current_organisation()) OR owner_id = (SELECT current_organisation()));
        CREATE POLICY transfer_proposals_origin_makes ON transfer_proposals FOR INSERT TO registry_landlord
            WITH CHECK (organisation_id = (SELECT current_organisation())
                AND territory_id = ANY ((SELECT current_territories())::integer[]));
        CREATE POLICY transfer_proposals_sides_write ON transfer_proposals FOR UPDATE TO registry_landlord
            USING (organisation_id = (SELECT current_organisation()) OR owner_id = (SELECT current_organisation()))
            WITH CHECK (organisation_id = (SELECT current_organisation())
                OR owner_id = (SELECT current_organisation()));
        CREATE POLICY transfer_steps_sides_read ON transfer_steps FOR SELECT TO registry_landlord
            USING (organisation_id = (SELECT current_organisation()) OR owner_id = (SELECT current_organisation()));
        -- Nobody speaks for the other side: an address is told on the owner's word (tell_address).
        CREATE POLICY transfer_steps_sides_write ON transfer_steps FOR INSERT TO registry_landlord
            WITH CHECK ((party <> 'owner' AND organisation_id = (SELECT current_organisation()))
                OR (party <> 'origin' AND owner_id = (SELECT current_organisation())));
        CREATE POLICY home_holds_sides_read ON home_holds FOR SELECT TO registry_landlord
            USING (organisation_id = (SELECT current_organisation()) OR owner_id = (SELECT current_organisation()));
        CREATE POLICY home_holds_sides_make ON home_holds FOR INSERT TO registry_landlord
            WITH CHECK (organisation_id = (SELECT current_organisation())
                OR owner_id = (SELECT current_organisation()));
        CREATE POLICY home_holds_sides_write ON home_holds FOR UPDATE TO registry_landlord
            USING (organisation_id = (SELECT current_organisation()) OR owner_id = (SELECT current_organisation()))
            WITH CHECK (organisation_id = (SELECT current_organisation())
                OR owner_id = (SELECT current_organisation()));

        GRANT SELECT (id, organisation_id, owner_id, territory_id, state, reason, answer_by, held_until, version,
            created_at, updated_at, answered_at, closed_at) ON transfer_proposals TO registry_coordinator;
        GRANT SELECT ON transfer_steps TO registry_coordinator;
        CREATE POLICY transfer_proposals_coordinator_read ON transfer_proposals FOR SELECT TO registry_coordinator
            USING (territory_id = ANY ((SELECT current_territories())::integer[]));
        CREATE POLICY transfer_steps_coordinator_read ON transfer_steps FOR SELECT TO registry_coordinator
            USING (territory_id = ANY ((SELECT current_territories())::integer[]));
        """
    )


def downgrade() -> None:
    op.execute(f"DROP TABLE {', '.join(reversed(TABLES))}")
