"""The life of a charter's version: drafted, proposed, in force, superseded."""

import datetime as dt
import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.preconditions import Precondition
from registry.audit import service as audit
from registry.charter.errors import (
    BaseVersionUnknown,
    CharterDraftExists,
    CharterDraftNotFound,
    CharterNotProposed,
    CharterVersionNotFound,
    ReplyDatePast,
)
from registry.charter.events import AdhesionChanged, CharterChanged
from registry.charter.repository import adhesions
from registry.charter.repository import versions as repository
from registry.charter.repository.versions import VersionRow
from registry.charter.schemas import Terms
from registry.charter.schemas.versions import CharterDraft, text_sha256
from registry.charter.service.terms import require_pinned
from registry.kernel.clock import now
from registry.kernel.text import Text
from registry.platform import events

ALWAYS: Final = Precondition()
WHERE_DAYS_END_LAST: Final = timedelta(hours=-12)


def stated(row: VersionRow) -> dict[str, Any]:
    """Return a version as it is shown, with the digest of its text."""
    return {**row._asdict(), "text_sha256": text_sha256(row.articles, row.terms)}


async def list_versions(
    *, session: AsyncSession, territory_id: int, after: int, limit: int, drafts: bool
) -> list[VersionRow]:
    """Return the versions of a territory in their order; ``drafts`` is for its coordinator."""
    return await repository.page(session, territory_id, after, limit, drafts=drafts)


async def read_version(*, session: AsyncSession, territory_id: int, version: int, drafts: bool) -> VersionRow:
    """Return a version; ``drafts`` is for the coordinator of the territory.

    Raises:
        CharterVersionNotFound: There is none that the caller may see.
    """
    found = await repository.one(session, territory_id, version, drafts=drafts)
    if found is None:
        raise CharterVersionNotFound(field="version", value=version)
    return found


async def read_draft(*, session: AsyncSession, territory_id: int) -> VersionRow:
    """Return the draft of a territory. As its coordinator.

    Raises:
        CharterDraftNotFound: It has none.
    """
    found = await repository.draft(session, territory_id)
    if found is None:
        raise CharterDraftNotFound
    return found


async def put_draft(
    *, session: AsyncSession, organisation: uuid.UUID, territory_id: int, given: CharterDraft,
    precondition: Precondition = ALWAYS,
) -> tuple[bool, VersionRow]:  # fmt: skip
    """Write the draft of a territory: make one, with the next number, or replace it. As its coordinator.

    Returns:
        Whether it is new, and the draft.

    Raises:
        VersionChanged, BaseVersionUnknown, FeatureNotOfVersion: As they say.
    """
    if given.terms is not None:
        require_pinned(given.terms, within="terms.")
    await repository.lock(session, territory_id)
    present = await repository.draft(session, territory_id)
    precondition.check(present.revision if present else None)
    articles, terms = await _text(session, territory_id, given)
    write = repository.replace if present else repository.insert
    row = await write(session, territory_id, articles, terms)
    await _note(session, organisation, territory_id, row, "redrafted" if present else "drafted")
    return present is None, row


async def _text(session: AsyncSession, territory_id: int, given: CharterDraft) -> tuple[list[Any], dict[str, Any]]:
    articles: list[Any] = []
    terms = Terms()
    if given.based_on is not None:
        base = await repository.one(session, territory_id, given.based_on, drafts=True)
        if base is None:
            raise BaseVersionUnknown(field="based_on", value=given.based_on)
        articles, terms = base.articles, Terms.model_validate(base.terms)
    if given.articles is not None:
        articles = [article.model_dump(mode="json") for article in given.articles]
    return articles, (given.terms or terms).model_dump(mode="json")


async def delete_draft(
    *, session: AsyncSession, organisation: uuid.UUID, territory_id: int, precondition: Precondition = ALWAYS
) -> None:
    """Delete the draft; the next one gets its number. As the coordinator.

    Raises:
        CharterDraftNotFound, VersionChanged: As they say.
    """
    await repository.lock(session, territory_id)
    row = await _held_draft(session, territory_id, precondition)
    await repository.discard(session, territory_id)
    await _note(session, organisation, territory_id, row, "discarded")


