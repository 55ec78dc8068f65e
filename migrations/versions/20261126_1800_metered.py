"""The meter's rows are an organisation's first: the people of all organisations use one client, the console."""

from alembic import op

revision = "20261126_1800"
down_revision = "20261126_1700"


def upgrade() -> None:
    op.execute(
        """
        ALTER TABLE listings_seen DROP CONSTRAINT pk_listings_seen,
            ADD CONSTRAINT pk_listings_seen PRIMARY KEY (organisation_id, day, listing_id, client_id);
        DROP INDEX ix_listings_seen_organisation_id_day;
        ALTER TABLE listing_searches DROP CONSTRAINT pk_listing_searches,
            ADD CONSTRAINT pk_listing_searches PRIMARY KEY (organisation_id, minute, client_id, shape);
        """
    )


def downgrade() -> None:
    op.execute(
        """
        ALTER TABLE listing_searches DROP CONSTRAINT pk_listing_searches;
        DELETE FROM listing_searches s USING listing_searches other
        WHERE (other.minute, other.client_id, other.shape) = (s.minute, s.client_id, s.shape)
            AND other.organisation_id < s.organisation_id;
        ALTER TABLE listing_searches ADD CONSTRAINT pk_listing_searches PRIMARY KEY (minute, client_id, shape);
        ALTER TABLE listings_seen DROP CONSTRAINT pk_listings_seen;
        DELETE FROM listings_seen s USING listings_seen other
        WHERE (other.client_id, other.day, other.listing_id) = (s.client_id, s.day, s.listing_id)
            AND other.organisation_id < s.organisation_id;
        ALTER TABLE listings_seen ADD CONSTRAINT pk_listings_seen PRIMARY KEY (client_id, day, listing_id);
        CREATE INDEX ix_listings_seen_organisation_id_day ON listings_seen (organisation_id, day);
        """
    )
