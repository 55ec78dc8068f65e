"""A merger moves the proposals of the former landlord, whichever side of them it is."""

from alembic import op

revision = "20261127_3630"
down_revision = "20261127_3620"

MERGING = "= ANY ((SELECT merging())::uuid[])"
OF_TWO = ("transfer_proposals", "transfer_steps", "home_holds", "moving_help")


def upgrade() -> None:
    for table in OF_TWO:
        sides = f"(organisation_id {MERGING} OR owner_id {MERGING})"
        op.execute(f"CREATE POLICY {table}_merge ON {table} TO registry_owner USING {sides} WITH CHECK {sides}")
    op.execute(
        f"CREATE POLICY transfer_moves_merge ON transfer_moves TO registry_owner"
        f" USING (organisation_id {MERGING}) WITH CHECK (organisation_id {MERGING})"
    )
    # The owner reads until when homes are kept for a landlord that asks, and in a merger nobody else's holds.
    op.execute("ALTER POLICY home_holds_ends ON home_holds USING ((SELECT current_organisation()) IS NOT NULL)")


def downgrade() -> None:
    op.execute("ALTER POLICY home_holds_ends ON home_holds USING (true)")
    for table in (*OF_TWO, "transfer_moves"):
        op.execute(f"DROP POLICY {table}_merge ON {table}")
