"""Mistakes that a change could bring, one wall at a time and both: the storm must see each of them.

Each is a context in which the service has the bug; ``seen_as`` are the kinds of violation of which one at least must
be reported. Where one wall alone is broken the other must hold: then nobody sees a foreign row.
"""

import random
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any, Final
from unittest.mock import patch

import psycopg
from sqlalchemy import text

from registry.identity.service import Authenticator
from registry.listings.service.search import Search
from registry.platform import database
from registry.platform.database import Database, raw_driver_connection

OWN: Final = "own_organisation"
USES_OF_OWN: Final = (
    "registry.access.repeating", "registry.stock.service.homes", "registry.stock.service.residences",
    "registry.stock.service.batch", "registry.stock.service.outages", "registry.stock.service.inventories",
    "registry.stock.service.works_batch", "registry.stock.service.facts",
)  # fmt: skip


@dataclass(frozen=True)
class Bug:
    """A bug, and how it must show.

    Attributes:
        other_wall_holds: Nobody may see or write a foreign row even with it.
    """

    name: str
    context: Callable[[psycopg.Connection[Any]], AbstractContextManager[None]]
    seen_as: frozenset[str]
    other_wall_holds: bool

    def __str__(self) -> str:
        return self.name


BUGS: Final[list[Bug]] = []


def bug(*seen_as: str, other_wall_holds: bool) -> Callable[[Callable[[Any], Iterator[None]]], Any]:
    def register(function: Callable[[Any], Iterator[None]]) -> Any:
        made = contextmanager(function)
        BUGS.append(Bug(function.__name__, made, frozenset(seen_as), other_wall_holds))
        return made

    return register


# The binding, the second wall.


async def _keep_for_the_session(session: Any) -> None:
    """Make the transaction's binding the session's, but for the actor: what ``SET`` without ``LOCAL`` would do.

    A transaction of nobody's does not take it back: the last ones of a storm may all be such.
    """
    for name in ("organisation", "territories"):
        value = (await session.execute(text(f"SELECT current_setting('registry.{name}', true)"))).scalar_one()
        if value:
            await session.execute(text(f"SET registry.{name} = '{value}'"))


@bug("left bound", other_wall_holds=True)
def binding_stays_on_the_connection(admin: Any) -> Iterator[None]:
    bind = database.bind

    async def leaking(session: Any, role: Any, **binding: Any) -> None:
        await bind(session, role, **binding)
        await _keep_for_the_session(session)

    with patch.object(database, "bind", leaking):
        yield


@bug("missing", "refused", other_wall_holds=True)
def former_binding_is_taken_for_ours(admin: Any) -> Iterator[None]:
    """A connection is bound when it is first used, and "is bound already" afterwards."""
    bind, bound = database.bind, set()

    async def once(session: Any, role: Any, **binding: Any) -> None:
        pid = raw_driver_connection(await (await session.connection()).get_raw_connection()).info.backend_pid
        if pid in bound and role is not database.Role.AUTH:
            await session.execute(text(f"SET LOCAL ROLE {role.value}"))
            return
        await bind(session, role, **binding)
        if role is not database.Role.AUTH:
            await _keep_for_the_session(session)
            bound.add(pid)

    with patch.object(database, "bind", once):
        yield


@bug("missing", "refused", "server error", other_wall_holds=True)
def binding_is_forgotten_now_and_then(admin: Any) -> Iterator[None]:
    bind, chance = database.bind, random.Random(3)

    async def forgetful(session: Any, role: Any, **binding: Any) -> None:
        if role is database.Role.LANDLORD and chance.random() < 0.2:
            await session.execute(text(f"SET LOCAL ROLE {role.value}"))
        else:
            await bind(session, role, **binding)

    with patch.object(database, "bind", forgetful):
        yield


@bug("missing", other_wall_holds=True)
def hot_path_is_bound_to_the_caller_before(admin: Any) -> Iterator[None]:
    alone = Database.alone
    before: dict[str, Any] = {}

    async def late(self: Database, *arguments: Any, **given: Any) -> Any:
        former = before.get("organisation", given["organisation"])
        before["organisation"] = given["organisation"]
        return await alone(self, *arguments, **{**given, "organisation": former})

    with patch.object(Database, "alone", late):
        yield


# The application's own scope, the first wall.


def _scope_of_the_caller_before() -> Callable[[Any], Any]:
    from registry.access.principal import own_organisation

    before: dict[str, Any] = {}

    def own(principal: Any) -> Any:
        former = before.get("principal", principal)
        before["principal"] = principal
        return own_organisation(former)

    return own


@contextmanager
def _first_wall_down() -> Iterator[None]:
    own = _scope_of_the_caller_before()
    patches = [patch(f"{module}.{OWN}", own) for module in USES_OF_OWN]
    for each in patches:
        each.start()
    try:
        yield
    finally:
        for each in patches:
            each.stop()


@bug("missing", "refused", other_wall_holds=True)
def application_scopes_to_the_caller_before(admin: Any) -> Iterator[None]:
    with _first_wall_down():
        yield


@bug("wrong answer", other_wall_holds=True)
def search_admits_every_territory(admin: Any) -> Iterator[None]:
    territories = tuple(identifier for (identifier,) in admin.execute("SELECT id FROM registry.territories"))

    def every(principal: Any, slug: str | None) -> tuple[int, ...]:
        return territories

    with patch("registry.listings.service.search.territories_of", every):
        yield


# Both walls.


@bug("foreign row", "foreign write", other_wall_holds=False)
def application_scopes_to_the_caller_before_and_policies_are_open(admin: Any) -> Iterator[None]:
    tables = ("homes", "residences", "buildings", "listings", "audit_events")
    for table in tables:
        admin.execute(f"CREATE POLICY opened ON registry.{table} TO registry_landlord USING (true) WITH CHECK (true)")
    try:
        with _first_wall_down():
            yield
    finally:
        for table in tables:
            admin.execute(f"DROP POLICY opened ON registry.{table}")


def repeating(function: Callable[..., Awaitable[Any]], *, share: float) -> Callable[..., Awaitable[Any]]:
    """Return the function; a share of its answers are those of an earlier call, whoever asked then."""
    chance = random.Random(5)
    held: list[Any] = []

    async def mistaken(*args: Any, **given: Any) -> Any:
        found = await function(*args, **given)
        if chance.random() < share:
            return held[0] if held else found
        held[:] = [found]
        return found

    return mistaken


@bug("foreign row", "foreign write", other_wall_holds=False)
def token_is_taken_for_another(admin: Any) -> Iterator[None]:
    """What both walls follow is wrong: a cache answers with the principal of another token."""
    with patch.object(Authenticator, "authenticate", repeating(Authenticator.authenticate, share=0.25)):
        yield


@bug("foreign row", other_wall_holds=False)
def answer_is_the_one_before(admin: Any) -> Iterator[None]:
    """As if an abandoned request had left its result on the connection."""
    with patch.object(Search, "find", repeating(Search.find, share=0.2)):
        yield
