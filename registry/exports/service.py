"""Write one's own stock as CSV (RFC 4180, UTF-8) or as GeoJSON (RFC 7946), as it comes."""

import csv
import io
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any, Final

import orjson

from registry.access.principal import Principal
from registry.kernel.spreadsheets import harmless
from registry.platform.database import Database
from registry.stock.service import exports as stock
from registry.stock.service.exports import KINDS, Kind
from registry.vocabulary.facts import HOME_FACTS

__all__ = ["COLUMNS", "KINDS", "Kind", "as_csv", "as_geojson", "as_ndjson"]

_FACTS: Final = [fact.code for fact in HOME_FACTS]
COLUMNS: Final[Mapping[Kind, Sequence[str]]] = {
    "homes": (
        "ref", "residence_ref", "building_ref", "typology", "rooms", "area_m2", "floor", "rent_cents", "charges_cents",
        "financing", "quota_holder", "energy_label", "rpls_id", "status", "available_on", "housing_form", *_FACTS,
    ),
    "residences": (
        "ref", "name", "number", "street", "postcode", "commune_code", "lon", "lat", "territory", "housing_form",
        "equipment", "construction_year", "in_priority_quarter", "rnb_id", "ban_id", "owner_siren", "manager_siren",
    ),
    "adaptations": (
        "home_ref", "work", "delivered_on", "cost_cents", "funder", "removable", "life_span_years", "evidence_ref",
    ),
    "feasible-works": (
        "home_ref", "residence_ref", "work", "cost_from_cents", "cost_to_cents", "source", "stated_on",
        "before_entry",
    ),
    "lift-outages": (
        "id", "residence_ref", "building_ref", "lift", "source", "started_at", "expected_end", "ended_at",
    ),
}  # fmt: skip
"""The columns of the CSV: a home's as a batch takes them, its facts by code; a residence's without its buildings."""


def _home(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, **{code: fact["value"] for code, fact in row["facts"].items()}}


def _adaptation(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "removable": "yes" if row["removable"] else "no"}


def _feasible(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "before_entry": "yes" if row["before_entry"] else "no"}


def _residence(row: Mapping[str, Any]) -> dict[str, Any]:
    in_quarter = {True: "yes", False: "no", None: None}[row["in_priority_quarter"]]
    place = row["position"] or {}
    return {**row, **place, "equipment": " ".join(row["equipment"]), "in_priority_quarter": in_quarter}


_FLAT: Final[Mapping[Kind, Callable[[Mapping[str, Any]], dict[str, Any]]]] = {
    "homes": _home, "residences": _residence, "adaptations": _adaptation, "feasible-works": _feasible,
    "lift-outages": dict,
}  # fmt: skip


async def as_csv(*, database: Database, principal: Principal, kind: Kind) -> AsyncIterator[bytes]:
    """Yield a CSV with a header, piece by piece; an empty cell is what is not known."""
    yield _written([COLUMNS[kind]])
    async for rows in stock.pieces(database=database, principal=principal, kind=kind):
        flat = map(_FLAT[kind], rows)
        yield _written([[harmless(row.get(name)) for name in COLUMNS[kind]] for row in flat])


def _written(rows: Sequence[Sequence[Any]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


async def as_ndjson(*, database: Database, principal: Principal, kind: Kind) -> AsyncIterator[bytes]:
    """Yield one JSON object a line, as the landlord reads it back, piece by piece."""
    async for rows in stock.pieces(database=database, principal=principal, kind=kind):
        yield b"".join(orjson.dumps(row) + b"\n" for row in rows)


async def as_geojson(*, database: Database, principal: Principal, kind: Kind) -> AsyncIterator[bytes]:
    """Yield a FeatureCollection piece by piece; a feature's geometry is null where its position is not known."""
    opening = b'{"type":"FeatureCollection","features":['
    async for rows in stock.pieces(database=database, principal=principal, kind=kind):
        yield opening + b",".join(orjson.dumps(_feature(row)) for row in rows)
        opening = b","
    yield b"]}" if opening == b"," else opening + b"]}"


def _feature(row: dict[str, Any]) -> dict[str, Any]:
    place = row.pop("position", None) or {"lon": row.pop("lon", None), "lat": row.pop("lat", None)}
    geometry = {"type": "Point", "coordinates": [place["lon"], place["lat"]]} if place["lon"] is not None else None
    return {"type": "Feature", "id": row["ref"], "geometry": geometry, "properties": row}
