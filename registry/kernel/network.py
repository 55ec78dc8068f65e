"""Networks, as failed attempts are counted by them, and what passes through them unread."""

from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit


def network_of(host: str | None) -> str:
    """Return the network that failed attempts are counted by: 256 addresses of IPv4, a site (/56) of IPv6."""
    try:
        address = ip_address(host or "")
    except ValueError:
        return "0.0.0.0/32"
    return str(ip_network((address, 24 if address.version == 4 else 56), strict=False))


def is_loopback_address(address: str) -> bool:
    """Tell whether ``address`` is one of this very machine; a name is none."""
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def is_loopback(host: str) -> bool:
    """Tell whether ``host``, as an address or a setting names it, is this very machine."""
    return host == "localhost" or is_loopback_address(host)


def is_confidential(address: str) -> bool:
    """Tell whether nobody between can read what is sent to ``address``: https, or plain http to this very machine.

    One that carries a user, a password or a fragment is none.
    """
    parts = urlsplit(address)
    if parts.username or parts.password or parts.fragment or not parts.hostname:
        return False
    if parts.scheme == "https":
        return True
    return parts.scheme == "http" and is_loopback(parts.hostname)
