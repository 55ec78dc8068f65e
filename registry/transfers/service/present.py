"""The present home of a case beside its need: what it meets, and what adapting it would take."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import Principal
from registry.assessment import service as assessment
from registry.assessment.service import AssessedHome
from registry.listings.service import tags
from registry.transfers.matching import words
from registry.transfers.matching.asked import Asked
from registry.transfers.matching.present import Met, meets, outlook
from registry.transfers.matching.requirements import worst
from registry.vocabulary.conditions import Yes, evaluate
from registry.vocabulary.facts import FEATURES
from registry.vocabulary.home_class import BY_NUMBER
from registry.vocabulary.works import Work

Costs = Mapping[str, tuple[int | None, int | None]]
"""From and up to what works cost in euro cents, by the code of works that the landlord stated as feasible there."""


async def present_home(
    *, session: AsyncSession, principal: Principal, asked: Asked, costs: Costs
) -> dict[str, Any] | None:  # fmt: skip
    """Return what the present home meets of the need, by the logic of the listings, and the works for what it misses.

    ``None``: the case has no home of the landlord's own stock.
    """
    if asked.case.home is None:
        return None
    home = await assessment.read_home_assessment(session=session, principal=principal, ref=asked.case.home.ref)

    met = meets(asked, _held(home), home.found.floor, costs.keys(), partial(assessment.mends, home))
    return {
        "home_ref": home.found.ref,
        "fit": worst(each.fit for each in met),
        "outlook": outlook(met, costs.keys()),
        "demands": [_demand(each, costs) for each in met],
    }


def _held(home: AssessedHome) -> frozenset[int]:
    """Return the codes of a home as its listing would have them: what is proven, and what is not excluded."""
    values = {code: fact["value"] for code, fact in home.found.facts.items()}
    held = set()
    for fact in FEATURES:
        holds = evaluate(Yes(fact.code), values, home.found.floor)
        if home.applies(fact.code) is False:
            holds = False
        if holds is not False:
            held.add(tags.feature(fact.code, possible=True))
        if holds:
            held.add(tags.feature(fact.code, possible=False))
    held |= {tags.at_least(n, possible=False) for n in BY_NUMBER if n <= home.now.proven}
    held |= {tags.at_least(n, possible=True) for n in BY_NUMBER if n <= home.now.possible}
    return frozenset(held)


def _demand(met: Met, costs: Costs) -> dict[str, Any]:
    return {
        "code": met.demand.code,
        "label": words.demand(met.demand)._asdict(),
        "fit": met.fit,
        "works": [_work(work, costs) for work in met.works],
        "together": met.together,
    }


def _work(work: Work, costs: Costs) -> dict[str, Any]:
    low, high = costs.get(work.code, (None, None))
    return {
        "code": work.code, "label": work.label._asdict(), "cost_from_cents": low, "cost_to_cents": high,
        "feasible": work.code in costs,
    }  # fmt: skip
