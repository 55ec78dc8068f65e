"""The SQL of failed attempts: in the database, so that a limit holds over any number of processes."""

import hashlib
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

_ADD: Final = text(
    """
    INSERT INTO failed_attempts (kind, subject, network, minute, failures)
    VALUES (:kind, :subject, CAST(:network AS cidr), date_trunc('minute', now()), 1)
    ON CONFLICT (kind, subject, network, minute) DO UPDATE SET failures = failed_attempts.failures + 1
    """
)
_RECENT: Final = text(
    """
    SELECT coalesce(sum(failures), 0) FROM failed_attempts
    WHERE kind = :kind AND subject = :subject AND network = CAST(:network AS cidr)
        AND minute > now() - make_interval(mins => CAST(:minutes AS integer))
    """
)


def _subject(name: str) -> bytes:
    return hashlib.sha256(name.encode(errors="surrogatepass")).digest()


def add_failure(session: Session, kind: str, name: str, network: str) -> None:
    """Count a failure of ``name`` (a client id, an e-mail; kept as a digest) from ``network``."""
    session.execute(_ADD, {"kind": kind, "subject": _subject(name), "network": network})


def recent_failures(session: Session, kind: str, name: str, network: str, *, minutes: int = 1) -> int:
    """Return the failures of the present and the last ``minutes`` - 1 minutes."""
    values = {"kind": kind, "subject": _subject(name), "network": network, "minutes": minutes}
    found: int = session.execute(_RECENT, values).scalar_one()
    return int(found)
