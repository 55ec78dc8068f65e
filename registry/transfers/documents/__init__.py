"""The papers of a transfer: what a tenant is given of a proposed home, and what a committee is given of an adapted one.

Pure: what they say is handed to them. Neither ever says an address.
"""
