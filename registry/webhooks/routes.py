"""``/v1/organisation/webhooks``: where an organisation has events posted, and what was posted."""

from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Path, Query, Request, Response

from registry.access.bodies import JsonRoute
from registry.access.contract import LINK, stating
from registry.access.dependencies import CredentialGiver, OrganisationManager, OrganisationReader
from registry.access.errors import ProofTooOld
from registry.access.pages import Page, PageQuery, page_of
from registry.kernel.cursor import CursorInvalid
from registry.webhooks import errors, schemas, service

router = APIRouter(prefix="/organisation/webhooks", tags=["organisation"], route_class=JsonRoute)

Name = Annotated[
    str,
    Path(description="The name that you gave it.", min_length=1, max_length=60, pattern=schemas.NAME, examples=["erp"]),
]
_LINKED: Final[dict[int | str, dict[str, Any]]] = {200: {"headers": LINK}}
_HERE: Final = (errors.WebhookUnknown, errors.WebhookDisabled)
EXAMPLE: Final = {"url": "https://hooks.example/registry", "events": ["import.failed", "stock.changed"]}


def _stated(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in schemas.WebhookOut.model_fields}


@router.get("", response_model=schemas.WebhookPage, responses=_LINKED, openapi_extra=stating(CursorInvalid))
async def list_webhooks(
    request: Request, response: Response, caller: OrganisationReader, asked: Annotated[PageQuery, Query()]
) -> Any:
    """List your webhooks by name; the disabled ones too."""
    page = page_of(request, caller.principal, asked.cursor)
    rows = await service.list_webhooks(
        session=caller.session, principal=caller.principal, after=page.after(""), limit=asked.limit + 1
    )
    return page.answer([_stated(row) for row in rows], asked.limit, key="name", response=response)


@router.get("/{name}", response_model=schemas.WebhookOut, openapi_extra=stating(errors.WebhookUnknown))
async def read_webhook(caller: OrganisationReader, name: Name) -> Any:
    """Read where its events are posted, and how that goes."""
    return _stated(await service.read_webhook(session=caller.session, principal=caller.principal, name=name))


@router.put(
    "/{name}",
    response_model=schemas.WrittenWebhookOut,
    openapi_extra=stating(ProofTooOld, errors.WebhookUrlInvalid, errors.WebhooksTooMany),
)
async def put_webhook(
    request: Request,
    caller: CredentialGiver,
    name: Name,
    given: Annotated[schemas.WebhookIn, Body(examples=[EXAMPLE])],
) -> Any:
    """Have events posted there from now on; the secret that signs them is shown once, when it is made."""
    written = await service.put_webhook(
        session=caller.session, principal=caller.principal, keys=request.app.state.keyring,
        outbound=request.app.state.webhooks, name=name, given=given,
    )  # fmt: skip
    return {**_stated(written.endpoint), "secret": written.secret}


@router.delete(
    "/{name}", status_code=204, response_description="Removed.", openapi_extra=stating(errors.WebhookUnknown)
)
async def delete_webhook(caller: OrganisationManager, name: Name) -> None:
    """Have nothing posted there any more."""
    await service.remove_webhook(session=caller.session, principal=caller.principal, name=name)


@router.post("/{name}/test", response_model=schemas.Queued, openapi_extra=stating(*_HERE))
async def test_webhook(caller: OrganisationManager, name: Name) -> Any:
    """Have an event of the type webhook.test posted within a minute."""
    return {"deliveries": await service.test_webhook(session=caller.session, principal=caller.principal, name=name)}


@router.post("/{name}/replay", response_model=schemas.Queued, openapi_extra=stating(*_HERE, errors.DeliveryUnknown))
async def replay_webhook(
    caller: OrganisationManager,
    name: Name,
    given: Annotated[schemas.ReplayIn, Body(examples=[{"since": "2026-03-01T08:00:00Z"}])],
) -> Any:
    """Have one delivery, or all since a moment, posted again with the ids that they had."""
    count = await service.replay(session=caller.session, principal=caller.principal, name=name, given=given)
    return {"deliveries": count}


@router.get(
    "/{name}/deliveries",
    response_model=schemas.DeliveryPage,
    responses=_LINKED,
    openapi_extra=stating(CursorInvalid, errors.WebhookUnknown),
)
async def list_webhook_deliveries(
    request: Request, response: Response, caller: OrganisationReader, name: Name, asked: Annotated[PageQuery, Query()]
) -> Any:
    """List what was posted in the last thirty days, the latest first."""
    page = page_of(request, caller.principal, asked.cursor)
    rows = await service.list_deliveries(
        session=caller.session, principal=caller.principal, name=name, after=_after(page), limit=asked.limit + 1
    )
    items = [
        {"place": f"{row.created_at.isoformat()} {row.id}", "type": row.kind}
        | {field: getattr(row, field) for field in schemas.DeliveryOut.model_fields if field != "type"}
        for row in rows
    ]
    return page.answer(items, asked.limit, key="place", response=response)


def _after(page: Page) -> tuple[datetime, str] | None:
    moment, _, id_ = page.after("").partition(" ")
    return (datetime.fromisoformat(moment), id_) if moment else None
