"""Organisations leave, are merged into others, and have parents: what is kept of it, and who may do it."""

from alembic import op

revision = "20261126_1550"
down_revision = "20261126_1510"

MOVED = (
    "residences", "buildings", "homes", "fact_history", "adaptations", "feasible_works", "lift_outages",
    "shown_residences", "distance_runs", "accessible_distances", "residence_indexes", "residence_index_history",
    "assessment_requests", "stock_sources", "stock_duplicates", "stock_tombstones", "listings", "listing_tombstones",
    "sync_sources", "sync_mappings", "sync_files", "sync_file_parts", "sync_runs", "former_references",
    "offboardings",
)  # fmt: skip
ENDED = (
    "adhesions", "signatures", "oauth_clients", "client_secrets", "access_tokens", "consents", "refresh_tokens",
    "sessions", "single_use_links", "webhook_endpoints", "sync_sources",
)  # fmt: skip
MERGING = "= ANY ((SELECT merging())::uuid[])"


def upgrade() -> None:
    op.execute(
        """
        ALTER TABLE organisations ADD COLUMN parent_id uuid, ADD COLUMN successor_id uuid,
            ADD CONSTRAINT fk_organisations_parent_id_organisations
                FOREIGN KEY (parent_id) REFERENCES organisations (id) NOT VALID,
            ADD CONSTRAINT fk_organisations_successor_id_organisations
                FOREIGN KEY (successor_id) REFERENCES organisations (id) NOT VALID;
        ALTER TABLE organisations DROP CONSTRAINT ck_organisations_status;
        ALTER TABLE organisations ADD CONSTRAINT ck_organisations_status
            CHECK (status IN ('active', 'suspended', 'leaving', 'left', 'merged')) NOT VALID;
        GRANT UPDATE (parent_id) ON organisations TO registry_job;
        ALTER TABLE stock_sources ADD COLUMN former_organisation_id uuid;
        ALTER TABLE residences ADD COLUMN owner_siren text, ADD COLUMN manager_siren text;

        CREATE TABLE offboardings (
            organisation_id uuid NOT NULL,
            asked_at timestamptz NOT NULL DEFAULT now(),
            due_at timestamptz NOT NULL,
            left_at timestamptz,
            purge_at timestamptz,
            counts jsonb,
            purged_at timestamptz,
            CONSTRAINT pk_offboardings PRIMARY KEY (organisation_id),
            CONSTRAINT fk_offboardings_organisation_id_organisations
                FOREIGN KEY (organisation_id) REFERENCES organisations (id)
        );
        ALTER TABLE offboardings ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        GRANT SELECT, INSERT, DELETE ON offboardings TO registry_auth;
        GRANT SELECT, INSERT, UPDATE, DELETE ON offboardings TO registry_job;
        CREATE POLICY offboardings_read ON offboardings FOR SELECT TO registry_auth USING (
            (SELECT current_organisation()) IS NULL OR organisation_id = (SELECT current_organisation()));
        CREATE POLICY offboardings_ask ON offboardings FOR INSERT TO registry_auth
            WITH CHECK (organisation_id = (SELECT current_organisation()) AND left_at IS NULL AND due_at > now());
        CREATE POLICY offboardings_cancel ON offboardings FOR DELETE TO registry_auth
            USING (organisation_id = (SELECT current_organisation()) AND left_at IS NULL);
        CREATE POLICY offboardings_jobs ON offboardings TO registry_job USING (true) WITH CHECK (true);

        CREATE TABLE former_references (
            organisation_id uuid NOT NULL,
            kind text NOT NULL,
            former_organisation_id uuid NOT NULL,
            former_ref text COLLATE "C" NOT NULL,
            ref text COLLATE "C" NOT NULL,
            CONSTRAINT pk_former_references PRIMARY KEY (organisation_id, kind, former_organisation_id, former_ref),
            CONSTRAINT fk_former_references_organisation_id_organisations
                FOREIGN KEY (organisation_id) REFERENCES organisations (id),
            CONSTRAINT ck_former_references_kind CHECK (kind IN ('home', 'residence'))
        );
        ALTER TABLE former_references ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        GRANT SELECT, DELETE ON former_references TO registry_landlord;
        CREATE POLICY former_references_own ON former_references TO registry_landlord
            USING (organisation_id = (SELECT current_organisation()))
            WITH CHECK (organisation_id = (SELECT current_organisation()));
        """
    )
    _merging()
    _departing()
    op.execute(
        """
        GRANT DELETE ON memberships, users, webhook_endpoints TO registry_job;
        DROP POLICY webhook_endpoints_jobs ON webhook_endpoints;
        CREATE POLICY webhook_endpoints_jobs_read ON webhook_endpoints FOR SELECT TO registry_job USING (true);
        CREATE POLICY webhook_endpoints_jobs ON webhook_endpoints FOR UPDATE TO registry_job
            USING (true) WITH CHECK (true);
        CREATE POLICY webhook_endpoints_purge ON webhook_endpoints FOR DELETE TO registry_job USING (EXISTS (
            SELECT FROM offboardings o
            WHERE o.organisation_id = webhook_endpoints.organisation_id AND o.purge_at <= now()));
        CREATE POLICY memberships_purge ON memberships FOR DELETE TO registry_job USING (EXISTS (
            SELECT FROM offboardings o WHERE o.organisation_id = memberships.organisation_id AND o.purge_at <= now()));
        CREATE POLICY users_purge ON users FOR DELETE TO registry_job USING (EXISTS (
            SELECT FROM offboardings o WHERE o.purge_at <= now() AND o.purged_at IS NULL)
            AND NOT EXISTS (SELECT FROM memberships m WHERE m.user_id = users.id));
        """
    )


