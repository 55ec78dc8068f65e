"""Of two versions the higher class binds from which homes are shared, or none where one of them names none."""

from alembic import op

revision = "20261126_1900"
down_revision = "20261126_1860"

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
OLDER = """
    'vocabulary_version', CASE
        WHEN string_to_array(in_force->>'vocabulary_version', '.')::integer[]
            <= string_to_array(signed->>'vocabulary_version', '.')::integer[] THEN in_force->'vocabulary_version'
        ELSE signed->'vocabulary_version' END
"""
# A version of before this term names no class: it shares none by it.
HIGHER = """
    'shared_class_min', CASE
        WHEN in_force->>'shared_class_min' IS NULL OR signed->>'shared_class_min' IS NULL THEN NULL
        ELSE greatest((in_force->>'shared_class_min')::integer, (signed->>'shared_class_min')::integer) END
"""


def binding(*terms: str) -> str:
    return f"""
        CREATE OR REPLACE FUNCTION {SIGNATURE}
        RETURN CASE WHEN in_force = signed THEN in_force ELSE in_force || jsonb_build_object({",".join(terms)}) END
    """


def upgrade() -> None:
    op.execute(binding(OLDER, STRICTER, HIGHER))


def downgrade() -> None:
    op.execute(binding(OLDER, STRICTER))
