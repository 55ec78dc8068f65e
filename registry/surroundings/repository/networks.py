"""The SQL of pedestrian networks: stored aside and put in service in one transaction, read as arrays."""

from datetime import datetime
from typing import Any, Final, LiteralString, NamedTuple

import numpy as np
import orjson
from numpy.typing import NDArray
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.platform.database import raw_driver_connection
from registry.surroundings.graph import EDGE_COLUMNS, Graph
from registry.surroundings.repository.binary import Columns

_NODES: Final = Columns({"version": ">i8", "number": ">i4", "x": ">f8", "y": ">f8", "frontier": "?"})
_KINDS: Final = {
    "version": ">i8", "number": ">i4", "start_node": ">i4", "end_node": ">i4", "length_m": ">f8", "object_id": ">i8",
    "slope_pct": ">f4", "cross_fall_pct": ">f4", "width_m": ">f4", "kerb_m": ">f4", "kind": ">i2", "steps": ">i2",
    "surface": ">i2", "ramp": ">i2", "handrail": ">i2", "wheelchair": ">i2", "source": ">i2",
}  # fmt: skip
_EDGES: Final = Columns(_KINDS, line=True)
_EDGES_READ: Final = Columns({name: kind for name, kind in _KINDS.items() if name != "version"} | {"points": ">i4"})
_COLUMN: Final = {"start": "start_node", "end": "end_node"}

_LOCK: Final = text("SELECT pg_advisory_xact_lock(hashtext('networks'), hashtext(:name))")
_INSERT: Final = text(
    "INSERT INTO networks (name, active, srid, west, south, east, north, nodes, edges, sources)"
    " VALUES (:name, false, :srid, :west, :south, :east, :north, :nodes, :edges, CAST(:sources AS jsonb))"
    " RETURNING version"
)
_FORGET: Final = text("DELETE FROM networks WHERE name = :name AND NOT active AND version < :version")
_RETIRE: Final = text("UPDATE networks SET active = false WHERE name = :name AND active")
_SERVE: Final = text("UPDATE networks SET active = true WHERE version = :version")
_COPY_NODES: Final[LiteralString] = "COPY network_nodes (version, number, x, y, frontier) FROM STDIN (FORMAT BINARY)"
_COPY_EDGES: Final[LiteralString] = (
    "COPY network_edges (version, number, start_node, end_node, length_m, object_id, slope_pct, cross_fall_pct,"
    " width_m, kerb_m, kind, steps, surface, ramp, handrail, wheelchair, source, line) FROM STDIN (FORMAT BINARY)"
)
_READ_NODES: Final[LiteralString] = (
    "COPY (SELECT version, number, x, y, frontier FROM network_nodes WHERE version = {} ORDER BY number)"
    " TO STDOUT (FORMAT BINARY)"
)
_READ_EDGES: Final[LiteralString] = (
    "COPY (SELECT number, start_node, end_node, length_m, object_id, slope_pct, cross_fall_pct, width_m, kerb_m, kind,"
    " steps, surface, ramp, handrail, wheelchair, source, ST_NPoints(line) FROM network_edges WHERE version = {}"
    " ORDER BY number) TO STDOUT (FORMAT BINARY)"
)
_READ_BENDS: Final = text(
    "SELECT string_agg(substring(ST_AsBinary(line, 'NDR') FROM 10), CAST('' AS bytea) ORDER BY number)"
    " FROM network_edges WHERE version = :version"
)
_DESCRIBED: Final = "version, name, active, srid, west, south, east, north, nodes, edges, sources, imported_at"
_VERSION: Final = text(f"SELECT {_DESCRIBED} FROM networks WHERE version = :version")
_ACTIVE: Final = text(f"SELECT {_DESCRIBED} FROM networks WHERE active ORDER BY name")
_NAMED: Final = text(f"SELECT {_DESCRIBED} FROM networks WHERE name = :name AND active")
_COVERING: Final = text(
    f"SELECT {_DESCRIBED} FROM networks WHERE active AND srid = :srid"
    " AND west <= :east AND east >= :west AND south <= :north AND north >= :south ORDER BY version"
)


class Stored(NamedTuple):
    """One version of a network, without its edges; see :class:`registry.surroundings.models.Network`."""

    version: int
    name: str
    active: bool
    srid: int
    west: float
    south: float
    east: float
    north: float
    nodes: int
    edges: int
    sources: list[dict[str, Any]]
    imported_at: datetime


def box_of(graph: Graph) -> tuple[float, float, float, float]:
    """Return west, south, east, north in metres: within which the sources are complete, or else of the nodes."""
    boxes = np.array([source["box"] for source in graph.sources if source.get("box")])
    if not len(boxes):
        boxes = np.concatenate((graph.nodes.min(axis=0), graph.nodes.max(axis=0)))[None]
    west, south = boxes[:, :2].min(axis=0)
    east, north = boxes[:, 2:].max(axis=0)
    return float(west), float(south), float(east), float(north)


