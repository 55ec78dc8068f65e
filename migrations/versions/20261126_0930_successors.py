"""What an INSEE code stands for now: one rule for those who write and those who search."""

from alembic import op

revision = "20261126_0930"
down_revision = "20261126_0920"


def upgrade() -> None:
    # A code that is a commune's stands for it, whatever else it was. Otherwise chains of retired codes are followed
    # (A merged into B, B into C); UNION ends cycles. A code that is and was none has no row.
    op.execute(
        """
        CREATE FUNCTION current_communes(codes text[]) RETURNS TABLE (asked text, code text)
        LANGUAGE sql STABLE PARALLEL SAFE
        BEGIN ATOMIC
            WITH RECURSIVE successor (asked, code) AS (
                SELECT given, given FROM unnest(codes) AS given
                UNION SELECT s.asked, f.current_code FROM successor s JOIN former_communes f ON f.code = s.code
                    WHERE NOT EXISTS (SELECT FROM communes c WHERE c.code = s.code))
            SELECT s.asked, c.code FROM successor s JOIN communes c ON c.code = s.code;
        END;
        REVOKE EXECUTE ON FUNCTION current_communes(text[]) FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION current_communes(text[])
            TO registry_landlord, registry_coordinator, registry_auth, registry_job;
        """
    )


def downgrade() -> None:
    op.execute("DROP FUNCTION current_communes(text[])")
