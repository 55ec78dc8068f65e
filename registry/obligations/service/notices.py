"""Write to members of their standing once it turns, and of scores below their floor, once a week or a month at most."""

import itertools
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, Final

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.roles import UserRole
from registry.audit import service as audit
from registry.identity.service import notices as people
from registry.identity.service.mail import Kind
from registry.kernel.text import Language, Text, day_said
from registry.obligations.repository import telling as repository
from registry.obligations.repository.telling import Turned, Under
from registry.obligations.service import words
from registry.platform.crypto import Keyring

ROLES: Final = (UserRole.LANDLORD_ADMIN,)
"""Who is written to: those who answer for the charter."""
EVERY: Final = timedelta(days=7)
"""How long after a reminder of an obligation the next one comes."""
OF_THE_PAST: Final = timedelta(days=30)
"""The same of homes that were let again: nothing that is done now changes what was."""
_MAILS: Final = {"warned": Kind.STANDING_WARNED, "barred": Kind.STANDING_BARRED}
log: Final = structlog.get_logger()


async def tell(
    *, session: AsyncSession, keys: Keyring, territory_id: int, day: date, at: datetime
) -> list[Turned]:  # fmt: skip
    """Tell members whose standing turned: warned, suspended, searching again; return the turns, to be noted.

    As the job. Whoever is warned is not reminded of the same within a week.
    """
    found = await repository.turned(session, territory_id, day)
    for turned in found:
        kind = _MAILS.get(turned.state) or (Kind.STANDING_RESTORED if turned.told == "barred" else None)
        if kind is not None:
            await people.notify_people(
                session=session, keys=keys, organisation=turned.organisation_id, roles=ROLES, kind=kind,
                values=partial(_standing, turned),
            )  # fmt: skip
        await repository.tell(session, territory_id, turned.organisation_id)
        if turned.state == "warned":
            await repository.remind(session, territory_id, turned.organisation_id, "completeness", at)
    return found


async def note(*, session: AsyncSession, territory_id: int, turns: list[Turned]) -> None:
    """Note turns of standings in the landlords' audit chains, which are held from then on."""
    for turned in turns:
        detail = {
            "met": turned.met, "counted": turned.counted, "floor_percent": turned.floor_percent,
            "bars_on": turned.bars_on.isoformat() if turned.bars_on else None,
        }  # fmt: skip
        await audit.record(
            session, organisation=turned.organisation_id, action=f"obligations:standing:{turned.state}",
            subject=str(territory_id), detail=detail,
        )  # fmt: skip
        log.info(
            "standing_turned", territory=territory_id, organisation=str(turned.organisation_id), state=turned.state
        )


def _standing(turned: Turned, language: Language) -> dict[str, Any]:
    asked = words.asked(turned.counted, turned.floor_percent)
    measured = words.measured(turned.met, turned.counted)
    return {
        "territory": turned.territory, "slug": turned.slug,
        "bars_on": day_said(turned.bars_on).in_language(language) if turned.bars_on else "–",
        "asked": asked.in_language(language), "measured": measured.in_language(language),
        "remedy": words.remedy(turned.counted, turned.slug).in_language(language),
    }  # fmt: skip


async def remind(*, session: AsyncSession, keys: Keyring, territory_id: int, day: date, at: datetime) -> None:
    """Remind members of scores below their floor: one mail for all of a member's, none twice within its time.

    Homes whose source says nothing any more are the business of that source's own warning. As the job.
    """
    found = await repository.under(session, territory_id, day, since=at - EVERY, since_of_past=at - OF_THE_PAST)
    for organisation, scores in itertools.groupby(found, lambda under: under.organisation_id):
        under = list(scores)
        await people.notify_people(
            session=session, keys=keys, organisation=organisation, roles=ROLES, kind=Kind.OBLIGATIONS_UNDER,
            values=partial(_reminder, under),
        )  # fmt: skip
        for score in under:
            await repository.remind(session, territory_id, organisation, score.obligation, at)


def _reminder(under: list[Under], language: Language) -> dict[str, Any]:
    return {
        "territory": under[0].territory, "slug": under[0].slug,
        "scores": "\n".join(f"– {_line(score).in_language(language)}" for score in under),
    }  # fmt: skip


def _line(score: Under) -> Text:
    if score.obligation == "freshness":
        return Text(
            f"Fraîcheur : {score.untold} logement(s) partagé(s) non confirmé(s) depuis plus de {score.asked} jours.",
            f"Freshness: {score.untold} shared home(s) not confirmed for more than {score.asked} days.",
        )
    share = words.percent(score.met, score.counted)
    if score.obligation == "examined":
        return Text(
            f"Adaptation examinée : {share} % des logements adaptés reloués, pour un plancher de"
            f" {score.floor_percent} % ; {score.untold} l'ont été sans examen, ou sans que vous le disiez (page"
            " « Logements libérés »).",
            f"Adaptation examined: {share} % of the adapted homes let again, for a floor of {score.floor_percent} %;"
            f" {score.untold} were let without it, or without your saying so (page 'Vacated homes').",
        )
    if score.obligation == "relet":
        return Text(
            f"Logements adaptés reloués à qui en a besoin : {share} %, pour un plancher de {score.floor_percent} % ;"
            f" {score.untold} sont perdus ou sans issue déclarée (page « Logements libérés »).",
            f"Adapted homes let to who needs them: {share} %, for a floor of {score.floor_percent} %; {score.untold}"
            " are lost, or without a stated outcome (page 'Vacated homes').",
        )
    return Text(
        f"Complétude : {share} % de ce qui est demandé de vos logements partagés est renseigné, pour un plancher de"
        f" {score.floor_percent} %.",
        f"Completeness: {share} % of what is asked of your shared homes is stated, for a floor of"
        f" {score.floor_percent} %.",
    )
