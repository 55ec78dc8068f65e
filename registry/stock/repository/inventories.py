"""The SQL of lists that a landlord replaces as a whole: the adaptations of homes, the works that are feasible."""

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any, Final, NamedTuple

import orjson
from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import OwnOrganisation

_ADAPTATION: Final = (
    ("work", "text"), ("delivered_on", "date"), ("cost_cents", "integer"), ("funder", "text"), ("removable", "boolean"),
    ("life_span_years", "smallint"), ("evidence_ref", "text"),
)  # fmt: skip
_FEASIBLE: Final = (
    ("work", "text"), ("cost_from_cents", "integer"), ("cost_to_cents", "integer"), ("source", "text"),
    ("stated_on", "date"), ("before_entry", "boolean"),
)  # fmt: skip


class Inventory(Enum):
    """A kind of list: in which table, of what, by which column."""

    ADAPTATIONS = ("adaptations", "homes", "home_ref", _ADAPTATION)
    FEASIBLE_OF_HOME = ("feasible_works", "homes", "home_ref", _FEASIBLE)
    FEASIBLE_OF_RESIDENCE = ("feasible_works", "residences", "residence_ref", _FEASIBLE)


class _Statements(NamedTuple):
    present: TextClause
    lock: TextClause
    held: TextClause
    remove: TextClause
    add: TextClause


def _statements(table: str, owner: str, key: str, columns: Sequence[tuple[str, str]]) -> _Statements:
    names = ", ".join(name for name, _ in columns)
    return _Statements(
        text(f"SELECT EXISTS (SELECT FROM {owner} WHERE organisation_id = :organisation AND ref = :ref)"),
        # In the order in which homes are written, so that no two writers wait for each other crosswise.
        text(
            f"SELECT ref FROM {owner} WHERE organisation_id = :organisation AND ref = ANY(CAST(:refs AS text[]))"
            ' ORDER BY ref COLLATE "C" FOR NO KEY UPDATE'
        ),
        text(
            f"""
            SELECT {key}, json_agg(json_build_object({", ".join(f"'{name}', {name}" for name, _ in columns)})
                ORDER BY n) FROM {table}
            WHERE organisation_id = :organisation AND {key} = ANY(CAST(:refs AS text[])) GROUP BY {key}
            """
        ),
        text(f"DELETE FROM {table} WHERE organisation_id = :organisation AND {key} = ANY(CAST(:refs AS text[]))"),
        text(
            f"""
            INSERT INTO {table} (organisation_id, {key}, n, {names})
            SELECT :organisation, g.ref, g.n, {names} FROM jsonb_to_recordset(CAST(:items AS jsonb))
                AS g (ref text, n smallint, {", ".join(f"{name} {kind}" for name, kind in columns)})
            """
        ),
    )


_SQL: Final = {kind: _statements(*kind.value) for kind in Inventory}


async def present(session: AsyncSession, organisation: OwnOrganisation, kind: Inventory, ref: str) -> bool:
    """Return whether there is such a home or residence."""
    values = {"organisation": organisation, "ref": ref}
    return bool((await session.execute(_SQL[kind].present, values)).scalar_one())


async def lock(session: AsyncSession, organisation: OwnOrganisation, kind: Inventory, refs: Sequence[str]) -> set[str]:
    """Return which of the homes or residences there are, and hold them, with their lists, until the commit."""
    rows = await session.execute(_SQL[kind].lock, {"organisation": organisation, "refs": list(refs)})
    return set(rows.scalars())


async def held(
    session: AsyncSession, organisation: OwnOrganisation, kind: Inventory, refs: Sequence[str]
) -> dict[str, list[dict[str, Any]]]:
    """Return the lists that are not empty, by the reference of the home or residence; dates as text."""
    rows = await session.execute(_SQL[kind].held, {"organisation": organisation, "refs": list(refs)})
    return {row[0]: row[1] for row in rows}


async def replace(
    session: AsyncSession,
    organisation: OwnOrganisation,
    kind: Inventory,
    lists: Mapping[str, Sequence[Mapping[str, Any]]],
) -> None:
    """Make these the lists of the homes or residences, which are locked."""
    items = [{**item, "ref": ref, "n": n} for ref, given in lists.items() for n, item in enumerate(given)]
    await session.execute(_SQL[kind].remove, {"organisation": organisation, "refs": list(lists)})
    if items:
        values = {"organisation": organisation, "items": orjson.dumps(items).decode()}
        await session.execute(_SQL[kind].add, values)