def _merging() -> None:
    # set_config is the owner's alone: no other role can name organisations here, and only begin_merge() does.
    op.execute(
        """
        CREATE FUNCTION merging() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE
        RETURN coalesce(nullif(current_setting('registry.merging', true), ''), '{}')::uuid[];

        CREATE FUNCTION begin_merge(old uuid, new uuid) RETURNS void
        LANGUAGE plpgsql SET search_path = registry, public, pg_temp AS $$
        BEGIN
            IF old = new OR (SELECT count(*) FROM organisations WHERE kind = 'landlord'
                    AND (id = new AND status = 'active' OR id = old AND (status IN ('active', 'suspended')
                        OR status = 'merged' AND successor_id = new))) <> 2 THEN
                RAISE EXCEPTION 'a landlord is merged into another one that is active'
                    USING ERRCODE = 'check_violation';
            END IF;
            PERFORM set_config('registry.merging', ARRAY[old, new]::text, true);
            PERFORM FROM organisations WHERE id IN (old, new) ORDER BY id FOR UPDATE;
        END $$;
        REVOKE EXECUTE ON FUNCTION begin_merge(uuid, uuid) FROM PUBLIC;
        """
    )
    op.execute(
        f"""
        CREATE POLICY organisations_merge ON organisations FOR UPDATE TO registry_owner
            USING (id {MERGING} OR parent_id {MERGING});
        CREATE POLICY audit_events_merge ON audit_events FOR INSERT TO registry_owner
            WITH CHECK (organisation_id {MERGING});
        """
    )
    for table in MOVED:
        op.execute(
            f"CREATE POLICY {table}_merge ON {table} TO registry_owner"
            f" USING (organisation_id {MERGING}) WITH CHECK (organisation_id {MERGING})"
        )


