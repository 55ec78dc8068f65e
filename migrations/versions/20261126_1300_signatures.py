"""Charters in preparation: drafts, proposals, articles; who signed which version, kept for ever."""

from alembic import op

revision = "20261126_1300"
down_revision = "20261126_1200"

COORDINATED = """EXISTS (SELECT FROM territories t WHERE t.id = territory_id
                AND t.coordinator_id = (SELECT current_organisation()))"""
SIGNED = """EXISTS (SELECT FROM signatures s WHERE s.organisation_id = adhesions.organisation_id
                AND s.territory_id = adhesions.territory_id AND s.charter_version = adhesions.charter_version
                AND s.withdrawn_at IS NULL)"""
IN_FORCE = """EXISTS (SELECT FROM charters c WHERE c.territory_id = adhesions.territory_id
                AND c.version = adhesions.charter_version AND c.status = 'in_force')"""


def upgrade() -> None:
    op.execute(
        """
        ALTER TABLE charters
            ALTER COLUMN in_force_from DROP NOT NULL,
            ADD COLUMN articles jsonb NOT NULL DEFAULT '[]',
            ADD COLUMN revision integer NOT NULL DEFAULT 1,
            ADD COLUMN proposed_at timestamptz,
            ADD COLUMN reply_by date,
            ADD COLUMN superseded_at timestamptz;
        ALTER TABLE charters DROP CONSTRAINT ck_charters_status;
        ALTER TABLE charters ADD CONSTRAINT ck_charters_status
            CHECK (status IN ('draft', 'proposed', 'in_force', 'superseded')) NOT VALID;
        CREATE UNIQUE INDEX uq_charters_draft ON charters (territory_id) WHERE status = 'draft';
        CREATE UNIQUE INDEX uq_charters_proposed ON charters (territory_id) WHERE status = 'proposed';
        ALTER TABLE adhesions ADD COLUMN unsigned boolean NOT NULL DEFAULT false;
        ALTER TABLE adhesions ADD CONSTRAINT ck_adhesions_unsigned
            CHECK (NOT unsigned OR status = 'suspended') NOT VALID;
        """
    )
    # What is signed is what was read: a version is frozen once its members may see it, and goes one way.
    op.execute(
        """
        CREATE FUNCTION hold_charter() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF OLD.status <> 'draft' AND (OLD.articles, OLD.terms) IS DISTINCT FROM (NEW.articles, NEW.terms) THEN
                RAISE EXCEPTION 'a charter is not changed once it is proposed' USING ERRCODE = 'restrict_violation';
            END IF;
            IF OLD.status <> NEW.status AND (OLD.status, NEW.status) NOT IN (('draft', 'proposed'),
                    ('proposed', 'in_force'), ('proposed', 'superseded'), ('in_force', 'superseded')) THEN
                RAISE EXCEPTION 'a charter does not go from % to %', OLD.status, NEW.status
                    USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END $$;
        REVOKE EXECUTE ON FUNCTION hold_charter() FROM PUBLIC;
        CREATE TRIGGER hold BEFORE UPDATE ON charters FOR EACH ROW EXECUTE FUNCTION hold_charter();
        """
    )
    # A signature of before the text's digest was kept has none, nor the function of who signed. It is withdrawn with
    # its adhesion; of those that ended before, nobody knows when.
    op.execute(
        """
        CREATE TABLE signatures (
            organisation_id uuid NOT NULL,
            id uuid NOT NULL,
            territory_id integer NOT NULL,
            charter_version integer NOT NULL,
            text_sha256 text,
            signed_by text NOT NULL,
            signed_as text,
            signed_at timestamptz NOT NULL DEFAULT now(),
            withdrawn_at timestamptz,
            CONSTRAINT pk_signatures PRIMARY KEY (organisation_id, id),
            CONSTRAINT fk_signatures_organisation_id_organisations
                FOREIGN KEY (organisation_id) REFERENCES organisations (id),
            CONSTRAINT fk_signatures_territory_id_charter_version_charters
                FOREIGN KEY (territory_id, charter_version) REFERENCES charters (territory_id, version),
            CONSTRAINT ck_signatures_text_sha256 CHECK (text_sha256 ~ '^[0-9a-f]{64}$'),
            CONSTRAINT ck_signatures_signed_by CHECK (length(signed_by) BETWEEN 1 AND 200),
            CONSTRAINT ck_signatures_signed_as CHECK (length(signed_as) BETWEEN 1 AND 200)
        );
        CREATE INDEX ix_signatures_territory_id_charter_version ON signatures (territory_id, charter_version);
        INSERT INTO signatures (organisation_id, id, territory_id, charter_version, signed_by, signed_at, withdrawn_at)
        SELECT organisation_id, gen_random_uuid(), territory_id, charter_version, signed_by, signed_at,
            CASE WHEN status = 'withdrawn' THEN now() END FROM adhesions;
        ALTER TABLE signatures ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        -- Nobody may change a signature, or delete it: it is withdrawn.
        GRANT SELECT, INSERT (organisation_id, id, territory_id, charter_version, text_sha256, signed_by, signed_as),
            UPDATE (withdrawn_at) ON signatures TO registry_landlord;
        GRANT SELECT ON signatures TO registry_coordinator;
        CREATE POLICY signatures_own ON signatures FOR SELECT TO registry_landlord
            USING (organisation_id = (SELECT current_organisation()));
        CREATE POLICY signatures_sign ON signatures FOR INSERT TO registry_landlord
            WITH CHECK (organisation_id = (SELECT current_organisation()) AND EXISTS (
                SELECT FROM charters c WHERE c.territory_id = signatures.territory_id
                AND c.version = signatures.charter_version AND c.status IN ('proposed', 'in_force')));
        CREATE POLICY signatures_withdraw ON signatures FOR UPDATE TO registry_landlord
            USING (organisation_id = (SELECT current_organisation()) AND withdrawn_at IS NULL)
            WITH CHECK (organisation_id = (SELECT current_organisation()));
        """
    )
    op.execute(
        f"""
        CREATE POLICY signatures_coordinated ON signatures FOR SELECT TO registry_coordinator USING ({COORDINATED});

        -- A draft is its coordinator's; what is proposed, and all that came of it, is public among landlords.
        DROP POLICY charters_read ON charters;
        DROP POLICY charters_supersede ON charters;
        CREATE POLICY charters_read ON charters FOR SELECT TO registry_landlord, registry_auth
            USING (status <> 'draft');
        CREATE POLICY charters_coordinated ON charters FOR SELECT TO registry_coordinator
            USING (status <> 'draft' OR {COORDINATED});
        CREATE POLICY charters_services ON charters FOR SELECT TO registry_job, registry_owner USING (true);
        GRANT UPDATE (status, terms, in_force_from, articles, revision, proposed_at, reply_by, superseded_at)
            ON charters TO registry_coordinator;
        GRANT DELETE ON charters TO registry_coordinator;
        CREATE POLICY charters_change ON charters FOR UPDATE TO registry_coordinator
            USING (status <> 'superseded' AND {COORDINATED}) WITH CHECK ({COORDINATED});
        CREATE POLICY charters_discard ON charters FOR DELETE TO registry_coordinator
            USING (status = 'draft' AND {COORDINATED});

        -- Whoever writes an adhesion, it says no more than was signed. A landlord lifts no suspension but the one that
        -- came of not signing, and that by signing what is in force.
        GRANT SELECT (unsigned), UPDATE (unsigned) ON adhesions TO registry_landlord;
        GRANT INSERT, UPDATE (charter_version, signed_at, signed_by, unsigned) ON adhesions TO registry_coordinator;
        GRANT UPDATE (status, unsigned) ON adhesions TO registry_job;
        DROP POLICY adhesions_sign ON adhesions;
        DROP POLICY adhesions_renew ON adhesions;
        DROP POLICY adhesions_suspend ON adhesions;
        CREATE POLICY adhesions_sign ON adhesions FOR INSERT TO registry_landlord
            WITH CHECK (organisation_id = (SELECT current_organisation()) AND status = 'in_force'
                AND {IN_FORCE} AND {SIGNED});
        CREATE POLICY adhesions_renew ON adhesions FOR UPDATE TO registry_landlord
            USING (organisation_id = (SELECT current_organisation()) AND (status <> 'suspended' OR unsigned))
            WITH CHECK (organisation_id = (SELECT current_organisation()) AND (status = 'withdrawn'
                OR status = 'in_force' AND {IN_FORCE} AND {SIGNED}));
        CREATE POLICY adhesions_enact ON adhesions FOR INSERT TO registry_coordinator
            WITH CHECK (status <> 'withdrawn' AND {COORDINATED} AND {SIGNED});
        CREATE POLICY adhesions_suspend ON adhesions FOR UPDATE TO registry_coordinator
            USING ({COORDINATED}) WITH CHECK (status <> 'withdrawn' AND {COORDINATED} AND {SIGNED});
        CREATE POLICY adhesions_lapse ON adhesions FOR UPDATE TO registry_job
            USING (status <> 'withdrawn') WITH CHECK (status <> 'withdrawn');
        """
    )


