"""Tiles: how many listings stand in each cell of the grids of the low zooms, and what has changed since it was counted.

A listing is counted by the statement that writes it: what it changes is one row for each cell of the finest grid, that
readers add to what was counted before, until the job has added it there.
"""

from alembic import op

revision = "20261126_1400"
down_revision = "20261126_1335"

COUNTS = ("homes", "available_now", "class_3", "class_3_now", "class_5", "class_5_now")
COLUMNS = ", ".join(COUNTS)
# By the codes of listings.tags: 80 available now, 50 and 54 class 3 and 5 at least, proven.
COUNTED = """
    territory_id,
    floor((ST_X(point) + 20037508.342789244) / 40075016.685578488 * 32768)::integer AS x,
    floor((20037508.342789244 - ST_Y(point)) / 40075016.685578488 * 32768)::integer AS y,
    80 = ANY (tags) AS now, 50 = ANY (tags) AS class_3, 54 = ANY (tags) AS class_5
"""
SUMS = """
    sum(sign), coalesce(sum(sign) FILTER (WHERE now), 0),
    coalesce(sum(sign) FILTER (WHERE class_3), 0), coalesce(sum(sign) FILTER (WHERE class_3 AND now), 0),
    coalesce(sum(sign) FILTER (WHERE class_5), 0), coalesce(sum(sign) FILTER (WHERE class_5 AND now), 0)
"""


def upgrade() -> None:
    counts = ", ".join(f"{name} integer NOT NULL" for name in COUNTS)
    op.execute(
        f"""
        CREATE TABLE listing_cells (
            territory_id integer NOT NULL,
            zoom smallint NOT NULL,
            tile_x integer NOT NULL,
            tile_y integer NOT NULL,
            cell smallint NOT NULL,
            {counts},
            CONSTRAINT pk_listing_cells PRIMARY KEY (territory_id, zoom, tile_x, tile_y, cell)
        );
        CREATE TABLE listing_cell_changes (
            id bigint GENERATED ALWAYS AS IDENTITY,
            territory_id integer NOT NULL,
            x integer NOT NULL,
            y integer NOT NULL,
            {counts},
            CONSTRAINT pk_listing_cell_changes PRIMARY KEY (id)
        );
        ALTER TABLE listing_cells ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        ALTER TABLE listing_cell_changes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        GRANT SELECT ON listing_cells, listing_cell_changes TO registry_landlord, registry_coordinator;
        GRANT SELECT, INSERT, UPDATE, DELETE ON listing_cells TO registry_job;
        GRANT SELECT, DELETE ON listing_cell_changes TO registry_job;
        CREATE POLICY listing_cells_members_read ON listing_cells FOR SELECT TO registry_landlord, registry_coordinator
            USING (territory_id = ANY ((SELECT current_territories())::integer[]));
        CREATE POLICY listing_cells_jobs ON listing_cells TO registry_job USING (true) WITH CHECK (true);
        CREATE POLICY listing_cell_changes_members_read ON listing_cell_changes FOR SELECT
            TO registry_landlord, registry_coordinator
            USING (territory_id = ANY ((SELECT current_territories())::integer[]));
        CREATE POLICY listing_cell_changes_jobs ON listing_cell_changes TO registry_job USING (true);
        CREATE POLICY listing_cell_changes_counted ON listing_cell_changes FOR INSERT TO registry_owner
            WITH CHECK (true);
        """
    )
    # SECURITY DEFINER: nobody may say how many there are but by writing listings.
    for name, rows in {
        "count_listings": f"SELECT TG_ARGV[0]::integer AS sign, {COUNTED} FROM changed",
        "recount_listings": f"SELECT 1 AS sign, {COUNTED} FROM after UNION ALL SELECT -1, {COUNTED} FROM before",
    }.items():
        op.execute(
            f"""
            CREATE FUNCTION {name}() RETURNS trigger
            LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, public, pg_temp AS $$
            BEGIN
                INSERT INTO listing_cell_changes (territory_id, x, y, {COLUMNS})
                SELECT * FROM (SELECT territory_id, x, y, {SUMS} FROM ({rows}) each GROUP BY territory_id, x, y)
                    AS counted (territory_id, x, y, {COLUMNS})
                WHERE ({COLUMNS}) IS DISTINCT FROM (0, 0, 0, 0, 0, 0);
                RETURN NULL;
            END $$;
            REVOKE EXECUTE ON FUNCTION {name}() FROM PUBLIC;
            """
        )
    op.execute(
        """
        CREATE TRIGGER count_new AFTER INSERT ON listings REFERENCING NEW TABLE AS changed
            FOR EACH STATEMENT EXECUTE FUNCTION count_listings('1');
        CREATE TRIGGER count_gone AFTER DELETE ON listings REFERENCING OLD TABLE AS changed
            FOR EACH STATEMENT EXECUTE FUNCTION count_listings('-1');
        CREATE TRIGGER count_changed AFTER UPDATE ON listings REFERENCING OLD TABLE AS before NEW TABLE AS after
            FOR EACH STATEMENT EXECUTE FUNCTION recount_listings();
        """
    )
    # Of the listings that there are. The owner of the table counts them past its policies; nobody else reads or writes
    # it until the commit, a few seconds at most, so none is missed.
    op.execute(
        f"""
        ALTER TABLE listings NO FORCE ROW LEVEL SECURITY;
        INSERT INTO listing_cell_changes (territory_id, x, y, {COLUMNS})
        SELECT territory_id, x, y, {SUMS}
        FROM (SELECT 1 AS sign, {COUNTED} FROM listings) each GROUP BY territory_id, x, y;
        ALTER TABLE listings FORCE ROW LEVEL SECURITY;
        """
    )


def downgrade() -> None:
    op.execute(
        """
        DROP TRIGGER count_new ON listings;
        DROP TRIGGER count_gone ON listings;
        DROP TRIGGER count_changed ON listings;
        DROP FUNCTION count_listings(), recount_listings();
        DROP TABLE listing_cell_changes, listing_cells;
        """
    )
