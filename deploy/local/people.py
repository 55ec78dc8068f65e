"""The demonstration's people: one for each organisation, nobody of them exists; how to sign in as each.

``make people`` prints addresses, passwords and the one-time codes of the moment. A person is made as people are: by
an invitation that is accepted, and a second factor that is confirmed. Their secrets are only in ``.local/demo.json``,
which nobody else can read.
"""

import json
import secrets
import time
import uuid
from dataclasses import dataclass
from typing import Any, Final

import pyotp

from deploy.local import console
from deploy.local.console import SetUpError, say
from deploy.local.paths import DEMO
from registry.identity.errors import CredentialsWrong
from registry.identity.service import account
from registry.identity.service.account.second_factor import STEP_S
from registry.platform.crypto import Keyring
from registry.platform.database import Database, Role

LOOPBACK: Final = "127.0.0.0/24"
_NAMES: Final = ("Alix", "Bao", "Charlie", "Dominique")


@dataclass(frozen=True)
class Place:
    """Where one of them works. ``number``: which of the demonstration's organisations it is."""

    organisation: uuid.UUID
    name: str
    kind: str
    number: int

    @property
    def domain(self) -> str:
        return "coordination-demo.example" if self.number == 0 else f"bailleur-demo-{'abc'[self.number - 1]}.example"

    @property
    def person(self) -> str:
        return f"{_NAMES[self.number]} Démonstration"


async def seed(
    *, web: Database, keys: Keyring, base_url: str, places: list[Place], kept: list[dict[str, str]]
) -> list[dict[str, str]]:
    """Return one person for each place: the one of ``kept`` where they still get in, else somebody new."""
    known = {row.get("organisation_id", ""): row for row in kept}
    found = []
    for place in places:
        row = known.get(str(place.organisation))
        if row is None or not await _gets_in(web, place, row):
            row = await _joins(web, keys, base_url, place)
        found.append(row)
    return found


async def _gets_in(web: Database, place: Place, row: dict[str, str]) -> bool:
    """Tell whether the person still has their role and password; the code is not tried: each is good once."""
    async with web.transaction(Role.AUTH, actor="demo") as session:
        members = await account.list_members(session=session, organisation=place.organisation)
    if row["email"] not in {member.email for member in members}:
        return False
    try:
        async with web.transaction(Role.AUTH, actor="demo") as session:
            await account.sign_in(session=session, email=row["email"], password=row["password"], network=LOOPBACK)
    except CredentialsWrong:
        return False
    return True


async def _joins(web: Database, keys: Keyring, base_url: str, place: Place) -> dict[str, str]:
    """Make a person with both factors, in place of those of an earlier seed whose secrets are lost."""
    role = f"{place.kind}_admin"
    first = place.person.split()[0].lower()
    email, password = f"{first}.{secrets.token_hex(2)}@{place.domain}", f"demo-{secrets.token_urlsafe(12)}"
    async with web.transaction(Role.AUTH, actor="demo") as session:
        for member in await account.list_members(session=session, organisation=place.organisation):
            if member.email.endswith(f"@{place.domain}"):
                await account.remove_member(session=session, organisation=place.organisation, user=member.user_id)
        link = await account.invite(
            session=session, keys=keys, base_url=base_url, organisation=place.organisation, email=email, role=role
        )
        user = await account.accept_invitation(
            session=session, token=link.rpartition("/")[2], name=place.person, password=password
        )
        enrolment = await account.begin_enrolment(session=session, keys=keys, user=user)
        before = pyotp.TOTP(enrolment.secret).at(int(time.time()) - STEP_S)  # leaves the present one to the reader
        await account.confirm_enrolment(session=session, keys=keys, user=user, code=before, network=LOOPBACK)
    return {
        "organisation_id": str(place.organisation), "organisation": place.name, "name": place.person, "role": role,
        "email": email, "password": password, "totp_secret": enrolment.secret,
    }  # fmt: skip


def shown(described: dict[str, Any], at: float) -> str:
    """Return how to sign in as each person at this moment."""
    left = STEP_S - int(at) % STEP_S
    lines = [f"{described['console']['url']} (each code is good once; these for {left} s more, then a little longer)"]
    for row in described["people"]:
        code = pyotp.TOTP(row["totp_secret"]).at(int(at))
        lines += ["", f"{row['name']}, {row['role']} of {row['organisation']}"]
        lines += [f"  address   {row['email']}", f"  password  {row['password']}", f"  code      {code}"]
    return "\n".join(lines)


def main() -> None:
    try:
        described = json.loads(DEMO.read_text())
    except FileNotFoundError:
        raise SetUpError("there is no demonstration here yet: 'make run' makes it") from None
    say(shown(described, time.time()))


if __name__ == "__main__":
    console.ending(main)
