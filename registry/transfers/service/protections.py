"""The protections of a case, computed from what it says, from its present home and from what the landlord adds.

What the landlord says of the household (age band, disability, autonomy) is used for the one answer and kept nowhere.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import Principal, own_organisation
from registry.transfers.protections.rules import STAYS, Code, Fact, Household, Protection, State, facts, protections
from registry.transfers.repository import households as repository
from registry.transfers.service import cases, law
from registry.transfers.service.cases import Case
from registry.vocabulary.transfers import CaseKind, Exemption, Ground

__all__ = ["Code", "State", "protections_of", "read_protections"]


async def read_protections(
    *, session: AsyncSession, principal: Principal, ref: str, said: Mapping[Code, State] | None = None
) -> dict[str, Any]:
    """Return what each text in force says for a case. The case is read: the audit notes it.

    Raises:
        CaseNotFound: The landlord has none of that reference.
    """
    case = await cases.read_case(session=session, principal=principal, ref=ref)
    return await protections_of(session=session, principal=principal, case=case, said=said)


async def protections_of(
    *, session: AsyncSession, principal: Principal, case: Case, said: Mapping[Code, State] | None = None
) -> dict[str, Any]:
    """Return the same of a case that was read already."""
    organisation = own_organisation(principal)
    need, known = cases.need_of(case), dict(said or {})
    home = await repository.present_home(session, organisation, case.home_ref) if case.home_ref else None
    if home is not None and home.in_qpv and known.get(Exemption.QPV, "unknown") == "unknown":
        known[Exemption.QPV] = "yes"
    household = Household(
        residents=need.residents, visiting_children=need.visiting_children,
        rooms=home.rooms if home else need.current_rooms, housed=case.kind == CaseKind.TRANSFER,
        ground=Ground(case.ground) if case.ground else None, commune=home.commune if home else None,
        wanted=tuple(case.communes), facts=known,
    )  # fmt: skip
    rules = await law.rules_in_force(session=session)
    return {
        "items": [_stated(each) for each in protections(household, rules)],
        "facts": [_fact(each) for each in facts(household, rules)],
        "refusals": await repository.refusals(session, organisation, case.id),
        "right": STAYS._asdict(),
    }


def _stated(found: Protection) -> dict[str, Any]:
    return {
        "rule": law.stated(found.rule),
        "applies": found.applies,
        "because": found.because._asdict(),
        "exemptions": [_fact(each) for each in found.exemptions],
        "conditions": [_fact(each) for each in found.conditions],
    }


def _fact(fact: Fact) -> dict[str, Any]:
    return {"code": fact.code, "label": fact.label._asdict(), "state": fact.state}
