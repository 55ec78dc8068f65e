"""Reciprocity: where a member that publishes too little no longer searches, held by the second wall too."""

from alembic import op

revision = "20261126_1660"
down_revision = "20261126_1650"

SEARCHED = {
    "listings_members_read": (
        "listings",
        "territory_id = ANY ((SELECT {territories}())::integer[]) OR organisation_id = (SELECT current_organisation())",
    ),
    "listing_tombstones_members_read": (
        "listing_tombstones", "territory_id = ANY ((SELECT {territories}())::integer[])",
    ),
    "listing_cells_members_read": ("listing_cells", "territory_id = ANY ((SELECT {territories}())::integer[])"),
    "listing_cell_changes_members_read": (
        "listing_cell_changes", "territory_id = ANY ((SELECT {territories}())::integer[])",
    ),
}  # fmt: skip
BIND = """
        CREATE OR REPLACE FUNCTION bind(organisation uuid, actor text) RETURNS void
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, public, pg_temp AS $${declared}
        BEGIN
            IF coalesce(current_setting('registry.actor', true), '') <> '' THEN
                RAISE EXCEPTION 'this transaction is bound already' USING ERRCODE = 'insufficient_privilege';
            END IF;
            IF coalesce(actor, '') = '' THEN  -- it would leave the transaction open to a second binding
                RAISE EXCEPTION 'a transaction is bound to an actor' USING ERRCODE = 'insufficient_privilege';
            END IF;{standing}
            PERFORM set_config('registry.actor', actor, true),
                    set_config('registry.organisation', coalesce(organisation::text, ''), true),
                    {territories};
        END $$;
"""
# As it was before; the downgrade leaves it to the letter.
BEFORE = """set_config('registry.territories', CASE WHEN organisation IS NULL THEN ''
                        ELSE territories_in_force(organisation)::text END, true)"""
AFTER = """set_config('registry.territories', CASE WHEN organisation IS NULL THEN ''
                        ELSE in_force::text END, true),
                    set_config('registry.searched', CASE WHEN organisation IS NULL THEN ''
                        ELSE searched::text END, true)"""


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE standings (
            organisation_id uuid NOT NULL,
            territory_id integer NOT NULL,
            rule text NOT NULL,
            state text NOT NULL,
            told text NOT NULL DEFAULT 'met',
            unmet_since timestamptz,
            bars_on date,
            measured_at timestamptz NOT NULL,
            in_force_version integer NOT NULL,
            signed_version integer NOT NULL,
            confirmed_at timestamptz,
            horizon xid8 NOT NULL DEFAULT pg_snapshot_xmin(pg_current_snapshot()),
            CONSTRAINT pk_standings PRIMARY KEY (organisation_id, territory_id),
            CONSTRAINT fk_standings_territory_id_territories FOREIGN KEY (territory_id) REFERENCES territories (id),
            CONSTRAINT fk_standings_organisation_id_organisations
                FOREIGN KEY (organisation_id) REFERENCES organisations (id),
            CONSTRAINT ck_standings_rule CHECK (rule IN ('none', 'completeness')),
            CONSTRAINT ck_standings_state CHECK (state IN ('met', 'warned', 'barred')),
            CONSTRAINT ck_standings_told CHECK (told IN ('met', 'warned', 'barred')),
            CONSTRAINT ck_standings_unmet CHECK ((state = 'met') = (unmet_since IS NULL)
                AND (unmet_since IS NULL) = (bars_on IS NULL))
        );
        -- Looked at in every transaction, and empty nearly everywhere.
        CREATE INDEX ix_standings_barred ON standings (organisation_id, territory_id) WHERE state = 'barred';
        ALTER TABLE standings ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        GRANT SELECT ON standings TO registry_landlord, registry_coordinator;
        GRANT SELECT, INSERT, UPDATE, DELETE ON standings TO registry_job;
        CREATE POLICY standings_own ON standings FOR SELECT TO registry_landlord
            USING (organisation_id = (SELECT current_organisation()));
        CREATE POLICY standings_coordinated ON standings FOR SELECT TO registry_coordinator
            USING (territory_id = ANY ((SELECT current_territories())::integer[]));
        CREATE POLICY standings_jobs ON standings TO registry_job USING (true) WITH CHECK (true);
        CREATE POLICY standings_binding ON standings FOR SELECT TO registry_owner USING (true);

        CREATE FUNCTION territories_searched(organisation uuid, in_force integer[]) RETURNS integer[]
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = registry, public, pg_temp
        RETURN coalesce((SELECT array_agg(f.id) FROM unnest(in_force) AS f (id)
            WHERE NOT EXISTS (SELECT FROM standings s WHERE s.organisation_id = organisation
                AND s.territory_id = f.id AND s.state = 'barred')), '{}');
        REVOKE EXECUTE ON FUNCTION territories_searched(uuid, integer[]) FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION territories_searched(uuid, integer[]) TO registry_auth;

        CREATE FUNCTION searched_territories() RETURNS integer[] LANGUAGE sql STABLE PARALLEL SAFE
        RETURN coalesce(nullif(current_setting('registry.searched', true), ''), '{}')::integer[];
        """
    )
    # bind() alone sets what the policies read; which territories an organisation publishes in stays as it was.
    op.execute(
        BIND.format(
            declared="""
        DECLARE in_force integer[] := '{}'; searched integer[] := '{}';""",
            standing="""
            IF organisation IS NOT NULL THEN
                in_force := territories_in_force(organisation);
                searched := territories_searched(organisation, in_force);
            END IF;""",
            territories=AFTER,
        )
    )
    _read_by("searched_territories")


def _read_by(territories: str) -> None:
    for policy, (table, condition) in SEARCHED.items():
        op.execute(f"ALTER POLICY {policy} ON {table} USING ({condition.format(territories=territories)})")


def downgrade() -> None:
    _read_by("current_territories")
    op.execute(BIND.format(declared="", standing="", territories=BEFORE))
    op.execute(
        """
        DROP FUNCTION searched_territories();
        DROP FUNCTION territories_searched(uuid, integer[]);
        DROP TABLE standings;
        """
    )
