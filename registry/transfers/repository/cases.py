"""The SQL of the cases, as the landlord whose they are, and as a coordinator, column by column."""

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final, NamedTuple

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import OwnOrganisation

SQUARE_M: Final = 500
"""The side of the square in whose middle a place of somebody's week is kept: the grid of the territory's legal
projection, origin 0,0, as :mod:`registry.listings.zoning` has it."""
FIRST: Final = (datetime.max.replace(tzinfo=UTC), uuid.UUID(int=0))
"""Before the latest case of a list."""

_LINE: Final = """
    c.ref, c.id, t.slug AS territory, c.kind, c.ground, c.home_ref, c.deadline, c.consent_until, c.closing,
    c.created_at, c.updated_at, c.closed_at, c.version,
    (SELECT count(*) FROM case_alerts a WHERE a.organisation_id = c.organisation_id AND a.case_id = c.id
        AND NOT a.known AND a.ended_at IS NULL) AS alerts
"""
_SHOWN: Final = f"""
    {_LINE}, c.need, c.filled, c.consent_basis, c.consent_version, c.territory_id, c.rooms_most, c.communes
"""
_FROM: Final = (
    "FROM transfer_cases c JOIN territories t ON t.id = c.territory_id WHERE c.organisation_id = :organisation"
)
_READ: Final = text(f"SELECT {_SHOWN} {_FROM} AND c.ref = :ref")
_BY_ID: Final = text(f"SELECT {_SHOWN} {_FROM} AND c.id = :id")
_REF: Final = text("SELECT ref FROM transfer_cases WHERE organisation_id = :organisation AND id = :id")
_LOCK: Final = text(f"SELECT {_SHOWN} {_FROM} AND c.ref = :ref FOR UPDATE OF c")
_PAGE: Final = text(
    f"""
    SELECT {_LINE} {_FROM}
        AND (c.created_at, c.id) < (CAST(:before AS timestamptz), CAST(:before_id AS uuid))
        AND (CAST(:open AS boolean) IS NULL OR (c.closed_at IS NULL) = CAST(:open AS boolean))
        AND (CAST(:ground AS text) IS NULL OR c.ground = CAST(:ground AS text))
        AND (NOT :alerted OR EXISTS (SELECT FROM case_alerts a WHERE a.organisation_id = c.organisation_id
            AND a.case_id = c.id AND NOT a.known AND a.ended_at IS NULL))
        AND (CAST(:home_ref AS text) IS NULL OR c.home_ref = CAST(:home_ref AS text))
    ORDER BY c.created_at DESC, c.id DESC LIMIT :limit
    """
)
_COLUMNS: Final = (
    "territory_id", "kind", "ground", "home_ref", "need", "filled", "deadline", "consent_basis", "consent_version",
    "consent_until", "wanted", "rent_limit_cents", "rooms_least", "rooms_most", "communes", "quarters",
    "needs_lift",
)  # fmt: skip
_VALUES: Final = ", ".join(f"CAST(:{name} AS jsonb)" if name == "need" else f":{name}" for name in _COLUMNS)
_ADD: Final = text(
    f"INSERT INTO transfer_cases (organisation_id, ref, {', '.join(_COLUMNS)})"
    f" VALUES (:organisation, :ref, {_VALUES}) ON CONFLICT (organisation_id, ref) DO NOTHING RETURNING id"
)
_CHANGE: Final = text(
    f"UPDATE transfer_cases SET ({', '.join(_COLUMNS)}) = ROW({_VALUES}), version = version + 1, updated_at = now(),"
    " matched = false WHERE organisation_id = :organisation AND ref = :ref"
)
_CLOSE: Final = text(
    "UPDATE transfer_cases SET closing = :closing, closed_at = now(), version = version + 1, updated_at = now()"
    " WHERE organisation_id = :organisation AND id = :id"
)
_ERASED: Final = text(
    "SELECT EXISTS (SELECT FROM transfer_tombstones WHERE organisation_id = :organisation AND ref_sha256 = :digest)"
)
_BURY: Final = text(
    "INSERT INTO transfer_tombstones (organisation_id, ref_sha256) VALUES (:organisation, :digest)"
    " ON CONFLICT DO NOTHING"
)
_ERASE: Final = text("DELETE FROM transfer_cases WHERE organisation_id = :organisation AND id = :id")
_SNAP: Final = text(
    """
    SELECT round(ST_X(middle)::numeric, 5)::float8, round(ST_Y(middle)::numeric, 5)::float8
    FROM unnest(CAST(:lons AS float8[]), CAST(:lats AS float8[])) WITH ORDINALITY AS given (lon, lat, n)
    CROSS JOIN territories t
    CROSS JOIN LATERAL (
        SELECT ST_Transform(ST_SetSRID(ST_Point(lon, lat), 4326), t.srid) AS place OFFSET 0) legal
    CROSS JOIN LATERAL (SELECT ST_Transform(ST_SetSRID(ST_Point(
        (floor(ST_X(place) / :side) + 0.5) * :side, (floor(ST_Y(place) / :side) + 0.5) * :side), t.srid), 4326)
        AS middle) snapped
    WHERE t.id = :territory
    ORDER BY n
    """
)
_OF_TERRITORY: Final = text(
    """
    SELECT id, organisation_id, kind, ground, closing, created_at, closed_at FROM transfer_cases
    WHERE territory_id = :territory AND (created_at, id) < (CAST(:before AS timestamptz), CAST(:before_id AS uuid))
        AND (CAST(:open AS boolean) IS NULL OR (closed_at IS NULL) = CAST(:open AS boolean))
        AND (CAST(:ground AS text) IS NULL OR ground = CAST(:ground AS text))
    ORDER BY created_at DESC, id DESC LIMIT :limit
    """
)


