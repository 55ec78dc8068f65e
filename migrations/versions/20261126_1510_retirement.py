"""Residences move with their commune when it becomes part of another one: the place that was found of them stays."""

from alembic import op

revision = "20261126_1510"
down_revision = "20261126_1500"

MOVED = """(OLD.number, OLD.street, OLD.postcode, OLD.commune_code)
                IS DISTINCT FROM (NEW.number, NEW.street, NEW.postcode, NEW.commune_code)"""


def _forget_find(condition: str) -> str:
    return f"""
        DROP TRIGGER residences_forget_find ON residences;
        CREATE TRIGGER residences_forget_find
            BEFORE UPDATE OF number, street, postcode, commune_code ON residences
            FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION forget_find();
    """


def upgrade() -> None:
    # The job changes no address: it follows the communes.
    op.execute(_forget_find(f"{MOVED} AND current_user <> 'registry_job'"))
    op.execute(
        """
        GRANT UPDATE (commune_code) ON residences TO registry_job;
        GRANT UPDATE (commune_code) ON streets TO registry_job;
        """
    )


def downgrade() -> None:
    op.execute(
        """
        REVOKE UPDATE (commune_code) ON streets FROM registry_job;
        REVOKE UPDATE (commune_code) ON residences FROM registry_job;
        """
    )
    op.execute(_forget_find(MOVED))
