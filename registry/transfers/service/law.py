"""The texts in force: those that are shipped, and those that were loaded in their place."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from registry.kernel.clock import date_in_france, now
from registry.transfers.figures import Figures
from registry.transfers.protections import law
from registry.transfers.protections.law import LegalRule
from registry.transfers.repository import law as repository


async def rules_in_force(*, session: AsyncSession) -> Mapping[str, LegalRule]:
    """Return the rules of today by code."""
    loaded = [LegalRule.model_validate(row) for row in await repository.read(session)]
    return law.in_force(loaded, date_in_france(now()))


async def figures_in_force(*, session: AsyncSession) -> Figures:
    """Return what today's rules decide by."""
    return law.figures_of(await rules_in_force(session=session))


async def load(*, session: AsyncSession, rules: Sequence[LegalRule]) -> None:
    """Take rules in; each replaces the one of its code from its day on. As the job."""
    await repository.write(session, [rule.model_dump(mode="json") for rule in rules])


def stated(rule: LegalRule) -> dict[str, Any]:
    """Return a text as it is shown."""
    return {
        "code": rule.code, "article": rule.article, "text": rule.said._asdict(), "source": rule.source,
        "dated": rule.dated, "in_force_from": rule.in_force_from, "verified": rule.verified,
    }  # fmt: skip
