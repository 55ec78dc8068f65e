"""Reports of two kinds: the register of accessible housing, and what became of transfers."""

from alembic import op

revision = "20261127_3510"
down_revision = "20261127_3500"

OLD, NEW = "accessible_housing_reports", "territory_reports"
CONSTRAINTS = (
    "pk_{}", "fk_{}_territory_id_territories", "ck_{}_year", "ck_{}_edition", "ck_{}_computed", "ck_{}_published",
)  # fmt: skip
POLICIES = ("{}_members_read", "{}_coordinator", "{}_jobs")
_KEPT = """
        CREATE OR REPLACE FUNCTION keep_published_report() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'a published report is kept as it was published' USING ERRCODE = 'check_violation',
                CONSTRAINT = 'ck_{table}_kept';
        END $$;
"""


def rename(old: str, new: str) -> None:
    """Give the table, its constraints and its policies another name."""
    op.execute(f"ALTER TABLE {old} RENAME TO {new}")
    for name in CONSTRAINTS:
        op.execute(f"ALTER TABLE {new} RENAME CONSTRAINT {name.format(old)} TO {name.format(new)}")
    for name in POLICIES:
        op.execute(f"ALTER POLICY {name.format(old)} ON {new} RENAME TO {name.format(new)}")
    op.execute(_KEPT.format(table=new))


def upgrade() -> None:
    rename(OLD, NEW)
    op.execute(
        """
        ALTER TABLE territory_reports ADD COLUMN kind text NOT NULL DEFAULT 'accessible-housing';
        ALTER TABLE territory_reports ALTER COLUMN kind DROP DEFAULT;
        ALTER TABLE territory_reports
            ADD CONSTRAINT ck_territory_reports_kind CHECK (kind IN ('accessible-housing', 'transfers'));
        ALTER TABLE territory_reports DROP CONSTRAINT uq_accessible_housing_reports_territory_id_year_edition;
        ALTER TABLE territory_reports
            ADD CONSTRAINT uq_territory_reports_territory_id_kind_year_edition
            UNIQUE (territory_id, kind, year, edition);
        DROP INDEX uq_accessible_housing_reports_draft;
        CREATE UNIQUE INDEX uq_territory_reports_draft ON territory_reports (territory_id, kind, year)
            WHERE published_at IS NULL;
        GRANT INSERT (kind) ON territory_reports TO registry_coordinator;
        """
    )


def downgrade() -> None:
    op.execute(
        """
        ALTER TABLE territory_reports DISABLE TRIGGER keep_published;
        DELETE FROM territory_reports WHERE kind <> 'accessible-housing';
        ALTER TABLE territory_reports ENABLE TRIGGER keep_published;
        ALTER TABLE territory_reports DROP CONSTRAINT uq_territory_reports_territory_id_kind_year_edition;
        DROP INDEX uq_territory_reports_draft;
        ALTER TABLE territory_reports DROP COLUMN kind;
        ALTER TABLE territory_reports
            ADD CONSTRAINT uq_accessible_housing_reports_territory_id_year_edition UNIQUE (territory_id, year, edition);
        CREATE UNIQUE INDEX uq_accessible_housing_reports_draft ON territory_reports (territory_id, year)
            WHERE published_at IS NULL;
        """
    )
    rename(NEW, OLD)
