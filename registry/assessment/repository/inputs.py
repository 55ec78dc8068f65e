"""What is known of residences, read for many in one statement."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import OwnOrganisation
from registry.stock.service import lasting
from registry.surroundings.answers import PROFILES, FirstMetresAround
from registry.vocabulary.fact import Fact
from registry.vocabulary.facts import HOME_FACTS, INHERITED

Key = tuple[uuid.UUID, uuid.UUID]
"""Organisation and residence."""
Charter = tuple[int, str, int, datetime]
"""Territory, its slug, version, since when that is in force."""

_SHARED: Final[tuple[Fact, ...]] = tuple(fact for fact in HOME_FACTS if fact in INHERITED)
"""Facts of the common parts that a home may state: they count where its residence states nothing."""


def _worst(fact: Fact) -> str:
    """Return the SQL of what the residence's homes state of a fact: the worst of them, latest stated first."""
    stated = f"h.facts->'{fact.code}'"
    value = f"{stated}->>'value'"
    order = f"array_position(ARRAY{[choice.code for choice in fact.choices]}, {value})" if fact.choices else value
    return (
        f"'{fact.code}', (array_agg({stated} ORDER BY {order}, {stated}->>'date' DESC)"
        f" FILTER (WHERE {value} <> 'unknown' AND coalesce(({stated}->>'until')::date >= CURRENT_DATE, true)))[1]"
    )


_HOMES: Final = f"""
    SELECT count(*) AS homes, jsonb_strip_nulls(jsonb_build_object({", ".join(map(_worst, _SHARED))})) AS shared
    FROM homes h WHERE h.organisation_id = r.organisation_id AND h.residence_id = r.id AND h.status <> 'withdrawn'
"""
# Whose charter it is assessed by: that of the territory that its landlord names for it, or of the only one that
# contains its commune, among those signed and in force; as its listings are published.
_GOVERNING: Final = """
    SELECT min(t.id) AS territory_id, min(t.slug) AS slug, min(c.version) AS version,
        min(c.in_force_from) AS since, min(c.terms #>> '{index_grid,profile}') AS profile
    FROM adhesions a
    JOIN territories t ON t.id = a.territory_id
    JOIN charters c ON c.territory_id = t.id AND c.status = 'in_force'
    JOIN territory_communes tc ON tc.territory_id = t.id AND tc.commune_code = r.commune_code
    WHERE a.organisation_id = r.organisation_id AND a.status = 'in_force'
        AND (r.territory_slug IS NULL OR r.territory_slug = t.slug)
    HAVING count(*) = 1
"""
_NUMBERS: Final = " ".join(f"WHEN '{code}' THEN {number:d}" for code, number in PROFILES.items())
_SELECT: Final = f"""
    SELECT r.organisation_id, r.id AS residence_id, r.ref, {lasting("r.facts")} AS facts, r.declared_homes,
        homes.homes, homes.shared,
        buildings.single_level, governing.territory_id, governing.slug, governing.version, governing.since,
        reached.services,
        around.paths_m, around.step_free_m, around.proven_m, around.possible_m,
        EXISTS (SELECT FROM lift_outages o WHERE o.organisation_id = r.organisation_id AND o.residence_id = r.id
            AND o.ended_at IS NULL AND o.started_at <= now()) AS lift_out
    FROM asked
    JOIN residences r ON r.organisation_id = asked.organisation_id AND r.id = asked.residence_id
    CROSS JOIN LATERAL ({_HOMES}) homes
    CROSS JOIN LATERAL (SELECT coalesce(bool_and(b.levels IS NOT NULL AND b.levels = 1), false) AS single_level
        FROM buildings b WHERE b.organisation_id = r.organisation_id AND b.residence_id = r.id) buildings
    LEFT JOIN LATERAL ({_GOVERNING}) governing ON true
    CROSS JOIN LATERAL (
        SELECT jsonb_agg(jsonb_build_array(d.family, d.outcome, d.cost_m, s.wheelchair)) AS services
        FROM accessible_distances d LEFT JOIN services s ON s.id = d.service_id
        WHERE d.organisation_id = r.organisation_id AND d.residence_id = r.id
            AND d.profile = CASE coalesce(CAST(:instead AS text), governing.profile, :profile) {_NUMBERS} END) reached
    LEFT JOIN distance_runs around ON around.organisation_id = r.organisation_id AND around.residence_id = r.id
"""
_MANY: Final = text(
    "WITH asked AS MATERIALIZED (SELECT * FROM unnest(CAST(:organisations AS uuid[]), CAST(:residences AS uuid[]))"
    f" AS g (organisation_id, residence_id)) {_SELECT}"
)
_OWN: Final = text(
    "WITH asked AS (SELECT organisation_id, id AS residence_id FROM residences"
    f" WHERE organisation_id = :organisation AND ref = :ref) {_SELECT}"
)
_GRIDS: Final = text(
    "SELECT c.territory_id, c.terms->'index_grid' FROM charters c"
    " WHERE c.territory_id = ANY(CAST(:territories AS integer[])) AND c.status = 'in_force'"
)


