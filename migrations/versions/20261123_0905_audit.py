"""Audit: one append-only hash chain per organisation."""

from alembic import op

revision = "20261123_0905"
down_revision = "20261123_0900"


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE audit_events (
            organisation_id uuid NOT NULL,
            sequence bigint NOT NULL,
            happened_at timestamptz NOT NULL,
            actor text NOT NULL,
            action text NOT NULL,
            subject text NOT NULL,
            detail jsonb NOT NULL DEFAULT '{}',
            previous_hash bytea NOT NULL,
            hash bytea NOT NULL,
            CONSTRAINT pk_audit_events PRIMARY KEY (organisation_id, sequence)
        );
        ALTER TABLE audit_events ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

        CREATE FUNCTION audit_hash(
            previous_hash bytea, organisation uuid, number bigint, happened_at timestamptz,
            actor text, action text, subject text, detail jsonb) RETURNS bytea LANGUAGE sql STABLE
        RETURN sha256(previous_hash || convert_to(jsonb_build_array(
            organisation, number, extract(epoch FROM happened_at), actor, action, subject, detail)::text, 'UTF8'));

        -- SECURITY DEFINER: the head of a chain must be found whatever the writer may read. The advisory lock
        -- serialises the writers of one organisation only, from here to their commit.
        CREATE FUNCTION audit_events_chain() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, public, pg_temp AS $$
        BEGIN
            IF current_actor() IS NULL THEN
                RAISE EXCEPTION 'an audit event needs a bound transaction' USING ERRCODE = 'insufficient_privilege';
            END IF;
            PERFORM pg_advisory_xact_lock(7301949, hashtext(NEW.organisation_id::text));
            SELECT e.sequence, e.hash INTO NEW.sequence, NEW.previous_hash FROM audit_events e
                WHERE e.organisation_id = NEW.organisation_id ORDER BY e.sequence DESC LIMIT 1;
            NEW.sequence := coalesce(NEW.sequence, 0) + 1;
            NEW.previous_hash := coalesce(NEW.previous_hash, '\\x'::bytea);
            NEW.happened_at := clock_timestamp();
            NEW.actor := current_actor();
            NEW.hash := audit_hash(NEW.previous_hash, NEW.organisation_id, NEW.sequence, NEW.happened_at,
                NEW.actor, NEW.action, NEW.subject, NEW.detail);
            RETURN NEW;
        END $$;
        REVOKE EXECUTE ON FUNCTION audit_events_chain() FROM PUBLIC;
        CREATE TRIGGER audit_events_chain BEFORE INSERT ON audit_events
            FOR EACH ROW EXECUTE FUNCTION audit_events_chain();

        -- Only these columns can be given; the rest is the trigger's. No one holds UPDATE or DELETE.
        GRANT SELECT, INSERT (organisation_id, action, subject, detail) ON audit_events
            TO registry_landlord, registry_coordinator, registry_auth, registry_job;
        CREATE POLICY audit_events_own ON audit_events FOR SELECT TO registry_landlord, registry_coordinator
            USING (organisation_id = (SELECT current_organisation()));
        CREATE POLICY audit_events_append ON audit_events FOR INSERT TO registry_landlord, registry_coordinator
            WITH CHECK (organisation_id = (SELECT current_organisation()));
        CREATE POLICY audit_events_services ON audit_events FOR INSERT TO registry_auth, registry_job WITH CHECK (true);
        CREATE POLICY audit_events_verify ON audit_events FOR SELECT TO registry_auth, registry_job USING (true);
        CREATE POLICY audit_events_head ON audit_events FOR SELECT TO registry_owner USING (true);
        """
    )


def downgrade() -> None:
    op.execute("DROP TABLE audit_events; DROP FUNCTION audit_events_chain(); DROP FUNCTION audit_hash;")
