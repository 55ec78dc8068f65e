"""What the law says for a household and a home: pure functions of what is known, of texts and of their figures.

Three-valued throughout: what is not known is said not to be, never taken for no. Nothing here decides or sanctions.
"""
