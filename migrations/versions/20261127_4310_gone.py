"""A vacancy that ended because its home left the stock is told from one that ended by a new lease."""

from alembic import op

revision = "20261127_4310"
down_revision = "20261127_4210"

_READ = ("vacated_homes", "homes", "home_status_history", "stock_tombstones")


def upgrade() -> None:
    op.execute(
        """
        ALTER TABLE vacated_homes ADD COLUMN gone boolean DEFAULT false NOT NULL
            CONSTRAINT ck_vacated_homes_gone CHECK (NOT gone OR relet_on IS NOT NULL);
        GRANT UPDATE (gone) ON vacated_homes TO registry_landlord;
        """
    )
    for table in _READ:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    # Of homes that are gone now, the last vacancy where it ended on the day on which they went.
    op.execute(
        """
        UPDATE vacated_homes SET gone = true WHERE id IN (
            SELECT DISTINCT ON (v.listing_id) v.id FROM vacated_homes v
            LEFT JOIN homes h ON h.organisation_id = v.organisation_id AND h.listing_id = v.listing_id
            WHERE v.relet_on = ((CASE WHEN h.status = 'withdrawn' THEN
                (SELECT max(s.superseded_at) FROM home_status_history s
                    WHERE s.organisation_id = h.organisation_id AND s.home_id = h.id AND s.status <> 'withdrawn')
                WHEN h.id IS NULL THEN
                (SELECT max(d.deleted_at) FROM stock_tombstones d
                    WHERE d.organisation_id = v.organisation_id AND d.kind = 'home' AND d.ref = v.home_ref)
                END) AT TIME ZONE 'Europe/Paris')::date
            ORDER BY v.listing_id, v.opened_on DESC, v.id)
        """
    )
    for table in _READ:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def downgrade() -> None:
    op.execute("ALTER TABLE vacated_homes DROP COLUMN gone")
