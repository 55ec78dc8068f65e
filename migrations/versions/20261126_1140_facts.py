"""Facts of residences, and what was known before: the history of facts."""

from alembic import op

revision = "20261126_1140"
down_revision = "20261126_1130"


def upgrade() -> None:
    op.execute(
        """
        ALTER TABLE residences ADD COLUMN facts jsonb NOT NULL DEFAULT '{}';
        CREATE TABLE fact_history (
            organisation_id uuid NOT NULL,
            subject_id uuid NOT NULL,
            code text NOT NULL,
            superseded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
            fact jsonb NOT NULL,
            CONSTRAINT pk_fact_history PRIMARY KEY (organisation_id, subject_id, code, superseded_at),
            CONSTRAINT fk_fact_history_organisation_id_organisations
                FOREIGN KEY (organisation_id) REFERENCES organisations (id)
        );
        ALTER TABLE fact_history ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        GRANT SELECT, INSERT, DELETE ON fact_history TO registry_landlord;
        -- The job changes where residences are, and no facts: the triggers of the table ask all the same.
        GRANT INSERT ON fact_history TO registry_job;
        CREATE POLICY fact_history_jobs ON fact_history FOR INSERT TO registry_job WITH CHECK (true);
        CREATE POLICY fact_history_own ON fact_history TO registry_landlord
            USING (organisation_id = (SELECT current_organisation()))
            WITH CHECK (organisation_id = (SELECT current_organisation()));
        """
    )
    # A fact that gives way to another goes to the history, whoever writes; what a first file states leaves no trace.
    # By statement: a whole file changes tens of thousands of rows, and most of them no fact.
    op.execute(
        """
        CREATE FUNCTION keep_superseded_facts() RETURNS trigger
        LANGUAGE plpgsql SET search_path = registry, public, pg_temp AS $$
        BEGIN
            INSERT INTO fact_history (organisation_id, subject_id, code, fact)
            SELECT o.organisation_id, o.id, gone.code, gone.fact
            FROM before o JOIN after n ON n.id = o.id
            CROSS JOIN LATERAL jsonb_each(o.facts) AS gone (code, fact)
            WHERE o.facts <> n.facts AND n.facts->gone.code IS DISTINCT FROM gone.fact;
            RETURN NULL;
        END $$;
        CREATE FUNCTION forget_facts_of_the_removed() RETURNS trigger
        LANGUAGE plpgsql SET search_path = registry, public, pg_temp AS $$
        BEGIN
            DELETE FROM fact_history h USING before o
            WHERE h.organisation_id = o.organisation_id AND h.subject_id = o.id;
            RETURN NULL;
        END $$;
        REVOKE EXECUTE ON FUNCTION keep_superseded_facts(), forget_facts_of_the_removed() FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION keep_superseded_facts(), forget_facts_of_the_removed() TO registry_landlord;
        """
    )
    for table in ("homes", "residences"):
        op.execute(
            f"""
            CREATE TRIGGER {table}_keep_superseded_facts AFTER UPDATE ON {table}
                REFERENCING OLD TABLE AS before NEW TABLE AS after
                FOR EACH STATEMENT EXECUTE FUNCTION keep_superseded_facts();
            CREATE TRIGGER {table}_forget_facts_of_the_removed AFTER DELETE ON {table}
                REFERENCING OLD TABLE AS before
                FOR EACH STATEMENT EXECUTE FUNCTION forget_facts_of_the_removed();
            """
        )
    op.execute(
        """
        -- What is stated now beside what is held: a better source outranks a worse one, the newer of equal rank
        -- replaces, what has ended outranks nothing, and a fact that is given as null is withdrawn, by whomever it was
        -- stated.
        CREATE FUNCTION merged_facts(held jsonb, given jsonb, ranking text[]) RETURNS jsonb
        LANGUAGE sql STABLE PARALLEL SAFE
        RETURN CASE WHEN coalesce(given, '{}') = '{}' THEN held ELSE (
            SELECT coalesce(jsonb_object_agg(stated.code, stated.fact) FILTER (WHERE stated.fact <> 'null'), '{}')
            FROM (
                SELECT code, CASE
                    WHEN NOT given ? code THEN held->code
                    WHEN given->code = 'null' OR NOT held ? code
                        OR (held->code->>'until')::date < CURRENT_DATE THEN given->code
                    WHEN array_position(ranking, given->code->>'source')
                            > array_position(ranking, held->code->>'source')
                        OR (given->code->>'source' = held->code->>'source'
                            AND (given->code->>'date') >= (held->code->>'date')) THEN given->code
                    ELSE held->code END AS fact
                FROM (SELECT jsonb_object_keys(held || given) AS code) codes) stated) END;
        REVOKE EXECUTE ON FUNCTION merged_facts(jsonb, jsonb, text[]) FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION merged_facts(jsonb, jsonb, text[]) TO registry_landlord;
        """
    )
    op.execute(
        """
        -- What counts of a home now: its own facts before those of its residence; while a lift stands, there is none,
        -- and what was counted from the street to the door above the ground says nothing.
        CREATE FUNCTION effective_facts(own jsonb, residence jsonb, floor smallint, lift_stands boolean) RETURNS jsonb
        LANGUAGE sql IMMUTABLE PARALLEL SAFE
        RETURN CASE
            WHEN lift_stands AND floor = 0 THEN residence || own || '{"lift": {"value": "no", "source": "declared"}}'
            WHEN lift_stands
                THEN ((residence || own) - 'steps_to_door') || '{"lift": {"value": "no", "source": "declared"}}'
            WHEN residence = '{}' THEN own ELSE residence || own END;
        REVOKE EXECUTE ON FUNCTION effective_facts(jsonb, jsonb, smallint, boolean) FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION effective_facts(jsonb, jsonb, smallint, boolean) TO registry_landlord, registry_job;
        -- Every listing says its class from now on.
        INSERT INTO zoning_requests (territory_id, everything)
        SELECT territory_id, true FROM charters WHERE status = 'in_force';
        """
    )


def downgrade() -> None:
    op.execute(
        """
        DROP FUNCTION effective_facts(jsonb, jsonb, smallint, boolean);
        DROP FUNCTION merged_facts(jsonb, jsonb, text[]);
        DROP TRIGGER homes_keep_superseded_facts ON homes;
        DROP TRIGGER homes_forget_facts_of_the_removed ON homes;
        DROP TRIGGER residences_keep_superseded_facts ON residences;
        DROP TRIGGER residences_forget_facts_of_the_removed ON residences;
        DROP FUNCTION keep_superseded_facts();
        DROP FUNCTION forget_facts_of_the_removed();
        DROP TABLE fact_history;
        ALTER TABLE residences DROP COLUMN facts;
        """
    )
