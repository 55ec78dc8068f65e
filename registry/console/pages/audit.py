"""An organisation's audit chain for its administrators: searched, verified, exported."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from urllib.parse import urlencode

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse
from pydantic import ValidationError

from registry.access.bodies import NDJSON
from registry.access.media import resumed
from registry.access.scopes import Scope
from registry.audit import service
from registry.audit.schemas import AuditFilter
from registry.console.known import searched
from registry.console.members import Member, bound, member
from registry.console.pages.account import shown
from registry.console.rendering import PARIS, language_of
from registry.console.texts.audit import ACTIONS, GROUPS
from registry.identity.service import own as identity
from registry.kernel.text import Language
from registry.platform.database import Role

router = APIRouter(include_in_schema=False)
PAGE: Final = "/console/audit"
SHOWN: Final = 50
MOST: Final = 200
"""People and clients that are named to choose from."""


@dataclass(frozen=True, slots=True)
class Names:
    """Whom the chain's ids stand for: people by the text of their id, clients by theirs."""

    people: Mapping[str, str]
    clients: Mapping[str, str]

    def of_object(self, subject: str) -> str:
        """Return what a person or a client that something was done to is called, or the object as it stands."""
        return self.people.get(subject) or self.clients.get(subject, subject)

    def of(self, event: Mapping[str, Any]) -> str:
        """Return who did something: a person's name, a client's, or the id as it stands."""
        if event["user_id"]:
            return self.people.get(event["user_id"], event["user_id"])
        actor = str(event["actor"])
        return self.clients.get(actor, actor)


@router.get(PAGE)
async def show_audit(request: Request) -> Response:
    seat = await member(request, Scope.AUDIT_READ)
    asked, kept = _asked(request.query_params)
    before = request.query_params.get("before", "")
    after = int(before) if before.isascii() and before.isdecimal() and len(before) < 16 else service.NEWEST
    found = await service.list_events(
        database=request.app.state.database, principal=seat.principal, before=after, limit=SHOWN + 1, asked=asked
    )
    names = await _names(request, seat)
    language = language_of(request)
    events = [_stated(orjson.loads(event), names, language) for event in found[:SHOWN]]
    following = f"{PAGE}?{urlencode({**kept, 'before': events[-1]['sequence']})}" if len(found) > SHOWN else None
    return shown(
        request, "audit", signed_in=seat.found, organisation=seat.found.row.organisation, events=events, asked=kept,
        following=following, groups=[(code, words.in_language(language)) for code, words in GROUPS.items()],
        people=sorted(names.people.items(), key=lambda each: each[1]),
        clients=sorted(names.clients.items(), key=lambda each: each[1]),
        export=f"{PAGE}/export?{urlencode({**kept, 'as': ''})}",
    )  # fmt: skip


@router.get(PAGE + "/verification")
async def show_verification(request: Request) -> Response:
    """Verify the chain, a part at a time: the page says how far it is and goes on."""
    seat = await member(request, Scope.AUDIT_READ)
    given = request.query_params.get("after", "")
    after = int(given) if given.isascii() and given.isdecimal() and len(given) < 16 else 0
    async with bound(request, seat.principal) as session:
        found = await service.verify_own(session=session, principal=seat.principal, after=after)
    return shown(
        request, "audit-verification", signed_in=seat.found, found=found, looked_at=found.last or 0,
        following=None if found.complete else f"{PAGE}/verification?after={found.last}",
    )  # fmt: skip


@router.get(PAGE + "/export")
async def export(request: Request) -> Response:
    """Send the events that were searched, or all, as NDJSON or CSV."""
    seat = await member(request, Scope.AUDIT_READ)
    asked, _ = _asked(request.query_params)
    as_csv = request.query_params.get("as") != "ndjson"
    write = service.as_csv if as_csv else service.as_ndjson
    pieces = write(database=request.app.state.database, principal=seat.principal, asked=asked)
    name = f"audit.{'csv' if as_csv else 'ndjson'}"
    return StreamingResponse(
        resumed(await anext(pieces), pieces),
        media_type="text/csv; charset=utf-8; header=present" if as_csv else NDJSON,
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


def _asked(given: Mapping[str, str]) -> tuple[AuditFilter, dict[str, str]]:
    """Return what an address asks for, and the same as an address says it; what cannot be read is not asked."""
    kept = {name: text for name in ("action", "actor", "subject") if (text := searched(given.get(name)))}
    days = {name: day for name in ("since", "until") if (day := _day(given.get(name, "")))}
    if "since" in days and "until" in days and days["until"] < days["since"]:
        del days["until"]
    bounds = {name: _midnight(day + timedelta(days=name == "until")) for name, day in days.items()}
    kept |= {name: day.isoformat() for name, day in days.items()}
    for leaving in ((), ("action",)):
        stated = {name: text for name, text in kept.items() if name not in {*leaving, "since", "until"}}
        try:
            return AuditFilter.model_validate({**stated, **bounds}), {
                name: text for name, text in kept.items() if name not in leaving
            }
        except ValidationError:
            continue
    return AuditFilter(), {}


def _day(given: str) -> date | None:
    try:
        return date.fromisoformat(given)
    except ValueError:
        return None


def _midnight(day: date) -> str:
    return datetime.combine(day, time.min, PARIS).isoformat()


async def _names(request: Request, seat: Member) -> Names:
    async with bound(request, seat.principal, role=Role.AUTH) as session:
        people = await identity.list_members(
            session=session, principal=seat.principal, after=uuid.UUID(int=0), limit=MOST
        )
        clients = await identity.list_clients(session=session, principal=seat.principal, after="", limit=MOST)
    return Names(
        {str(person.user_id): person.name for person in people},
        {view.client.client_id: view.client.name for view in clients},
    )


def _stated(event: dict[str, Any], names: Names, language: Language) -> dict[str, Any]:
    words = ACTIONS.get(event["action"])
    return {
        **event, "who": names.of(event), "object": names.of_object(event["subject"]),
        "what": words.in_language(language) if words else None,
        "happened_at": datetime.fromisoformat(event["happened_at"]),
        "details": [(name, value) for name, value in event["detail"].items() if value not in (None, "", [], {})],
    }  # fmt: skip
