"""Write to members of what becomes of their charter."""

from datetime import timedelta
from functools import partial
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.roles import UserRole
from registry.charter.repository import announcements as repository
from registry.charter.repository.announcements import Untold
from registry.charter.schemas import Terms
from registry.identity.service import notices as people
from registry.identity.service.mail import Kind
from registry.kernel.clock import date_in_france
from registry.kernel.text import Language, Text, day_said
from registry.platform.crypto import Keyring

ROLES: Final = (UserRole.LANDLORD_ADMIN,)
"""Who is written to: those who may sign."""
_SIGNED: Final = Text("Votre organisation l'a signée.", "Your organisation has signed it.")
_TO_SIGN: Final = Text("Votre organisation ne l'a pas signée.", "Your organisation has not signed it.")
_STRICTER: Final = Text(
    "Tant qu'elle ne la signe pas, la plus stricte de cette version et de celle qu'elle a signée vaut pour ses"
    " logements, clause par clause.",
    "Until it does, the stricter of this version and of the one that it signed holds for its homes, term by term.",
)
_SUSPENDED: Final = Text(
    "Sans signature, son adhésion sera suspendue le {day} et ses annonces retirées, jusqu'à ce qu'elle signe.",
    "Unless it signs, its adhesion is suspended on {day} and its listings are withdrawn, until it does.",
)


async def tell_members(*, session: AsyncSession, keys: Keyring, base_url: str) -> int:
    """Write to the members of every charter that was proposed or enacted since; return how many mails. As the job.

    Each state is told once, to the administrators of every landlord with an adhesion, a suspended one too.
    """
    mails = 0
    for version in await repository.untold(session):
        for member in await repository.members(session, version.territory_id, version.version):
            mails += await people.notify_people(
                session=session, keys=keys, organisation=member.organisation_id, roles=ROLES,
                kind=Kind.CHARTER_PROPOSED if version.status == "proposed" else Kind.CHARTER_ENACTED,
                values=partial(_values, version, member.signed, base_url),
            )  # fmt: skip
        await repository.tell(session, version.territory_id, version.version)
    return mails


def _values(version: Untold, signed: bool, base_url: str, language: Language) -> dict[str, Any]:  # noqa: FBT001  # of the member
    return {
        "territory": version.territory, "slug": version.slug, "version": version.version,
        "reply_by": day_said(version.reply_by).in_language(language) if version.reply_by else "–",
        "standing": _standing(version, signed=signed).in_language(language),
        "link": f"{base_url.rstrip('/')}/console/charter/{version.slug}/versions/{version.version}",
    }  # fmt: skip


def _standing(version: Untold, *, signed: bool) -> Text:
    if signed:
        return _SIGNED
    if version.status == "proposed":
        return _TO_SIGN
    terms, follows = Terms.model_validate(version.terms), _STRICTER
    if terms.unsigned == "suspended" and version.in_force_from is not None:
        day = day_said(date_in_france(version.in_force_from + timedelta(days=terms.unsigned_grace_days)))
        follows = Text(_SUSPENDED.fr.format(day=day.fr), _SUSPENDED.en.format(day=day.en))
    return Text(f"{_TO_SIGN.fr} {follows.fr}", f"{_TO_SIGN.en} {follows.en}")
