"""Domain events inside one transaction: a lower package says what happened, a higher one keeps its rows in step.

``stock`` may not import ``listings``; it publishes :class:`~registry.stock.events.HomesChanged` and the listings
follow in the same transaction. The doors (asgi, worker, cli) subscribe through ``registry.wiring``; publishing an
event that nobody follows is an error, so a door that forgot to wire fails at once instead of losing listings.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

Event = TypeVar("Event")
Handler = Callable[[AsyncSession, Any], Awaitable[None]]

_handlers: dict[type, list[Handler]] = defaultdict(list)


def subscribe(event: type[Event], handler: Callable[[AsyncSession, Event], Awaitable[None]]) -> None:
    """Call ``handler`` for each published ``event``, within the publisher's transaction; once, however often wired."""
    if handler not in _handlers[event]:
        _handlers[event].append(handler)


async def publish(session: AsyncSession, event: object) -> None:
    """Run the event's handlers one after another; what one raises undoes the transaction.

    Raises:
        LookupError: Nobody is subscribed: the process was not wired.
    """
    handlers = _handlers.get(type(event))
    if not handlers:
        raise LookupError(f"{type(event).__name__} has no subscriber: call registry.wiring.wire() first")
    for handler in handlers:
        await handler(session, event)
