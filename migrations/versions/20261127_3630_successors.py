"""A merger moves the proposals of the former landlord, whichever side it is; clients that write cases read them too."""

from alembic import op

revision = "20261127_3630"
down_revision = "20261127_3610"

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
    # Cases are read with a scope of their own: clients that only answer proposals read no need any more.
    _change_clients("array_append(scopes, 'cases:read')", "'transfers:write' = ANY (scopes)")


def downgrade() -> None:
    _change_clients("array_remove(scopes, 'cases:read')", "'cases:read' = ANY (scopes)")
    op.execute("ALTER POLICY home_holds_ends ON home_holds USING (true)")
    for table in (*OF_TWO, "transfer_moves"):
        op.execute(f"DROP POLICY {table}_merge ON {table}")


def _change_clients(scopes: str, condition: str) -> None:
    op.execute(
        f"""
        ALTER TABLE oauth_clients NO FORCE ROW LEVEL SECURITY;
        UPDATE oauth_clients SET scopes = {scopes} WHERE {condition};
        ALTER TABLE oauth_clients FORCE ROW LEVEL SECURITY;
        """
    )
