"""What an organisation reads that leaves."""

from datetime import datetime

from pydantic import BaseModel, Field


class OffboardingOut(BaseModel):
    """When you leave, and where your stock can be read until then."""

    asked_at: datetime
    due_at: datetime = Field(description="When your listings go and your access ends.")
    purge_after_days: int = Field(description="Days from then until your stock, files and people are purged.")
    exports: list[str] = Field(description="Addresses under which your stock is written as files until `due_at`.")
