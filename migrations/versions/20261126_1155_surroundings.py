"""How much of the paths around a residence is reached without a step, and in a wheelchair."""

from alembic import op

revision = "20261126_1155"
down_revision = "20261126_1150"


def upgrade() -> None:
    # What is kept was computed by an earlier version of the profiles: the job computes it anew, these columns included.
    op.execute(
        """
        ALTER TABLE distance_runs
            ADD COLUMN paths_m real,
            ADD COLUMN step_free_m real,
            ADD COLUMN proven_m real,
            ADD COLUMN possible_m real
        """
    )
    op.execute(
        """
        ALTER TABLE distance_runs ADD CONSTRAINT ck_distance_runs_around CHECK (
            num_nulls(paths_m, step_free_m, proven_m, possible_m) = 4
            OR num_nulls(paths_m, step_free_m, proven_m, possible_m) = 0
                AND step_free_m <= paths_m AND proven_m <= possible_m AND possible_m <= paths_m
        ) NOT VALID
        """
    )


def downgrade() -> None:
    op.execute(
        "ALTER TABLE distance_runs DROP COLUMN paths_m, DROP COLUMN step_free_m, DROP COLUMN proven_m,"
        " DROP COLUMN possible_m"
    )
