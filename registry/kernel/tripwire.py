"""A tripwire for personal data in free text: e-mail, telephone, social security number, long runs of digits.

No occupant's identity belongs in the registry. What only the owner reads may hold free text (a residence's name, a
street); this refuses what is certainly not one. It is a net for accidents, not a filter against intent.
"""

import re
from typing import Final

from registry.kernel.text import Text

_FOUND: Final[tuple[tuple[re.Pattern[str], Text], ...]] = (
    (re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+"), Text("une adresse électronique", "an e-mail address")),
    # NIR: sex, year, month, département, commune, order, key; spaces allowed.
    (
        re.compile(r"\b[12][\s.-]?\d{2}[\s.-]?(?:0[1-9]|1[0-2]|[2-9]\d)[\s.-]?(?:\d{2}|2[AB])[\s.-]?\d{3}[\s.-]?\d{3}"),
        Text("un numéro de sécurité sociale", "a social security number"),
    ),
    (
        re.compile(r"(?:\+33|0033|\b0)[\s.-]?[1-9](?:[\s.-]?\d{2}){4}\b"),
        Text("un numéro de téléphone", "a phone number"),
    ),
    (re.compile(r"\d(?:[\s.-]?\d){8,}"), Text("une longue suite de chiffres", "a long run of digits")),
)


def personal_data_in(text: str) -> Text | None:
    """Return what kind of personal data ``text`` seems to hold, or ``None``."""
    return next((name for pattern, name in _FOUND if pattern.search(text)), None)
