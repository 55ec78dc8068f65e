"""People who sign in at an OpenID provider: for whom its word stands here (ADR 0012)."""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import orjson
from sqlalchemy.ext.asyncio import AsyncSession
from stdnum.exceptions import ValidationError
from stdnum.fr import siret as siret_number

from registry.identity.errors import (
    EmailInvalid,
    UpstreamAccountDisabled,
    UpstreamAccountUnknown,
    UpstreamLinkedOtherwise,
    UpstreamOrganisationUnknown,
    UpstreamPersonDiffers,
    UpstreamRoleMissing,
    UpstreamTaken,
)
from registry.identity.models import User
from registry.identity.repository import organisations, people
from registry.identity.repository import upstream as repository
from registry.identity.service.account.addresses import canonical
from registry.identity.service.account.invitations import join_by_address
from registry.identity.service.account.records import link, record
from registry.identity.service.account.sessions import Browser, Sessions, SignedIn, Upstream
from registry.kernel.clock import now
from registry.kernel.text import Language, Text
from registry.platform.crypto import Keyring

REQUEST_LIFETIME: Final = timedelta(minutes=10)
CLOCK_SKEW: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Vouched:
    """What a provider says of a person, once its signatures are verified.

    Attributes:
        email: Their address, and whether the provider verified it.
        answers_for_email: The address is one that an employer gives and the provider routes by: whoever has it is the
            person of an account with it.
        siret: Where they work; ``None`` where the provider is not asked. An empty text: it was asked, and said nothing.
        second_factor: It asked for two factors.
        authenticated_at: When they last proved there who they are.
    """

    issuer: str
    subject: str
    id_token: str
    email: str | None
    email_verified: bool
    answers_for_email: bool
    name: str
    siret: str | None
    second_factor: bool
    authenticated_at: datetime | None


@dataclass(frozen=True, slots=True)
class Errand:
    """What a browser went to the provider for, and what must come back from there. ``user``: who was signed in."""

    purpose: str
    next: str
    nonce: str
    code_verifier: str | None
    redirect_uri: str
    begun_at: float
    user: str | None


async def set_out(*, session: AsyncSession, keys: Keyring, state: str, browser: str, errand: Errand) -> None:
    """Keep an errand under its ``state``, for one browser. Needs ``Role.AUTH``, unbound."""
    digest = _digest(state)
    written = {name: getattr(errand, name) for name in Errand.__slots__}
    await repository.insert_request(
        session,
        digest=digest,
        browser=_digest(browser),
        sealed=keys.encrypt(orjson.dumps(written), place=_place(digest)),
        expires_at=now() + REQUEST_LIFETIME,
    )


async def come_back(*, session: AsyncSession, keys: Keyring, state: str, browser: str) -> Errand | None:
    """Return an errand once, to the browser that set out on it within ten minutes; nothing to anybody else."""
    digest = _digest(state)
    sealed = await repository.take(session, digest=digest, browser=_digest(browser))
    return Errand(**orjson.loads(keys.decrypt(sealed, place=_place(digest)))) if sealed else None


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode(errors="surrogatepass")).digest()


def _place(digest: bytes) -> str:
    return f"upstream_requests:{digest.hex()}"


async def sign_in_upstream(
    *, session: AsyncSession, sessions: Sessions, vouched: Vouched, language: Language
) -> Browser:
    """Open a session for whom a provider vouches. Needs ``Role.AUTH``, unbound.

    The second factor of this service is asked for unless the provider had one, and always before an account that has
    one is linked.

    Raises:
        UpstreamOrganisationUnknown, UpstreamRoleMissing: Their establishment's enterprise has no organisation here, or
            none in which they have a role.
        UpstreamAccountUnknown, UpstreamAccountDisabled, UpstreamLinkedOtherwise: As they say.
    """
    siren = await _enterprise(session, vouched)
    found = await people.user_by_subject(session, vouched.issuer, vouched.subject)
    strong = vouched.second_factor
    if found is None:
        found = await _by_address(session, vouched, language)
        if found.upstream_subject != vouched.subject:
            strong = strong and found.totp_confirmed_at is None
            if strong:
                await link(session, found.id, vouched.issuer, vouched.subject)
    if found.status != "active":
        raise UpstreamAccountDisabled
    if siren is not None and not await people.memberships(session, found.id, siren):
        raise UpstreamRoleMissing(await _named(session, siren))
    await people.update_user(session, found.id, last_login_at=now())
    upstream = Upstream(vouched.issuer, vouched.subject, siren, vouched.id_token)
    return await sessions.open(session=session, user=found.id, upstream=upstream, strong=strong)


