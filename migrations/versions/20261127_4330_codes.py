"""Codes of the rules that a member's file broke: what its coordinator reads of them, and how often each spoke."""

from alembic import op

revision = "20261127_4330"
down_revision = "20261127_4310"


def upgrade() -> None:
    # The codes are the registry's own words (registry.sync.rules); columns and texts of rules stay the landlord's.
    op.execute("ALTER TABLE sync_runs ADD COLUMN rule_codes jsonb")
    op.execute("GRANT SELECT (rule_codes) ON sync_runs TO registry_coordinator")


def downgrade() -> None:
    op.execute("ALTER TABLE sync_runs DROP COLUMN rule_codes")
