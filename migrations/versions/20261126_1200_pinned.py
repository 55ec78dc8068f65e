"""Of two versions of the vocabulary that a member's terms pin, the older binds."""

from alembic import op

revision = "20261126_1200"
down_revision = "20261126_1180"

SIGNATURE = "binding_terms(in_force jsonb, signed jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE"
STRICTER = """
    'location_precision', CASE WHEN in_force->>'location_precision' = 'residence'
        AND signed->>'location_precision' = 'residence' THEN 'residence' ELSE 'cell' END,
    'k', greatest((in_force->>'k')::integer, (signed->>'k')::integer),
    'k_residences', greatest((in_force->>'k_residences')::integer, (signed->>'k_residences')::integer),
    'shared_statuses', (SELECT coalesce(jsonb_agg(code.value), '[]')
        FROM jsonb_array_elements(in_force->'shared_statuses') AS code
        WHERE signed->'shared_statuses' @> code.value),
    'shared_features', (SELECT coalesce(jsonb_agg(code.value), '[]')
        FROM jsonb_array_elements(in_force->'shared_features') AS code
        WHERE signed->'shared_features' @> code.value)
"""
# Year and number, compared as numbers: 2026.10 comes after 2026.9.
OLDER = """
    'vocabulary_version', CASE
        WHEN string_to_array(in_force->>'vocabulary_version', '.')::integer[]
            <= string_to_array(signed->>'vocabulary_version', '.')::integer[] THEN in_force->'vocabulary_version'
        ELSE signed->'vocabulary_version' END
"""


def binding(*terms: str) -> str:
    return f"""
        CREATE OR REPLACE FUNCTION {SIGNATURE}
        RETURN CASE WHEN in_force = signed THEN in_force ELSE in_force || jsonb_build_object({",".join(terms)}) END
    """


def upgrade() -> None:
    op.execute(binding(OLDER, STRICTER))
    # Where 2026.1 was pinned, nobody agreed that later features are shown: those listings are projected anew.
    op.execute(
        """
        INSERT INTO zoning_requests (territory_id, everything)
        SELECT territory_id, true FROM charters WHERE status = 'in_force' AND territory_id IN (
            SELECT territory_id FROM charters WHERE terms->>'vocabulary_version' = '2026.1')
        """
    )


def downgrade() -> None:
    op.execute(binding(STRICTER))
