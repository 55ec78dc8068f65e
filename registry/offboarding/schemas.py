"""What an organisation says that leaves."""

import uuid
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field

OFFBOARDING_EXAMPLE: Final[dict[str, Any]] = {"organisation_id": "0b0f2c9e-8d0c-4c6a-9a53-3f6c2a6d1f10"}


class OffboardingIn(BaseModel):
    """That your organisation leaves: named, so that it is no accident."""

    model_config = ConfigDict(extra="forbid")

    organisation_id: uuid.UUID = Field(description="Your own organisation.")