_FEASIBLE: Final = text(
    "SELECT work, cost_from_cents, cost_to_cents FROM feasible_works"
    " WHERE organisation_id = :organisation AND residence_ref = :ref"
)

# A network is as old as the oldest of its files; a service is of when somebody looked, else of its file's day.
_ORIGINS: Final = text(
    """
    WITH own AS (SELECT organisation_id, id AS residence_id FROM residences
        WHERE organisation_id = :organisation AND ref = :ref)
    SELECT d.family, o.name AS declarant, coalesce(s.checked_on, o.data_date) AS stated_on, s.name AS service
    FROM own JOIN accessible_distances d USING (organisation_id, residence_id)
    JOIN services s ON s.id = d.service_id JOIN service_sources o ON o.id = s.source_id
    WHERE d.profile = :profile
    UNION ALL
    SELECT NULL, d.network, (SELECT min(CAST(each->>'data_date' AS date))
        FROM networks n CROSS JOIN jsonb_array_elements(n.sources) each WHERE n.version = d.network_version), NULL
    FROM own JOIN distance_runs d USING (organisation_id, residence_id)
    WHERE d.paths_m IS NOT NULL
    """
)


class Found(NamedTuple):
    """What the database knows of a residence.

    Attributes:
        facts: ``{code: {"value", "source", "date", "until"?}}``, the residence's own before its homes'.
        homes: Those that are named, withdrawn ones left out; ``declared_homes``: how many its landlord says it has.
        charter: ``None``: none governs.
        lift_out: Whether one of its lifts stands now.
        around: What the paths of the first 200 m are; ``None``: unknown.
        services: ``[family, outcome, cost_m, entrance]`` each, by the numbers of the surroundings.
    """

    key: Key
    ref: str
    facts: Mapping[str, Any]
    homes: int
    declared_homes: int | None
    single_level: bool
    lift_out: bool
    charter: Charter | None
    around: FirstMetresAround | None
    services: Sequence[Sequence[Any]]


async def many(
    session: AsyncSession, keys: Sequence[Key], *, profile: str, instead: str | None = None
) -> list[Found]:  # fmt: skip
    """Return what is known of residences; those that are no more are left out. As the job.

    Args:
        profile: The mobility profile where no charter governs.
        instead: The profile, whatever the charter that governs says.
    """
    values = {
        "organisations": [key[0] for key in keys], "residences": [key[1] for key in keys], "profile": profile,
        "instead": instead,
    }  # fmt: skip
    return [_found(row) for row in (await session.execute(_MANY, values)).mappings()]


async def own(session: AsyncSession, organisation: OwnOrganisation, ref: str, *, profile: str) -> Found | None:
    """Return what is known of one of the landlord's own residences."""
    values = {"organisation": organisation, "ref": ref, "profile": profile, "instead": None}
    row = (await session.execute(_OWN, values)).mappings().one_or_none()
    return _found(row) if row else None


def _found(row: Mapping[Any, Any]) -> Found:
    named = row["territory_id"] is not None
    governing = (row["territory_id"], row["slug"], row["version"], row["since"]) if named else None
    fields = FirstMetresAround.model_fields
    around = FirstMetresAround(**{name: row[name] for name in fields}) if row["paths_m"] is not None else None
    return Found(
        (row["organisation_id"], row["residence_id"]), row["ref"], {**row["shared"], **row["facts"]}, row["homes"],
        row["declared_homes"], row["single_level"], row["lift_out"], governing, around, row["services"] or (),
    )  # fmt: skip


async def grids(session: AsyncSession, territories: Sequence[int]) -> dict[int, dict[str, Any] | None]:
    """Return the grid of each territory's charter in force, as JSON; ``None``: it names none, the defaults hold."""
    return {row[0]: row[1] for row in await session.execute(_GRIDS, {"territories": list(territories)})}


async def own_feasible(session: AsyncSession, organisation: OwnOrganisation, ref: str) -> dict[str, tuple[int, int]]:
    """Return between what each of the works costs, in cents, that are stated as feasible of an own residence."""
    rows = await session.execute(_FEASIBLE, {"organisation": organisation, "ref": ref})
    return {row[0]: (row[1], row[2]) for row in rows}


async def own_origins(
    session: AsyncSession, organisation: OwnOrganisation, ref: str, *, profile: str
) -> list[tuple[int | None, str, date | None, str | None]]:
    """Return family, source, day and service of what an own residence reaches; without a family of its network."""
    values = {"organisation": organisation, "ref": ref, "profile": PROFILES[profile]}
    return [tuple(row) for row in await session.execute(_ORIGINS, values)]
