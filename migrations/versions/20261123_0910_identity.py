"""Identity: organisations, OAuth clients, their secrets, signing keys, used assertions."""

from alembic import op

revision = "20261123_0910"
down_revision = "20261123_0905"


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE organisations (
            id uuid NOT NULL,
            name text NOT NULL,
            kind text NOT NULL,
            siren text,
            status text NOT NULL DEFAULT 'active',
            created_at timestamptz NOT NULL DEFAULT now(),
            CONSTRAINT pk_organisations PRIMARY KEY (id),
            CONSTRAINT uq_organisations_siren_kind UNIQUE (siren, kind),
            CONSTRAINT ck_organisations_name CHECK (length(name) BETWEEN 1 AND 200),
            CONSTRAINT ck_organisations_siren CHECK (siren ~ '^[0-9]{9}$'),
            CONSTRAINT ck_organisations_status CHECK (status IN ('active', 'suspended'))
        );
        ALTER TABLE organisations ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

        -- Names are public among members: a listing says whose it is.
        GRANT SELECT (id, name, kind, status) ON organisations TO registry_landlord, registry_coordinator;
        GRANT SELECT, INSERT ON organisations TO registry_auth, registry_job;
        GRANT UPDATE (status) ON organisations TO registry_job;
        -- The owner reads too: territories_in_force() runs as the owner inside bind().
        CREATE POLICY organisations_read ON organisations FOR SELECT TO registry_landlord,
            registry_coordinator, registry_auth, registry_job, registry_owner USING (true);
        CREATE POLICY organisations_create ON organisations FOR INSERT TO registry_auth, registry_job
            WITH CHECK (true);
        CREATE POLICY organisations_suspend ON organisations FOR UPDATE TO registry_job
            USING (true) WITH CHECK (true);
        """
    )
    op.execute(
        """
        CREATE TABLE oauth_clients (
            client_id text NOT NULL,
            organisation_id uuid NOT NULL,
            name text NOT NULL,
            scopes text[] NOT NULL,
            auth_method text NOT NULL,
            grant_types text[] NOT NULL DEFAULT '{client_credentials}',
            redirect_uris text[] NOT NULL DEFAULT '{}',
            jwks jsonb,
            jwks_uri text,
            jwks_fetched_at timestamptz,
            jwks_error text,
            dpop_bound boolean NOT NULL DEFAULT false,
            shared boolean NOT NULL DEFAULT false,
            token_endpoint_audience boolean NOT NULL DEFAULT true,
            last_used_at timestamptz,
            status text NOT NULL DEFAULT 'active',
            created_at timestamptz NOT NULL DEFAULT now(),
            CONSTRAINT pk_oauth_clients PRIMARY KEY (client_id),
            CONSTRAINT fk_oauth_clients_organisation_id_organisations
                FOREIGN KEY (organisation_id) REFERENCES organisations (id),
            CONSTRAINT ck_oauth_clients_name CHECK (length(name) BETWEEN 1 AND 200),
            CONSTRAINT ck_oauth_clients_auth_method
                CHECK (auth_method IN ('client_secret_basic', 'private_key_jwt')),
            CONSTRAINT ck_oauth_clients_jwks CHECK (CASE auth_method WHEN 'private_key_jwt'
                THEN jwks IS NOT NULL OR jwks_uri IS NOT NULL ELSE jwks IS NULL AND jwks_uri IS NULL END),
            CONSTRAINT ck_oauth_clients_grant_types
                CHECK (grant_types <@ '{client_credentials,authorization_code,refresh_token}'::text[]),
            CONSTRAINT ck_oauth_clients_status CHECK (status IN ('active', 'revoked'))
        );
        CREATE INDEX ix_oauth_clients_organisation_id ON oauth_clients (organisation_id);
        ALTER TABLE oauth_clients ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        GRANT SELECT, INSERT, UPDATE (name, scopes, status, grant_types, redirect_uris, jwks, jwks_uri, jwks_fetched_at,
            jwks_error, dpop_bound, token_endpoint_audience, last_used_at) ON oauth_clients TO registry_auth;
        GRANT SELECT (client_id, organisation_id, name, scopes, auth_method, status, created_at)
            ON oauth_clients TO registry_landlord, registry_coordinator;
        CREATE POLICY oauth_clients_own ON oauth_clients FOR SELECT TO registry_landlord, registry_coordinator
            USING (organisation_id = (SELECT current_organisation()));
        -- Unbound, the service's role serves the token endpoint for all; bound, it is held to that organisation.
        CREATE POLICY oauth_clients_auth ON oauth_clients TO registry_auth
            USING ((SELECT current_organisation()) IS NULL OR organisation_id = (SELECT current_organisation()))
            WITH CHECK ((SELECT current_organisation()) IS NULL OR organisation_id = (SELECT current_organisation()));

        CREATE TABLE client_secrets (
            id uuid NOT NULL,
            client_id text NOT NULL,
            digest bytea NOT NULL,
            created_at timestamptz NOT NULL DEFAULT now(),
            expires_at timestamptz,
            revoked_at timestamptz,
            last_used_at timestamptz,
            warned_days smallint,
            CONSTRAINT pk_client_secrets PRIMARY KEY (id),
            CONSTRAINT fk_client_secrets_client_id_oauth_clients
                FOREIGN KEY (client_id) REFERENCES oauth_clients (client_id),
            CONSTRAINT ck_client_secrets_digest CHECK (length(digest) = 32)
        );
        CREATE INDEX ix_client_secrets_client_id ON client_secrets (client_id);
        ALTER TABLE client_secrets ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        GRANT SELECT, INSERT, UPDATE (revoked_at, last_used_at) ON client_secrets TO registry_auth;
        CREATE POLICY client_secrets_auth ON client_secrets TO registry_auth
            USING ((SELECT current_organisation()) IS NULL
                   OR EXISTS (SELECT FROM oauth_clients c WHERE c.client_id = client_secrets.client_id))
            WITH CHECK ((SELECT current_organisation()) IS NULL
                   OR EXISTS (SELECT FROM oauth_clients c WHERE c.client_id = client_secrets.client_id));

        CREATE TABLE signing_keys (
            kid text NOT NULL,
            public_jwk jsonb NOT NULL,
            private_key bytea NOT NULL,
            status text NOT NULL,
            created_at timestamptz NOT NULL DEFAULT now(),
            activated_at timestamptz,
            retired_at timestamptz,
            CONSTRAINT pk_signing_keys PRIMARY KEY (kid),
            CONSTRAINT ck_signing_keys_status CHECK (status IN ('next', 'active', 'retired'))
        );
        CREATE UNIQUE INDEX uq_signing_keys_active ON signing_keys (status) WHERE status = 'active';
        ALTER TABLE signing_keys ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        GRANT SELECT, INSERT, UPDATE (status, private_key, activated_at, retired_at), DELETE ON signing_keys
            TO registry_auth;
        CREATE POLICY signing_keys_auth ON signing_keys TO registry_auth USING (true) WITH CHECK (true);

        CREATE TABLE assertion_ids (
            client_id text NOT NULL,
            jti bytea NOT NULL,
            expires_at timestamptz NOT NULL,
            CONSTRAINT pk_assertion_ids PRIMARY KEY (client_id, jti),
            CONSTRAINT fk_assertion_ids_client_id_oauth_clients
                FOREIGN KEY (client_id) REFERENCES oauth_clients (client_id)
        );
        ALTER TABLE assertion_ids ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        GRANT SELECT, INSERT, DELETE ON assertion_ids TO registry_auth;
        CREATE POLICY assertion_ids_auth ON assertion_ids TO registry_auth USING (true) WITH CHECK (true);

        -- The verification of a token reads where its organisation may search.
        GRANT EXECUTE ON FUNCTION territories_in_force(uuid) TO registry_auth;
        """
    )


def downgrade() -> None:
    op.execute(
        """
        REVOKE EXECUTE ON FUNCTION territories_in_force(uuid) FROM registry_auth;
        DROP TABLE assertion_ids, signing_keys, client_secrets, oauth_clients, organisations;
        """
    )
