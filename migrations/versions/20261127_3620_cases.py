"""Cases, their needs and what suits them are read with a scope of their own."""

from alembic import op

revision = "20261127_3620"
down_revision = "20261127_3610"


def upgrade() -> None:
    # Clients that write cases go on reading them; those that only answer proposals read no need any more.
    _change("array_append(scopes, 'cases:read')", "'transfers:write' = ANY (scopes)")


def downgrade() -> None:
    _change("array_remove(scopes, 'cases:read')", "'cases:read' = ANY (scopes)")


def _change(scopes: str, condition: str) -> None:
    op.execute(
        f"""
        ALTER TABLE oauth_clients NO FORCE ROW LEVEL SECURITY;
        UPDATE oauth_clients SET scopes = {scopes} WHERE {condition};
        ALTER TABLE oauth_clients FORCE ROW LEVEL SECURITY;
        """
    )
