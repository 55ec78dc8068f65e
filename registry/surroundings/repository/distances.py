"""The SQL of accessible distances: written by the job, read by the landlord whose residence it is."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import OwnOrganisation
from registry.surroundings.answers import FirstMetresAround

Key = tuple[uuid.UUID, uuid.UUID]
"""Organisation and residence."""

_KEYS: Final = "SELECT * FROM unnest(CAST(:organisations AS uuid[]), CAST(:residences AS uuid[]))"
_RUNS: Final = text(
    "SELECT organisation_id, residence_id, network, network_version, profile_version, fingerprint FROM distance_runs"
    f" WHERE (organisation_id, residence_id) IN ({_KEYS})"
)
_FORGET: Final = text(f"DELETE FROM distance_runs WHERE (organisation_id, residence_id) IN ({_KEYS})")
# A residence that was deleted meanwhile is left out; one that is deleted now waits for the commit.
_START: Final = text(
    """
    INSERT INTO distance_runs (organisation_id, residence_id, network, network_version, profile_version, doors,
        fingerprint, paths_m, step_free_m, proven_m, possible_m)
    SELECT g.organisation_id, g.residence_id, :network, :network_version, :profile_version, g.doors, g.fingerprint,
        g.paths_m, g.step_free_m, g.proven_m, g.possible_m
    FROM unnest(CAST(:organisations AS uuid[]), CAST(:residences AS uuid[]), CAST(:doors AS smallint[]),
        CAST(:fingerprints AS bigint[]), CAST(:paths_m AS real[]), CAST(:step_free_m AS real[]),
        CAST(:proven_m AS real[]), CAST(:possible_m AS real[])) AS g (organisation_id, residence_id, doors,
        fingerprint, paths_m, step_free_m, proven_m, possible_m)
    JOIN residences r ON r.organisation_id = g.organisation_id AND r.id = g.residence_id
    """
)
_ANSWERS: Final = {
    "organisation_id": "uuid", "residence_id": "uuid", "profile": "smallint",
    "family": "smallint", "service_id": "bigint", "building_id": "uuid",
    "straight_m": "real", "length_m": "real", "cost_m": "real", "known": "real",
    "outcome": "smallint", "reason": "smallint",
}  # fmt: skip
_SAVE: Final = text(
    f"""
    INSERT INTO accessible_distances ({", ".join(_ANSWERS)})
    SELECT g.* FROM unnest({", ".join(f"CAST(:{name} AS {kind}[])" for name, kind in _ANSWERS.items())})
        AS g ({", ".join(_ANSWERS)})
    JOIN distance_runs r ON r.organisation_id = g.organisation_id AND r.residence_id = g.residence_id
    """
)
_READ: Final = text(
    """
    SELECT d.profile, d.family, d.service_id, d.building_id, d.straight_m, d.length_m, d.cost_m, d.known, d.outcome,
        d.reason, r.network, r.network_version, r.profile_version, r.computed_at, r.paths_m, r.step_free_m,
        r.proven_m, r.possible_m, b.ref AS building_ref
    FROM distance_runs r
    JOIN accessible_distances d ON d.organisation_id = r.organisation_id AND d.residence_id = r.residence_id
    LEFT JOIN buildings b ON b.organisation_id = d.organisation_id AND b.residence_id = d.residence_id
        AND b.id = d.building_id
    WHERE r.organisation_id = :organisation AND r.residence_id = :residence AND d.profile = :profile
    ORDER BY d.family
    """
)


class Run(NamedTuple):
    """From what a residence's distances were computed."""

    network: str
    network_version: int
    profile_version: int
    fingerprint: int


async def runs(session: AsyncSession, keys: Sequence[Key]) -> dict[Key, Run]:
    """Return what the distances of these residences came from, where there are any. As the job."""
    rows = await session.execute(_RUNS, _columns(keys))
    return {(row[0], row[1]): Run(*row[2:]) for row in rows}


async def forget(session: AsyncSession, keys: Sequence[Key]) -> int:
    """Delete the distances of these residences; return of how many there were any. As the job."""
    found: int = (await session.execute(_FORGET, _columns(keys))).rowcount  # type: ignore[attr-defined]  # a DELETE's result has it
    return found


async def replace(
    session: AsyncSession,
    runs: Mapping[Key, tuple[int, int, FirstMetresAround | None]],
    answers: Mapping[str, Sequence[Any]],
    *,
    network: str,
    network_version: int,
    profile_version: int,
) -> None:
    """Put new distances in the place of the residences' former ones. As the job.

    Args:
        runs: Number of doors, fingerprint and what is around by residence; ``None``: unknown.
        answers: Columns of ``accessible_distances``, of equal length.
        network: Name of the network; ``network_version`` and ``profile_version`` as in :class:`Run`.
    """
    keys = list(runs)
    await forget(session, keys)
    await session.execute(
        _START,
        {**_columns(keys),
         "doors": [run[0] for run in runs.values()], "fingerprints": [run[1] for run in runs.values()],
         **{name: [around and getattr(around, name) for _, _, around in runs.values()]
            for name in FirstMetresAround.model_fields},
         "network": network, "network_version": network_version, "profile_version": profile_version},
    )  # fmt: skip
    await session.execute(_SAVE, {name: answers[name] for name in _ANSWERS})


async def of_residence(
    session: AsyncSession, organisation: OwnOrganisation, residence: uuid.UUID, profile: int
) -> list[dict[str, Any]]:
    """Return the answers of a residence for a profile, by family; none: not computed, or no network there."""
    values = {"organisation": organisation, "residence": residence, "profile": profile}
    return [dict(row) for row in (await session.execute(_READ, values)).mappings()]


def _columns(keys: Sequence[Key]) -> dict[str, list[uuid.UUID]]:
    return {"organisations": [key[0] for key in keys], "residences": [key[1] for key in keys]}
