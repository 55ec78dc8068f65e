"""Accessible distances: what is near a residence for each profile, and from what it was computed."""

from alembic import op

revision = "20261126_1120"
down_revision = "20261126_1110"


def upgrade() -> None:
    # Both go with their residence: nothing is kept of one that its landlord deleted.
    op.execute(
        """
        CREATE TABLE distance_runs (
            organisation_id uuid NOT NULL,
            residence_id uuid NOT NULL,
            network text NOT NULL,
            network_version bigint NOT NULL,
            profile_version smallint NOT NULL,
            doors smallint NOT NULL,
            fingerprint bigint NOT NULL,
            computed_at timestamptz NOT NULL DEFAULT now(),
            CONSTRAINT pk_distance_runs PRIMARY KEY (organisation_id, residence_id),
            CONSTRAINT fk_distance_runs_organisation_id_residence_id_residences
                FOREIGN KEY (organisation_id, residence_id) REFERENCES residences (organisation_id, id)
                ON DELETE CASCADE
        );
        CREATE TABLE accessible_distances (
            organisation_id uuid NOT NULL,
            residence_id uuid NOT NULL,
            profile smallint NOT NULL,
            family smallint NOT NULL,
            service_id bigint,
            building_id uuid,
            straight_m real,
            length_m real,
            cost_m real,
            known real,
            outcome smallint NOT NULL,
            reason smallint NOT NULL,
            CONSTRAINT pk_accessible_distances PRIMARY KEY (organisation_id, residence_id, profile, family),
            CONSTRAINT fk_accessible_distances_organisation_id_residence_id_runs
                FOREIGN KEY (organisation_id, residence_id) REFERENCES distance_runs (organisation_id, residence_id)
                ON DELETE CASCADE,
            CONSTRAINT ck_accessible_distances_reached CHECK (
                CASE WHEN outcome = 1 THEN num_nonnulls(service_id, straight_m, length_m, cost_m, known) = 5
                ELSE num_nonnulls(service_id, straight_m, length_m, cost_m, known) = 0 END)
        );
        """
    )
    for table in ("distance_runs", "accessible_distances"):
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


def downgrade() -> None:
    op.execute("DROP TABLE accessible_distances; DROP TABLE distance_runs;")
