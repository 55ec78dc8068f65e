"""What a month leaves of the cases and moves of a territory: protected counts that outlive them."""

from alembic import op

revision = "20261127_3500"
down_revision = "20261127_3420"


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE transfer_counts (
            territory_id integer NOT NULL,
            month date NOT NULL,
            topic text NOT NULL,
            zone text NOT NULL,
            code text NOT NULL,
            count integer,
            counted_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT pk_transfer_counts PRIMARY KEY (territory_id, month, topic, zone, code),
            CONSTRAINT fk_transfer_counts_territory_id_territories
                FOREIGN KEY (territory_id) REFERENCES territories (id),
            CONSTRAINT ck_transfer_counts_month CHECK (extract(day FROM month) = 1),
            CONSTRAINT ck_transfer_counts_protected CHECK (count = 0 OR (count >= 10 AND count % 5 = 0))
        );
        ALTER TABLE transfer_counts ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        -- A month is counted once: nobody changes it, and the job deletes it when it is old.
        GRANT SELECT, INSERT, DELETE ON transfer_counts TO registry_job;
        CREATE POLICY transfer_counts_jobs ON transfer_counts TO registry_job USING (true) WITH CHECK (true);
        GRANT SELECT ON transfer_counts TO registry_landlord, registry_coordinator;
        CREATE POLICY transfer_counts_members_read ON transfer_counts FOR SELECT
            TO registry_landlord, registry_coordinator
            USING (territory_id = ANY ((SELECT current_territories())::integer[]));
        """
    )


def downgrade() -> None:
    op.execute("DROP TABLE transfer_counts")
