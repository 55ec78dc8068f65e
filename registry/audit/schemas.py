"""What is asked of an audit chain."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from registry.kernel.fields import Moment, Printable
from registry.kernel.validation import Wrong

_Word = Annotated[Printable, StringConstraints(min_length=1, max_length=200)]


class AuditFilter(BaseModel):
    """Which of the events."""

    model_config = ConfigDict(extra="forbid")

    action: (
        Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[a-z_]+(:[a-z_]*){0,2}$")] | None
    ) = Field(None, description="With this beginning: stock:home:updated, stock:home or stock.")
    actor: _Word | None = Field(None, description="The id of a client or of a person.")
    subject: _Word | None = Field(None, description="The object's id or your own reference.")
    since: Moment | None = Field(None, description="RFC 3339, with its offset: not before this moment.")
    until: Moment | None = Field(None, description="RFC 3339, with its offset: before this moment.")

    @model_validator(mode="after")
    def _in_order(self) -> "AuditFilter":
        if self.since is not None and self.until is not None and self.until < self.since:
            raise Wrong("« until » précède « since »", "'until' is before 'since'", field="until")
        return self


class VerificationQuery(BaseModel):
    """Where verifying goes on."""

    model_config = ConfigDict(extra="forbid")

    after: Annotated[int, Field(ge=0, le=9_007_199_254_740_991)] = Field(
        0, description="Verify the events after this one; 0: from the first."
    )
