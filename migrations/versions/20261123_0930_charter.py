"""Charter: versions with their terms, and who has signed."""

from alembic import op

revision = "20261123_0930"
down_revision = "20261123_0920"


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE charters (
            id uuid NOT NULL,
            territory_id integer NOT NULL,
            version integer NOT NULL,
            status text NOT NULL,
            terms jsonb NOT NULL,
            in_force_from timestamptz NOT NULL,
            CONSTRAINT pk_charters PRIMARY KEY (id),
            CONSTRAINT uq_charters_territory_id_version UNIQUE (territory_id, version),
            CONSTRAINT fk_charters_territory_id_territories FOREIGN KEY (territory_id) REFERENCES territories (id),
            CONSTRAINT ck_charters_status CHECK (status IN ('draft', 'in_force', 'superseded'))
        );
        -- One version in force at a time; the index is also the probe of territories_in_force().
        CREATE UNIQUE INDEX uq_charters_in_force ON charters (territory_id) WHERE status = 'in_force';
        CREATE TABLE adhesions (
            territory_id integer NOT NULL,
            organisation_id uuid NOT NULL,
            charter_version integer NOT NULL,
            status text NOT NULL,
            signed_at timestamptz NOT NULL,
            signed_by text NOT NULL,
            CONSTRAINT pk_adhesions PRIMARY KEY (territory_id, organisation_id),
            CONSTRAINT fk_adhesions_territory_id_territories FOREIGN KEY (territory_id) REFERENCES territories (id),
            CONSTRAINT fk_adhesions_organisation_id_organisations
                FOREIGN KEY (organisation_id) REFERENCES organisations (id),
            CONSTRAINT fk_adhesions_territory_id_charter_version_charters
                FOREIGN KEY (territory_id, charter_version) REFERENCES charters (territory_id, version),
            CONSTRAINT ck_adhesions_status CHECK (status IN ('in_force', 'suspended', 'withdrawn')),
            CONSTRAINT ck_adhesions_signed_by CHECK (length(signed_by) BETWEEN 1 AND 200)
        );
        CREATE INDEX ix_adhesions_organisation_id ON adhesions (organisation_id);
        ALTER TABLE charters ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        ALTER TABLE adhesions ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

        -- A charter's terms are read before they are signed, hence by every member.
        GRANT SELECT ON charters TO registry_landlord, registry_coordinator, registry_auth, registry_job;
        GRANT INSERT, UPDATE (status) ON charters TO registry_coordinator;
        CREATE POLICY charters_read ON charters FOR SELECT
            TO registry_landlord, registry_coordinator, registry_auth, registry_job, registry_owner USING (true);
        CREATE POLICY charters_enact ON charters FOR INSERT TO registry_coordinator
            WITH CHECK (EXISTS (SELECT FROM territories t WHERE t.id = territory_id
                AND t.coordinator_id = (SELECT current_organisation())));
        CREATE POLICY charters_supersede ON charters FOR UPDATE TO registry_coordinator
            USING (EXISTS (SELECT FROM territories t WHERE t.id = territory_id
                AND t.coordinator_id = (SELECT current_organisation())));

        -- A landlord signs and withdraws for itself; the coordinator of the territory suspends and reinstates.
        -- A landlord may not lift its own suspension: it may only update rows that are not suspended.
        -- Who signed for another member is a person, and the coordinator's business.
        GRANT SELECT ON adhesions TO registry_coordinator, registry_auth, registry_job;
        GRANT SELECT (territory_id, organisation_id, charter_version, status, signed_at) ON adhesions
            TO registry_landlord;
        GRANT INSERT, UPDATE (charter_version, status, signed_at, signed_by) ON adhesions TO registry_landlord;
        GRANT UPDATE (status) ON adhesions TO registry_coordinator;
        CREATE POLICY adhesions_own ON adhesions FOR SELECT TO registry_landlord
            USING (organisation_id = (SELECT current_organisation())
                   OR territory_id = ANY ((SELECT current_territories())::integer[]));
        CREATE POLICY adhesions_coordinated ON adhesions FOR SELECT TO registry_coordinator
            USING (EXISTS (SELECT FROM territories t WHERE t.id = territory_id
                AND t.coordinator_id = (SELECT current_organisation())));
        CREATE POLICY adhesions_services ON adhesions FOR SELECT TO registry_auth, registry_job, registry_owner
            USING (true);
        CREATE POLICY adhesions_sign ON adhesions FOR INSERT TO registry_landlord
            WITH CHECK (organisation_id = (SELECT current_organisation()) AND status = 'in_force');
        CREATE POLICY adhesions_renew ON adhesions FOR UPDATE TO registry_landlord
            USING (organisation_id = (SELECT current_organisation()) AND status <> 'suspended')
            WITH CHECK (organisation_id = (SELECT current_organisation()) AND status <> 'suspended');
        CREATE POLICY adhesions_suspend ON adhesions FOR UPDATE TO registry_coordinator
            USING (status <> 'withdrawn' AND EXISTS (SELECT FROM territories t WHERE t.id = territory_id
                AND t.coordinator_id = (SELECT current_organisation())))
            WITH CHECK (status <> 'withdrawn');
        """
    )
    # Both walls stand on this answer; it runs in every transaction, so it is two index probes and nothing else.
    op.execute(
        """
        CREATE OR REPLACE FUNCTION territories_in_force(organisation uuid) RETURNS integer[]
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = registry, public, pg_temp
        RETURN coalesce((
            SELECT array_agg(DISTINCT standing.territory_id) FROM (
                SELECT a.territory_id FROM adhesions a
                WHERE a.organisation_id = organisation AND a.status = 'in_force'
                UNION ALL
                SELECT t.id FROM territories t WHERE t.coordinator_id = organisation) standing
            JOIN charters c ON c.territory_id = standing.territory_id AND c.status = 'in_force'
            JOIN organisations o ON o.id = organisation AND o.status = 'active'), '{}');
        """
    )


def downgrade() -> None:
    op.execute(
        """
        CREATE OR REPLACE FUNCTION territories_in_force(organisation uuid) RETURNS integer[] LANGUAGE sql STABLE
        RETURN '{}'::integer[];
        DROP TABLE adhesions;
        DROP TABLE charters;
        """
    )
