"""Syncs: what the coordinator of a territory reads of its members' files: when, how many, how they ended."""

from alembic import op

revision = "20261126_1860"
down_revision = "20261126_1850"

MEMBERS = """organisation_id IN (SELECT a.organisation_id FROM adhesions a
    WHERE a.territory_id = ANY ((SELECT current_territories())::integer[]) AND a.status IN ('in_force', 'suspended'))"""


def upgrade() -> None:
    # Of what a run counts and says, the numbers and the code of the problem: columns and rules name what is in a file.
    op.execute(
        """
        CREATE FUNCTION run_summary(counts jsonb, error jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE
        RETURN jsonb_build_object(
            'rows', counts->'rows', 'created', counts->'created', 'updated', counts->'updated',
            'unchanged', counts->'unchanged', 'withdrawn', counts->'withdrawn', 'rejected', counts->'rejected',
            'rules', jsonb_array_length(coalesce(counts->'rules', '[]')), 'error', error->'code');
        ALTER TABLE sync_runs ADD COLUMN summary jsonb GENERATED ALWAYS AS (run_summary(counts, error)) STORED;
        ALTER TABLE sync_sources ADD COLUMN failure_code text GENERATED ALWAYS AS (last_failure->>'code') STORED;
        """
    )
    op.execute(
        f"""
        GRANT SELECT (id, organisation_id, source_id, mode, dry_run, as_of, cause, status, attempts, created_at,
            started_at, finished_at, confirmed_at, summary) ON sync_runs TO registry_coordinator;
        GRANT SELECT (id, organisation_id, kind, mode, paused, created_at, applied_as_of, applied_at, next_run_at,
            failures, failure_code) ON sync_sources TO registry_coordinator;
        CREATE POLICY sync_runs_coordinator ON sync_runs FOR SELECT TO registry_coordinator USING ({MEMBERS});
        CREATE POLICY sync_sources_coordinator ON sync_sources FOR SELECT TO registry_coordinator USING ({MEMBERS});
        GRANT SELECT (failure_code) ON sync_sources TO registry_job;
        """
    )


def downgrade() -> None:
    op.execute(
        """
        DROP POLICY sync_sources_coordinator ON sync_sources;
        DROP POLICY sync_runs_coordinator ON sync_runs;
        REVOKE SELECT (id, organisation_id, kind, mode, paused, created_at, applied_as_of, applied_at, next_run_at,
            failures) ON sync_sources FROM registry_coordinator;
        REVOKE SELECT (id, organisation_id, source_id, mode, dry_run, as_of, cause, status, attempts, created_at,
            started_at, finished_at, confirmed_at) ON sync_runs FROM registry_coordinator;
        ALTER TABLE sync_sources DROP COLUMN failure_code;
        ALTER TABLE sync_runs DROP COLUMN summary;
        DROP FUNCTION run_summary(jsonb, jsonb);
        """
    )
