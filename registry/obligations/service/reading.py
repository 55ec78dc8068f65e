"""Read scores, standings and what is behind them."""

import datetime as dt
import uuid
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import Principal, own_organisation
from registry.assessment.service.homes import COUNTED, applies
from registry.charter import service as charter
from registry.charter.errors import AdhesionNotFound
from registry.charter.schemas import Terms
from registry.kernel.clock import date_in_france, now
from registry.obligations.errors import StandingNotFound
from registry.obligations.repository import figures, reading
from registry.obligations.repository.figures import FiguresRow
from registry.obligations.repository.reading import BehindRow, MemberRow, ScoreRow, StandingRow
from registry.obligations.schemas import ABOUT_HOUSEHOLDS, DEFINITIONS, LABELS, LEAST, OBLIGATIONS, STEP, TERMS
from registry.obligations.service import words

FIRST: Final = uuid.UUID(int=0)
NO_DAY: Final = dt.date(1900, 1, 1)


def scored(row: ScoreRow) -> dict[str, Any]:
    """Return a score as it is shown."""
    floor = row.floor_percent
    measured = floor is not None and row.counted > 0
    return {
        "obligation": row.obligation, "day": row.day, "met": row.met, "counted": row.counted,
        "share_percent": words.percent(row.met, row.counted), "asked": row.asked, "floor_percent": floor,
        "holds": row.met * 100 >= row.counted * (floor or 0) if measured else None,
    }  # fmt: skip


def protected(row: ScoreRow, own: uuid.UUID) -> ScoreRow:
    """Return a score as an organisation may read it: of households that moved into others' homes only a rounded share.

    A share of 100 then, or nothing of 0 where it is of fewer than :data:`LEAST` homes (privacy rule 7).
    """
    if row.obligation not in ABOUT_HOUSEHOLDS or row.organisation_id == own:
        return row
    met, counted = _share(row.met, row.counted)
    before_met, before_counted = _share(row.before_met or 0, row.before_counted or 0)
    return row._replace(met=met, counted=counted, before_met=before_met, before_counted=before_counted)


