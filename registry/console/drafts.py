"""The draft of a charter as two people may edit it: read, written in the revision that the form was made from."""

import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.errors import VersionChanged
from registry.access.preconditions import Precondition
from registry.access.principal import Principal
from registry.charter import service
from registry.charter.errors import CharterDraftNotFound
from registry.charter.schemas import Terms
from registry.charter.schemas.versions import Article, CharterDraft
from registry.charter.service import CharterVersion, Place
from registry.console.charters import coordinated_place
from registry.console.texts import TEXTS
from registry.kernel.errors import Fault, Invalid, PreconditionFailed
from registry.kernel.text import Language, Text
from registry.kernel.validation import fault_of

_REVISION: Final = re.compile(r"[0-9]{1,9}")
_NO_DRAFT: Final = Text("La page de la charte en crée un.", "The charter's page makes one.")


class DraftChanged(PreconditionFailed):
    title = TEXTS["drafts.changed"]
    remedy = TEXTS["drafts.changed_remedy"]


class FormInvalid(Invalid):
    title = TEXTS["drafts.faults"]


class Held(NamedTuple):
    """The draft of a territory, for its coordinator."""

    place: Place
    draft: CharterVersion

    @property
    def terms(self) -> Terms:
        return Terms.model_validate(self.draft.terms)


class Shown(NamedTuple):
    """Something wrong with a form: which field, what it is called, what is wrong."""

    field: str
    label: str
    message: str


class Now(NamedTuple):
    """A field of which the draft says something else than what somebody typed."""

    label: str
    typed: str
    now: str


async def held(session: AsyncSession, principal: Principal, slug: str) -> Held:
    """Return the draft of a territory that the caller coordinates.

    Raises:
        TerritoryNotVisible: There is none, or somebody else does.
        CharterDraftNotFound: It has no draft.
    """
    place = await coordinated_place(session, principal, slug)
    try:
        draft = await service.read_draft(session=session, territory_id=place.id)
    except CharterDraftNotFound:
        raise CharterDraftNotFound(remedy=_NO_DRAFT) from None
    return Held(place, draft)


async def write(
    session: AsyncSession, principal: Principal, found: Held, revision: str, *, articles: Sequence[Any] | None = None,
    terms: Terms | None = None,
) -> None:  # fmt: skip
    """Write articles or terms of the draft, the others as they are.

    Args:
        session: The coordinator's.
        principal: Who writes.
        found: The draft as it was read in this transaction.
        revision: Of the draft that the form was made from.
        articles: As JSON values or models, in order.
        terms: All of them.

    Raises:
        DraftChanged: It is another one by now.
        FeatureNotOfVersion: As it says.
    """
    given = CharterDraft(
        articles=tuple(
            Article.model_validate(each) for each in (found.draft.articles if articles is None else articles)
        ),
        terms=found.terms if terms is None else terms,
    )
    if revision != str(found.draft.revision):
        raise DraftChanged
    try:
        await service.put_draft(
            session=session, organisation=principal.organisation_id, territory_id=found.place.id, given=given,
            precondition=held_to(revision),
        )  # fmt: skip
    except VersionChanged:
        raise DraftChanged from None


def held_to(revision: str) -> Precondition:
    """Return the condition that the draft is of this revision still."""
    return Precondition(if_match=f'"{revision if _REVISION.fullmatch(revision) else "-"}"')


def wrong_with(
    error: ValidationError, language: Language, labels: Mapping[str, str], names: Mapping[str, str]
) -> list[Shown]:
    """Return what is wrong, by the fields of the form.

    Args:
        error: What the model says.
        language: Of the person.
        labels: What each field of the form is called.
        names: Fields of the form by the model's dotted names, where they are others.
    """
    return shown_faults([fault_of(each) for each in error.errors()], language, labels, names)


def shown_faults(
    faults: Iterable[Fault], language: Language, labels: Mapping[str, str], names: Mapping[str, str]
) -> list[Shown]:
    """Return faults by the fields of the form; one of no field stands without."""
    found = []
    for fault in faults:
        field = _field(_named(fault.field, names), labels)
        found.append(Shown(field, labels.get(field, ""), fault.message.in_language(language)))
    return found


def _named(field: str, names: Mapping[str, str]) -> str:
    """Return the form's name of a model's field; the longest known beginning of it decides."""
    for known in sorted(names, key=len, reverse=True):
        if field == known or field.startswith(f"{known}."):
            return names[known] + field[len(known) :]
    return field


def _field(name: str, labels: Mapping[str, str]) -> str:
    """Return the field of that name, or the first of what is nearest to it; nothing where nothing is near."""
    while name and name not in labels:
        near = next((each for each in labels if each.startswith(f"{name}.")), None)
        name = near or name.rpartition(".")[0]
    return name


def differences(typed: Mapping[str, str], now: Mapping[str, str], labels: Mapping[str, str]) -> list[Now]:
    """Return the fields of which the draft says something else than what was typed."""
    return [
        Now(label, typed.get(name, ""), now.get(name, ""))
        for name, label in labels.items()
        if typed.get(name, "") != now.get(name, "")
    ]


async def signatories(session: AsyncSession, place: Place, version: int) -> set[uuid.UUID]:
    """Return the organisations whose signature of a version stands. As the coordinator."""
    found: set[uuid.UUID] = set()
    after, step = uuid.UUID(int=0), 500
    while True:
        rows = await service.list_signatures(
            session=session, territory_id=place.id, organisation=None, after=after, limit=step
        )
        found |= {row.organisation_id for row in rows if row.charter_version == version and row.withdrawn_at is None}
        if len(rows) < step:
            return found
        after = rows[-1].id
