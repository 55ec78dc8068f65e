"""The SQL of identity, by object. What takes a plain ``Session`` runs inside ``run_sync``: Authlib is synchronous."""
