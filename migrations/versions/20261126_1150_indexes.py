"""The index of each residence, how it became so, and which are to be computed anew."""

from alembic import op

revision = "20261126_1150"
down_revision = "20261126_1140"

VALUES = """
            low double precision NOT NULL,
            high double precision NOT NULL,
            completeness double precision NOT NULL,
            grade_low text,
            grade_high text,
            favourable text NOT NULL,
            homes integer NOT NULL,
            adapted integer NOT NULL,
            possibly_adapted integer NOT NULL,
            components jsonb NOT NULL,
            knock_outs jsonb NOT NULL,
            grid_version text NOT NULL,
            territory_id integer,
"""


def upgrade() -> None:
    # What is kept of a residence goes with it. A request names no more than what is to be looked at, and is gone
    # within minutes: it needs neither a unique key, for which writers would wait for each other, nor a foreign one.
    op.execute(
        f"""
        CREATE TABLE residence_indexes (
            organisation_id uuid NOT NULL,
            residence_id uuid NOT NULL,
            {VALUES}
            computed_at timestamptz NOT NULL,
            CONSTRAINT pk_residence_indexes PRIMARY KEY (organisation_id, residence_id),
            CONSTRAINT fk_residence_indexes_organisation_id_residence_id_residences
                FOREIGN KEY (organisation_id, residence_id) REFERENCES residences (organisation_id, id)
                ON DELETE CASCADE,
            CONSTRAINT ck_residence_indexes_interval CHECK (0 <= low AND low <= high AND high <= 100),
            CONSTRAINT ck_residence_indexes_favourable CHECK (favourable IN ('yes', 'no', 'unknown'))
        );
        CREATE TABLE residence_index_history (
            organisation_id uuid NOT NULL,
            residence_id uuid NOT NULL,
            valid_from timestamptz NOT NULL,
            {VALUES}
            CONSTRAINT pk_residence_index_history PRIMARY KEY (organisation_id, residence_id, valid_from),
            CONSTRAINT fk_residence_index_history_residences
                FOREIGN KEY (organisation_id, residence_id) REFERENCES residences (organisation_id, id)
                ON DELETE CASCADE
        );
        CREATE INDEX ix_residence_index_history_valid_from ON residence_index_history (valid_from);
        CREATE TABLE assessment_requests (
            id bigint GENERATED ALWAYS AS IDENTITY,
            organisation_id uuid NOT NULL,
            residence_id uuid,
            CONSTRAINT pk_assessment_requests PRIMARY KEY (id)
        );
        CREATE TABLE assessment_sweeps (
            id bigint GENERATED ALWAYS AS IDENTITY,
            territory_id integer NOT NULL,
            CONSTRAINT pk_assessment_sweeps PRIMARY KEY (id),
            CONSTRAINT fk_assessment_sweeps_territory_id_territories
                FOREIGN KEY (territory_id) REFERENCES territories (id)
        );
        """
    )
    for table in ("residence_indexes", "residence_index_history"):
        op.execute(
            f"""
            ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
            GRANT SELECT ON {table} TO registry_landlord;
            GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO registry_job;
            CREATE POLICY {table}_own ON {table} FOR SELECT TO registry_landlord
                USING (organisation_id = (SELECT current_organisation()));
            CREATE POLICY {table}_jobs ON {table} TO registry_job USING (true) WITH CHECK (true);
            """
        )
    op.execute(
        """
        ALTER TABLE assessment_requests ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        GRANT INSERT ON assessment_requests TO registry_landlord;
        GRANT SELECT, INSERT, DELETE ON assessment_requests TO registry_job;
        CREATE POLICY assessment_requests_own ON assessment_requests FOR INSERT TO registry_landlord
            WITH CHECK (organisation_id = (SELECT current_organisation()));
        CREATE POLICY assessment_requests_jobs ON assessment_requests TO registry_job USING (true) WITH CHECK (true);
        GRANT INSERT ON assessment_sweeps TO registry_landlord, registry_coordinator;
        GRANT SELECT, INSERT, DELETE ON assessment_sweeps TO registry_job;
        """
    )


def downgrade() -> None:
    op.execute("DROP TABLE assessment_sweeps, assessment_requests, residence_index_history, residence_indexes")
