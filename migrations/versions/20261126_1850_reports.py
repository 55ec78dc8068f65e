"""Reports: a territory's yearly report of accessible housing, protected before it is kept, frozen once published."""

from alembic import op

revision = "20261126_1850"
down_revision = "20261126_1800"


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE accessible_housing_reports (
            id uuid NOT NULL DEFAULT gen_random_uuid(),
            territory_id integer NOT NULL,
            year smallint NOT NULL,
            edition integer NOT NULL,
            requested_at timestamptz NOT NULL DEFAULT now(),
            attempts smallint NOT NULL DEFAULT 0,
            computed_at timestamptz,
            document jsonb,
            sha256 text,
            pdf_fr bytea,
            pdf_en bytea,
            published_at timestamptz,
            CONSTRAINT pk_accessible_housing_reports PRIMARY KEY (id),
            CONSTRAINT fk_accessible_housing_reports_territory_id_territories
                FOREIGN KEY (territory_id) REFERENCES territories (id),
            CONSTRAINT uq_accessible_housing_reports_territory_id_year_edition UNIQUE (territory_id, year, edition),
            CONSTRAINT ck_accessible_housing_reports_year CHECK (year BETWEEN 2000 AND 2200),
            CONSTRAINT ck_accessible_housing_reports_edition CHECK (edition > 0),
            CONSTRAINT ck_accessible_housing_reports_computed
                CHECK (num_nonnulls(computed_at, document, sha256, pdf_fr, pdf_en) IN (0, 5)),
            CONSTRAINT ck_accessible_housing_reports_published
                CHECK (published_at IS NULL OR computed_at >= requested_at)
        );
        CREATE UNIQUE INDEX uq_accessible_housing_reports_draft ON accessible_housing_reports (territory_id, year)
            WHERE published_at IS NULL;
        ALTER TABLE accessible_housing_reports ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        GRANT SELECT ON accessible_housing_reports TO registry_landlord;
        GRANT SELECT, INSERT (territory_id, year, edition), UPDATE (requested_at, attempts, published_at)
            ON accessible_housing_reports TO registry_coordinator;
        GRANT SELECT, DELETE, UPDATE (attempts, computed_at, document, sha256, pdf_fr, pdf_en)
            ON accessible_housing_reports TO registry_job;
        CREATE POLICY accessible_housing_reports_members_read ON accessible_housing_reports FOR SELECT
            TO registry_landlord
            USING (published_at IS NOT NULL AND territory_id = ANY ((SELECT current_territories())::integer[]));
        CREATE POLICY accessible_housing_reports_coordinator ON accessible_housing_reports TO registry_coordinator
            USING (territory_id = ANY ((SELECT current_territories())::integer[]))
            WITH CHECK (territory_id = ANY ((SELECT current_territories())::integer[]));
        CREATE POLICY accessible_housing_reports_jobs ON accessible_housing_reports TO registry_job
            USING (true) WITH CHECK (true);
        CREATE FUNCTION keep_published_report() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'a published report is kept as it was published' USING ERRCODE = 'check_violation',
                CONSTRAINT = 'ck_accessible_housing_reports_kept';
        END $$;
        REVOKE EXECUTE ON FUNCTION keep_published_report() FROM PUBLIC;
        CREATE TRIGGER keep_published BEFORE UPDATE OR DELETE ON accessible_housing_reports
            FOR EACH ROW WHEN (OLD.published_at IS NOT NULL) EXECUTE FUNCTION keep_published_report();
        """
    )


def downgrade() -> None:
    op.execute("DROP TABLE accessible_housing_reports")
    op.execute("DROP FUNCTION keep_published_report()")
