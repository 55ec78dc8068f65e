"""Edges of a pedestrian network are found by place, for the map."""

from alembic import op

revision = "20261127_3950"
down_revision = "20261127_3720"


def upgrade() -> None:
    op.execute("CREATE INDEX ix_network_edges_line ON network_edges USING gist (version, line)")


def downgrade() -> None:
    op.execute("DROP INDEX ix_network_edges_line")
