"""An organisation's webhooks: how each is doing, what was posted to it, and what an administrator may do about it."""

import uuid
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import ValidationError

from registry.access.scopes import Scope
from registry.console.browsers import form_of, redirect
from registry.console.members import Member, bound, member
from registry.console.pages.account import shown
from registry.console.rendering import language_of
from registry.kernel.errors import Conflict, Invalid, NotVisible, RegistryError
from registry.kernel.text import Language, Text
from registry.platform.database import Role
from registry.vocabulary.webhooks import LABELS, WebhookEvent
from registry.webhooks import service
from registry.webhooks.errors import DeliveryUnknown, WebhookUnknown
from registry.webhooks.schemas import ReplayIn, WebhookIn

router = APIRouter(include_in_schema=False)
PAGE: Final = "/console/webhooks"
WEBHOOK: Final = PAGE + "/{name}"
SHOWN: Final = 20
MOST: Final = 100
ACTIONS: Final = ("test", "enable", "replay")


class WebhookNotShown(NotVisible):
    title = Text("Votre organisation n'a pas de webhook de ce nom", "Your organisation has no webhook of this name")
    remedy = Text("La liste des webhooks montre les vôtres.", "The list of webhooks shows yours.")


class WebhookActionUnknown(Invalid):
    title = Text("Cette action ne peut pas être lue", "This action cannot be read")
    remedy = Text("Utilisez les boutons de la page des webhooks.", "Use the buttons of the webhooks' page.")


@router.get(PAGE)
async def show_webhooks(request: Request) -> Response:
    seat = await member(request, Scope.ORGANISATION_MANAGE)
    async with bound(request, seat.principal, role=Role.AUTH) as session:
        rows = await service.list_webhooks(session=session, principal=seat.principal, after="", limit=MOST)
    language = language_of(request)
    return shown(
        request, "webhooks", signed_in=seat.found, items=[_stated(row, language) for row in rows],
        organisation=seat.found.row.organisation,
    )  # fmt: skip


def _stated(row: Any, language: Language) -> dict[str, Any]:
    names = ("name", "url", "last_posted_at", "failing_since", "last_error", "disabled_at")
    state = "disabled" if row.disabled_at else "failing" if row.failing_since else "enabled"
    events = [LABELS[WebhookEvent(event)].in_language(language) for event in row.events]
    return {name: getattr(row, name) for name in names} | {"state": state, "events": events}


@router.get(WEBHOOK)
async def show_webhook(request: Request, name: str) -> Response:
    done = request.query_params.get("done")
    seat = await member(request, Scope.ORGANISATION_MANAGE)
    return await _show(request, seat, name, done=done if done in ACTIONS else None)


async def _show(
    request: Request, seat: Member, name: str, *, done: str | None = None, error: RegistryError | None = None
) -> Response:
    async with bound(request, seat.principal, role=Role.AUTH) as session:
        try:
            row = await service.read_webhook(session=session, principal=seat.principal, name=name.replace("\0", ""))
        except WebhookUnknown:
            raise WebhookNotShown from None
        after = _after(request.query_params.get("after", ""))
        deliveries = await service.list_deliveries(
            session=session, principal=seat.principal, name=row.name, after=after, limit=SHOWN + 1
        )
    last = deliveries[SHOWN - 1] if len(deliveries) > SHOWN else None
    place = last and urlencode({"after": f"{last.created_at.isoformat()} {last.id}"})
    language = language_of(request)
    return shown(
        request, "webhook", signed_in=seat.found, error=error, done=done, item=_stated(row, language),
        deliveries=[_delivery(each, language) for each in deliveries[:SHOWN]],
        following=f"{PAGE}/{row.name}?{place}" if place else None,
    )  # fmt: skip


def _delivery(row: Any, language: Language) -> dict[str, Any]:
    names = ("id", "created_at", "attempts", "next_at", "delivered_at", "last_error")
    state = "taken" if row.delivered_at else "given_up" if row.given_up_at else "waiting"
    label = LABELS[WebhookEvent(row.kind)].in_language(language) if row.kind in set(WebhookEvent) else row.kind
    return {name: getattr(row, name) for name in names} | {"state": state, "event": label}


def _after(given: str) -> tuple[datetime, str] | None:
    """Return the delivery after which a page begins, if the address names one."""
    moment, _, id_ = given.partition(" ")
    try:
        found = datetime.fromisoformat(moment)
        uuid.UUID(id_)
    except ValueError:
        return None
    return (found, id_) if found.tzinfo else None


@router.post(WEBHOOK)
async def act_on_webhook(request: Request, name: str) -> Response:
    fields = await form_of(request)
    action = fields.get("action", "")
    seat = await member(request, Scope.ORGANISATION_MANAGE, recently=action == "enable")
    try:
        await _act(request, seat, name.replace("\0", ""), action, fields.get("delivery", ""))
    except WebhookUnknown:
        raise WebhookNotShown from None
    except (Conflict, Invalid, DeliveryUnknown) as error:
        return await _show(request, seat, name, error=error)
    return redirect(f"{PAGE}/{name}?done={action}")


async def _act(request: Request, seat: Member, name: str, action: str, delivery: str) -> None:
    """Do what a button says.

    Raises:
        WebhookActionUnknown: No button of ours says it.
        WebhookUnknown, WebhookDisabled, WebhookUrlInvalid, DeliveryUnknown: As they say.
    """
    state = request.app.state
    async with bound(request, seat.principal, role=Role.AUTH) as session:
        if action == "test":
            await service.test_webhook(session=session, principal=seat.principal, name=name)
        elif action == "enable":
            held = await service.read_webhook(session=session, principal=seat.principal, name=name)
            given = WebhookIn.model_validate({"url": held.url, "events": held.events})
            await service.put_webhook(
                session=session, principal=seat.principal, keys=state.keyring, outbound=state.webhooks, name=name,
                given=given,
            )  # fmt: skip
        elif action == "replay":
            await service.replay(session=session, principal=seat.principal, name=name, given=_chosen(delivery))
        else:
            raise WebhookActionUnknown(field="action", value=action)


def _chosen(delivery: str) -> ReplayIn:
    try:
        return ReplayIn.model_validate({"delivery_id": delivery})
    except ValidationError:
        raise WebhookActionUnknown(field="delivery", value=delivery) from None
