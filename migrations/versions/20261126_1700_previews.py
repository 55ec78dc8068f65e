"""Previews: what another grid of the index would make of a territory's residences, counted and protected."""

from alembic import op

revision = "20261126_1700"
down_revision = "20261126_1660"

# Whatever a preview says in figures is rounded to five, and nothing is said of fewer than eleven.
PROTECTED = """'$.** ? (@.type() == "number" && (@ < 10 || @ % 5 != 0))'"""


def upgrade() -> None:
    op.execute(
        f"""
        CREATE TABLE grid_previews (
            id uuid NOT NULL,
            territory_id integer NOT NULL,
            digest text NOT NULL,
            draft_version integer NOT NULL,
            compared_with integer NOT NULL,
            grid_before jsonb NOT NULL,
            grid_after jsonb NOT NULL,
            status text NOT NULL DEFAULT 'waiting',
            percent smallint NOT NULL DEFAULT 0,
            result jsonb,
            requested_at timestamptz NOT NULL DEFAULT now(),
            begun_at timestamptz,
            computed_at timestamptz,
            CONSTRAINT pk_grid_previews PRIMARY KEY (id),
            CONSTRAINT fk_grid_previews_territory_id_territories
                FOREIGN KEY (territory_id) REFERENCES territories (id),
            CONSTRAINT ck_grid_previews_digest CHECK (digest ~ '^[0-9a-f]{{64}}$'),
            CONSTRAINT ck_grid_previews_status CHECK (status IN ('waiting', 'running', 'done', 'failed')),
            CONSTRAINT ck_grid_previews_percent CHECK (percent BETWEEN 0 AND 100),
            CONSTRAINT ck_grid_previews_result CHECK ((status = 'done') = (result IS NOT NULL)),
            CONSTRAINT ck_grid_previews_protected CHECK (NOT jsonb_path_exists(result, {PROTECTED}))
        );
        CREATE INDEX ix_grid_previews_territory_id_requested_at ON grid_previews (territory_id, requested_at);
        ALTER TABLE grid_previews ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        GRANT SELECT, INSERT (id, territory_id, digest, draft_version, compared_with, grid_before, grid_after)
            ON grid_previews TO registry_coordinator;
        GRANT SELECT, UPDATE (status, percent, result, begun_at, computed_at), DELETE ON grid_previews TO registry_job;
        CREATE POLICY grid_previews_read ON grid_previews FOR SELECT TO registry_coordinator
            USING (territory_id = ANY ((SELECT current_territories())::integer[]));
        CREATE POLICY grid_previews_ask ON grid_previews FOR INSERT TO registry_coordinator
            WITH CHECK (territory_id = ANY ((SELECT current_territories())::integer[]));
        CREATE POLICY grid_previews_jobs ON grid_previews TO registry_job USING (true) WITH CHECK (true);
        """
    )


def downgrade() -> None:
    op.execute("DROP TABLE grid_previews")
