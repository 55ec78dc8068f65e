"""Jobs: procrastinate's own schema, usable by the worker's role."""

from alembic import op
from procrastinate.schema import SchemaManager

revision = "20261123_0915"
down_revision = "20261123_0910"

# procrastinate ships its schema with the package, which the lock pins; its later changes come as migrations here.


def upgrade() -> None:
    op.execute(SchemaManager.get_schema())
    op.execute(
        """
        GRANT SELECT, INSERT, UPDATE, DELETE ON procrastinate_jobs, procrastinate_periodic_defers,
            procrastinate_events, procrastinate_workers TO registry_job;
        GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA registry TO registry_job;
        """
    )


def downgrade() -> None:
    op.execute(
        """
        DO $$
        DECLARE object record;
        BEGIN
            DROP TABLE procrastinate_events, procrastinate_periodic_defers, procrastinate_jobs, procrastinate_workers
                CASCADE;
            FOR object IN SELECT p.oid::regprocedure AS name FROM pg_proc p
                WHERE p.pronamespace = 'registry'::regnamespace AND p.proname LIKE 'procrastinate%' LOOP
                EXECUTE 'DROP FUNCTION ' || object.name || ' CASCADE';
            END LOOP;
            FOR object IN SELECT t.oid::regtype AS name FROM pg_type t WHERE t.typnamespace = 'registry'::regnamespace
                AND t.typname LIKE 'procrastinate%' AND t.typtype IN ('e', 'c') LOOP
                EXECUTE 'DROP TYPE ' || object.name || ' CASCADE';
            END LOOP;
        END $$
        """
    )
