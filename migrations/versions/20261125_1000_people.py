"""People and what they grant: users, sessions, memberships, consents, codes, refresh and access tokens, mail to send.

``registry_auth`` works across organisations while it is bound to none (signing in, the token endpoint). Bound to one,
it is held to that organisation's rows: so the routes by which an organisation manages itself keep both walls.
"""

from alembic import op

revision = "20261125_1000"
down_revision = "20261123_0950"


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE users (
            id uuid NOT NULL,
            email text NOT NULL,
            name text NOT NULL,
            language text NOT NULL DEFAULT 'fr',
            status text NOT NULL DEFAULT 'active',
            password_hash text,
            totp_seed bytea,
            totp_confirmed_at timestamptz,
            totp_last_step bigint,
            upstream_issuer text,
            upstream_subject text,
            created_at timestamptz NOT NULL DEFAULT now(),
            last_login_at timestamptz,
            CONSTRAINT pk_users PRIMARY KEY (id),
            CONSTRAINT uq_users_email UNIQUE (email),
            CONSTRAINT uq_users_upstream_issuer_upstream_subject UNIQUE (upstream_issuer, upstream_subject),
            CONSTRAINT ck_users_email CHECK (email = lower(email) AND length(email) BETWEEN 3 AND 254),
            CONSTRAINT ck_users_name CHECK (length(name) BETWEEN 1 AND 200),
            CONSTRAINT ck_users_language CHECK (language IN ('fr', 'en')),
            CONSTRAINT ck_users_status CHECK (status IN ('active', 'disabled')),
            CONSTRAINT ck_users_upstream CHECK ((upstream_issuer IS NULL) = (upstream_subject IS NULL))
        );
        CREATE TABLE recovery_codes (
            user_id uuid NOT NULL,
            digest bytea NOT NULL,
            used_at timestamptz,
            CONSTRAINT pk_recovery_codes PRIMARY KEY (user_id, digest),
            CONSTRAINT fk_recovery_codes_user_id_users FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
        );
        CREATE TABLE memberships (
            organisation_id uuid NOT NULL,
            user_id uuid NOT NULL,
            role text NOT NULL,
            created_at timestamptz NOT NULL DEFAULT now(),
            CONSTRAINT pk_memberships PRIMARY KEY (organisation_id, user_id, role),
            CONSTRAINT fk_memberships_organisation_id_organisations
                FOREIGN KEY (organisation_id) REFERENCES organisations (id),
            CONSTRAINT fk_memberships_user_id_users FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
        );
        CREATE INDEX ix_memberships_user_id ON memberships (user_id);
        CREATE TABLE single_use_links (
            digest bytea NOT NULL,
            id uuid NOT NULL DEFAULT gen_random_uuid(),
            purpose text NOT NULL,
            email text NOT NULL,
            user_id uuid,
            organisation_id uuid,
            role text,
            created_at timestamptz NOT NULL DEFAULT now(),
            expires_at timestamptz NOT NULL,
            used_at timestamptz,
            CONSTRAINT pk_single_use_links PRIMARY KEY (digest),
            CONSTRAINT uq_single_use_links_id UNIQUE (id),
            CONSTRAINT fk_single_use_links_user_id_users FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
            CONSTRAINT fk_single_use_links_organisation_id_organisations
                FOREIGN KEY (organisation_id) REFERENCES organisations (id),
            CONSTRAINT ck_single_use_links_purpose CHECK (purpose IN ('invitation', 'password_reset')),
            CONSTRAINT ck_single_use_links_invitation
                CHECK ((purpose = 'invitation') = (organisation_id IS NOT NULL AND role IS NOT NULL))
        );
        CREATE INDEX ix_single_use_links_organisation_id ON single_use_links (organisation_id);
        CREATE INDEX ix_single_use_links_user_id ON single_use_links (user_id);
        CREATE TABLE sessions (
            digest bytea NOT NULL,
            user_id uuid NOT NULL,
            organisation_id uuid,
            created_at timestamptz NOT NULL DEFAULT now(),
            seen_at timestamptz NOT NULL DEFAULT now(),
            authenticated_at timestamptz NOT NULL DEFAULT now(),
            second_factor_at timestamptz,
            ended_at timestamptz,
            upstream_id_token bytea,
            upstream_issuer text,
            upstream_subject text,
            upstream_siren text,
            CONSTRAINT ck_sessions_upstream CHECK ((upstream_issuer IS NULL) = (upstream_subject IS NULL)),
            CONSTRAINT pk_sessions PRIMARY KEY (digest),
            CONSTRAINT fk_sessions_user_id_users FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
            CONSTRAINT fk_sessions_organisation_id_organisations
                FOREIGN KEY (organisation_id) REFERENCES organisations (id)
        );
        CREATE INDEX ix_sessions_user_id ON sessions (user_id);
        CREATE INDEX ix_sessions_organisation_id ON sessions (organisation_id);
        CREATE TABLE upstream_requests (
            digest bytea NOT NULL,
            browser bytea NOT NULL,
            sealed bytea NOT NULL,
            expires_at timestamptz NOT NULL,
            CONSTRAINT pk_upstream_requests PRIMARY KEY (digest)
        );
        CREATE INDEX ix_upstream_requests_expires_at ON upstream_requests (expires_at);
        """
    )
    op.execute(
        """
        CREATE TABLE consents (
            id uuid NOT NULL,
            organisation_id uuid NOT NULL,
            client_id text NOT NULL,
            user_id uuid NOT NULL,
            scopes text[] NOT NULL,
            authenticated_at timestamptz NOT NULL,
            created_at timestamptz NOT NULL DEFAULT now(),
            revoked_at timestamptz,
            CONSTRAINT pk_consents PRIMARY KEY (id),
            CONSTRAINT uq_consents_organisation_id_id UNIQUE (organisation_id, id),
            CONSTRAINT fk_consents_organisation_id_organisations
                FOREIGN KEY (organisation_id) REFERENCES organisations (id),
            CONSTRAINT fk_consents_client_id_oauth_clients
                FOREIGN KEY (client_id) REFERENCES oauth_clients (client_id),
            CONSTRAINT fk_consents_user_id_users FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
        );
        CREATE INDEX ix_consents_client_id ON consents (client_id);
        CREATE INDEX ix_consents_user_id ON consents (user_id);
        CREATE TABLE authorization_codes (
            digest bytea NOT NULL,
            organisation_id uuid NOT NULL,
            consent_id uuid NOT NULL,
            redirect_uri text NOT NULL,
            code_challenge text NOT NULL,
            dpop_thumbprint text,
            expires_at timestamptz NOT NULL,
            used_at timestamptz,
            CONSTRAINT pk_authorization_codes PRIMARY KEY (digest),
            CONSTRAINT fk_authorization_codes_organisation_id_consent_id_consents
                FOREIGN KEY (organisation_id, consent_id) REFERENCES consents (organisation_id, id) ON DELETE CASCADE
        );
        CREATE INDEX ix_authorization_codes_organisation_id_consent_id
            ON authorization_codes (organisation_id, consent_id);
        CREATE TABLE refresh_tokens (
            digest bytea NOT NULL,
            organisation_id uuid NOT NULL,
            consent_id uuid NOT NULL,
            dpop_thumbprint text,
            issued_at timestamptz NOT NULL DEFAULT now(),
            expires_at timestamptz NOT NULL,
            used_at timestamptz,
            CONSTRAINT pk_refresh_tokens PRIMARY KEY (digest),
            CONSTRAINT fk_refresh_tokens_organisation_id_consent_id_consents
                FOREIGN KEY (organisation_id, consent_id) REFERENCES consents (organisation_id, id) ON DELETE CASCADE
        );
        CREATE INDEX ix_refresh_tokens_organisation_id_consent_id ON refresh_tokens (organisation_id, consent_id);
        CREATE TABLE access_tokens (
            jti uuid NOT NULL,
            organisation_id uuid NOT NULL,
            client_id text NOT NULL,
            consent_id uuid,
            credential text NOT NULL,
            issued_at timestamptz NOT NULL DEFAULT now(),
            expires_at timestamptz NOT NULL,
            revoked_at timestamptz,
            CONSTRAINT pk_access_tokens PRIMARY KEY (jti),
            CONSTRAINT fk_access_tokens_client_id_oauth_clients
                FOREIGN KEY (client_id) REFERENCES oauth_clients (client_id),
            CONSTRAINT fk_access_tokens_organisation_id_consent_id_consents
                FOREIGN KEY (organisation_id, consent_id) REFERENCES consents (organisation_id, id) ON DELETE CASCADE
        );
        CREATE INDEX ix_access_tokens_client_id ON access_tokens (client_id);
        CREATE INDEX ix_access_tokens_organisation_id_consent_id ON access_tokens (organisation_id, consent_id);
        CREATE INDEX ix_access_tokens_expires_at ON access_tokens (expires_at);
        CREATE TABLE dpop_proofs (
            thumbprint text NOT NULL,
            jti bytea NOT NULL,
            expires_at timestamptz NOT NULL,
            CONSTRAINT pk_dpop_proofs PRIMARY KEY (thumbprint, jti)
        );
        CREATE INDEX ix_dpop_proofs_expires_at ON dpop_proofs (expires_at);
        CREATE TABLE failed_attempts (
            kind text NOT NULL,
            subject bytea NOT NULL,
            network cidr NOT NULL,
            since timestamptz NOT NULL,
            failures integer NOT NULL,
            CONSTRAINT pk_failed_attempts PRIMARY KEY (kind, subject, network, since)
        );
        CREATE INDEX ix_failed_attempts_since ON failed_attempts (since);
        -- Answers of the token endpoint by client and hour, until the job takes them into the audit.
        CREATE TABLE token_counts (
            organisation_id uuid NOT NULL,
            client_id text NOT NULL,
            hour timestamptz NOT NULL,
            outcome text NOT NULL,
            answers integer NOT NULL,
            CONSTRAINT pk_token_counts PRIMARY KEY (organisation_id, client_id, hour, outcome),
            CONSTRAINT ck_token_counts_answers CHECK (answers > 0)
        );
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
        CREATE TABLE mails (
            id uuid NOT NULL,
            organisation_id uuid,
            kind text NOT NULL,
            recipient text NOT NULL,
            sealed bytea NOT NULL,
            created_at timestamptz NOT NULL DEFAULT now(),
            sent_at timestamptz,
            attempts integer NOT NULL DEFAULT 0,
            CONSTRAINT pk_mails PRIMARY KEY (id)
        );
        CREATE INDEX ix_mails_unsent ON mails (created_at) WHERE sent_at IS NULL;
        """
    )
    # Bound to an organisation, the service's role is held to it; users are then those who are its members.
    for table, commands in (
        ("memberships", "SELECT, INSERT, DELETE"), ("single_use_links", "SELECT, INSERT, UPDATE"),
        ("sessions", "SELECT, INSERT, UPDATE"), ("consents", "SELECT, INSERT, UPDATE"),
        ("authorization_codes", "SELECT, INSERT, UPDATE"), ("refresh_tokens", "SELECT, INSERT, UPDATE"),
        ("access_tokens", "SELECT, INSERT, UPDATE"), ("mails", "SELECT, INSERT, UPDATE (sealed)"),
        ("token_counts", "SELECT, INSERT, UPDATE (answers)"),
        ("warning_hooks", "SELECT, INSERT, UPDATE (url, secret, last_posted_at, last_error), DELETE"),
    ):  # fmt: skip
        op.execute(
            f"""
            ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
            GRANT {commands} ON {table} TO registry_auth;
            CREATE POLICY {table}_auth ON {table} TO registry_auth
                USING ((SELECT current_organisation()) IS NULL
                       OR organisation_id = (SELECT current_organisation()))
                WITH CHECK ((SELECT current_organisation()) IS NULL
                            OR organisation_id = (SELECT current_organisation()));
            """
        )
    op.execute(
        """
        ALTER TABLE users ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        GRANT SELECT, INSERT, UPDATE ON users TO registry_auth;
        CREATE POLICY users_auth ON users TO registry_auth
            USING ((SELECT current_organisation()) IS NULL
                   OR EXISTS (SELECT FROM memberships m WHERE m.user_id = users.id))
            WITH CHECK ((SELECT current_organisation()) IS NULL);
        -- A second factor is the person's own: no organisation sees it, or takes it away.
        ALTER TABLE recovery_codes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        GRANT SELECT, INSERT, UPDATE, DELETE ON recovery_codes TO registry_auth;
        CREATE POLICY recovery_codes_auth ON recovery_codes TO registry_auth
            USING ((SELECT current_organisation()) IS NULL) WITH CHECK ((SELECT current_organisation()) IS NULL);
        -- Who is on the way to an OpenID provider is nobody's yet.
        ALTER TABLE upstream_requests ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        GRANT SELECT, INSERT, UPDATE, DELETE ON upstream_requests TO registry_auth;
        CREATE POLICY upstream_requests_auth ON upstream_requests TO registry_auth
            USING ((SELECT current_organisation()) IS NULL) WITH CHECK ((SELECT current_organisation()) IS NULL);
        """
    )
    for table, commands in (("dpop_proofs", "SELECT, INSERT"), ("failed_attempts", "SELECT, INSERT, UPDATE")):
        op.execute(
            f"""
            ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
            GRANT {commands} ON {table} TO registry_auth;
            CREATE POLICY {table}_auth ON {table} TO registry_auth USING (true) WITH CHECK (true);
            """
        )
    op.execute(
        """
        -- An organisation that manages itself repeats its requests as any other: under the role that does it.
        GRANT SELECT, INSERT, UPDATE ON idempotency_keys TO registry_auth;
        CREATE POLICY idempotency_keys_auth ON idempotency_keys TO registry_auth
            USING (organisation_id = (SELECT current_organisation()))
            WITH CHECK (organisation_id = (SELECT current_organisation()));
        GRANT SELECT, DELETE ON token_counts TO registry_job;
        CREATE POLICY token_counts_jobs ON token_counts TO registry_job USING (true);

        GRANT SELECT, UPDATE (last_posted_at, last_error) ON warning_hooks TO registry_job;
        CREATE POLICY warning_hooks_jobs ON warning_hooks FOR SELECT TO registry_job USING (true);
        CREATE POLICY warning_hooks_jobs_note ON warning_hooks FOR UPDATE TO registry_job
            USING (true) WITH CHECK (true);

        -- An operator corrects the number by which people who come from a provider find their organisation.
        GRANT UPDATE (siren) ON organisations TO registry_job;
        -- Retention and mail are the job's; it reads no secret but the sealed mail that it sends.
        GRANT SELECT, INSERT, UPDATE (attempts), DELETE ON mails TO registry_job;
        CREATE POLICY mails_jobs ON mails TO registry_job USING (true) WITH CHECK (true);
        """
    )
    for table, column in (
        ("single_use_links", "expires_at"), ("sessions", "created_at"), ("authorization_codes", "expires_at"),
        ("refresh_tokens", "expires_at"), ("access_tokens", "expires_at"), ("dpop_proofs", "expires_at"),
        ("failed_attempts", "since"), ("assertion_ids", "expires_at"), ("upstream_requests", "expires_at"),
    ):  # fmt: skip
        op.execute(
            f"""
            GRANT SELECT ({column}), DELETE ON {table} TO registry_job;
            CREATE POLICY {table}_expire ON {table} FOR SELECT TO registry_job USING (true);
            CREATE POLICY {table}_delete ON {table} FOR DELETE TO registry_job USING (true);
            """
        )
    op.execute(
        """
        -- When each key of a client was used last, by its kid: which one may be retired.
        ALTER TABLE oauth_clients ADD COLUMN keys_used jsonb NOT NULL DEFAULT '{}';
        GRANT UPDATE (keys_used) ON oauth_clients TO registry_auth;

        -- What a user's, client's or secret's coming end is read from, to warn in time.
        GRANT SELECT ON memberships TO registry_job;
        GRANT SELECT (id, email, language, status) ON users TO registry_job;
        GRANT SELECT (client_id, organisation_id, name, auth_method, status, jwks_uri, jwks_fetched_at, jwks_error)
            ON oauth_clients TO registry_job;
        GRANT UPDATE (jwks, jwks_fetched_at, jwks_error) ON oauth_clients TO registry_job;
        GRANT SELECT (id, client_id, created_at, expires_at, revoked_at, last_used_at, warned_days)
            ON client_secrets TO registry_job;
        GRANT UPDATE (warned_days) ON client_secrets TO registry_job;
        CREATE POLICY memberships_jobs ON memberships FOR SELECT TO registry_job USING (true);
        CREATE POLICY users_jobs ON users FOR SELECT TO registry_job USING (true);
        CREATE POLICY oauth_clients_jobs ON oauth_clients FOR SELECT TO registry_job USING (true);
        CREATE POLICY oauth_clients_jobs_fetch ON oauth_clients FOR UPDATE TO registry_job
            USING (jwks_uri IS NOT NULL) WITH CHECK (jwks_uri IS NOT NULL);
        CREATE POLICY client_secrets_jobs ON client_secrets FOR SELECT TO registry_job USING (true);
        CREATE POLICY client_secrets_jobs_warn ON client_secrets FOR UPDATE TO registry_job
            USING (true) WITH CHECK (true);

        -- A job is deferred inside the transaction that justifies it; its arguments are ids.
        GRANT INSERT ON procrastinate_jobs, procrastinate_events TO registry_auth;
        GRANT SELECT (id) ON procrastinate_jobs TO registry_auth;
        GRANT USAGE ON SEQUENCE procrastinate_jobs_id_seq, procrastinate_events_id_seq TO registry_auth;
        """
    )


def downgrade() -> None:
    op.execute(
        """
        REVOKE INSERT ON procrastinate_jobs, procrastinate_events FROM registry_auth;
        REVOKE SELECT (id) ON procrastinate_jobs FROM registry_auth;
        REVOKE USAGE ON SEQUENCE procrastinate_jobs_id_seq, procrastinate_events_id_seq FROM registry_auth;
        REVOKE UPDATE (siren) ON organisations FROM registry_job;
        DROP POLICY client_secrets_jobs_warn ON client_secrets;
        DROP POLICY client_secrets_jobs ON client_secrets;
        DROP POLICY oauth_clients_jobs_fetch ON oauth_clients;
        DROP POLICY oauth_clients_jobs ON oauth_clients;
        DROP POLICY assertion_ids_expire ON assertion_ids;
        DROP POLICY assertion_ids_delete ON assertion_ids;
        REVOKE ALL ON oauth_clients, client_secrets, assertion_ids FROM registry_job;
        ALTER TABLE oauth_clients DROP COLUMN keys_used;
        DROP POLICY idempotency_keys_auth ON idempotency_keys;
        REVOKE ALL ON idempotency_keys FROM registry_auth;
        DROP TABLE warning_hooks, token_counts, mails, failed_attempts, dpop_proofs, access_tokens, refresh_tokens,
            authorization_codes, consents,
            upstream_requests, sessions, single_use_links, memberships, recovery_codes, users;
        """
    )
