"""What an organisation reads about itself and its group."""

import uuid
from typing import Literal

from pydantic import BaseModel, Field


class NamedOut(BaseModel):
    id: uuid.UUID
    name: str
    kind: str


class HeldOut(BaseModel):
    """What a child is bound to in a territory: the version of the charter says what that asks of it."""

    territory: str
    status: Literal["pending", "in_force", "suspended"]
    charter_version: int


class ChildOut(NamedOut):
    """An organisation that you are the parent of. Its stock, files, people and credentials stay its own."""

    status: Literal["active", "suspended", "leaving"]
    adhesions: list[HeldOut]


class OwnOrganisationOut(NamedOut):
    """Your organisation."""

    siren: str | None
    parent: NamedOut | None = Field(
        description="The group that you belong to: it sees your name and your adhesions here, and nothing else of you."
    )
    children: list[ChildOut]
    successor_of: list[NamedOut] = Field(description="Whose stock became yours by a merger.")
