"""Hold the rows that were there to what the migration before demands of new ones; writers do not wait for it."""

from alembic import op

revision = "20261126_1156"
down_revision = "20261126_1155"


def upgrade() -> None:
    op.execute("ALTER TABLE distance_runs VALIDATE CONSTRAINT ck_distance_runs_around")


def downgrade() -> None:
    op.execute(
        """
        ALTER TABLE distance_runs DROP CONSTRAINT ck_distance_runs_around;
        ALTER TABLE distance_runs ADD CONSTRAINT ck_distance_runs_around CHECK (
            num_nulls(paths_m, step_free_m, proven_m, possible_m) = 4
            OR num_nulls(paths_m, step_free_m, proven_m, possible_m) = 0
                AND step_free_m <= paths_m AND proven_m <= possible_m AND possible_m <= paths_m
        ) NOT VALID
        """
    )
