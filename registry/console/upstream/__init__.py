"""Signing in at an OpenID provider."""

from registry.console.upstream.client import Upstream, UpstreamMisconfigured, upstream_for

__all__ = ["Upstream", "UpstreamMisconfigured", "upstream_for"]
