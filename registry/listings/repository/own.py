"""The SQL by which a landlord finds its own homes by what they come to, and sees what others see of one."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final, LiteralString, NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import OwnOrganisation
from registry.listings.repository.facts import SAID, TOLD
from registry.listings.repository.projection import SHAREABLE
from registry.stock.service import WHAT_COUNTS, beyond, order_by
from registry.vocabulary.conditions import All, Condition, Yes
from registry.vocabulary.facts import FACTS_BY_CODE
from registry.vocabulary.home_class import CLASSES


def _asked_of_home(condition: Condition) -> set[str]:
    """Return facts that only a home states, and without which a condition does not hold."""
    parts = condition.of if isinstance(condition, All) else (condition,)
    return {
        part.code for part in parts if isinstance(part, Yes) and FACTS_BY_CODE[part.code].stated_on == ("home",)
    }  # fmt: skip


ALWAYS_OF_HOME: Final = sorted(
    set.intersection(
        *(
            _asked_of_home(each.requires).union(
                *(_asked_of_home(other.requires) for other in CLASSES if other.number in each.includes)
            )
            for each in CLASSES
        )
    )
)
"""Facts without which a home is proven to be of no class from 2 on."""

_CONFIRMED: Final[LiteralString] = "greatest(h.confirmed_at, source.confirmed_at)"
_CHEAP: Final[Mapping[str, LiteralString]] = {
    "q": " AND (h.ref ILIKE :q OR r.ref ILIKE :q)",
    "residence_ref": " AND r.ref = :residence_ref",
    "commune": " AND r.commune_code = :commune",
    "status": " AND h.status = :status",
    "stale": f" AND {_CONFIRMED} < now() - make_interval(days => :freshness_days)",
}
_PROVEN: Final[Mapping[str, LiteralString]] = {
    "class_min": " AND c.class_proven >= :class_min",
    "feature": " AND :feature = ANY(f.proven)",
}
_POSSIBLE: Final[Mapping[str, LiteralString]] = {
    "class_min": " AND c.class_possible >= :class_min",
    "feature": " AND :feature + 1 = ANY(f.possible)",
}
# What is proven is stated by somebody: without these the class of every home of a large stock would be computed to find
# the few.
_STATED: Final[Mapping[str, LiteralString]] = {
    "class_min": f" AND jsonb_exists_all(h.facts, CAST('{{{','.join(ALWAYS_OF_HOME)}}}' AS text[]))",
    "feature": " AND (jsonb_exists(h.facts, :code) OR jsonb_exists(r.facts, :code))",
}
_JOINED: Final[LiteralString] = """
    FROM homes h
    JOIN residences r ON r.organisation_id = h.organisation_id AND r.id = h.residence_id
    LEFT JOIN stock_sources source ON source.organisation_id = h.organisation_id AND source.id = h.source_id