async def store(session: AsyncSession, name: str, graph: Graph) -> int:
    """Store a network and put it in service; return its version. As the job.

    Readers see the version before until the transaction commits; that one is kept, the one before it is deleted.
    """
    await session.execute(_LOCK, {"name": name})
    west, south, east, north = box_of(graph)
    made = await session.execute(_INSERT, {
        "name": name, "srid": graph.srid, "west": west, "south": south, "east": east, "north": north,
        "nodes": len(graph.nodes), "edges": len(graph.start), "sources": orjson.dumps(graph.sources).decode(),
    })  # fmt: skip
    version = int(made.scalar_one())
    await _copy(session, _COPY_NODES, _node_rows(graph, version))
    await _copy(session, _COPY_EDGES, _edge_rows(graph, version))
    await session.execute(_FORGET, {"name": name, "version": version})
    await session.execute(_RETIRE, {"name": name})
    await session.execute(_SERVE, {"version": version})
    return version


def _node_rows(graph: Graph, version: int) -> bytes:
    n = len(graph.nodes)
    x, y = graph.nodes.T
    return _NODES.copy({"version": version, "number": np.arange(n), "x": x, "y": y, "frontier": graph.frontier}, n)


def _edge_rows(graph: Graph, version: int) -> bytes:
    values = {_COLUMN.get(name, name): getattr(graph, name) for name in EDGE_COLUMNS}
    values |= {"version": version, "number": np.arange(len(graph.start))}
    return _EDGES.copy_with_lines(values, srid=graph.srid, bends=graph.bends, first_bend=graph.first_bend)


async def _copy(session: AsyncSession, statement: LiteralString, rows: bytes) -> None:
    connection = raw_driver_connection(await (await session.connection()).get_raw_connection())
    async with connection.cursor() as cursor, cursor.copy(statement) as copy:
        await copy.write(rows)


async def _copied(session: AsyncSession, statement: LiteralString, version: int) -> bytes:
    connection = raw_driver_connection(await (await session.connection()).get_raw_connection())
    async with connection.cursor() as cursor, cursor.copy(statement.format(int(version))) as copy:
        return b"".join([bytes(part) async for part in copy])


async def load(session: AsyncSession, version: int) -> Graph | None:
    """Return a stored network as it was given, or ``None`` if there is none of that version."""
    described = await read(session, version)
    if described is None:
        return None
    nodes = _NODES.read(await _copied(session, _READ_NODES, version))
    edges = _EDGES_READ.read(await _copied(session, _READ_EDGES, version))
    bends = (await session.execute(_READ_BENDS, {"version": version})).scalar_one()
    columns: dict[str, NDArray[Any]] = {
        name: edges[_COLUMN.get(name, name)].astype(kind) for name, kind in EDGE_COLUMNS.items()
    }
    return Graph(
        srid=described.srid,
        nodes=np.column_stack((nodes["x"], nodes["y"])).astype(np.float64),
        frontier=nodes["frontier"].astype(bool),
        bends=np.frombuffer(bends or b"", dtype="<f8").reshape(-1, 2).astype(np.float64),
        first_bend=np.concatenate(([0], np.cumsum(edges["points"], dtype=np.int64))),
        sources=tuple(described.sources),
        **columns,
    )


async def read(session: AsyncSession, version: int) -> Stored | None:
    """Return what one version is, without its edges."""
    row = (await session.execute(_VERSION, {"version": version})).one_or_none()
    return Stored(*row) if row else None


async def named(session: AsyncSession, name: str) -> Stored | None:
    """Return the version of a network that is in service."""
    row = (await session.execute(_NAMED, {"name": name})).one_or_none()
    return Stored(*row) if row else None


async def active(session: AsyncSession) -> list[Stored]:
    """Return the versions in service, by name."""
    return [Stored(*row) for row in await session.execute(_ACTIVE)]


async def covering(
    session: AsyncSession, *, srid: int, west: float, south: float, east: float, north: float
) -> list[Stored]:
    """Return the versions in service that hold some of the box given, in metres of ``srid``; a point is a box too.

    Of a network of several sources one of them must: what lies between two far surveys is covered by none.
    """
    box = {"srid": srid, "west": west, "south": south, "east": east, "north": north}
    found = [Stored(*row) for row in await session.execute(_COVERING, box)]
    return [one for one in found if any(_meets(source, west, south, east, north) for source in one.sources)]


def _meets(source: dict[str, Any], west: float, south: float, east: float, north: float) -> bool:
    if not source.get("box"):
        return True
    box: list[float] = source["box"]
    return box[0] <= east and box[2] >= west and box[1] <= north and box[3] >= south
