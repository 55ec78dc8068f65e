"""Networks, as failed attempts are counted by them."""

from ipaddress import ip_address, ip_network


def network_of(host: str | None) -> str:
    """Return the network that failed attempts are counted by: 256 addresses of IPv4, a site (/56) of IPv6."""
    try:
        address = ip_address(host or "")
    except ValueError:
        return "0.0.0.0/32"
    return str(ip_network((address, 24 if address.version == 4 else 56), strict=False))
