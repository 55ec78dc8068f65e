"""The preview of a grid: a coordinator asks what a draft would change, a job counts it over everybody's residences."""

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import Principal
from registry.assessment.errors import DailyPreviewsUsedUp, PreviewNotFound
from registry.assessment.index import Compiled, assess
from registry.assessment.index.preview import Tally
from registry.assessment.repository import inputs, previews
from registry.assessment.repository.counts import Counts, counts
from registry.assessment.repository.inputs import Key
from registry.assessment.repository.previews import PreviewRow, Taken
from registry.assessment.service.inputs import DEFAULT, compiled_of, residence_of
from registry.audit import service as audit
from registry.charter import service as charter
from registry.charter.errors import CharterNotInForce
from registry.kernel.canonical_json import canonical
from registry.kernel.clock import now, today
from registry.platform import jobs
from registry.platform.database import Database, Role

PREVIEW: Final = "assessment.preview"
STEP: Final = 500
"""Residences that are read and assessed in one transaction."""
FRESH: Final = timedelta(hours=1)
"""A preview that is older is counted anew when it is asked for: facts change."""
DAILY: Final = 30
"""Previews that one territory may ask for in 24 hours: many small changes of a grid would tell facts apart."""
log = structlog.get_logger()


async def request_preview(*, session: AsyncSession, principal: Principal, slug: str) -> PreviewRow:
    """Ask for the preview of the draft's grid; return it, or the one that there is of the last hour.

    As the coordinator. A worker is to be told after the commit: :func:`tell`.

    Raises:
        TerritoryNotVisible, CharterDraftNotFound, CharterNotInForce: As they say.
        DailyPreviewsUsedUp: So many were asked for in the last 24 hours.
    """
    territory, draft, in_force = await _versions(session, principal, slug)
    before, after, digest = _grids(draft.terms, in_force["terms"])
    found = await previews.latest(session, territory, digest)
    if found and (found.status in {"waiting", "running"} or _fresh(found)):
        return found
    asked, first = await previews.asked_today(session, territory)
    if asked >= DAILY and first is not None:
        opens = first + timedelta(days=1) - now()
        raise DailyPreviewsUsedUp(headers={"Retry-After": str(max(1, int(opens.total_seconds()) + 1))})
    await audit.record(
        session, organisation=principal.organisation_id, action="charter:grid:previewed",
        subject=f"{territory}/{draft.version}", detail={"grids_sha256": digest, "grid": after},
    )  # fmt: skip
    return await previews.ask(
        session, territory, digest, draft=draft.version, compared_with=in_force["version"], before=before, after=after
    )


def _fresh(row: PreviewRow) -> bool:
    return row.computed_at is not None and now() - row.computed_at < FRESH


async def read_preview(*, session: AsyncSession, principal: Principal, slug: str) -> PreviewRow:
    """Return the preview of the draft's grid as it is now. As the coordinator.

    Raises:
        TerritoryNotVisible, CharterDraftNotFound, CharterNotInForce: As they say.
        PreviewNotFound: Nobody asked for it within a week.
    """
    territory, draft, in_force = await _versions(session, principal, slug)
    found = await previews.latest(session, territory, _grids(draft.terms, in_force["terms"])[2])
    if found is None:
        raise PreviewNotFound
    return found


async def _versions(
    session: AsyncSession, principal: Principal, slug: str
) -> tuple[int, charter.CharterVersion, Mapping[str, Any]]:
    territory = await charter.coordinated(session=session, principal=principal, slug=slug)
    draft = await charter.read_draft(session=session, territory_id=territory)
    seen = await charter.read_seen(session=session, principal=principal, slug=slug)
    if seen["charter"] is None:
        raise CharterNotInForce
    return territory, draft, seen["charter"]


def _grids(draft: Mapping[str, Any], in_force: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any], str]:
    """Return the grid in force, the draft's, and what both are found by."""
    before, after = in_force.get("index_grid") or {}, draft.get("index_grid") or {}
    return before, after, hashlib.sha256(canonical({"before": before, "after": after})).hexdigest()


async def tell(database: Database, organisation: uuid.UUID) -> None:
    """Have a worker count what waits at once; it looks by itself every minute."""
    async with database.transaction(Role.AUTH, organisation=organisation, actor=PREVIEW) as session:
        await jobs.defer(session, PREVIEW)


async def compute_previews(database: Database) -> int:
    """Count the previews that wait, one after another; return how many. As the job.

    One that fails says so, and is counted again when it is asked for again.
    """
    done = 0
    while True:
        async with database.transaction(Role.JOB, actor=PREVIEW) as session:
            taken = await previews.take(session)
        if taken is None:
            return done
        try:
            await _compute(database, taken)
        except Exception:
            async with database.transaction(Role.JOB, actor=PREVIEW) as session:
                await previews.fail(session, taken.id)
            log.exception("grid_preview_failed", preview=str(taken.id))
        done += 1


async def _compute(database: Database, taken: Taken) -> None:
    before, after = (compiled_of(grid) for grid in (taken.grid_before, taken.grid_after))
    async with database.transaction(Role.JOB, actor=PREVIEW) as session:
        keys = await previews.residences(session, taken.territory_id)
    tally = Tally()
    for start in range(0, len(keys), STEP):
        async with database.transaction(Role.JOB, actor=PREVIEW) as session:
            await _count(session, keys[start : start + STEP], taken.territory_id, before, after, tally)
            await previews.progress(session, taken.id, min(99, 100 * (start + STEP) // len(keys)))
    async with database.transaction(Role.JOB, actor=PREVIEW) as session:
        names = await previews.names(session, tally.landlords)
        await previews.finish(session, taken.id, tally.result(names))
    log.info("grid_previewed", preview=str(taken.id), residences=len(keys))


async def _count(
    session: AsyncSession, keys: Sequence[Key], territory: int, before: Compiled, after: Compiled, tally: Tally
) -> None:
    """Assess residences under both grids; those that another charter governs, or none, are left out."""
    profiles = {grid.grid.profile: dict[Key, inputs.Found]() for grid in (before, after)}
    for profile, read in profiles.items():
        found = await inputs.many(session, keys, profile=DEFAULT.profile, instead=profile)
        read |= {each.key: each for each in found if each.charter is not None and each.charter[0] == territory}
    classes = {grid.grid.adapted_class for grid in (before, after)}
    counted = {least: await counts(session, keys, least=least) for least in classes}
    on = today()
    for key in keys:
        if not all(key in read for read in profiles.values()):
            continue
        index = [
            assess(
                grid,
                residence_of(
                    profiles[grid.grid.profile][key],
                    counted[grid.grid.adapted_class].get(key, Counts(0, 0)),
                    grid.grid,
                ),
                on=on,
            )
            for grid in (before, after)
        ]
        tally.add(key[0], *index)


async def expire_previews(*, session: AsyncSession) -> None:
    """Forget previews that are older than a week. As the job."""
    await previews.expire(session)
