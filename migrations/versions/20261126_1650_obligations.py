"""Obligations: what members' homes measured by what their charters ask, day by day, and a territory's figures."""

from alembic import op

revision = "20261126_1650"
down_revision = "20261126_1610"

TABLES = ("obligation_scores", "obligation_reminders", "territory_figures")


def upgrade() -> None:
    # Beside binding_terms(), which says what a member shares. Freshness is owed by the stricter of the version in force
    # and the version that it signed, as everywhere; what may suspend its right to search, only as far as both ask it.
    op.execute(
        """
        CREATE FUNCTION binding_obligations(in_force jsonb, signed jsonb) RETURNS jsonb
        LANGUAGE sql IMMUTABLE PARALLEL SAFE
        RETURN jsonb_build_object(
            'freshness_days', least(coalesce((in_force->>'freshness_days')::integer, 35),
                coalesce((signed->>'freshness_days')::integer, 35)),
            'completeness_floor_percent', least(coalesce((in_force->>'completeness_floor_percent')::integer, 0),
                coalesce((signed->>'completeness_floor_percent')::integer, 0)),
            'reciprocity', CASE WHEN in_force->>'reciprocity' = 'completeness'
                AND signed->>'reciprocity' = 'completeness' THEN 'completeness' ELSE 'none' END,
            'reciprocity_warning_days', greatest(coalesce((in_force->>'reciprocity_warning_days')::integer, 30),
                coalesce((signed->>'reciprocity_warning_days')::integer, 30)));
        REVOKE EXECUTE ON FUNCTION binding_obligations(jsonb, jsonb) FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION binding_obligations(jsonb, jsonb) TO registry_job;

        CREATE TABLE obligation_scores (
            organisation_id uuid NOT NULL,
            territory_id integer NOT NULL,
            obligation text NOT NULL,
            day date NOT NULL,
            met bigint NOT NULL,
            counted bigint NOT NULL,
            asked integer,
            floor_percent smallint,
            untold bigint NOT NULL,
            measured_at timestamptz NOT NULL,
            CONSTRAINT pk_obligation_scores PRIMARY KEY (organisation_id, territory_id, obligation, day),
            CONSTRAINT fk_obligation_scores_territory_id_territories
                FOREIGN KEY (territory_id) REFERENCES territories (id),
            CONSTRAINT fk_obligation_scores_organisation_id_organisations
                FOREIGN KEY (organisation_id) REFERENCES organisations (id),
            CONSTRAINT ck_obligation_scores_obligation CHECK (obligation IN ('freshness', 'completeness', 'census')),
            CONSTRAINT ck_obligation_scores_part CHECK (0 <= met AND met <= counted),
            CONSTRAINT ck_obligation_scores_floor CHECK (floor_percent BETWEEN 1 AND 100)
        );
        CREATE INDEX ix_obligation_scores_day ON obligation_scores (day);
        CREATE TABLE obligation_reminders (
            organisation_id uuid NOT NULL,
            territory_id integer NOT NULL,
            obligation text NOT NULL,
            reminded_at timestamptz NOT NULL,
            CONSTRAINT pk_obligation_reminders PRIMARY KEY (organisation_id, territory_id, obligation),
            CONSTRAINT fk_obligation_reminders_territory_id_territories
                FOREIGN KEY (territory_id) REFERENCES territories (id),
            CONSTRAINT fk_obligation_reminders_organisation_id_organisations
                FOREIGN KEY (organisation_id) REFERENCES organisations (id)
        );
        CREATE TABLE territory_figures (
            territory_id integer NOT NULL,
            day date NOT NULL,
            landlords integer NOT NULL,
            residences integer NOT NULL,
            listings integer NOT NULL,
            available_now integer NOT NULL,
            class_4 integer NOT NULL,
            fresh integer NOT NULL,
            measured_at timestamptz NOT NULL,
            CONSTRAINT pk_territory_figures PRIMARY KEY (territory_id, day),
            CONSTRAINT fk_territory_figures_territory_id_territories
                FOREIGN KEY (territory_id) REFERENCES territories (id)
        );
        CREATE INDEX ix_territory_figures_day ON territory_figures (day);
        """
    )
    for table in TABLES:
        op.execute(
            f"""
            ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
            GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO registry_job;
            CREATE POLICY {table}_jobs ON {table} TO registry_job USING (true) WITH CHECK (true);
            """
        )
    op.execute(
        """
        GRANT SELECT ON obligation_scores, territory_figures TO registry_landlord, registry_coordinator;
        -- The scoreboard is public to members: shares of what they see of each other one by one.
        CREATE POLICY obligation_scores_members_read ON obligation_scores FOR SELECT
            TO registry_landlord, registry_coordinator
            USING (territory_id = ANY ((SELECT current_territories())::integer[])
                OR organisation_id = (SELECT current_organisation()));
        CREATE POLICY territory_figures_members_read ON territory_figures FOR SELECT
            TO registry_landlord, registry_coordinator
            USING (territory_id = ANY ((SELECT current_territories())::integer[]));
        """
    )


def downgrade() -> None:
    op.execute(f"DROP TABLE {', '.join(TABLES)}")
    op.execute("DROP FUNCTION binding_obligations(jsonb, jsonb)")
