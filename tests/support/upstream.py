"""The test's OpenID provider as a process, the settings that name it, and a person at its pages."""

import json
import os
import re
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

import httpx

from tests.support.served import free_port
from tests.support.tree import ROOT

CLIENT_ID, CLIENT_SECRET = "registry-at-the-provider", "secret at the provider"
START_S = 30.0


@dataclass(frozen=True)
class Upstream:
    """The running provider."""

    issuer: str
    profile: str
    algorithm: str

    def settings(self) -> dict[str, Any]:
        """Return the settings of a service that knows it."""
        return {
            "upstream_issuer": self.issuer, "upstream_profile": self.profile, "upstream_algorithm": self.algorithm,
            "upstream_client_id": CLIENT_ID, "upstream_client_secret": CLIENT_SECRET, "upstream_name": "Annuaire",
        }  # fmt: skip

    def told(self, *faults: str, **people: dict[str, Any]) -> dict[str, Any]:
        """Tell it who there is and what goes wrong from now on; return what it was asked so far."""
        return self._control({"faults": faults, "people": people})

    def let_pass(self, seconds: int) -> None:
        """Let everybody who is signed in there have proven who they are so much earlier."""
        self._control({"ago_s": seconds})

    def _control(self, told: dict[str, Any]) -> dict[str, Any]:
        answer = httpx.post(f"{self.issuer}/control", json=told)
        found: dict[str, Any] = answer.raise_for_status().json()
        return found


@contextmanager
def provided(*, profile: str, algorithm: str, base_url: str, port: int | None = None) -> Iterator[Upstream]:
    """Run a provider that knows the service at ``base_url``, until the end of the block."""
    port = port or free_port()
    given = {
        "issuer": f"http://127.0.0.1:{port}", "profile": profile, "algorithm": algorithm, "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET, "redirect_uri": f"{base_url}/account/upstream/callback",
        "signed_out_uri": f"{base_url}/account/signed-out",
    }  # fmt: skip
    command = [sys.executable, "-m", "uvicorn", "tests.support.provider:create", "--factory", "--log-level", "warning"]
    process = subprocess.Popen(
        [*command, "--port", str(port)], cwd=ROOT, env={**os.environ, "TEST_PROVIDER": json.dumps(given)}
    )
    try:
        until = time.monotonic() + START_S
        while True:
            assert process.poll() is None, "the provider ended"
            try:
                httpx.get(f"{given['issuer']}/jwks")
                break
            except httpx.TransportError:
                assert time.monotonic() < until, "the provider does not answer"
                time.sleep(0.1)
        yield Upstream(given["issuer"], profile, algorithm)
    finally:
        process.terminate()
        process.wait(20)


class Visitor:
    """A person at the provider's pages, with the browser's cookies for it."""

    def __init__(self) -> None:
        self.cookies = httpx.Cookies()

    async def ask(self, address: str, **form: str) -> httpx.Response:
        async with httpx.AsyncClient(cookies=self.cookies) as client:
            answer = await (client.post(address, data=form) if form else client.get(address))
            self.cookies = client.cookies
            return answer

    async def go(self, address: str, who: str) -> str:
        """Go where the service sent the browser and sign in as ``who``, if it asks; return where it sends back."""
        answer = await self.ask(address)
        if answer.status_code == 200:
            found = re.search(r'name="request" value="([^"]+)"', answer.text)
            assert found, answer.text
            answer = await self.ask(urljoin(address, "/login"), request=found[1], who=who)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]


def _check_digit(digits: str) -> str:
    """Return the digit that makes the sum of Luhn a multiple of ten."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return str(-total % 10)


def new_siren() -> str:
    """Return a number of the right form (INSEE), of no enterprise in particular."""
    digits = f"{secrets.randbelow(10**8):08}"  # the random module begins anew with each test
    return digits + _check_digit(digits)


def siret_of(siren: str) -> str:
    """Return the number of an establishment of the enterprise."""
    digits = f"{siren}0001"
    return digits + _check_digit(digits)
