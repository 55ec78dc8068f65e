"""What the status of a home was before: kept for three years, for its landlord alone."""

from alembic import op

revision = "20261127_3640"
down_revision = "20261127_3630"

MERGING = "= ANY ((SELECT merging())::uuid[])"


def upgrade() -> None:
    op.execute(
        f"""
        CREATE TABLE home_status_history (
            organisation_id uuid NOT NULL,
            home_id uuid NOT NULL,
            superseded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
            status text NOT NULL,
            available_on date,
            CONSTRAINT pk_home_status_history PRIMARY KEY (organisation_id, home_id, superseded_at),
            CONSTRAINT fk_home_status_history_organisation_id_organisations
                FOREIGN KEY (organisation_id) REFERENCES organisations (id)
        );
        CREATE INDEX ix_home_status_history_superseded_at ON home_status_history USING brin (superseded_at);
        ALTER TABLE home_status_history ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        GRANT SELECT, INSERT, DELETE ON home_status_history TO registry_landlord;
        CREATE POLICY home_status_history_own ON home_status_history TO registry_landlord
            USING (organisation_id = (SELECT current_organisation()))
            WITH CHECK (organisation_id = (SELECT current_organisation()));
        -- The job changes no status, but the trigger asks all the same; and it deletes in time, without reading which.
        GRANT SELECT (superseded_at), INSERT, DELETE ON home_status_history TO registry_job;
        CREATE POLICY home_status_history_jobs ON home_status_history TO registry_job USING (true) WITH CHECK (true);
        CREATE POLICY home_status_history_merge ON home_status_history TO registry_owner
            USING (organisation_id {MERGING}) WITH CHECK (organisation_id {MERGING});

        -- By statement, as the facts: a whole file changes tens of thousands of homes, and few of their statuses.
        CREATE FUNCTION keep_superseded_statuses() RETURNS trigger
        LANGUAGE plpgsql SET search_path = registry, public, pg_temp AS $$
        BEGIN
            INSERT INTO home_status_history (organisation_id, home_id, status, available_on)
            SELECT o.organisation_id, o.id, o.status, o.available_on
            FROM before o JOIN after n ON n.id = o.id
            WHERE (o.status, o.available_on) IS DISTINCT FROM (n.status, n.available_on);
            RETURN NULL;
        END $$;
        CREATE FUNCTION forget_statuses_of_the_removed() RETURNS trigger
        LANGUAGE plpgsql SET search_path = registry, public, pg_temp AS $$
        BEGIN
            DELETE FROM home_status_history h USING before o
            WHERE h.organisation_id = o.organisation_id AND h.home_id = o.id;
            RETURN NULL;
        END $$;
        REVOKE EXECUTE ON FUNCTION keep_superseded_statuses(), forget_statuses_of_the_removed() FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION keep_superseded_statuses(), forget_statuses_of_the_removed() TO registry_landlord;
        CREATE TRIGGER homes_keep_superseded_statuses AFTER UPDATE ON homes
            REFERENCING OLD TABLE AS before NEW TABLE AS after
            FOR EACH STATEMENT EXECUTE FUNCTION keep_superseded_statuses();
        CREATE TRIGGER homes_forget_statuses_of_the_removed AFTER DELETE ON homes
            REFERENCING OLD TABLE AS before
            FOR EACH STATEMENT EXECUTE FUNCTION forget_statuses_of_the_removed();
        """
    )


def downgrade() -> None:
    op.execute(
        """
        DROP TRIGGER homes_keep_superseded_statuses ON homes;
        DROP TRIGGER homes_forget_statuses_of_the_removed ON homes;
        DROP FUNCTION keep_superseded_statuses();
        DROP FUNCTION forget_statuses_of_the_removed();
        DROP TABLE home_status_history;
        """
    )
