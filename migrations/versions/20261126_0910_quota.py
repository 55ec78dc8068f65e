"""The daily quota counts what an organisation has seen, whichever of its clients saw it."""

from alembic import op

revision = "20261126_0910"
down_revision = "20261126_0900"


def upgrade() -> None:
    op.execute("CREATE INDEX ix_listings_seen_organisation_id_day ON listings_seen (organisation_id, day)")


def downgrade() -> None:
    op.execute("DROP INDEX ix_listings_seen_organisation_id_day")
