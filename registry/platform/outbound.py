"""The one way out: requests to addresses that others named (``jwks_uri``, webhooks, landlords' files).

An address that a member writes into its settings must not make this service a way into our own network: https only, a
public address, resolved once and connected to as resolved (no second answer of the name server counts), no redirects,
bounded in time and size.
"""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import httpx

TIMEOUT_S: Final = 5.0
MAX_BYTES: Final = 65_536


class TargetRefused(ValueError):
    """The address may not be asked, or did not answer as it must; the message says why, without what came back.

    Attributes:
        status: Of its answer, where it gave one that is not what was wanted.
    """

    def __init__(self, message: str, *, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True)
class Outbound:
    """Asks other servers.

    Attributes:
        hosts: The only hosts that may be asked; empty: none.
        private: Also addresses that are not public; for tests and development on one machine.
        timeout_s: For all of it: name, connection, answer.
        max_bytes: Of the answer.
    """

    hosts: frozenset[str]
    private: bool = False
    timeout_s: float = TIMEOUT_S
    max_bytes: int = MAX_BYTES
    verify: bool | ssl.SSLContext = field(default=True, repr=False)

    def check(self, url: str) -> None:
        """Refuse an address that could never be asked, before it is kept.

        Raises:
            TargetRefused: Not https, with a user or a fragment, not an allowed host.
        """
        try:
            parts = urlsplit(url)
            _ = parts.port
        except ValueError:
            raise TargetRefused("it cannot be read as an address") from None
        if parts.scheme != "https" or parts.username or parts.password or parts.fragment or not parts.hostname:
            raise TargetRefused("only https addresses without user and fragment")
        if parts.hostname.lower() not in self.hosts:
            raise TargetRefused(f"{parts.hostname} is not among the hosts that this service may ask")

    async def get(self, url: str, *, accept: str = "application/json") -> bytes:
        """Return the body of a 200 answer.

        Raises:
            TargetRefused: The address is refused, it does not answer in time, or it answers something else.
        """
        status, body = await self._asked("GET", url, {"Accept": accept}, None)
        if status != 200:
            raise TargetRefused(f"it answers {status}; redirects are not followed", status=status)
        return body

    async def post(self, url: str, content: bytes, headers: dict[str, str]) -> None:
        """Hand something over; whatever answer of the 2xx says that it was taken.

        Raises:
            TargetRefused: As :meth:`get`.
        """
        status, _ = await self._asked("POST", url, headers, content)
        if not 200 <= status < 300:
            raise TargetRefused(f"it answers {status}; redirects are not followed", status=status)

    async def exchange(self, url: str, content: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        """Post something and return status and body of the answer, whatever it is; the body of a 2xx only.

        Raises:
            TargetRefused: The address is refused, or it does not answer in time.
        """
        return await self._asked("POST", url, headers, content)

    @asynccontextmanager
    async def opened(
        self, url: str, headers: Mapping[str, str], *, method: str = "GET", content: bytes | None = None
    ) -> AsyncIterator[httpx.Response]:
        """Ask, and give the answer while it comes: its body is still to be read, bounded by whoever reads it.

        ``timeout_s`` bounds each wait for the next bytes, not all of them together. ``headers`` overrule ours.

        Raises:
            TargetRefused: The address is refused.
            httpx.HTTPError, OSError: There is no connection, or it breaks, or it is silent for too long.
        """
        self.check(url)
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or 443
        async with asyncio.timeout(self.timeout_s):
            address = await self._resolved(host, port)
        netloc = f"[{address}]:{port}" if address.version == 6 else f"{address}:{port}"
        pinned = urlunsplit(("https", netloc, parts.path or "/", parts.query, ""))
        name = host if port == 443 else f"{host}:{port}"
        async with httpx.AsyncClient(verify=self.verify, trust_env=False, timeout=self.timeout_s) as client:
            asked = client.build_request(
                method, pinned, headers={"Host": name, "Accept-Encoding": "identity", **headers}, content=content,
                extensions={"sni_hostname": host},
            )  # fmt: skip
            answer = await client.send(asked, stream=True)
            try:
                yield answer
            finally:
                await answer.aclose()

    async def _asked(
        self, method: str, url: str, headers: Mapping[str, str], content: bytes | None
    ) -> tuple[int, bytes]:
        """Return status and body of the answer; the body of a 2xx only."""
        self.check(url)
        try:
            async with asyncio.timeout(self.timeout_s):
                return await self._ask(method, url, headers, content)
        except TimeoutError:
            raise TargetRefused(f"no answer within {self.timeout_s:.0f} s") from None
        except (httpx.HTTPError, OSError) as error:
            raise TargetRefused(f"no connection: {type(error).__name__}") from None

    async def _ask(self, method: str, url: str, headers: Mapping[str, str], content: bytes | None) -> tuple[int, bytes]:
        async with self.opened(url, headers, method=method, content=content) as answer:
            if not 200 <= answer.status_code < 300:
                return answer.status_code, b""
            if answer.headers.get("content-encoding", "identity") != "identity":
                raise TargetRefused("its answer is compressed: it could unfold to any size")
            body = b""
            async for chunk in answer.aiter_bytes():
                body += chunk
                if len(body) > self.max_bytes:
                    raise TargetRefused(f"its answer is larger than {self.max_bytes} bytes")
            return answer.status_code, body

    async def _resolved(self, host: str, port: int) -> IPv4Address | IPv6Address:
        """Return one address of ``host``; all must be public, so that none can hide behind another."""
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = [ip_address(entry[4][0]) for entry in found]
        if not addresses or not (self.private or all(_is_public(address) for address in addresses)):
            raise TargetRefused(f"{host} has an address that is not public")
        return addresses[0]


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    mapped = getattr(address, "ipv4_mapped", None)
    if mapped is not None:
        return _is_public(mapped)
    return address.is_global and not address.is_multicast
