"""Scores of what becomes of proposals and of adapted homes that fell vacant."""

from alembic import op

revision = "20261127_3420"
down_revision = "20261127_3410"

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
            coalesce((signed->>'reciprocity_warning_days')::integer, 30)){more});
"""
_ANSWERS = """,
        'answer_days', least(coalesce((in_force->>'answer_days')::integer, 10),
            coalesce((signed->>'answer_days')::integer, 10))"""


def upgrade() -> None:
    op.execute(_FUNCTION.format(more=_ANSWERS))
    op.execute(
        """
        ALTER TABLE obligation_scores DROP CONSTRAINT ck_obligation_scores_obligation;
        ALTER TABLE obligation_scores ADD CONSTRAINT ck_obligation_scores_obligation
            CHECK (obligation IN ('freshness', 'completeness', 'census', 'answer', 'examined', 'relet'));
        """
    )


def downgrade() -> None:
    op.execute("DELETE FROM obligation_scores WHERE obligation IN ('answer', 'examined', 'relet')")
    op.execute("DELETE FROM obligation_reminders WHERE obligation IN ('answer', 'examined', 'relet')")
    op.execute(
        """
        ALTER TABLE obligation_scores DROP CONSTRAINT ck_obligation_scores_obligation;
        ALTER TABLE obligation_scores ADD CONSTRAINT ck_obligation_scores_obligation
            CHECK (obligation IN ('freshness', 'completeness', 'census'));
        """
    )
    op.execute(_FUNCTION.format(more=""))