def _departing() -> None:
    # SECURITY DEFINER, since the job may not touch anybody's credentials or signatures: it may end those of who is no
    # member any more, all of them and nothing else.
    op.execute(
        """
        CREATE FUNCTION departing() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
        RETURN nullif(current_setting('registry.departing', true), '')::uuid;

        CREATE FUNCTION depart(gone uuid) RETURNS jsonb
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, public, pg_temp AS $$
        DECLARE ended jsonb;
        BEGIN
            IF NOT EXISTS (SELECT FROM organisations WHERE id = gone AND status IN ('leaving', 'left', 'merged')) THEN
                RAISE EXCEPTION 'the organisation is a member' USING ERRCODE = 'insufficient_privilege';
            END IF;
            PERFORM set_config('registry.departing', gone::text, true);
            WITH signed AS (
                UPDATE signatures SET withdrawn_at = now()
                WHERE organisation_id = gone AND withdrawn_at IS NULL RETURNING 1),
            adhering AS (
                UPDATE adhesions SET status = 'withdrawn', unsigned = false
                WHERE organisation_id = gone AND status <> 'withdrawn' RETURNING 1),
            secret AS (
                UPDATE client_secrets s SET revoked_at = now() FROM oauth_clients c
                WHERE c.organisation_id = gone AND s.client_id = c.client_id AND s.revoked_at IS NULL RETURNING 1),
            client AS (
                UPDATE oauth_clients SET status = 'revoked'
                WHERE organisation_id = gone AND status <> 'revoked' RETURNING 1),
            token AS (
                UPDATE access_tokens SET revoked_at = now()
                WHERE organisation_id = gone AND revoked_at IS NULL AND expires_at > now() RETURNING 1),
            consent AS (
                UPDATE consents SET revoked_at = now()
                WHERE organisation_id = gone AND revoked_at IS NULL RETURNING 1),
            session AS (
                UPDATE sessions SET ended_at = now()
                WHERE organisation_id = gone AND ended_at IS NULL RETURNING 1),
            link AS (
                UPDATE single_use_links SET used_at = now()
                WHERE organisation_id = gone AND used_at IS NULL RETURNING 1),
            hook AS (
                UPDATE webhook_endpoints SET disabled_at = now()
                WHERE organisation_id = gone AND disabled_at IS NULL RETURNING 1),
            source AS (
                UPDATE sync_sources SET paused = true
                WHERE organisation_id = gone AND NOT paused RETURNING 1)
            SELECT jsonb_build_object(
                'signatures', (SELECT count(*) FROM signed), 'adhesions', (SELECT count(*) FROM adhering),
                'secrets', (SELECT count(*) FROM secret), 'clients', (SELECT count(*) FROM client),
                'access_tokens', (SELECT count(*) FROM token), 'consents', (SELECT count(*) FROM consent),
                'sessions', (SELECT count(*) FROM session), 'invitations', (SELECT count(*) FROM link),
                'webhooks', (SELECT count(*) FROM hook), 'sources', (SELECT count(*) FROM source)) INTO ended;
            PERFORM set_config('registry.departing', '', true);
            RETURN ended;
        END $$;
        REVOKE EXECUTE ON FUNCTION depart(uuid) FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION depart(uuid) TO registry_job;
        """
    )
    for table in ENDED:
        owner = (
            "(SELECT c.organisation_id FROM oauth_clients c WHERE c.client_id = client_secrets.client_id)"
            if table == "client_secrets"
            else "organisation_id"
        )
        opened = f"TO registry_owner USING ({owner} = (SELECT departing()))"
        op.execute(f"CREATE POLICY {table}_departed ON {table} FOR UPDATE {opened}")
        if table != "adhesions":
            op.execute(f"CREATE POLICY {table}_departed_read ON {table} FOR SELECT {opened}")


def downgrade() -> None:
    for table in MOVED:
        if table not in {"former_references", "offboardings"}:
            op.execute(f"DROP POLICY {table}_merge ON {table}")
    for table in ENDED:
        op.execute(f"DROP POLICY {table}_departed ON {table}")
        if table != "adhesions":
            op.execute(f"DROP POLICY {table}_departed_read ON {table}")
    op.execute(
        """
        DROP POLICY users_purge ON users;
        DROP POLICY memberships_purge ON memberships;
        DROP POLICY webhook_endpoints_purge ON webhook_endpoints;
        DROP POLICY webhook_endpoints_jobs ON webhook_endpoints;
        DROP POLICY webhook_endpoints_jobs_read ON webhook_endpoints;
        CREATE POLICY webhook_endpoints_jobs ON webhook_endpoints TO registry_job USING (true) WITH CHECK (true);
        REVOKE DELETE ON memberships, users, webhook_endpoints FROM registry_job;
        DROP POLICY audit_events_merge ON audit_events;
        DROP POLICY organisations_merge ON organisations;
        DROP FUNCTION depart(uuid);
        DROP FUNCTION departing();
        DROP TABLE former_references;
        DROP TABLE offboardings;
        DROP FUNCTION begin_merge(uuid, uuid);
        DROP FUNCTION merging();
        ALTER TABLE residences DROP COLUMN manager_siren, DROP COLUMN owner_siren;
        ALTER TABLE stock_sources DROP COLUMN former_organisation_id;
        UPDATE organisations SET status = 'suspended' WHERE status IN ('leaving', 'left', 'merged');
        ALTER TABLE organisations DROP COLUMN successor_id, DROP COLUMN parent_id;
        ALTER TABLE organisations DROP CONSTRAINT ck_organisations_status;
        ALTER TABLE organisations ADD CONSTRAINT ck_organisations_status
            CHECK (status IN ('active', 'suspended'));
        """
    )
