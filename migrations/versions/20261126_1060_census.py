"""Census: how many homes the members of a territory have registered, in fixed tables that single nobody out."""

from alembic import op

revision = "20261126_1060"
down_revision = "20261126_1050"


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE census_counts (
            territory_id integer NOT NULL,
            commune_code text NOT NULL,
            kind text NOT NULL,
            category text NOT NULL,
            homes integer,
            computed_at timestamptz NOT NULL DEFAULT now(),
            CONSTRAINT pk_census_counts PRIMARY KEY (territory_id, commune_code, kind, category),
            CONSTRAINT fk_census_counts_territory_id_territories FOREIGN KEY (territory_id) REFERENCES territories (id),
            CONSTRAINT ck_census_counts_protected CHECK (homes IS NULL OR homes >= 10 AND homes % 5 = 0)
        );
        ALTER TABLE census_counts ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        GRANT SELECT ON census_counts TO registry_coordinator;
        GRANT SELECT, INSERT, DELETE ON census_counts TO registry_job;
        CREATE POLICY census_counts_coordinator ON census_counts FOR SELECT TO registry_coordinator
            USING (territory_id = ANY ((SELECT current_territories())::integer[]));
        CREATE POLICY census_counts_jobs ON census_counts TO registry_job USING (true) WITH CHECK (true);
        """
    )


def downgrade() -> None:
    op.execute("DROP TABLE census_counts")