"""
_CLASSED: Final = f"""
    {WHAT_COUNTS}
    CROSS JOIN LATERAL (SELECT {TOLD} FROM (SELECT counting.facts, sign(h.floor)::smallint AS floor) p {SAID}
"""


def _find(filters: Iterable[str], *, possible: bool, sort: str = "ref", continued: bool = False) -> str:
    names = set(filters)
    cheap = "".join(_CHEAP[name] for name in sorted(names & _CHEAP.keys()))
    by_facts = _POSSIBLE if possible else _PROVEN
    asked = "".join(by_facts[name] for name in sorted(names & by_facts.keys()))
    stated = "" if possible else "".join(_STATED[name] for name in sorted(names & _STATED.keys()))
    after = f" AND {beyond(sort, value=':after_value', ref=':after', table='h.')}" if continued else ""
    where = f"h.organisation_id = :organisation{after}{cheap}{stated}"
    order, joined, cut = order_by(sort, "h."), _JOINED, ""
    if not asked:
        # Where no class is asked for it is computed of a page alone.
        cut = f"JOIN (SELECT h.id {_JOINED} WHERE {where} ORDER BY {order} LIMIT :limit) page ON page.id = h.id"
    elif not sort.endswith("ref"):
        # Sorted first: a class is computed until the page is full, and not of a whole stock to sort it afterwards.
        sorted_ = f"(SELECT h.* FROM homes h WHERE h.organisation_id = :organisation{after} ORDER BY {order} OFFSET 0)"
        joined = _JOINED.replace("FROM homes h", f"FROM {sorted_} h")
    return f"""
        WITH found AS MATERIALIZED (
            SELECT h.id, h.ref, r.ref AS residence_ref, r.name AS residence_name, r.commune_code, h.typology, h.rooms,
                h.floor, h.rent_cents, h.status, h.available_on, h.updated_at, h.version, h.listing_id,
                {_CONFIRMED} AS confirmed_at, told.class_proven, told.class_possible
            {joined} {cut} {_CLASSED} WHERE true{asked} OFFSET 0) told
            WHERE {where} ORDER BY {order} LIMIT :limit)
        SELECT f.ref, f.residence_ref, f.residence_name, f.commune_code, c.name AS commune, f.typology, f.rooms,
            f.floor, f.rent_cents, f.status, f.available_on, f.updated_at, f.version, f.confirmed_at, f.class_proven,
            f.class_possible, f.confirmed_at < now() - make_interval(days => :freshness_days) AS stale,
            EXISTS (SELECT 1 FROM listings l WHERE l.id = f.listing_id) AS shared
        FROM found f LEFT JOIN communes c ON c.code = f.commune_code ORDER BY {order_by(sort, "f.")}
    """


_DOCUMENT: Final = text(
    "SELECT l.document FROM homes h JOIN listings l ON l.organisation_id = h.organisation_id AND l.id = h.listing_id"
    " WHERE h.organisation_id = :organisation AND h.ref = :ref"
)
_WHY_NOT: Final = text(
    f"""
    WITH {SHAREABLE}
    SELECT g.stated, EXISTS (SELECT 1 FROM availabilities a WHERE a.status = g.status) AS ever_shared,
        EXISTS (SELECT 1 FROM signed) AS signed,
        (SELECT count(*) FROM signed s JOIN territory_communes tc
            ON tc.territory_id = s.territory_id AND tc.commune_code = g.commune_code
            WHERE g.territory_slug IS NULL OR g.territory_slug = s.slug) AS territories,
        EXISTS (SELECT 1 FROM signed s WHERE g.status = ANY(s.statuses)) AS status_shared,
        EXISTS (SELECT 1 FROM signed s
            WHERE g.proven && s.features OR g.class_proven >= s.class_min) AS feature_shared
    FROM given g
    """
)
_HOME_ID: Final = text("SELECT id FROM homes WHERE organisation_id = :organisation AND ref = :ref")


# What means more than itself to LIKE.
_PATTERN: Final = re.compile(r"[\\%_]")
_LITERALLY: Final = r"\\\g<0>"


class Standing(NamedTuple):
    """What sharing a home asks for, and whether it is so.

    Attributes:
        stated: The home itself states a fact.
        ever_shared: Its status is one that can be shared at all.
        signed: The landlord's adhesion to a charter is in force.
        territories: In how many territories, where it is, the home could be shown: one it must be.
        status_shared: A charter shares its status.
        feature_shared: A charter shares by a feature that the home has for certain.
    """

    stated: bool
    ever_shared: bool
    signed: bool
    territories: int
    status_shared: bool
    feature_shared: bool


async def find(
    session: AsyncSession, organisation: OwnOrganisation, *, sort: str, after: tuple[Any, str] | None, limit: int,
    freshness_days: int, filters: Mapping[str, Any], possible: bool,
) -> list[dict[str, Any]]:  # fmt: skip
    """Return up to ``limit`` homes with their class.

    Args:
        sort: One of :data:`registry.stock.service.SORTS`.
        after: Value and reference of the home after which they begin, as
            :func:`registry.stock.service.position_of` has it.
        freshness_days: Days after which a home that nobody confirmed is stale.
        filters: Values of ``q``, ``residence_ref``, ``commune``, ``status``, ``stale``, ``class_min``, ``feature``
            (the tag of what is proven), with its ``code``.
        possible: Take what the unknown does not exclude as well, for class and feature.
    """
    values = {
        "organisation": organisation, "limit": limit, "freshness_days": freshness_days, **filters,
    }  # fmt: skip
    if after is not None:
        values |= {"after_value": after[0], "after": after[1]}
    if "q" in filters:
        values["q"] = f"%{_PATTERN.sub(_LITERALLY, filters['q'])}%"
    query = _find(filters, possible=possible, sort=sort, continued=after is not None)
    rows = await session.execute(text(query), values)
    return [dict(row) for row in rows.mappings()]


async def document(session: AsyncSession, organisation: OwnOrganisation, ref: str) -> str | None:
    """Return the listing of a home as others find it, as JSON text; ``None`` where it is not shared."""
    found: str | None = (
        await session.execute(_DOCUMENT, {"organisation": organisation, "ref": ref})
    ).scalar_one_or_none()
    return found


async def standing(session: AsyncSession, organisation: OwnOrganisation, ref: str) -> Standing | None:
    """Return what a home has of what sharing asks for; ``None`` where there is none of that reference."""
    home = (await session.execute(_HOME_ID, {"organisation": organisation, "ref": ref})).scalar_one_or_none()
    if home is None:
        return None
    row = (await session.execute(_WHY_NOT, {"homes": [home]})).one_or_none()
    return Standing(*row) if row else None
