"""Sync: sources, mappings, raw files, runs; where a home came from and which line it was last read from."""

from alembic import op

revision = "20261126_1000"
down_revision = "20261126_0930"


def upgrade() -> None:
    # No foreign key from homes to stock_sources, and no index: it would be checked for every row of every file, and the
    # homes of a source are read through the landlord's own index. line_hash: of the record from which the home was last
    # written, and by which a record that says it again is known before it is parsed; null once anything else wrote it.
    op.execute(
        """
        CREATE TABLE stock_sources (
            id uuid NOT NULL,
            organisation_id uuid NOT NULL,
            confirmed_at timestamptz,
            CONSTRAINT pk_stock_sources PRIMARY KEY (id),
            CONSTRAINT fk_stock_sources_organisation_id_organisations
                FOREIGN KEY (organisation_id) REFERENCES organisations (id)
        );
        CREATE INDEX ix_stock_sources_organisation_id ON stock_sources (organisation_id);
        ALTER TABLE homes ADD COLUMN source_id uuid, ADD COLUMN line_hash bigint;
        ALTER TABLE residences ADD COLUMN declared_homes integer;
        """
    )
    op.execute(
        """
        CREATE TABLE sync_mappings (
            organisation_id uuid NOT NULL,
            name text NOT NULL,
            version integer NOT NULL,
            document jsonb NOT NULL,
            created_at timestamptz NOT NULL DEFAULT now(),
            created_by text NOT NULL,
            CONSTRAINT pk_sync_mappings PRIMARY KEY (organisation_id, name, version),
            CONSTRAINT fk_sync_mappings_organisation_id_organisations
                FOREIGN KEY (organisation_id) REFERENCES organisations (id)
        );
        CREATE TABLE sync_sources (
            id uuid NOT NULL,
            organisation_id uuid NOT NULL,
            name text NOT NULL,
            kind text NOT NULL,
            format jsonb NOT NULL,
            mapping_name text,
            mapping_version integer,
            mode text NOT NULL,
            accept_partially boolean NOT NULL DEFAULT false,
            default_status text NOT NULL DEFAULT 'occupied',
            keep_runs smallint NOT NULL DEFAULT 10,
            pull jsonb,
            secret bytea,
            schedule jsonb,
            paused boolean NOT NULL DEFAULT false,
            created_at timestamptz NOT NULL DEFAULT now(),
            applied_run_id uuid,
            applied_as_of timestamptz,
            applied_at timestamptz,
            etag text,
            last_modified text,
            next_run_at timestamptz,
            failures smallint NOT NULL DEFAULT 0,
            last_failure jsonb,
            stale_warned_at timestamptz,
            CONSTRAINT pk_sync_sources PRIMARY KEY (id),
            CONSTRAINT uq_sync_sources_organisation_id_name UNIQUE (organisation_id, name),
            CONSTRAINT uq_sync_sources_organisation_id_id UNIQUE (organisation_id, id),
            CONSTRAINT fk_sync_sources_organisation_id_organisations
                FOREIGN KEY (organisation_id) REFERENCES organisations (id),
            CONSTRAINT fk_sync_sources_mapping
                FOREIGN KEY (organisation_id, mapping_name, mapping_version)
                REFERENCES sync_mappings (organisation_id, name, version),
            CONSTRAINT ck_sync_sources_kind CHECK (kind IN ('push', 'pull', 'drop')),
            CONSTRAINT ck_sync_sources_mode CHECK (mode IN ('full', 'delta')),
            CONSTRAINT ck_sync_sources_keep_runs CHECK (keep_runs BETWEEN 2 AND 100)
        );
        CREATE INDEX ix_sync_sources_next_run_at ON sync_sources (next_run_at) WHERE next_run_at IS NOT NULL;
        CREATE TABLE sync_files (
            organisation_id uuid NOT NULL,
            sha256 bytea NOT NULL,
            size bigint NOT NULL,
            created_at timestamptz NOT NULL DEFAULT now(),
            CONSTRAINT pk_sync_files PRIMARY KEY (organisation_id, sha256)
        );
        CREATE TABLE sync_file_parts (
            organisation_id uuid NOT NULL,
            sha256 bytea NOT NULL,
            n integer NOT NULL,
            data bytea NOT NULL,
            CONSTRAINT pk_sync_file_parts PRIMARY KEY (organisation_id, sha256, n),
            CONSTRAINT fk_sync_file_parts_organisation_id_sha256_sync_files FOREIGN KEY (organisation_id, sha256)
                REFERENCES sync_files (organisation_id, sha256) ON DELETE CASCADE
        );
        ALTER TABLE sync_file_parts ALTER COLUMN data SET STORAGE EXTERNAL;  -- compressed before it comes
        CREATE TABLE sync_runs (
            id uuid NOT NULL,
            organisation_id uuid NOT NULL,
            source_id uuid NOT NULL,
            file_sha256 bytea NOT NULL,
            file_name text,
            positions_sha256 bytea,
            report_sha256 bytea,
            format jsonb NOT NULL,
            mapping_name text,
            mapping_version integer,
            mode text NOT NULL,
            dry_run boolean NOT NULL,
            accept_partially boolean NOT NULL,
            as_of timestamptz NOT NULL,
            cause text NOT NULL,
            status text NOT NULL DEFAULT 'received',
            stage text,
            done integer NOT NULL DEFAULT 0,
            total integer,
            attempts smallint NOT NULL DEFAULT 0,
            counts jsonb NOT NULL DEFAULT '{}',
            guard jsonb,
            error jsonb,
            difference bytea,
            created_at timestamptz NOT NULL DEFAULT now(),
            created_by text NOT NULL,
            started_at timestamptz,
            finished_at timestamptz,
            confirmed_by text,
            confirmed_at timestamptz,
            told_at timestamptz,
            CONSTRAINT pk_sync_runs PRIMARY KEY (id),
            CONSTRAINT fk_sync_runs_organisation_id_organisations
                FOREIGN KEY (organisation_id) REFERENCES organisations (id),
            CONSTRAINT fk_sync_runs_organisation_id_source_id_sync_sources FOREIGN KEY (organisation_id, source_id)
                REFERENCES sync_sources (organisation_id, id),
            CONSTRAINT ck_sync_runs_mode CHECK (mode IN ('full', 'delta')),
            CONSTRAINT ck_sync_runs_cause CHECK (cause IN ('push', 'schedule', 'manual', 'drop')),
            CONSTRAINT ck_sync_runs_status CHECK (status IN ('received', 'running', 'previewed', 'waiting', 'confirmed',
                'applied', 'refused', 'superseded', 'failed'))
        );
        CREATE INDEX ix_sync_runs_organisation_id_id ON sync_runs (organisation_id, id);
        CREATE INDEX ix_sync_runs_source_id_created_at ON sync_runs (source_id, created_at);
        CREATE INDEX ix_sync_runs_untold ON sync_runs (created_at) WHERE told_at IS NULL;
        CREATE INDEX ix_sync_runs_open ON sync_runs (created_at) WHERE status IN ('received', 'running', 'confirmed');
        """
    )
    for table in ("stock_sources", "sync_mappings", "sync_sources", "sync_files", "sync_file_parts", "sync_runs"):
        op.execute(
            f"""
            ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
            GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO registry_landlord;
            CREATE POLICY {table}_own ON {table} TO registry_landlord
                USING (organisation_id = (SELECT current_organisation()))
                WITH CHECK (organisation_id = (SELECT current_organisation()));
            """
        )
    # The job finds what is due and notes how far it is; what a run changes it changes as its landlord.
    op.execute(
        """
        GRANT SELECT ON stock_sources, sync_mappings, sync_files, sync_runs TO registry_job;
        GRANT SELECT (id, organisation_id, name, kind, format, mapping_name, mapping_version, mode, accept_partially,
            default_status, keep_runs, pull, schedule, paused, created_at, applied_run_id, applied_as_of, applied_at,
            etag, last_modified, next_run_at, failures, last_failure, stale_warned_at) ON sync_sources TO registry_job;
        GRANT UPDATE (status, stage, done, total, attempts, error, started_at, finished_at, told_at) ON sync_runs
            TO registry_job;
        GRANT UPDATE (next_run_at, failures, last_failure, stale_warned_at, etag, last_modified) ON sync_sources
            TO registry_job;
        GRANT DELETE ON sync_files, sync_runs TO registry_job;
        CREATE POLICY stock_sources_jobs ON stock_sources FOR SELECT TO registry_job USING (true);
        CREATE POLICY sync_mappings_jobs ON sync_mappings FOR SELECT TO registry_job USING (true);
        CREATE POLICY sync_sources_jobs ON sync_sources TO registry_job USING (true) WITH CHECK (true);
        CREATE POLICY sync_files_jobs ON sync_files TO registry_job USING (true);
        CREATE POLICY sync_runs_jobs ON sync_runs TO registry_job USING (true) WITH CHECK (true);
        """
    )


def downgrade() -> None:
    op.execute(
        """
        DROP TABLE sync_runs; DROP TABLE sync_file_parts; DROP TABLE sync_files; DROP TABLE sync_sources;
        DROP TABLE sync_mappings;
        ALTER TABLE residences DROP COLUMN declared_homes;
        ALTER TABLE homes DROP COLUMN source_id, DROP COLUMN line_hash;
        DROP TABLE stock_sources;
        """
    )
