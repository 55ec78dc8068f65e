"""Webhooks: any number of addresses, any kind of event, an outbox; the hooks of warnings become the first of them."""

from alembic import op

revision = "20261126_1020"
down_revision = "20261126_1010"

OWN_OR_ALL = "(SELECT current_organisation()) IS NULL OR organisation_id = (SELECT current_organisation())"


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE webhook_endpoints (
            id uuid NOT NULL,
            organisation_id uuid NOT NULL,
            name text COLLATE "C" NOT NULL,
            url text NOT NULL,
            events text[] NOT NULL,
            secret bytea NOT NULL,
            previous_secret bytea,
            previous_until timestamptz,
            created_at timestamptz NOT NULL DEFAULT now(),
            last_posted_at timestamptz,
            failing_since timestamptz,
            last_error text,
            disabled_at timestamptz,
            stock_seen xid8,
            listings_seen xid8,
            CONSTRAINT pk_webhook_endpoints PRIMARY KEY (id),
            CONSTRAINT uq_webhook_endpoints_organisation_id_name UNIQUE (organisation_id, name),
            CONSTRAINT uq_webhook_endpoints_organisation_id_id UNIQUE (organisation_id, id),
            CONSTRAINT fk_webhook_endpoints_organisation_id_organisations
                FOREIGN KEY (organisation_id) REFERENCES organisations (id)
        );
        CREATE TABLE webhook_deliveries (
            organisation_id uuid NOT NULL,
            id uuid NOT NULL,
            endpoint_id uuid NOT NULL,
            kind text NOT NULL,
            data jsonb NOT NULL,
            created_at timestamptz NOT NULL DEFAULT now(),
            next_at timestamptz DEFAULT now(),
            attempts smallint NOT NULL DEFAULT 0,
            delivered_at timestamptz,
            given_up_at timestamptz,
            last_error text,
            CONSTRAINT pk_webhook_deliveries PRIMARY KEY (organisation_id, id),
            CONSTRAINT fk_webhook_deliveries_endpoint
                FOREIGN KEY (organisation_id, endpoint_id) REFERENCES webhook_endpoints (organisation_id, id)
                ON DELETE CASCADE
        );
        CREATE INDEX ix_webhook_deliveries_next_at ON webhook_deliveries (next_at) WHERE next_at IS NOT NULL;
        CREATE INDEX ix_webhook_deliveries_created_at ON webhook_deliveries (created_at);
        CREATE INDEX ix_webhook_deliveries_organisation_id_endpoint_id_id
            ON webhook_deliveries (organisation_id, endpoint_id, id);
        """
    )
    for table in ("webhook_endpoints", "webhook_deliveries"):
        op.execute(
            f"""
            ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
            CREATE POLICY {table}_auth ON {table} TO registry_auth USING ({OWN_OR_ALL}) WITH CHECK ({OWN_OR_ALL});
            CREATE POLICY {table}_jobs ON {table} TO registry_job USING (true) WITH CHECK (true);
            """
        )
    # A landlord's transaction writes what happened into the outbox; addresses and secrets it cannot read.
    op.execute(
        """
        GRANT SELECT, INSERT, UPDATE, DELETE ON webhook_endpoints TO registry_auth;
        GRANT SELECT, INSERT, UPDATE (next_at, attempts, delivered_at, given_up_at) ON webhook_deliveries
            TO registry_auth;
        GRANT SELECT (id, organisation_id, events, disabled_at) ON webhook_endpoints TO registry_landlord;
        GRANT INSERT ON webhook_deliveries TO registry_landlord;
        CREATE POLICY webhook_endpoints_own ON webhook_endpoints FOR SELECT TO registry_landlord
            USING (organisation_id = (SELECT current_organisation()));
        CREATE POLICY webhook_deliveries_own ON webhook_deliveries FOR INSERT TO registry_landlord
            WITH CHECK (organisation_id = (SELECT current_organisation()));
        GRANT SELECT, UPDATE (last_posted_at, failing_since, last_error, disabled_at, stock_seen, listings_seen)
            ON webhook_endpoints TO registry_job;
        GRANT SELECT, INSERT, UPDATE (next_at, attempts, delivered_at, given_up_at, last_error), DELETE
            ON webhook_deliveries TO registry_job;
        """
    )
    op.execute(
        """
        ALTER TABLE warning_hooks NO FORCE ROW LEVEL SECURITY;
        ALTER TABLE webhook_endpoints NO FORCE ROW LEVEL SECURITY;
        INSERT INTO webhook_endpoints
            (id, organisation_id, name, url, events, secret, created_at, last_posted_at, last_error)
        SELECT gen_random_uuid(), organisation_id, 'warnings', url, '{client_secret.expires}', secret, created_at,
            last_posted_at, last_error FROM warning_hooks;
        ALTER TABLE webhook_endpoints FORCE ROW LEVEL SECURITY;
        DROP TABLE warning_hooks;
        """
    )


def downgrade() -> None:
    op.execute(
        """
        CREATE TABLE warning_hooks (
            organisation_id uuid NOT NULL,
            url text NOT NULL,
            secret bytea NOT NULL,
            created_at timestamptz NOT NULL DEFAULT now(),
            last_posted_at timestamptz,
            last_error text,
            CONSTRAINT pk_warning_hooks PRIMARY KEY (organisation_id),
            CONSTRAINT fk_warning_hooks_organisation_id_organisations
                FOREIGN KEY (organisation_id) REFERENCES organisations (id)
        );
        """
    )
    op.execute(
        f"""
        ALTER TABLE webhook_endpoints NO FORCE ROW LEVEL SECURITY;
        INSERT INTO warning_hooks
        SELECT DISTINCT ON (organisation_id) organisation_id, url, secret, created_at, last_posted_at, last_error
        FROM webhook_endpoints WHERE 'client_secret.expires' = ANY (events) ORDER BY organisation_id, created_at;
        ALTER TABLE warning_hooks ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        GRANT SELECT, INSERT, UPDATE (url, secret, last_posted_at, last_error), DELETE ON warning_hooks
            TO registry_auth;
        CREATE POLICY warning_hooks_auth ON warning_hooks TO registry_auth
            USING ({OWN_OR_ALL}) WITH CHECK ({OWN_OR_ALL});
        GRANT SELECT, UPDATE (last_posted_at, last_error) ON warning_hooks TO registry_job;
        CREATE POLICY warning_hooks_jobs ON warning_hooks FOR SELECT TO registry_job USING (true);
        CREATE POLICY warning_hooks_jobs_note ON warning_hooks FOR UPDATE TO registry_job
            USING (true) WITH CHECK (true);
        DROP TABLE webhook_deliveries; DROP TABLE webhook_endpoints;
        """
    )