async def _held_draft(session: AsyncSession, territory_id: int, precondition: Precondition) -> VersionRow:
    found = await repository.draft(session, territory_id)
    precondition.check(found.revision if found else None)
    if found is None:
        raise CharterDraftNotFound
    return found


async def propose(
    *, session: AsyncSession, organisation: uuid.UUID, territory_id: int, reply_by: dt.date | None,
    precondition: Precondition = ALWAYS,
) -> VersionRow:  # fmt: skip
    """Propose the draft: from now on landlords see it and may sign it, and nobody changes it. As the coordinator.

    What was proposed before and is not in force is superseded by it.

    Args:
        reply_by: Until when signatures are asked for; nothing happens on that day by itself.

    Raises:
        CharterDraftNotFound, ReplyDatePast, VersionChanged: As they say.
    """
    if reply_by is not None and reply_by < (now() + WHERE_DAYS_END_LAST).date():
        raise ReplyDatePast(field="reply_by", value=reply_by.isoformat())
    await repository.lock(session, territory_id)
    await _held_draft(session, territory_id, precondition)
    row = await repository.propose(session, territory_id, reply_by)
    await _note(session, organisation, territory_id, row, "proposed")
    return row


async def enact(*, session: AsyncSession, organisation: uuid.UUID, territory_id: int, version: int) -> VersionRow:
    """Put the proposed version in force now; the one before is superseded. As the coordinator.

    Who signed it holds to it from now on; who waits to be admitted goes on waiting. The other adhesions stay, and
    whoever does not sign shares no more than it signed: by ``binding_terms``, the stricter of both versions term by
    term. What the version takes away holds at once; what else comes of not signing is its term ``unsigned``.

    Raises:
        CharterVersionNotFound, CharterNotProposed: As they say.
    """
    await repository.lock(session, territory_id)
    found = await read_version(session=session, territory_id=territory_id, version=version, drafts=True)
    if found.status != "proposed":
        raise CharterNotProposed(
            Text(f"La version {version} n'est pas proposée.", f"Version {version} is not proposed."),
            field="version", value=version,
        )  # fmt: skip
    return await _in_force(session, organisation, territory_id)


async def _in_force(session: AsyncSession, organisation: uuid.UUID, territory_id: int) -> VersionRow:
    before = await adhesions.standing(session, territory_id)
    row = await repository.enact(session, territory_id)
    await adhesions.move(session, territory_id, row.version)
    if Terms.model_validate(row.terms).unsigned == "stricter":
        await adhesions.lift(session, territory_id)
    begun = sorted(await adhesions.standing(session, territory_id) - before)
    await events.publish(session, CharterChanged(territory_id))
    for member in begun:
        await events.publish(session, AdhesionChanged(territory_id, member, in_force=True))
    await _note(
        session, organisation, territory_id, row, "enacted",
        begun=[str(member) for member in begun], terms=row.terms,
    )  # fmt: skip
    return row


async def put_in_force(
    *, session: AsyncSession, organisation: uuid.UUID, territory_id: int, terms: Terms,
    articles: Sequence[Any] | None = None,
) -> int:  # fmt: skip
    """Draft, propose and enact a version in one step; return its number. As the coordinator of the territory.

    Args:
        articles: As JSON values; ``None``: those of the version in force.

    Raises:
        CharterDraftExists: Another one is in preparation.
        FeatureNotOfVersion: As it says.
    """
    require_pinned(terms)
    await repository.lock(session, territory_id)
    if await repository.draft(session, territory_id) is not None:
        raise CharterDraftExists
    if articles is None:
        present = await repository.in_force(session, territory_id)
        articles = present.articles if present else []
    await repository.insert(session, territory_id, list(articles), terms.model_dump(mode="json"))
    await repository.propose(session, territory_id, None)
    return (await _in_force(session, organisation, territory_id)).version


async def _note(
    session: AsyncSession, organisation: uuid.UUID, territory_id: int, row: VersionRow, verb: str, **more: Any
) -> None:
    digest = text_sha256(row.articles, row.terms)
    await audit.record(
        session, organisation=organisation, action=f"charter:version:{verb}",
        subject=f"{territory_id}/{row.version}", detail={"text_sha256": digest, **more},
    )  # fmt: skip
