"""The homes that fit a case of the caller's, ranked and explained, and those that nearly do."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import OwnOrganisation, Principal, own_organisation
from registry.audit import service as audit
from registry.charter import service as charter
from registry.kernel.clock import today
from registry.listings.errors import AdhesionRequired, ReciprocityUnmet
from registry.listings.service.meter import Meter
from registry.surroundings.service import Grounds
from registry.transfers.errors import CaseClosed, CaseNotFound, ConsentOver
from registry.transfers.matching import near, shares, words
from registry.transfers.matching.asked import Asked, Case, Home, asked_of
from registry.transfers.matching.explanation import FITS, Found, lines, routine_share, score, total_share
from registry.transfers.matching.requirements import Fit, worst
from registry.transfers.need import NeedProfile
from registry.transfers.repository import matches as repository
from registry.transfers.repository.matches import CaseRow, Row, Stated
from registry.transfers.service import law
from registry.transfers.service.cases import LANDLORD
from registry.transfers.service.present import present_home
from registry.transfers.service.routine import Reached, reached
from registry.vocabulary.grid import ProfileCode
from registry.vocabulary.matching import Criterion
from registry.vocabulary.transfers import Aid, Ground
from registry.vocabulary.works import Work

SEARCHED: Final = "matches"
"""The shape of the search that is counted."""
NEAR_MISSES: Final = 10
_WHEELS: Final = frozenset({Aid.MANUAL_WHEELCHAIR, Aid.POWERED_WHEELCHAIR, Aid.SCOOTER})
_WITH_AID: Final = frozenset({Aid.STICK, Aid.WALKER})


@dataclass(frozen=True, slots=True)
class _Ranked:
    """A listing with its document read and its score complete."""

    row: Row
    found: Found
    shares: dict[Criterion, float]
    score: float


def profile_of(need: NeedProfile) -> ProfileCode:
    """Return how somebody moves outdoors, as the network's profiles have it."""
    if need.aid_outdoors in _WHEELS:
        return "wheelchair"
    return "senior" if need.aid_outdoors in _WITH_AID else "walking"


