"""Invitations of landlords to a territory, as its coordinator writes and reads them."""

import datetime as dt
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, Field, StringConstraints

from registry.charter.schemas.versions import PersonName, Strict

EMAIL: Final = r"^[^\s@<>\"(),:;\[\]\\]{1,64}@[A-Za-z0-9]([A-Za-z0-9.-]{0,188}[A-Za-z0-9])?\.[A-Za-z]{2,63}$"
InvitationStatus = Literal["sent", "accepted", "expired", "revoked"]


class LandlordInvitationIn(Strict):
    """Which landlord is invited, and who will administer it."""

    name: Annotated[PersonName, Field(description="The landlord's; it is registered by it, if it is not yet.")]
    email: Annotated[
        str,
        StringConstraints(min_length=3, max_length=254, pattern=EMAIL),
        Field(description="Of the person who will administer the landlord here, if it is not registered yet."),
    ]


class LandlordInvitationOut(BaseModel):
    """An invitation. Nothing in it says whether the landlord was registered before."""

    siren: str
    name: str
    email: str
    status: InvitationStatus = Field(
        description="accepted: somebody of the landlord followed the mail's link, or it has signed."
    )
    invited_at: dt.datetime
    last_sent_at: dt.datetime = Field(description="When the last mail was asked for; it leaves within a minute.")
    expires_at: dt.datetime
    ended_at: dt.datetime | None = Field(description="When it was accepted, expired or was revoked.")


class LandlordInvitationPage(BaseModel):
    items: list[LandlordInvitationOut]
    next: str | None


INVITATION_EXAMPLE: Final[dict[str, Any]] = {
    "name": "Habitat Exemple", "email": "prenom.nom@habitat.example",
}  # fmt: skip
