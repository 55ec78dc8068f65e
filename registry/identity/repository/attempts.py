"""The SQL of failed attempts: in the database, so that a limit holds over any number of processes."""

import hashlib
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

COUNTED_TOGETHER_S: Final = 5
_ADD: Final = text(
    f"""
    INSERT INTO failed_attempts (kind, subject, network, since, failures)
    VALUES (:kind, :subject, CAST(:network AS cidr),
        date_bin(interval '{COUNTED_TOGETHER_S} seconds', now(), timestamptz '2026-01-01 00:00+00'), 1)
    ON CONFLICT (kind, subject, network, since) DO UPDATE SET failures = failed_attempts.failures + 1
    """
)
_RECENT: Final = text(
    f"""
    SELECT coalesce(sum(failures), 0) FROM failed_attempts
    WHERE kind = :kind AND subject = :subject AND network = coalesce(CAST(:network AS cidr), network)
        AND since > now() - make_interval(mins => CAST(:minutes AS integer), secs => {COUNTED_TOGETHER_S})
    """
)


def _subject(name: str) -> bytes:
    return hashlib.sha256(name.encode(errors="surrogatepass")).digest()


def add_failure(session: Session, kind: str, name: str, network: str) -> None:
    """Count a failure of ``name`` (a client id, an e-mail; kept as a digest) from ``network``."""
    session.execute(_ADD, {"kind": kind, "subject": _subject(name), "network": network})


def recent_failures(session: Session, kind: str, name: str, network: str | None, *, minutes: int = 1) -> int:
    """Return the failures of the last ``minutes``, and of up to :data:`COUNTED_TOGETHER_S` before.

    ``network``: where they came from; ``None``: from anywhere.
    """
    values = {"kind": kind, "subject": _subject(name), "network": network, "minutes": minutes}
    found: int = session.execute(_RECENT, values).scalar_one()
    return int(found)