def downgrade() -> None:
    op.execute(
        """
        DROP POLICY adhesions_lapse ON adhesions;
        DROP POLICY adhesions_suspend ON adhesions;
        DROP POLICY adhesions_enact ON adhesions;
        DROP POLICY adhesions_renew ON adhesions;
        DROP POLICY adhesions_sign ON adhesions;
        REVOKE UPDATE (status, unsigned) ON adhesions FROM registry_job;
        REVOKE INSERT, UPDATE (charter_version, signed_at, signed_by, unsigned) ON adhesions FROM registry_coordinator;
        REVOKE SELECT (unsigned), UPDATE (unsigned) ON adhesions FROM registry_landlord;
        ALTER TABLE adhesions DROP CONSTRAINT ck_adhesions_unsigned, DROP COLUMN unsigned;
        CREATE POLICY adhesions_sign ON adhesions FOR INSERT TO registry_landlord
            WITH CHECK (organisation_id = (SELECT current_organisation()) AND status = 'in_force');
        CREATE POLICY adhesions_renew ON adhesions FOR UPDATE TO registry_landlord
            USING (organisation_id = (SELECT current_organisation()) AND status <> 'suspended')
            WITH CHECK (organisation_id = (SELECT current_organisation()) AND status <> 'suspended');
        CREATE POLICY adhesions_suspend ON adhesions FOR UPDATE TO registry_coordinator
            USING (status <> 'withdrawn' AND EXISTS (SELECT FROM territories t WHERE t.id = territory_id
                AND t.coordinator_id = (SELECT current_organisation())))
            WITH CHECK (status <> 'withdrawn');

        DROP TABLE signatures;

        DROP TRIGGER hold ON charters;
        DROP FUNCTION hold_charter();
        DROP POLICY charters_read ON charters;
        DROP POLICY charters_coordinated ON charters;
        DROP POLICY charters_services ON charters;
        DROP POLICY charters_change ON charters;
        DROP POLICY charters_discard ON charters;
        CREATE POLICY charters_read ON charters FOR SELECT
            TO registry_landlord, registry_coordinator, registry_auth, registry_job, registry_owner USING (true);
        CREATE POLICY charters_supersede ON charters FOR UPDATE TO registry_coordinator
            USING (EXISTS (SELECT FROM territories t WHERE t.id = territory_id
                AND t.coordinator_id = (SELECT current_organisation())));
        REVOKE DELETE ON charters FROM registry_coordinator;
        REVOKE UPDATE (terms, in_force_from) ON charters FROM registry_coordinator;
        ALTER TABLE charters NO FORCE ROW LEVEL SECURITY;
        DELETE FROM charters WHERE in_force_from IS NULL;
        UPDATE charters SET status = 'superseded' WHERE status = 'proposed';
        ALTER TABLE charters FORCE ROW LEVEL SECURITY;
        DROP INDEX uq_charters_draft;
        DROP INDEX uq_charters_proposed;
        ALTER TABLE charters DROP CONSTRAINT ck_charters_status;
        ALTER TABLE charters
            ADD CONSTRAINT ck_charters_status CHECK (status IN ('draft', 'in_force', 'superseded')),
            ALTER COLUMN in_force_from SET NOT NULL,
            DROP COLUMN articles,
            DROP COLUMN revision,
            DROP COLUMN proposed_at,
            DROP COLUMN reply_by,
            DROP COLUMN superseded_at;
        """
    )
