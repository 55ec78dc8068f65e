"""The accessibility registry: social landlords publish adapted homes and search each other's."""
