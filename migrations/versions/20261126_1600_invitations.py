"""Landlords that a coordinator invites to a territory, until they sign its charter or the invitation ends."""

from alembic import op

revision = "20261126_1600"
down_revision = "20261126_1555"

COORDINATED = """organisation_id = (SELECT current_organisation()) AND EXISTS (SELECT FROM territories t
                WHERE t.id = territory_id AND t.coordinator_id = (SELECT current_organisation()))"""


def upgrade() -> None:
    # The organisation is the coordinator that invites: whom it invites is its own business, and no row says whether
    # the landlord is known to the service.
    op.execute(
        """
        CREATE TABLE landlord_invitations (
            organisation_id uuid NOT NULL,
            territory_id integer NOT NULL,
            siren text NOT NULL,
            name text NOT NULL,
            email text NOT NULL,
            status text NOT NULL DEFAULT 'sent',
            waits boolean NOT NULL DEFAULT true,
            asked_at timestamptz[] NOT NULL,
            digest bytea,
            invited_at timestamptz NOT NULL DEFAULT now(),
            expires_at timestamptz NOT NULL,
            ended_at timestamptz,
            CONSTRAINT pk_landlord_invitations PRIMARY KEY (organisation_id, territory_id, siren),
            CONSTRAINT uq_landlord_invitations_digest UNIQUE (digest),
            CONSTRAINT fk_landlord_invitations_organisation_id_organisations
                FOREIGN KEY (organisation_id) REFERENCES organisations (id),
            CONSTRAINT fk_landlord_invitations_territory_id_territories
                FOREIGN KEY (territory_id) REFERENCES territories (id),
            CONSTRAINT ck_landlord_invitations_siren CHECK (siren ~ '^[0-9]{9}$'),
            CONSTRAINT ck_landlord_invitations_name CHECK (length(name) BETWEEN 1 AND 200),
            CONSTRAINT ck_landlord_invitations_email CHECK (length(email) BETWEEN 3 AND 320),
            CONSTRAINT ck_landlord_invitations_status
                CHECK (status IN ('sent', 'accepted', 'expired', 'revoked') AND (status = 'sent') = (ended_at IS NULL)),
            CONSTRAINT ck_landlord_invitations_asked_at CHECK (cardinality(asked_at) BETWEEN 1 AND 100)
        );
        CREATE INDEX ix_landlord_invitations_territory_id ON landlord_invitations (territory_id);
        ALTER TABLE landlord_invitations ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        """
    )
    # The digest of the mail's link is written by the job that sends the mail, and compared by the service's role for
    # those who come with it: the coordinator has neither.
    op.execute(
        f"""
        GRANT SELECT (organisation_id, territory_id, siren, name, email, status, waits, asked_at, invited_at,
                expires_at, ended_at),
            INSERT (organisation_id, territory_id, siren, name, email, status, waits, asked_at, invited_at, expires_at),
            UPDATE (name, email, status, waits, asked_at, invited_at, expires_at, ended_at)
            ON landlord_invitations TO registry_coordinator;
        CREATE POLICY landlord_invitations_own ON landlord_invitations FOR SELECT TO registry_coordinator
            USING (organisation_id = (SELECT current_organisation()));
        CREATE POLICY landlord_invitations_invite ON landlord_invitations FOR INSERT TO registry_coordinator
            WITH CHECK (status = 'sent' AND {COORDINATED});
        CREATE POLICY landlord_invitations_change ON landlord_invitations FOR UPDATE TO registry_coordinator
            USING (organisation_id = (SELECT current_organisation())) WITH CHECK ({COORDINATED});

        GRANT SELECT, UPDATE (status, ended_at) ON landlord_invitations TO registry_auth;
        CREATE POLICY landlord_invitations_auth ON landlord_invitations TO registry_auth
            USING ((SELECT current_organisation()) IS NULL) WITH CHECK ((SELECT current_organisation()) IS NULL);

        GRANT SELECT (organisation_id, territory_id, siren, name, email, status, waits, asked_at, invited_at,
                expires_at, ended_at),
            UPDATE (status, waits, digest, ended_at), DELETE ON landlord_invitations TO registry_job;
        CREATE POLICY landlord_invitations_jobs ON landlord_invitations FOR SELECT TO registry_job USING (true);
        CREATE POLICY landlord_invitations_send ON landlord_invitations FOR UPDATE TO registry_job
            USING (true) WITH CHECK (true);
        CREATE POLICY landlord_invitations_expire ON landlord_invitations FOR DELETE TO registry_job USING (true);
        """
    )


def downgrade() -> None:
    op.execute("DROP TABLE landlord_invitations")
