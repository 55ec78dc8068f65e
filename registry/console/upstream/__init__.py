"""Signing in at an OpenID provider."""

from registry.console.upstream.client import Upstream, upstream_for

__all__ = ["Upstream", "upstream_for"]
