"""A request is abandoned at every place where it can stand: the connection it had serves the next caller rightly."""

import asyncio
import random
from collections.abc import Coroutine, Generator
from typing import Any, Final

import psycopg
import pytest
from structlog.testing import capture_logs

from registry.platform.settings import Settings
from tests.integration.isolation.crowd import Crowd, Person
from tests.integration.isolation.storm import Sky, sky
from tests.integration.isolation.traffic import Request, Traffic, Violation

ENOUGH: Final = 300
"""No request waits so often."""
KINDS: Final = (
    "_put_home", "_delete_home", "_batch", "_list_homes", "_get_anchor", "_put_residence", "_search", "_search_area",
    "_item", "_territories",
)  # fmt: skip


class Abandoned:
    """A coroutine whose task is cancelled as it begins its nth wait: there, and not a moment later."""

    def __init__(self, coroutine: Coroutine[Any, Any, Any], nth: int) -> None:
        self._coroutine = coroutine
        self._left = nth

    def __await__(self) -> Generator[Any, Any, Any]:
        steps = self._coroutine.__await__()
        step, given = steps.send, None
        while True:
            try:
                waiting = step(given)
            except StopIteration as end:
                return end.value
            self._left -= 1
            if self._left == 0:
                task = asyncio.current_task()
                assert task is not None
                task.cancel()
            try:
                step, given = steps.send, (yield waiting)
            except BaseException as error:  # noqa: BLE001 -- handed on as it is
                step, given = steps.throw, error


async def _wait_for(abandoned: Abandoned) -> Any:
    return await abandoned


async def after_abandoning(process: Sky, abandoned: Request, nth: int, following: Request) -> tuple[bool, list[Any]]:
    """Abandon a request at its nth wait.

    Returns:
        Whether it was abandoned before it was answered, and what is wrong with the next caller's answer or with the
        connection.
    """
    task = asyncio.create_task(_wait_for(Abandoned(abandoned.send(process.client), nth)))
    await asyncio.wait([task])
    answer = await following.send(process.client)
    found: list[Violation] = list(following.judge(answer, hurt=False))
    return task.cancelled(), found + [violation async for violation in process.left_on_connections()]


@pytest.mark.parametrize("kind", KINDS)
async def test_request_abandoned_anywhere_leaves_the_connection_to_the_next_caller(
    settings: Settings, admin: psycopg.Connection[Any], crowd: Crowd, kind: str
) -> None:
    """On a pool of one connection, so that the next caller has the very one."""
    traffic = Traffic(crowd, random.Random(7))
    first, second = crowd.landlords[0], crowd.landlords[-1]
    wrong, places = [], 0
    with capture_logs():
        async with sky(settings, admin, crowd, pool=1) as process:
            await crowd.renew(process.client)
            for nth in range(1, ENOUGH):
                following = _plain(traffic, second, nth)
                before, found = await after_abandoning(process, getattr(traffic, kind)(first), nth, following)
                wrong += [f"at wait {nth}: {violation}" for violation in found]
                if not before:
                    break
                places += 1
    assert wrong == []
    assert 1 <= places < ENOUGH - 1, "it was abandoned at each of its waits, up to the last"


def _plain(traffic: Traffic, person: Person, turn: int) -> Request:
    kinds = (traffic._get_anchor, traffic._search_landlord, traffic._list_homes, traffic._list_residences)
    return kinds[turn % len(kinds)](person)