async def find_matches(
    *, session: AsyncSession, principal: Principal, meter: Meter, grounds: Grounds, limit: int, beyond: bool,
    ref: str | None = None, id_: uuid.UUID | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Return the homes for a case, best first, beside what the present one would need.

    Homes of others that are shown count as seen, as by a search.

    Args:
        meter: Of the process.
        grounds: Of the process.
        limit: Homes that fit, at most.
        beyond: Also those outside what is wanted.
        ref: The case, by its reference; or by ``id_``.

    Raises:
        CaseNotFound: The caller has no such case.
        CaseClosed, ConsentOver: No need may be matched any more.
        AdhesionRequired, ReciprocityUnmet: The caller may not search that territory now.
        DailyHomesUsedUp: The quota of others' homes seen today does not allow these.
    """
    organisation = own_organisation(principal)
    found = None
    if principal.kind == LANDLORD:  # nobody else may read a need, here or in the database
        found = await repository.read_case(session, organisation, ref=ref, id_=id_)
    if found is None:
        raise CaseNotFound
    _require_open(principal, found)
    asked = asked_of(await _case(session, found))
    profile = profile_of(asked.case.need)
    present = await present_home(session=session, principal=principal, asked=asked, costs=found.feasible or {})
    rows = await repository.find(session, organisation, asked, profile, limit=limit, beyond=beyond)
    near_by = await reached(session=session, grounds=grounds, need=asked.case.need, profile=profile, rows=rows)
    ranked = sorted((_ranked(asked, row, near_by) for row in rows), key=lambda each: (-each.score, each.row.id))
    fitting = [each for each in ranked if each.row.rank == repository.FITS][:limit]
    nearly = [each for each in ranked if each.row.rank != repository.FITS and _remediable(asked, each)][:NEAR_MISSES]
    if foreign := [each.row.id for each in [*fitting, *nearly] if not each.row.own]:
        await meter.see(principal, foreign)
    meter.searched(principal, SEARCHED)
    works = await _works(session, organisation, nearly)
    await audit.record(session, organisation=organisation, action="transfers:need:matched", subject=str(found.id))
    return {
        "territory": found.territory,
        "door": _door(found),
        "network": found.network if found.door == "open" and found.compared else None,
        "weights": asked.weights,
        "present_home": present,
        "items": [_match(asked, each) for each in fitting],
        "near_misses": [_near_miss(asked, each, works) for each in nearly],
    }


def _require_open(principal: Principal, case: CaseRow) -> None:
    if case.closed:
        raise CaseClosed
    if case.consent_until < today():
        raise ConsentOver
    if case.territory in principal.barred:
        raise ReciprocityUnmet(field="territory", value=case.territory)
    if case.territory not in principal.territories:
        raise AdhesionRequired


async def _case(session: AsyncSession, row: CaseRow) -> Case:
    terms = await charter.terms_in_force(session=session, territory_id=row.territory_id)
    figures = await law.figures_in_force(session=session)
    need = NeedProfile.model_validate_json(orjson.dumps(row.need))
    home = None
    if row.home_ref is not None and row.residence_id is not None and row.commune is not None:
        home = Home(row.home_ref, row.residence_id, row.building_id, row.commune, tuple(row.quarters or ()))
    return Case(
        id=row.id, territory_id=row.territory_id, need=need, ground=Ground(row.ground) if row.ground else None,
        deadline=row.deadline, rent_limit_cents=row.rent_limit_cents, rooms_least=row.rooms_least,
        rooms_most=max(need.rooms_most(figures), row.rooms_least), communes=tuple(row.communes),
        freshness_days=terms.freshness_days, weights=terms.matching_weights, figures=figures, today=today(), home=home,
    )  # fmt: skip


def _door(case: CaseRow) -> str:
    if case.home_ref is None:
        return "none"
    if case.door is None:
        return "waiting"
    return "comparing" if case.door == "open" and not case.compared else case.door


def _ranked(asked: Asked, row: Row, near_by: Reached) -> _Ranked:
    found = Found(
        tuple(row.fits), row.place, row.in_quarter, row.in_commune, row.band, near_by.get(row.id, ()),
        orjson.loads(row.document),
    )  # fmt: skip
    of_each = dict(zip(repository.SQL_CRITERIA, row.shares, strict=True))
    of_each |= {Criterion.TOTAL: total_share(asked, found), Criterion.ROUTINE: routine_share(found)}
    return _Ranked(row, found, of_each, score(asked, of_each))


def _missed(asked: Asked, each: _Ranked) -> tuple[str, ...]:
    """Return the facts that a home lacks by its listing, of the one demand that it misses beside its class."""
    missed = [demand for n, demand in asked.features if each.found.fits[n] == 0]
    if len(missed) != 1:
        return ()
    shown = each.found.document["features"]
    return tuple(code for code in near.facts_of(missed[0]) if code in shown and not shown[code]["proven"])


def _remediable(asked: Asked, each: _Ranked) -> bool:
    return each.row.rank == repository.CLASS_SHORT or near.remedy(_missed(asked, each)) is not None


Works = dict[tuple[uuid.UUID, str], Stated]


async def _works(session: AsyncSession, organisation: OwnOrganisation, nearly: Sequence[_Ranked]) -> Works:
    """Return what is stated of works in homes that nearly fit, by listing and work."""
    if not nearly:
        return {}
    own = [each.row.id for each in nearly if each.row.own]
    others = [each.row.id for each in nearly if not each.row.own]
    return await repository.works(session, organisation, own, others)


def _match(asked: Asked, each: _Ranked) -> dict[str, Any]:
    fits = [FITS[number] for number in each.found.fits]
    demands = [
        {"code": demand.code, "label": words.demand(demand)._asdict(), "fit": fit}
        for demand, fit in zip(asked.demands, fits, strict=True)
    ]
    missing = sorted((each for each in demands if each["fit"] is not Fit.PROVEN), key=_least_first)
    return {
        "listing": each.found.document,
        "own": each.row.own,
        "home_ref": each.row.home_ref,
        "fit": worst(fits),
        "demands": demands,
        "missing": missing[0] if missing else None,
        "place": each.row.place,
        "beyond": _beyond(asked, each.row),
        "distance_band_m": _band(each.row.band),
        "rents": _rents(asked, each.found),
        "score": round(each.score, 2),
        "lines": [_line(line) for line in lines(asked, each.found, each.shares)],
        "proposal": each.row.proposal,
    }


def _least_first(demand: dict[str, Any]) -> int:
    return FITS.index(demand["fit"])


def _beyond(asked: Asked, row: Row) -> bool | None:
    if not row.in_commune:
        return True
    if not asked.wanted_quarters:
        return False
    return None if row.in_quarter is None else not row.in_quarter


def _band(band: int | None) -> list[int] | None:
    if band is None:
        return None
    if band == 0:
        return [shares.BANDS * shares.BAND_M]
    return [(band - 1) * shares.BAND_M, band * shares.BAND_M]


def _rents(asked: Asked, found: Found) -> dict[str, Any]:
    rent, total = found.document["rent_cents"], found.total_cents
    beat, total_beat, need = asked.rent_to_beat, asked.total_to_beat, asked.case.need
    met = None if rent is None or beat is None else rent < beat if asked.strictly else rent <= beat
    return {
        "rent_cents": rent,
        "present_rent_cents": need.current_rent_cents,
        "rent_bound_cents": beat,
        "rent_test": "lower" if asked.strictly else "no_more",
        "rent_met": met,
        "total_cents": total,
        "present_total_cents": need.current_total_cents,
        "total_bound_cents": total_beat,
        "total_met": None if total is None or total_beat is None else total <= total_beat,
    }


def _line(line: Any) -> dict[str, Any]:
    return {
        "criterion": line.criterion, "label": line.label._asdict(), "value": line.value._asdict(),
        "threshold": line.threshold and line.threshold._asdict(), "weight": line.weight,
        "points": round(line.points, 2), "source": line.source._asdict(), "source_date": line.source_date,
    }  # fmt: skip


def _near_miss(asked: Asked, each: _Ranked, works: Works) -> dict[str, Any]:
    short = each.row.rank == repository.ONE_SHORT
    remedy = near.remedy(_missed(asked, each)) if short else None
    shown = [_work(work, works.get((each.row.id, work.code), Stated())) for work in remedy.works] if remedy else []
    agreed = any(work["before_entry"] for work in shown)
    return {
        **_match(asked, each),
        "reason": "one_work_short" if short else "one_class_lower",
        "works": shown,
        "owner": "yours" if each.row.own else "agreed" if agreed else "to_ask",
    }


def _work(work: Work, stated: Stated) -> dict[str, Any]:
    return {
        "code": work.code, "label": work.label._asdict(), "cost_from_cents": stated.from_cents,
        "cost_to_cents": stated.to_cents, "before_entry": stated.before_entry,
    }  # fmt: skip
