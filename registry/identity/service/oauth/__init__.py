"""The protocol side of the authorization server, on Authlib's classes; synchronous, for ``session.run_sync``.

Defaults of the library that are overruled here (all seen in Authlib 1.9): machine tokens of ten days, the client as
audience, a signing key picked at random, scopes narrowed silently, plain PKCE and none, answers that tell an unknown
client from a wrong secret, failure on Basic credentials that are not UTF-8. To add a grant or a client authentication
method, register it in :class:`~registry.identity.service.oauth.server.Server`.
"""
