"""Who is signed in for an organisation, what their roles let them do there, and the transaction in which they do it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from fastapi import Request
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import Principal
from registry.access.scopes import Scope
from registry.console.browsers import GoTo, account_transaction, path_of, proven_recently, required
from registry.identity.service.account import SignedIn
from registry.kernel.errors import Forbidden
from registry.kernel.text import Text
from registry.platform.database import Database, Role

_REMEDIES: Final[Mapping[Scope, Text]] = {
    Scope.STOCK_READ: Text(
        "Les gestionnaires et les lecteurs du patrimoine d'un bailleur la voient ; demandez un de ces rôles à votre"
        " organisation.",
        "Stock managers and stock readers of a landlord see it; ask your organisation for one of these roles.",
    ),
    Scope.TERRITORIES_READ: Text(
        "Les membres d'un territoire et son coordinateur la voient ; demandez un de leurs rôles à votre organisation.",
        "Members of a territory and its coordinator see it; ask your organisation for one of their roles.",
    ),
    Scope.STOCK_WRITE: Text(
        "Cela revient aux gestionnaires du patrimoine d'un bailleur ; demandez ce rôle à votre organisation.",
        "This is for stock managers of a landlord; ask your organisation for that role.",
    ),
    Scope.TERRITORIES_READ: Text(
        "Demandez à votre organisation un rôle qui lit les territoires.",
        "Ask your organisation for a role that reads territories.",
    ),
    Scope.CHARTER_MANAGE: Text(
        "Cela revient aux administrateurs de la coordination d'un territoire ; demandez ce rôle à votre organisation.",
        "This is for administrators of a territory's coordination; ask your organisation for that role.",
    ),
    Scope.CHARTER_SIGN: Text(
        "Cela revient aux administrateurs d'un bailleur ; demandez ce rôle à votre organisation.",
        "This is for administrators of a landlord; ask your organisation for that role.",
    ),
    Scope.TERRITORIES_MANAGE: Text(
        "Cela revient aux administrateurs d'une coordination ; demandez ce rôle à votre organisation.",
        "This is for a coordination's administrators; ask your organisation for that role.",
    ),
    Scope.AUDIT_READ: Text(
        "Le journal revient aux administrateurs de l'organisation ; demandez ce rôle à la vôtre.",
        "The audit is for the organisation's administrators; ask yours for that role.",
    ),
    Scope.LISTINGS_READ: Text(
        "Les chargés de mutation et les gestionnaires du patrimoine d'un bailleur, et la coordination, recherchent ;"
        " demandez un de ces rôles à votre organisation.",
        "Transfer caseworkers and stock managers of a landlord search, and so does the coordination; ask your"
        " organisation for one of these roles.",
    ),
    Scope.CASES_READ: Text(
        "Les chargés de mutation et les administrateurs d'un bailleur les voient ; demandez un de ces rôles à votre"
        " organisation.",
        "Transfer caseworkers and administrators of a landlord see them; ask your organisation for one of these roles.",
    ),
    Scope.TRANSFERS_READ: Text(
        "Les chargés de mutation, les gestionnaires du patrimoine et les administrateurs d'un bailleur, et la"
        " coordination, les voient ; demandez un de ces rôles à votre organisation.",
        "Transfer caseworkers, stock managers and administrators of a landlord see them, and so does the coordination;"
        " ask your organisation for one of these roles.",
    ),
    Scope.TRANSFERS_WRITE: Text(
        "Cela revient aux chargés de mutation et aux administrateurs d'un bailleur ; demandez un de ces rôles à votre"
        " organisation.",
        "This is for transfer caseworkers and administrators of a landlord; ask your organisation for one of these"
        " roles.",
    ),
    Scope.TRANSFERS_ANSWER: Text(
        "Cela revient aux gestionnaires du patrimoine d'un bailleur ; demandez ce rôle à votre organisation.",
        "This is for a landlord's stock managers; ask your organisation for that role.",
    ),
    Scope.ORGANISATION_MANAGE: Text(
        "Cela revient aux administrateurs de l'organisation ; demandez ce rôle à la vôtre.",
        "This is for the organisation's administrators; ask yours for that role.",
    ),
}


class PageRoleMissing(Forbidden):
    title = Text("Votre rôle ne donne pas accès à cette page", "Your role does not give access to this page")


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody signed in, acting for an organisation."""

    found: SignedIn
    principal: Principal

    def may(self, scope: Scope) -> bool:
        return scope in self.principal.scopes

    def must(self, scope: Scope) -> None:
        """Raise :class:`PageRoleMissing` where their roles do not let them."""
        if not self.may(scope):
            raise PageRoleMissing(remedy=_REMEDIES[scope])


async def member(request: Request, *scopes: Scope, recently: bool = False) -> Member:
    """Return who is signed in for an organisation in which they may do this.

    Args:
        request: The request.
        scopes: What they must be allowed, all of it.
        recently: Ask who proved long ago who they are to prove it again: before what gives something away.

    Raises:
        GoTo: Nobody is, no organisation is chosen, or the proof is too old.
        PageRoleMissing: Their roles do not let them.
    """
    async with account_transaction(request) as session:
        found = await (proven_recently if recently else required)(request, session)
    if found.principal is None:
        raise GoTo(f"/account/organisation?{urlencode({'next': path_of(request)})}")
    seat = Member(found, found.principal)
    for scope in scopes:
        seat.must(scope)
    return seat


@asynccontextmanager
async def bound(request: Request, principal: Principal, *, role: Role | None = None) -> AsyncIterator[AsyncSession]:
    """One transaction for the person's organisation, as its own database role unless another is named."""
    database: Database = request.app.state.database
    async with database.transaction(
        role or principal.role, organisation=principal.organisation_id, actor=principal.actor
    ) as session:
        yield session
