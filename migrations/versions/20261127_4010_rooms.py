"""A household asks for the rooms of the norm of occupation at the least; empty bounds are refused."""

from alembic import op

revision = "20261127_4010"
down_revision = "20261127_3950"

_COMPILE = """
    ALTER TABLE transfer_cases NO FORCE ROW LEVEL SECURITY;
    UPDATE transfer_cases SET rooms_least = {0}, rooms_most = greatest(rooms_most, {0})
    WHERE need ->> 'rooms_min' IS NULL AND rooms_least <> {0};
    ALTER TABLE transfer_cases FORCE ROW LEVEL SECURITY;
"""
_GUESTS = (
    "(coalesce((need ->> 'carer_room')::boolean, false) OR coalesce((need ->> 'visiting_children')::integer, 0) > 0)"
)
_RESIDENTS = "coalesce((need ->> 'residents')::integer, 1)"
_NORM = f"""least(
    CASE {_RESIDENTS} WHEN 1 THEN 1 ELSE 1 + ({_RESIDENTS} + 1) / 2 END + {_GUESTS}::integer,
    9, (need ->> 'rooms_max')::integer)"""


def upgrade() -> None:
    op.execute(_COMPILE.format(_NORM))
    op.execute(
        """
        ALTER TABLE transfer_cases ADD CONSTRAINT ck_transfer_cases_rooms
            CHECK (rooms_least BETWEEN 1 AND rooms_most AND rooms_most <= 9) NOT VALID
        """
    )


def downgrade() -> None:
    op.execute("ALTER TABLE transfer_cases DROP CONSTRAINT ck_transfer_cases_rooms")
    op.execute(_COMPILE.format(f"1 + {_GUESTS}::integer"))
