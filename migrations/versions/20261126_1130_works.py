"""Lift outages, the adaptations that homes have, and the works that homes and residences could have."""

from alembic import op

revision = "20261126_1130"
down_revision = "20261126_1120"


def upgrade() -> None:
    # Homes are named by their reference, which never changes: the key is there, and none is added to a table that
    # files of half a million lines are written into.
    op.execute(
        """
        CREATE TABLE lift_outages (
            organisation_id uuid NOT NULL,
            id uuid NOT NULL,
            residence_id uuid NOT NULL,
            building_id uuid,
            lift text COLLATE "C",
            source text NOT NULL,
            started_at timestamptz NOT NULL,
            expected_end timestamptz,
            ended_at timestamptz,
            version integer NOT NULL DEFAULT 1,
            updated_at timestamptz NOT NULL DEFAULT now(),
            CONSTRAINT pk_lift_outages PRIMARY KEY (organisation_id, id),
            CONSTRAINT fk_lift_outages_organisation_id_residence_id_residences
                FOREIGN KEY (organisation_id, residence_id) REFERENCES residences (organisation_id, id)
                ON DELETE CASCADE,
            CONSTRAINT fk_lift_outages_building
                FOREIGN KEY (organisation_id, residence_id, building_id)
                REFERENCES buildings (organisation_id, residence_id, id) ON DELETE CASCADE,
            CONSTRAINT ck_lift_outages_expected_end CHECK (expected_end >= started_at),
            CONSTRAINT ck_lift_outages_ended_at CHECK (ended_at >= started_at)
        );
        -- One open outage of a lift; also what asks whether a home's lift stands.
        CREATE UNIQUE INDEX uq_lift_outages_open ON lift_outages (organisation_id, residence_id, building_id, lift)
            NULLS NOT DISTINCT WHERE ended_at IS NULL;
        CREATE INDEX ix_lift_outages_organisation_id_residence_id ON lift_outages (organisation_id, residence_id);
        CREATE INDEX ix_lift_outages_ended_at ON lift_outages (ended_at) WHERE ended_at IS NOT NULL;
        CREATE TABLE adaptations (
            organisation_id uuid NOT NULL,
            id uuid NOT NULL DEFAULT gen_random_uuid(),
            home_ref text COLLATE "C" NOT NULL,
            n smallint NOT NULL,
            work text NOT NULL,
            delivered_on date NOT NULL,
            cost_cents integer,
            funder text,
            removable boolean NOT NULL,
            life_span_years smallint,
            evidence_ref text,
            CONSTRAINT pk_adaptations PRIMARY KEY (organisation_id, id),
            CONSTRAINT uq_adaptations_organisation_id_home_ref_n UNIQUE (organisation_id, home_ref, n),
            CONSTRAINT fk_adaptations_organisation_id_home_ref_homes
                FOREIGN KEY (organisation_id, home_ref) REFERENCES homes (organisation_id, ref) ON DELETE CASCADE
        );
        CREATE TABLE feasible_works (
            organisation_id uuid NOT NULL,
            id uuid NOT NULL DEFAULT gen_random_uuid(),
            home_ref text COLLATE "C",
            residence_ref text COLLATE "C",
            n smallint NOT NULL,
            work text NOT NULL,
            cost_from_cents integer NOT NULL,
            cost_to_cents integer NOT NULL,
            source text NOT NULL,
            stated_on date NOT NULL,
            CONSTRAINT pk_feasible_works PRIMARY KEY (organisation_id, id),
            CONSTRAINT fk_feasible_works_organisation_id_home_ref_homes
                FOREIGN KEY (organisation_id, home_ref) REFERENCES homes (organisation_id, ref) ON DELETE CASCADE,
            CONSTRAINT fk_feasible_works_organisation_id_residence_ref_residences
                FOREIGN KEY (organisation_id, residence_ref) REFERENCES residences (organisation_id, ref)
                ON DELETE CASCADE,
            CONSTRAINT ck_feasible_works_of_one CHECK (num_nonnulls(home_ref, residence_ref) = 1),
            CONSTRAINT ck_feasible_works_cost CHECK (cost_from_cents <= cost_to_cents)
        );
        CREATE UNIQUE INDEX uq_feasible_works_home ON feasible_works (organisation_id, home_ref, work)
            WHERE home_ref IS NOT NULL;
        CREATE UNIQUE INDEX uq_feasible_works_residence ON feasible_works (organisation_id, residence_ref, work)
            WHERE residence_ref IS NOT NULL;
        """
    )
    for table in ("lift_outages", "adaptations", "feasible_works"):
        op.execute(
            f"""
            ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
            CREATE POLICY {table}_own ON {table} TO registry_landlord
                USING (organisation_id = (SELECT current_organisation()))
                WITH CHECK (organisation_id = (SELECT current_organisation()));
            CREATE POLICY {table}_jobs ON {table} TO registry_job USING (true);
            """
        )
    op.execute(
        """
        GRANT SELECT, INSERT, UPDATE ON lift_outages TO registry_landlord;
        GRANT SELECT, INSERT, DELETE ON adaptations, feasible_works TO registry_landlord;
        GRANT SELECT, DELETE ON lift_outages TO registry_job;
        GRANT SELECT ON adaptations, feasible_works TO registry_job;
        """
    )


def downgrade() -> None:
    op.execute("DROP TABLE feasible_works; DROP TABLE adaptations; DROP TABLE lift_outages")
