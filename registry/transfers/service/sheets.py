"""The sheets of a proposal: the tenant's, for the landlord of the case; the committee's, for the landlord of the home.

Neither says an address, before or after it is disclosed: paper is passed on.
"""

import asyncio
import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import Principal, own_organisation
from registry.kernel.numbers import money_said
from registry.kernel.text import Language, Text, month_said
from registry.stock import service as stock
from registry.transfers import errors
from registry.transfers.documents import printing
from registry.transfers.documents.committee import Cited, CommitteeSheet, Flow, TransferKind
from registry.transfers.documents.printing import Sheet, as_part
from registry.transfers.documents.tenant import WORDS, TenantSheet
from registry.transfers.matching import words as matching
from registry.transfers.matching.adaptation import rests_on
from registry.transfers.matching.requirements import Fit, Requirement
from registry.transfers.need import NeedProfile
from registry.transfers.repository import sheets as repository
from registry.transfers.repository.sheets import OwnHome
from registry.transfers.service import cases, law, proposals, vacated
from registry.transfers.service import help as moving
from registry.transfers.service.matches import profile_of
from registry.transfers.workflow import Party
from registry.vocabulary.facts import FEATURES
from registry.vocabulary.home_class import LABELS as CLASSES
from registry.vocabulary.services import BANDS, FAMILIES, Band
from registry.vocabulary.stock import LABELS as STOCK
from registry.vocabulary.stock import QuotaHolder
from registry.vocabulary.transfers import LABELS, Help
from registry.vocabulary.works import WORKS_BY_CODE

__all__ = ["Sheet", "as_part", "as_pdf", "committee_sheet", "tenant_sheet", "vacated_sheet"]

MOST: Final = 8
"""Features of one kind on a tenant's sheet, which is one page."""
_PRINTING: Final = asyncio.Semaphore(1)
_FLOORS: Final = {
    "ground": Text("rez-de-chaussée", "ground floor"),
    "1": Text("premier étage", "first floor"),
    "2-3": Text("deuxième ou troisième étage", "second or third floor"),
    "4+": Text("quatrième étage ou plus haut", "fourth floor or higher"),
}
_NOW: Final = Text("maintenant", "now")
_SOON: Final = Text("bientôt", "soon")


async def tenant_sheet(*, session: AsyncSession, principal: Principal, id_: uuid.UUID) -> TenantSheet:
    """Return the tenant's sheet of a proposal of one's own case. The need is read: the audit notes it.

    Raises:
        ProposalNotFound: There is none such that the caller made.
        SheetHomeGone: The home is shared no more, or the case is deleted.
    """
    proposal = await proposals.read(session=session, principal=principal, id_=id_)
    if Party.ORIGIN not in proposals.parties_of(principal, proposal):
        raise errors.ProposalNotFound
    home = await repository.listing(session, proposal.listing_id)
    if home is None or proposal.case_id is None:
        raise errors.SheetHomeGone
    case = await cases.read_case_by_id(session=session, principal=principal, id_=proposal.case_id)
    need = cases.need_of(case)
    helps = await moving.read_help(session=session, principal=principal, id_=id_)
    profile = profile_of(need)
    return TenantSheet(
        landlord=home["landlord"]["name"], commune=home["commune"]["name"], size=_size(home),
        floor=_FLOORS[home["floor_band"]] if home["floor_band"] else None, free=_free(home), way=profile,
        good=_features(home, proven=True), check=_unsure(proposal.shared.get("demands", ())),
        lacks=_features(home, proven=False), places=_places(home, profile), rents=_rents(need, home),
        help=tuple(map(_help, helps)),
    )  # fmt: skip


async def committee_sheet(*, session: AsyncSession, principal: Principal, id_: uuid.UUID) -> CommitteeSheet:
    """Return the committee's sheet of a proposal of one of the caller's homes. What it demands is noted as read.

    Raises:
        ProposalNotFound: There is none such of a home of the caller.
        SheetHomeGone: The home is no more.
    """
    proposal = await proposals.read(session=session, principal=principal, id_=id_)
    if Party.OWNER not in proposals.parties_of(principal, proposal):
        raise errors.ProposalNotFound
    demands = await proposals.read_demands(session=session, principal=principal, proposal=proposal)
    kind: TransferKind = "own" if proposal.organisation_id == proposal.owner_id else "others"
    return await _committee(session, principal, proposal.listing_id, (kind,), demands)


async def vacated_sheet(*, session: AsyncSession, principal: Principal, id_: uuid.UUID) -> CommitteeSheet:
    """Return the committee's sheet of an adapted home that fell vacant, without a candidate.

    Raises:
        VacatedHomeNotFound: The landlord has none of that id.
        SheetHomeGone: The home is no more.
    """
    found = await vacated.read_vacated(session=session, principal=principal, id_=id_)
    return await _committee(session, principal, found["listing_id"], ("own", "others"), None)


async def as_pdf(sheet: Sheet, language: Language) -> bytes:
    """Print a sheet; one at a time, beside the loop."""
    async with _PRINTING:
        return await asyncio.to_thread(printing.printed, sheet, language)


