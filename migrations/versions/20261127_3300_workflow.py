"""The life of proposals: what ends with a case, holds that others see, addresses told, help, moves, reminders."""

from alembic import op

revision = "20261127_3300"
down_revision = "20261127_3200"


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE moving_help (
            proposal_id uuid NOT NULL,
            kind text NOT NULL,
            part text NOT NULL,
            organisation_id uuid NOT NULL,
            owner_id uuid NOT NULL,
            cents integer,
            on_day date,
            CONSTRAINT pk_moving_help PRIMARY KEY (proposal_id, kind, part),
            CONSTRAINT fk_moving_help_proposal_id_transfer_proposals
                FOREIGN KEY (proposal_id) REFERENCES transfer_proposals (id) ON DELETE CASCADE,
            CONSTRAINT ck_moving_help_part CHECK (part IN ('planned', 'delivered'))
        );
        CREATE TABLE transfer_moves (
            proposal_id uuid NOT NULL,
            organisation_id uuid NOT NULL,
            territory_id integer NOT NULL,
            moved_on date NOT NULL,
            rent_before_cents integer,
            rent_after_cents integer,
            area_before_m2 numeric(6, 2),
            area_after_m2 numeric(6, 2),
            rooms_before smallint,
            rooms_after smallint,
            CONSTRAINT pk_transfer_moves PRIMARY KEY (proposal_id),
            CONSTRAINT fk_transfer_moves_proposal_id_transfer_proposals
                FOREIGN KEY (proposal_id) REFERENCES transfer_proposals (id) ON DELETE CASCADE
        );
        CREATE INDEX ix_transfer_moves_territory_id ON transfer_moves (territory_id, moved_on);
        CREATE TABLE transfer_reminders (
            proposal_id uuid NOT NULL,
            kind text NOT NULL,
            due date NOT NULL,
            sent_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT pk_transfer_reminders PRIMARY KEY (proposal_id, kind, due),
            CONSTRAINT fk_transfer_reminders_proposal_id_transfer_proposals
                FOREIGN KEY (proposal_id) REFERENCES transfer_proposals (id) ON DELETE CASCADE
        );
        ALTER TABLE moving_help ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        ALTER TABLE transfer_moves ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        ALTER TABLE transfer_reminders ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        CREATE POLICY moving_help_jobs ON moving_help TO registry_job USING (true) WITH CHECK (true);
        CREATE POLICY transfer_moves_jobs ON transfer_moves TO registry_job USING (true) WITH CHECK (true);
        CREATE POLICY transfer_reminders_jobs ON transfer_reminders TO registry_job USING (true) WITH CHECK (true);
        GRANT SELECT, DELETE ON moving_help, transfer_moves TO registry_job;
        GRANT SELECT, INSERT, DELETE ON transfer_reminders TO registry_job;

        GRANT SELECT, INSERT, UPDATE, DELETE ON moving_help TO registry_landlord;
        CREATE POLICY moving_help_origin ON moving_help TO registry_landlord
            USING (organisation_id = (SELECT current_organisation()))
            WITH CHECK (organisation_id = (SELECT current_organisation()));
        CREATE POLICY moving_help_owner_reads ON moving_help FOR SELECT TO registry_landlord
            USING (owner_id = (SELECT current_organisation()) AND part = 'planned');
        GRANT SELECT, INSERT, UPDATE ON transfer_moves TO registry_landlord;
        CREATE POLICY transfer_moves_origin ON transfer_moves TO registry_landlord
            USING (organisation_id = (SELECT current_organisation()))
            WITH CHECK (organisation_id = (SELECT current_organisation()));
        """
    )
    _end_with_cases()
    _look_past()


def _end_with_cases() -> None:
    # As whoever closes or erases the case: its landlord, or the job. Not left to the next run of a job, since what the
    # owner reads of a need must be gone when the consent is.
    op.execute(
        """
        CREATE FUNCTION end_proposals_of_case() RETURNS trigger
        LANGUAGE plpgsql SET search_path = registry, public, pg_temp AS $$
        DECLARE why text;
        BEGIN
            IF TG_OP = 'UPDATE' AND NEW.consent_until <> OLD.consent_until THEN
                UPDATE transfer_proposals SET shared_until = NEW.consent_until
                WHERE case_id = NEW.id AND closed_at IS NULL;
            END IF;
            IF TG_OP = 'UPDATE' AND (NEW.closed_at IS NULL OR OLD.closed_at IS NOT NULL) THEN
                RETURN NULL;
            END IF;
            why := CASE WHEN TG_OP = 'DELETE' THEN 'case_erased'
                WHEN NEW.closing = 'consent_ended' THEN 'consent_ended'
                WHEN NEW.closing = 'moved' THEN 'housed_elsewhere' ELSE 'case_closed' END;
            WITH ended AS (
                UPDATE transfer_proposals SET state = 'withdrawn', reason = why, shared = '{}', held_until = NULL,
                    closed_at = now(), updated_at = now(), version = version + 1
                WHERE case_id = OLD.id AND closed_at IS NULL AND state NOT IN ('moved', 'followed_3_months')
                    AND NOT (why = 'housed_elsewhere' AND state = 'leased')
                RETURNING id, organisation_id, owner_id, territory_id),
            said AS (
                INSERT INTO transfer_steps (proposal_id, organisation_id, owner_id, territory_id, party, action, state,
                    reason)
                SELECT id, organisation_id, owner_id, territory_id, 'service', 'end', 'withdrawn', why FROM ended)
            UPDATE home_holds h SET during = tstzrange(lower(during), clock_timestamp())
            FROM ended WHERE h.proposal_id = ended.id AND during @> clock_timestamp();
            IF TG_OP = 'DELETE' THEN
                -- Erased by its landlord, nobody can be asked how they live there; deleted in time, they can.
                UPDATE transfer_proposals SET case_id = NULL, shared = '{}',
                    closed_at = CASE WHEN current_user = 'registry_landlord' THEN coalesce(closed_at, now())
                        ELSE closed_at END
                WHERE case_id = OLD.id;
            END IF;
            RETURN NULL;
        END $$;
        REVOKE EXECUTE ON FUNCTION end_proposals_of_case() FROM PUBLIC;
        CREATE TRIGGER transfer_cases_end_proposals AFTER UPDATE OF closed_at, consent_until OR DELETE
            ON transfer_cases FOR EACH ROW EXECUTE FUNCTION end_proposals_of_case();
        """
    )


def _look_past() -> None:
    # SECURITY DEFINER, each held to what its caller may know: until when a home that it sees is kept, for whom it does
    # not learn; and the address of a home that its owner let it know, which both chains record in one transaction, in
    # the order of their ids, lest two that tell each other wait for each other.
    op.execute(
        """
        CREATE POLICY transfer_proposals_told ON transfer_proposals FOR SELECT TO registry_owner
            USING (organisation_id = (SELECT current_organisation()));
        CREATE POLICY transfer_steps_told ON transfer_steps FOR SELECT TO registry_owner
            USING (organisation_id = (SELECT current_organisation()));
        CREATE POLICY home_holds_ends ON home_holds FOR SELECT TO registry_owner USING (true);
        CREATE POLICY homes_told ON homes FOR SELECT TO registry_owner
            USING (listing_id = nullif(current_setting('registry.told', true), '')::uuid);
        CREATE POLICY residences_told ON residences FOR SELECT TO registry_owner
            USING (current_setting('registry.told', true) <> '' AND (organisation_id, id) IN (
                SELECT h.organisation_id, h.residence_id FROM homes h));
        CREATE POLICY buildings_told ON buildings FOR SELECT TO registry_owner
            USING (current_setting('registry.told', true) <> '' AND (organisation_id, residence_id, id) IN (
                SELECT h.organisation_id, h.residence_id, h.building_id FROM homes h));
        CREATE POLICY audit_events_told ON audit_events FOR INSERT TO registry_owner
            WITH CHECK (action = 'transfers:address:told' AND current_setting('registry.told', true) <> '');

        CREATE FUNCTION home_kept_until(asked uuid) RETURNS timestamptz
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = registry, public, pg_temp
        RETURN (SELECT upper(during) FROM home_holds WHERE listing_id = asked AND during @> clock_timestamp()
            ORDER BY upper(during) DESC NULLS FIRST LIMIT 1);

        CREATE FUNCTION tell_address(asked uuid) RETURNS jsonb
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, public, pg_temp AS $$
        DECLARE proposal transfer_proposals; told jsonb;
        BEGIN
            SELECT * INTO proposal FROM transfer_proposals
            WHERE id = asked AND organisation_id = current_organisation() AND disclosed_at IS NOT NULL AND state IN (
                'disclosed', 'visited', 'agreed', 'filed', 'granted', 'leased', 'moved', 'followed_3_months',
                'followed_12_months') AND (held_until IS NULL OR held_until > now());
            -- The state is what both sides may write; that the owner took it on, the owner alone.
            IF FOUND THEN
                PERFORM FROM transfer_steps WHERE proposal_id = asked AND owner_id = proposal.owner_id
                    AND party = 'owner' AND action = 'study';
            END IF;
            IF NOT FOUND THEN
                RETURN NULL;
            END IF;
            PERFORM set_config('registry.told', proposal.listing_id::text, true);
            SELECT jsonb_build_object('residence', r.name, 'building', b.name, 'number', r.number,
                'street', r.street, 'postcode', r.postcode, 'commune_code', r.commune_code, 'floor', h.floor,
                'lon', ST_X(coalesce(b.position, r.position)), 'lat', ST_Y(coalesce(b.position, r.position)))
            INTO told
            FROM homes h
            JOIN residences r ON r.organisation_id = h.organisation_id AND r.id = h.residence_id
            LEFT JOIN buildings b ON b.organisation_id = h.organisation_id AND b.residence_id = h.residence_id
                AND b.id = h.building_id
            WHERE h.organisation_id = proposal.owner_id AND h.listing_id = proposal.listing_id;
            IF told IS NOT NULL THEN
                INSERT INTO audit_events (organisation_id, action, subject, detail)
                SELECT chain, 'transfers:address:told', asked::text, '{}' FROM (SELECT DISTINCT
                    unnest(ARRAY[proposal.organisation_id, proposal.owner_id]) AS chain ORDER BY 1) chains;
            END IF;
            PERFORM set_config('registry.told', '', true);
            RETURN told;
        END $$;
        REVOKE EXECUTE ON FUNCTION home_kept_until(uuid), tell_address(uuid) FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION home_kept_until(uuid), tell_address(uuid) TO registry_landlord;
        """
    )


def downgrade() -> None:
    op.execute(
        """
        DROP FUNCTION tell_address(uuid);
        DROP FUNCTION home_kept_until(uuid);
        DROP POLICY audit_events_told ON audit_events;
        DROP POLICY buildings_told ON buildings;
        DROP POLICY residences_told ON residences;
        DROP POLICY homes_told ON homes;
        DROP POLICY home_holds_ends ON home_holds;
        DROP POLICY transfer_steps_told ON transfer_steps;
        DROP POLICY transfer_proposals_told ON transfer_proposals;
        DROP TRIGGER transfer_cases_end_proposals ON transfer_cases;
        DROP FUNCTION end_proposals_of_case();
        DROP TABLE transfer_reminders, transfer_moves, moving_help;
        """
    )
