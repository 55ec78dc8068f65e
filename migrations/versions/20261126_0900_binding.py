"""The terms that bind a member: those in force, as far as the version that it signed says the same."""

from alembic import op

revision = "20261126_0900"
down_revision = "20261125_1000"


def upgrade() -> None:
    # The one place of the rule (ADR 0005). Both the zones of a territory and what a member shares are read from it.
    op.execute(
        """
        CREATE FUNCTION binding_terms(in_force jsonb, signed jsonb) RETURNS jsonb
        LANGUAGE sql IMMUTABLE PARALLEL SAFE
        RETURN CASE WHEN in_force = signed THEN in_force ELSE in_force || jsonb_build_object(
            'location_precision', CASE WHEN in_force->>'location_precision' = 'residence'
                AND signed->>'location_precision' = 'residence' THEN 'residence' ELSE 'cell' END,
            'k', greatest((in_force->>'k')::integer, (signed->>'k')::integer),
            'k_residences', greatest((in_force->>'k_residences')::integer, (signed->>'k_residences')::integer),
            'shared_statuses', (SELECT coalesce(jsonb_agg(code.value), '[]')
                FROM jsonb_array_elements(in_force->'shared_statuses') AS code
                WHERE signed->'shared_statuses' @> code.value),
            'shared_features', (SELECT coalesce(jsonb_agg(code.value), '[]')
                FROM jsonb_array_elements(in_force->'shared_features') AS code
                WHERE signed->'shared_features' @> code.value)) END;
        REVOKE EXECUTE ON FUNCTION binding_terms(jsonb, jsonb) FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION binding_terms(jsonb, jsonb) TO registry_landlord, registry_job;
        """
    )


def downgrade() -> None:
    op.execute("DROP FUNCTION binding_terms(jsonb, jsonb)")
