"""Sources: their sealed secrets are sealed anew when the master key changes."""

from alembic import op

revision = "20261126_1040"
down_revision = "20261126_1030"


def upgrade() -> None:
    op.execute(
        """
        GRANT SELECT (id, organisation_id, secret), UPDATE (secret) ON sync_sources TO registry_auth;
        CREATE POLICY sync_sources_auth ON sync_sources FOR SELECT TO registry_auth
            USING ((SELECT current_organisation()) IS NULL OR organisation_id = (SELECT current_organisation()));
        CREATE POLICY sync_sources_auth_seal ON sync_sources FOR UPDATE TO registry_auth
            USING ((SELECT current_organisation()) IS NULL OR organisation_id = (SELECT current_organisation()))
            WITH CHECK ((SELECT current_organisation()) IS NULL OR organisation_id = (SELECT current_organisation()));
        """
    )


def downgrade() -> None:
    op.execute(
        """
        DROP POLICY sync_sources_auth ON sync_sources;
        DROP POLICY sync_sources_auth_seal ON sync_sources;
        REVOKE SELECT (id, organisation_id, secret), UPDATE (secret) ON sync_sources FROM registry_auth;
        """
    )
