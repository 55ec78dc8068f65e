"""What the feeds of changes know of themselves."""

from sqlalchemy import CheckConstraint, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from registry.platform.database import Base, TransactionNumber


class ChangeFeed(Base):
    """The one row of the feeds.

    Attributes:
        history: The line of history (cluster, timeline, database) whose transactions the rows name.
        forgotten: The last transaction of which a tombstone is deleted.
    """

    __tablename__ = "change_feeds"
    __table_args__ = (CheckConstraint("id", name="one"),)

    id: Mapped[bool] = mapped_column(primary_key=True, server_default=text("true"))
    history: Mapped[str] = mapped_column(Text)
    forgotten: Mapped[str] = mapped_column(TransactionNumber)
