"""The door: how near other landlords' homes are to the present home of a case, coarsely, and never their places."""

from alembic import op

revision = "20261127_3200"
down_revision = "20261127_3100"

TABLES = ("case_doors", "case_nearness", "case_door_days")
MERGED = ("case_doors", "case_nearness")
"""What goes to the successor of a landlord that merges."""
MERGING = "= ANY ((SELECT merging())::uuid[])"


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE case_doors (
            organisation_id uuid NOT NULL,
            case_id uuid NOT NULL,
            territory_id integer NOT NULL,
            home_ref text COLLATE "C" NOT NULL,
            state text NOT NULL,
            place geometry(Point, 4326),
            quarter_codes text[] DEFAULT '{}' NOT NULL,
            network boolean DEFAULT false NOT NULL,
            compared_in xid8,
            opened_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT pk_case_doors PRIMARY KEY (organisation_id, case_id),
            CONSTRAINT fk_case_doors_organisation_id_case_id_transfer_cases FOREIGN KEY (organisation_id, case_id)
                REFERENCES transfer_cases (organisation_id, id) ON DELETE CASCADE,
            CONSTRAINT ck_case_doors_state CHECK (state IN ('open', 'no_place', 'later_home')),
            CONSTRAINT ck_case_doors_place CHECK (state <> 'open' OR place IS NOT NULL)
        );
        CREATE INDEX ix_case_doors_territory_id ON case_doors (territory_id) WHERE state = 'open';
        CREATE TABLE case_nearness (
            organisation_id uuid NOT NULL,
            case_id uuid NOT NULL,
            listing_id uuid NOT NULL,
            same_quarter boolean NOT NULL,
            walking smallint,
            senior smallint,
            wheelchair smallint,
            CONSTRAINT pk_case_nearness PRIMARY KEY (organisation_id, case_id, listing_id),
            CONSTRAINT fk_case_nearness_organisation_id_case_id_case_doors FOREIGN KEY (organisation_id, case_id)
                REFERENCES case_doors (organisation_id, case_id) ON DELETE CASCADE
        );
        CREATE TABLE case_door_days (
            organisation_id uuid NOT NULL,
            territory_id integer NOT NULL,
            day date NOT NULL,
            cases integer NOT NULL,
            CONSTRAINT pk_case_door_days PRIMARY KEY (organisation_id, territory_id, day),
            CONSTRAINT fk_case_door_days_organisation_id_organisations
                FOREIGN KEY (organisation_id) REFERENCES organisations (id)
        );
        """
    )
    for table in TABLES:
        op.execute(
            f"""
            ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
            CREATE POLICY {table}_jobs ON {table} TO registry_job USING (true) WITH CHECK (true);
            GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO registry_job;
            """
        )
    # What was answered is the landlord's; who asked how often is the job's alone. Only the job ever writes.
    op.execute(
        """
        GRANT SELECT (organisation_id, case_id, territory_id, home_ref, state, network, compared_in, opened_at)
            ON case_doors TO registry_landlord;
        GRANT SELECT ON case_nearness TO registry_landlord;
        CREATE POLICY case_doors_own ON case_doors FOR SELECT TO registry_landlord
            USING (organisation_id = (SELECT current_organisation()));
        CREATE POLICY case_nearness_own ON case_nearness FOR SELECT TO registry_landlord
            USING (organisation_id = (SELECT current_organisation()));
        """
    )
    for table in MERGED:
        op.execute(
            f"CREATE POLICY {table}_merge ON {table} TO registry_owner"
            f" USING (organisation_id {MERGING}) WITH CHECK (organisation_id {MERGING})"
        )


def downgrade() -> None:
    for table in MERGED:
        op.execute(f"DROP POLICY {table}_merge ON {table}")
    op.execute(f"DROP TABLE {', '.join(reversed(TABLES))}")
