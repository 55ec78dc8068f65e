"""The accessibility registry: social landlords publish adapted homes and search each other's."""

__version__ = "0.1.0"
