"""The floors of what becomes of vacated adapted homes are terms of the charter."""

from alembic import op

revision = "20261127_3650"
down_revision = "20261127_3640"

_FUNCTION = """
    CREATE OR REPLACE FUNCTION binding_obligations(in_force jsonb, signed jsonb) RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN jsonb_build_object(
        'freshness_days', least(coalesce((in_force->>'freshness_days')::integer, 35),
            coalesce((signed->>'freshness_days')::integer, 35)),
        'completeness_floor_percent', least(coalesce((in_force->>'completeness_floor_percent')::integer, 0),
            coalesce((signed->>'completeness_floor_percent')::integer, 0)),
        'reciprocity', CASE WHEN in_force->>'reciprocity' = 'completeness'
            AND signed->>'reciprocity' = 'completeness' THEN 'completeness' ELSE 'none' END,
        'reciprocity_warning_days', greatest(coalesce((in_force->>'reciprocity_warning_days')::integer, 30),
            coalesce((signed->>'reciprocity_warning_days')::integer, 30)),
        'answer_days', least(coalesce((in_force->>'answer_days')::integer, 10),
            coalesce((signed->>'answer_days')::integer, 10)){more});
"""
# A version of before these terms asks what was asked then.
_FLOORS = """,
        'examined_floor_percent', least(coalesce((in_force->>'examined_floor_percent')::integer, 100),
            coalesce((signed->>'examined_floor_percent')::integer, 100)),
        'relet_floor_percent', least(coalesce((in_force->>'relet_floor_percent')::integer, 0),
            coalesce((signed->>'relet_floor_percent')::integer, 0))"""


def upgrade() -> None:
    op.execute(_FUNCTION.format(more=_FLOORS))


def downgrade() -> None:
    op.execute(_FUNCTION.format(more=""))