def _share(met: int, counted: int) -> tuple[int, int]:
    return (met * 100 // counted // STEP * STEP, 100) if counted >= LEAST else (0, 0)


def _with_trend(row: ScoreRow) -> dict[str, Any]:
    before = words.percent(row.before_met or 0, row.before_counted) if row.before_counted else None
    return {**scored(row), "before_percent": before}


def _in_order(rows: Iterable[ScoreRow]) -> list[ScoreRow]:
    return sorted(rows, key=lambda row: OBLIGATIONS.index(row.obligation))


async def read_board(
    *, session: AsyncSession, principal: Principal, territory: str, after: uuid.UUID = FIRST, limit: int
) -> list[dict[str, Any]]:
    """Return the members' last scores, with standings where the caller may see them. As a member or the coordinator.

    Raises:
        TerritoryNotVisible: There is none that the caller takes part in.
    """
    place = await _place(session, principal, territory)
    members = await reading.members(session, place, after, limit)
    ids = [member.organisation_id for member in members]
    own = own_organisation(principal)
    scores = [protected(row, own) for row in await reading.latest(session, place, ids)]
    standings = {row.organisation_id: row for row in await reading.standings(session, place, ids)}
    return [_line(member, scores, standings.get(member.organisation_id)) for member in members]


def _line(member: MemberRow, scores: list[ScoreRow], standing: StandingRow | None) -> dict[str, Any]:
    own = _in_order(row for row in scores if row.organisation_id == member.organisation_id)
    return {
        "organisation_id": str(member.organisation_id),
        "organisation": {"id": member.organisation_id, "name": member.organisation},
        "scores": [_with_trend(row) for row in own],
        "standing": _brief(standing) if standing else None,
    }  # fmt: skip


def _brief(row: StandingRow) -> dict[str, Any]:
    return {"rule": row.rule, "state": row.state, "unmet_since": row.unmet_since, "bars_on": row.bars_on}


async def read_history(
    *, session: AsyncSession, principal: Principal, territory: str, organisation: uuid.UUID,
    after: tuple[dt.date, str] = (NO_DAY, ""), limit: int,
) -> tuple[MemberRow, list[ScoreRow]]:  # fmt: skip
    """Return a member's scores by day, the oldest first. As a member or the coordinator.

    Raises:
        TerritoryNotVisible: As :func:`read_board`.
        AdhesionNotFound: It is no member that the caller sees.
    """
    place = await _place(session, principal, territory)
    member = await reading.member(session, place, organisation)
    if member is None:
        raise AdhesionNotFound(field="organisation_id", value=str(organisation))
    own = own_organisation(principal)
    rows = await reading.history(session, place, organisation, after, limit)
    return member, [protected(row, own) for row in rows]


async def read_standing(*, session: AsyncSession, principal: Principal, territory: str) -> dict[str, Any]:
    """Return where a landlord stands in a territory: what is asked, measured, what follows when, and the remedy.

    Raises:
        TerritoryNotVisible: As :func:`read_board`.
        StandingNotFound: The caller was not measured there.
    """
    seen = await charter.read_seen(session=session, principal=principal, slug=territory)
    place, own = seen["territory_id"], own_organisation(principal)
    found = await reading.standings(session, place, [own])
    scores = _in_order(await reading.latest(session, place, [own]))
    if not found or principal.kind != "landlord" or not scores:
        raise StandingNotFound
    return await _stated(session, seen, found[0], scores)


async def _stated(
    session: AsyncSession, seen: dict[str, Any], standing: StandingRow, scores: list[ScoreRow]
) -> dict[str, Any]:
    by_code = {row.obligation: row for row in scores}
    stated = by_code["completeness"]
    ruled = standing.rule != "none"
    articles = await _articles(session, seen)
    unmet = standing.state != "met"
    asked = words.asked(stated.counted, stated.asked or 0) if ruled else words.NO_RULE
    census = by_code["census"].met == 1
    return {
        **_brief(standing),
        "searching": standing.state != "barred",
        "measured_at": standing.measured_at,
        "asked": asked._asdict(),
        "measured": words.measured(stated.met, stated.counted, census=census)._asdict(),
        "follows": words.follows(standing.state, standing.bars_on)._asdict(),
        "remedy": words.remedy(stated.counted, seen["id"])._asdict() if unmet else None,
        "scores": [
            {
                **_with_trend(row), "term": TERMS.get(row.obligation),
                "articles": articles.get(TERMS.get(row.obligation, ""), []),
                "label": LABELS[row.obligation]._asdict(), "definition": DEFINITIONS[row.obligation]._asdict(),
            }
            for row in scores
        ],
    }  # fmt: skip


async def _articles(session: AsyncSession, seen: dict[str, Any]) -> dict[str, list[str]]:
    """Return the codes of the articles in force by the terms that they rest on."""
    if seen["charter"] is None:
        return {}
    version = await charter.read_version(
        session=session, territory_id=seen["territory_id"], version=seen["charter"]["version"], drafts=False
    )
    found: dict[str, list[str]] = {}
    for article in version.articles:
        for term in article.get("terms", ()):
            found.setdefault(term, []).append(article["code"])
    return found


async def list_behind(
    *, session: AsyncSession, principal: Principal, territory: str, obligation: str, after: str = "", limit: int
) -> list[dict[str, Any]]:
    """Return the landlord's own homes, residences or vacancies that keep a score down now, by reference.

    ``after``: the ``key`` of the last row before.

    Raises:
        TerritoryNotVisible: As :func:`read_board`.
    """
    place, own = await _place(session, principal, territory), own_organisation(principal)
    asked = {row.obligation: row.asked for row in await reading.latest(session, place, [own])}
    late = now() - timedelta(days=asked.get("freshness") or Terms().freshness_days)
    id_, _, ref = after.partition("/")
    rows = await reading.behind(
        session, own, place, obligation, late=late, day=date_in_france(now()), after=(ref, id_), limit=limit
    )
    return [_behind(row) for row in rows]


def _behind(row: BehindRow) -> dict[str, Any]:
    facts = row.facts
    missing = (
        []
        if facts is None
        else [fact.code for fact in COUNTED if fact.code not in facts and applies(fact, facts) is not False]
    )
    return {
        "key": f"{row.vacated_id or ''}/{row.ref}", "ref": row.ref, "residence_ref": row.residence_ref,
        "confirmed_at": row.confirmed_at, "missing": missing, "vacated_id": row.vacated_id,
    }  # fmt: skip


async def read_figures(*, session: AsyncSession, principal: Principal, territory: str) -> list[FiguresRow]:
    """Return a territory's figures by week, twelve at most, the oldest first. As a member or the coordinator.

    Raises:
        TerritoryNotVisible: As :func:`read_board`.
    """
    place = await _place(session, principal, territory)
    return await figures.weeks(session, place, date_in_france(now()))


async def _place(session: AsyncSession, principal: Principal, territory: str) -> int:
    seen = await charter.read_seen(session=session, principal=principal, slug=territory)
    place: int = seen["territory_id"]
    return place
