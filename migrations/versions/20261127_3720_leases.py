"""A consent that ends takes the need away, and leaves a lease that was signed before."""

from alembic import op

revision = "20261127_3720"
down_revision = "20261127_3710"

_BEGINNING = """\
        CREATE OR REPLACE FUNCTION end_proposals_of_case() RETURNS trigger
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
"""
_ENDED = """\
            WITH ended AS (
                UPDATE transfer_proposals SET state = 'withdrawn', reason = why, shared = '{}', held_until = NULL,
                    closed_at = now(), updated_at = now(), version = version + 1
                WHERE case_id = OLD.id AND closed_at IS NULL AND state NOT IN ('moved', 'followed_3_months')
"""
_BUT_FOR_THE_MOVE = """\
                    AND NOT (why = 'housed_elsewhere' AND state = 'leased')
"""
_BUT_FOR_THE_LEASE = """\
                    AND NOT (why IN ('housed_elsewhere', 'consent_ended') AND state = 'leased')
"""
_END = """\
                RETURNING id, organisation_id, owner_id, territory_id)
            INSERT INTO transfer_steps (proposal_id, organisation_id, owner_id, territory_id, party, action, state,
                reason)
            SELECT id, organisation_id, owner_id, territory_id, 'service', 'end', 'withdrawn', why FROM ended;
            -- A statement of its own: the one above may have waited for a step that made a hold, and does not see it.
            UPDATE home_holds h SET during = tstzrange(lower(during), clock_timestamp())
            FROM transfer_proposals p
            WHERE p.case_id = OLD.id AND p.state = 'withdrawn' AND h.proposal_id = p.id
                AND during @> clock_timestamp();
            IF TG_OP = 'DELETE' THEN
                -- Erased by its landlord, nobody can be asked how they live there; deleted in time, they can.
                UPDATE transfer_proposals SET case_id = NULL, shared = '{}',
                    closed_at = CASE WHEN current_user = 'registry_landlord' THEN coalesce(closed_at, now())
                        ELSE closed_at END
                WHERE case_id = OLD.id;
            END IF;
            RETURN NULL;
        END $$;
"""
_THE_NEED_GOES = """\
            IF why = 'consent_ended' THEN
                -- The lease is a contract by itself; what was told of the need is not.
                UPDATE transfer_proposals SET shared = '{}' WHERE case_id = OLD.id AND state = 'leased';
            END IF;
"""


def upgrade() -> None:
    op.execute(_BEGINNING + _THE_NEED_GOES + _ENDED + _BUT_FOR_THE_LEASE + _END)


def downgrade() -> None:
    op.execute(_BEGINNING + _ENDED + _BUT_FOR_THE_MOVE + _END)
