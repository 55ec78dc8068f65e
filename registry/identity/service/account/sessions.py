"""Sessions of browsers: a random cookie, its digest in the database, limits that hold over every process."""

import hashlib
import hmac
import secrets
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import Principal
from registry.access.roles import scopes_of
from registry.access.scopes import allowed_for
from registry.audit import service as audit
from registry.identity.errors import MemberUnknown
from registry.identity.repository import people
from registry.identity.repository import sessions as repository
from registry.identity.repository.people import MembershipRow
from registry.identity.repository.sessions import SessionRow
from registry.identity.service.account.records import link
from registry.kernel.clock import now
from registry.platform.crypto import Keyring, Purpose

ABSOLUTE: Final = "8 hours"
IDLE: Final = "30 minutes"
REAUTHENTICATION: Final = timedelta(minutes=5)
"""How long a proof of identity counts for what cannot be undone."""
CONSOLE: Final = "console"
LONG_AGO: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""When those proved who they are of whom the provider does not say it."""


def _place(user: uuid.UUID) -> str:
    return f"sessions.upstream_id_token:{user}"


def digest(token: str) -> bytes:
    return hashlib.sha256(token.encode(errors="surrogatepass")).digest()


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that holds now.

    Attributes:
        complete: Password (or provider) and second factor are proven: everything else may be done.
    """

    row: SessionRow
    token: str

    @property
    def complete(self) -> bool:
        return self.row.second_factor_at is not None

    def proven_within(self, age: timedelta) -> bool:
        """Tell whether the person proved who they are so lately."""
        return now() - self.row.authenticated_at <= age

    @property
    def principal(self) -> Principal | None:
        """The person for the organisation that they chose, or ``None`` before that."""
        row = self.row
        if not self.complete or row.organisation_id is None or row.kind is None:
            return None
        return Principal(
            organisation_id=row.organisation_id,
            kind=row.kind,
            client_id=CONSOLE,
            scopes=scopes_of(row.roles) & allowed_for(row.kind),
            territories=row.territories,
            barred=frozenset(row.barred),
            user_id=row.user_id,
            proven_at=row.authenticated_at,
        )


@dataclass(frozen=True, slots=True)
class Upstream:
    """Where a session comes from: who an OpenID provider says this is, its ID token, and when it asked for a proof.

    ``authenticated_at``: ``None`` where it does not say.
    """

    issuer: str
    subject: str
    siren: str | None
    id_token: str
    authenticated_at: datetime | None


@dataclass(frozen=True, slots=True)
class Browser:
    """The token of a browser's cookie: new at each step that makes it worth more, so that none can be planted.

    ``complete``: no factor is missing.
    """

    token: str
    complete: bool


class Sessions:
    """Opens, finds and strengthens sessions. Every method needs ``Role.AUTH``, unbound."""

    def __init__(self, keys: Keyring) -> None:
        self._keys = keys
        self._csrf_key = keys.derive(Purpose.FORMS)

    def form_token(self, token: str) -> str:
        """Return what a form of this session carries, so that another site's form is refused."""
        return hmac.new(self._csrf_key, token.encode(errors="surrogatepass"), hashlib.sha256).hexdigest()

    def form_is_ours(self, token: str, given: str) -> bool:
        return hmac.compare_digest(self.form_token(token).encode(), given.encode(errors="surrogatepass"))

    async def open(
        self, *, session: AsyncSession, user: uuid.UUID, upstream: Upstream | None = None, strong: bool = False
    ) -> Browser:
        """Open a session for a person who proved who they are; ``strong``: the provider asked a second factor.

        A provider vouches for whom it knows without asking them again: their proof is as old as it says, not new.
        """
        token = secrets.token_urlsafe(32)
        values = {"digest": digest(token), "user_id": user, "second_factor_at": now() if strong else None}
        if upstream is not None:
            values |= {
                "upstream_issuer": upstream.issuer, "upstream_subject": upstream.subject,
                "upstream_siren": upstream.siren,
                "upstream_id_token": self._keys.encrypt(upstream.id_token.encode(), place=_place(user)),
                "authenticated_at": min(now(), upstream.authenticated_at or LONG_AGO),
            }  # fmt: skip
        await repository.insert_session(session, values)
        if strong:
            await self._opened(session, user, upstream.siren if upstream else None)
        return Browser(token, complete=strong)

    def id_token(self, signed_in: SignedIn) -> str | None:
        """Return the ID token of the provider at which they signed in, to be named when they sign out there."""
        sealed = signed_in.row.upstream_id_token
        return self._keys.decrypt(sealed, place=_place(signed_in.row.user_id)).decode() if sealed else None

    async def find(self, *, session: AsyncSession, token: str) -> SignedIn | None:
        """Return the session of a cookie, if it holds: eight hours at most, thirty minutes unused."""
        row = await repository.find(session, digest(token), absolute=ABSOLUTE, idle=IDLE)
        return SignedIn(row, token) if row else None

    async def strengthen(self, *, session: AsyncSession, signed_in: SignedIn, first: bool = False) -> Browser:
        """Note that the second factor was proven; the session goes on under a new cookie.

        It is a fresh proof of who this is, unless it was set up just now (``first``): anybody at the browser can.

        Whom a provider vouched for is linked to the person now, and not before: their address alone, or their
        employer's word alone, does not open an account that has a second factor.
        """
        token, row = secrets.token_urlsafe(32), signed_in.row
        proven_at = row.authenticated_at if first else now()
        await repository.change(
            session, row.digest, new_digest=digest(token), second_factor_at=now(), authenticated_at=proven_at
        )
        if row.upstream_issuer is not None and row.upstream_subject is not None:
            await link(session, row.user_id, row.upstream_issuer, row.upstream_subject)
        await self._opened(session, row.user_id, row.upstream_siren)
        return Browser(token, complete=True)

    @staticmethod
    async def _opened(session: AsyncSession, user: uuid.UUID, siren: str | None) -> None:
        for membership in await people.memberships(session, user, siren):
            await audit.record(
                session, organisation=membership.organisation_id, action="identity:session:opened", subject=str(user)
            )

    async def renew(self, *, session: AsyncSession, signed_in: SignedIn, at: datetime | None = None) -> None:
        """Note that the person proved again who they are: now, or ``at`` the moment that a provider names."""
        await repository.change(session, signed_in.row.digest, authenticated_at=min(now(), at or now()))


async def organisations_of(*, session: AsyncSession, signed_in: SignedIn) -> list[MembershipRow]:
    """Return the organisations that a person may act for in this session."""
    return await people.memberships(session, signed_in.row.user_id, signed_in.row.upstream_siren)


async def choose_organisation(*, session: AsyncSession, signed_in: SignedIn, organisation: uuid.UUID) -> None:
    """Act for one organisation from now on: one at a time.

    Raises:
        MemberUnknown: The person has no role there.
    """
    allowed = {row.organisation_id for row in await organisations_of(session=session, signed_in=signed_in)}
    if organisation not in allowed:
        raise MemberUnknown
    await repository.change(session, signed_in.row.digest, organisation_id=organisation)


async def sign_out(*, session: AsyncSession, signed_in: SignedIn) -> None:
    await repository.end(session, signed_in.row.digest)
