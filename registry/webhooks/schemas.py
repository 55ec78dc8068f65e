"""What an organisation says of its webhooks, and is told of them."""

import uuid
from datetime import datetime
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from registry.kernel.fields import Moment, YesNo
from registry.kernel.validation import Wrong
from registry.vocabulary.webhooks import WebhookEvent

NAME: Final = r"^[a-z0-9][a-z0-9-]*$"


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class WebhookIn(Strict):
    """A webhook as it shall be; everything is replaced, but the secret, which stays unless another is asked for."""

    url: Annotated[str, StringConstraints(min_length=1, max_length=2_000), Field(description="https, an allowed host.")]
    events: Annotated[
        list[WebhookEvent],
        Field(min_length=1, max_length=len(WebhookEvent), description="Which kinds of events are posted."),
    ]
    enabled: Annotated[YesNo, Field(description="Whether anything is posted; true ends a disablement.")] = True
    new_secret: Annotated[
        YesNo, Field(description="Make another secret; the old one signs as well for 24 hours more.")
    ] = False


class ReplayIn(Strict):
    """What is posted again: one delivery, or all since a moment."""

    delivery_id: uuid.UUID | None = None
    since: Annotated[Moment | None, Field(description="RFC 3339, with its offset.")] = None

    @model_validator(mode="after")
    def _one_of_both(self) -> "ReplayIn":
        if (self.delivery_id is None) == (self.since is None):
            raise Wrong("« delivery_id » ou « since », l'un des deux", "'delivery_id' or 'since', one of the two")
        return self


class WebhookOut(BaseModel):
    """Where events are posted, signed as Standard Webhooks says."""

    name: str
    url: str
    events: list[WebhookEvent]
    created_at: datetime
    last_posted_at: datetime | None = Field(description="When something was taken last.")
    failing_since: datetime | None = Field(description="The first failure since then.")
    last_error: str | None = Field(description="Of the last failure since then.")
    disabled_at: datetime | None = Field(description="Nothing is posted since; PUT enables it again.")


class WrittenWebhookOut(WebhookOut):
    """The webhook as it is now."""

    secret: str | None = Field(description="whsec_…, where it was just made: it is shown this once.")


class WebhookPage(BaseModel):
    items: list[WebhookOut]
    next: str | None


class DeliveryOut(BaseModel):
    """An event that was posted, or is to be."""

    id: uuid.UUID = Field(description="Also its webhook-id: the same however often it is posted.")
    type: str
    created_at: datetime
    attempts: int
    next_at: datetime | None = Field(description="When it is posted next; null: it was taken, or is given up.")
    delivered_at: datetime | None
    given_up_at: datetime | None
    last_error: str | None


class DeliveryPage(BaseModel):
    items: list[DeliveryOut]
    next: str | None


class Queued(BaseModel):
    """How many deliveries are posted within a minute."""

    deliveries: int
