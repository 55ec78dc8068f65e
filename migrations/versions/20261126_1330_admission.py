"""A landlord that signs for the first time waits until the territory's coordinator admits it."""

from alembic import op

revision = "20261126_1330"
down_revision = "20261126_1320"

COORDINATED = """EXISTS (SELECT FROM territories t WHERE t.id = territory_id
                AND t.coordinator_id = (SELECT current_organisation()))"""
SIGNED = """EXISTS (SELECT FROM signatures s WHERE s.organisation_id = adhesions.organisation_id
                AND s.territory_id = adhesions.territory_id AND s.charter_version = adhesions.charter_version
                AND s.withdrawn_at IS NULL)"""
IN_FORCE = """EXISTS (SELECT FROM charters c WHERE c.territory_id = adhesions.territory_id
                AND c.version = adhesions.charter_version AND c.status = 'in_force')"""


def upgrade() -> None:
    op.execute(
        f"""
        ALTER TABLE adhesions DROP CONSTRAINT ck_adhesions_status;
        ALTER TABLE adhesions ADD CONSTRAINT ck_adhesions_status
            CHECK (status IN ('pending', 'in_force', 'suspended', 'withdrawn')) NOT VALID;

        DROP POLICY adhesions_sign ON adhesions;
        DROP POLICY adhesions_renew ON adhesions;
        DROP POLICY adhesions_enact ON adhesions;
        DROP POLICY adhesions_suspend ON adhesions;
        DROP POLICY adhesions_lapse ON adhesions;
        REVOKE INSERT ON adhesions FROM registry_coordinator;
        CREATE POLICY adhesions_sign ON adhesions FOR INSERT TO registry_landlord
            WITH CHECK (organisation_id = (SELECT current_organisation()) AND status = 'pending' AND {SIGNED});
        CREATE POLICY adhesions_renew ON adhesions FOR UPDATE TO registry_landlord
            USING (organisation_id = (SELECT current_organisation()) AND (status <> 'suspended' OR unsigned))
            WITH CHECK (organisation_id = (SELECT current_organisation()) AND (status = 'withdrawn'
                OR status = 'pending' AND {SIGNED} OR status = 'in_force' AND {IN_FORCE} AND {SIGNED}));
        CREATE POLICY adhesions_suspend ON adhesions FOR UPDATE TO registry_coordinator
            USING (status <> 'withdrawn' AND {COORDINATED})
            WITH CHECK ({COORDINATED} AND (status = 'withdrawn' OR {SIGNED}));
        CREATE POLICY adhesions_lapse ON adhesions FOR UPDATE TO registry_job
            USING (status IN ('in_force', 'suspended')) WITH CHECK (status IN ('in_force', 'suspended'));

        -- Who is refused has its signatures ended by the coordinator; those of a member are its own to end.
        GRANT UPDATE (withdrawn_at) ON signatures TO registry_coordinator;
        CREATE POLICY signatures_refuse ON signatures FOR UPDATE TO registry_coordinator
            USING (withdrawn_at IS NULL AND {COORDINATED} AND EXISTS (SELECT FROM adhesions a
                WHERE a.territory_id = signatures.territory_id AND a.organisation_id = signatures.organisation_id
                AND a.status = 'pending'))
            WITH CHECK ({COORDINATED});
        """
    )
    # A policy sees the row of before or the one of after: what becomes of which state takes both.
    op.execute(
        """
        CREATE FUNCTION hold_adhesion() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NEW.status = 'in_force' AND (OLD.status = 'withdrawn'
                    OR OLD.status = 'pending' AND current_user <> 'registry_coordinator') THEN
                RAISE EXCEPTION 'the coordinator of the territory admits who waits'
                    USING ERRCODE = 'insufficient_privilege';
            END IF;
            IF NEW.status = 'withdrawn' AND OLD.status IN ('in_force', 'suspended')
                    AND current_user = 'registry_coordinator' THEN
                RAISE EXCEPTION 'a landlord ends its adhesion itself' USING ERRCODE = 'insufficient_privilege';
            END IF;
            RETURN NEW;
        END $$;
        REVOKE EXECUTE ON FUNCTION hold_adhesion() FROM PUBLIC;
        CREATE TRIGGER hold BEFORE UPDATE OF status ON adhesions FOR EACH ROW EXECUTE FUNCTION hold_adhesion();
        """
    )
    # Who signed a proposal without being a member waits from now on; who is a member stays one.
    op.execute(
        """
        ALTER TABLE adhesions NO FORCE ROW LEVEL SECURITY;
        ALTER TABLE signatures NO FORCE ROW LEVEL SECURITY;
        INSERT INTO adhesions AS a (territory_id, organisation_id, charter_version, status, signed_at, signed_by)
        SELECT DISTINCT ON (territory_id, organisation_id) territory_id, organisation_id, charter_version, 'pending',
            signed_at, signed_by
        FROM signatures WHERE withdrawn_at IS NULL
        ORDER BY territory_id, organisation_id, signed_at DESC, id DESC
        ON CONFLICT (territory_id, organisation_id) DO UPDATE SET charter_version = excluded.charter_version,
            status = 'pending', signed_at = excluded.signed_at, signed_by = excluded.signed_by
            WHERE a.status = 'withdrawn';
        ALTER TABLE signatures FORCE ROW LEVEL SECURITY;
        ALTER TABLE adhesions FORCE ROW LEVEL SECURITY;
        """
    )


def downgrade() -> None:
    op.execute(
        f"""
        DROP TRIGGER hold ON adhesions;
        DROP FUNCTION hold_adhesion();
        DROP POLICY signatures_refuse ON signatures;
        REVOKE UPDATE (withdrawn_at) ON signatures FROM registry_coordinator;
        DROP POLICY adhesions_sign ON adhesions;
        DROP POLICY adhesions_renew ON adhesions;
        DROP POLICY adhesions_suspend ON adhesions;
        DROP POLICY adhesions_lapse ON adhesions;
        -- Who waits was not admitted: it may sign again.
        ALTER TABLE adhesions NO FORCE ROW LEVEL SECURITY;
        ALTER TABLE signatures NO FORCE ROW LEVEL SECURITY;
        UPDATE signatures s SET withdrawn_at = now() FROM adhesions a
        WHERE a.territory_id = s.territory_id AND a.organisation_id = s.organisation_id AND a.status = 'pending'
            AND s.withdrawn_at IS NULL;
        UPDATE adhesions SET status = 'withdrawn' WHERE status = 'pending';
        ALTER TABLE signatures FORCE ROW LEVEL SECURITY;
        ALTER TABLE adhesions FORCE ROW LEVEL SECURITY;
        ALTER TABLE adhesions DROP CONSTRAINT ck_adhesions_status;
        ALTER TABLE adhesions ADD CONSTRAINT ck_adhesions_status
            CHECK (status IN ('in_force', 'suspended', 'withdrawn'));
        GRANT INSERT ON adhesions TO registry_coordinator;
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