async def _committee(
    session: AsyncSession,
    principal: Principal,
    listing: uuid.UUID,
    kinds: Iterable[TransferKind],
    demands: Iterable[Mapping[str, str]] | None,
) -> CommitteeSheet:
    home = await repository.home(session, own_organisation(principal), listing)
    if home is None:
        raise errors.SheetHomeGone
    adapted = home.adapted()
    rules = await law.rules_in_force(session=session)
    rule, link = rules["adapted_home_priority"], rules["local_link"]
    return CommitteeSheet(
        home_ref=home.ref, residence=home.residence, commune=home.commune,
        size=_sized(home.typology, home.rooms, f"{home.area_m2:g} m²" if home.area_m2 else None),
        home_class=home.home_class, class_label=CLASSES[home.home_class], rent_cents=home.rent_cents,
        charges_cents=home.charges_cents, free=_free_on(home),
        works=tuple((WORKS_BY_CODE[code].label, dt.date.fromisoformat(day)) for code, day in home.works),
        features=tuple(fact.label for fact in home.proven()), quota_holder=_quota_holder(home),
        flow=await _flow(session, principal, home, kinds),
        demands=None if demands is None else tuple(
            (_demand(each["code"]), matching.FITS[Fit(each["fit"])], rests_on(each["code"], adapted))
            for each in demands
        ),
        article=rule.article, priority=rule.said, source=rule.source, dated=rule.dated,
        verified=rule.verified,
        link=None if demands is None else Cited(link.article, link.said, link.source, link.dated, link.verified),
    )  # fmt: skip


async def _flow(
    session: AsyncSession, principal: Principal, home: OwnHome, kinds: Iterable[TransferKind]
) -> tuple[Flow, ...]:
    """Return what the landlord's convention with the home's quota holder says of these kinds of transfers."""
    if home.quota_holder is None or home.quota_holder == QuotaHolder.NOT_RESERVED:
        return ()
    found = await stock.read_convention(
        session=session, principal=principal, departement=home.departement, quota_holder=home.quota_holder
    )
    if found is None:
        return tuple(Flow(kind, None, None) for kind in kinds)
    said = {"own": found.own_transfers, "others": found.others_transfers}
    return tuple(Flow(kind, said[kind], found.dated) for kind in kinds)


def _quota_holder(home: OwnHome) -> Text | None:
    if home.quota_holder is None or home.quota_holder == QuotaHolder.NOT_RESERVED:
        return None
    return STOCK[QuotaHolder][QuotaHolder(home.quota_holder)]


def _demand(code: str) -> Text:
    return matching.demand(Requirement(code, (1,), ()))


def _size(home: Mapping[str, Any]) -> Text:
    band = home["area_band_m2"]
    return _sized(home["typology"], home["rooms"], f"{band[0]}-{band[1]} m²" if band else None)


def _sized(typology: str, rooms: int, area: str | None) -> Text:
    more = f", {area}" if area else ""
    return Text(
        f"{typology}, {rooms} {'pièces principales' if rooms > 1 else 'pièce principale'}{more.replace('.', ',')}",
        f"{typology}, {rooms} {'main rooms' if rooms > 1 else 'main room'}{more}",
    )


def _free(home: Mapping[str, Any]) -> Text:
    if home["availability"] == "now":
        return _NOW
    return _from(home["available_month"])


def _free_on(home: OwnHome) -> Text:
    if home.status == "vacant":
        return _NOW
    return _from(f"{home.available_on:%Y-%m}" if home.available_on else None)


def _from(month: str | None) -> Text:
    if month is None:
        return _SOON
    year, number = month.split("-")
    said = month_said(dt.date(int(year), int(number), 1))
    of = "d'" if said.fr[0] in "ao" else "de "
    return Text(f"à partir {of}{said.fr}", f"from {said.en} on")


def _features(home: Mapping[str, Any], *, proven: bool) -> tuple[Text, ...]:
    shared = home["features"]
    found = [each.label for each in FEATURES if shared.get(each.code, {}).get("proven") is proven]
    return tuple(found[:MOST])


def _unsure(demands: Iterable[Mapping[str, str]]) -> tuple[Text, ...]:
    return tuple(_demand(each["code"]) for each in demands if each["fit"] == Fit.POSSIBLE)


def _places(home: Mapping[str, Any], profile: str) -> tuple[tuple[Text, Text], ...]:
    reached = home["services"]
    return tuple(
        (FAMILIES[family].label, BANDS[Band(reached[family.code][profile])])
        for family in FAMILIES
        if profile in reached.get(family.code, {})
    )


def _rents(need: NeedProfile, home: Mapping[str, Any]) -> tuple[tuple[Text, int | None, int | None], ...]:
    rent, charges = home["rent_cents"], home["charges_cents"]
    return (
        (WORDS["principal"], need.current_rent_cents, rent),
        (WORDS["total"], _sum(need.current_rent_cents, need.current_charges_cents), _sum(rent, charges)),
    )


def _sum(rent: int | None, charges: int | None) -> int | None:
    return None if rent is None or charges is None else rent + charges


def _help(row: moving.HelpRow) -> Text:
    label = LABELS[Help(row.kind)]
    if row.planned_cents is None:
        return label
    amount = money_said(row.planned_cents)
    return Text(f"{label.fr} : {amount.fr}", f"{label.en}: {amount.en}")