async def _enterprise(session: AsyncSession, vouched: Vouched) -> str | None:
    """Return the SIREN of the establishment that the provider vouches for: the first nine digits of its SIRET."""
    if vouched.siret is None:
        return None
    try:
        number = siret_number.validate(vouched.siret)
    except ValidationError:
        number = ""
    if number and await organisations.organisations_of_enterprise(session, number[:9]):
        return number[:9]
    shown = number or "–"
    raise UpstreamOrganisationUnknown(
        Text(
            f"Votre établissement (SIRET {shown}) n'appartient à aucune organisation de ce registre",
            f"Your establishment (SIRET {shown}) belongs to no organisation of this registry",
        )
    )


async def _named(session: AsyncSession, siren: str) -> Text:
    names = ", ".join(row.name for row in await organisations.organisations_of_enterprise(session, siren))
    return Text(f"Vous n'avez aucun rôle chez {names}", f"You have no role at {names}")


async def _by_address(session: AsyncSession, vouched: Vouched, language: Language) -> User:
    """Return the account of a person whom the provider vouches for the first time, by an address that it verified.

    An account is made only by an open invitation to that address. One that exists is theirs if the provider answers
    for the address, or an invitation to it is open.
    """
    try:
        address = canonical(vouched.email or "")
    except EmailInvalid:
        raise UpstreamAccountUnknown from None
    if not vouched.email_verified:
        raise UpstreamAccountUnknown
    found = await people.user_by_email(session, address)
    if found is None:
        found = await join_by_address(
            session=session, address=address, name=vouched.name, issuer=vouched.issuer, subject=vouched.subject,
            language=language,
        )  # fmt: skip
        if found is None:
            raise UpstreamAccountUnknown
    elif not vouched.answers_for_email and not await people.invitations_of(session, address):
        raise UpstreamAccountUnknown
    elif found.upstream_subject is not None and found.totp_confirmed_at is None:
        raise UpstreamLinkedOtherwise  # nothing but the address says that both are the same person
    return found


async def confirm_upstream(
    *, session: AsyncSession, sessions: Sessions, signed_in: SignedIn, vouched: Vouched, begun_at: float
) -> None:
    """Note that the person proved again who they are, at the provider.

    Raises:
        UpstreamPersonDiffers: It vouches for somebody else, or for a proof from before it was asked.
    """
    found = await people.user_by_subject(session, vouched.issuer, vouched.subject)
    asked = datetime.fromtimestamp(begun_at, tz=now().tzinfo) - CLOCK_SKEW
    if found is None or found.id != signed_in.row.user_id:
        raise UpstreamPersonDiffers
    if vouched.authenticated_at is None or vouched.authenticated_at < asked:
        raise UpstreamPersonDiffers(
            Text(
                "Le fournisseur d'identité n'a pas redemandé de preuve", "The identity provider did not ask for a proof"
            )
        )
    await sessions.renew(session=session, signed_in=signed_in)


async def link_upstream(*, session: AsyncSession, user: uuid.UUID, vouched: Vouched) -> None:
    """Let the provider's word stand for a person who is signed in with all factors and asked for it.

    Raises:
        UpstreamTaken: It stands for another person.
    """
    if not await link(session, user, vouched.issuer, vouched.subject):
        raise UpstreamTaken


async def unlink_upstream(*, session: AsyncSession, email: str) -> bool:
    """Let no provider's word stand for the person of an address any more; ``False`` where none did."""
    found = await people.user_by_email(session, canonical(email))
    if found is None or found.upstream_subject is None:
        return False
    await people.update_user(session, found.id, upstream_issuer=None, upstream_subject=None)
    await people.end_everything(session, found.id)
    await record(session, found.id, "identity:member:unlinked")
    return True