class CaseRow(NamedTuple):
    """A case as its landlord's lists show it: without its need."""

    ref: str
    id: uuid.UUID
    territory: str
    kind: str
    ground: str | None
    home_ref: str | None
    deadline: date | None
    consent_until: date
    closing: str | None
    created_at: datetime
    updated_at: datetime
    closed_at: datetime | None
    version: int
    alerts: int


class Case(NamedTuple):
    """A case with its need; to read it is told in the audit.

    Attributes:
        filled: The fields of the need that hold what the present home says of itself, and nobody stated.
        rooms_most: As it was compiled when the case was written last, with the figures of that day.
        communes: That are wanted, those of the quarters that are wanted among them; none: all of the territory.
    """

    ref: str
    id: uuid.UUID
    territory: str
    kind: str
    ground: str | None
    home_ref: str | None
    deadline: date | None
    consent_until: date
    closing: str | None
    created_at: datetime
    updated_at: datetime
    closed_at: datetime | None
    version: int
    alerts: int
    need: dict[str, Any]
    filled: list[str]
    consent_basis: str
    consent_version: str
    territory_id: int
    rooms_most: int
    communes: list[str]


class SeenCase(NamedTuple):
    """A case of a member, as a coordinator reads of it."""

    id: uuid.UUID
    organisation_id: uuid.UUID
    kind: str
    ground: str | None
    closing: str | None
    created_at: datetime
    closed_at: datetime | None


def _digest(ref: str) -> str:
    return hashlib.sha256(ref.encode()).hexdigest()


async def read(session: AsyncSession, organisation: OwnOrganisation, ref: str) -> Case | None:
    row = (await session.execute(_READ, {"organisation": organisation, "ref": ref})).one_or_none()
    return Case(*row) if row else None


async def by_id(session: AsyncSession, organisation: OwnOrganisation, id_: uuid.UUID) -> Case | None:
    row = (await session.execute(_BY_ID, {"organisation": organisation, "id": id_})).one_or_none()
    return Case(*row) if row else None


async def ref_of(session: AsyncSession, organisation: OwnOrganisation, id_: uuid.UUID) -> str | None:
    ref: str | None = (await session.execute(_REF, {"organisation": organisation, "id": id_})).scalar_one_or_none()
    return ref


async def lock(session: AsyncSession, organisation: OwnOrganisation, ref: str) -> Case | None:
    """Return a case and hold it until the commit."""
    row = (await session.execute(_LOCK, {"organisation": organisation, "ref": ref})).one_or_none()
    return Case(*row) if row else None


async def page(
    session: AsyncSession, organisation: OwnOrganisation, *, before: tuple[datetime, uuid.UUID], limit: int,
    is_open: bool | None, ground: str | None, home_ref: str | None = None, alerted: bool = False,
) -> list[CaseRow]:  # fmt: skip
    """Return cases, the latest first, that were opened before one; ``alerted``: for which a home came free."""
    values = {
        "organisation": organisation, "before": before[0], "before_id": before[1], "limit": limit, "open": is_open,
        "ground": ground, "home_ref": home_ref, "alerted": alerted,
    }  # fmt: skip
    return [CaseRow(*row) for row in await session.execute(_PAGE, values)]


async def of_territory(
    session: AsyncSession, territory: int, *, before: tuple[datetime, uuid.UUID], limit: int, is_open: bool | None,
    ground: str | None,
) -> list[SeenCase]:  # fmt: skip
    """Return the cases of a territory's members, the latest first. As its coordinator."""
    values = {
        "territory": territory, "before": before[0], "before_id": before[1], "limit": limit, "open": is_open,
        "ground": ground,
    }  # fmt: skip
    return [SeenCase(*row) for row in await session.execute(_OF_TERRITORY, values)]


def _given(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "need": orjson.dumps(row["need"]).decode()}


async def add(
    session: AsyncSession, organisation: OwnOrganisation, ref: str, row: Mapping[str, Any]
) -> uuid.UUID | None:
    """Write a new case; ``None``: somebody wrote one of that reference meanwhile."""
    values = {"organisation": organisation, "ref": ref, **_given(row)}
    made: uuid.UUID | None = (await session.execute(_ADD, values)).scalar_one_or_none()
    return made


async def change(session: AsyncSession, organisation: OwnOrganisation, ref: str, row: Mapping[str, Any]) -> None:
    await session.execute(_CHANGE, {"organisation": organisation, "ref": ref, **_given(row)})


async def close(session: AsyncSession, organisation: OwnOrganisation, id_: uuid.UUID, closing: str) -> None:
    await session.execute(_CLOSE, {"organisation": organisation, "id": id_, "closing": closing})


async def is_erased(session: AsyncSession, organisation: OwnOrganisation, ref: str) -> bool:
    values = {"organisation": organisation, "digest": _digest(ref)}
    return bool((await session.execute(_ERASED, values)).scalar_one())


async def erase(session: AsyncSession, organisation: OwnOrganisation, case: Case) -> None:
    """Delete a case and leave a digest of its reference; a trigger ends its proposals and deletes what they shared."""
    values = {"organisation": organisation, "id": case.id}
    await session.execute(_BURY, {"organisation": organisation, "digest": _digest(case.ref)})
    await session.execute(_ERASE, values)


async def snapped(
    session: AsyncSession, territory: int, places: Sequence[tuple[float, float]]
) -> list[tuple[float, float]]:
    """Return the middles of the squares of 500 m in which places lie; longitude and latitude, WGS84 degrees."""
    lons, lats = [lon for lon, _ in places], [lat for _, lat in places]
    values = {"territory": territory, "side": SQUARE_M, "lons": lons, "lats": lats}
    return [(lon, lat) for lon, lat in await session.execute(_SNAP, values)]
