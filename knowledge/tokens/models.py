"""Table of the tokens of channels."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.database.base import Base
from knowledge.database.types import UtcDateTime


class ChannelToken(Base):
    """The pair of tokens of one channel account. Both are sealed."""

    __tablename__ = "channel_token"

    channel: Mapped[str] = mapped_column(String(16), primary_key=True)
    access: Mapped[str] = mapped_column(Text)
    refresh: Mapped[str] = mapped_column(Text)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    obtained_at: Mapped[datetime] = mapped_column(UtcDateTime)
    lease_owner: Mapped[str | None] = mapped_column(String(64))
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Until then one process renews the pair; nobody else may use the refresh token."""
    failed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failure: Mapped[str | None] = mapped_column(String(200))
    """Why the last renewal failed; empty when it went well. A person has to sign in again."""
