"""The SQL of exports: the whole stock, a piece at a time, so that no transaction lasts as long as somebody reads."""

from collections.abc import Mapping
from typing import Final, LiteralString

from registry.access.principal import OwnOrganisation, Principal
from registry.platform.database import Database
from registry.stock.repository import homes, residences

_CUT: Final[LiteralString] = "organisation_id = %(organisation)s AND ref > %(after)s ORDER BY ref LIMIT %(limit)s"
_HOMES: Final[LiteralString] = f"""
    SELECT CAST(row_to_json(home) AS text) FROM (
        SELECT {homes.ATTRIBUTES}, r.commune_code, ST_X(coalesce(b.position, r.position, r.found_position)) AS lon,
            ST_Y(coalesce(b.position, r.position, r.found_position)) AS lat
        FROM (SELECT * FROM homes WHERE {_CUT}) h {homes.JOINED} ORDER BY h.ref) home
"""
_RESIDENCES: Final[LiteralString] = f"""
    SELECT CAST(row_to_json(residence) AS text) FROM ({residences.SHOWN} WHERE r.organisation_id = %(organisation)s
        AND r.ref > %(after)s ORDER BY r.ref LIMIT %(limit)s) residence
"""


_SELECT: Final[Mapping[str, LiteralString]] = {"homes": _HOMES, "residences": _RESIDENCES}


async def page(
    database: Database, organisation: OwnOrganisation, kind: str, *, bound: Principal, after: str, limit: int
) -> list[bytes]:
    """Return homes (with ``commune_code``, ``lon`` and ``lat``, WGS84) or residences as JSON text.

    Args:
        after: The reference after which they come, in the order of bytes.
    """
    values = {"organisation": organisation, "after": after, "limit": limit}
    answer = await database.alone(
        _SELECT[kind], values, role=bound.role, organisation=bound.organisation_id, actor=bound.actor
    )
    return answer.texts()
