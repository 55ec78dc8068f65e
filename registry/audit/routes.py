"""``/v1/audit``: an organisation's own chain, searched, verified, exported."""

from dataclasses import asdict
from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response, StreamingResponse

from registry.access.bodies import NDJSON
from registry.access.contract import LINK, stating
from registry.access.dependencies import AuditLister, AuditReader
from registry.access.media import CSV, JSON, chosen, resumed
from registry.access.pages import PageQuery, link_to, page_of
from registry.audit import answers, schemas, service
from registry.kernel.cursor import CursorInvalid

router = APIRouter(prefix="/audit", tags=["audit"])

_FILE: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The events, as they are read; as NDJSON one a line.",
        "content": {
            NDJSON: {"schema": {"$ref": "#/components/schemas/AuditEventOut"}},
            CSV: {"schema": {"type": "string"}},
        },
    }
}


class AuditQuery(schemas.AuditFilter, PageQuery):
    """Which of the events, and where the list goes on."""


@router.get(
    "/events",
    response_model=answers.AuditPage,
    responses={200: {"headers": LINK}},
    openapi_extra=stating(CursorInvalid),
)
async def list_audit_events(
    request: Request, principal: AuditLister, asked: Annotated[AuditQuery, Query()]
) -> Response:
    """List what was done in your organisation's name, the latest first."""
    page = page_of(request, principal, asked.cursor)
    events = await service.list_events(
        database=request.app.state.database, principal=principal, before=int(page.after(str(service.NEWEST))),
        limit=asked.limit + 1, asked=asked,
    )  # fmt: skip
    shown = events[: asked.limit]
    following = page.following(str(orjson.loads(shown[-1])["sequence"])) if len(events) > asked.limit else None
    body = b'{"items":[%b],"next":%b}' % (b",".join(shown), orjson.dumps(following))
    return Response(body, headers=link_to(following), media_type=JSON)


@router.get("/verification", response_model=answers.AuditVerification)
async def verify_audit(
    request: Request, caller: AuditReader, asked: Annotated[schemas.VerificationQuery, Query()]
) -> Any:
    """Recompute your chain: each event must fit the one before it. A hundred thousand events at a time.

    Keep the head elsewhere: events that are cut off at the end show only by a head that is no longer there.
    """
    found = await service.verify_own(session=caller.session, principal=caller.principal, after=asked.after)
    following = None if found.complete else f"{request.scope['path']}?after={found.last}"
    return {**asdict(found), "intact": found.broken_at is None, "next": following}


@router.get("/export", response_class=Response, responses=_FILE)
async def export_audit(
    request: Request, principal: AuditLister, asked: Annotated[schemas.AuditFilter, Query()]
) -> Response:
    """Export your chain, the first event first, as NDJSON or as CSV."""
    as_csv = chosen(request, (NDJSON, CSV)) == CSV
    write = service.as_csv if as_csv else service.as_ndjson
    pieces = write(database=request.app.state.database, principal=principal, asked=asked)
    return StreamingResponse(
        resumed(await anext(pieces), pieces),
        media_type="text/csv; charset=utf-8; header=present" if as_csv else NDJSON,
        headers={"Content-Disposition": f'attachment; filename="audit.{"csv" if as_csv else "ndjson"}"'},
    )
